package webhook

import (
	"context"
	"strconv"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
	"linli/internal/reach/access"
)

// Nothing is the input of an operation that needs none.
type Nothing struct{}

// Endpoints are one's own, the newest first.
type Endpoints struct {
	Items []Endpoint `json:"items"`

	Keys  []access.Key `json:"-"` // that can be used
	Ports string       `json:"-"`
}

// List lists one's own endpoints.
func (s *Service) List(ctx context.Context, _ Nothing) (Endpoints, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Endpoints, err error) {
		me := auth.From(ctx).Account
		out.Ports = s.out.Ports()
		if out.Items, err = ofAccount.All(ctx, tx, me); err != nil {
			return out, err
		}
		out.Items = append([]Endpoint{}, out.Items...)
		out.Keys, err = access.Running(ctx, tx, me)
		return out, err
	})
}

// Sent is a message with the tries that were made.
type Sent struct {
	Delivery
	Attempts []Attempt `json:"attempts" doc:"最近的在前"`
}

// Detail is an endpoint with the last fifty messages.
type Detail struct {
	Endpoint Endpoint `json:"endpoint"`
	Sent     []Sent   `json:"sent"`

	Keys   []access.Key `json:"-"`
	Ports  string       `json:"-"`
	Shared string       `json:"-"` // the secret, on the first page after it was made
}

// Get gives an endpoint of the actor's own with what was sent.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Detail, err error) {
		out.Ports = s.out.Ports()
		if out.Endpoint, err = mine(ctx, tx, in.ID); err != nil {
			return out, err
		}
		if out.Sent, err = sent(ctx, tx, in.ID); err != nil {
			return out, err
		}
		out.Keys, err = access.Running(ctx, tx, out.Endpoint.AccountID)
		return out, err
	})
}

// sent gives the last messages of an endpoint with their tries.
func sent(ctx context.Context, tx *db.Tx, id db.ID) ([]Sent, error) {
	out := []Sent{}
	list, err := latest.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return out, err
	}
	tries, err := triesOf.All(ctx, tx, id, list[len(list)-1].MessageID)
	for _, d := range list {
		x := Sent{d, []Attempt{}}
		for _, t := range tries {
			if t.MessageID == d.MessageID {
				x.Attempts = append(x.Attempts, t)
			}
		}
		out = append(out, x)
	}
	return out, err
}

// again reads an endpoint once more for a request that was repeated; its secret is not shown again.
func (s *Service) again(ctx context.Context, text string) (out Made, err error) {
	var id db.ID
	if err := id.UnmarshalText([]byte(text)); err != nil {
		return out, err
	}
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Made, err error) {
		out.Endpoint, err = mine(ctx, tx, id)
		return out, err
	})
}

func keyOptions(keys []access.Key) (out []ui.Option) {
	for _, k := range keys {
		out = append(out, ui.Option{Value: k.ID.String(), Label: k.Name + "（尾号 " + k.Hint + "）"})
	}
	return out
}

func typeLines(e Endpoint) (out []string) {
	for _, t := range e.Types {
		out = append(out, types.Word(t))
	}
	return out
}

func regionText(r auth.Region) string {
	if r == 0 {
		return ""
	}
	return r.String()
}

// result says in words what became of a try.
func (a Attempt) result(ctx context.Context) string {
	text := clock.Words(ctx, a.At) + "，" + outcomes.Word(a.Outcome)
	if a.Status != 0 {
		text += " " + strconv.FormatInt(a.Status, 10)
	}
	return text + "，" + strconv.FormatInt(a.Millis, 10) + " 毫秒"
}

func versionOf(e Endpoint) string { return strconv.FormatInt(e.Version, 10) }

// sealedFor binds a secret on its way to the page to who made it and to its endpoint.
func sealedFor(account, endpoint db.ID) string {
	return "webhook made " + account.String() + " " + endpoint.String()
}

func keyOf(e Endpoint) string {
	if e.KeyID == 0 {
		return ""
	}
	return e.KeyID.String()
}

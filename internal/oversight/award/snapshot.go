package award

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Snapshot is what was known of a nomination when the level that decides took it over: signed, and never written again.
type Snapshot struct {
	NominationID db.ID     `json:"-"`
	Body         string    `json:"-"` // a Statement as JSON, byte by byte
	SHA256       string    `json:"sha256" db:"sha256"`
	KeyID        string    `json:"key_id"`
	Signature    []byte    `json:"signature"`
	At           time.Time `json:"at"`
}

// Statement is what the signature covers. It holds numbers and no names: whose they are stands beside it.
type Statement struct {
	Award       string      `json:"award"`
	AuthorityNo string      `json:"authority_no"`
	List        string      `json:"list"`
	Nomination  db.ID       `json:"nomination"`
	Kind        string      `json:"kind"`
	Region      auth.Region `json:"region"`
	Day         clock.Day   `json:"day"`
	Figures     Figures     `json:"figures"`
	Conditions  []Condition `json:"conditions"`
	Exception   bool        `json:"exception" doc:"有条件没有达到，凭材料提名"`
	Way         []Signed    `json:"way"`
}

// Signed is a step on the way up.
type Signed struct {
	What  string      `json:"what"`
	Level auth.Region `json:"level"`
	Day   clock.Day   `json:"day"`
}

// freeze signs what is known of a nomination now.
func (s *Service) freeze(ctx context.Context, tx *db.Tx, a Campaign, c Category, n Nomination) error {
	today := clock.DayOf(tx.Now)
	f, err := figures(ctx, tx, n)
	if err != nil {
		return err
	}
	steps, err := stepsOf.All(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	st := Statement{Award: a.Title, AuthorityNo: a.AuthorityNo, List: c.Name, Nomination: n.ID, Kind: n.Kind, Region: n.Region, Day: today,
		Figures: f, Conditions: conditions(c, f, today), Exception: n.Exception != "", Way: []Signed{}}
	for _, x := range steps {
		st.Way = append(st.Way, Signed{x.What, x.Holder, clock.DayOf(x.At)})
	}
	body, err := json.Marshal(st)
	if err != nil {
		return err
	}
	sum, signer := sha256.Sum256(body), s.keys.Signer()
	return snapshots.Insert(ctx, tx, Snapshot{NominationID: n.ID, Body: string(body), SHA256: hex.EncodeToString(sum[:]), KeyID: signer.ID(),
		Signature: signer.Sign(body), At: tx.Now})
}

// sound says whether a snapshot is as it was signed.
func (s *Service) sound(x Snapshot) bool {
	sum := sha256.Sum256([]byte(x.Body))
	return x.SHA256 == hex.EncodeToString(sum[:]) && s.keys.Verify(x.KeyID, []byte(x.Body), x.Signature)
}

// Evidence gives a snapshot as the file that was signed.
func (s *Service) Evidence(ctx context.Context, in GetInput) (out blob.File, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Allow(ctx, View); err != nil {
			return err
		}
		n, err := nominations.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, n.place())
		}
		if err != nil {
			return err
		}
		x, err := snapshots.Get(ctx, tx, n.ID)
		out = blob.File{Name: "证据快照-" + n.ID.String() + ".json", Type: "application/json", Body: []byte(x.Body)}
		return err
	})
	return out, err
}

// known is what is known of a nomination: frozen, or as it is today.
func (s *Service) known(ctx context.Context, tx *db.Tx, c Category, n Nomination) (f Figures, list []Condition, x *Snapshot, err error) {
	shot, err := snapshots.Get(ctx, tx, n.ID)
	if err == nil {
		var st Statement
		err = json.Unmarshal([]byte(shot.Body), &st)
		return st.Figures, st.Conditions, &shot, err
	}
	if err != errs.ErrNotFound {
		return f, nil, nil, err
	}
	f, err = figures(ctx, tx, n)
	return f, conditions(c, f, clock.DayOf(tx.Now)), nil, err
}

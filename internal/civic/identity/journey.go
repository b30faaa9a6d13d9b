package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"time"

	"golang.org/x/oauth2"

	"linli/internal/civic/account"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// JourneyTime is how long somebody may take at a provider.
const JourneyTime = 10 * time.Minute

// journey is a browser's way to a provider and back. It is sealed into a cookie of the browser that sets out, and nowhere else.
type journey struct {
	Provider               db.ID
	Account, Session       db.ID // that links, in that session; none: somebody signs in
	State, Nonce, Verifier string
	Anew                   bool
	Back                   string
	At                     time.Time
}

// Why somebody was not let in; each has its words on the page after it.
var (
	errDown     = errs.New(errs.Unavailable, "identity_down", "那边暂时没有回应")
	errFailed   = errs.New(errs.Denied, "identity_failed", "那边没有让登录成功")
	errDeclined = errs.New(errs.Denied, "identity_declined", "您在那边没有同意")
	errWrong    = errs.New(errs.Denied, "identity_wrong", "那边回的话核对不上")
	errLate     = errs.New(errs.Denied, "identity_late", "这一次已经用过、过了时间，或者换了浏览器")
	errUnlinked = errs.New(errs.Denied, "identity_unlinked", "这个身份还没有关联账号")
	errTaken    = errs.New(errs.Conflict, "identity_taken", "这个身份已经关联了别的账号")
	errTwice    = errs.New(errs.Conflict, "identity_twice", "您已经关联了这里的一个身份")
)

const sealedAs = "identity/journey"

func (s *Service) pack(j journey) []byte {
	text, _ := json.Marshal(j) // cannot fail: texts, numbers and a time
	return s.keys.Seal(text, sealedAs)
}

// unpack opens what pack sealed, while it is good.
func (s *Service) unpack(box []byte) (j journey, err error) {
	text, err := s.keys.Open(box, sealedAs)
	if err != nil || json.Unmarshal(text, &j) != nil {
		return j, errLate
	}
	if age := time.Since(j.At); age < 0 || age > JourneyTime {
		return j, errLate
	}
	return j, nil
}

// Leaving is a journey that begins: where it leads, and what the browser keeps meanwhile.
type Leaving struct {
	To  string `json:"-"`
	Box []byte `json:"-"`
	Provider
	Host string `json:"-"`
}

// StartInput sets out to sign in; back is where to go afterwards.
type StartInput struct {
	ID   db.ID  `path:"id"`
	Back string `query:"back" maxLength:"300"`
}

// Start sets out to a provider to sign in.
func (s *Service) Start(ctx context.Context, in StartInput) (Leaving, error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return Leaving{}, err
	}
	return s.set(ctx, journey{Provider: in.ID, Back: in.Back})
}

// set sets out on a journey.
func (s *Service) set(ctx context.Context, j journey) (out Leaving, err error) {
	p, err := s.provider(ctx, j.Provider)
	if err != nil {
		return out, err
	}
	j.State, j.Nonce, j.Verifier, j.At = rand.Text(), rand.Text(), oauth2.GenerateVerifier(), time.Now()
	j.Anew = p.Anew || j.Account != 0
	return s.leaving(ctx, p, j)
}

func (s *Service) leaving(ctx context.Context, p Provider, j journey) (out Leaving, err error) {
	there, err := s.remembered(ctx, p.Issuer)
	if err != nil {
		return out, err
	}
	out.Provider, out.Box = p, s.pack(j)
	if u, ok := s.address(there.Endpoint().AuthURL); ok {
		out.Host = u.Host
	}
	out.To, err = s.leave(p, there, j)
	return out, err
}

// ArriveInput is with what a provider sends somebody back.
type ArriveInput struct {
	ID    db.ID  `path:"id"`
	Code  string `query:"code" maxLength:"2000"`
	State string `query:"state" maxLength:"200"`
	Iss   string `query:"iss" maxLength:"300"`
	Error string `query:"error" maxLength:"100"`
}

// Arrival is somebody who is back: with the account that is to be signed in to, or one to which the identity was just linked.
type Arrival struct {
	Account account.Account
	Linked  bool
	Back    string
}

// Arrive judges what somebody comes back with. Each journey comes back once, in the browser that set out. Nothing of what the provider
// says is shown.
func (s *Service) Arrive(ctx context.Context, in ArriveInput, box []byte) (out Arrival, err error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return out, err
	}
	j, err := s.arrived(ctx, in, box)
	if err != nil {
		return out, err
	}
	out.Back, out.Linked = j.Back, j.Account != 0
	p, err := s.provider(ctx, j.Provider)
	if err != nil {
		return out, err
	}
	there, err := s.remembered(ctx, p.Issuer)
	if err != nil {
		return out, err
	}
	if err := in.speaks(p, there); err != nil {
		return out, err
	}
	name, err := s.exchange(ctx, p, there, j, in.Code)
	if err != nil {
		return out, err
	}
	subject := s.subject(p.Issuer, name)
	if out.Linked {
		return out, s.link(ctx, p, subject)
	}
	out.Account, err = s.recognise(ctx, p, subject)
	return out, err
}

// arrived finds the journey that comes back, and lets it come back no more.
func (s *Service) arrived(ctx context.Context, in ArriveInput, box []byte) (j journey, err error) {
	if j, err = s.unpack(box); err != nil {
		return j, err
	}
	a := auth.From(ctx)
	switch {
	case j.Provider != in.ID, subtle.ConstantTimeCompare([]byte(j.State), []byte(in.State)) != 1,
		j.Account != 0 && (j.Account != a.Account || j.Session != a.Session):
		return j, errLate
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := spend.Run(ctx, tx, s.keys.MAC("identity state", []byte(j.State)), j.At.Add(JourneyTime))
		if err == nil && n == 0 {
			err = errLate
		}
		return err
	})
	return j, err
}

// speaks says whether it is this provider that answers (RFC 9207), and with a code.
func (in ArriveInput) speaks(p Provider, there published) error {
	switch {
	case in.Iss != "" && in.Iss != p.Issuer, in.Iss == "" && there.says:
		return errWrong
	case in.Error == "access_denied":
		return errDeclined
	case in.Error == "temporarily_unavailable" || in.Error == "server_error":
		return errDown
	case in.Error != "" || in.Code == "":
		return errFailed
	}
	return nil
}

// recognise finds the account to which an identity is linked, and leaves the trail of its use.
func (s *Service) recognise(ctx context.Context, p Provider, subject []byte) (account.Account, error) {
	op := act.Op{Perm: Enter, Action: "identity.use"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (a account.Account, err error) {
		x, found, err := db.Found(known.One(ctx, tx, p.ID, subject))
		if err == nil && !found {
			err = errUnlinked
		}
		if err != nil {
			return a, err
		}
		if a, err = account.Get(ctx, tx, x.AccountID); err != nil {
			return a, err
		}
		if _, err := used.Run(ctx, tx, x.ID, tx.Now); err != nil {
			return a, err
		}
		ctx = auth.With(ctx, auth.Actor{Account: a.ID, Person: a.PersonID, Name: a.Name, Origin: auth.From(ctx).Origin})
		return a, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "identity", ID: x.ID.String(), Region: a.Region,
			Detail: map[string]any{"provider": p.ID.String()}})
	})
}

// log keeps why a provider was not believed: for who runs the system, never for who signs in.
func (s *Service) log(ctx context.Context, issuer string, err error) {
	text := []rune(err.Error())
	slog.WarnContext(ctx, "identity provider", "issuer", issuer, "err", string(text[:min(len(text), 300)]))
}

// Sweep forgets journeys that are over. A job calls it each hour.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := oldSpent.Run(ctx, tx, time.Now())
		return err
	})
}

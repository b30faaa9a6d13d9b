package account

import (
	"cmp"
	"context"
	"time"

	"linli/internal/civic/account/random"
	"linli/internal/civic/account/wording"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// What a session must do before it may do anything else.
const (
	MustPassword = "password" // choose a password of one's own
	MustEnrol    = "enrol"    // take up a second factor
)

// Session is one sign-in, by cookie or bearer token alike.
type Session struct {
	ID        db.ID     `json:"id"`
	Must      string    `json:"must,omitempty" db:"-"`
	MadeAt    time.Time `json:"made_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"`
	IP        string    `json:"ip"`
	Agent     string    `json:"agent"`
	Current   bool      `json:"current" db:"-"`
}

// Client is where a request comes from; the web layer fills it.
type Client struct {
	Device  string // token of the browser's cookie
	IP      string
	Agent   string
	Browser bool // a person in a browser: the second step is a page of its own, and the browser is remembered
}

// Authenticate tells who stands behind a token; an unknown or ended one is Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, token string) (auth.Actor, error) {
	a, _, err := s.Session(ctx, token)
	return a, err
}

// Session is Authenticate with the session itself. While the session must do something first, its actor has no grants: he can reach his own
// account and nothing more.
func (s *Service) Session(ctx context.Context, token string) (a auth.Actor, out Session, err error) {
	var rows []sessionRow
	err = s.db.Glance(ctx, func(tx *db.Tx) error {
		rows, err = sessionByToken.All(ctx, tx, random.Hash(token), time.Now(), int64(clock.DayOf(tx.Now)))
		return err
	})
	if err != nil {
		return a, out, err
	}
	now := time.Now()
	if len(rows) == 0 || rows[0].idle(now) {
		return a, out, errs.ErrUnauthenticated
	}
	if now.Sub(rows[0].SeenAt) > Touch {
		s.touch(ctx, rows[0].Session.ID, now)
	}
	a, out = s.actorOf(rows)
	return a, out, nil
}

// Behind gives who an account is today, as a session of his would; Unauthenticated where it is locked, or owes what a session must do
// first. It is for keys of access, which never outlive what their owner may.
func Behind(ctx context.Context, tx *db.Tx, id db.ID) (auth.Actor, error) {
	rows, err := standingOf.All(ctx, tx, id, int64(clock.DayOf(tx.Now)))
	if err != nil || len(rows) == 0 {
		return auth.Actor{}, cmp.Or(err, error(errs.ErrUnauthenticated))
	}
	a, must := rows[0].actor(rows)
	if must != "" {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return a, nil
}

// touch keeps the last use. It is not worth a failed or waiting request: whoever comes next writes it.
func (s *Service) touch(ctx context.Context, id db.ID, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := touchSession.Run(ctx, tx, id, now)
		return err
	})
}

// actorOf builds the actor from a session's rows, one for each grant.
func (s *Service) actorOf(rows []sessionRow) (auth.Actor, Session) {
	r := rows[0]
	a, must := r.actor(rows)
	a.Session = r.Session.ID
	if must != "" {
		a.Grants = nil
	}
	r.Session.Must = must
	return a, r.Session
}

// actor is who stands behind rows, one for each grant, and what he owes before he may act.
func (r sessionRow) actor(rows []sessionRow) (auth.Actor, string) {
	a := auth.Actor{Account: r.AccountID, Person: r.PersonID, Name: r.Name}
	for _, r := range rows {
		if r.Role != "" {
			a.Grants = append(a.Grants, auth.Grant{Role: r.Role, Region: r.Region, Station: r.StationID})
		}
	}
	return a, r.must(FactorFor(a.Grants))
}

// must says what the session owes for a factor that its grants ask for.
func (r sessionRow) must(need Factor) string {
	switch {
	case r.Initial:
		return MustPassword
	case need == FactorTOTP && !r.HasTOTP, need == FactorCard && !r.HasTOTP && !r.HasCard:
		return MustEnrol
	}
	return ""
}

func (r sessionRow) idle(now time.Time) bool {
	return now.Sub(r.SeenAt) > time.Duration(r.IdleMinutes)*time.Minute+Touch
}

// open starts a session and gives its token. need decides how long it may last.
func (s *Service) open(ctx context.Context, tx *db.Tx, account db.ID, device db.ID, stage string, need Factor,
	c Client) (string, time.Time, error) {
	secret, hash := random.Token()
	now := time.Now()
	idle, life := OwnIdle, OwnSession
	if need != NoFactor {
		idle, life = StaffIdle, StaffSession
	}
	if stage == stageFactor {
		life = StepLife
	}
	until := now.Add(life)
	_, err := addSession.Run(ctx, tx, tx.NewID(), hash, account, device, stage, now, int64(idle/time.Minute), until, wording.Network(c.IP),
		wording.Cut(c.Agent, 200))
	return secret, until.In(clock.Shanghai), err
}

const (
	stageFactor = "factor"
	stageFull   = "full"
)

// Nothing is the input or answer of an operation that needs none.
type Nothing struct{}

// Sessions lists one's own running sessions, newest first.
func (s *Service) Sessions(ctx context.Context, _ Nothing) (db.Page[Session], error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out db.Page[Session], err error) {
		out.Items, err = s.sessions(ctx, tx)
		return out, err
	})
}

func (s *Service) sessions(ctx context.Context, tx *db.Tx) ([]Session, error) {
	a := auth.From(ctx)
	list, err := sessionsOf.All(ctx, tx, a.Account, time.Now())
	for i := range list {
		list[i].Current = list[i].ID == a.Session
	}
	if list == nil {
		list = []Session{}
	}
	return list, err
}

// RevokeInput names one of one's own sessions.
type RevokeInput struct {
	ID db.ID `path:"id"`
}

// Revoke ends one of one's own sessions.
func (s *Service) Revoke(ctx context.Context, in RevokeInput) (Nothing, error) {
	return s.end(ctx, "account.session_revoke", func(tx *db.Tx, a auth.Actor) (int64, error) {
		return endSession.Run(ctx, tx, in.ID, a.Account)
	})
}

// SignOut ends the current session.
func (s *Service) SignOut(ctx context.Context, _ Nothing) (Nothing, error) {
	return s.end(ctx, "account.sign_out", func(tx *db.Tx, a auth.Actor) (int64, error) {
		return endSession.Run(ctx, tx, a.Session, a.Account)
	})
}

// RevokeOthers ends all of one's own sessions but the current one.
func (s *Service) RevokeOthers(ctx context.Context, _ Nothing) (Nothing, error) {
	return s.end(ctx, "account.session_revoke_others", func(tx *db.Tx, a auth.Actor) (int64, error) {
		_, err := endOthers.Run(ctx, tx, a.Account, a.Session)
		return 1, err
	})
}

// end runs a deletion of own sessions; no row is NotFound.
func (s *Service) end(ctx context.Context, action string, del func(*db.Tx, auth.Actor) (int64, error)) (Nothing, error) {
	op := act.Op{Perm: Own, Action: action}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Nothing, error) {
		a := auth.From(ctx)
		n, err := del(tx, a)
		if err == nil && n == 0 {
			err = errs.ErrNotFound
		}
		if err != nil {
			return Nothing{}, err
		}
		return Nothing{}, note(ctx, tx, op, Account{ID: a.Account})
	})
}

// Sweep deletes what has run out: sessions, codes, attempts and devices. A job calls it each hour.
func (s *Service) Sweep(ctx context.Context) error {
	now := time.Now()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, d := range []struct {
			what *db.Command
			till time.Time
		}{{oldSessions, now}, {oldCodes, now.Add(-24 * time.Hour)}, {oldAttempts, now.Add(-24 * time.Hour)}, {oldDevices, now.Add(-DeviceLife)}} {
			if _, err := d.what.Run(ctx, tx, d.till); err != nil {
				return err
			}
		}
		return nil
	})
}

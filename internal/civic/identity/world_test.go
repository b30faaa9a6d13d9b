package identity

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"linli/internal/civic/account"
	"linli/internal/civic/account/password"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/outward"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
)

const (
	good                  = "Sunny-steppe-42"
	whole     auth.Region = 150000000000
	community auth.Region = 152502001001
)

// world is accounts, a provider, and this system between them.
type world struct {
	*Service
	*testing.T
	d       *db.DB
	persons *person.Service
	peer    *peer
	hash    string
	secret  string // of the administrator's authenticator
	admin   context.Context
	at      Provider
	n       int
	now     time.Time
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		test(w)
		w.read(func(tx *db.Tx) error {
			return Verify(t.Context(), tx, func(object, what string) { t.Errorf("%s: %s", object, what) })
		})
	})
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	keys := seal.Ephemeral()
	w := &world{T: t, d: d, persons: person.New(d, keys, true), peer: newPeer(t), secret: account.NewSecret(), now: clock.Now()}
	accounts := account.New(d, keys, account.Outside{Persons: w.persons,
		SMS: func(context.Context, *db.Tx, string, sms.Text) error { return nil }}, true)
	w.Service = New(d, keys, accounts, w.guard("127.0.0.0/8"), "https://linli.example/")
	w.Follow()
	w.write(func(tx *db.Tx) error {
		for _, r := range []auth.Region{whole, 152500000000, 152502000000, 152502001000, community} {
			parent := "NULL"
			if r.Parent() != 0 {
				parent = r.Parent().String()
			}
			if _, err := tx.Exec(t.Context(), fmt.Sprintf(`INSERT INTO region (code, name, level, parent, class, edition, valid_from, valid_to,
				lat, lng, population, population_basis, counts_as_community, counts_why, counts_by, version)
				VALUES (%d, '某地', %d, %s, '', 20230630, 20230630, 99991231, 0, 0, 0, '', TRUE, '', '', 1)`, r, r.Level(), parent)); err != nil {
				return err
			}
		}
		return nil
	})
	var err error
	w.hash, err = password.NewHasher().Hash(t.Context(), good)
	w.must(err)
	w.admin = w.somebody(auth.SystemAdmin, whole, w.secret)
	w.at = w.provider()
	return w
}

func (w *world) guard(inside ...string) *outward.Guard {
	g, err := outward.NewGuard(inside)
	w.must(err)
	return g
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) write(fn func(tx *db.Tx) error) {
	w.Helper()
	w.must(w.d.Write(w.Context(), fn))
}

func (w *world) read(fn func(tx *db.Tx) error) {
	w.Helper()
	w.must(w.d.Read(w.Context(), fn))
}

func (w *world) exec(text string, args ...any) {
	w.Helper()
	w.write(func(tx *db.Tx) error { _, err := tx.Exec(w.Context(), text, args...); return err })
}

func (w *world) count(text string) (n int64) {
	w.Helper()
	w.read(func(tx *db.Tx) (err error) { n, err = db.SelectOne[int64](w.Context(), tx, tx.Build(text)); return err })
	return n
}

// somebody is a new account, in a session of its own.
func (w *world) somebody(role auth.Role, at auth.Region, secret string) context.Context {
	w.Helper()
	w.n++
	var a account.Account
	w.write(func(tx *db.Tx) (err error) {
		phone := fmt.Sprintf("129%08d", w.n)
		p, err := w.persons.Add(w.Context(), tx, person.NewPerson{Name: "𠮷" + string(rune(0x4e00+w.n)), Region: community, Phone: phone,
			Consent: person.BySelf})
		if err != nil {
			return err
		}
		a, err = w.accounts.Create(w.Context(), tx, account.NewAccount{PersonID: p.ID, Login: fmt.Sprintf("user%d", w.n), Name: p.Name,
			Phone: phone, Region: community, Password: w.hash, TOTP: secret})
		if err != nil {
			return err
		}
		return w.accounts.Grant(w.Context(), tx, a.ID, role, at, 0)
	})
	return w.session(a.Login, secret)
}

// session signs in by password.
func (w *world) session(login, secret string) context.Context {
	w.Helper()
	in := account.SignInInput{Login: login, Password: good}
	if secret != "" {
		in.OTP = w.otp(secret)
	}
	e, err := w.accounts.SignIn(w.later(), in, account.Client{IP: "192.0.2.1"})
	w.must(err)
	a, _, err := w.accounts.Session(w.Context(), e.Token)
	w.must(err)
	return auth.With(clock.At(w.Context(), w.now), a)
}

// otp gives a code that was not used before: the clock goes on for it.
func (w *world) otp(secret string) string {
	w.now = w.now.Add(time.Minute)
	code, err := totp.GenerateCode(secret, w.now)
	w.must(err)
	return code
}

func (w *world) later() context.Context { return clock.At(w.Context(), w.now) }

// by is an actor at the clock's present time.
func (w *world) by(ctx context.Context) context.Context { return clock.At(ctx, w.now) }

func (w *world) again() account.Again { return account.Again{Password: good, OTP: w.otp(w.secret)} }

// provider enters the peer and switches it on.
func (w *world) provider() Provider {
	w.Helper()
	in := w.entered()
	p, err := w.Add(w.by(w.admin), in)
	w.must(err)
	again := w.again()
	p, err = w.Switch(w.by(w.admin), SwitchInput{ID: p.ID, Version: p.Version, State: On, Again: again})
	w.must(err)
	return p
}

func (w *world) entered() AddInput {
	return AddInput{Issuer: w.peer.URL, Details: Details{Name: "统一认证", ClientID: clientID, Secret: clientSecret, Anew: true, Again: w.again()}}
}

// back is with what somebody comes back who consented there.
func (w *world) back(l Leaving, name string) ArriveInput {
	q := w.peer.consent(l.To, name)
	return ArriveInput{ID: l.ID, Code: q.Get("code"), State: q.Get("state")}
}

// enter goes there and comes back.
func (w *world) enter(name string) (Arrival, error) {
	w.Helper()
	l, err := w.Start(w.later(), StartInput{ID: w.at.ID, Back: "/my"})
	w.must(err)
	return w.Arrive(w.later(), w.back(l, name), l.Box)
}

// links goes there to link, and comes back.
func (w *world) links(ctx context.Context, name string) error {
	w.Helper()
	l, err := w.StartLink(w.by(ctx), LinkInput{ID: w.at.ID, Again: account.Again{Password: good}})
	w.must(err)
	_, err = w.Arrive(w.by(ctx), w.back(l, name), l.Box)
	return err
}

// is compares a refusal by its code and, behind a space, what more errstest takes; nothing is no refusal.
func (w *world) is(what string, err error, want string) {
	w.Helper()
	if want == "" {
		if err != nil {
			w.Errorf("%s: %v", what, err)
		}
		return
	}
	if err == nil {
		w.Errorf("%s: taken, want %s", what, want)
		return
	}
	errstest.Is(w.T, err, want)
}

func me(ctx context.Context) db.ID { return auth.From(ctx).Account }

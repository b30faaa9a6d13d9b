package setup_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"linli/internal/civic/account"
	"linli/internal/civic/appointment"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
	"linli/internal/reach/setup"
)

const community auth.Region = 150102001001

var seeded = dbtest.Seeded(region.Seed, func(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, "INSERT INTO stamp (name, value) VALUES ('kind', 'real')")
	return err
})

type world struct {
	*testing.T
	d     *db.DB
	s     *setup.Service
	own   *account.Service
	acts  *appointment.Service
	texts bool
	token string
}

func each(t *testing.T, fn func(w *world)) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, false)
		path, err := w.s.Address(t.Context())
		token, is := strings.CutPrefix(path, "/setup/")
		if err != nil || !is || len(token) != 32 {
			t.Fatalf("address %q, %v", path, err)
		}
		w.token = token
		fn(w)
	})
}

func newWorld(t *testing.T, d *db.DB, demo bool) *world {
	keys := seal.Ephemeral()
	w := &world{T: t, d: d}
	text := func(context.Context, *db.Tx, string, sms.Text) error { return nil }
	can := func(context.Context, *db.Tx) (bool, error) { return w.texts, nil }
	persons := person.New(d, keys, true)
	w.own = account.New(d, keys, account.Outside{Persons: persons, SMS: text, Station: its, Texts: can}, true)
	w.acts = appointment.New(d, persons, w.own, blob.New(d, t.TempDir()), text)
	stations := station.New(d, keys)
	w.s = setup.New(d, keys, w.own, stations, can, demo)
	return w
}

// its is the station of the community.
func its(ctx context.Context, tx *db.Tx, _ db.ID, at auth.Region) (db.ID, error) {
	st, ok, err := station.Of(ctx, tx, at)
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return st.ID, err
}

// whole is all that the page offers.
func (w *world) whole() setup.BeginInput {
	seat := func(role auth.Role, name, login, phone string) setup.Seat {
		return setup.Seat{Role: role, Name: name, Login: login, Phone: phone, Initial: "Sunny-steppe-42"}
	}
	return setup.BeginInput{Token: w.token, Community: community, Address: "巴彦路 1 号", Lat: 40.84, Lng: 111.75, Seats: []setup.Seat{
		seat(auth.SecurityAdmin, "安管", "safe", ""), seat(auth.SystemAdmin, "系管", "system", ""), seat(auth.AuditAdmin, "审管", "audit", ""),
		seat(auth.TownOfficer, "经办", "town", ""), seat(auth.CommunityHead, "负责", "head", "12900000001"),
		seat(auth.StationManager, "站长", "keeper", "12900000002")}}
}

func admin(role auth.Role) context.Context {
	return auth.With(context.Background(), auth.Actor{Account: 1, Grants: []auth.Grant{{Role: role, Region: region.Top}}})
}

func (w *world) count(table string) (n int64) {
	w.Helper()
	err := w.d.Read(w.Context(), func(tx *db.Tx) error {
		return tx.Raw().QueryRowContext(w.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n)
	})
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// The page makes six accounts and an open station; each of the six can sign in where no SMS goes, must change his password, and shares
// the console's root. Then the address is of no use.
func TestFirstDay(t *testing.T) {
	each(t, func(w *world) {
		page, err := w.s.Open(w.Context(), setup.OpenInput{Token: w.token, Q: "路"})
		if err != nil || page.Begun || len(page.Seats) != 6 || page.Seats[0].Role != auth.SecurityAdmin || len(page.Places) == 0 {
			w.Fatalf("%+v, %v", page, err)
		}
		for _, x := range page.Seats {
			if len(x.Password) < 10 {
				w.Errorf("%s: password %q", x.Role, x.Password)
			}
		}
		out, err := w.s.Begin(w.Context(), w.whole())
		if err != nil || len(out.Accounts) != 6 || out.Station == "" {
			w.Fatalf("%+v, %v", out, err)
		}
		for _, login := range out.Accounts {
			e, err := w.own.SignIn(w.Context(), account.SignInInput{Login: login, Password: "Sunny-steppe-42"}, account.Client{Browser: true})
			if err != nil || e.Need != account.NeedNothing || e.Must != account.MustPassword {
				w.Errorf("%s: %+v, %v", login, e, err)
			}
		}
		if w.count("station WHERE status = 'open'") != 1 || w.count("account_act WHERE confirmed_how = 'founding'") == 0 ||
			w.count("account_act WHERE actor_id IS NOT NULL") != 0 {
			w.Error("station or acts")
		}
		w.oneRoot(out.Accounts)
		page, err = w.s.Open(w.Context(), setup.OpenInput{Token: w.token})
		if err != nil || !page.Begun || len(page.Seats) != 0 {
			w.Errorf("afterwards %+v, %v", page, err)
		}
		if path, err := w.s.Address(w.Context()); path != "" || err != nil {
			w.Errorf("afterwards the address is %q, %v", path, err)
		}
		in := w.whole()
		for i := range in.Seats {
			in.Seats[i].Login += "2"
		}
		_, err = w.s.Begin(w.Context(), in)
		errstest.Is(w.T, err, "wrong_state: 已经启用过了，请登录")
		if w.count("account") != 6 {
			w.Errorf("%d accounts", w.count("account"))
		}
	})
}

// oneRoot fails the test when two that were not the founding administrators stand for minutes together: one hand made them all.
func (w *world) oneRoot(logins []string) {
	w.Helper()
	err := w.d.Read(w.Context(), func(tx *db.Tx) error {
		var ids []db.ID
		for _, login := range logins[3:] {
			var id int64
			if err := tx.Raw().QueryRowContext(w.Context(), "SELECT id FROM account WHERE login = '"+login+"'").Scan(&id); err != nil {
				return err
			}
			ids = append(ids, db.ID(id))
		}
		for _, x := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
			if why, err := w.acts.Independent(w.Context(), tx, ids[x[0]], ids[x[1]]); why == "" || err != nil {
				w.Errorf("%s and %s are two hands: %q, %v", logins[3+x[0]], logins[3+x[1]], why, err)
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// Another address is none, and a demo has none.
func TestAddress(t *testing.T) {
	each(t, func(w *world) {
		for _, token := range []string{"", "x", strings.Repeat("0", 32), w.token[:31], w.token + "0"} {
			in := w.whole()
			in.Token = token
			if _, err := w.s.Open(w.Context(), setup.OpenInput{Token: token}); errs.KindOf(err) != errs.NotFound {
				w.Errorf("open %q: %v", token, err)
			}
			if _, err := w.s.Begin(w.Context(), in); errs.KindOf(err) != errs.NotFound {
				w.Errorf("begin %q: %v", token, err)
			}
		}
		demo := newWorld(w.T, w.d, true)
		if path, err := demo.s.Address(w.Context()); path != "" || err != nil {
			w.Errorf("a demo: %q, %v", path, err)
		}
		if w.count("account") != 0 {
			w.Error("something was made")
		}
	})
}

// What is wrong stands at its field, and nothing is made.
func TestRefused(t *testing.T) {
	each(t, func(w *world) {
		for _, x := range []struct {
			change func(in *setup.BeginInput)
			field  string
		}{
			{func(in *setup.BeginInput) { in.Seats[0].Name = "" }, "seats.0.name"},
			{func(in *setup.BeginInput) { in.Seats = in.Seats[1:] }, "seats"},
			{func(in *setup.BeginInput) { in.Seats[1].Role = auth.SecurityAdmin }, "seats.1.role"},
			{func(in *setup.BeginInput) { in.Seats[1].Role = auth.RegionOfficer }, "seats.1.role"},
			{func(in *setup.BeginInput) { in.Seats[3].Name = "" }, "seats.3.name"},
			{func(in *setup.BeginInput) { in.Seats[2].Login = "Ä" }, "seats.2.login"},
			{func(in *setup.BeginInput) { in.Seats[2].Login = "safe" }, "seats.2.login"},
			{func(in *setup.BeginInput) { in.Seats[5].Initial = "short" }, "seats.5.initial"},
			{func(in *setup.BeginInput) { in.Seats[5].Phone = "" }, "seats.5.phone"},
			{func(in *setup.BeginInput) { in.Seats[4].Phone = "1" }, "seats.4.phone"},
			{func(in *setup.BeginInput) { in.Community = 0 }, "community"},
			{func(in *setup.BeginInput) { in.Community = 150102000000 }, "community"},
			{func(in *setup.BeginInput) { in.Community = 150102999999 }, "community"},
			{func(in *setup.BeginInput) { in.Address = "" }, "address"},
			{func(in *setup.BeginInput) { in.Lat = 0 }, "lat"},
		} {
			in := w.whole()
			x.change(&in)
			_, err := w.s.Begin(w.Context(), in)
			if e, is := errors.AsType[*errs.Error](err); !is || e.Kind != errs.Invalid || e.Fields[x.field] == "" {
				w.Errorf("%s: %v", x.field, err)
			}
			if n := w.count("account") + w.count("station") + w.count("account_act"); n != 0 {
				w.Fatalf("%s: %d rows were left", x.field, n)
			}
		}
	})
}

// Of many who press at once one makes the accounts.
func TestAtOnce(t *testing.T) {
	each(t, func(w *world) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for i := range 8 {
			wg.Go(func() {
				in := w.whole()
				in.Community, in.Seats = 0, in.Seats[:1]
				in.Seats[0].Login += string(rune('a' + i))
				if _, err := w.s.Begin(w.Context(), in); err == nil {
					mu.Lock()
					made++
					mu.Unlock()
				} else if errs.KindOf(err) != errs.Conflict {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		if made != 1 || w.count("account") != 1 {
			w.Errorf("%d made, %d accounts", made, w.count("account"))
		}
	})
}

// The list says what is left, each step is done by its fact, and a link is shown to who may follow it.
func TestSteps(t *testing.T) {
	each(t, func(w *world) {
		in := w.whole()
		in.Community, in.Seats = 0, in.Seats[:1]
		if _, err := w.s.Begin(w.Context(), in); err != nil {
			w.Fatal(err)
		}
		done := func(role auth.Role) (names []string, links int) {
			list, err := w.s.Steps(admin(role), setup.Nothing{})
			if err != nil || len(list.Items) != 12 {
				w.Fatalf("%+v, %v", list, err)
			}
			for _, x := range list.Items {
				if x.Done {
					names = append(names, x.Name)
				}
				if x.Href != "" {
					links++
				}
			}
			if list.Left != 12-len(names) {
				w.Errorf("left %d, done %v", list.Left, names)
			}
			return names, links
		}
		if got, links := done(auth.SecurityAdmin); !slices.Equal(got, []string{"confirm"}) || links != 5 {
			w.Errorf("at first: %v, %d links", got, links)
		}
		if _, links := done(auth.SystemAdmin); links != 2 {
			w.Errorf("%d links of the system administrator", links)
		}
		w.texts = true
		if got, _ := done(auth.AuditAdmin); !slices.Equal(got, []string{"sms", "confirm"}) {
			w.Errorf("with SMS: %v", got)
		}
		if _, err := w.s.Steps(w.Context(), setup.Nothing{}); errs.KindOf(err) != errs.Unauthenticated {
			w.Errorf("a visitor: %v", err)
		}
	})
	each(t, func(w *world) {
		if _, err := w.s.Begin(w.Context(), w.whole()); err != nil {
			w.Fatal(err)
		}
		list, err := w.s.Steps(admin(auth.SecurityAdmin), setup.Nothing{})
		for _, x := range list.Items {
			if want := slices.Contains([]string{"system", "audit", "town", "head", "manager", "station"}, x.Name); x.Done != want {
				w.Errorf("%s: %v", x.Name, x.Done)
			}
		}
		if err != nil || list.Left != 6 {
			w.Errorf("%d left, %v", list.Left, err)
		}
	})
}

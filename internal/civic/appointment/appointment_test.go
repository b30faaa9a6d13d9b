package appointment

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
)

const (
	whole     auth.Region = 150000000000
	league    auth.Region = 152500000000
	banner    auth.Region = 152502000000
	town      auth.Region = 152502001000
	community auth.Region = 152502001001
)

// world is accounts with who made them, and the messages that went out.
type world struct {
	*Service
	persons  *person.Service
	accounts *account.Service
	t        *testing.T
	d        *db.DB
	sent     []string
	n        int
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	keys := seal.Ephemeral()
	w := &world{t: t, d: d, persons: person.New(d, keys, true)}
	text := func(_ context.Context, _ *db.Tx, phone string, m sms.Text) error {
		w.sent = append(w.sent, phone+" "+m.Words)
		return nil
	}
	w.accounts = account.New(d, keys, account.Outside{Persons: w.persons, Station: station, SMS: text}, true)
	w.Service = New(d, w.persons, w.accounts, blob.New(d, t.TempDir()), text)
	w.write(func(tx *db.Tx) error {
		for _, r := range []auth.Region{whole, league, banner, town, community} {
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
	return w
}

func station(context.Context, *db.Tx, db.ID, auth.Region) (db.ID, error) { return 77, nil }

func (w *world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// console is who sits at the server.
func (w *world) console() context.Context { return auth.AsSystem(w.t.Context(), "console") }

// actor is an account that acts with one role.
type actor struct {
	account.Account
	ctx context.Context
}

// made is what by makes: an account with a role and a telephone of its own.
func (w *world) made(by context.Context, role auth.Role, at auth.Region) actor {
	w.t.Helper()
	w.n++
	out, err := w.accounts.Add(by, account.AddInput{Login: fmt.Sprintf("user%d", w.n), Name: "陈晓燕", Phone: fmt.Sprintf("129%08d", w.n),
		Post: account.Post{Role: role, Region: at, Reason: "会议"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.as(out.Account, role, at)
}

func (w *world) as(a account.Account, role auth.Role, at auth.Region) actor {
	return actor{a, auth.With(w.t.Context(), auth.Actor{Account: a.ID, Name: a.Name, Grants: []auth.Grant{{Role: role, Region: at}}})}
}

func (w *world) apart(a, b actor) (why string) {
	w.t.Helper()
	err := w.d.Read(w.t.Context(), func(tx *db.Tx) (err error) { why, err = Apart(w.t.Context(), tx, a.ID, b.ID, tx.Now); return err })
	if err != nil {
		w.t.Fatal(err)
	}
	return why
}

// agreed confirms all that was done to an account, as the table stands after an honest confirmation.
func (w *world) agreed(a actor, by actor) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		_, err := tx.Exec(w.t.Context(), fmt.Sprintf(`UPDATE account_act SET confirmed_by = %d, confirmed_at = at, confirmed_how = 'met'
			WHERE account_id = %d AND confirmed_at IS NULL`, by.ID, a.ID))
		return err
	})
}

// Who made whom, directly, through others, by the same third, at the console; a confirmed act no longer counts.
func TestApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		security, audits := w.made(w.console(), auth.SecurityAdmin, whole), w.made(w.console(), auth.AuditAdmin, whole)
		second := w.made(w.console(), auth.SecurityAdmin, whole)
		third := w.made(w.console(), auth.BannerOfficer, banner)
		officer := w.made(security.ctx, auth.TownOfficer, town)
		head, other := w.made(officer.ctx, auth.CommunityHead, community), w.made(officer.ctx, auth.SocialWorker, community)
		for _, c := range []struct {
			name string
			a, b actor
			why  string
		}{
			{"the first two administrators", security, audits, ""},
			{"two of the console", second, third, "控制台"},
			{"the console's first and second", security, second, ""},
			{"maker and made", officer, head, "办过另一位的账号"},
			{"two of one maker", head, other, "两位的账号都是"},
			{"through another", security, head, "办过另一位的账号"},
			{"nothing in common", audits, head, ""},
			{"of one console, one through others", third, head, ""},
			{"himself", head, head, "同一个账号"},
		} {
			for _, why := range []string{w.apart(c.a, c.b), w.apart(c.b, c.a)} {
				if (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
					t.Errorf("%s: %q, not %q", c.name, why, c.why)
				}
			}
		}
		w.agreed(head, audits)
		if why := w.apart(officer, head); why != "" {
			t.Errorf("confirmed: %s", why)
		}
		if _, err := w.accounts.ResetFactor(officer.ctx, account.ReasonInput{ID: head.ID, Reason: "丢了"}); err != nil {
			t.Fatal(err)
		}
		if w.apart(officer, head) == "" || w.apart(security, head) == "" {
			t.Error("a second factor taken away joins nobody")
		}
	})
}

// One hand, or two that are not independent, never holds password and telephone of one account within ninety days.
func TestOneHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		security := w.made(w.console(), auth.SecurityAdmin, whole)
		officer, colleague := w.made(security.ctx, auth.TownOfficer, town), w.made(security.ctx, auth.TownOfficer, town)
		head := w.made(officer.ctx, auth.CommunityHead, community)
		at := func(a actor, days int) context.Context {
			return clock.At(a.ctx, time.Now().AddDate(0, 0, days))
		}
		reset := func(ctx context.Context) error {
			_, err := w.accounts.ResetPassword(ctx, account.ResetInput{ID: head.ID, Reason: "忘了"})
			return err
		}
		phone := func(ctx context.Context) error {
			w.n++
			_, err := w.accounts.SetPhone(ctx, account.PhoneInput{ID: head.ID, Phone: fmt.Sprintf("129%08d", w.n), Reason: "换号"})
			return err
		}
		if err := reset(officer.ctx); err != nil {
			t.Fatal(err)
		}
		for name, by := range map[string]actor{"the same": officer, "one of the same maker": colleague, "the maker": security} {
			if err := phone(at(by, 89)); errs.KindOf(err) != errs.Denied || !strings.Contains(err.Error(), "换一位来办") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := phone(at(officer, 91)); err != nil {
			t.Errorf("after ninety days: %v", err)
		}
		w.agreed(colleague, head)
		if err := reset(at(colleague, 92)); err != nil {
			t.Errorf("an independent colleague: %v", err)
		}
	})
}

package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

func actor(ctx context.Context, account db.ID, role auth.Role, in auth.Region) context.Context {
	return auth.With(ctx, auth.Actor{Account: account, Name: "某人", Grants: []auth.Grant{{Role: role, Region: in}}})
}

// trail writes n rows in n transactions.
func trail(t *testing.T, d *db.DB, n int) {
	t.Helper()
	ctx := actor(t.Context(), 5, auth.TownOfficer, 152502001000)
	for i := range n {
		err := d.Write(ctx, func(tx *db.Tx) error {
			return Write(ctx, tx, Entry{Action: "order.review", Object: "order", ID: fmt.Sprint(i), Region: 152502001001, Cause: "理由",
				Detail: map[string]any{"state": "queued"}})
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func number(t *testing.T, d *db.DB, keys *seal.Keys) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error { // whoever held the lease is done
		_, err := tx.Build("UPDATE audit_head SET until = 0").Run(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := NewSequencer(d, keys).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, d *db.DB, keys *seal.Keys) (found []string, checked, tail int64) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		checked, tail, err = Verify(t.Context(), tx, keys, func(seq int64, what string) {
			found = append(found, fmt.Sprintf("%d %s", seq, what))
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, checked, tail
}

// What stands in the trail stays for ever: it names nobody who acts for himself, nor whom a cause is about, and says from where an
// office acts.
func TestWhatStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Prepare(t, d)
		for _, c := range []struct {
			role                auth.Role
			actor, from, origin string
		}{
			{auth.TownOfficer, "某人", "192.0.2.7", `{"origin":"192.0.2.7","state":"queued"}`},
			{auth.TownOfficer, "某人", "", `{"state":"queued"}`},
			{auth.Resident, "", "192.0.2.7", `{"state":"queued"}`},
		} {
			a := auth.From(actor(t.Context(), 5, c.role, 152502001000))
			a.Origin = c.from
			ctx := auth.With(t.Context(), a)
			detail := map[string]any{"state": "queued"}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return Write(ctx, tx, Entry{Action: "order.review", Region: 152502001001, Cause: "其木格说娜仁高娃没来",
					Names: []string{"", "娜仁高娃", "其木格"}, Detail: detail})
			}); err != nil {
				t.Fatal(err)
			}
			var got []Row
			if err := d.Read(ctx, func(tx *db.Tx) (err error) {
				got, err = db.Select[Row](ctx, tx, tx.Build(columns+" ORDER BY id DESC LIMIT 1"))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if r := got[0]; r.Actor != c.actor || r.Cause != "某某说某某没来" || string(r.Detail) != c.origin || len(detail) != 1 {
				t.Errorf("%v from %q: %+v %s", c.role, c.from, r, r.Detail)
			}
		}
	})
}

func TestChainIsWholeAndTailCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Prepare(t, d)
		keys := seal.Ephemeral()
		if found, checked, tail := verify(t, d, keys); len(found) != 0 || checked != 0 || tail != 0 {
			t.Errorf("an empty trail: %v, %d, %d", found, checked, tail)
		}
		trail(t, d, 5)
		number(t, d, keys)
		trail(t, d, 5)
		number(t, d, keys)
		trail(t, d, 2)
		if found, checked, tail := verify(t, d, keys); len(found) != 0 || checked != 10 || tail != 2 {
			t.Errorf("found %v, checked %d, tail %d", found, checked, tail)
		}
		if found, _, _ := verify(t, d, seal.Ephemeral()); len(found) != 10 {
			t.Errorf("other keys find %v", found)
		}
	})
}

// Whatever is done to the rows by hand, Verify names the place.
func TestTampering(t *testing.T) {
	for name, c := range map[string]struct {
		sql  []string
		want []int64 // first numbers reported
	}{
		"cause changed":     {[]string{"UPDATE audit SET cause = '别的' WHERE seq = 4"}, []int64{4}},
		"actor changed":     {[]string{"UPDATE audit SET account_id = 6 WHERE seq = 4"}, []int64{4}},
		"region changed":    {[]string{"UPDATE audit SET region = 0 WHERE seq = 4"}, []int64{4}},
		"words moved over":  {[]string{"UPDATE audit SET action = 'order.reviewo', object = 'rder' WHERE seq = 4"}, []int64{4}},
		"chain replaced":    {[]string{"UPDATE audit SET chain = (SELECT chain FROM audit WHERE seq = 3) WHERE seq = 4"}, []int64{4, 5}},
		"row deleted":       {[]string{"DELETE FROM audit WHERE seq = 4"}, []int64{4}},
		"two rows deleted":  {[]string{"DELETE FROM audit WHERE seq IN (4, 5)"}, []int64{4}},
		"first row deleted": {[]string{"DELETE FROM audit WHERE seq = 1"}, []int64{1}},
		"last rows deleted": {[]string{"DELETE FROM audit WHERE seq > 6"}, []int64{7}},
		"deleted and closed": {[]string{"DELETE FROM audit WHERE seq = 4", "UPDATE audit SET seq = seq - 1 WHERE seq = 5",
			"UPDATE audit SET seq = 5 WHERE seq = 6"}, []int64{4, 5, 6}},
		"two rows swapped": {[]string{"UPDATE audit SET seq = 99 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5",
			"UPDATE audit SET seq = 5 WHERE seq = 99"}, []int64{4, 5, 6}},
		"number taken away": {[]string{"UPDATE audit SET seq = NULL WHERE seq = 4"}, []int64{4}},
		"row added at end": {[]string{"INSERT INTO audit SELECT id + 1, at, account_id, actor, role, action, object, object_id, region, " +
			"cause, detail, 9, chain FROM audit WHERE seq = 8"}, []int64{9, 9}},
		"head moved back": {[]string{"UPDATE audit_head SET seq = 7"}, []int64{8}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				keys := seal.Ephemeral()
				trail(t, d, 8)
				number(t, d, keys)
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					for _, q := range c.sql {
						if n, err := tx.Exec(t.Context(), q); err != nil || n == 0 {
							return errors.Join(err, errors.New("nothing was done"))
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				found, _, _ := verify(t, d, keys)
				var seqs []int64
				for _, f := range found {
					var seq int64
					fmt.Sscan(f, &seq)
					seqs = append(seqs, seq)
				}
				if !slices.Equal(seqs, c.want) {
					t.Errorf("found %v, want %v", found, c.want)
				}
			})
		})
	}
}

// Two sequencers over busy writers make one chain, and no writer waits for them.
func TestTwoSequencersOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.Ephemeral()
		ctx, cancel := context.WithCancel(t.Context())
		var running, writing sync.WaitGroup
		for range 2 {
			running.Go(func() { NewSequencer(d, keys).Run(ctx) })
		}
		for range 4 {
			writing.Go(func() { trail(t, d, 150) })
		}
		writing.Wait()
		for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if _, _, tail := verify(t, d, keys); tail == 0 {
				break
			}
		}
		if found, checked, tail := verify(t, d, keys); len(found) != 0 || checked != 600 || tail != 0 {
			t.Errorf("found %v, checked %d, tail %d", found, checked, tail)
		}
		cancel()
		running.Wait()
	})
}

// Even with leases that both think are theirs, the lock on the head keeps one chain.
func TestOneChainWithoutLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.Ephemeral()
		trail(t, d, 300)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				s := &Sequencer{db: d, keys: keys, holder: "same"}
				for range 20 {
					err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := s.number(t.Context(), tx); return err })
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		trail(t, d, 50)
		wg.Wait()
		number(t, d, keys)
		if found, checked, _ := verify(t, d, keys); len(found) != 0 || checked != 350 {
			t.Errorf("found %v, checked %d", found, checked)
		}
	})
}

// While a sequencer is in the middle of its transaction, a writer on PostgreSQL commits; SQLite has one writer, so there only the
// batch is bounded.
func TestWriterDoesNotWait(t *testing.T) {
	d := dbtest.Postgres(t)
	trail(t, d, 3)
	s := NewSequencer(d, seal.Ephemeral())
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		n, err := s.number(t.Context(), tx)
		if err != nil || n != 3 {
			return fmt.Errorf("%d, %w", n, err)
		}
		done := make(chan bool)
		go func() { trail(t, d, 1); close(done) }()
		select {
		case <-done:
		case <-time.After(2 * time.Minute):
			t.Error("a writer waits for the sequencer")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestListAndExport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.Ephemeral()
		trail(t, d, 3)
		system := auth.AsSystem(t.Context(), "sweep")
		far := actor(t.Context(), 9, auth.Resident, 0)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(Write(system, tx, Entry{Action: "keys.rotate", Object: "keys", ID: "1"}),
				Write(far, tx, Entry{Action: "order.create", Object: "order", ID: "<77>", Region: 150102001001}))
		})
		if err != nil {
			t.Fatal(err)
		}
		number(t, d, keys)
		ids := func(ctx context.Context, f Filter) string {
			t.Helper()
			var out []string
			in := ListInput{Filter: f, Paging: db.Paging{Limit: 2}}
			for {
				var page db.Page[Row]
				err := d.Read(ctx, func(tx *db.Tx) (err error) { page, err = List(ctx, tx, in); return err })
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range page.Items {
					out = append(out, r.Object+r.ObjectID)
				}
				if page.Next == nil {
					return strings.Join(out, " ")
				}
				in.Cursor = *page.Next
			}
		}
		all := actor(t.Context(), 1, auth.AuditAdmin, 150000000000)
		banner := actor(t.Context(), 2, auth.Auditor, 152502000000)
		today := clock.Today(t.Context())
		for _, c := range []struct {
			name string
			ctx  context.Context
			f    Filter
			want string
		}{
			{"everything", all, Filter{}, "order<77> keys1 order2 order1 order0"},
			{"a banner's auditor", banner, Filter{}, "order2 order1 order0"},
			{"a banner's auditor asks for another", banner, Filter{Region: 150102000000}, ""},
			{"region", all, Filter{Region: 150100000000}, "order<77>"},
			{"account", all, Filter{Account: 9}, "order<77>"},
			{"object", all, Filter{Object: "order", ObjectID: "1"}, "order1"},
			{"action", all, Filter{Action: "keys.rotate"}, "keys1"},
			{"days", all, Filter{From: today, To: today, Object: "keys"}, "keys1"},
			{"tomorrow", all, Filter{From: today.AddDays(1)}, ""},
			{"yesterday", all, Filter{To: today.AddDays(-1)}, ""},
		} {
			if got := ids(c.ctx, c.f); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		var out bytes.Buffer
		if err := d.Read(all, func(tx *db.Tx) error { return Export(all, tx, &out, Filter{}) }); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 6 || !strings.Contains(lines[0], `"kind":"audit"`) {
			t.Fatalf("%s", out.String())
		}
		prev := []byte(nil)
		for i, line := range lines[1:] { // whoever has the keys can check the export alone
			var r struct {
				Row
				Detail json.RawMessage `json:"detail"`
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			r.Row.Detail = Detail(r.Detail)
			if *r.Seq != int64(i+1) || !bytes.Equal(link(keys, prev, r.Row), r.Chain) {
				t.Errorf("line %d does not verify: %s", i+1, line)
			}
			prev = r.Chain
		}
		town := actor(t.Context(), 3, auth.TownOfficer, 152502001000)
		err = d.Read(town, func(tx *db.Tx) error { _, err := List(town, tx, ListInput{}); return err })
		if errs.KindOf(err) != errs.Denied {
			t.Errorf("a town officer reads the trail: %v", err)
		}
	})
}

// What is gathered is written once its work is done, behind what was numbered before, and forgotten with work that fails.
func TestGather(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.Ephemeral()
		trail(t, d, 3)
		number(t, d, keys)
		s := NewSequencer(d, keys)
		gather := func(fail error) error {
			return d.Batch(actor(t.Context(), 5, auth.TownOfficer, 152502001000), func(ctx context.Context) error {
				return s.Gather(ctx, func(ctx context.Context) error {
					for i := range 4 {
						err := d.Write(ctx, func(tx *db.Tx) error {
							return Write(ctx, tx, Entry{Action: "order.review", Object: "order", ID: fmt.Sprint(i), Region: 152502001001,
								Detail: map[string]any{"was": "<b>", "minutes": 90}})
						})
						if err != nil {
							return err
						}
					}
					return fail
				})
			})
		}
		if err := gather(nil); !strings.Contains(fmt.Sprint(err), "another sequencer") {
			t.Errorf("beside a sequencer that holds the lease: %v", err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE audit_head SET until = 0").Run(t.Context(), tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := gather(errs.ErrStale); !errors.Is(err, errs.ErrStale) {
			t.Error(err)
		}
		if err := gather(nil); err != nil {
			t.Fatal(err)
		}
		if found, checked, tail := verify(t, d, keys); len(found) != 0 || checked != 7 || tail != 0 {
			t.Errorf("found %v, checked %d, tail %d", found, checked, tail)
		}
	})
}

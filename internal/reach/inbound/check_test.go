package inbound_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/inbound"
)

// Verify names what does not agree, and why.
func TestVerifySays(t *testing.T) {
	each(t, func(w *world) {
		d := w.taken(w.mixed())
		found := func(want ...string) {
			w.Helper()
			var got []string
			w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
				return inbound.Verify(w.System, tx, func(object, what string) { got = append(got, object+" "+what) })
			}))
			if len(got) > 1 {
				got = slices.Compact(got)
			}
			if !slices.Equal(got, want) {
				w.Errorf("%q, want %q", got, want)
			}
		}
		it := "inbound_batch " + d.ID.String() + " "
		const off = "开头写的条数和收到的不一样"
		found()
		w.run(`UPDATE inbound_batch SET done = done - 1`)
		found(it + "B1：" + off)
		w.run(`UPDATE inbound_batch SET done = done + 1, items = items + 1`)
		found(it + "B1：" + off)
		for _, state := range []string{"loading", "dropped"} {
			w.run(`UPDATE inbound_batch SET state = ?`, state)
			found()
		}
		w.run(`UPDATE inbound_batch SET items = items - 1, state = 'taken'`)
		w.run(`UPDATE inbound_conflict SET decision = 'open'`)
		found(it + "B1：有条目的状态和冲突的决定不相符")
		w.run(`UPDATE inbound_conflict SET decision = 'ours'`)
		w.run(`UPDATE inbound_key SET second_id = by_id`)
		found("inbound_key " + w.source.Keys[0].ID.String() + " " + w.source.Name + "：公钥没有第二个人核对过")
		w.run(`UPDATE inbound_key SET state = 'entered'`)
		found()
		w.run(`UPDATE service_record SET status = 'counted', confirmed = TRUE, confirmation = 'reviewed', counted_at = made_at, counted_day = day,
			approved_by = ? WHERE id IN (SELECT record_id FROM inbound_line)`,
			auth.From(w.Second).Account)
		for parts, want := range map[[2]context.Context]int{{w.Second, w.Banner}: 2, {w.Banner, w.Second}: 2, {w.Banner, w.League}: 0} {
			w.run(`UPDATE inbound_batch SET by_id = ?, taken_by = ?`, auth.From(parts[0]).Account, auth.From(parts[1]).Account)
			if n := w.findings("收这一批的人自己复核了它的记录"); n != want {
				w.Errorf("%d records that were looked at by who took them are found, want %d", n, want)
			}
		}
		w.run(`UPDATE inbound_line SET record_id = NULL WHERE kind = 'service'`)
		if n := w.findings("收下的服务没有导入的记录"); n != 2 {
			w.Errorf("%d services without their records are found", n)
		}
	})
}

// findings counts what verify says in these words.
func (w *world) findings(words string) (n int) {
	w.Helper()
	w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
		return inbound.Verify(w.System, tx, func(_, what string) {
			if strings.HasSuffix(what, words) {
				n++
			}
		})
	}))
	return n
}

// A key signs on its first and its last day, and not before or after.
func TestDaysOfAKey(t *testing.T) {
	each(t, func(w *world) {
		for i, c := range []struct {
			from, until int64
			want        string
		}{{0, 0, ""}, {0, 9, ""}, {-9, 0, ""}, {1, 9, "conflict"}, {-9, -1, "conflict"}} {
			today := inspectiontest.Today
			w.run(`UPDATE inbound_key SET from_day = ?, until_day = ?`, today.AddDays(int(c.from)), today.AddDays(int(c.until)))
			_, err := w.receive(file(w.T, keyOf(3), "platform-1", fmt.Sprint("K", i), []fields{somebody("p1", "远方", "12900000077")}, nil))
			if (err == nil) != (c.want == "") {
				w.Errorf("%+v: %v", c, err)
			}
		}
	})
}

// Lines follow the entry of a person that goes on as another, and files are called by their batch and form.
func TestFollowAndNames(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.receive(w.mixed())
		w.Must(err)
		from, to := w.Vols[0].PersonID, w.Person("曾娜仁", 7)
		w.s.Follow(w.Persons)
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: from, To: to})
		})
		w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
			for id, n := range map[db.ID]int{from: 0, to: 3} {
				held, err := w.s.Held(w.System, tx, id)
				if got := strings.Count(fmt.Sprint(held), "B1"); err != nil || got != n {
					w.Errorf("%d lines, want %d: %v", got, n, err)
				}
			}
			return nil
		}))
		for form, want := range map[string][2]string{"csv": {"B1.csv", "text/csv; charset=utf-8"}, "jsonl": {"B1.jsonl", "application/jsonl"},
			"": {"B1.jsonl", "application/jsonl"}} {
			f, err := w.s.File(w.Banner, inbound.FileInput{ID: d.ID, Form: form})
			w.Must(err)
			if f.Name != want[0] || f.Type != want[1] {
				w.Errorf("%q: %s, %s", form, f.Name, f.Type)
			}
		}
		r, err := w.s.Receipt(w.Banner, inbound.GetInput{ID: d.ID})
		w.Must(err)
		if r.Name != "B1-receipt.jsonl" || r.Type != "application/jsonl" {
			w.Errorf("%s, %s", r.Name, r.Type)
		}
		both, _ := w.Actor("两处", 0, auth.Grant{Role: auth.BannerOfficer, Region: 150102000000},
			auth.Grant{Role: auth.Inspector, Region: inspectiontest.Banner})
		for who, want := range map[context.Context]string{both: "denied", w.Far: "not_found"} {
			_, err := w.s.Receive(who, inbound.ReceiveInput{ID: w.source.ID, File: blob.Upload{Name: "b.jsonl", Data: w.mixed()}})
			errstest.Is(w, err, want)
		}
		for who, want := range map[context.Context]string{both: "denied", w.Far: "not_found", w.Inspector: "denied", w.Manager: "denied"} {
			_, err := w.s.File(who, inbound.FileInput{ID: d.ID})
			errstest.Is(w, err, want)
		}
		w.run(`UPDATE inbound_batch SET state = 'loading'`)
		_, err = w.s.File(w.Banner, inbound.FileInput{ID: d.ID})
		errstest.Is(w, err, "wrong_state: 这一批还没有读完")
	})
}

// What of a batch waits for a second person: records that wait, of batches that are taken.
func TestToConfirm(t *testing.T) {
	each(t, func(w *world) {
		d := w.taken(w.mixed())
		waits := func(who context.Context, n int64) {
			w.Helper()
			v, err := w.s.ToConfirm(who, inbound.Nothing{})
			w.Must(err)
			var got int64
			for _, h := range v.Items {
				if got += h.N; h.Number != "B1" || h.SourceName != w.source.Name || h.ID != d.ID {
					w.Errorf("%+v", h)
				}
			}
			if got != n {
				w.Errorf("%d wait, want %d", got, n)
			}
		}
		for state, n := range map[string]int64{"taking": 2, "taken": 2, "undoing": 0, "withdrawn": 0, "loading": 0} {
			w.run(`UPDATE inbound_batch SET state = ?`, state)
			waits(w.Second, n)
			waits(w.Far, 0)
		}
		w.run(`UPDATE inbound_batch SET state = 'taken'`)
		w.run(`UPDATE inbound_line SET state = 'undone' WHERE n = (SELECT MIN(n) FROM inbound_line WHERE state = 'taken' AND kind = 'service')`)
		waits(w.Second, 1)
		w.run(`UPDATE service_record SET status = 'void', reason = 'x' WHERE id IN (SELECT record_id FROM inbound_line)`)
		waits(w.Second, 0)
	})
}

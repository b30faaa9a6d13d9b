package inbound_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/reach/inbound"
	"linli/internal/work/attendance/attendancetest"
)

// far is a batch of n people with five services each: every tenth is a volunteer here; of the others that are known here one has another
// birthday, one another sex, and the rest nobody knows.
func (w *world) far(n int) []byte {
	w.T.Helper()
	var people, services []fields
	w.Write(func(tx *db.Tx) error {
		for i := range n {
			id, name, phone := fmt.Sprintf("p%d", i), traveller(i), fmt.Sprintf("1291%07d", i)
			p := somebody(id, name, phone, "birth_day", "1981-02-03")
			if i%10 == 0 {
				if err := w.volunteer(tx, name, phone, i); err != nil {
					return err
				}
				if i%20 == 0 {
					p["birth_day"] = "1981-02-04"
				}
			}
			people = append(people, p)
			for k := range 5 {
				services = append(services, service(fmt.Sprintf("s%d-%d", i, k), id, 5+k, 9, 60))
			}
		}
		return nil
	})
	return file(w.T, keyOf(3), "platform-1", "FAR", people, services)
}

// traveller is the name of one of them.
func traveller(i int) string { return "远方" + string(rune(0x4e00+i)) }

// volunteer registers somebody of the gacha as a volunteer.
func (w *world) volunteer(tx *db.Tx, name, phone string, n int) error {
	p, err := w.Persons.Add(w.System, tx, newPerson(name, phone))
	if err != nil {
		return err
	}
	_, err = tx.Build(`INSERT INTO volunteer (id, no, person_id, region, status, identities, skills, max_km, lat, lng, reason, at, version)
		VALUES (?, ?, ?, ?, 'active', '', '', 5, 43.9, 116.1, '', ?, 1)`, tx.NewID(), fmt.Sprintf("T-%d", n), p.ID, int64(attendancetest.Gacha),
		tx.Now).Run(w.System, tx)
	if err == nil {
		err = person.Consent(w.System, tx, p.ID, person.PurposeVolunteer, person.ByPaper, 0)
	}
	return err
}

// A foreign batch of people and their records goes in with its conflicts decided, out again unchanged in content, the kit passes it; a
// second installation takes it, and refuses it twice: before it was taken and after.
func TestTravel(t *testing.T) { travel(t, 100) }

// The same with a thousand people and five thousand records.
func TestDrillTravel(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return // in `make drill`
	}
	travel(t, 1000)
}

// travel lets n people travel, each with five services.
func travel(t *testing.T, n int) {
	each(t, func(w *world) {
		data := w.far(n)
		d, err := w.receive(data)
		w.Must(err)
		if d.Open != int64((n+19)/20) || d.Count("person", "new") != int64(n-n/10) || d.Count("service", "") != int64(5*n) {
			t.Fatalf("%s, %d open", counts(d), d.Open)
		}
		d, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "birth_day", Decision: "ours"})
		w.Must(err)
		begun := time.Now()
		d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		t.Logf("%d people, %d services, %d taken in %v", n, 5*n, d.Count("service", "taken"), time.Since(begun))
		for ids := w.shown(w.Head, d.ID); len(ids) > 0; ids = w.shown(w.Head, d.ID) {
			w.Must(inspectiontest.Err(w.s.ConfirmRecords(w.Head, inbound.ConfirmRecordsInput{ID: d.ID, Records: ids})))
		}
		if got, want := figures(w.get(d.ID)), fmt.Sprintf("counted %d %d", n/2, n/2*60); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		out := w.out(inbound.FileInput{ID: d.ID})
		w.same(data, out)
		w.verify()
		w.elsewhere(out, n)
	})
}

// elsewhere is another installation, which knows the key of the first.
func (w *world) elsewhere(data []byte, n int) {
	w.T.Helper()
	base := *w.World
	base.World = attendancetest.New(w.T, attendancetest.Seeded.SQLite(w.T))
	there := newWorld(&base)
	there.World.Banner, _ = there.Actor("那边的经办", 0, officer)
	there.register("first", "linli", w.Keys.Signer())
	there.Write(func(tx *db.Tx) error {
		for i := 0; i < n; i += 10 {
			if err := there.volunteer(tx, traveller(i), fmt.Sprintf("1291%07d", i), i); err != nil {
				return err
			}
		}
		return nil
	})
	d, err := there.receive(data)
	there.Must(err)
	if d.Installation != "platform-1" || d.Count("", "") != d.Items || d.Open != int64((n+19)/20) {
		w.T.Errorf("%s, %d open", counts(d), d.Open)
	}
	again := func() {
		w.T.Helper()
		_, err := there.receive(data)
		errstest.Is(w, err, "conflict: 批次 FAR 在")
	}
	again()
	d, err = there.s.DecideAll(there.World.Banner, inbound.AllInput{ID: d.ID, Field: "birth_day", Decision: "ours"})
	there.Must(err)
	d, err = there.s.Take(there.World.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
	there.Must(err)
	if d.Open != 0 || d.Count("service", "taken") != int64(n/2) {
		w.T.Errorf("taken elsewhere: %s, %d open", counts(d), d.Open)
	}
	again()
	there.same(data, there.out(inbound.FileInput{ID: d.ID, Form: "csv"}))
	there.verify()
}

// A taking that is killed in a stretch of lines leaves the stretches before it and nothing of that one; it goes on behind them, and nothing
// is taken twice.
func TestTakeBrokenOff(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.receive(w.far(100))
		w.Must(err)
		d, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "birth_day", Decision: "ours"})
		w.Must(err)
		doomed, kill := context.WithCancel(w.Banner)
		n := 0
		w.records.Changed.Subscribe(func(ctx context.Context, _ *db.Tx, _ record.ChangedEvent) error {
			if n++; n == 30 {
				kill()
			}
			return ctx.Err()
		})
		if _, err := w.s.Take(doomed, inbound.TakeInput{ID: d.ID, Version: d.Version}); err == nil {
			t.Fatal("it was not broken off")
		}
		d = w.get(d.ID)
		if got := figures(d); d.State != "taking" || d.Count("service", "taken") != 20 || got != "pending 20 1200" {
			t.Errorf("broken off: %s, %s, %s", d.State, counts(d), got)
		}
		w.verify()
		d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		if got := figures(d); d.State != "taken" || d.Count("service", "taken") != 50 || got != "pending 50 3000" {
			t.Errorf("gone on: %s, %s, %s", d.State, counts(d), got)
		}
		w.Write(func(tx *db.Tx) error {
			n, err := db.SelectOne[int64](w.System, tx, tx.Build("SELECT COUNT(*) FROM service_record"))
			if n != 50 {
				t.Errorf("%d records in all", n)
			}
			return err
		})
		w.verify()
	})
}

// Of two lines that put somebody in two places at one time the first is taken, also where both come in one stretch; what he has done here
// stands before either.
func TestTwoPlaces(t *testing.T) {
	each(t, func(w *world) {
		v := w.Vols[0]
		d, err := w.receive(file(t, keyOf(3), "platform-1", "TWO", []fields{somebody("p1", v.Name, "12900000001", "birth_day", "1980-01-01")},
			[]fields{service("s1", "p1", 5, 9, 60), service("s2", "p1", 5, 9, 30), service("s3", "p1", 5, 10, 30), service("s4", "p1", 6, 9, 30)}))
		w.Must(err)
		if d.Open > 0 {
			d, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "birth_day", Decision: "ours"})
			w.Must(err)
		}
		at := func(minute int) time.Time { return time.Date(2026, 10, 6, 9, minute, 0, 0, clock.Shanghai) }
		_, err = w.records.ImportRow(w.Banner, record.ImportInput{VolunteerNo: v.No, Region: attendancetest.Gacha, Title: "在这里",
			Category: "farming", Content: "扫雪", StartedAt: at(15), EndedAt: at(45), Unit: "站里"})
		w.Must(err)
		d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Kind: "service"})
		w.Must(err)
		for i, want := range []string{"taken ", "refused 这段时间已经有一条服务记录", "taken ", "refused 这段时间已经有一条服务记录"} {
			if l := lines.Items[i]; !strings.HasPrefix(l.State+" "+l.Reason, want) {
				t.Errorf("%s: %s %s", l.TheirID, l.State, l.Reason)
			}
		}
	})
}

// A hundred thousand records go in within two minutes, with no more memory than the numbers of their lines need.
func TestDrillStream(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return // in `make drill`
	}
	each(t, func(w *world) {
		var people, services []fields
		for i := range 20_000 {
			id := fmt.Sprintf("p%d", i)
			people = append(people, somebody(id, "外人", fmt.Sprintf("1292%07d", i)))
			for k := range 5 {
				services = append(services, service(fmt.Sprintf("s%d-%d", i, k), id, 5+k, 9, 60))
			}
		}
		data := file(t, keyOf(3), "platform-1", "STREAM", people, services)
		begun := time.Now()
		d, err := w.s.Read(w.Banner, w.source.ID, bytes.NewReader(data), func(inbound.Batch) {})
		w.Must(err)
		if took := time.Since(begun); d.Done != 120_000 || took > 2*time.Minute {
			t.Errorf("%d lines in %v", d.Done, took)
		} else {
			t.Logf("%d lines in %v", d.Done, took)
		}
	})
}

package platforms_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/platforms"
	"linli/internal/work/attendance/attendancetest"
)

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// What waits: a batch to be sent, and what a platform did not take, until the next batch to it is made.
func TestHeaps(t *testing.T) {
	each(t, func(w *world) {
		told := func(who context.Context, want ...string) {
			w.Helper()
			areatest.IsTodo(w.T, w.DB, w.s.Area(), who, "gov", want...)
		}
		told(w.Banner)
		b := w.make(days)
		line := b.Number + ", " + b.Unit
		const send, mend = "做好了的批次，等报送: ", "没有收下的条目，等改好再报: "
		told(w.Banner, send+line)
		told(w.League, send+line)
		told(w.Far)
		told(w.Inspector)
		w.sent(b)
		told(w.Banner)
		for state, want := range map[string]bool{"partly": true, "refused": true, "received": false, "withdrawn": false} {
			w.run(`UPDATE platform_batch SET state = ? WHERE id = ?`, state, b.ID)
			if want {
				told(w.Banner, mend+line)
			} else {
				told(w.Banner)
			}
		}
		w.run(`UPDATE platform_batch SET state = 'partly' WHERE id = ?`, b.ID)
		w.run(`UPDATE platform_batch SET platform = 'beijiang' WHERE id = ?`, b.ID)
		next := w.make(days)
		told(w.Banner, send+next.Number+", "+next.Unit, mend+line) // to another platform
		w.run(`UPDATE platform_batch SET platform = 'national' WHERE id = ?`, b.ID)
		told(w.Banner, send+next.Number+", "+next.Unit)
		w.run(`UPDATE platform_batch SET region = ? WHERE id = ?`, int64(inspectiontest.League), b.ID) // of another place
		told(w.League, send+next.Number+", "+next.Unit, mend+line)
		w.run(`UPDATE platform_batch SET region = ? WHERE id = ?`, int64(inspectiontest.Banner), b.ID)
		w.run(`UPDATE platform_batch SET state = 'withdrawn'`)
	})
}

// Batches and the ledger are those of the reader's place, narrowed by what he asks for.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		w.sent(b)
		for _, c := range []struct {
			who context.Context
			in  platforms.ListInput
			n   int
		}{
			{w.Banner, platforms.ListInput{}, 1}, {w.League, platforms.ListInput{}, 1}, {w.Far, platforms.ListInput{}, 0},
			{w.Banner, platforms.ListInput{Platform: "national"}, 1}, {w.Banner, platforms.ListInput{Platform: "beijiang"}, 0},
			{w.Banner, platforms.ListInput{State: platforms.Given}, 1}, {w.Banner, platforms.ListInput{State: platforms.Queued}, 0},
			{w.Far, platforms.ListInput{State: platforms.Given}, 0},
		} {
			list, err := w.s.List(c.who, c.in)
			w.Must(err)
			if len(list.Items) != c.n {
				w.Errorf("%+v: %d, want %d", c.in, len(list.Items), c.n)
			}
		}
		today := clock.Today(w.System)
		all, err := w.s.Ledger(w.Banner, platforms.LedgerInput{})
		w.Must(err)
		who := all.Items[0].PersonID
		for _, c := range []struct {
			who context.Context
			in  platforms.LedgerInput
			n   int
		}{
			{w.Banner, platforms.LedgerInput{}, 5}, {w.Inspector, platforms.LedgerInput{}, 5}, {w.Far, platforms.LedgerInput{}, 0},
			{w.Banner, platforms.LedgerInput{Platform: "national"}, 5}, {w.Banner, platforms.LedgerInput{Platform: "beijiang"}, 0},
			{w.Banner, platforms.LedgerInput{Kind: "service"}, 4}, {w.Banner, platforms.LedgerInput{Kind: "person"}, 1},
			{w.Banner, platforms.LedgerInput{State: "waits"}, 5}, {w.Banner, platforms.LedgerInput{State: "received"}, 0},
			{w.Banner, platforms.LedgerInput{PersonID: who}, 5}, {w.Banner, platforms.LedgerInput{PersonID: who + 1}, 0},
			{w.Banner, platforms.LedgerInput{BatchID: b.ID}, 5}, {w.Banner, platforms.LedgerInput{BatchID: b.ID + 1}, 0},
			{w.Banner, platforms.LedgerInput{From: today}, 5}, {w.Banner, platforms.LedgerInput{From: today.AddDays(1)}, 0},
			{w.Banner, platforms.LedgerInput{To: today}, 5}, {w.Banner, platforms.LedgerInput{To: today.AddDays(-1)}, 0},
			{w.Banner, platforms.LedgerInput{Kind: "service", State: "received"}, 0}, {w.Far, platforms.LedgerInput{Kind: "service"}, 0},
		} {
			list, err := w.s.Ledger(c.who, c.in)
			w.Must(err)
			if len(list.Items) != c.n {
				w.Errorf("%+v: %d, want %d", c.in, len(list.Items), c.n)
			}
			for _, e := range list.Items {
				if e.Name == w.Vols[0].Name || e.Number != b.Number || e.Ground != "law" {
					w.Errorf("%+v", e)
				}
			}
		}
		for who, want := range map[context.Context]string{w.Manager: "denied", w.Vols[0].Ctx: "denied", w.Banner: ""} {
			_, err := w.s.Ledger(who, platforms.LedgerInput{})
			errstest.Is(w, err, want)
			_, err = w.s.Export(who, platforms.LedgerInput{})
			errstest.Is(w, err, want)
		}
	})
}

// Each step of a batch stands in its states alone, and is its place's alone.
func TestStates(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		day := inspectiontest.Today.AddDays(3)
		sent := platforms.SentInput{ID: b.ID, Version: 50, Day: day}
		back := platforms.WithdrawInput{ID: b.ID, Version: 50, Reason: "错了"}
		for name, c := range map[string]struct {
			from map[string]bool
			do   func() error
		}{
			"sent": {map[string]bool{platforms.Queued: true}, func() error { return inspectiontest.Err(w.s.Sent(w.Banner, sent)) }},
			"withdraw": {map[string]bool{platforms.Queued: true, platforms.Given: true},
				func() error { return inspectiontest.Err(w.s.Withdraw(w.Banner, back)) }},
		} {
			for _, state := range []string{"queued", "sent", "partly", "received", "refused", "withdrawn"} {
				if c.from[state] {
					continue
				}
				w.run(`UPDATE platform_batch SET state = ?, version = 50 WHERE id = ?`, state, b.ID)
				if err := c.do(); errs.CodeOf(err) != "wrong_state" {
					w.Errorf("%s of %s: %v", name, state, err)
				}
			}
		}
		w.run(`UPDATE platform_batch SET state = 'queued', version = 50 WHERE id = ?`, b.ID)
		for who, want := range map[context.Context]string{w.Far: "not_found", w.Inspector: "denied", w.Manager: "denied"} {
			errstest.Is(w, inspectiontest.Err(w.s.Sent(who, sent)), want)
			errstest.Is(w, inspectiontest.Err(w.s.Withdraw(who, back)), want)
		}
		errstest.Is(w, inspectiontest.Err(w.s.Get(w.Far, platforms.GetInput{ID: b.ID})), "not_found")
		back.Reason = " "
		errstest.Is(w, inspectiontest.Err(w.s.Withdraw(w.Banner, back)), "invalid reason")
		sent.Day = day.AddDays(1)
		errstest.Is(w, inspectiontest.Err(w.s.Sent(w.Banner, sent)), "invalid day")
		sent.Day = day
		w.Must(inspectiontest.Err(w.s.Sent(w.Banner, sent)))
		for want, in := range map[string]platforms.MakeInput{
			"invalid to":  {Platform: "national", Region: inspectiontest.Banner, From: days.To, To: days.From},
			"not_found":   {Platform: "national", Region: 150102000000, From: days.From, To: days.To},
			"invalid to ": {Platform: "national", Region: inspectiontest.Banner, From: days.From, To: day.AddDays(1)},
		} {
			_, err := w.s.Make(w.Banner, in)
			if code := errs.CodeOf(err); code == "" {
				w.Errorf("%q: %v", want, err)
			}
		}
		_, err := w.s.Make(w.Banner, platforms.MakeInput{Platform: "national", Region: attendancetest.Far, From: 20250101, To: 20250102})
		if err == nil {
			w.Error("a batch of nothing is made")
		}
	})
}

// A line says what was done, where and for how long, each in its own field; what lasted less than a minute was no service.
func TestWhatALineSays(t *testing.T) {
	each(t, func(w *world) {
		w.run(`UPDATE service_record SET title = '送饭', content = '一荤一素', place = '东街', unit = '宝力根', leader = '巴图'`)
		w.run(`UPDATE service_record SET ended_at = ?, minutes = 1 WHERE id = ?`, at(w, 0, 59*time.Second), w.records[0])
		w.run(`UPDATE service_record SET ended_at = ?, minutes = 1 WHERE id = ?`, at(w, 1, time.Minute), w.records[1])
		b := w.make(days)
		_, lines := w.file(b, "jsonl")
		if b.Services != 3 || len(lines) != 5 {
			w.Fatalf("%+v, %d lines", b, len(lines))
		}
		x := lines[2]
		if x.Text("id") != w.records[1].String() || x.Text("title") != "送饭" || x.Text("content") != "一荤一素" || x.Text("place") != "东街" ||
			x.Text("unit") != "宝力根" || x.Text("leader") != "巴图" || x.Text("state") != "counted" {
			w.Errorf("%s", x.JSON)
		}
		for who, may := range map[context.Context]bool{w.Banner: true, w.League: true, w.Inspector: false} {
			d, err := w.s.Get(who, platforms.GetInput{ID: b.ID})
			w.Must(err)
			if d.May != may {
				w.Errorf("may send: %v, want %v", d.May, may)
			}
		}
		w.sent(b)
		_, err := w.s.Make(w.Banner, days)
		errstest.Is(w, err, "conflict: 批次 "+b.Number+" 还在等回执")
		for platform, consent := range map[string]bool{"cloud": true, "national": false} {
			in := days
			in.Platform, in.From, in.To = platform, 20250101, 20250102
			w.run(`UPDATE platform_batch SET state = 'withdrawn'`)
			_, err := w.s.Make(w.Banner, in)
			errstest.Is(w, err, "conflict: 没有要报的")
			if err == nil || strings.Contains(err.Error(), "没有本人同意") != consent {
				w.Errorf("%s: %v", platform, err)
			}
		}
	})
}

// at is a time behind the begin of a record.
func at(w *world, i int, d time.Duration) (out time.Time) {
	w.Write(func(tx *db.Tx) error {
		begin, err := db.SelectOne[time.Time](w.System, tx, tx.Build(`SELECT started_at FROM service_record WHERE id = ?`, w.records[i]))
		out = begin.Add(d)
		return err
	})
	return out
}

// A receipt that fits nothing says which batch or item it is that is not there; who sends sees what of his place waits for an answer.
func TestReceiptSays(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		w.sent(b)
		one := "service " + w.records[0].String()
		for want, in := range map[string]platforms.ReceiptInput{
			"invalid file: 没有报给这个平台的批次 " + b.Number + "9": receipt(b.Number+"9", one+" received"),
			"invalid file: 第 2 行：这一批里没有等回执的 service 12":   receipt(b.Number, "service 12 received"),
			"invalid file: 第 2 行：这一批里没有 x":                receipt(b.Number, "service x received"),
		} {
			_, err := w.s.Receive(w.Banner, in)
			errstest.Is(w, err, want)
		}
		_, err := w.s.Receive(w.Banner, receipt(b.Number, one+" received"))
		errstest.Is(w, err, "")
		_, err = w.s.Receive(w.Banner, receipt(b.Number, one+" refused 不对")) // it was taken before
		errstest.Is(w, err, "invalid file: 第 2 行：这一批里没有等回执的 "+one)
		_, err = w.s.Receive(w.Far, receipt(b.Number, one+" received"))
		errstest.Is(w, err, "invalid file: 没有报给这个平台的批次 "+b.Number)
		for who, n := range map[context.Context]int{w.Banner: 1, w.League: 1, w.Far: 0} {
			x, err := w.s.Target(who, platforms.TargetInput{Platform: "national"})
			w.Must(err)
			if len(x.Open) != n || x.From != 20260101 || x.Where == "" {
				w.Errorf("%+v, want %d open", x, n)
			}
		}
		if x, err := w.s.Target(w.Banner, platforms.TargetInput{Platform: "cloud"}); err != nil || len(x.Open) != 0 {
			w.Errorf("%+v %v", x, err)
		}
		errstest.Is(w, inspectiontest.Err(w.s.Target(w.Banner, platforms.TargetInput{Platform: "horses"})), "not_found")
	})
}

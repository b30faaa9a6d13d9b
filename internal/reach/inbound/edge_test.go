package inbound_test

import (
	"context"
	"slices"
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/inbound"
)

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// What waits: a key that another entered, a batch to be decided over, and one that another wants to take out.
func TestHeaps(t *testing.T) {
	each(t, func(w *world) {
		const key, batch, out = "对方的公钥，等第二人核对: ", "收到的批次，等核对: ", "要整批撤销的，等第二人同意: "
		told := func(who context.Context, want ...string) {
			w.Helper()
			areatest.IsTodo(w.T, w.DB, w.s.Area(), who, "gov", want...)
		}
		told(w.Second)
		src, err := w.s.AddKey(w.Banner, inbound.KeyInput{ID: w.source.ID, PublicKey: text(keyOf(9)), From: 20260101, Until: 20271231})
		w.Must(err)
		by := auth.From(w.Banner).Name
		told(w.Second, key+src.Name+", "+by)
		told(w.Banner)
		told(w.Far)
		told(w.Inspector)
		k := src.Keys[slices.IndexFunc(src.Keys, func(k inbound.Key) bool { return k.State == "entered" })]
		_, err = w.s.ConfirmKey(w.Second, inbound.ConfirmInput{ID: k.ID, Version: k.Version, Decision: "refuse"})
		errstest.Is(w, err, "invalid reason")
		_, err = w.s.ConfirmKey(w.Second, inbound.ConfirmInput{ID: k.ID, Version: k.Version, Decision: "refuse", Reason: "不是他的"})
		w.Must(err)
		told(w.Second)
		d, err := w.receive(w.mixed())
		w.Must(err)
		line := d.Number + ", " + by
		told(w.Banner, batch+line)
		told(w.Second, batch+line)
		told(w.League, batch+line)
		told(w.Far)
		for _, state := range []string{"loading", "taking"} {
			w.run(`UPDATE inbound_batch SET state = ? WHERE id = ?`, state, d.ID)
			told(w.Banner, batch+line)
		}
		w.run(`UPDATE inbound_batch SET withdrawn_by = ?, withdrawn_name = ? WHERE id = ?`, auth.From(w.Banner).Account, by, d.ID)
		for _, state := range []string{"withdrawing", "undoing"} {
			w.run(`UPDATE inbound_batch SET state = ? WHERE id = ?`, state, d.ID)
			told(w.Banner)
			told(w.Second, out+line)
			told(w.Far)
		}
		for _, state := range []string{"taken", "withdrawn", "dropped"} {
			w.run(`UPDATE inbound_batch SET state = ? WHERE id = ?`, state, d.ID)
			told(w.Second)
		}
	})
}

// Sources, batches and lines are those of the reader's place, narrowed by what he asks for.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.receive(w.mixed())
		w.Must(err)
		first := w.source.ID
		w.register("platform-2", "linli", keyOf(4))
		for _, c := range []struct {
			who          context.Context
			in           inbound.ListInput
			sources, all int
		}{
			{w.Banner, inbound.ListInput{}, 2, 1}, {w.League, inbound.ListInput{}, 2, 1}, {w.Far, inbound.ListInput{}, 0, 0},
			{w.Banner, inbound.ListInput{SourceID: first}, 2, 1}, {w.Banner, inbound.ListInput{SourceID: w.source.ID}, 2, 0},
			{w.Banner, inbound.ListInput{State: d.State}, 2, 1}, {w.Banner, inbound.ListInput{State: "dropped"}, 2, 0},
			{w.Far, inbound.ListInput{State: d.State}, 0, 0},
		} {
			b, err := w.s.List(c.who, c.in)
			w.Must(err)
			if len(b.Sources) != c.sources || len(b.Items) != c.all {
				w.Errorf("%+v: %d and %d, want %d and %d", c.in, len(b.Sources), len(b.Items), c.sources, c.all)
			}
			if c.all > 0 && (b.Items[0].Conflicts != d.Open || b.Items[0].SourceName == "") {
				w.Errorf("%+v, %d open", b.Items[0], d.Open)
			}
			for _, s := range b.Sources {
				if s.Holding != 1 || s.Waiting != 0 {
					w.Errorf("%+v", s)
				}
			}
		}
		total := 0
		for _, x := range d.Stands {
			lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Kind: x.Kind, State: x.State})
			w.Must(err)
			total += len(lines.Items)
			if int64(len(lines.Items)) != x.N || d.Count(x.Kind, x.State) != x.N {
				w.Errorf("%+v: %d lines", x, len(lines.Items))
			}
		}
		if int64(total) != d.Count("", "") || d.Count("person", "")+d.Count("service", "") != d.Count("", "") {
			w.Errorf("%d lines, %+v", total, d.Stands)
		}
		for _, h := range d.Heaps {
			lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Field: h.Field})
			w.Must(err)
			if int64(len(lines.Items)) != h.N {
				w.Errorf("%+v: %d lines", h, len(lines.Items))
			}
		}
		for who, want := range map[context.Context]string{w.Far: "not_found", w.Manager: "denied", w.Inspector: ""} {
			errstest.Is(w, inspectiontest.Err(w.s.Batch(who, inbound.GetInput{ID: d.ID})), want)
			errstest.Is(w, inspectiontest.Err(w.s.Lines(who, inbound.LinesInput{ID: d.ID})), want)
			errstest.Is(w, inspectiontest.Err(w.s.Get(who, inbound.GetInput{ID: w.source.ID})), want)
		}
	})
}

// Each step of a batch stands in its states alone; a key and a source as well.
func TestStates(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.receive(w.mixed())
		w.Must(err)
		for name, c := range map[string]struct {
			from []string
			do   func() error
		}{
			"take": {[]string{"open", "taking"}, func() error {
				return inspectiontest.Err(w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: 50, Anyway: true}))
			}},
			"decide all": {[]string{"open"}, func() error {
				return inspectiontest.Err(w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "name", Decision: "ours"}))
			}},
			"drop": {[]string{"loading", "open"}, func() error {
				return inspectiontest.Err(w.s.Drop(w.Banner, inbound.DropInput{ID: d.ID, Version: 50, Reason: "错了"}))
			}},
			"withdraw": {[]string{"taken"}, func() error {
				return inspectiontest.Err(w.s.Withdraw(w.Banner, inbound.DropInput{ID: d.ID, Version: 50, Reason: "错了"}))
			}},
			"agree": {[]string{"withdrawing", "undoing"}, func() error {
				return inspectiontest.Err(w.s.Agree(w.Second, inbound.AgreeInput{ID: d.ID, Version: 50, Decision: "agree"}))
			}},
		} {
			for _, state := range []string{"loading", "open", "taking", "taken", "withdrawing", "undoing", "withdrawn", "dropped"} {
				if slices.Contains(c.from, state) {
					continue
				}
				w.run(`UPDATE inbound_batch SET state = ?, version = 50 WHERE id = ?`, state, d.ID)
				if err := c.do(); errs.CodeOf(err) != "wrong_state" {
					w.Errorf("%s of %s: %v", name, state, err)
				}
			}
		}
		key := w.source.Keys[0]
		for _, state := range []string{"confirmed", "refused", "ended"} {
			w.run(`UPDATE inbound_key SET state = ?, version = 50 WHERE id = ?`, state, key.ID)
			errstest.Is(w, inspectiontest.Err(w.s.ConfirmKey(w.Second, inbound.ConfirmInput{ID: key.ID, Version: 50, Decision: "confirm"})),
				"wrong_state")
			if state != "confirmed" {
				errstest.Is(w, inspectiontest.Err(w.s.EndKey(w.Banner, inbound.EndInput{ID: key.ID, Version: 50, Reason: "丢了"})), "wrong_state")
			}
		}
		src, err := w.s.Get(w.Banner, inbound.GetInput{ID: w.source.ID})
		w.Must(err)
		errstest.Is(w, inspectiontest.Err(w.s.Close(w.Banner, inbound.CloseInput{ID: src.ID, Version: src.Version, Open: true})), "wrong_state")
		src, err = w.s.Close(w.Banner, inbound.CloseInput{ID: src.ID, Version: src.Version})
		w.Must(err)
		errstest.Is(w, inspectiontest.Err(w.s.Close(w.Banner, inbound.CloseInput{ID: src.ID, Version: src.Version})), "wrong_state")
		for want, in := range map[string]inbound.RegisterInput{
			"invalid installation: 登记过了": {Platform: "linli", Name: "甲", Installation: "platform-1"},
			"invalid installation: 1–64": {Platform: "linli", Name: "甲", Installation: "_x"},
			"invalid name":               {Platform: "linli", Name: " ", Installation: "x"},
			"invalid platform":           {Platform: "horses", Name: "甲", Installation: "x"},
		} {
			errstest.Is(w, inspectiontest.Err(w.s.Register(w.Banner, in)), want)
		}
		for want, in := range map[string]inbound.KeyInput{
			"invalid public_key: 32 字节": {ID: src.ID, PublicKey: "AAAA", From: 20260101, Until: 20260101},
			"invalid from":              {ID: src.ID, PublicKey: text(keyOf(5)), Until: 20260101},
			"invalid until":             {ID: src.ID, PublicKey: text(keyOf(5)), From: 20260102, Until: 20260101},
			"":                          {ID: src.ID, PublicKey: text(keyOf(5)), From: 20260101, Until: 20260101},
		} {
			errstest.Is(w, inspectiontest.Err(w.s.AddKey(w.Banner, in)), want)
		}
		errstest.Is(w, inspectiontest.Err(w.s.AddKey(w.Banner, inbound.KeyInput{ID: src.ID, PublicKey: text(keyOf(5)), From: 20260101,
			Until: 20260101})),
			"invalid public_key: 登记过了")
	})
}

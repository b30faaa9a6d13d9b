package rule_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"linli/internal/network/office"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/rule"
	"linli/internal/network/office/template"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s         *rule.Service
	templates *template.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, rule.Verify, func(o *officetest.World) {
		test(&world{o, rule.New(o.DB), template.New(o.DB)})
	})
}

func (w *world) published(slot string) rule.Rule {
	w.Helper()
	r := officetest.Must[rule.Rule](w)(w.s.Adopt(w.Manager, rule.AdoptInput{ID: w.Station.ID, Slot: slot, From: "template"}))
	r = officetest.Must[rule.Rule](w)(w.s.Write(w.Manager, rule.WriteInput{ID: r.ID, Version: r.Version, Title: r.Title,
		Text: r.Body + "\n七、附则"}))
	return officetest.Must[rule.Rule](w)(w.s.Publish(w.Manager, office.VersionInput{ID: r.ID, Version: r.Version}))
}

// Rules begin from the nearest template, are written, published and followed by the next edition; the past stays.
func TestRules(t *testing.T) {
	each(t, func(w *world) {
		r := w.published("daily")
		if r.FromDay != officetest.Today || !strings.Contains(r.Body, w.Station.Name) || strings.Contains(r.Body, "〔站名〕") {
			t.Errorf("published %+v", r)
		}
		_, err := w.s.Write(w.Manager, rule.WriteInput{ID: r.ID, Version: r.Version, Title: "x", Text: "x"})
		w.Refused(errs.Conflict, err, "what was published is rewritten")
		_, err = w.s.Discard(w.Manager, office.VersionInput{ID: r.ID, Version: r.Version})
		w.Refused(errs.Conflict, err, "what was published is thrown away")

		w.Day(20261201)
		var group sync.WaitGroup
		for range 4 { // one draft at a time
			group.Go(func() {
				if _, err := w.s.Adopt(w.Manager, rule.AdoptInput{ID: w.Station.ID, Slot: "daily",
					From: "present"}); err != nil && errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		slot := officetest.Must[rule.Rules](w)(w.s.List(w.Head, office.StationInput{ID: w.Station.ID})).Slots[1]
		if len(slot.Editions) != 2 || slot.Editions[0].State != rule.Draft || slot.Editions[0].Body != r.Body {
			t.Fatalf("editions %+v", slot.Editions)
		}
		officetest.Must[rule.Rule](w)(w.s.Publish(w.Manager, office.VersionInput{ID: slot.Editions[0].ID, Version: 1}))
		slot = officetest.Must[rule.Rules](w)(w.s.List(w.Head, office.StationInput{ID: w.Station.ID})).Slots[1]
		for _, day := range []clock.Day{20261130, 20261201} {
			for i, e := range slot.Editions {
				if e.Holds(day) != (i == 0 == (day == 20261201)) {
					t.Errorf("edition %d on %s: %v", e.Edition, day, e.Holds(day))
				}
			}
		}
		_, err = w.s.Get(w.Stranger, office.EntryInput{ID: r.ID})
		w.Refused(errs.NotFound, err, "a stranger reads")
		for _, paper := range []string{"a4", "a3"} {
			if f := officetest.Must[blob.File](w)(w.s.Poster(w.Manager,
				office.PosterInput{ID: r.ID, Paper: paper})); !bytes.HasPrefix(f.Body, []byte("%PDF-")) {
				t.Error("no PDF")
			}
		}

		in := template.SaveInput{Region: officetest.Gacha.At(auth.LevelBanner), Slot: "daily", Title: "本旗日常运行", Text: "〔站名〕按时开门。"}
		_, err = w.templates.Save(w.Manager, in)
		w.Refused(errs.Denied, err, "a manager sets a template")
		in.Region = 150102000000
		_, err = w.templates.Save(w.Banner, in)
		w.Refused(errs.Invalid, err, "another banner's template")
		in.Region = officetest.Gacha.At(auth.LevelBanner)
		own := officetest.Must[template.Template](w)(w.templates.Save(w.Banner, in))
		_, err = w.templates.Save(w.Banner, in)
		w.Refused(errs.Conflict, err, "saved by somebody who has not seen the first text")
		in.Version = own.Version
		again := officetest.Must[template.Template](w)(w.templates.Save(w.Banner, in))
		if again.ID != own.ID || again.Version != own.Version+1 {
			t.Errorf("saved twice: %+v and %+v", own, again)
		}
		d := officetest.Must[rule.Rule](w)(w.s.Adopt(w.Manager, rule.AdoptInput{ID: w.Station.ID, Slot: "daily", From: "template"}))
		if d.Body != w.Station.Name+"按时开门。" {
			t.Errorf("the banner's own template gives %s", d.Body)
		}
		officetest.Must[rule.Rule](w)(w.s.Discard(w.Manager, office.VersionInput{ID: d.ID, Version: 1}))
		_, err = w.templates.Drop(w.Banner, office.VersionInput{ID: own.ID, Version: own.Version})
		w.Refused(errs.Conflict, err, "dropped by somebody who read an older one")
		officetest.Must[template.Template](w)(w.templates.Drop(w.Banner, office.VersionInput{ID: own.ID, Version: again.Version}))
		top := officetest.Must[template.Templates](w)(w.templates.List(w.Region, template.ListInput{})).Items[0]
		_, err = w.templates.Drop(w.Banner, office.VersionInput{ID: top.ID, Version: top.Version})
		w.Refused(errs.NotFound, err, "the banner drops the autonomous region's")
		_, err = w.templates.Drop(w.Region, office.VersionInput{ID: top.ID, Version: top.Version})
		w.Refused(errs.Conflict, err, "the autonomous region drops its own")
	})
}

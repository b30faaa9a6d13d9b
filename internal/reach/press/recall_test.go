package press_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/award"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/web"
	"linli/internal/proof/honour"
	"linli/internal/reach/press"
	"linli/internal/work/attendance/attendancetest"
)

// nobodyIn signs nobody in.
type nobodyIn struct{}

func (nobodyIn) Authenticate(context.Context, string) (auth.Actor, error) { return auth.Actor{}, nil }

// Somebody stands in an article, a commendation, a model and a list that is before the public. Within a minute of taking his word back he
// is on no public page, feed, picture or answer: the crawler opens all that it can reach before and after.
func TestRecall(t *testing.T) {
	inspectiontest.Each(t, func(w *inspectiontest.World) {
		p := press.New(w.DB, w.Files.Blobs)
		h := honour.New(w.DB, w.Persons, w.Files.Blobs)
		a := award.New(w.DB, w.Keys, w.Persons)
		p.Follow(w.Persons)
		h.Follow(w.Persons)
		a.Follow(w.Persons)
		second, _ := w.Actor("旗里第二位", 0, auth.Grant{Role: auth.BannerOfficer, Region: inspectiontest.Banner})
		third, _ := w.Actor("旗里第三位", 0, auth.Grant{Role: auth.BannerOfficer, Region: inspectiontest.Banner})
		v := w.Vols[0]
		fine(w, second2(w.Persons.RecordConsent(v.Ctx, person.ConsentInput{ID: v.PersonID, Purpose: person.PurposePublish, How: person.BySelf})))
		tellArticle(w, p, second, third)
		tellHonours(w, h, second, third)
		tellAward(w, a, second)

		router := web.New(web.Config{Auth: nobodyIn{}, Keys: w.Keys, DB: w.DB, Demo: true})
		for _, mount := range []func(*web.Router){p.Routes, h.Routes, a.Routes} {
			mount(router)
		}
		before := crawl(router, v.Name)
		if len(before) < 6 {
			t.Errorf("named on %d pages only: %v", len(before), before)
		}
		began := time.Now()
		d, err := w.Persons.Get(v.Ctx, person.GetInput{ID: v.PersonID})
		fine(w, err)
		for _, c := range d.Consents {
			if c.Purpose == person.PurposePublish {
				fine(w, second2(w.Persons.WithdrawConsent(v.Ctx, person.WithdrawInput{ID: v.PersonID, Consent: c.ID})))
			}
		}
		for left := crawl(router, v.Name); len(left) > 0; left = crawl(router, v.Name) {
			if time.Since(began) > time.Minute {
				t.Fatalf("still named on %v", left)
			}
		}
		t.Logf("named on %d pages, on none %v after he took his word back", len(before), time.Since(began).Round(time.Millisecond))
	})
}

func second2[T any](_ T, err error) error { return err }

func fine(w *inspectiontest.World, err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// tellArticle publishes an article that names the first volunteer, as it is written, reviewed and let out.
func tellArticle(w *inspectiontest.World, p *press.Service, second, third context.Context) {
	v := w.Vols[0]
	d, err := p.Create(w.Banner, press.CreateInput{Fields: press.Fields{Section: "person", Title: v.Name + "的三年", Summary: v.Name + "送饭三年",
		Text: v.Name + "每天给老人送饭。", Format: "text"}})
	fine(w, err)
	d, err = p.Name(w.Banner, press.NameInput{ID: d.ID, Version: d.Version, Name: v.Name, No: v.No})
	fine(w, err)
	d, err = p.Submit(w.Banner, press.SubmitInput{ID: d.ID, Version: d.Version, Checked: true})
	fine(w, err)
	for _, who := range []context.Context{second, third, w.League} {
		if d.State != press.Submitted {
			break
		}
		d, err = p.Approve(who, press.ApproveInput{ID: d.ID, Version: d.Version})
		fine(w, err)
	}
	_, err = p.Publish(w.League, press.PublishInput{ID: d.ID, Version: d.Version})
	fine(w, err)
}

// tellHonours publishes a commendation of him and a model that names him.
func tellHonours(w *inspectiontest.World, h *honour.Service, second, third context.Context) {
	v := w.Vols[0]
	x, err := h.Enter(w.Manager, honour.EnterInput{Kind: honour.Volunteer, VolunteerNo: v.No, Source: "own", Title: "暖心志愿者", Giver: "本站",
		Day: clock.DayOf(attendancetest.Noon)})
	fine(w, err)
	x, err = h.Confirm(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version})
	fine(w, err)
	fine(w, second2(h.Publish(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version})))
	m, err := h.Draft(w.Manager, honour.DraftInput{Kind: honour.Backbone, Level: "banner", Content: honour.Content{Title: "骨干" + v.Name,
		Story: v.Name + "带出一支队", Copying: "一个带三个", Contact: "站里座机", Numbers: v.No}})
	fine(w, err)
	m, err = h.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
	fine(w, err)
	for _, who := range []context.Context{w.Town, second} {
		m, err = h.Approve(who, honour.DecideInput{ID: m.ID, Version: m.Version})
		fine(w, err)
	}
	fine(w, second2(h.PublishModel(third, honour.DecideInput{ID: m.ID, Version: m.Version})))
}

// tellAward puts a list before the public on which he stands.
func tellAward(w *inspectiontest.World, a *award.Service, second context.Context) {
	today := clock.DayOf(attendancetest.Noon)
	x, err := a.Create(w.Banner, award.CreateInput{Title: "最美志愿者推荐", Mode: award.Recommend, From: today, To: today.AddDays(9),
		Categories: []award.CategoryInput{{Kind: award.Volunteer, Name: "最美志愿者"}}})
	fine(w, err)
	n, err := a.Nominate(w.Manager, award.NominateInput{ID: x.ID, Category: 1, VolunteerID: w.Vols[0].ID, Case: award.Case{Story: "送饭三年"}})
	fine(w, err)
	for _, who := range []context.Context{w.Town, second} {
		n, err = a.Advance(who, award.AdvanceInput{ID: n.ID, Version: n.Version, Opinion: "同意"})
		fine(w, err)
	}
	fine(w, second2(a.Notice(w.Banner, award.MoveInput{ID: x.ID, Version: x.Version})))
}

// address is a link without its question, which would lead on without end.
var address = regexp.MustCompile(`(?:href|src)="(/[^"#?]*)`)

var ids = regexp.MustCompile(`"id":"(\d+)"`)

// crawl opens every public address that can be reached without signing in, and gives those that name somebody.
func crawl(router *web.Router, name string) (out []string) {
	seen, next := map[string]bool{}, []string(nil)
	holes := map[string][]string{}
	add := func(path string) {
		if !seen[path] {
			seen[path], next = true, append(next, path)
		}
	}
	for _, r := range router.Routes() {
		switch {
		case r.Method != "GET" || !r.Public:
		case strings.Contains(r.Path, "{id}"):
			base := r.Path[:strings.Index(r.Path, "/{id}")]
			holes[base] = append(holes[base], r.Path)
		case !strings.Contains(r.Path, "{"):
			add(r.Path)
		}
	}
	for len(next) > 0 {
		path := next[0]
		next = next[1:]
		rec := httptest.NewRecorder()
		router.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		body := rec.Body.String()
		if strings.Contains(body, name) || strings.Contains(fmt.Sprint(rec.Header()), name) {
			out = append(out, path)
		}
		for _, m := range address.FindAllStringSubmatch(body, -1) {
			add(m[1])
		}
		for _, m := range ids.FindAllStringSubmatch(body, -1) {
			for _, paths := range holes {
				for _, p := range paths {
					add(strings.ReplaceAll(p, "{id}", m[1]))
				}
			}
		}
	}
	return out
}

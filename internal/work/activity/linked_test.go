package activity_test

import (
	"encoding/json"
	"strings"
	"testing"

	"linli/internal/platform/linked"
	"linli/internal/platform/linked/linkedtest"
	"linli/internal/work/activity"
)

// The page of an activity says itself in the terms of others: what it shows, and of nobody; a draft has no page, a cancelled one says so.
func TestLinked(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(2)
		in.Title, in.Conditions = "义诊</script>𠮷", "会量血压"
		in.Posts = append(in.Posts, activity.PostInput{Name: "登记", Needed: 1, MinimumAge: 18})
		d := w.open(in)
		must[activity.Seat](w)(w.s.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID, PostID: d.Posts[0].ID}))
		site := w.Web(w.s.Routes)
		read := func() linked.Event {
			code, page := site.Do("", "GET", "/activities/"+d.ID.String(), "")
			docs := linkedtest.InPage(page)
			if code != 200 || len(docs) != 1 {
				w.Fatalf("%d, %d documents", code, len(docs))
			}
			if found := linkedtest.Check(docs[0]); len(found) != 0 {
				w.Errorf("%v in %s", found, docs[0])
			}
			for _, name := range []string{w.Vols[0].Name, "站长乌云"} {
				if strings.Contains(string(docs[0]), name) {
					w.Errorf("%s stands in %s", name, docs[0])
				}
			}
			var e linked.Event
			if err := json.Unmarshal(docs[0], &e); err != nil {
				w.Fatal(err)
			}
			return e
		}
		e := read()
		if e.Name != in.Title || e.Start != "2026-11-30T09:00:00+08:00" || e.End != "2026-11-30T11:00:00+08:00" || e.Location.Name != "嘎查部" ||
			e.Organizer.Name != w.Station.Name || e.Most != 3 || e.Left != 2 || e.Status != "https://schema.org/EventScheduled" {
			w.Errorf("%+v", e)
		}
		if len(e.Roles) != 2 || e.Roles[1].Title != "登记" || e.Roles[1].MinimumAge != 18 || e.Roles[0].MinimumAge != 0 ||
			e.Roles[0].Description != "会量血压" || e.Roles[0].Apply != "/my/activities/"+d.ID.String() {
			w.Errorf("%+v", e.Roles)
		}
		d = must[activity.Detail](w)(w.s.Get(w.Manager, activity.GetInput{ID: d.ID}))
		must[activity.Detail](w)(w.s.Cancel(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version, Reason: "下雪", Whole: true}))
		if e := read(); e.Status != linked.Cancelled {
			w.Errorf("a cancelled one is %s", e.Status)
		}
		draft := must[activity.Detail](w)(w.s.Create(w.Manager, w.input(1)))
		if code, page := site.Do("", "GET", "/activities/"+draft.ID.String(), ""); code != 404 || len(linkedtest.InPage(page)) != 0 {
			w.Errorf("a draft: %d", code)
		}
		must[activity.Detail](w)(w.s.Cancel(w.Manager, activity.MoveInput{ID: draft.ID, Version: draft.Version, Reason: "不办了", Whole: true}))
		if code, page := site.Do("", "GET", "/activities/"+draft.ID.String(), ""); code != 404 || len(linkedtest.InPage(page)) != 0 {
			w.Errorf("a draft that was called off: %d", code)
		}
	})
}

package recruit_test

import (
	"encoding/json"
	"testing"

	"linli/internal/people/recruit"
	"linli/internal/platform/linked"
	"linli/internal/platform/linked/linkedtest"
)

// The page of a campaign says itself in the terms of others while it is published.
func TestLinked(t *testing.T) {
	each(t, func(w *world) {
		d := w.published()
		site := w.Web(w.s.Routes)
		page := func() [][]byte {
			code, page := site.Do("", "GET", "/campaigns/"+d.ID.String(), "")
			if code != 200 {
				w.Fatalf("%d", code)
			}
			return linkedtest.InPage(page)
		}
		docs := page()
		if len(docs) != 1 {
			w.Fatalf("%d documents", len(docs))
		}
		if found := linkedtest.Check(docs[0]); len(found) != 0 {
			w.Errorf("%v in %s", found, docs[0])
		}
		var p linked.Posting
		if err := json.Unmarshal(docs[0], &p); err != nil || p.Title != d.Title || p.Posted != "2026-11-24" ||
			p.Through != "2026-11-30T23:59:59+08:00" || p.Openings != 2 || p.Employment != "VOLUNTEER" || p.Organization.Name != d.Station ||
			p.Location.Name == "" || len(p.Roles) != 1 {
			w.Errorf("%+v, %v", p, err)
		}
		d = must[recruit.Detail](w)(w.s.Get(w.Manager, recruit.GetInput{ID: d.ID}))
		must[recruit.Detail](w)(w.s.Close(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version, Reason: "招满了"}))
		if docs := page(); len(docs) != 0 {
			w.Errorf("one that is closed still calls: %s", docs)
		}
	})
}

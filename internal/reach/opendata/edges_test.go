package opendata_test

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/people/partner"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
)

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// Every door asks for the permission that it states: that it is everybody's today is a line of a table, and may change.
func TestAsks(t *testing.T) {
	each(t, func(w *world) {
		var asked []auth.Perm
		r := web.New(web.Config{Auth: areatest.Holders{}, Keys: w.Keys, DB: w.DB, Asked: func(_ web.Route, p []auth.Perm) { asked = p }})
		w.open.Routes(r)
		for _, route := range r.Routes() {
			asked = nil
			path := strings.NewReplacer("{code}", "services", "/data/{file}", "/data/services.csv", "{file}", "stations-1.xml").Replace(route.Path)
			rec := httptest.NewRecorder()
			r.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
			if rec.Code != 200 || !slices.Contains(asked, route.Permission) {
				w.Errorf("%s: %d, asks for %v", path, rec.Code, asked)
			}
		}
	})
}

// A file goes by another name as soon as something of it changes, and by the same while only that changes which it does not hold.
func TestTagsFollowTheirRows(t *testing.T) {
	each(t, func(w *world) {
		w.activity("义诊", true)
		o := w.offer(w.unit("第三小学", true), w.lesson())
		day := clock.Day(20261130)
		paths := []string{"/open/hsds.json", "/open/data/stations.csv", "/open/data/services.csv", "/open/data/divisions.csv",
			"/open/data/activities.csv", "/sitemap.xml", "/sitemaps/stations-1.xml", "/open/opportunities.jsonld"}
		tags := map[string]string{}
		for _, path := range paths {
			tags[path] = w.get("GET", path, "").Header().Get("ETag")
		}
		turned := func(what string, want ...string) {
			w.Helper()
			var got []string
			for _, path := range paths {
				now := w.get("GET", path, "").Header().Get("ETag")
				if now == "" || now != tags[path] {
					got = append(got, path[strings.LastIndex(path, "/")+1:])
				}
				tags[path] = now
			}
			if !slices.Equal(got, want) {
				w.Errorf("%s turns %v, want %v", what, got, want)
			}
		}
		turned("nothing")
		w.run(`UPDATE region SET version = version + 1 WHERE code = ?`, int64(region.Top))
		turned("a division", "hsds.json", "stations.csv", "services.csv", "divisions.csv")
		w.run(`UPDATE partner SET version = version + 1`)
		turned("a unit", "hsds.json")
		must[partner.Offer](w)(w.partners.EndOffer(w.Manager, partner.MoveInput{ID: o.ID, Version: o.Version}))
		turned("an offer", "hsds.json")
		w.run(`UPDATE station SET version = version + 1`)
		turned("a station", "hsds.json", "stations.csv", "activities.csv", "stations-1.xml")
		w.run(`UPDATE catalogue_item SET version = version + 1 WHERE id = ?`, w.Item.ID)
		turned("an item", "services.csv")
		for days, want := range map[int]bool{365: true, 366: false} { // a year behind its day the activity is gone
			clock.Set(day.AddDays(days).Time())
			before := w.get("GET", "/open/data/activities.csv", "").Header().Get("ETag")
			w.run(`UPDATE activity SET version = version + 1`)
			if after := w.get("GET", "/open/data/activities.csv", "").Header().Get("ETag"); (after != before) != want {
				w.Errorf("%d days behind it: %s and %s", days, before, after)
			}
		}
	})
}

// What is no longer offered, closed or ended stands in no set; a station that rests does.
func TestWhatStandsThere(t *testing.T) {
	each(t, func(w *world) {
		items := len(w.rows("services"))
		w.run(`UPDATE catalogue_item SET active = FALSE WHERE id = ?`, w.Item.ID)
		if n := len(w.rows("services")); n != items-1 {
			w.Errorf("%d services, want %d", n, items-1)
		}
		for status, n := range map[string]int{"suspended": 1, "open": 1, "closed": 0} {
			w.run(`UPDATE station SET status = ?`, status)
			if got := len(w.rows("stations")); got != n {
				w.Errorf("%s: %d", status, got)
			}
		}
		divisions := len(w.rows("divisions"))
		w.run(`UPDATE region SET valid_to = 20261101 WHERE code = (SELECT MAX(code) FROM region)`)
		if n := len(w.rows("divisions")); n != divisions-1 {
			w.Errorf("%d divisions, want %d", n, divisions-1)
		}
	})
}

// A month is named where the period is just one.
func TestMonths(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			from, to clock.Day
			want     string
		}{{20261001, 20261031, "2026-10"}, {20261002, 20261031, ""}, {20261001, 20261030, ""}, {20260901, 20261031, ""},
			{20260201, 20260228, "2026-02"}} {
			p := w.publish("公布", c.from, c.to)
			n := 0
			for _, r := range append(w.rows("figures"), w.rows("coverage")...) {
				if r["publication"] == p.ID.String() {
					n++
					if r["month"] != c.want || r["from"] != c.from.String() || r["to"] != c.to.String() || r["title"] != "公布" {
						w.Errorf("%v: %v", c, r)
					}
				}
			}
			if n == 0 {
				w.Errorf("nothing of %v", c)
			}
		}
		before := w.get("GET", "/api/v1/open", "").Body.Bytes()
		if !bytes.Contains(before, []byte(`"figures_published_at":"2026-`)) {
			w.Error("the last publication is not said")
		}
		w.run(`UPDATE stats_snapshot SET ended = TRUE`)
		if after := w.get("GET", "/api/v1/open", "").Body.Bytes(); !bytes.Contains(after, []byte(`"figures_published_at":null`)) {
			w.Error("a withdrawn publication is said to be the last")
		}
	})
}

// A unit says where it is from its league down, without the region.
func TestPlacesOfUnits(t *testing.T) {
	each(t, func(w *world) {
		w.offer(w.unit("第三小学", true), w.lesson())
		got := w.humanServices()[0]["organization"].(map[string]any)["description"].(string)
		if !strings.HasPrefix(got, "锡林郭勒") || !strings.HasSuffix(got, "的驻区单位") {
			w.Error(got)
		}
	})
}

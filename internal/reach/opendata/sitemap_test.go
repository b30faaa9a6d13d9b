package opendata_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/db"
)

// located are the addresses of a file of the sitemap, without the system's own.
func (w *world) located(path string) (out []string) {
	w.Helper()
	rec := w.get("GET", path, "")
	var doc struct {
		Maps []string `xml:"sitemap>loc"`
		URLs []string `xml:"url>loc"`
	}
	if err := xml.Unmarshal(rec.Body.Bytes(), &doc); err != nil || rec.Code != 200 || rec.Header().Get("Content-Type") != "application/xml" {
		w.Fatalf("%s: %d, %v: %.200s", path, rec.Code, err, rec.Body)
	}
	if again := w.get("GET", path, rec.Header().Get("ETag")); again.Code != 304 {
		w.Errorf("%s again: %d", path, again.Code)
	}
	for _, a := range append(doc.Maps, doc.URLs...) {
		short, is := strings.CutPrefix(a, base)
		if !is {
			w.Errorf("%s is not of this system", a)
		}
		out = append(out, short)
	}
	return out
}

// The sitemap names what is public, and nothing that is not; robots.txt names the sitemap.
func TestSitemap(t *testing.T) {
	each(t, func(w *world) {
		if got := w.located("/sitemap.xml"); !slices.Equal(got, []string{"/sitemaps/pages-1.xml", "/sitemaps/stations-1.xml"}) {
			w.Error(got)
		}
		shown := w.activity("义诊", true)
		w.activity("没有发布的", false)
		if got := w.located("/sitemap.xml"); !slices.Contains(got, "/sitemaps/activities-1.xml") || len(got) != 3 {
			w.Error(got)
		}
		if got := w.located("/sitemaps/activities-1.xml"); !slices.Equal(got, []string{"/activities/" + shown.ID.String()}) {
			w.Error(got)
		}
		if got := w.located("/sitemaps/stations-1.xml"); !slices.Equal(got, []string{"/stations/" + w.Station.ID.String()}) {
			w.Error(got)
		}
		pages := w.located("/sitemaps/pages-1.xml")
		for _, code := range codes {
			if !slices.Contains(pages, "/open/"+code) {
				w.Errorf("%s is not named", code)
			}
		}
		for _, path := range []string{"/sitemaps/stations-2.xml", "/sitemaps/stations-0.xml", "/sitemaps/people-1.xml", "/sitemaps/stations-1",
			"/sitemaps/pages-2.xml", "/sitemaps/articles-1.xml"} {
			if rec := w.get("GET", path, ""); rec.Code != 404 {
				w.Errorf("%s: %d", path, rec.Code)
			}
		}
		tag := w.get("GET", "/sitemaps/stations-1.xml", "").Header().Get("ETag")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(w.System, `UPDATE station SET status = 'closed', version = version + 1`)
			return err
		})
		if rec := w.get("GET", "/sitemaps/stations-1.xml", tag); rec.Code != 404 {
			w.Errorf("a closed station stands there: %d", rec.Code)
		}
		text := w.get("GET", "/robots.txt", "").Body.String()
		if !strings.Contains(text, "\nSitemap: "+base+"/sitemap.xml\n") || !strings.Contains(text, "\nDisallow: /my\n") ||
			strings.Contains(text, "Disallow: /\n") {
			w.Error(text)
		}
	})
}

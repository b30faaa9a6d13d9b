package opendata_test

import (
	"html"
	"math"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/db"
)

// outputs are all that the area gives to anybody.
func (w *world) outputs() map[string]string {
	paths := []string{"/open", "/open/catalog.jsonld", "/api/v1/open", "/open/hsds.json", "/open/opportunities.jsonld",
		"/sitemap.xml", "/sitemaps/pages-1.xml", "/sitemaps/stations-1.xml", "/robots.txt"}
	for _, code := range codes {
		paths = append(paths, "/open/"+code, "/api/v1/open/"+code, "/open/data/"+code+".csv", "/open/data/"+code+".json")
	}
	out := map[string]string{}
	for _, path := range paths {
		rec := w.get("GET", path, "")
		if rec.Code != 200 || rec.Body.Len() == 0 {
			w.Fatalf("%s: %d", path, rec.Code)
		}
		out[path] = rec.Body.String()
	}
	return out
}

var everyName = db.Query[string](`SELECT name FROM person UNION SELECT name FROM account ORDER BY 1`)

// No name, telephone or home of anybody stands in any output, whoever he is: recipients, volunteers, staff; nor a station's telephone.
func TestNobody(t *testing.T) {
	each(t, func(w *world) {
		w.activity("义诊", true)
		w.publish("十一月", 20261101, 20261124)
		for i, name := range []string{"欧阳金丝雀", "ᠪᠠᠲᠤ金丝雀"} {
			w.Person(name, 6+i)
		}
		secrets := []string{"1290000", "0479-82", "东头第"}
		w.Write(func(tx *db.Tx) error {
			names, err := everyName.All(w.System, tx)
			secrets = append(secrets, names...)
			return err
		})
		if len(secrets) < 12 || !slices.Contains(secrets, "欧阳金丝雀") {
			w.Fatalf("looks for %v", secrets)
		}
		given := w.outputs()
		places := given["/open/data/divisions.csv"] // somebody may have the name of a place
		for path, body := range given {
			for _, s := range secrets {
				if strings.Contains(body, s) && (strings.Contains(s, "金丝雀") || !strings.Contains(places, s)) {
					w.Errorf("%s holds %s", path, s)
				}
			}
		}
	})
}

// Every published number of a dataset stands on the page of its publication, beside its place or its name; withdrawn it stands nowhere.
func TestFiguresArePublished(t *testing.T) {
	each(t, func(w *world) {
		if n := len(w.rows("figures")) + len(w.rows("coverage")); n != 0 {
			w.Errorf("%d figures before anybody published", n)
		}
		for _, p := range [][2]int64{{20261001, 20261031}, {20261001, 20261124}} {
			w.publish("公布", day(p[0]), day(p[1]))
		}
		last := w.publish("十一月", 20261101, 20261124)
		rows := append(w.rows("figures"), w.rows("coverage")...)
		pages := map[string]string{}
		for _, r := range rows {
			id := r["publication"]
			if pages[id] == "" {
				pages[id] = html.UnescapeString(w.get("GET", "/figures?id="+id, "").Body.String())
			}
			if !strings.Contains(pages[id], ">"+r["value"]+"<") || !strings.Contains(pages[id], r["place"]) ||
				!strings.Contains(pages[id], r["name"]) {
				w.Errorf("the page of %s does not show %v", id, r)
			}
			if want := map[string]string{"2026-10-31": "2026-10"}[r["to"]]; r["month"] != want {
				w.Errorf("the month of %s to %s is %q", r["from"], r["to"], r["month"])
			}
		}
		if len(pages) != 3 || len(rows) < 30 {
			w.Fatalf("%d figures of %d publications", len(rows), len(pages))
		}
		w.unmixed(rows)
		w.withdraw(last.ID)
		for _, r := range append(w.rows("figures"), w.rows("coverage")...) {
			if r["publication"] == last.ID.String() {
				w.Fatal("a withdrawn publication is still given away")
			}
		}
	})
}

// unmixed fails if sums and differences of published totals, over all publications together, give the number of one kind of service: a
// cell that the figures hide because it is small. Unknown are the numbers of each place, stretch of days and kind; a hidden one can be
// worked out just if it lies in the span of what is published.
func (w *world) unmixed(rows []map[string]string) {
	w.Helper()
	places, cuts := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		if r["indicator"] == "services" {
			cuts[r["from"]], cuts[r["to"]+"+"] = true, true
			if r["region"] != r["publisher"] {
				places[r["region"]] = true
			}
		}
	}
	const kinds = 3
	at, when := sorted(places), sorted(cuts)
	cell := func(p, s, k int) int { return (p*len(when)+s)*kinds + k }
	var known [][]float64
	for _, r := range rows {
		if r["indicator"] != "services" && r["indicator"] != "hours" && r["indicator"] != "orders" {
			continue
		}
		row := make([]float64, len(at)*len(when)*kinds)
		for p, place := range at {
			for s, start := range when {
				if (r["region"] == place || r["region"] == r["publisher"]) && start >= r["from"] && start < r["to"]+"+" {
					for k := range kinds {
						row[cell(p, s, k)] = 1
					}
				}
			}
		}
		known = append(known, row)
	}
	rank := rankOf(known)
	if rank < len(at) {
		w.Fatalf("only %d independent totals of %d places", rank, len(at))
	}
	for i := range len(at) * len(when) * kinds {
		alone := make([]float64, len(at)*len(when)*kinds)
		alone[i] = 1
		if rankOf(append(slices.Clone(known), alone)) == rank {
			w.Errorf("the number of one kind in %s can be worked out", at[i/kinds/len(when)])
		}
	}
}

// rankOf is the rank of a matrix, by elimination.
func rankOf(rows [][]float64) (rank int) {
	m := make([][]float64, len(rows))
	for i := range rows {
		m[i] = slices.Clone(rows[i])
	}
	for col := 0; len(m) > 0 && col < len(m[0]) && rank < len(m); col++ {
		best := rank
		for i := rank; i < len(m); i++ {
			if math.Abs(m[i][col]) > math.Abs(m[best][col]) {
				best = i
			}
		}
		if math.Abs(m[best][col]) < 1e-9 {
			continue
		}
		m[rank], m[best] = m[best], m[rank]
		for i := rank + 1; i < len(m); i++ {
			f := m[i][col] / m[rank][col]
			for j := col; f != 0 && j < len(m[i]); j++ {
				m[i][j] -= f * m[rank][j]
			}
		}
		rank++
	}
	return rank
}

package opendata_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/oversight/stats"
	"linli/internal/people/partner"
	"linli/internal/people/recruit"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/linked/linkedtest"
	"linli/internal/reach/opendata"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

const base = "https://linli.example"

// world is the gacha with what everybody may take of it.
type world struct {
	*attendancetest.World
	*testing.T
	figures    *stats.Service
	activities *activity.Service
	partners   *partner.Service
	recruits   *recruit.Service
	open       *opendata.Service
	site       *attendancetest.Web
	banner     context.Context
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, under *attendancetest.World) {
		w := &world{World: under, T: t, figures: stats.New(under.DB), activities: activity.New(under.DB, under.Keys, under.Att),
			partners: partner.New(under.DB, under.Persons), recruits: recruit.New(under.DB, under.Keys, volunteer.New(under.DB), base)}
		w.open = opendata.New(under.DB, opendata.Areas{Figures: w.figures, Activities: w.activities, Recruits: w.recruits}, base+"/")
		w.site = under.Web(w.open.Routes, w.figures.Routes)
		w.banner, _ = w.Actor("旗里经办", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		test(w)
	})
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) activity(title string, public bool) activity.Detail {
	w.Helper()
	d := must[activity.Detail](w)(w.activities.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: title,
		Category: w.Item.Category, Content: "量血压", Place: "嘎查部", Risk: "老人头晕", Day: 20261130, From: "09:00", To: "11:00", Checked: true,
		Posts: []activity.PostInput{{Name: "量血压", Needed: 2}, {Name: "登记", Needed: 1}}}))
	if !public {
		return d
	}
	return must[activity.Detail](w)(w.activities.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version, Whole: true}))
}

func (w *world) publish(title string, from, to clock.Day) stats.Snapshot {
	w.Helper()
	return must[stats.Snapshot](w)(w.figures.Publish(w.banner, stats.PublishInput{Title: title, From: from, To: to}))
}

// get asks for a path, with a tag that is had already.
func (w *world) get(method, path, has string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, nil)
	if has != "" {
		req.Header.Set("If-None-Match", has)
	}
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, req)
	return rec
}

// rows are the lines of a dataset as objects, from the CSV; the JSON says the same.
func (w *world) rows(code string) (out []map[string]string) {
	w.Helper()
	plain := w.get("GET", "/open/data/"+code+".csv", "")
	text, marked := strings.CutPrefix(plain.Body.String(), "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if plain.Code != 200 || !marked || err != nil || len(lines) == 0 {
		w.Fatalf("%s.csv: %d, mark %v, %v", code, plain.Code, marked, err)
	}
	var doc struct {
		opendata.Dataset
		Licence opendata.Licence
		Items   []map[string]any
	}
	whole := w.get("GET", "/open/data/"+code+".json", "").Body.Bytes()
	if err := json.Unmarshal(whole, &doc); err != nil || doc.Code != code || len(doc.Items) != len(lines)-1 ||
		len(doc.Columns) != len(lines[0]) ||
		doc.Licence.Name == "" {
		w.Fatalf("%s.json: %v, %d items, %d lines, %.300s", code, err, len(doc.Items), len(lines)-1, whole)
	}
	for n, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
			c := doc.Columns[i]
			same := fmt.Sprint(doc.Items[n][c.Name])
			switch v := doc.Items[n][c.Name].(type) {
			case nil:
				same = ""
			case bool:
				same = map[bool]string{true: "1", false: "0"}[v]
			case float64:
				same, cell = fmt.Sprintf("%.6f", v), number(cell)
			}
			if c.Name != lines[0][i] || same != strings.TrimPrefix(cell, "'") {
				w.Fatalf("%s: column %s of line %d is %q in CSV and %v in JSON", code, c.Name, n, cell, doc.Items[n][c.Name])
			}
		}
		out = append(out, row)
	}
	return out
}

func number(s string) string {
	var x float64
	fmt.Sscan(s, &x)
	return fmt.Sprintf("%.6f", x)
}

// feeds are given in the terms of others.
var feeds = []string{"hsds", "opportunities"}

var codes = []string{"divisions", "stations", "services", "activities", "coverage", "figures"}

// Each dataset says in CSV and JSON alike what its pages show; drafts and closed stations stand in none.
func TestDatasets(t *testing.T) {
	each(t, func(w *world) {
		shown, draft := w.activity("=1+1 义诊𠮷", true), w.activity("没有发布的义诊", false)
		dropped := w.activity("没有发布就取消的", false)
		divisions := w.rows("divisions")
		if len(divisions) < 15_900 || divisions[0]["code"] != region.Top.String() || divisions[0]["parent"] != "" ||
			divisions[0]["level"] != "1" {
			w.Errorf("%d divisions, the first %v", len(divisions), divisions[0])
		}
		if !slices.IsSortedFunc(divisions, func(a, b map[string]string) int { return strings.Compare(a["code"], b["code"]) }) {
			w.Error("divisions are not in the order of their codes, or stand there twice")
		}
		stations := w.rows("stations")
		if len(stations) != 1 || stations[0]["name"] != w.Station.Name || stations[0]["address"] != "嘎查部一楼" ||
			stations[0]["url"] != base+"/stations/"+w.Station.ID.String() || stations[0]["lat"] != "43.9" || stations[0]["community"] == "" {
			w.Errorf("%v", stations)
		}
		must[activity.Detail](w)(w.activities.Cancel(w.Manager, activity.MoveInput{ID: dropped.ID, Version: dropped.Version, Reason: "不办了"}))
		list := w.rows("activities")
		if len(list) != 1 || list[0]["id"] != shown.ID.String() || list[0]["title"] != "'=1+1 义诊𠮷" || list[0]["needed"] != "3" ||
			list[0]["starts_at"] != "2026-11-30T09:00:00+08:00" || list[0]["station"] != w.Station.Name || list[0]["state"] != activity.Open {
			w.Errorf("%v, a draft is %v", list, draft.ID)
		}
		if services := w.rows("services"); len(services) < 15 || services[0]["category_name"] == "" || services[0]["place"] == "" {
			w.Errorf("%d services", len(services))
		}
		clock.Set(attendancetest.Noon.AddDate(1, 0, 8)) // a year after the activity, and a day
		if list := w.rows("activities"); len(list) != 0 {
			w.Errorf("after a year: %v", list)
		}
		for _, path := range []string{"/open/data/people.csv", "/open/data/stations.xml", "/open/data/stations", "/open/people"} {
			if rec := w.get("GET", path, ""); rec.Code != 404 {
				w.Errorf("%s: %d", path, rec.Code)
			}
		}
	})
}

// Who has a file is told that it stands; when anything of it changes, the licence too, he gets it anew. HEAD writes nothing.
func TestTags(t *testing.T) {
	each(t, func(w *world) {
		w.activity("义诊", true)
		w.publish("十月", 20261001, 20261031)
		tags := map[string]string{}
		for _, code := range codes {
			for _, form := range []string{"csv", "json"} {
				path := "/open/data/" + code + "." + form
				rec, head := w.get("GET", path, ""), w.get("HEAD", path, "")
				tag := rec.Header().Get("ETag")
				if tag == "" || head.Header().Get("ETag") != tag || head.Body.Len() != 0 || head.Code != 200 || rec.Body.Len() == 0 {
					w.Errorf("%s: %q, %q with %d bytes", path, tag, head.Header().Get("ETag"), head.Body.Len())
				}
				if again := w.get("GET", path, tag); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
					w.Errorf("%s again: %d", path, again.Code)
				}
				tags[path] = tag
			}
		}
		turned := func(what string, codes ...string) {
			w.Helper()
			for path, tag := range tags {
				now := w.get("GET", path, tag)
				code, _, _ := strings.Cut(strings.TrimPrefix(path, "/open/data/"), ".")
				if (now.Code == 200) != slices.Contains(codes, code) {
					w.Errorf("%s: %s gives %d", what, path, now.Code)
				}
				if now.Code == 200 {
					tags[path] = now.Header().Get("ETag")
				}
			}
		}
		turned("nothing")
		w.activity("没有发布的", false)
		turned("a draft")
		w.activity("扫雪", true)
		turned("an activity", "activities")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(w.System, `UPDATE station SET version = version + 1`)
			return err
		})
		turned("a station", "stations", "activities")
		w.publish("十一月", 20261101, 20261124)
		turned("a publication", "coverage", "figures")
		admin, _ := w.Actor("系统管理员", 0, auth.Grant{Role: auth.SystemAdmin, Region: region.Top})
		must[setting.Value](w)(setting.New(w.DB).Set(admin, setting.SetInput{Key: setting.OpenLicence, Region: region.Top, Value: "CC BY 4.0",
			Reason: "定了"}))
		turned("the licence", codes...)
	})
}

// The licence is what whoever runs the installation has settled; until then the page says that none is.
func TestLicence(t *testing.T) {
	each(t, func(w *world) {
		const unsettled = "主办单位还没有指定许可"
		if page := w.get("GET", "/open", "").Body.String(); !strings.Contains(page, "未指定许可") || !strings.Contains(page, unsettled) {
			w.Error("the page claims a licence that nobody has settled")
		}
		admin, _ := w.Actor("系统管理员", 0, auth.Grant{Role: auth.SystemAdmin, Region: region.Top})
		for key, value := range map[setting.Key]string{setting.OpenLicence: "CC BY 4.0",
			setting.OpenLicenceLink: "https://creativecommons.org/licenses/by/4.0/"} {
			must[setting.Value](w)(setting.New(w.DB).Set(admin, setting.SetInput{Key: key, Region: region.Top, Value: value, Reason: "定了"}))
		}
		for _, path := range []string{"/open", "/open/stations", "/open/catalog.jsonld"} {
			page := w.get("GET", path, "").Body.String()
			if !strings.Contains(page, "CC BY 4.0") || !strings.Contains(page, "creativecommons.org") || strings.Contains(page, unsettled) {
				w.Errorf("%s does not say the licence", path)
			}
		}
		if _, err := setting.New(w.DB).Set(admin, setting.SetInput{Key: setting.OpenLicenceLink, Region: region.Top, Value: "javascript:alert(1)",
			Reason: "x"}); err == nil {
			w.Error("a link that is no address is taken")
		}
	})
}

// The catalogue and each dataset say themselves in listed terms of schema.org; the catalogue for others names every file once.
func TestCatalogue(t *testing.T) {
	each(t, func(w *world) {
		pages := []string{"/open"}
		for _, code := range codes {
			pages = append(pages, "/open/"+code)
		}
		for _, path := range pages {
			rec := w.get("GET", path, "")
			docs := linkedtest.InPage(rec.Body.String())
			if rec.Code != 200 || len(docs) != 1 {
				w.Fatalf("%s: %d, %d documents", path, rec.Code, len(docs))
			}
			if found := linkedtest.Check(docs[0]); len(found) != 0 {
				w.Errorf("%s: %v", path, found)
			}
		}
		var doc struct {
			Datasets []struct {
				ID            string `json:"dct:identifier"`
				Distributions []struct {
					URL map[string]string `json:"dcat:downloadURL"`
				} `json:"dcat:distribution"`
			} `json:"dcat:dataset"`
		}
		rec := w.get("GET", "/open/catalog.jsonld", "")
		if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil || rec.Header().Get("Content-Type") != "application/ld+json" {
			w.Fatal(err, rec.Header())
		}
		var found []string
		for _, d := range doc.Datasets {
			found = append(found, d.ID)
			for _, x := range d.Distributions {
				path := strings.TrimPrefix(x.URL["@id"], base)
				if rec := w.get("HEAD", path, ""); rec.Code != 200 {
					w.Errorf("%s: %d", path, rec.Code)
				}
			}
		}
		if !slices.Equal(found, slices.Concat(codes, feeds)) {
			w.Errorf("the catalogue names %v", found)
		}
	})
}

func day(n int64) clock.Day { return clock.Day(n) }

func (w *world) withdraw(id db.ID) {
	w.Helper()
	must[stats.Snapshot](w)(w.figures.Withdraw(w.banner, stats.WithdrawInput{ID: id}))
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

package standard_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/network/station/stationtest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

const gacha auth.Region = 152502001001

// world is a community with its station.
type world struct {
	*testing.T
	db            *db.DB
	s             *standard.Service
	stations      *station.Service
	st            station.Station
	town, manager context.Context
	photo         blob.Upload
}

func as(t *testing.T, role auth.Role, at auth.Region, st db.ID) context.Context {
	return auth.With(t.Context(), auth.Actor{Account: 7, Name: "某", Grants: []auth.Grant{{Role: role, Region: at, Station: st}}})
}

var seeded = dbtest.Seeded(region.Seed, setting.Seed, standard.Seed)

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai))
		t.Cleanup(clock.Reset)
		w := &world{T: t, db: d, s: standard.New(d, blob.New(d, t.TempDir())), stations: station.New(d, seal.Ephemeral())}
		w.stations.Moved.Subscribe(w.s.OnMoved)
		w.town = as(t, auth.TownOfficer, gacha.At(auth.LevelTown), 0)
		var err error
		if w.st, err = w.stations.Create(w.town, station.CreateInput{Region: gacha, Day: 20250101,
			Facts: station.Facts{Address: "一楼", Lat: 43.9, Lng: 116.1}}); err != nil {
			t.Fatal(err)
		}
		w.st = stationtest.Open(t, d, w.st)
		w.manager = as(t, auth.StationManager, gacha, w.st.ID)
		var out bytes.Buffer
		png.Encode(&out, image.NewGray(image.Rect(0, 0, 9, 9)))
		w.photo = blob.Upload{Name: "a.png", Data: out.Bytes()}
		test(w)
		w.whole(0)
	})
}

// whole fails unless verify finds n stations whose status is not what the evidence says.
func (w *world) whole(n int) {
	w.Helper()
	found := 0
	if err := w.db.Read(w.Context(), func(tx *db.Tx) error {
		return standard.Verify(w.Context(), tx, func(string, string) { found++ })
	}); err != nil || found != n {
		w.Errorf("verify finds %d, want %d: %v", found, n, err)
	}
}

var mandatory = strings.Fields("site manager equipment rules plan notices archive sign")

func (w *world) submit(by context.Context, day clock.Day, codes ...string) {
	w.Helper()
	for _, code := range codes {
		if _, err := w.s.Submit(by, standard.SubmitInput{ID: w.st.ID, Item: code, Text: "有", Day: day, File: w.photo}); err != nil {
			w.Fatal(code, err)
		}
	}
}

// on asks how the station stood on a day: status, grade and the codes that it lacked of the plan's.
func (w *world) on(day clock.Day) string {
	w.Helper()
	out, err := w.s.Get(w.manager, standard.GetInput{ID: w.st.ID, Date: day})
	if err != nil {
		w.Fatal(err)
	}
	words := []string{out.Status, out.Grade}
	for _, l := range out.Items {
		if l.Mandatory && !l.Met {
			words = append(words, l.Code)
		}
	}
	return strings.Join(words, " ")
}

// A station becomes up to standard item by item, falls when one expires, mends it the same minute, and any day of its past is told as
// it was.
func TestEvidence(t *testing.T) {
	each(t, func(w *world) {
		if got := w.on(0); got != "unmet  "+strings.Join(mandatory, " ") {
			t.Errorf("without evidence: %s", got)
		}
		// The town enters the papers of 10 August: notices last three months, to 9 November.
		w.submit(w.town, 20260810, mandatory...)
		for day, want := range map[clock.Day]string{20260809: "unmet  " + strings.Join(mandatory, " "), 20260810: "met basic",
			20261109: "met basic", 20261110: "unmet  notices", 0: "unmet  notices"} {
			if got := w.on(day); got != want {
				t.Errorf("%s: %s, want %s", day, got, want)
			}
		}
		// The manager mends it today, and cannot mend his past.
		if _, err := w.s.Submit(w.manager, standard.SubmitInput{ID: w.st.ID, Item: "notices", Day: 20261110,
			File: w.photo}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the manager mends his past: %v", err)
		}
		w.submit(w.manager, 0, "notices")
		w.submit(w.manager, 0, "team", "project")
		for day, want := range map[clock.Day]string{20261123: "unmet  notices", 20261124: "met sound", 20261109: "met basic"} {
			if got := w.on(day); got != want {
				t.Errorf("after mending, %s: %s, want %s", day, got, want)
			}
		}
		w.submit(w.manager, 0, "f_needs", "f_publish", "f_recruit", "f_activities", "f_records", "f_publicity")
		if got := w.on(0); got != "met upgraded" {
			t.Errorf("with everything: %s", got)
		}
		out, err := w.s.Get(w.manager, standard.GetInput{ID: w.st.ID})
		if err != nil || len(out.Items) != 16 || out.Edition != 20210101 {
			t.Fatal(len(out.Items), out.Edition, err)
		}
		for _, l := range out.Items {
			switch l.Code {
			case "plan": // of the year 2026
				if l.ExpiresOn == nil || *l.ExpiresOn != 20261231 {
					t.Errorf("the plan expires on %v", l.ExpiresOn)
				}
			case "notices": // the newer of two
				if *l.ExpiresOn != 20270223 || len(l.Evidence) != 2 || !l.Evidence[0].Counts || l.Evidence[1].Counts {
					t.Errorf("notices: %+v", l)
				}
			}
		}
		clock.Set(time.Date(2027, 1, 1, 0, 0, 0, 0, clock.Shanghai))
		if got := w.on(0); got != "unmet  plan" {
			t.Errorf("in the new year: %s", got)
		}
		if _, err := w.s.Get(w.manager, standard.GetInput{ID: w.st.ID, Date: 20270102}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a day to come: %v", err)
		}
	})
}

// What is no evidence is refused, field by field, and nothing is stored.
func TestBadEvidence(t *testing.T) {
	each(t, func(w *world) {
		for what, in := range map[string]standard.SubmitInput{
			"no such item": {Item: "garden", File: w.photo}, "no photo": {Item: "site"}, "no words": {Item: "manager"},
			"a day to come":     {Item: "site", Day: 20270101, File: w.photo},
			"a PDF for a photo": {Item: "site", File: blob.Upload{Name: "a.pdf", Data: []byte("%PDF-1.4\n%%EOF")}},
			"before the plan":   {Item: "site", Day: 20201231, File: w.photo},
		} {
			in.ID = w.st.ID
			if _, err := w.s.Submit(w.town, in); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		for what, data := range map[string]string{"SVG": "<svg xmlns='http://www.w3.org/2000/svg'/>", "text": "hello"} {
			if _, err := w.s.Submit(w.town, standard.SubmitInput{ID: w.st.ID, Item: "site",
				File: blob.Upload{Name: "a.png", Data: []byte(data)}}); errs.KindOf(err) != errs.Unsupported {
				t.Errorf("%s: %v", what, err)
			}
		}
		good := standard.SubmitInput{ID: w.st.ID, Item: "site", File: w.photo}
		if _, err := w.s.Submit(as(t, auth.StationManager, 150102001001, 5), good); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another manager: %v", err)
		}
		if _, err := w.s.Submit(as(t, auth.BannerOfficer, gacha.At(auth.LevelBanner), 0), good); errs.KindOf(err) != errs.Denied {
			t.Errorf("the banner: %v", err)
		}
		if got := w.on(0); got != "unmet  "+strings.Join(mandatory, " ") {
			t.Errorf("something was stored: %s", got)
		}
	})
}

// The town confirms what it saw and refuses the rest, from today on; the manager takes back what was a mistake.
func TestCheck(t *testing.T) {
	each(t, func(w *world) {
		w.submit(w.town, 20261101, mandatory...)
		in := standard.CheckInput{ID: w.st.ID, Findings: []standard.Finding{{Item: "site", OK: "yes"}, {Item: "sign", OK: "no"}, {Item: "rules"}}}
		if _, err := w.s.Check(w.town, in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("refused without a word: %v", err)
		}
		in.Findings[1].Remark = "标识被遮住"
		if _, err := w.s.Check(w.manager, in); errs.KindOf(err) != errs.Denied {
			t.Errorf("the manager checks himself: %v", err)
		}
		if _, err := w.s.Check(w.town, standard.CheckInput{ID: w.st.ID,
			Findings: []standard.Finding{{Item: "site"}}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("nothing seen: %v", err)
		}
		out, err := w.s.Check(w.town, in)
		if err != nil || out.Status != standard.Unmet || w.on(0) != "unmet  sign" || w.on(20261123) != "met basic" {
			t.Errorf("%s, the day before %s, %v", w.on(0), w.on(20261123), err)
		}
		sheet, err := w.s.Sheet(w.manager, standard.GetInput{ID: w.st.ID})
		if err != nil || len(sheet.Visits) != 2 || sheet.Items[0].Evidence[0].State != standard.Confirmed {
			t.Errorf("%+v %v", sheet.Visits, err)
		}
		if _, err := w.s.Check(as(t, auth.BannerOfficer, gacha.At(auth.LevelBanner), 0),
			standard.CheckInput{ID: w.st.ID, Findings: []standard.Finding{{Item: "site", OK: "yes"}}}); err != nil {
			t.Errorf("the banner samples: %v", err)
		}
		sheet, _ = w.s.Sheet(w.manager, standard.GetInput{ID: w.st.ID})
		site := sheet.Items[0].Evidence[0]
		if site.State != standard.Sampled || sheet.Visits[0].Level != "sample" {
			t.Errorf("%+v %+v", site, sheet.Visits[0])
		}
		if f, err := w.s.File(w.manager, standard.FileInput{ID: site.ID}); err != nil || f.Type != "image/png" {
			t.Errorf("%s %v", f.Type, err)
		}
		if _, err := w.s.File(as(t, auth.StationManager, 150102001001, 5), standard.FileInput{ID: site.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another manager's file: %v", err)
		}
		if _, err := w.s.Withdraw(w.manager, standard.WithdrawInput{ID: site.ID, Reason: "拍错了"}); err != nil || w.on(0) != "unmet  site sign" {
			t.Errorf("%s %v", w.on(0), err)
		}
		if _, err := w.s.Withdraw(w.manager, standard.WithdrawInput{ID: site.ID, Reason: "拍错了"}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("twice: %v", err)
		}
		// A status written by hand is found.
		if err := w.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE standard_status SET met = TRUE, missing = ''`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.whole(1)
		w.submit(w.manager, 0, "sign")
	})
}

// A banner adds an item, which makes the grade of its own stations and of nobody else's pass or fail; what the plan asks is never removed.
func TestItems(t *testing.T) {
	each(t, func(w *world) {
		banner, top := as(t, auth.BannerOfficer, gacha.At(auth.LevelBanner), 0), as(t, auth.RegionOfficer, region.Top, 0)
		w.submit(w.town, 20261101, append(strings.Fields("team project f_needs f_publish f_recruit f_activities f_records f_publicity"),
			mandatory...)...)
		in := standard.AddInput{Region: gacha.At(auth.LevelBanner), Label: "有轮椅", Explain: "照片", How: "拍照", Accepts: "photo", Months: 12,
			FromDay: 20261201}
		for what, change := range map[string]func(*standard.AddInput){
			"another banner": func(x *standard.AddInput) { x.Region = 150102000000 },
			"yesterday":      func(x *standard.AddInput) { x.FromDay = 20261123 },
		} {
			bad := in
			change(&bad)
			if _, err := w.s.AddItem(banner, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		item, err := w.s.AddItem(banner, in)
		if err != nil || w.on(0) != "met upgraded" {
			t.Fatal(w.on(0), err)
		}
		clock.Set(time.Date(2026, 12, 1, 9, 0, 0, 0, clock.Shanghai))
		if got := w.on(0); got != "met sound" {
			t.Errorf("without the banner's own: %s", got)
		}
		if list, err := w.s.Checklist(banner, standard.ChecklistInput{}); err != nil || len(list.Items) != 17 {
			t.Errorf("%d %v", len(list.Items), err)
		}
		if list, err := w.s.Checklist(as(t, auth.BannerOfficer, 150102000000, 0), standard.ChecklistInput{}); err != nil ||
			len(list.Items) != 16 {
			t.Errorf("of another banner: %d %v", len(list.Items), err)
		}
		all, err := w.s.Checklist(top, standard.ChecklistInput{})
		if err != nil {
			t.Fatal(err)
		}
		site := all.Items[0]
		if _, err := w.s.Retire(top, standard.RetireInput{ID: site.ID, FromDay: 20270101}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("a plan's item is removed: %v", err)
		}
		if _, err := w.s.Revise(banner, standard.ReviseInput{ID: site.ID, Explain: "x", How: "x",
			FromDay: 20270101}); errs.KindOf(err) != errs.Denied {
			t.Errorf("a banner revises the nation's: %v", err)
		}
		if _, err := w.s.Revise(top, standard.ReviseInput{ID: site.ID, Explain: "照片和面积", How: "拍照", Months: 12, FromDay: 20270101}); err != nil {
			t.Error(err)
		}
		if _, err := w.s.Revise(top, standard.ReviseInput{ID: site.ID, Explain: "照片和面积", How: "拍照", Months: 12,
			FromDay: 20270101}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("twice: %v", err)
		}
		if _, err := w.s.Retire(banner, standard.RetireInput{ID: item.ID, FromDay: 20261202}); err != nil {
			t.Error(err)
		}
		clock.Set(time.Date(2026, 12, 2, 9, 0, 0, 0, clock.Shanghai))
		if got := w.on(0); got != "met upgraded" {
			t.Errorf("after the banner gave it up: %s", got)
		}
		clock.Set(time.Date(2027, 1, 2, 9, 0, 0, 0, clock.Shanghai))
		if out, err := w.s.Get(w.manager, standard.GetInput{ID: w.st.ID}); err != nil || out.Edition != 20270101 || len(out.Items) != 16 ||
			!out.Items[0].Met {
			t.Errorf("the new edition: %s %d %v", out.Edition, len(out.Items), err)
		}
	})
}

// told says how many messages an account has.
func (w *world) told(account db.ID) (n int64) {
	w.Helper()
	if err := w.db.Read(w.Context(), func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](w.Context(), tx, tx.Build(`SELECT count(*) FROM notify_inbox WHERE account_id = ?`, account))
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return n
}

// Managers are told once of what soon runs out, and of what a check refused.
func TestRemind(t *testing.T) {
	each(t, func(w *world) {
		manager := stationtest.Appoint(t, w.db, w.st)
		w.submit(w.town, 20260901, "notices") // to 30 November
		w.submit(w.manager, 0, "site")
		for range 2 {
			if err := w.s.Remind(t.Context()); err != nil || w.told(manager) != 1 {
				t.Errorf("told %d times: %v", w.told(manager), err)
			}
		}
		if _, err := w.s.Check(w.town, standard.CheckInput{ID: w.st.ID,
			Findings: []standard.Finding{{Item: "site", OK: "no", Remark: "不是这一间"}}}); err != nil || w.told(manager) != 2 {
			t.Errorf("told %d times: %v", w.told(manager), err)
		}
	})
}

// Officers ask the managers for what is missing, once a day; nobody else does, nor where nothing is missing or nobody would hear it.
func TestUrge(t *testing.T) {
	each(t, func(w *world) {
		in := standard.UrgeInput{ID: w.st.ID, Note: "周五以前补上"}
		if _, err := w.s.Urge(w.town, in); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("nobody manages it: %v", err)
		}
		manager := stationtest.Appoint(t, w.db, w.st)
		for who, by := range map[string]context.Context{"the manager": w.manager, "a town elsewhere": as(t, auth.TownOfficer, 150102001000, 0),
			"a volunteer": as(t, auth.Volunteer, 0, 0)} {
			if _, err := w.s.Urge(by, in); errs.KindOf(err) != errs.Denied && errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s urges: %v", who, err)
			}
		}
		region := as(t, auth.RegionOfficer, 150000000000, 0)
		if _, err := w.s.Urge(region, in); err != nil || w.told(manager) != 1 {
			t.Fatalf("told %d times: %v", w.told(manager), err)
		}
		if _, err := w.s.Urge(w.town, in); errs.CodeOf(err) != "wrong_state" || w.told(manager) != 1 {
			t.Errorf("again on the same day: told %d times, %v", w.told(manager), err)
		}
		v, err := w.s.Sheet(w.manager, standard.GetInput{ID: w.st.ID})
		if err != nil || len(v.Urgings) != 1 || v.Urgings[0].Note != in.Note || strings.Count(v.Urgings[0].Items, "、") != len(mandatory)-1 {
			t.Errorf("%+v %v", v.Urgings, err)
		}
		clock.Set(time.Date(2026, 11, 25, 12, 0, 0, 0, clock.Shanghai))
		w.submit(w.manager, 0, mandatory[1:]...)
		if _, err := w.s.Urge(w.town, standard.UrgeInput{ID: w.st.ID}); err != nil || w.told(manager) != 2 {
			t.Errorf("the day after: told %d times, %v", w.told(manager), err)
		}
		clock.Set(time.Date(2026, 11, 26, 12, 0, 0, 0, clock.Shanghai))
		w.submit(w.manager, 0, mandatory[0])
		if _, err := w.s.Urge(w.town, in); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("nothing is missing: %v", err)
		}
	})
}

package coverage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/coverage"
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

// The town of the fixture has six communities: four gachas and, of the town itself, two.
const (
	town   auth.Region = 152502100000
	gachaA auth.Region = 152502100200
	gachaB auth.Region = 152502100201
	gachaC auth.Region = 152502100202
	estate auth.Region = 152502100001
	other  auth.Region = 152502100003
	banner auth.Region = 152502000000
	league auth.Region = 152500000000
)

type world struct {
	*testing.T
	db       *db.DB
	regions  *region.Service
	stations *station.Service
	standard *standard.Service
	s        *coverage.Service
	officer  context.Context // of the town
	photo    blob.Upload
	open     map[string]station.Station
}

func as(t *testing.T, role auth.Role, at auth.Region) context.Context {
	return auth.With(t.Context(), auth.Actor{Account: 7, Name: "某", Grants: []auth.Grant{{Role: role, Region: at}}})
}

var seeded = dbtest.Seeded(region.Seed, setting.Seed, standard.Seed, coverage.Seed)

// each gives an empty network, and checks at the end that the figures equal their recomputation.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai))
		t.Cleanup(clock.Reset)
		dbtest.Prepare(t, d)
		w := &world{T: t, db: d, regions: region.New(d), stations: station.New(d, seal.Ephemeral()),
			standard: standard.New(d, blob.New(d, t.TempDir())), s: coverage.New(d), officer: as(t, auth.TownOfficer, town),
			open: map[string]station.Station{}}
		w.stations.Moved.Subscribe(w.standard.OnMoved)
		w.regions.Changed.Subscribe(w.s.OnDivisions)
		w.stations.Turned.Subscribe(w.s.OnTurned)
		w.standard.Renewed.Subscribe(w.s.OnRenewed)
		var out bytes.Buffer
		png.Encode(&out, image.NewGray(image.Rect(0, 0, 9, 9)))
		w.photo = blob.Upload{Name: "a.png", Data: out.Bytes()}
		test(w)
		w.fold()
		w.whole(0)
	})
}

func (w *world) write(fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.db.Write(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) fold() {
	w.Helper()
	if err := w.s.Fold(w.Context()); err != nil {
		w.Fatal("fold:", err)
	}
}

// whole fails unless verify finds n faults.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.db.Read(w.Context(), func(tx *db.Tx) error {
		return coverage.Verify(w.Context(), tx, func(o, what string) { found = append(found, o+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %d, want %d: %v %v", len(found), n, found[:min(len(found), 5)], err)
	}
}

func (w *world) create(name string, at auth.Region, day clock.Day, parent string) {
	w.Helper()
	st, err := w.stations.Create(w.officer, station.CreateInput{Region: at, Day: day, ParentID: w.open[parent].ID,
		Facts: station.Facts{Name: "示范社区志愿服务站", Address: "一楼", Lat: 43.9, Lng: 116.1}})
	if err != nil {
		w.Fatal(name, err)
	}
	w.open[name] = stationtest.Open(w.T, w.db, st)
}

func (w *world) status(name, status string, day clock.Day) {
	w.Helper()
	st := w.fresh(name)
	if _, err := w.stations.SetStatus(w.officer, station.StatusInput{ID: st.ID, Version: st.Version, Status: status, Day: day,
		Reason: "因故"}); err != nil {
		w.Fatal(name, err)
	}
}

func (w *world) fresh(name string) station.Station {
	w.Helper()
	st, err := w.stations.Get(w.officer, station.GetInput{ID: w.open[name].ID})
	if err != nil {
		w.Fatal(err)
	}
	return st
}

const (
	mandatory = "site manager equipment rules plan notices archive sign"
	rest      = "team project f_needs f_publish f_recruit f_activities f_records f_publicity"
)

func (w *world) prove(name string, day clock.Day, codes string) {
	w.Helper()
	for _, code := range strings.Fields(codes) {
		if _, err := w.standard.Submit(w.officer, standard.SubmitInput{ID: w.open[name].ID, Item: code, Text: "有", Day: day,
			File: w.photo}); err != nil {
			w.Fatal(code, err)
		}
	}
}

// build is the story of the fixture, entered afterwards by the town:
//
//	2021-03-01 the station of A opens with all papers; its notices last three months
//	2022-04-01 the station of B opens and shows nothing
//	2023-06-01 the station of the estate opens with all papers
//	2024-02-01 the station of A moves to C
//	2025-05-01 the station of B closes
//	2025-06-01 a point opens under the station of the estate
//	2026-11-24 (today) the estate has all papers anew, and the six functions
func (w *world) build() {
	w.Helper()
	w.create("A", gachaA, 20210301, "")
	w.prove("A", 20210301, mandatory)
	w.create("B", gachaB, 20220401, "")
	w.create("E", estate, 20230601, "")
	w.prove("E", 20230601, mandatory)
	a := w.fresh("A")
	if _, err := w.stations.Move(w.officer, station.MoveInput{ID: a.ID, Version: a.Version, Region: gachaC, Address: "新址", Lat: 43.9,
		Lng: 116.2, Day: 20240201, Reason: "搬迁"}); err != nil {
		w.Fatal(err)
	}
	w.status("B", station.Closed, 20250501)
	w.create("P", estate, 20250601, "E")
	w.prove("E", 0, mandatory+" "+rest)
}

// said is a division on a day in the words of the interface.
func (w *world) said(by context.Context, at auth.Region, day clock.Day) string {
	w.Helper()
	c, err := w.s.Get(by, coverage.GetInput{Region: at, Date: day})
	if err != nil {
		w.Fatal(at, day, err)
	}
	return line(c)
}

func line(c coverage.Coverage) string {
	text := func(s *coverage.Share) string {
		if s == nil {
			return "null"
		}
		return s.String()
	}
	return fmt.Sprintf("%d %d %d %s %s %s", c.Communities, c.Stations, c.Covered, text(c.Rate), text(c.PlanRatio), text(c.Target))
}

// Calculated by hand from the story: communities, stations and points, covered, rate, the plan's ratio, target; for today and for days
// before and after each change.
func TestByHand(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		for day, want := range map[clock.Day]string{
			20201231: "6 0 0 null null null",
			20210228: "6 0 0 null null 0.6000",
			20210301: "6 1 1 0.1667 0.1667 0.6000",
			20210531: "6 1 1 0.1667 0.1667 0.6000",
			20210601: "6 1 0 0.0000 0.1667 0.6000", // the notices ran out
			20220331: "6 1 0 0.0000 0.1667 0.8000",
			20220401: "6 2 0 0.0000 0.3333 0.8000", // open, with nothing to show
			20230601: "6 3 1 0.1667 0.5000 1.0000",
			20230831: "6 3 1 0.1667 0.5000 1.0000",
			20230901: "6 3 0 0.0000 0.5000 1.0000",
			20240201: "6 3 0 0.0000 0.5000 1.0000",
			20250430: "6 3 0 0.0000 0.5000 1.0000",
			20250501: "6 2 0 0.0000 0.3333 1.0000", // B closed
			20250601: "6 3 0 0.0000 0.5000 1.0000", // a point is 站（点） too
			20261123: "6 3 0 0.0000 0.5000 1.0000",
			0:        "6 3 1 0.1667 0.5000 1.0000",
		} {
			if got := w.said(w.officer, town, day); got != want {
				t.Errorf("on %s: %s, want %s", day, got, want)
			}
		}
		// A moved on 1 February 2024: before that day its own community has the station, from then on the other.
		for day, want := range map[clock.Day][2]string{20240131: {"1 1 0", "1 0 0"}, 20240201: {"1 0 0", "1 1 0"}, 20210401: {"1 1 1", "1 0 0"}} {
			for i, at := range []auth.Region{gachaA, gachaC} {
				if got := w.said(w.officer, at, day); !strings.HasPrefix(got, want[i]+" ") {
					t.Errorf("%s on %s: %s, want %s", at, day, got, want[i])
				}
			}
		}
		// Above, the same stations among more communities; the children of the town add up to the town.
		top := w.said(as(t, auth.RegionOfficer, region.Top), region.Top, 0)
		if !strings.HasSuffix(strings.Join(strings.Fields(top)[1:3], " "), "3 1") {
			t.Errorf("the autonomous region: %s", top)
		}
		c, _ := w.s.Get(w.officer, coverage.GetInput{Region: town})
		sum := coverage.Coverage{}
		for _, x := range c.Children {
			sum.Communities, sum.Stations, sum.Covered = sum.Communities+x.Communities, sum.Stations+x.Stations, sum.Covered+x.Covered
			if x.Children == nil || len(x.Children) > 0 {
				t.Errorf("children of a child: %v", x.Children)
			}
		}
		if sum.Communities != c.Communities || sum.Stations != c.Stations || sum.Covered != c.Covered {
			t.Errorf("the children add up to %+v, the town is %+v", sum, c)
		}
		w.missing(town, 0, "", "152502100003 none|152502100200 none|152502100201 none|152502100202 archive equipment manager notices plan "+
			"rules sign site|152502100203 none")
		w.missing(town, 20220501, "", "152502100001 none|152502100003 none|152502100200 archive manager notices plan|152502100201 "+
			"bare|152502100202 none|152502100203 none")
		w.missing(town, 20220501, "notices", "152502100200 archive manager notices plan")
		w.missing(town, 20220501, "nothing", "")
	})
}

func (w *world) missing(at auth.Region, day clock.Day, lack, want string) {
	w.Helper()
	out, err := w.s.Missing(w.officer, coverage.MissingInput{Region: at, Date: day, Lack: lack})
	if err != nil {
		w.Fatal(err)
	}
	var lines []string
	for _, g := range out.Items {
		lines = append(lines, g.Region.String()+" "+strings.Join(g.Missing, " "))
	}
	if got := strings.Join(lines, "|"); got != want || int(out.Total) != len(lines) {
		w.Errorf("missing on %s: %d, %s, want %s", day, out.Total, got, want)
	}
}

// The standard rate, the share of 提档升级, and the parts of town and country, by hand.
func TestParts(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		v, err := w.s.Show(w.officer, coverage.ShowInput{Region: town})
		if err != nil {
			t.Fatal(err)
		}
		if s := v.Here.UpgradedShare(); s == nil || *s != 5000 { // the estate's, of two open stations
			t.Errorf("upgraded %v", s)
		}
		for class, want := range map[string]string{"urban": "2 2 1", "rural": "4 1 0"} {
			v, err := w.s.Show(w.officer, coverage.ShowInput{Region: town, Class: class})
			if got := fmt.Sprintf("%d %d %d", v.Here.Communities, v.Here.Sites(), v.Here.Covered); err != nil || got != want {
				t.Errorf("%s: %s, want %s %v", class, got, want, err)
			}
		}
		if v.Quarters != 0 || len(v.Trend) == 0 {
			t.Errorf("quarters %d, trend %d", v.Quarters, len(v.Trend))
		}
	})
}

// What counts as a community changes from a day on; days before keep their figure. A suspended station serves nobody until it opens again.
func TestDivisionsAndPauses(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		system := auth.AsSystem(t.Context(), "test")
		d, err := w.regions.Get(system, region.GetInput{Code: other})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.regions.Count(system, region.CountInput{Code: other, Counts: false, FromDay: 20260101, Reason: "名录",
			Version: d.Version}); err != nil {
			t.Fatal(err)
		}
		w.status("E", station.Suspended, 20261124)
		w.fold()
		for day, want := range map[clock.Day]string{20251231: "6 3 0", 20260101: "5 3 0", 0: "5 2 0"} {
			if got := w.said(w.officer, town, day); !strings.HasPrefix(got, want+" ") {
				t.Errorf("on %s: %s, want %s", day, got, want)
			}
		}
		w.missing(town, 0, "suspended", "152502100001 suspended")
		stationtest.Appoint(w.T, w.db, w.open["E"])
		w.status("E", station.Open, 20261124)
		w.fold()
		if got := w.said(w.officer, town, 0); !strings.HasPrefix(got, "5 3 1 ") {
			t.Errorf("open again: %s", got)
		}
	})
}

// Targets hold for a division and all below it; the nearest wins, the latest year holds on; above the whole or for a year that is past
// they want a reason.
func TestTargets(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		mine := as(t, auth.BannerOfficer, banner)
		refused := func(what, field string, err error) {
			t.Helper()
			e, ok := err.(*errs.Error)
			if !ok || e.Fields[field] == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		set := func(in coverage.SetTargetInput) error { _, err := w.s.SetTarget(mine, in); return err }
		refused("above the whole", "reason", set(coverage.SetTargetInput{Region: banner, Kind: "coverage", Year: 2026, Percent: 120}))
		refused("a year that is past", "reason", set(coverage.SetTargetInput{Region: banner, Kind: "coverage", Year: 2022, Percent: 70}))
		refused("nothing", "percent", set(coverage.SetTargetInput{Region: banner, Kind: "coverage", Year: 2026}))
		refused("elsewhere", "region", set(coverage.SetTargetInput{Region: league, Kind: "coverage", Year: 2026, Percent: 90}))
		if err := set(coverage.SetTargetInput{Region: banner, Kind: "coverage", Year: 2022, Percent: 70, Reason: "盟里调整"}); err != nil {
			t.Fatal(err)
		}
		if err := set(coverage.SetTargetInput{Region: town, Kind: "coverage", Year: 2026, Percent: 95}); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[clock.Day]string{20220601: "0.7000", 20230601: "1.0000", 20251231: "1.0000", 0: "0.9500"} {
			if got := strings.Fields(w.said(mine, town, day))[5]; got != want {
				t.Errorf("target on %s: %s, want %s", day, got, want)
			}
		}
		if err := set(coverage.SetTargetInput{Region: town, Kind: "coverage", Year: 2026, Clear: true}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Fields(w.said(mine, town, 0))[5]; got != "1.0000" {
			t.Errorf("back to what stands above: %s", got)
		}
		list, err := w.s.ListTargets(mine, coverage.TargetsInput{Region: banner})
		if err != nil || len(list.History) != 1 || len(list.Years) != 4 || list.Years[1].Own == nil || list.Years[0].Own != nil {
			t.Errorf("the list: %+v %v", list, err)
		}
		if _, err := w.s.SetTarget(w.officer, coverage.SetTargetInput{Region: town, Kind: "coverage", Year: 2026,
			Percent: 90}); errs.KindOf(err) != errs.Denied {
			t.Errorf("a town sets targets: %v", err)
		}
	})
}

// What was reported before is a series of its own: it changes no figure, wants a source, and is one for a day; withdrawn it stays to
// be seen.
func TestReported(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		before := w.said(w.officer, town, 20221231)
		in := coverage.ReportInput{Region: town, Day: 20221231, Communities: 6, Stations: 5, Source: "2022 年报表"}
		r, err := w.s.AddReported(w.officer, in)
		if err != nil {
			t.Fatal(err)
		}
		for what, bad := range map[string]coverage.ReportInput{"twice": in,
			"tomorrow":  {Region: town, Day: 20261125, Communities: 6, Source: "x"},
			"no source": {Region: town, Day: 20211231, Communities: 6, Source: " "},
			"elsewhere": {Region: banner, Day: 20211231, Communities: 6, Source: "x"}} {
			if _, err := w.s.AddReported(w.officer, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if after := w.said(w.officer, town, 20221231); after != before {
			t.Errorf("mixed: %s, before %s", after, before)
		}
		list, err := w.s.ListReported(w.officer, coverage.TargetsInput{Region: town})
		if err != nil || len(list.Items) != 1 || list.Items[0].Ratio().String() != "0.8333" || list.Beside[20221231].Sites() != 2 {
			t.Errorf("the list: %+v %v", list, err)
		}
		v, _ := w.s.Show(w.officer, coverage.ShowInput{Region: town})
		seen := 0
		for _, m := range v.Trend {
			if m.Reported != nil {
				seen++
			}
		}
		if seen != 1 {
			t.Errorf("seen %d times in the course", seen)
		}
		if _, err := w.s.WithdrawReported(as(t, auth.TownOfficer, 152502200000),
			coverage.WithdrawInput{ID: r.ID, Reason: "x"}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another town withdraws: %v", err)
		}
		if _, err := w.s.WithdrawReported(w.officer, coverage.WithdrawInput{ID: r.ID, Reason: "抄错"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.WithdrawReported(w.officer, coverage.WithdrawInput{ID: r.ID, Reason: "抄错"}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("twice: %v", err)
		}
		if _, err := w.s.AddReported(w.officer, in); err != nil {
			t.Errorf("the right figure after the wrong one: %v", err)
		}
	})
}

// The public sees banners and above; officers see their own down to the community; nobody sees a day to come.
func TestWhoSees(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		visitor := auth.With(t.Context(), auth.Actor{})
		for at, children := range map[auth.Region]int{region.Top: 12, league: 13, banner: 0} {
			c, err := w.s.Get(visitor, coverage.GetInput{Region: at})
			if err != nil || len(c.Children) != children {
				t.Errorf("everybody sees %s: %d children, want %d, %v", at, len(c.Children), children, err)
			}
		}
		for what, err := range map[string]error{
			"a town":            second(w.s.Get(visitor, coverage.GetInput{Region: town})),
			"another's town":    second(w.s.Get(as(t, auth.TownOfficer, 152502200000), coverage.GetInput{Region: town})),
			"none":              second(w.s.Get(w.officer, coverage.GetInput{Region: 159999000000})),
			"missing elsewhere": second(w.s.Missing(as(t, auth.TownOfficer, 152502200000), coverage.MissingInput{Region: town})),
			"page elsewhere":    second(w.s.Show(as(t, auth.TownOfficer, 152502200000), coverage.ShowInput{Region: town})),
		} {
			if errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.s.Get(w.officer, coverage.GetInput{Region: town, Date: 20261125}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("tomorrow: %v", err)
		}
		c, err := w.s.Get(w.officer, coverage.GetInput{})
		if err != nil || c.Region != town || len(c.Children) != 6 {
			t.Errorf("one's own: %v %v", c.Region, err)
		}
		body, _ := json.Marshal(c.Children[0])
		if want := `{"region":"152502100001","date":"2026-11-24","communities":1,"stations":2,"covered":1,"rate":"1.0000","plan_ratio":"2.0000","target":"1.0000","children":[]}`; string(body) != want {
			t.Errorf("got %s\nwant %s", body, want)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// What is marked is folded and nothing else; a recount finds nothing to mend, and mends what somebody spoilt; one that is cut off
// leaves valid figures.
func TestFoldAndRecount(t *testing.T) {
	each(t, func(w *world) {
		before := w.said(w.officer, town, 0)
		w.build()
		if got := w.said(w.officer, town, 0); got != before {
			t.Errorf("before the fold: %s, want the old figures %s", got, before)
		}
		w.whole(0) // what is marked is no fault
		w.fold()
		differences := func() (n int64) {
			t.Helper()
			if err := w.s.Recount(t.Context()); err != nil {
				t.Fatal(err)
			}
			v, err := w.s.Show(w.officer, coverage.ShowInput{Region: town})
			if err != nil || v.Recount == nil {
				t.Fatal("no recount:", err)
			}
			return v.Recount.Differences
		}
		if n := differences(); n != 0 {
			t.Errorf("the recount finds %d differences", n)
		}
		good := w.said(w.officer, town, 0)
		w.spoil(`UPDATE coverage_count SET covered = covered + 5 WHERE region = 152502100000 AND grain = 'd' AND day = 20230601`)
		w.spoil(`UPDATE coverage_lack SET n = n + 1 WHERE region = 150000000000 AND grain = 'y' AND day = 20210000 AND lack = 'none'`)
		w.whole(2)
		// Cut off before it is through: the figures are those of before, and readable.
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := w.s.Recount(ctx); err == nil {
			t.Error("a recount that was cut off succeeds")
		}
		if n := differences(); n != 2 {
			t.Errorf("the recount mends %d, want 2", n)
		}
		w.spoil(`UPDATE coverage_span SET covered = 0, lacks = ' site ' WHERE region = 152502100001 AND until_day = 99991231`)
		if n := differences(); n == 0 {
			t.Error("a community is spoilt and the recount finds nothing")
		}
		w.whole(0)
		if got := w.said(w.officer, town, 0); got != good {
			t.Errorf("mended: %s, want %s", got, good)
		}
	})
}

func (w *world) spoil(text string) {
	w.Helper()
	w.write(func(tx *db.Tx) error {
		n, err := tx.Exec(w.Context(), text)
		if err == nil && n == 0 {
			err = fmt.Errorf("nothing to spoil: %s", text)
		}
		return err
	})
}

// A town of four known places in a row, two kilometres apart: one station in the middle reaches three of them. Who has a station near
// enough already counts no more; what has no known place reaches itself alone.
func TestSiting(t *testing.T) {
	each(t, func(w *world) {
		w.fold()
		ask := func(n int64) coverage.Siting {
			t.Helper()
			out, err := w.s.Suggest(w.officer, coverage.SuggestInput{Region: town, N: n})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		first := ask(2)
		each := first.Items[0].Residents // the people of the banner, spread evenly
		if each <= 0 || first.Open != 6*each || first.Served != 2*each || first.Unplaced != 6 || first.Gap.String() != "0.0000" {
			t.Errorf("without places: %+v", first)
		}
		places := "code,lng,lat\n152502100200,116.1,43.900\n152502100201,116.1,43.935\n152502100202,116.1,43.970\n152502100203,116.1,44.200\n"
		put := func(text string) error {
			_, err := w.s.AddPlaces(w.officer, coverage.PlacesInput{Region: town, Source: "民政名录",
				File: blob.Upload{Name: "a.csv", Data: []byte(text)}})
			return err
		}
		for what, bad := range map[string]string{"head": "a,b,c\n", "turned round": "code,lng,lat\n152502100200,43.9,116.0\n",
			"elsewhere": "code,lng,lat\n152502200200,116.1,43.9\n", "twice": places + "152502100200,116.1,43.9\n", "none": "code,lng,lat\n",
			"unknown": "code,lng,lat\n152502100999,116.1,43.9\n"} {
			if errs.KindOf(put(bad)) != errs.Invalid {
				t.Errorf("%s is taken", what)
			}
		}
		if err := put(places); err != nil {
			t.Fatal(err)
		}
		got := ask(2)
		if got.Items[0].Region != gachaB || got.Items[0].Communities != 3 || got.Served != 4*each || got.Items[1].Communities != 1 {
			t.Errorf("the middle reaches three: %+v", got)
		}
		// The station of A meets the standard: B lies 3.9 km from it and is served, C lies 7.8 km away.
		w.create("A", gachaA, 0, "")
		w.prove("A", 0, mandatory)
		w.fold()
		if got = ask(10); got.Open != 4*each || got.Items[0].Region == gachaA {
			t.Errorf("near a station: %+v", got)
		}
		top, err := w.s.Suggest(as(t, auth.RegionOfficer, region.Top), coverage.SuggestInput{})
		if err != nil || len(top.Leagues) != 12 || len(top.Items) > 0 {
			t.Errorf("too wide a question: %v", err)
		}
	})
}

func square(code string, lng, lat float64) string {
	return fmt.Sprintf(
		`{"type":"Feature","properties":{"code":"%s"},"geometry":{"type":"Polygon","coordinates":[[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}`,
		code, lng, lat, lng+1, lat, lng+1, lat+1, lng, lat+1, lng, lat)
}

// A map comes with the number of its approval and all divisions, once each; what does not close or crosses itself is refused by its
// name. It is drawn with the number under it.
func TestMap(t *testing.T) {
	each(t, func(w *world) {
		w.build()
		w.fold()
		mine := as(t, auth.RegionOfficer, region.Top)
		var all []string
		below, err := w.s.Get(mine, coverage.GetInput{Region: region.Top})
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range below.Children {
			all = append(all, square(c.Region.String()[:6], 100+2*float64(i), 42))
		}
		put := func(approval string, features ...string) error {
			text := `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
			_, err := w.s.ImportMap(mine, coverage.MapInput{Region: region.Top, Approval: approval, Source: "测绘地理信息部门",
				File: blob.Upload{Name: "a.json", Data: []byte(text)}})
			return err
		}
		const no = "蒙S（2026）1号"
		rest := all[1:]
		for what, err := range map[string]error{
			"no number":      put("没有", all...),
			"one is missing": put(no, rest...),
			"one twice":      put(no, append(slices.Clone(rest), all[1])...),
			"a foreign one":  put(no, append(slices.Clone(rest), square("152502", 100, 42))...),
			"no code":        put(no, append(slices.Clone(rest), square("x", 100, 42))...),
			"far away":       put(no, append(slices.Clone(rest), square("150100", 10, 42))...),
			"crosses itself": put(no, append(slices.Clone(rest),
				`{"type":"Feature","properties":{"code":"150100"},"geometry":{"type":"Polygon","coordinates":[[[100,42],[101,43],[101,42],[100,43],[100,42]]]}}`)...),
			"does not close": put(no, append(slices.Clone(rest),
				`{"type":"Feature","properties":{"code":"150100"},"geometry":{"type":"Polygon","coordinates":[[[100,42],[101,43],[101,42]]]}}`)...),
			"is a line": put(no, append(slices.Clone(rest),
				`{"type":"Feature","properties":{"code":"150100"},"geometry":{"type":"LineString","coordinates":[[100,42],[101,43]]}}`)...),
			"is no collection": second(w.s.ImportMap(mine, coverage.MapInput{Region: region.Top, Approval: no, Source: "x",
				File: blob.Upload{Name: "a", Data: []byte("[]")}})),
		} {
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := put(no, all...); err != nil {
			t.Fatal(err)
		}
		do := w.door()
		if code, page := do("", "GET", "/coverage", ""); code != 200 || !strings.Contains(page, "审图号：蒙S（2026）1号") ||
			strings.Contains(page, "方格按") {
			t.Errorf("the public page draws no map: %d", code)
		}
		if _, err := w.s.ImportMap(as(t, auth.BannerOfficer, banner), coverage.MapInput{}); errs.KindOf(err) != errs.Denied {
			t.Errorf("a banner brings a map: %v", err)
		}
		list, err := w.s.Maps(mine, coverage.TargetsInput{})
		if err != nil || len(list.Items) != 1 || !list.Items[0].Current {
			t.Fatalf("the maps: %+v %v", list, err)
		}
		if _, err := w.s.DropMap(mine, coverage.DropMapInput{ID: list.Items[0].ID, Reason: "过期"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.DropMap(mine, coverage.DropMapInput{ID: list.Items[0].ID, Reason: "过期"}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("dropped twice: %v", err)
		}
		if _, page := do("", "GET", "/coverage", ""); !strings.Contains(page, "方格按") {
			t.Error("without a map no tiles")
		}
	})
}

package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/coverage"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
)

// opened is the day on which a station of the demo opened, by its code: the network grew over the years of the plan.
func opened(c auth.Region) clock.Day {
	years := []clock.Day{20210301, 20210820, 20220405, 20221110, 20230615, 20240320, 20250909}
	n := int(c/100*7+c%100*3) % (len(years) * 28)
	return years[n/28].AddDays(n % 28)
}

// before is a day of the past, today for a demo of older times.
func before(ctx context.Context, day clock.Day) clock.Day {
	return min(day, clock.Today(ctx))
}

// network plans what else there is to see of the stations: quarters with and without a point, applications at each step, a suspended
// station and one that moved.
func (w *world) network() {
	day := clock.DayOf(w.start).AddDays(2).Time().Add(10 * time.Hour)
	for i := range w.scale.Stations + 1 {
		w.at(day.Add(-time.Hour).Add(time.Duration(i)*time.Minute), func(ctx context.Context) error { return w.prove(ctx, w.places[i], i) })
	}
	w.at(w.now.Add(-50*24*time.Hour), w.inspect)
	w.at(day, w.quarters)
	w.at(day.Add(time.Hour), w.moveOne)
	w.at(day.Add(2*time.Hour), w.leave)
	w.at(day.Add(26*time.Hour), w.applications)
	w.at(day.Add(27*time.Hour), w.targets)
}

// targets are what the base banner set itself, and what it reported before there was a system.
func (w *world) targets(ctx context.Context) error {
	as, at := auth.AsSystem(ctx, "demo"), w.manifest.Base.Banner
	if _, err := w.app.Coverage.SetTarget(as, coverage.SetTargetInput{Region: at, Kind: "coverage", Year: 2021, Percent: 50,
		Reason: "演示：牧区路远，当年报盟里同意放缓"}); err != nil {
		return err
	}
	for i, day := range []clock.Day{20211231, 20221231, 20231231} {
		if _, err := w.app.Coverage.AddReported(as, coverage.ReportInput{Region: at, Day: day, Communities: 186,
			Stations: []int64{92, 141, 179}[i], Source: "演示：年度报表"}); err != nil {
			return err
		}
	}
	return nil
}

// sign gives a name for the sign of a station or point where the division's name does not tell one, as the people of the place would;
// else none.
func (w *world) sign(ctx context.Context, c auth.Region, what string) (string, error) {
	d, err := w.app.Region.Get(ctx, region.GetInput{Code: c})
	if err != nil {
		return "", err
	}
	if name, sure := region.SignName(d.Name); !sure {
		return name + "志愿服务" + what, nil
	}
	return "", nil
}

// quarters registers three quarters in the base community: a large one with a point, a large one without, a small one.
func (w *world) quarters(ctx context.Context) error {
	p := w.places[0]
	as := auth.With(ctx, p.manager)
	sign, err := w.sign(ctx, p.Region, "点")
	if err != nil {
		return err
	}
	everyDay, err := station.ParseWeek("每天 9:00–17:00")
	if err != nil {
		return err
	}
	point, err := w.app.Station.Create(auth.With(ctx, p.town),
		station.CreateInput{Region: p.Region, ParentID: p.ID, Day: before(ctx, 20240501),
			Facts: station.Facts{Name: sign, Host: "property", Address: "示范花园物业服务中心", Opening: station.Opening{OnHolidays: true, Hours: everyDay},
				Lat: round(p.Lat + 0.004), Lng: round(p.Lng - 0.003)}})
	if err != nil {
		return err
	}
	for i, name := range []string{"示范花园", "平安家园", "供销社家属院"} {
		f := station.QuarterFacts{Name: name, Households: []int64{1460, 1180, 210}[i], Property: []string{"示范物业服务公司", "平安物业服务公司", ""}[i],
			Address: fmt.Sprintf("示范路 %d 号", 20+i*6)}
		if i == 0 {
			f.PointID = point.ID
		}
		if _, err := w.app.Station.AddQuarter(as, station.AddQuarterInput{Region: p.Region, QuarterFacts: f}); err != nil {
			return err
		}
	}
	return nil
}

// leave lets the base station say what it does not do.
func (w *world) leave(ctx context.Context) error {
	p := w.places[0]
	_, err := w.app.Catalogue.Offer(auth.With(ctx, p.manager),
		catalogue.OfferInput{ID: p.ID, ItemID: w.menu[len(w.menu)-1].ID, Why: "站里还没有会的人"})
	return err
}

// moveOne lets one station move down the road, and suspends another for repairs.
func (w *world) moveOne(ctx context.Context) error {
	p := w.places[w.scale.Stations-1]
	as := auth.With(ctx, p.town)
	err := w.fresh(ctx, p)
	if err == nil {
		_, err = w.app.Station.Move(as, station.MoveInput{ID: p.ID, Version: p.Version, Address: "示范路 8 号（原供销社）", Lat: round(p.Lat + 0.006),
			Lng: p.Lng, Reason: "搬进新的党群服务中心"})
	}
	return err
}

// claims are what a station writes of the items that ask for words.
var claims = map[string]string{"manager": "站长一人，兼职（网格员）", "team": "邻里互助队，12 人", "project": "每周三独居老人送餐", "f_needs": "网格员走访、站里登记",
	"f_publish": "站内公告栏和居民群", "f_recruit": "每季度招募一次", "f_activities": "每月两次", "f_records": "按周登记补录单", "f_publicity": "站内展板一面"}

// prove submits what a station has of the checklist; by its number some lack an item of the plan's, or of the rest.
func (w *world) prove(ctx context.Context, p *place, i int) error {
	lacks := map[int]string{2: "equipment", 5: "sign", 9: "site", 13: "archive", 16: "notices"}[i%20]
	var items []standard.Item
	as := auth.With(ctx, p.manager)
	list, err := w.app.Standard.Checklist(as, standard.ChecklistInput{})
	if err != nil {
		return err
	}
	for _, it := range list.Items {
		if it.Code != lacks && (i%3 > 0 || it.Kind != standard.FunctionItem) {
			items = append(items, it)
		}
	}
	for _, it := range items {
		in := standard.SubmitInput{ID: p.ID, Item: it.Code, Text: claims[it.Code]}
		if it.Accepts != "text" {
			in.File = w.paper
		}
		if _, err := w.app.Standard.Submit(as, in); err != nil {
			return err
		}
		if it.Code == "notices" && i%8 > 0 { // renewed in time by most
			w.at(clock.In(ctx).AddDate(0, 0, 58), func(ctx context.Context) error {
				_, err := w.app.Standard.Submit(auth.With(ctx, p.manager), in)
				return err
			})
		}
	}
	return nil
}

// inspect lets the town visit the base station, and one where it does not believe the sign.
func (w *world) inspect(ctx context.Context) error {
	for i, p := range w.places[:2] {
		in := standard.CheckInput{ID: p.ID, Findings: []standard.Finding{{Item: "site", OK: "yes"}, {Item: "equipment", OK: "yes"}}}
		if i == 1 {
			in.Findings = append(in.Findings, standard.Finding{Item: "sign", OK: "no", Remark: "标识挂在里屋，外面看不见"})
		}
		if _, err := w.app.Standard.Check(auth.With(ctx, p.town), in); err != nil {
			return err
		}
	}
	return nil
}

// fresh reads a station again.
func (w *world) fresh(ctx context.Context, p *place) error {
	st, err := w.app.Station.Get(ctx, station.GetInput{ID: p.ID})
	p.Station = st
	return err
}

// applications are those of communities of the base town without a station: one waits for the town, one came back. A demo whose
// communities all have one has none.
func (w *world) applications(ctx context.Context) error {
	var free []auth.Region
	town := w.manifest.Base.Town
	err := w.app.DB.Read(ctx, func(tx *db.Tx) error {
		below, err := region.Below(ctx, tx, town)
		for _, d := range below {
			_, there, e := station.Of(ctx, tx, d.Code)
			if err = errors.Join(err, e); !there && d.CountsAsCommunity {
				free = append(free, d.Code)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for i, c := range free[:min(len(free), 2)] {
		head, err := w.official(ctx, auth.CommunityHead, c, 0, 0, true, false)
		if err != nil {
			return err
		}
		lat, lng := w.position(c)
		name, err := w.sign(ctx, c, "站")
		if err != nil {
			return err
		}
		a, err := w.app.Station.Apply(auth.With(ctx, head),
			station.ApplyInput{Region: c, Facts: station.Facts{Name: name, Host: "party_centre", Address: fmt.Sprintf("示范路 %d 号党群服务中心", 60+i),
				Lat: lat, Lng: lng}, Note: "一间 30 平方米，有电脑一台，网格员兼职"})
		if err == nil && i == 1 {
			_, err = w.app.Station.Check(auth.With(ctx, w.towns[town]),
				station.CheckInput{ID: a.ID, Version: a.Version, Decision: "return", Reason: "请补上场地的照片和管理人员的名字"})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

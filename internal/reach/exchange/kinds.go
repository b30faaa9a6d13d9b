package exchange

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/geo"
	"linli/internal/platform/set"
	"linli/internal/platform/spelling"
	"linli/internal/proof/record"
	"linli/internal/work/catalogue"
)

// pages walks a list to its end.
func pages[T any](list func(db.Paging) (db.Page[T], error), each func(T) error) error {
	for p := (db.Paging{Limit: db.MaxPage}); ; {
		page, err := list(p)
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			if err := each(it); err != nil {
				return err
			}
		}
		if page.Next == nil {
			return nil
		}
		p.Cursor = *page.Next
	}
}

func stationKind(s *station.Service) kind {
	return kind{
		word: "站点",
		columns: []column{{"kind", "站或点"}, {"region", "区划代码"}, {"name", "名称"}, {"host", "依托设施"}, {"address", "地址"}, {"hours", "开放时间"},
			{"phone", "电话"}, {"lat", "纬度"}, {"lng", "经度"}, {"datum", "坐标系"}, {"on_holidays", "节假日照常"}, {"hours_note", "开放时间说明"}},
		add: addStation(s),
		undo: func(ctx context.Context, tx *db.Tx, id db.ID, reason string) error { // a station has a life: it is closed, not unmade
			st, err := station.Get(ctx, tx, id)
			if err == nil {
				_, err = s.SetStatus(ctx, station.StatusInput{ID: id, Version: st.Version, Status: station.Closed, Reason: reason})
			}
			return err
		},
		all: func(ctx context.Context, emit func(...string) error) error {
			for _, want := range []string{"station", "point"} { // a point stands under a station that is there already
				err := pages(func(p db.Paging) (db.Page[station.Station], error) { return s.List(ctx, station.ListInput{Paging: p}) },
					func(st station.Station) error {
						if st.Kind != want {
							return nil
						}
						return emit(stationWords[want], st.Region.String(), st.Name, st.Host, st.Address, st.Hours.Words(ctx), st.Phone,
							format.Degrees(st.Lat), format.Degrees(st.Lng), "", format.Yes(st.OnHolidays), st.HoursNote)
					})
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// stationWords are the kinds of a station as a file has them.
var stationWords = map[string]string{"station": "站", "point": "点"}

// addStation takes a row: a point stands under the station of its community.
func addStation(s *station.Service) func(context.Context, *batch, row) error {
	return func(ctx context.Context, b *batch, r row) error {
		c := r.open()
		in := station.CreateInput{Region: c.region(b, "region"), Facts: station.Facts{Name: c.short("name", 60), Host: c.short("host", 40),
			Address: c.short("address", 100), Opening: c.opening(), Phone: c.short("phone", 20), Lat: c.number("lat"), Lng: c.number("lng"),
			Datum: c.member("datum", geo.Datums)}}
		c.That(in.Address != "", "address", "请填写地址")
		c.That(c.text("kind") == stationWords["station"] || c.text("kind") == stationWords["point"], "kind", "要填“站”或“点”")
		if err := c.Err(); err != nil {
			return err
		}
		if c.text("kind") == stationWords["point"] {
			in.ParentID = 0
			page, err := s.List(ctx, station.ListInput{Region: in.Region, Paging: db.Paging{Limit: db.MaxPage}})
			if err != nil {
				return err
			}
			for _, st := range page.Items {
				if st.Kind == "station" {
					in.ParentID = st.ID
				}
			}
			if in.ParentID == 0 {
				return errs.Field("kind", "这个嘎查村（社区）还没有站，不能先有点")
			}
		}
		st, err := s.Create(ctx, in)
		if err == nil {
			b.note(r, "station", st.ID)
		}
		return err
	}
}

// opening reads the opening hours as they are said: 周一至周五 9:00–12:00、14:00–17:30.
func (c cells) opening() station.Opening {
	week, err := station.ParseWeek(c.text("hours"))
	_ = c.Merge(err) // of the field hours
	yes := c.text("on_holidays")
	c.That(yes == "" || yes == "是" || yes == "否", "on_holidays", "要填“是”或“否”，也可以不填")
	return station.Opening{Hours: week, OnHolidays: yes == "是", HoursNote: c.short("hours_note", 100)}
}

// category reads one of the fifteen kinds of service, by word or code.
func (c cells) category(name string) string { return c.member(name, catalogue.Categories) }

// member reads a word or code of a closed set; an empty cell is none. What is neither is answered with the nearest and the whole list.
func (c cells) member(name string, of *set.Set) string {
	text := spelling.Key(c.text(name))
	if text == "" {
		return ""
	}
	var list []string
	for _, code := range of.Codes() {
		if text == spelling.Key(code) || text == spelling.Key(of.Word(code)) {
			return code
		}
		list = append(list, of.Word(code))
	}
	c.That(false, name, "没有“"+c.text(name)+"”，"+nearest(c.text(name), list))
	return ""
}

// nearest offers the word with the most characters in common, and all of them when they are few.
func nearest(text string, list []string) string {
	best, most := "", 0
	for _, w := range list {
		n := 0
		for _, r := range w {
			if strings.ContainsRune(text, r) {
				n++
			}
		}
		if n > most {
			best, most = w, n
		}
	}
	out := ""
	if best != "" {
		out = "是不是“" + best + "”？"
	}
	if len(list) <= 20 {
		out += "可以填：" + strings.Join(list, "、")
	} else {
		out += "可以填的词在空表的第二张工作表上"
	}
	return out
}

func recordKind(s *record.Service) kind {
	return kind{
		word: "服务记录",
		columns: []column{{"volunteer_no", "志愿者编号"}, {"name", "姓名"}, {"region", "区划代码"}, {"title", "活动名称"}, {"category", "类别"},
			{"started_at", "开始"}, {"ended_at", "结束"}, {"place", "地点"}, {"content", "服务内容"}, {"recording_unit", "记录单位"}, {"leader", "负责人"}},
		undo: s.UndoImport,
		add: func(ctx context.Context, b *batch, r row) error {
			c := r.open()
			in := record.ImportInput{VolunteerNo: c.short("volunteer_no", 40), Name: c.short("name", person.MaxName), Region: c.region(b, "region"),
				Title: c.short("title", 60), Category: c.category("category"), Content: c.short("content", 200), Place: c.short("place", 120),
				StartedAt: c.time("started_at"), EndedAt: c.time("ended_at"),
				Unit: c.short("recording_unit", 80), Leader: c.short("leader", 40)}
			c.That(in.Content != "", "content", "请填写服务内容")
			c.That(in.Unit != "", "recording_unit", "请填写原来的记录单位")
			if err := c.Err(); err != nil {
				return err
			}
			rec, err := s.ImportRow(ctx, in)
			if err == nil {
				b.note(r, "service_record", rec.ID)
			}
			return err
		},
		all: func(ctx context.Context, emit func(...string) error) error {
			return s.Each(ctx, func(r record.Handed) error {
				return emit(r.VolunteerNo, r.Name, r.Region.String(), r.Title, r.Category, r.StartedAt.In(clock.Shanghai).Format(minute),
					r.EndedAt.In(clock.Shanghai).Format(minute), r.Place, r.Content, r.Unit, r.Leader)
			})
		},
	}
}

package attendance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
	"linli/internal/work/order"
)

// Photo gives the photograph of an entered sheet.
func (s *Service) Photo(ctx context.Context, in SheetInput) (blob.File, error) {
	return act.Look(ctx, s.db, &s.sheets, in.ID, func(tx *db.Tx, sh Sheet) (out blob.File, err error) {
		if sh.PhotoID == 0 {
			return out, errs.ErrNotFound
		}
		m, err := s.blobs.Get(ctx, tx, sh.PhotoID)
		if err != nil {
			return out, err
		}
		return s.blobs.File(m)
	})
}

// PrintInput names a station, and the week by one of its days.
type PrintInput struct {
	StationID db.ID     `query:"station_id"`
	Day       clock.Day `query:"day" doc:"这一周的任意一天；不填为本周"`
}

// PrintBlanks prints the unused numbers of a station, one sheet a page.
func (s *Service) PrintBlanks(ctx context.Context, in PrintInput) (blob.File, error) {
	return act.Read(ctx, s.db, Sheets, func(tx *db.Tx) (out blob.File, err error) {
		st, err := printStation(ctx, tx, in.StationID)
		if err != nil {
			return out, err
		}
		blanks, err := blankSheets.All(ctx, tx, st.ID)
		if err != nil {
			return out, err
		}
		if len(blanks) == 0 {
			return out, errs.WrongState("没有未用的补录单，请先领号")
		}
		d := pdf.New("补录单 "+st.Name, pdf.Options{Landscape: true, Author: st.Name, Created: tx.Now})
		for _, sh := range blanks {
			blankPage(d, st.Name, sh.No)
		}
		out = blob.File{Name: "补录单-" + st.Name + ".pdf", Type: blob.PDF, Show: true}
		out.Body, err = d.Bytes()
		return out, err
	})
}

// printStation is the station that the actor prints for: the one named, or his only one.
func printStation(ctx context.Context, tx *db.Tx, id db.ID) (station.Station, error) {
	if id == 0 {
		mine, err := deskStations.First(ctx, tx, auth.ScopeOf(ctx, Sheets), most)
		if err != nil {
			return station.Station{}, err
		}
		if len(mine) != 1 {
			return station.Station{}, errs.Field("station_id", "请选一个站")
		}
		id = mine[0].ID
	}
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return st, err
	}
	return st, auth.Require(ctx, Sheets, View, auth.Place{Region: st.Region, Station: st.ID})
}

// WeekPack is the Monday's file: the orders of the week, whom to telephone, and blank numbered sheets. Telephone numbers and addresses
// are those of accepted orders alone; that they were printed is in the trail.
func (s *Service) WeekPack(ctx context.Context, in PrintInput) (out blob.File, err error) {
	if err := auth.Allow(ctx, Sheets); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		st, err := printStation(ctx, tx, in.StationID)
		if err != nil {
			return err
		}
		week := monday(in.Day, clock.DayOf(tx.Now))
		d := pdf.New("一周工作包 "+st.Name, pdf.Options{Landscape: true, Author: st.Name, Created: tx.Now})
		if err := s.weekPages(ctx, tx, d, st, week); err != nil {
			return err
		}
		blanks, err := blankSheets.All(ctx, tx, st.ID)
		if err != nil {
			return err
		}
		for _, sh := range blanks {
			blankPage(d, st.Name, sh.No)
		}
		d.Footer(func(page, total int) {
			d.TextIn(pdf.Sans, 8, 15, 200, 267, 5, pdf.Right, fmt.Sprintf("第 %d 页，共 %d 页", page, total))
		})
		out = blob.File{Name: "一周工作包-" + week.String() + ".pdf", Type: blob.PDF, Show: true}
		if out.Body, err = d.Bytes(); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "attendance.week_pack", Object: "station", ID: st.ID.String(), Region: st.Region,
			Cause: "打印一周工作包", Detail: map[string]any{"week": week.String(), "fields": "phone address"}})
	})
	return out, err
}

func monday(day, today clock.Day) clock.Day {
	if day == 0 {
		day = today
	}
	return day.AddDays(-(int(day.Time().Weekday()) + 6) % 7)
}

// weekPages paints the orders and the telephone list.
func (s *Service) weekPages(ctx context.Context, tx *db.Tx, d *pdf.Doc, st station.Station, week clock.Day) error {
	from, to := week.Time(), week.AddDays(7).Time()
	orders, err := weekOrders.All(ctx, tx, st.ID, from, to)
	if err != nil {
		return err
	}
	helpers, err := weekHelpers.All(ctx, tx, st.ID, from, to)
	if err != nil {
		return err
	}
	names := map[db.ID][]string{}
	for _, h := range helpers {
		names[h.OrderID] = append(names[h.OrderID], h.Name)
	}
	span := week.Words(ctx) + " 至 " + week.AddDays(6).Words(ctx)
	y := heading(d, "本周的单", st.Name+"　"+span)
	var rows [][]string
	for _, o := range orders {
		rows = append(rows, []string{clock.Span(ctx, o.WindowStart, o.WindowEnd), o.No, o.Title, o.Recipient, strings.Join(names[o.ID], "、"),
			order.State(o.State).Word(), ""})
	}
	cols := []pdf.Column{{Title: "时间", Width: 54}, {Title: "单号", Width: 38}, {Title: "事项", Width: 56}, {Title: "服务对象", Width: 26},
		{Title: "志愿者", Width: 36}, {Title: "状态", Width: 22, Align: pdf.Centre}, {Title: "办理情况", Width: 35}}
	paint(d, y, cols, rows, "本周还没有单")
	if rows, err = s.telephones(ctx, tx, orders, helpers); err != nil {
		return err
	}
	y = heading(d, "要打的电话", "只用于本周服务，用后请妥善保管或销毁")
	cols = []pdf.Column{{Title: "姓名", Width: 32}, {Title: "身份", Width: 24, Align: pdf.Centre}, {Title: "电话", Width: 38},
		{Title: "地址和怎么走", Width: 118}, {Title: "通话记录", Width: 55}}
	paint(d, y, cols, rows, "没有要打的电话")
	return nil
}

func paint(d *pdf.Doc, y float64, cols []pdf.Column, rows [][]string, empty string) {
	if len(rows) == 0 {
		d.Text(pdf.Sans, 12, 15, y+8, empty)
		return
	}
	d.Table(15, y, cols, rows, pdf.TableOptions{Size: 10, RowHeight: 9, Bottom: 196})
}

func heading(d *pdf.Doc, title, lead string) float64 {
	d.AddPage()
	d.TextIn(pdf.Serif, 20, 15, 12, 267, 11, pdf.Left, title)
	d.TextIn(pdf.Sans, 11, 15, 24, 267, 7, pdf.Left, lead)
	return 34
}

// taken are the states in which somebody goes there this week.
var taken = map[string]bool{"accepted": true, "in_service": true, "served": true}

// telephones lists everybody of the accepted orders once.
func (s *Service) telephones(ctx context.Context, tx *db.Tx, orders []planned, helpers []helper) (rows [][]string, err error) {
	listed := map[db.ID]bool{}
	add := func(id db.ID, what string, place bool) error {
		if listed[id] {
			return nil
		}
		listed[id] = true
		c, err := s.persons.Contact(ctx, tx, id)
		where := ""
		if place {
			where = strings.Trim(c.Address+"；"+c.Landmark, "；")
		}
		rows = append(rows, []string{c.Name, what, c.Phone, where, ""})
		return err
	}
	live := map[db.ID]bool{}
	for _, o := range orders {
		if taken[o.State] {
			live[o.ID] = true
			if err := add(o.RecipientID, "服务对象", true); err != nil {
				return nil, err
			}
		}
	}
	for _, h := range helpers {
		if live[h.OrderID] {
			if err := add(h.PersonID, "志愿者", false); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// sheetLines is how many services fit on one paper sheet.
const sheetLines = 10

// blankPage is one numbered sheet: who, what, for whom, when, signed.
func blankPage(d *pdf.Doc, stationName, no string) {
	d.AddPage()
	d.TextIn(pdf.Serif, 20, 15, 11, 267, 11, pdf.Centre, "志愿服务补录单")
	d.TextIn(pdf.Sans, 11, 15, 13, 120, 8, pdf.Left, stationName)
	d.TextIn(pdf.Bold, 14, 192, 12, 90, 9, pdf.Right, "No. "+no)
	d.TextIn(pdf.Sans, 9.5, 15, 23, 267, 6, pdf.Left,
		"一行一次服务。只记实际服务的时间，不算路上。请在服务后十个工作日内交到站里（民政部令第67号第十一条）。写坏了不要撕，交回作废。")
	cols := []pdf.Column{{Title: "序", Width: 9, Align: pdf.Centre}, {Title: "志愿者（编号、姓名）", Width: 48}, {Title: "做了什么", Width: 48},
		{Title: "为谁做", Width: 34}, {Title: "日期", Width: 28}, {Title: "从几点", Width: 20}, {Title: "到几点", Width: 20}, {Title: "志愿者签名", Width: 30},
		{Title: "服务对象签名或按手印", Width: 30}}
	rows := make([][]string, sheetLines)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i + 1)}
	}
	y := d.Table(15, 31, cols, rows, pdf.TableOptions{Size: 10, RowHeight: 13.2, Bottom: 196})
	for i, label := range []string{"填写人：", "复核人（第二人）：", "复核日期："} {
		d.Text(pdf.Sans, 11, 15+float64(i)*92, y+9, label)
	}
}

// window is how a page says the hours of a row.
func window(from, to time.Time) string { return clock.Hour(from) + "–" + clock.Hour(to) }

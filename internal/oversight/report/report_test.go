package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"linli/internal/civic/region"
	"linli/internal/network/coverage"
	"linli/internal/oversight/report"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
)

type world struct {
	*attendancetest.World
	s       *report.Service
	figures *stats.Service
	records *record.Service
	banner  context.Context
}

// each makes a gacha in which two orders were served in November and one in December; it is January.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, a *attendancetest.World) {
		w := &world{World: a, figures: stats.New(a.DB), records: record.New(a.DB, a.Persons)}
		w.s = report.New(a.DB, w.figures, pairing.New(a.DB, a.Keys, a.Persons))
		supervised(w.figures)
		a.Orders.Changed.Subscribe(w.figures.OnOrder)
		a.Att.CheckedOut.Subscribe(w.records.OnCheckedOut)
		a.Orders.Confirmed.Subscribe(w.records.OnConfirmed)
		w.records.Changed.Subscribe(w.figures.OnRecord)
		w.banner, _ = w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		for n, at := range []time.Time{attendancetest.Noon, attendancetest.Noon.Add(24 * time.Hour),
			attendancetest.Noon.Add(10 * 24 * time.Hour)} {
			clock.Set(at)
			o := w.Served([]int64{60, 90, 45}[n])
			w.Confirm(o.ID)
			if n != 1 {
				if _, err := w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 5}); err != nil {
					t.Fatal(err)
				}
			}
		}
		clock.Set(time.Date(2027, 1, 8, 9, 0, 0, 0, clock.Shanghai))
		network := coverage.New(a.DB)
		a.Write(func(tx *db.Tx) error {
			return network.OnDivisions(w.System, tx, region.ChangedEvent{At: attendancetest.Gacha})
		})
		if err := errors.Join(network.Fold(w.System), w.figures.Recount(w.System)); err != nil {
			t.Fatal(err)
		}
		for day, n := range map[clock.Day]int64{20260930: 4, 20261130: 3, 20270105: 2} {
			if _, err := network.AddReported(w.System, coverage.ReportInput{Region: attendancetest.Gacha, Day: day, Communities: 1, Stations: n,
				Source: "月报"}); err != nil {
				t.Fatal(err)
			}
		}
		test(t, w)
	})
}

// supervised registers what supervision is measured by with amounts of its own; the area itself stands above this one.
func supervised(to *stats.Service) {
	one := func(kind string, n int64) stats.Source {
		return func(_ context.Context, _ *db.Tx, in stats.Span) ([]stats.Amount, error) {
			return []stats.Amount{{Region: attendancetest.Gacha.At(in.Level), Kind: kind, N: n}}, nil
		}
	}
	for code, n := range map[string]int64{"spot_check_coverage": 1, "rectification_rate": 3} {
		to.Register(stats.Indicator{Code: code, Unit: stats.Ratio, Num: []stats.Part{{Metric: code + "_done"}},
			Den: []stats.Part{{Metric: code + "_all"}}}, map[string]stats.Source{code + "_done": one("", n), code + "_all": one("", 4)})
	}
}

func (w *world) show(code, period string) report.Shown {
	w.T.Helper()
	v, err := w.s.Show(w.Town, report.ShowInput{Code: code, Period: period})
	if err != nil {
		w.T.Fatal(code, err)
	}
	return v
}

// Each table says what happened in its period, row by row.
func TestTables(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct{ code, period, want string }{
			{"running", "2026-11", w.Station.Name + "|2|2|1|2|2.5|1"}, {"running", "2026-12", w.Station.Name + "|1|1|1|1|0.8|1"},
			{"running", "2026-10", "合计|0|0|0|0|0.0|0"},
			{"needs", "2026-12", "|网上|其**|" + w.Item.Name + "|" + w.Station.Name + "|2026-12-04|已办结"},
			{"building", "2026Q4", "|1|0|0.0%|0|0|有便于开展工作的场地 1；"},
			{"building", "2026Q4", "|2026-11-30|3|-2"}, {"building", "2026Q3", "|2026-09-30|4|-4"},
			{"on_time", "2026Q4", "|3|3|100.0%|4|1|25.0%|4|3|75.0%"}, {"on_time", "2026Q3", "|0|0|没有数据|"}, {"roster", "2026", "|娜***|居民|"},
			{"structure", "2026", "|3|0|0|0|0|3|0|0|0|0"},
		} {
			v := w.show(c.code, c.period)
			var lines []string
			for _, r := range v.Rows {
				if len(r) != len(v.Kind.Columns) {
					t.Errorf("%s: %d cells under %d columns", c.code, len(r), len(v.Kind.Columns))
				}
				lines = append(lines, strings.Join(r, "|"))
			}
			if !strings.Contains(strings.Join(lines, "\n"), c.want) {
				t.Errorf("%s %s without %q:\n%s", c.code, c.period, c.want, strings.Join(lines, "\n"))
			}
		}
		for _, bad := range []string{"2026-13", "2026Q5", "26", "2026Q1", "x", "2026-1"} {
			if _, err := w.s.Show(w.Town, report.ShowInput{Code: "running", Period: bad}); errs.KindOf(err) != errs.Invalid {
				t.Errorf("period %q: %v", bad, err)
			}
		}
		if _, err := w.s.Show(w.Town, report.ShowInput{Code: "running", Region: attendancetest.Far}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("elsewhere: %v", err)
		}
		if _, err := w.s.Show(w.Resident, report.ShowInput{Code: "running"}); errs.KindOf(err) != errs.Denied {
			t.Errorf("a resident: %v", err)
		}
	})
}

// What was reported is kept; when the data change afterwards, the table says where they differ.
func TestFiled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := attendancetest.Gacha.At(auth.LevelTown)
		in := report.FileInput{Code: "running", Region: at, Period: "2026-11", Filler: "其木格", Checker: "其木格"}
		if _, err := w.s.File(w.Town, in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("one person fills in and checks: %v", err)
		}
		in.Checker = "巴特尔"
		if _, err := w.s.File(w.Town, report.FileInput{Code: "running", Region: at, Period: "2027-01", Filler: "甲",
			Checker: "乙"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a month that is not over: %v", err)
		}
		v, err := w.s.File(w.Town, in)
		if err != nil || v.Filed == nil || len(v.Differences) != 0 {
			t.Fatalf("filed: %+v %v", v.Differences, err)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE service_record SET minutes = minutes - 30 WHERE minutes = 90`).Run(w.System, tx)
			return err
		})
		v = w.show("running", "2026-11")
		if fmt.Sprint(v.Differences) != "[{"+w.Station.Name+" 服务时长（小时） 2.5 2.0} {合计 服务时长（小时） 2.5 2.0}]" {
			t.Errorf("differences: %v", v.Differences)
		}
	})
}

// Every table is also a file that a spreadsheet, a printer and a word processor open.
func TestFiles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, code := range []string{"running", "needs", "building", "on_time", "roster", "structure", "certificates"} {
			for format, begin := range map[string]string{"xlsx": "PK", "docx": "PK", "pdf": "%PDF"} {
				f, err := w.s.Export(w.Town, report.ExportInput{ShowInput: report.ShowInput{Code: code}, Format: format})
				if err != nil || !strings.HasPrefix(string(f.Body), begin) {
					t.Fatalf("%s.%s: %v", code, format, err)
				}
				if format == "docx" && !strings.Contains(document(t, f.Body), "报送日期") {
					t.Errorf("%s.docx has no place for the day", code)
				}
			}
		}
	})
}

// document reads the text of a DOCX and fails unless its parts are whole XML.
func document(t *testing.T, body []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(raw)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", part.Name, err)
			}
		}
		if part.Name == "word/document.xml" {
			text = string(raw)
		}
	}
	return text
}

func blank(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/blank.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A blank form with three rows of headings and merged cells is put in by the banner, mapped once, and filled by the town below for two
// periods with the right figures.
func TestForm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f, err := w.s.PutIn(w.banner, report.PutInInput{Title: "志愿服务月报", Every: report.Month, File: blob.Upload{Name: "月报.xlsx", Data: blank(t)}})
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.s.FormSheet(w.Town, report.FormInput{ID: f.ID})
		if err != nil || len(v.Columns) != 7 || len(v.Lines) != 11 {
			t.Fatalf("grid: %v %d %v", v.Columns, len(v.Lines), err)
		}
		if first := v.Lines[0].Cells; len(first) != 1 || first[0].Cols != 7 || first[0].Text != "××地区志愿服务月报表" {
			t.Errorf("the merged title: %+v", first)
		}
		if c := v.Lines[3].Cells; len(c) != 4 || c[0].Rows != 3 || c[2].Cols != 3 || c[3].Rows != 2 {
			t.Errorf("the headings: %+v", c)
		}
		in := report.MapInput{ID: f.ID, Version: f.Version, First: 7, Last: 9,
			Cells: []report.Spot{{At: "a2", Value: "where"}, {At: "E2", Value: "period"}, {}, {At: "E11", Value: "day"}},
			Columns: []report.Spot{{At: "A", Value: "number"}, {At: "B", Value: "name"}, {At: "C", Value: "orders"}, {At: "D", Value: "closed_rate"},
				{At: "E", Value: "satisfaction"}, {At: "F", Value: "services"}, {At: "G", Value: "hours"}}}
		for what, spoil := range map[string]func(
			*report.MapInput){"no such cell": func(m *report.MapInput) { m.Cells[0].At = "5C" },
			"no such figure": func(m *report.MapInput) { m.Columns[0].Value = "x" }, "rows upside down": func(m *report.MapInput) { m.Last = 3 },
			"nothing": func(m *report.MapInput) { m.Cells, m.Columns = nil, nil }} {
			bad := in
			bad.Cells, bad.Columns = append([]report.Spot{}, in.Cells...), append([]report.Spot{}, in.Columns...)
			spoil(&bad)
			if _, err := w.s.Map(w.banner, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.s.Map(w.Town, in); errs.KindOf(err) != errs.Denied {
			t.Errorf("the town maps the banner's form: %v", err)
		}
		if _, err := w.s.Map(w.banner, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Map(w.banner, in); errs.CodeOf(err) != "stale_version" {
			t.Errorf("twice: %v", err)
		}
		for period, want := range map[string][]string{"2026-11": {"2", "50.00%", "100", "2", "2.5"},
			"2026-12": {"1", "100.00%", "100", "1", "0.75"}} {
			x := w.filled(w.Town, f.ID, period)
			row := w.find(x, "B", "", attendancetest.Gacha)
			var got []string
			for _, col := range strings.Split("CDEFG", "") {
				got = append(got, cell(t, x, fmt.Sprint(col, row)))
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", period, got, want)
			}
			if at := cell(t, x, "E2"); !strings.Contains(at, "2026 年 1") {
				t.Errorf("the period: %q", at)
			}
			// More communities than the form has rows: what stood below has moved down, whole.
			last := w.find(x, "A", "合计", 0)
			if last < 12 || cell(t, x, fmt.Sprint("A", last+1)) != "填报人：　　　审核人：" || cell(t, x, fmt.Sprint("E", last+1)) != "2027-01-08" {
				t.Errorf("the foot stands at %d: %q %q", last, cell(t, x, fmt.Sprint("A", last+1)), cell(t, x, fmt.Sprint("E", last+1)))
			}
			if formula, err := x.GetCellFormula(x.GetSheetName(0), fmt.Sprint("C", last)); err != nil ||
				formula != fmt.Sprintf("SUM(C7:C%d)", last-1) {
				t.Errorf("the sum: %s %v", formula, err)
			}
		}
		if _, err := w.s.Send(w.Town, report.SendInput{ID: f.ID, Period: "2026-12"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Send(w.Town, report.SendInput{ID: f.ID, Period: "2026-12"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("sent twice: %v", err)
		}
		h, err := w.s.Home(w.Town, report.HomeInput{})
		if err != nil || len(h.Forms) != 1 || !h.Forms[0].Sent {
			t.Errorf("home: %+v %v", h.Forms, err)
		}
		if _, err := w.s.FormSheet(w.Elsewhere, report.FormInput{ID: f.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("elsewhere: %v", err)
		}
		if _, err := w.s.End(w.banner, report.EndInput{ID: f.ID, Version: f.Version + 1}); err != nil {
			t.Error(err)
		}
	})
}

func (w *world) filled(who context.Context, id db.ID, period string) *excelize.File {
	w.T.Helper()
	f, err := w.s.Filled(who, report.FormInput{ID: id, Period: period})
	if err != nil {
		w.T.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(f.Body))
	if err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(func() { x.Close() })
	return x
}

// find gives the row in which a column holds a text, or the name of a division.
func (w *world) find(x *excelize.File, col, text string, at auth.Region) int {
	w.T.Helper()
	if at != 0 {
		w.Write(func(tx *db.Tx) (err error) { text, err = region.Name(w.System, tx, at); return err })
	}
	for n := 1; n < 100; n++ {
		if cell(w.T, x, fmt.Sprint(col, n)) == text {
			return n
		}
	}
	w.T.Fatalf("no %s in column %s", text, col)
	return 0
}

func cell(t *testing.T, x *excelize.File, at string) string {
	t.Helper()
	s, err := x.GetCellValue(x.GetSheetName(0), at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is no blank form is refused by its content: too large, a bomb, another type, macros.
func TestBadForms(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		bomb := zipped(t, map[string]int{"[Content_Types].xml": 10, "xl/worksheets/sheet1.xml": 200 << 20})
		for what, c := range map[string]struct {
			data []byte
			kind errs.Kind
		}{"nothing": {nil, errs.Invalid}, "text": {[]byte("hello"), errs.Unsupported}, "a PDF": {[]byte("%PDF-1.4"), errs.Unsupported},
			"a bomb": {bomb, errs.TooLarge}, "another archive": {zipped(t, map[string]int{"a.txt": 10}), errs.Unsupported},
			"too large": {make([]byte, 3<<20), errs.TooLarge}} {
			if _, err := w.s.PutIn(w.banner, report.PutInInput{Title: "x", Every: report.Month,
				File: blob.Upload{Name: "a.xlsx", Data: c.data}}); errs.KindOf(err) != c.kind {
				t.Errorf("%s: %v", what, err)
			}
		}
		s := w.Web(w.s.Routes)
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, _ := form.CreateFormFile("file", "a.xlsx")
		part.Write(make([]byte, 8<<20))
		form.Close()
		req := httptest.NewRequest("POST", "/gov/report-forms", &body)
		req.Header.Set("Content-Type", form.FormDataContentType())
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "town"})
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, req)
		if rec.Code != 413 {
			t.Errorf("a body beyond the limit: %d", rec.Code)
		}
	})
}

// zipped makes an archive of files of zeros.
func zipped(t *testing.T, files map[string]int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, n := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.CopyN(w, zeros{}, int64(n))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A circular is drafted from the figures, edited, published with its figures kept, and stays so; the town below reads it and changes
// nothing.
func TestBulletin(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for what, in := range map[string]report.WriteInput{"not over": {Kind: report.Circular, Period: "2027-01"},
			"no period": {Kind: report.Brief, Period: "x"}} {
			if _, err := w.s.Begin(w.banner, in); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.s.Begin(w.Town, report.WriteInput{Kind: report.Brief, Period: "2026-12"}); errs.KindOf(err) != errs.Denied {
			t.Errorf("the town writes: %v", err)
		}
		b, err := w.s.Begin(w.banner, report.WriteInput{Kind: report.Circular, Period: "2026-11"})
		if err != nil || b.No != 1 || !strings.Contains(b.Title, "情况通报") || !strings.Contains(b.Body, "居民点单 2 单") ||
			!strings.Contains(b.Body, "待推进地区") {
			t.Fatalf("draft: %+v %v", b, err)
		}
		brief, err := w.s.Begin(w.banner, report.WriteInput{Kind: report.Brief, Period: "2026Q4"})
		if err != nil || !strings.Contains(brief.Title, "工作简报") || strings.Contains(brief.Body, "待推进") {
			t.Fatalf("brief: %+v %v", brief, err)
		}
		if _, err := w.s.Bulletin(w.Town, report.BulletinInput{ID: b.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the town reads a draft: %v", err)
		}
		if _, err := w.s.Publish(w.banner, report.TurnInput{ID: b.ID, Version: b.Version}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("published with an unwritten place: %v", err)
		}
		if b, err = w.s.Edit(w.banner, report.EditInput{ID: b.ID, Version: b.Version, Title: b.Title,
			Body: strings.ReplaceAll(b.Body, "（写下要求和时限）", "请于月底前补上。")}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Edit(w.banner, report.EditInput{ID: b.ID, Version: 1, Title: "x", Body: "y"}); errs.CodeOf(err) != "stale_version" {
			t.Errorf("stale: %v", err)
		}
		if b, err = w.s.Publish(w.banner, report.TurnInput{ID: b.ID, Version: b.Version}); err != nil || b.SnapshotID == 0 {
			t.Fatal(b, err)
		}
		before, err := w.s.Bulletin(w.Town, report.BulletinInput{ID: b.ID})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE service_record SET minutes = 5 WHERE minutes = 90`).Run(w.System, tx)
			return err
		})
		if err := w.figures.Recount(w.System); err != nil {
			t.Fatal(err)
		}
		after, err := w.s.Bulletin(w.Town, report.BulletinInput{ID: b.ID})
		if err != nil || fmt.Sprint(before.Table) != fmt.Sprint(after.Table) || !strings.Contains(fmt.Sprint(after.Table), "2.5") {
			t.Errorf("the figures changed: %v %v", after.Table, err)
		}
		if _, err := w.s.Withdraw(w.Town, report.TurnInput{ID: b.ID, Version: b.Version}); errs.KindOf(err) != errs.Denied {
			t.Errorf("the town withdraws: %v", err)
		}
		for format, begin := range map[string]string{"pdf": "%PDF", "xlsx": "PK", "docx": "PK"} {
			if f, err := w.s.BulletinFile(w.Town, report.BulletinFileInput{ID: b.ID, Format: format}); err != nil ||
				!strings.HasPrefix(string(f.Body), begin) {
				t.Errorf("%s: %v", format, err)
			}
		}
		if _, err := w.s.Withdraw(w.banner, report.TurnInput{ID: b.ID, Version: b.Version}); err != nil {
			t.Error(err)
		}
		if _, err := w.s.Bulletin(w.Town, report.BulletinInput{ID: b.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the town reads what was withdrawn: %v", err)
		}
	})
}

// The pages show it all.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.Web(w.s.Routes)
		for path, words := range map[string][]string{
			"/gov/reports":                            {"站点运行情况表", "填上级的表", "通报和简报", "还没有报"},
			"/gov/reports/running?period=2026-11":     {w.Station.Name, "照现在的样子报送", "DOCX"},
			"/gov/reports/certificates":               {"这一期没有"},
			"/gov/reports/running/export?format=docx": {"PK"},
		} {
			code, page := s.Do("town", "GET", path, "")
			for _, x := range words {
				if code != 200 || !strings.Contains(page, x) {
					t.Errorf("%s: %d without %s", path, code, x)
				}
			}
		}
		if code, page := s.Do("town", "POST", "/gov/reports/running/file",
			"region=152502200000&period=2026-11&filler=甲&checker=甲"); code != 422 || !strings.Contains(page, "要是两个人") {
			t.Errorf("one person: %d", code)
		}
	})
}

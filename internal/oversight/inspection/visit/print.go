package visit

import (
	"cmp"
	"context"
	"fmt"

	"linli/internal/civic/region"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/pdf"
)

// Sheet prints an inspection: the blank form while it is planned, then what was found and what became of it.
func (s *Service) Sheet(ctx context.Context, in VisitInput) (blob.File, error) {
	v, err := s.Get(ctx, in)
	if err != nil {
		return blob.File{}, err
	}
	return v.print()
}

// BlankInput names the station whose form is printed.
type BlankInput struct {
	StationID db.ID `query:"station_id" required:"true"`
}

// BlankSheet prints the form of today for a station, to be filled by hand where there is no network at all.
func (s *Service) BlankSheet(ctx context.Context, in BlankInput) (blob.File, error) {
	v, err := act.Read(ctx, s.db, Inspect, func(tx *db.Tx) (v Detail, err error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if err != nil {
			return v, err
		}
		if err := auth.Require(ctx, Inspect, Inspect, st.Place()); err != nil {
			return v, err
		}
		v.Visit = Visit{StationID: st.ID, Station: st.Name, Region: st.Region, MadeAt: tx.Now}
		if v.Where, err = region.FullName(ctx, tx, st.Region); err != nil {
			return v, err
		}
		if v.Lead, err = leadFor(ctx, tx, st.Region); err != nil {
			return v, err
		}
		v.Lines, err = blank(ctx, tx, st.Region, clock.DayOf(tx.Now))
		return v, err
	})
	if err != nil {
		return blob.File{}, err
	}
	return v.print()
}

// Measures of the sheet in millimetres.
const (
	edge    = 15.0
	breadth = 180.0
	bottom  = 280.0
)

// print lays out the sheet on A4.
func (v Detail) print() (blob.File, error) {
	d := pdf.New("志愿服务站（点）督导检查表 "+v.Station, pdf.Options{Author: v.Lead, Created: v.MadeAt})
	d.AddPage()
	d.TextIn(pdf.Sans, 10.5, edge, 12, breadth, 6, pdf.Centre, v.Lead)
	d.TextIn(pdf.Serif, 21, edge, 19, breadth, 11, pdf.Centre, "志愿服务站（点）督导检查表")
	y := 34.0
	for _, pair := range [][2]string{{"站点：" + v.Station, "检查日期：" + cmp.Or(v.Day.String(), "　　　　年　　月　　日")},
		{"地点：" + v.Where, "检查人：" + cmp.Or(v.Inspectors, v.hand())}} {
		d.TextIn(pdf.Sans, 10.5, edge, y, 112, 7, pdf.Left, pair[0])
		d.TextIn(pdf.Sans, 10.5, edge+112, y, 68, 7, pdf.Left, pair[1])
		y += 7
	}
	if v.Purpose != "" {
		d.TextIn(pdf.Sans, 10.5, edge, y, breadth, 7, pdf.Left, "检查内容："+v.Purpose)
		y += 7
	}
	y = d.Table(edge, y+1, []pdf.Column{{Title: "序", Width: 9, Align: pdf.Centre}, {Title: "项目", Width: 54},
		{Title: "要求", Width: 16, Align: pdf.Centre}, {Title: "结果", Width: 34, Align: pdf.Centre}, {Title: "情况", Width: 67}}, v.rows(),
		pdf.TableOptions{Size: 9.5, RowHeight: 8.2, Bottom: bottom})
	y = v.printFindings(d, y+4)
	y = room(d, y, 36)
	y = d.Paragraph(pdf.Sans, 10.5, edge, y, breadth, 6.5, "总的情况："+v.Note)
	for i, label := range []string{"检查人签字：", "站点负责人签字：", "日期："} {
		d.Text(pdf.Sans, 10.5, edge+float64(i)*62, y+22, label)
	}
	d.Footer(func(page, total int) {
		d.TextIn(pdf.Sans, 8, edge, 286, breadth, 5, pdf.Left, "检查项目按检查当日的站点标准清单；整改期限为本系统约定，可另定")
		d.TextIn(pdf.Sans, 8, edge, 286, breadth, 5, pdf.Right, fmt.Sprintf("第 %d 页，共 %d 页", page, total))
	})
	body, err := d.Bytes()
	return blob.File{Name: "督导检查表-" + v.Station + ".pdf", Type: blob.PDF, Body: body, Show: true}, err
}

// hand is whoever planned the visit when nobody else is named; nobody on a sheet for the pen.
func (v Detail) hand() string {
	if v.FilledAt != nil {
		return v.ByName
	}
	return ""
}

// room starts a page when less than so many millimetres are left.
func room(d *pdf.Doc, y, needed float64) float64 {
	if y+needed > bottom {
		d.AddPage()
		return 18
	}
	return y
}

// rows are the lines of the form, with boxes to tick while it is blank.
func (v Detail) rows() (out [][]string) {
	for i, l := range v.Lines {
		result := "□ 符合　□ 有问题"
		if v.FilledAt != nil {
			result = answerWords[l.Answer]
		}
		out = append(out, []string{format.Int(i + 1), l.Label, standard.Kinds.Word(l.Kind), result, l.Remark})
	}
	return out
}

// printFindings lists what was found and where it stands; blank lines for the pen while nothing was filled.
func (v Detail) printFindings(d *pdf.Doc, y float64) float64 {
	var rows [][]string
	for i, f := range v.Found {
		closed := ""
		if f.ClosedAt != nil {
			closed = clock.DayOf(*f.ClosedAt).String()
		}
		rows = append(rows, []string{format.Int(i + 1), f.Label + "：" + f.Problem, f.DueDay.String(), findingStates.Word(f.State), closed})
	}
	for i := 0; v.FilledAt == nil && i < 3; i++ {
		rows = append(rows, []string{format.Int(i + 1)})
	}
	if len(rows) == 0 {
		d.Text(pdf.Sans, 10.5, edge, y+4, "没有发现问题。")
		return y + 9
	}
	y = room(d, y, 40)
	d.TextIn(pdf.Bold, 11, edge, y, breadth, 7, pdf.Left, "发现的问题和整改")
	return d.Table(edge, y+8, []pdf.Column{{Title: "序", Width: 9, Align: pdf.Centre}, {Title: "问题", Width: 91},
		{Title: "整改期限", Width: 26, Align: pdf.Centre}, {Title: "状态", Width: 26, Align: pdf.Centre},
		{Title: "办结日期", Width: 28, Align: pdf.Centre}}, rows, pdf.TableOptions{Size: 9.5, RowHeight: 9.5, Bottom: bottom}) + 5
}

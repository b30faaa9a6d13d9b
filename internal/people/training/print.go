package training

import (
	"context"
	"strconv"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// PrintInput asks for the roll of a sitting as a file.
type PrintInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Print gives the sign-in list of a sitting on paper or as a table, without telephones.
func (s *Service) Print(ctx context.Context, in PrintInput) (blob.File, error) {
	op := act.Op{Perm: Lead, Action: "training.print"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (out paper.Table, err error) {
		d, err := s.led(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		out = paper.Table{Day: clock.DayOf(tx.Now), Upright: true, Table: sheet.Table{Title: d.Title + "培训签到表",
			Lead:    d.Station + "　" + clock.Span(ctx, d.StartsAt, d.EndsAt) + "　" + d.Place + "　讲师：" + d.teacher(),
			Columns: []string{"序号", "姓名", "志愿者编号", "签到", "结果", "签名"}, Foot: []string{"讲师签名：", "第二人签名："}}}
		for _, p := range d.Seats {
			came, result := "", ""
			if p.Came != "" {
				came = comings.Word(p.Came)
			}
			if p.Result != "" {
				result = results.Word(p.Result)
			}
			out.Rows = append(out.Rows, []string{strconv.Itoa(len(out.Rows) + 1), p.Name, p.No, came, result, ""})
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "training_sitting", ID: d.ID.String(), Region: d.Region,
			Detail: map[string]any{"rows": len(out.Rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// ExportInput is a list of courses and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// Export gives the sittings of the courses of a place as table 8 of the quarter (培训: name, date, people, hours of learning).
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "training.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		rows, err := lines.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View)}, 5000)
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "培训一览", Lead: "学时是学习时长，不是服务时长",
			Columns: []string{"序号", "名称", "日期", "地点", "站点", "报名", "来了（人次）", "合格", "学时（小时）", "资格", "状态"}}}
		for i, l := range rows {
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), l.Title, l.Day.String(), l.Place, l.Station, strconv.FormatInt(l.Taken, 10),
				strconv.FormatInt(l.Came, 10), strconv.FormatInt(l.Passed, 10), strconv.FormatFloat(float64(l.Learnt)/60, 'f', 1, 64), l.Label,
				states.Word(l.State)})
		}
		if err != nil {
			return t, err
		}
		read, err := onlineLines.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View)}, 5000)
		if err != nil {
			return t, err
		}
		for _, l := range read {
			t.Rows = append(t.Rows, []string{strconv.Itoa(len(t.Rows) + 1), l.Title, l.Day.String(), "图文课（最近一次测验）", l.Station, "",
				strconv.FormatInt(l.Came, 10), strconv.FormatInt(l.Passed, 10), strconv.FormatFloat(float64(l.Learnt)/60, 'f', 1, 64), l.Label, ""})
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "training_course", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// line is a sitting in the table of sittings: only what a second person has confirmed is counted.
type line struct {
	Sitting
	Came, Passed, Learnt int64
}

// onlineLine is a course to read in the same table.
type onlineLine struct {
	ID                    db.ID
	Title, Label, Station string
	Came, Passed, Learnt  int64
	Day                   clock.Day
}

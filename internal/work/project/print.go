package project

import (
	"context"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// exportMost is how many lines one file holds.
const exportMost = 5000

// ExportInput is a list and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// Export gives the register of projects as a table (项目一览).
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return s.file(ctx, View, "project.export", in.Region, in.Format, func(tx *db.Tx) (t sheet.Table, err error) {
		r, err := RuleAt(ctx, tx, ruled(ctx, in.Region))
		if err != nil {
			return t, err
		}
		rows, err := list.First(ctx, tx, scoped{in.ListInput, r, auth.ScopeOf(ctx, View)}, exportMost)
		if err != nil {
			return t, err
		}
		words, err := setting.Words(ctx, tx, setting.Groups)
		t = sheet.Table{Title: "志愿服务项目一览", Foot: []string{"经常性：" + r.Words + "。场数、人次、时长由系统按名单和记录算。"}, Columns: []string{"序号", "名称",
			"站点", "重点人群", "周期", "开始", "结束", "状态", "经常性", "办过（场）", "最近一场", "服务人次", "服务时长（小时）", "照着办的"}}
		r.mark(rows)
		for i, l := range rows {
			sum, e := s.Ask.Counted(ctx, tx, l.ID)
			if err != nil || e != nil {
				return t, cmpErr(err, e)
			}
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), l.Name, l.Station, setting.Labels(words, l.Groups), rhythms.Word(l.Rhythm),
				l.FromDay.String(), l.ToDay.String(), states.Word(l.State), format.Yes(l.Regular), format.Int(l.Held), l.Last.String(),
				format.Int(sum.Times), format.Hours(sum.Minutes), format.Int(l.Copies)})
		}
		return t, err
	})
}

// RhythmWord says how often a project means to take place.
func (l Line) RhythmWord() string { return rhythms.Word(l.Rhythm) }

// Within gives the projects of a division, at most n, each marked as regular or not by the place's definition of today.
func Within(ctx context.Context, tx *db.Tx, at auth.Region, n int) ([]Line, error) {
	r, err := RuleAt(ctx, tx, at)
	if err != nil {
		return nil, err
	}
	rows, err := list.First(ctx, tx, scoped{ListInput{Region: at}, r, auth.ScopeOf(auth.AsSystem(ctx, "项目"), View)}, n)
	r.mark(rows)
	return rows, err
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// MissingFileInput is the list of communities without a regular project, and the form of its file.
type MissingFileInput struct {
	MissingInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// ExportWithout gives the communities without a regular project as a table.
func (s *Service) ExportWithout(ctx context.Context, in MissingFileInput) (blob.File, error) {
	return s.file(ctx, Figures, "project.export_without", in.Region, in.Format, func(tx *db.Tx) (t sheet.Table, err error) {
		w, err := wantingIn(ctx, tx, in.MissingInput)
		if err != nil {
			return t, err
		}
		rows, err := missing.First(ctx, tx, w, exportMost)
		if err != nil {
			return t, err
		}
		share, err := shares.One(ctx, tx, w)
		t = sheet.Table{Title: "还没有经常性志愿服务项目的嘎查村（社区）", Columns: []string{"序号", "苏木乡镇（街道）", "嘎查村（社区）", "站点", "进行中的项目"},
			Lead: "计入的嘎查村（社区）" + format.Int(share.Communities) + "，有经常性项目的 " + format.Int(share.Regular),
			Foot: []string{"经常性：" + w.Rule.Words + "。"}}
		for i, c := range rows {
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), c.Town, c.Name, format.Or(c.Station), format.Int(c.Projects)})
		}
		return t, err
	})
}

// file makes a table and writes into the trail who took it out.
func (s *Service) file(ctx context.Context, perm auth.Perm, action string, at auth.Region, form string,
	fn func(tx *db.Tx) (sheet.Table, error)) (blob.File, error) {
	t, err := act.Write(ctx, s.db, act.Op{Perm: perm, Action: action}, func(tx *db.Tx) (out paper.Table, err error) {
		out.Day = clock.DayOf(tx.Now)
		if out.Table, err = fn(tx); err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: action, Object: "project", Region: at,
			Detail: map[string]any{"rows": len(out.Rows), "format": form}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(form)
}

// PrintInput asks for a project on paper.
type PrintInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Print gives what a project set out to do and what came of it: the summary of one that is over, how it stands of one in progress.
func (s *Service) Print(ctx context.Context, in PrintInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "project.print"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (out paper.Table, err error) {
		p, err := Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, p.place())
		}
		if err != nil {
			return out, err
		}
		d, err := s.detail(ctx, tx, p.ID)
		if err != nil {
			return out, err
		}
		where, err := region.FullName(ctx, tx, p.Region)
		if err != nil {
			return out, err
		}
		out = paper.Table{Day: d.Today, Upright: true, Table: d.report(where)}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "project", ID: p.ID.String(), Region: p.Region,
			Detail: map[string]any{"format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// report is a project as a table of what and how.
func (d Detail) report(where string) sheet.Table {
	t := sheet.Table{Title: d.Name + "项目总结", Lead: where + "　" + d.Station, Columns: []string{"项目", "内容"},
		Foot: []string{"场数、人次、时长由系统按复核过的名单和记录算，随记录更正。", "填报人：　　　　　　审核人：　　　　　　（盖章处）"}}
	if d.State != Closed {
		t.Title = d.Name + "项目进展"
	}
	add := func(what, text string) {
		if text != "" {
			t.Rows = append(t.Rows, []string{what, text})
		}
	}
	add("重点人群", setting.Labels(d.Words, d.Groups))
	add("目标", d.Goal)
	add("怎样做", d.Plan)
	add("时间", d.FromDay.String()+" 至 "+d.ToDay.String()+"，"+rhythms.Word(d.Rhythm))
	for _, p := range d.Phases {
		add("第"+format.Int(p.No)+"步", p.Name+"（"+p.FromDay.String()+" 至 "+p.ToDay.String()+"）")
	}
	add("由谁来做", format.Or(d.Team))
	if d.ForPeople > 0 {
		add("打算服务", format.Int(d.ForPeople)+" 人")
	}
	add("钱和物", d.Budget)
	add("办过", d.heldWords())
	add("服务", d.sumWords())
	add("经常性", map[bool]string{true: "是", false: "不是"}[d.Result.Regular]+"；经常性指"+d.Rule.Words)
	if d.Copies.N > 0 {
		add("别处照着办", d.Copies.words())
	}
	add("总结", d.Summary)
	return t
}

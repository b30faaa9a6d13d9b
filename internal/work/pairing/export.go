package pairing

import (
	"context"
	"slices"

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

// exportMost is how many pairings one file holds; who needs more narrows the search.
const exportMost = 5000

// Export gives the pairings of a search as a table for a spreadsheet. That somebody took it away is in the trail.
func (s *Service) Export(ctx context.Context, in ListInput) (out blob.File, err error) {
	lines := [][]string{{"姓名", "嘎查村（社区）", "志愿者", "每几天访一次", "两人同行", "状态", "从哪天", "到哪天"}}
	_, err = act.Write(ctx, s.db, act.Op{Perm: Keep}, func(tx *db.Tx) (int, error) {
		rows, err := list.First(ctx, tx, sought{in, auth.ScopeOf(ctx, Keep)}, exportMost)
		if err != nil {
			return 0, err
		}
		names, err := places(ctx, tx, rows, func(p Pairing) auth.Region { return p.Region })
		if err != nil {
			return 0, err
		}
		lines = lines[:1]
		for _, g := range rows {
			who, err := membersOf.All(ctx, tx, g.ID, clock.DayOf(tx.Now))
			if err != nil {
				return 0, err
			}
			lines = append(lines, []string{g.Name, names[g.Region], goersOf(who), format.Int(g.RhythmDays), format.Yes(g.TwoVisitors),
				States.Word(g.State), g.FirstDay.String(), g.EndedDay.String()})
		}
		return len(rows), audit.Write(ctx, tx, audit.Entry{Action: "pairing.export", Object: "pairing",
			Detail: map[string]any{"rows": len(rows)}})
	})
	if err != nil {
		return out, err
	}
	page := sheet.Plain(lines)
	page.Name = "结对"
	return sheet.File("xlsx", "结对-"+clock.Today(ctx).String(), page)
}

// TableInput asks for the table of visits by group of recipients.
type TableInput struct {
	RateInput
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// line is one group of the table.
type line struct{ due, served, met, video, phoned, notFound, unwanted, away, none int64 }

func (l *line) add(r dueRow) {
	l.due += r.N
	if r.State == Served {
		l.served += r.N
	}
	for result, to := range map[string]*int64{Met: &l.met, Video: &l.video, Phoned: &l.phoned, NotFound: &l.notFound, Unwanted: &l.unwanted,
		Away: &l.away, "": &l.none} {
		if r.Result == result {
			*to += r.N
		}
	}
}

func (l line) cells(name string) []string {
	out := []string{name}
	for _, n := range []int64{l.due, l.served, l.met, l.video, l.phoned, l.notFound, l.unwanted, l.away, l.none} {
		out = append(out, format.Int(n))
	}
	return append(out, rateOf(counted{l.due, l.served}).Percent())
}

// GroupColumns are those of 结对探访情况表.
var GroupColumns = []string{"对象类别", "应访", "实访", "见面", "视频", "电话通了", "未访：未遇", "未访：拒访", "未访：外出", "未访：没有去", "访视率"}

// GroupNote says how its lines add up.
const GroupNote = "一个人属于几类的，各类都算；合计里只算一次"

// Table prints 结对探访情况表 of the places of the actor.
func (s *Service) Table(ctx context.Context, in TableInput) (blob.File, error) {
	t, err := act.Read(ctx, s.db, Figures, func(tx *db.Tx) (t paper.Table, err error) {
		if err := in.fill(clock.DayOf(tx.Now)); err != nil {
			return t, err
		}
		rows, err := s.ByGroup(ctx, tx, in.RateInput, auth.ScopeOf(ctx, Figures))
		if err != nil {
			return t, err
		}
		where := "所管的地方"
		if in.Region != 0 {
			if where, err = region.FullName(ctx, tx, in.Region); err != nil {
				return t, err
			}
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "结对探访情况表",
			Lead:    where + "，" + in.From.String() + " 至 " + in.To.String(),
			Columns: GroupColumns, Rows: rows,
			Foot: []string{"填报人：            审核人：            单位（盖章）：            报送日期：", GroupNote}}}
		return t, nil
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// ByGroup gives the lines of 结对探访情况表: by group, visits due and made, how, and why not. Somebody of several groups is in the line of
// each; the sum, last, counts each visit once. Groups are opened to be counted and for nothing else.
func (s *Service) ByGroup(ctx context.Context, tx *db.Tx, in RateInput, scope auth.Scope) (out [][]string, err error) {
	words, err := setting.Words(ctx, tx, setting.Groups)
	if err != nil {
		return nil, err
	}
	by, total, err := s.byGroup(ctx, tx, in, scope)
	for _, w := range words {
		out = append(out, by[w.Code].cells(w.Label))
	}
	return append(out, total.cells("合计")), err
}

func (s *Service) byGroup(ctx context.Context, tx *db.Tx, in RateInput, scope auth.Scope) (map[string]line, line, error) {
	rows, err := dueRows.All(ctx, tx, counting{At: in.Region, From: in.From, To: in.To, Scope: scope})
	by, total := map[string]line{}, line{}
	var groups []string
	var of db.ID
	for _, r := range rows {
		if err != nil {
			return nil, total, err
		}
		if r.PersonID != of {
			of = r.PersonID
			groups, err = s.persons.Groups(ctx, tx, of)
			groups = slices.Compact(slices.Sorted(slices.Values(groups)))
		}
		for _, g := range groups {
			l := by[g]
			l.add(r)
			by[g] = l
		}
		total.add(r)
	}
	return by, total, err
}

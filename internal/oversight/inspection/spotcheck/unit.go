package spotcheck

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// UnitInput names a unit of a spot check.
type UnitInput struct {
	ID   db.ID `path:"id"`
	Unit db.ID `path:"unit"`
}

// Fact is one line of what is known of a unit.
type Fact struct{ Label, Text string }

// UnitPage is one unit to be judged, with what the system knows of it.
type UnitPage struct {
	Detail
	Unit  Unit
	Facts []Fact
	Link  string // to the record itself
	Next  db.ID  // the next one that has not been judged
}

// Unit is the page on which a unit is judged.
func (s *Service) Unit(ctx context.Context, in UnitInput) (UnitPage, error) {
	return act.Look(ctx, s.db, &checks, in.ID, func(tx *db.Tx, c Check) (out UnitPage, err error) {
		if out.Detail, err = detail(ctx, tx, c); err != nil {
			return out, err
		}
		at := slices.IndexFunc(out.Units, func(u Unit) bool { return u.ID == in.Unit })
		if at < 0 {
			return out, errs.ErrNotFound
		}
		out.Unit = out.Units[at]
		for _, u := range append(slices.Clone(out.Units[at+1:]), out.Units[:at]...) {
			if u.Answers == "" {
				out.Next = u.ID
				break
			}
		}
		out.Facts, out.Link, err = facts(ctx, tx, out.Kind, in.Unit)
		return out, err
	})
}

// facts are what the system knows of a unit, without names.
func facts(ctx context.Context, tx *db.Tx, kind string, id db.ID) ([]Fact, string, error) {
	if kind == "certificate" {
		c, err := certificateFacts.One(ctx, tx, id)
		return []Fact{{"编号", c.No}, {"期间", c.FromDay.String() + " 到 " + c.ToDay.String()}, {"时长", clock.Minutes(c.Minutes)},
			{"所列记录", fmt.Sprintf("%d 条，合计 %s", c.Records, clock.Minutes(c.Sum))}, {"记录单位", c.Unit}, {"出具", c.IssuedDay.String()},
			{"现状", map[string]string{"valid": "有效", "suspended": "暂停使用", "revoked": "已撤销"}[c.Status]}}, "/verify/" + c.Code, err
	}
	r, err := recordFacts.One(ctx, tx, id)
	in := "按时"
	if r.CountedDay == 0 || r.CountedDay > r.DueDay {
		in = "超过期限"
	}
	return []Fact{{"活动", r.Title}, {"内容", r.Content}, {"地点", r.Place}, {"时间", clock.Span(ctx, r.StartedAt, r.EndedAt)},
			{"时长", clock.Minutes(r.Minutes)}, {"来源", map[string]string{"order": "求助单", "sheet": "补录单", "import": "导入", "activity": "活动"}[r.Source]},
			{"确认", map[string]string{"both": "双方确认", "sign_in": "签到", "reviewed": "复核"}[r.Confirmation]},
			{"计入", r.CountedDay.String() + "，期限 " + r.DueDay.String() + "，" + in}, {"记录单位", r.Unit}, {"负责人", r.Leader}},
		"/desk/records/" + id.String(), err
}

// letter is the answer to one item, "" when it was not judged yet.
func (u Unit) letter(n int) string {
	if n < len(u.Answers) {
		return u.Answers[n : n+1]
	}
	return ""
}

// faults names the items that are wrong with a unit.
func (u Unit) faults() string {
	var out []string
	for i := range u.Answers {
		if u.Answers[i] == 'n' {
			out = append(out, strconv.Itoa(i+1))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "第 " + strings.Join(out, "、") + " 项"
}

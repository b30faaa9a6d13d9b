package standard

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Sheet is the page of one station: what is missing, how to get it, and the evidence.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Standard, error) {
	return s.page(ctx, in, View)
}

// VisitInput names the station that is visited.
type VisitInput struct {
	ID db.ID `path:"id"`
}

// Visit is the form of a check.
func (s *Service) Visit(ctx context.Context, in VisitInput) (Standard, error) {
	return s.page(ctx, GetInput{ID: in.ID}, Check)
}

func (s *Service) page(ctx context.Context, in GetInput, perm auth.Perm) (Standard, error) {
	return act.Read(ctx, s.db, perm, func(tx *db.Tx) (out Standard, err error) {
		st, err := stationFor(ctx, tx, in.ID, perm)
		if err != nil {
			return out, err
		}
		if out, err = of(ctx, tx, st, in.Date); err != nil {
			return out, err
		}
		if out.Where, err = region.FullName(ctx, tx, st.Region); err != nil {
			return out, err
		}
		who, err := station.Managers(ctx, tx, st.ID)
		if err != nil {
			return out, err
		}
		live := st.Status != station.Closed && out.Date == out.Today
		out.Managers, out.submits, out.checks = len(who), live && auth.Can(ctx, Submit, st.Place()), live && auth.Can(ctx, Check, st.Place())
		if out.Visits, err = visits.All(ctx, tx, st.ID); err != nil {
			return out, err
		}
		out.Urgings, err = urgings.All(ctx, tx, st.ID)
		return out, err
	})
}

var (
	grades = set.New("grade",
		set.Row{"", "未达标", "alarm"}, set.Row{Basic, "达标", "done"}, set.Row{Sound, "达标，六有齐全", "done"},
		set.Row{Upgraded, "提档升级", "done"})
	// Kinds are the kinds of items.
	Kinds = set.New("standard_item.kind",
		set.Row{PlanItem, "必备"}, set.Row{SixItem, "六有"}, set.Row{FunctionItem, "功能"}, set.Row{LocalItem, "本地"})
	evidenceStates = set.New("standard_evidence.state",
		set.Row{Claimed, "自查"}, set.Row{Confirmed, "乡镇已核"}, set.Row{Sampled, "抽查过"}, set.Row{Refused, "不认"},
		set.Row{Withdrawn, "撤回"})
	accepted = set.New("standard_item.accepts",
		set.Row{"photo", "照片"}, set.Row{"document", "照片或 PDF"}, set.Row{"text", "文字"})
)

// lacks are the lines that are not met: the plan's first, as the checklist has them.
func (v Standard) lacks() []Line {
	return slices.DeleteFunc(slices.Clone(v.Items), func(l Line) bool { return l.Met })
}

// must says how many of the plan's items are missing.
func (v Standard) must() (n int) {
	for _, l := range v.Items {
		if l.Mandatory && !l.Met {
			n++
		}
	}
	return n
}

// soon says that the evidence of a line runs out within the days of the reminder.
func (v Standard) soon(l Line) bool {
	return l.ExpiresOn != nil && *l.ExpiresOn <= v.Date.AddDays(ahead)
}

func (v Standard) path(base string) string { return base + "/" + v.StationID.String() }

// Has is the word of an item whose evidence holds.
const Has = "有"

// tag is the word beside a line, in its tone.
func (v Standard) tag(l Line) (tone, word string) {
	switch {
	case !l.Met && l.Mandatory:
		return "alarm", "缺"
	case !l.Met:
		return "wait", "还没有"
	case v.soon(l):
		return "wait", "快到期"
	}
	return "done", Has
}

// Stands says of each item of a station's checklist how it stands today, as its page does.
func Stands(ctx context.Context, tx *db.Tx, id db.ID) (map[string]string, error) {
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	v, err := of(ctx, tx, st, 0)
	out := map[string]string{}
	for _, l := range v.Items {
		if _, out[l.Code] = v.tag(l); l.Met {
			out[l.Code] = Has
		}
	}
	return out, err
}

// seen says what the last look at an item said, where it and the evidence of today differ.
func (v Standard) seen(ctx context.Context, l Line) string {
	for _, x := range v.Visits {
		switch {
		case x.Item != l.Code:
			continue
		case x.OK && !l.Met:
			return x.ByName + "在" + clock.Words(ctx, x.At) + x.level() + "时看过，是符合的；这里还缺，因为没有在有效期里的证据，交上来就算"
		case !x.OK && l.Met:
			return x.ByName + "在" + clock.Words(ctx, x.At) + x.level() + "时没有认（" + x.Remark + "）；后来交了新的证据"
		}
		return ""
	}
	return ""
}

// until says how long a line's evidence holds.
func (l Line) until() string {
	if l.ExpiresOn == nil {
		return ""
	}
	return l.ExpiresOn.String()
}

// label gives the word of an item of the station's checklist; the code itself for one that is no more.
func (v Standard) label(code string) string {
	for _, l := range v.Items {
		if l.Code == code {
			return l.Label
		}
	}
	return code
}

// level is whose check a visit was.
func (x Visit) level() string {
	if x.Level == "town" {
		return "苏木乡镇核查"
	}
	return "抽查"
}

// lasting says how long evidence of an item counts.
func (i Item) lasting() string {
	if i.Months == 0 {
		return "当年有效"
	}
	return strconv.FormatInt(i.Months, 10) + " 个月"
}

// missing says in words what a station of the list lacks.
func (v Summaries) missing(x Summary) string {
	if x.Bare {
		return "全部，还没有任何证据"
	}
	var out []string
	for _, code := range strings.Fields(x.Missing) {
		out = append(out, v.Labels[code])
	}
	return strings.Join(out, "、")
}

func (v Summaries) next() string { return ui.Next(v.with(v.base, "", ""), v.Next) }

// with is the address of the list with another word in it.
func (v Summaries) with(path, name, value string) string {
	in := map[string]any{"q": v.In.Q, "status": v.In.Status, "item": v.In.Item, "sort": v.In.Sort, name: value}
	if v.In.Region != 0 {
		in["region"] = v.In.Region
	}
	var pairs []any
	for _, k := range []string{"q", "region", "status", "item", "sort", "format"} {
		if x, ok := in[k]; ok {
			pairs = append(pairs, k, x)
		}
	}
	return ui.Href(path, pairs...)
}

// sorted says how a column is sorted now, for who does not see it.
func (v Summaries) sorted(by string) string {
	if v.In.Sort == by {
		return "ascending"
	}
	return ""
}

// accept is what the browser's dialogue offers for an item.
func (i Item) accept() string {
	if i.Accepts == "photo" {
		return "image/*"
	}
	return "image/*,.pdf"
}

func (i Item) own(at auth.Region) bool { return i.Region == at && i.UntilDay == clock.Forever }

func (c Checklist) tomorrow() string { return c.Today.AddDays(1).String() }

func (c Checklist) status(i Item) string {
	switch {
	case i.UntilDay <= c.Today:
		return "用到 " + i.UntilDay.AddDays(-1).String()
	case i.FromDay > c.Today:
		return i.FromDay.String() + " 起"
	}
	return "现行"
}

// findingName names a form field of one finding.
func findingName(n int, field string) string {
	return "findings." + strconv.Itoa(n) + "." + field
}

// urgedToday is the last reminder, and whether it is of today.
func (v Standard) urgedToday(ctx context.Context) (u Urging, today bool) {
	if len(v.Urgings) == 0 {
		return u, false
	}
	u = v.Urgings[0]
	return u, clock.DayOf(u.At) == clock.Today(ctx)
}

// steps are the checks and what the managers were reminded of, the newest first.
func (v Standard) steps(ctx context.Context) []ui.Step {
	var out []ui.Step
	urged := func(till time.Time) {
		for len(v.Urgings) > 0 && v.Urgings[0].At.After(till) {
			u := v.Urgings[0]
			out = append(out, ui.Step{Title: strings.TrimSuffix("提醒补上："+u.Items+"。"+u.Note, "。"), Note: u.ByName + "，" + clock.Words(ctx, u.At),
				State: "done"})
			v.Urgings = v.Urgings[1:]
		}
	}
	for _, x := range v.Visits {
		urged(x.At)
		word := "属实"
		if !x.OK {
			word = "不认：" + x.Remark
		}
		out = append(out, ui.Step{Title: v.label(x.Item) + "，" + word, Note: x.level() + "，" + x.ByName + "，" + clock.Words(ctx, x.At),
			State: "done"})
	}
	urged(time.Time{})
	return out
}

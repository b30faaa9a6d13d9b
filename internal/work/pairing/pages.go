package pairing

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	mineAt       = "/my/pairings"
	deskPath     = "/desk/pairings"
	unpairedPath = deskPath + "/unpaired"
	missedPath   = deskPath + "/missed"
	govPath      = "/gov/pairings"
	govMissed    = govPath + "/missed"
)

func deskAt(id db.ID) string   { return deskPath + "/" + id.String() }
func personAt(id db.ID) string { return deskPath + "/people/" + id.String() }

func newAt(id db.ID) string { return deskPath + "/new?person_id=" + id.String() }

var rhythms = ui.Options("7", "每周", "14", "每两周", "30", "每月", "90", "每季度")

// rhythm is how often, as people say it.
func rhythm(days int64) string {
	for _, o := range rhythms {
		if o.Value == format.Int(days) {
			return o.Label + "一次"
		}
	}
	return "每 " + format.Int(days) + " 天一次"
}

func goersOf(list []Member) string {
	var out []string
	for _, m := range list {
		if m.State == Agreed {
			out = append(out, m.Name)
		}
	}
	return strings.Join(out, "、")
}

// names are the volunteers of choices, for a form.
func names(list []choice) (out []ui.Option) {
	for _, c := range list {
		o := ui.Option{Value: c.ID.String(), Label: c.Name, Hint: c.No}
		if c.Pairs > 0 {
			o.Hint = c.No + "，已经结对 " + format.Int(c.Pairs) + " 家"
		}
		out = append(out, o)
	}
	return out
}

// going are those of a pairing who go, but for the reader himself.
func (d Detail) going(but db.ID) (out []ui.Option) {
	for _, m := range d.Members {
		if m.State == Agreed && m.PersonID != but {
			out = append(out, ui.Option{Value: m.VolunteerID.String(), Label: m.Name})
		}
	}
	return out
}

// inForce are the members of a pairing who go, by their id here.
func (d Detail) inForce() (out []ui.Option) {
	for _, m := range d.Members {
		if m.State == Agreed {
			out = append(out, ui.Option{Value: m.ID.String(), Label: m.Name})
		}
	}
	return out
}

// now is the window in which today lies.
func (d Detail) now() (Window, bool) {
	for _, w := range d.Windows {
		if w.FromDay <= d.Today && d.Today <= w.DueDay {
			return w, true
		}
	}
	return Window{}, false
}

// when says until when a visit is due, or that it took place.
func (d Detail) when(ctx context.Context) string {
	w, there := d.now()
	switch {
	case d.State != Active:
		return States.Word(d.State)
	case !there:
		return d.FirstDay.Words(ctx) + "开始"
	case w.State == Served:
		return "这一期访到了，下一期从 " + w.DueDay.AddDays(1).Words(ctx) + " 开始"
	case d.AwayUntil >= d.Today:
		return "外出，" + d.AwayUntil.Words(ctx) + "以后回来"
	}
	return w.DueDay.Words(ctx) + " 以前去看看"
}

// mine is the actor's own part of a pairing, if he has one.
func (v Own) mine(d Detail) (Member, bool) {
	for _, m := range d.Members {
		if m.PersonID == v.Me && (m.State == Asked || m.State == Agreed) {
			return m, true
		}
	}
	return Member{}, false
}

// apart tells a person from namesakes.
func (p Unpaired) apart(today clock.Day) string {
	out := []string{}
	if age := person.AgeOn(p.BirthDay, today); age >= 0 {
		out = append(out, format.Int(int64(age))+" 岁")
	}
	if p.Householder != "" && p.Householder != p.Name {
		out = append(out, "户主 "+p.Householder)
	}
	if p.Group != "" {
		out = append(out, p.Group)
	}
	return strings.Join(out, "，")
}

func (p Unpaired) why() string {
	return map[string]string{"": "没有结对", Proposed: "等志愿者答应、等批准", Active: "结对的志愿者都歇着或者退出了"}[p.Why]
}

func excuseSpan(x Excuse) string {
	if x.UntilDay == 0 {
		return x.FromDay.String() + " 起"
	}
	return x.FromDay.String() + " 至 " + x.UntilDay.String()
}

// inForce says that an excuse holds.
func (x Excuse) inForce(today clock.Day) bool {
	return x.WithdrawnDay == 0 && x.FromDay <= today && (x.UntilDay == 0 || today <= x.UntilDay)
}

// words say when it was due, how often, and what came of trying.
func (m MissedVisit) words() string {
	out := m.FromDay.String() + " 至 " + m.DueDay.String() + "，" + rhythm(m.RhythmDays)
	if m.Result == "" {
		return out + "，没有去过的记录"
	}
	return out + "，去过：" + results.Word(m.Result)
}

var rungWords = map[int64]string{rungDesk: "站里", rungHead: "嘎查村（社区）", rungTown: "苏木乡镇（街道）"}

// steps are the visits of a pairing, the newest first.
func (d Detail) steps(ctx context.Context) (out []ui.Step) {
	names := map[db.ID]string{}
	for _, m := range d.Members {
		names[m.VolunteerID] = m.Name
	}
	for _, v := range d.Visits {
		note := names[v.VolunteerID]
		if v.SecondID != 0 {
			note += "和" + names[v.SecondID]
		}
		if v.OnBehalf {
			note += "，" + v.ByName + "代记"
		}
		if v.AwayUntil != 0 {
			note += "，外出到 " + v.AwayUntil.String()
		}
		out = append(out, ui.Step{Title: results.Word(v.Result), Note: clock.Words(ctx, v.At) + "，" + note, State: "done"})
	}
	return out
}

// below is where a line of the overview leads; a community has nothing below it.
func (v Overview) below(c Covered) string {
	if c.Code.Level() == auth.LevelCommunity {
		return ""
	}
	return ui.Href(govPath, "region", c.Code, "from", v.In.From, "to", v.In.To)
}

func guardians(list []person.Guardian) (out []ui.Option) {
	for _, g := range list {
		out = append(out, ui.Option{Value: g.PersonID.String(), Label: g.Name, Hint: g.Relation})
	}
	return out
}

package homevisit

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
	"linli/internal/work/survey"
)

// Where the pages stand.
const (
	deskPath      = "/desk/home-visits"
	latePath      = deskPath + "/late"
	uncoveredPath = deskPath + "/uncovered"
	mineAt        = "/my/home-visits"
	govPath       = "/gov/home-visits"
	govLate       = govPath + "/late"
)

func planAt(id db.ID) string { return deskPath + "/" + id.String() }

func dayAt(id db.ID) string { return deskPath + "/days/" + id.String() }

func myDay(id db.ID) string { return mineAt + "/" + id.String() }

// Blank is the form of a new plan.
type Blank struct {
	Places  []ui.Option
	At      auth.Region
	Groups  []setting.Word
	Surveys []choice
	Today   clock.Day
}

// Blank gives the form of a new plan, for the places of the actor.
func (s *Service) Blank(ctx context.Context, _ Nothing) (Blank, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Blank, err error) {
		out.At, out.Today = auth.From(ctx).Seat(), clock.DayOf(tx.Now)
		steps, err := region.Choices(ctx, tx, out.At)
		if err != nil {
			return out, err
		}
		if out.At.Level() == auth.LevelTown {
			out.Places = append(out.Places, ui.Option{Value: out.At.String(), Label: "整个苏木乡镇（街道）"})
		}
		out.Places = append(out.Places, region.Options(steps)...)
		if out.Groups, err = setting.Words(ctx, tx, setting.Groups); err != nil {
			return out, err
		}
		out.Surveys, err = surveyAt.All(ctx, tx, out.At)
		return out, err
	})
}

func chosen(list []choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name, Hint: c.No})
	}
	return out
}

// waiting are the homes that are to be given to somebody, to choose from.
func (v Sheet) waiting() (out []ui.Option) {
	for _, h := range v.Homes {
		if h.State != Waiting || h.DayID != 0 {
			continue
		}
		hint := v.Names[h.Region]
		if h.AgainDay > v.Today {
			hint += "，" + h.AgainDay.String() + " 起再去"
		}
		out = append(out, ui.Option{Value: h.ID.String(), Label: strings.Join(h.Lives, "、"), Hint: hint})
	}
	return out
}

// places are the communities in which homes wait, where there is more than one.
func (v Sheet) places() (out []ui.Option) {
	seen := map[auth.Region]bool{}
	for _, h := range v.Homes {
		if h.State == Waiting && !seen[h.Region] {
			seen[h.Region] = true
			out = append(out, ui.Option{Value: h.Region.String(), Label: v.Names[h.Region]})
		}
	}
	if v.Region.Level() == auth.LevelCommunity {
		return nil
	}
	return out
}

// count gives how many homes of a plan are in one of the states.
func (v Sheet) count(states ...string) (n int) {
	for _, h := range v.Homes {
		for _, s := range states {
			if h.State == s {
				n++
			}
		}
	}
	return n
}

// when says when and by whom a home is visited.
func (v Sheet) when(h House) string {
	for _, d := range v.Days {
		if d.ID == h.DayID && h.State == Waiting {
			return d.Day.Day.String() + " " + goersWords(d.Goers)
		}
	}
	switch {
	case h.LastResult != "" && h.State == Waiting:
		return results.Word(h.LastResult) + "（" + h.LastDay.String() + "），" + h.AgainDay.String() + " 起再去"
	case h.LastResult != "":
		return results.Word(h.LastResult) + "（" + h.LastDay.String() + "）"
	}
	return "—"
}

// number is how a number of people is shown.
func (c Cell) number(n int64) string {
	if c.Hidden {
		return "少"
	}
	return format.Int(n)
}

// span is the stretch of days of a plan.
func (p Plan) span() string { return p.FromDay.String() + " 至 " + p.ToDay.String() }

// asked gives what the reader answered for a day.
func (v Own) asked(r Route) string {
	for _, g := range r.Goers {
		if g.PersonID == v.Me {
			return g.State
		}
	}
	return ""
}

// others are who else goes, to choose from; the reader himself where he is at the desk.
func (v DayPage) others(me db.ID) (out []ui.Option) {
	for _, g := range v.Goers {
		if g.PersonID != me && g.State != Declined {
			out = append(out, ui.Option{Value: g.PersonID.String(), Label: g.Name})
		}
	}
	return out
}

// far says how far a stop is from the one before.
func (x Stop) far() string {
	switch {
	case !x.Placed:
		return "登记里没有位置，按地址排在后面"
	case x.Metres == 0:
		return ""
	case x.Metres < 1000:
		return "约 " + format.Int(x.Metres) + " 米"
	}
	return "约 " + format.Int((x.Metres+500)/1000) + " 公里"
}

// asks is the address of the questionnaire for a home, where the reader may fill it.
func (v DayPage) asks(ctx context.Context, x Stop) string {
	if v.Plan.SurveyID == 0 || !auth.Holds(ctx, survey.Fill) {
		return ""
	}
	return ui.Href("/my/surveys/"+v.Plan.SurveyID.String(), "person_id", x.PersonID)
}

// who are the people of a home, to choose from.
func (x Stop) who() (out []ui.Option) {
	for i, id := range x.LivesIDs {
		out = append(out, ui.Option{Value: id.String(), Label: x.Lives[i]})
	}
	return out
}

func (p UncoveredPage) apart(u Uncovered) string {
	var out []string
	for _, s := range []string{u.Group, u.Householder} {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "，")
}

// rungWords say where a home that nobody reached stands.
var rungWords = map[int64]string{1: "站里", 2: "嘎查村（社区）", 3: "苏木乡镇（街道）"}

// desk is the page of the day from which a visit was entered.
func (in RecordInput) desk() string {
	if in.Day == 0 {
		return deskPath
	}
	return dayAt(in.Day)
}

// mine is it for who goes.
func (in RecordInput) mine() string { return ofDay(in.Day) }

func (in NeedInput) mine() string { return ofDay(in.Day) }

func ofDay(id db.ID) string {
	if id == 0 {
		return mineAt
	}
	return myDay(id)
}

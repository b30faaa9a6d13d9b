package partner

import (
	"context"
	"strconv"

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

// Line is one offer in the statement of a year.
type Line struct {
	Offer
	Weeks int64 `json:"weeks" doc:"这一年里提供了几周"`
	Times int64 `json:"times" doc:"一共能用几次：每周最多几次乘几周；不限的为 0"`
	Used  int64 `json:"used" doc:"用了几次"`
	Could int64 `json:"could" doc:"没有人去的订单里，本来用得上这一项的；不超过那一周还空着的次数"`
}

// Joint is something that a unit took part in.
type Joint struct {
	Part
	People  int64 `json:"people" doc:"名单上参加服务的人"`
	Minutes int64 `json:"minutes" doc:"他们的服务时间，分钟"`
}

// Statement is what a unit offered in a year, what of it was used, and what could have been.
type Statement struct {
	Partner Partner   `json:"partner"`
	Year    int64     `json:"year"`
	From    clock.Day `json:"from"`
	To      clock.Day `json:"to" doc:"到这一天，或者年底"`
	Lines   []Line    `json:"offers"`
	Joints  []Joint   `json:"joint" doc:"一起办的活动和订单：办过、单位来了的"`
	Used    int64     `json:"used"`
	Could   int64     `json:"could"`
	People  int64     `json:"people"`
	Minutes int64     `json:"minutes"`
}

// StatementInput asks for the statement of a unit.
type StatementInput struct {
	ID   db.ID `path:"id"`
	Year int64 `query:"year" required:"false" minimum:"2020" maximum:"2100" doc:"不填为今年"`
}

// Statement gives a year of a unit: computed from its offers, from what was held, and from orders that nobody served. Nobody types it.
func (s *Service) Statement(ctx context.Context, in StatementInput) (Statement, error) {
	return act.Look(ctx, s.db, &s.partners, in.ID, func(tx *db.Tx, p Partner) (Statement, error) {
		return statement(ctx, tx, p, in.Year)
	})
}

func statement(ctx context.Context, tx *db.Tx, p Partner, year int64) (out Statement, err error) {
	today := clock.DayOf(tx.Now)
	if year == 0 {
		year = today.Year()
	}
	out = Statement{Partner: p, Year: year, From: clock.Day(year*10000 + 101), To: min(clock.Day(year*10000+1231), today), Lines: []Line{},
		Joints: []Joint{}}
	parts, err := partsIn.All(ctx, tx, p.ID, out.From, out.To)
	if err != nil {
		return out, err
	}
	for _, x := range parts {
		j := Joint{Part: x}
		if x.ActivityID != 0 {
			sum, err := served.One(ctx, tx, x.ActivityID)
			if err != nil {
				return out, err
			}
			j.People, j.Minutes = sum.People, sum.Minutes
		}
		out.Joints, out.People, out.Minutes = append(out.Joints, j), out.People+j.People, out.Minutes+j.Minutes
	}
	offers, err := everyOffer.All(ctx, tx, p.ID, out.From, out.To)
	for _, o := range offers {
		if err != nil {
			return out, err
		}
		var fit []want
		if fit, err = fitting(ctx, tx, o, out.From, out.To); err == nil {
			l := o.line(out.From, out.To, parts, fit)
			out.Lines, out.Used, out.Could = append(out.Lines, l), out.Used+l.Used, out.Could+l.Could
		}
	}
	return out, err
}

// line is an offer between two days: how often it was there, was used, and could have been used.
func (o Offer) line(from, to clock.Day, parts []Part, fit []want) Line {
	l := Line{Offer: o}
	weeks, used, could := map[clock.Day]bool{}, map[clock.Day]int64{}, map[clock.Day]int64{}
	for d := max(from, o.ValidFrom); d <= min(to, o.ValidTo); d = d.AddDays(1) {
		if o.holds(d) {
			weeks[monday(d)] = true
		}
	}
	l.Weeks = int64(len(weeks))
	l.Times = l.Weeks * o.Capacity
	for _, x := range parts {
		if x.OfferID == o.ID {
			used[monday(x.Day)]++
			l.Used++
		}
	}
	for _, w := range fit {
		could[monday(w.Day)]++
	}
	for week, n := range could {
		if o.Capacity > 0 {
			n = min(n, max(0, o.Capacity-used[week]))
		}
		l.Could += n
	}
	return l
}

// monday is the first day of the week of a day.
func monday(d clock.Day) clock.Day { return d.AddDays(-(int(d.Time().Weekday()) + 6) % 7) }

// PrintInput asks for the statement of a unit as a file.
type PrintInput struct {
	StatementInput
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Print gives the statement on paper or as a table.
func (s *Service) Print(ctx context.Context, in PrintInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "partner.print"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		p, err := get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, p.place())
		}
		if err != nil {
			return t, err
		}
		st, err := statement(ctx, tx, p, in.Year)
		if err != nil {
			return t, err
		}
		return st.table(clock.DayOf(tx.Now)), audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "partner", ID: p.ID.String(),
			Region: p.Region, Detail: map[string]any{"year": st.Year, "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// table is the statement as it is printed: its offers, then what was done together.
func (s Statement) table(day clock.Day) paper.Table {
	t := paper.Table{Day: day, Table: sheet.Table{Title: s.Partner.Name + strconv.FormatInt(s.Year, 10) + "年志愿服务共建情况",
		Lead:    s.From.String() + " 至 " + s.To.String(),
		Columns: []string{"序号", "日期", "服务或活动", "类别", "提供几周", "能用几次", "用了几次", "本来用得上", "参加人数", "服务时长（小时）"},
		Foot: []string{fmtSum(s), "“用了”“一起办”只算办过、单位来了的；“本来用得上”是没有人去的订单里，类别、地方、日子和钟点都合的，不超过那一周空着的次数。",
			"单位（盖章）：                    站点（盖章）："}}}
	for _, l := range s.Lines {
		times := "不限"
		if l.Capacity > 0 {
			times = format.Int(l.Times)
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(len(t.Rows) + 1), l.ValidFrom.String() + " 至 " + l.ValidTo.String(), l.Service,
			categoryWord(l.Category), format.Int(l.Weeks), times, format.Int(l.Used), format.Int(l.Could), "", ""})
	}
	for _, j := range s.Joints {
		people, hours := "", ""
		if j.ActivityID != 0 {
			people, hours = format.Int(j.People), format.Hours(j.Minutes)
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(len(t.Rows) + 1), j.Day.String(), j.Title + "：" + j.What, "一起办", "", "", "", "", people,
			hours})
	}
	return t
}

func fmtSum(s Statement) string {
	return "提供 " + strconv.Itoa(len(s.Lines)) + " 项，用了 " + format.Int(s.Used) + " 次，本来还用得上 " + format.Int(s.Could) + " 次；一起办 " +
		strconv.Itoa(len(s.Joints)) + " 次，参加 " + format.Int(s.People) + " 人次，" + format.Hours(s.Minutes) + " 小时。"
}

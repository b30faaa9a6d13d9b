package coverage

import (
	"context"
	"fmt"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
)

// moment is how a division stood at the end of a quarter, or today.
type moment struct {
	Day      clock.Day
	Label    string
	Figures  Figures
	Target   *Share
	Reported *Share // what was reported for a day of this quarter
}

// quarters is how far back the trend of quarters reaches; what is older is shown by years.
const quarters = 16

// trend gives the course of a division since its first station: the ends of quarters, of years when there are too many, and the day
// itself; and the day of that station.
func trend(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day, urban string) (out []moment, first clock.Day, err error) {
	if at.Level() == auth.LevelCommunity {
		return nil, 0, nil
	}
	rows, err := monthsOf(ctx, tx, at, urban)
	if err != nil {
		return nil, 0, err
	}
	targets, err := targetsOf(ctx, tx, []auth.Region{at}, day)
	if err != nil {
		return nil, 0, err
	}
	reported, err := reportedOf.All(ctx, tx, at)
	if err != nil {
		return nil, 0, err
	}
	now, err := figuresOn(ctx, tx, []auth.Region{at}, day)
	if err != nil {
		return nil, 0, err
	}
	first = firstOf(rows)
	ends := turnsOfQuarters(firstReported(first, reported), day)
	out = cumulate(rows, ends)
	last := moment{Day: day, Label: day.String()[:7], Figures: now[at].all}
	if urban != "" {
		last.Figures = now[at].part(urban)
	}
	out = append(out, last)
	for i := range out {
		out[i].Target = targets.of(coverageTarget, at, out[i].Day)
	}
	for _, r := range reported {
		place(out, r)
	}
	return out, first, nil
}

// part gives the figures of urban communities, of rural ones, or of all.
func (p parted) part(urban string) Figures {
	switch urban {
	case "urban":
		return p.urban
	case "rural":
		return p.all.plus(p.urban, -1)
	}
	return p.all
}

// firstOf is the first month in which a station or point stood; Forever when none did.
func firstOf(rows []monthRow) clock.Day {
	for _, r := range rows {
		if r.Stations+r.Points > 0 {
			return r.Day + 1
		}
	}
	return clock.Forever
}

// firstReported is the first day of which anything is known, a reported figure too.
func firstReported(first clock.Day, list []Reported) clock.Day {
	for _, r := range list {
		if !r.Withdrawn {
			first = min(first, r.Day)
		}
	}
	return first
}

// turnsOfQuarters gives the last days of the quarters from one day up to another, of the years when the quarters are too many.
func turnsOfQuarters(from, to clock.Day) (out []clock.Day) {
	for year := int(from / 10_000); year <= int(to/10_000); year++ {
		for _, end := range []int{331, 630, 930, 1231} {
			if d := clock.Day(year*10_000 + end); from <= d && d < to {
				out = append(out, d)
			}
		}
	}
	if len(out) <= quarters {
		return out
	}
	var years []clock.Day
	for _, d := range out {
		if d%10_000 == 1231 {
			years = append(years, d)
		}
	}
	return years
}

// cumulate adds the months up to the ends of quarters.
func cumulate(rows []monthRow, ends []clock.Day) (out []moment) {
	sum, i := Figures{}, 0
	for _, end := range ends {
		for ; i < len(rows) && rows[i].Day < end; i++ {
			sum = sum.plus(rows[i].Figures, 1)
		}
		out = append(out, moment{Day: end, Label: label(end, len(ends)), Figures: sum})
	}
	return out
}

// label names the end of a quarter by its month; where years are shown, the end of a year by the year.
func label(end clock.Day, n int) string {
	if end%10_000 == 1231 && n < quarters/2 {
		return end.String()[:4]
	}
	return end.String()[:7]
}

// place puts a reported figure to the first moment that is not before its day; of several the latest stays.
func place(list []moment, r Reported) {
	if r.Withdrawn {
		return
	}
	for i := range list {
		if r.Day <= list[i].Day && (i == 0 || list[i-1].Day < r.Day) && list[i].Reported == nil { // the newest comes first
			list[i].Reported = r.Ratio()
		}
	}
}

// forecast says when the target is reached at the pace of the last four quarters. It is a forecast by this simple rule and no promise.
type forecast struct {
	Gained int64     // communities covered, net, in the last four quarters
	Before int64     // in the four before those
	Need   int64     // communities still to be covered for the target
	When   clock.Day // 0: not at this pace, or not within ten years
	Known  bool      // the system knows of the whole time
}

// farthest is how far a forecast looks.
const farthest = 40 // quarters

func predict(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day, target *Share, urban string) (f forecast, err error) {
	var past [3]parted
	for i := range past {
		then := clock.DayOf(day.Time().AddDate(-i, 0, 0))
		all, err := figuresOn(ctx, tx, []auth.Region{at, region.Top}, then)
		if err != nil {
			return f, err
		}
		past[i] = all[at]
		if i == 1 {
			f.Known = all[region.Top].all.Sites() > 0
		}
	}
	now, year, before := past[0].part(urban), past[1].part(urban), past[2].part(urban)
	f.Gained, f.Before = now.Covered-year.Covered, year.Covered-before.Covered
	if target == nil {
		return f, nil
	}
	f.Need = max(0, (int64(*target)*now.Communities+int64(whole)-1)/int64(whole)-now.Covered)
	f.When = f.reached(day)
	return f, nil
}

// reached is the end of the quarter in which the target is reached, a quarter's pace being a fourth of the year's.
func (f forecast) reached(day clock.Day) clock.Day {
	if f.Need == 0 {
		return day
	}
	if !f.Known || f.Gained <= 0 {
		return 0
	}
	n := (f.Need*4 + f.Gained - 1) / f.Gained
	if n > farthest {
		return 0
	}
	return clock.DayOf(day.Time().AddDate(0, int(n)*3, 0))
}

// pace is the gain of a quarter, with one digit.
func (f forecast) pace() string {
	return format.Tenth(float64(f.Gained) / 4)
}

// words says the forecast as people read it.
func (f forecast) words() (value, unit, note string) {
	switch {
	case f.Need == 0:
		return "已达到", "", "当年目标"
	case !f.Known:
		return "—", "", "数据还不满四个季度，不作预测"
	case f.Gained <= 0:
		return "到不了", "", "近四个季度没有净增"
	case f.When == 0:
		return "十年以上", "", "近四个季度每季度净增 " + f.pace() + " 个"
	}
	return fmt.Sprintf("%d年%d月", f.When/10_000, f.When/100%100), "", "按近四个季度每季度净增 " + f.pace() + " 个推算"
}

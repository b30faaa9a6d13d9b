package order

import (
	"strings"
	"testing"
	"time"

	"linli/internal/people/insurance"
	"linli/internal/people/volunteer"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
	"linli/internal/work/order/wish"
)

// window is a stretch of the world's Tuesday, in minutes from midnight.
func window(from, to int) Window {
	midnight := clock.DayOf(noon).Time()
	return Window{midnight.Add(time.Duration(from) * time.Minute), midnight.Add(time.Duration(to) * time.Minute)}
}

func says(t *testing.T, what, got, want string) {
	t.Helper()
	if want == "" && got != "" || !strings.Contains(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// An hour belongs to one appointment, its ends to both; the minutes of a day are full when they are used, not before.
func TestClash(t *testing.T) {
	day := clock.DayOf(noon)
	w := window(600, 660)
	o := Order{ID: 1, Day: day, Minutes: 60, WindowStart: w.WindowStart, WindowEnd: w.WindowEnd}
	busy := func(from, to int, minutes int64, day clock.Day, state Part) Appointment {
		w := window(from, to)
		return Appointment{OrderID: 2, State: state, Day: int64(day), Minutes: minutes, WindowStart: w.WindowStart, WindowEnd: w.WindowEnd}
	}
	for what, c := range map[string]struct {
		with Appointment
		want string
	}{
		"ends when it begins":      {busy(540, 600, 60, day, PartAccepted), ""},
		"ends a minute into it":    {busy(540, 601, 60, day, PartAccepted), "那时另有安排"},
		"begins when it ends":      {busy(660, 720, 60, day, PartAccepted), ""},
		"begins a minute before":   {busy(659, 720, 60, day, PartAccepted), "那时另有安排"},
		"left already":             {busy(600, 660, 60, day, PartCheckedOut), ""},
		"the day is just full":     {busy(700, 800, 240, day, PartAccepted), ""},
		"a minute too many":        {busy(700, 800, 241, day, PartAccepted), "超过"},
		"served before counts too": {busy(0, 300, 241, day, PartCheckedOut), "超过"},
		"another day does not":     {busy(700, 800, 241, day.AddDays(1), PartAccepted), ""},
		"nor does the order itself": {Appointment{OrderID: 1, State: PartAccepted, Day: int64(day), Minutes: 241, WindowStart: o.WindowStart,
			WindowEnd: o.WindowEnd}, ""},
	} {
		says(t, what, Clash(t.Context(), o, []Appointment{c.with}, 300), c.want)
	}
}

// What a volunteer holds or misses is asked for the day of the service, its first and its last day included.
func TestUnfitDays(t *testing.T) {
	const first, last clock.Day = 20261110, 20261120
	held := func(code string) []volunteer.Dated { return []volunteer.Dated{{Code: code, From: first, To: last}} }
	insured := catalogue.Item{InsuranceNeeded: true}
	cases := map[string]struct {
		item   catalogue.Item
		holds  func(*volunteer.Profile)
		within bool // he may serve within the days, else outside them
		want   string
	}{
		"insurance":     {insured, func(v *volunteer.Profile) { v.Insurance = held("x") }, true, "保险"},
		"of a danger":   {catalogue.Item{Dangerous: true}, func(v *volunteer.Profile) { v.Insurance = held("x") }, true, "保险"},
		"qualification": {catalogue.Item{QualificationCode: "q"}, func(v *volunteer.Profile) { v.Qualifications = held("q") }, true, "有效资格"},
		"training":      {catalogue.Item{TrainingCode: "t"}, func(v *volunteer.Profile) { v.Qualifications = held("t") }, true, "培训"},
		"pause": {catalogue.Item{}, func(v *volunteer.Profile) { v.Pauses = []volunteer.Pause{{From: first, To: last}} }, false,
			"请假"},
		"an endless pause": {catalogue.Item{}, func(v *volunteer.Profile) { v.Pauses = []volunteer.Pause{{From: first}, {From: 1, To: 2}} },
			false, "请假"},
		"endless insurance": {insured, func(v *volunteer.Profile) { v.Insurance = []volunteer.Dated{{From: first}} }, true, "保险"},
	}
	for what, c := range cases {
		v := volunteer.Profile{Volunteer: volunteer.Volunteer{Status: volunteer.Active, PersonID: 5}, Birth: 19800101}
		c.holds(&v)
		for day, inside := range map[clock.Day]bool{first.AddDays(-1): false, first: true, last: true,
			last.AddDays(1): strings.Contains(what, "endless")} {
			want := c.want
			if inside == c.within {
				want = ""
			}
			o := Order{RecipientID: 1, RequesterID: 2}
			says(t, what+" on "+day.String(), Unfit(o, c.item, wish.Wish{}, insurance.Book{}, v, day.Time()), want)
		}
	}
}

// Each thing that a service asks keeps away who lacks it, and only him.
func TestUnfit(t *testing.T) {
	when := noon
	for what, c := range map[string]struct {
		item   catalogue.Item
		change func(*volunteer.Profile)
		want   string
	}{
		"fit":                     {catalogue.Item{}, nil, ""},
		"not approved":            {catalogue.Item{}, func(v *volunteer.Profile) { v.Status = volunteer.Pending }, "审核"},
		"left":                    {catalogue.Item{}, func(v *volunteer.Profile) { v.Status = volunteer.Left }, "审核"},
		"his own need":            {catalogue.Item{}, func(v *volunteer.Profile) { v.PersonID = 1 }, "自己"},
		"his own request":         {catalogue.Item{}, func(v *volunteer.Profile) { v.PersonID = 2 }, "自己"},
		"six today":               {catalogue.Item{}, func(v *volunteer.Profile) { v.Birth = 20201124 }, ""},
		"six tomorrow":            {catalogue.Item{}, func(v *volunteer.Profile) { v.Birth = 20201125 }, "年龄太小"},
		"of age today":            {catalogue.Item{AdultsOnly: true}, func(v *volunteer.Profile) { v.Birth = 20081124 }, ""},
		"of age tomorrow":         {catalogue.Item{AdultsOnly: true}, func(v *volunteer.Profile) { v.Birth = 20081125 }, "未满 18"},
		"of age tomorrow, danger": {catalogue.Item{Dangerous: true}, func(v *volunteer.Profile) { v.Birth = 20081125 }, "未满 18"},
		"uninsured":               {catalogue.Item{InsuranceNeeded: true}, nil, "保险"},
		"unqualified":             {catalogue.Item{QualificationCode: "q"}, nil, "资格"},
		"another qualification":   {catalogue.Item{QualificationCode: "q"}, holding("t"), "资格"},
		"untrained":               {catalogue.Item{TrainingCode: "t"}, holding("q"), "培训"},
		"skilled": {catalogue.Item{Skills: []string{"a", "b"}}, func(v *volunteer.Profile) { v.Skills = []string{"b", "c", "a"} },
			""},
		"half skilled": {catalogue.Item{Skills: []string{"a", "b"}}, func(v *volunteer.Profile) { v.Skills = []string{"b"} }, "缺少技能：a"},
		"one language will do": {catalogue.Item{Languages: []string{"mn", "zh"}}, func(v *volunteer.Profile) { v.Languages = []string{"zh"} },
			""},
		"no language": {catalogue.Item{Languages: []string{"mn"}}, func(v *volunteer.Profile) { v.Languages = []string{"zh"} }, "语言"},
	} {
		v := volunteer.Profile{Volunteer: volunteer.Volunteer{ID: 9, Status: volunteer.Active, PersonID: 5}, Birth: 19800101}
		if c.change != nil {
			c.change(&v)
		}
		says(t, what, Unfit(Order{RecipientID: 1, RequesterID: 2}, c.item, wish.Wish{}, insurance.Book{}, v, when), c.want)
	}
	v := volunteer.Profile{Volunteer: volunteer.Volunteer{ID: 9, Status: volunteer.Active, PersonID: 5}, Birth: 19800101}
	says(t, "not wanted", Unfit(Order{}, catalogue.Item{}, wish.Wish{Exclude: []db.ID{9}}, insurance.Book{}, v, when), "服务对象")
}

func holding(code string) func(*volunteer.Profile) {
	return func(v *volunteer.Profile) { v.Qualifications = []volunteer.Dated{{Code: code, From: 20260101}} }
}

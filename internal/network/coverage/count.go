package coverage

import (
	"cmp"
	"slices"
	"strings"

	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// began is the day since which the divisions of the first edition are taken to stand: before any volunteer service station.
const began clock.Day = 19940101

// What a community lacks besides the mandatory items of the standard.
const (
	lackStation  = "none"      // nobody serves it
	lackPaused   = "suspended" // its station is suspended
	lackEvidence = "bare"      // its station has shown nothing yet
)

// community is a division of the lowest level as it was on the days [Day, UntilDay).
type community struct {
	Code              auth.Region
	Name              string
	Class             string
	CountsAsCommunity bool
	Day               clock.Day
	UntilDay          clock.Day
}

// urban says whether a community is of the town or of the country: by its statistical class (1xx is urban) or, where the edition
// brings none, by its name, which is this system's own convention.
func (c community) urban() bool {
	if c.Class != "" {
		return strings.HasPrefix(c.Class, "1")
	}
	return strings.Contains(c.Name, "社区") || strings.Contains(c.Name, "居民委员会") || strings.HasSuffix(c.Name, "居委会")
}

// stretch is a part of a station's life in which it stood, open or suspended, in a community.
type stretch struct {
	StationID db.ID
	Kind      string
	Status    string
	Region    auth.Region
	Day       clock.Day
	UntilDay  clock.Day
}

// verdict is what the standard says of a station on the days [Day, UntilDay).
type verdict struct {
	StationID db.ID
	Day       clock.Day
	UntilDay  clock.Day
	Met       bool
	Grade     string
	Missing   string
}

// span is how a community stood on the days [Day, UntilDay).
type span struct {
	Region   auth.Region
	Day      clock.Day
	UntilDay clock.Day
	Urban    bool
	Figures
	StationID db.ID
	Lacks     string
}

func (s span) same(o span) bool {
	s.Day, s.UntilDay = o.Day, o.UntilDay
	return s == o
}

// facts are what the spans of some communities are made of.
type facts struct {
	communities []community
	stretches   []stretch
	verdicts    map[db.ID][]verdict
}

// spans says how each community stood on every day. It is the one place that knows how stations, standard and divisions make coverage.
func (f facts) spans() []span {
	past := map[auth.Region][]community{}
	lives := map[auth.Region][]stretch{}
	var codes []auth.Region
	for _, c := range f.communities {
		past[c.Code] = append(past[c.Code], c)
		codes = append(codes, c.Code)
	}
	for _, s := range f.stretches {
		lives[s.Region] = append(lives[s.Region], s)
		codes = append(codes, s.Region)
	}
	slices.Sort(codes)
	var out []span
	for _, code := range slices.Compact(codes) {
		out = append(out, f.spansOf(code, past[code], lives[code])...)
	}
	return out
}

func (f facts) spansOf(code auth.Region, past []community, lives []stretch) (out []span) {
	days := f.turns(past, lives)
	for i, day := range days {
		if day == clock.Forever {
			break
		}
		now := f.on(code, past, lives, day)
		if now.UntilDay = clock.Forever; i+1 < len(days) {
			now.UntilDay = days[i+1]
		}
		if n := len(out); n > 0 && out[n-1].UntilDay == day && out[n-1].same(now) {
			out[n-1].UntilDay = now.UntilDay
		} else if now.Figures != (Figures{}) {
			out = append(out, now)
		}
	}
	return out
}

// turns are the days on which something of a community may change.
func (f facts) turns(past []community, lives []stretch) (days []clock.Day) {
	for _, c := range past {
		days = append(days, c.Day, c.UntilDay)
	}
	for _, l := range lives {
		days = append(days, l.Day, l.UntilDay)
		for _, v := range f.verdicts[l.StationID] {
			for _, d := range []clock.Day{v.Day, v.UntilDay} {
				if l.Day < d && d < l.UntilDay {
					days = append(days, d)
				}
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// on is how a community stands on one day.
func (f facts) on(code auth.Region, past []community, lives []stretch, day clock.Day) span {
	out := span{Region: code, Day: day}
	for _, c := range past {
		if c.Day <= day && day < c.UntilDay {
			out.Urban = c.urban()
			if c.CountsAsCommunity {
				out.Communities = 1
			}
		}
	}
	lacks := []string{lackStation}
	for _, l := range lives {
		if day < l.Day || l.UntilDay <= day {
			continue
		}
		switch {
		case l.Kind == "point" && l.Status == station.Open:
			out.Points++
			if f.meets(l.StationID, day) {
				out.Met++
			}
		case l.Kind == "station" && l.Status == station.Open:
			out.Stations++
			out.StationID = l.StationID
			out.Served = out.Communities
			lacks = f.judge(&out, l.StationID, day)
		case l.Kind == "station" && out.Stations == 0:
			out.StationID, lacks = l.StationID, []string{lackPaused}
		}
	}
	if out.Communities > 0 && out.Covered == 0 && len(lacks) > 0 {
		slices.Sort(lacks)
		out.Lacks = " " + strings.Join(lacks, " ") + " "
	}
	return out
}

// judge counts an open station by its standard, and gives what it lacks.
func (f facts) judge(out *span, id db.ID, day clock.Day) (lacks []string) {
	for _, v := range f.verdicts[id] {
		if day < v.Day || v.UntilDay <= day {
			continue
		}
		if v.Met {
			out.Covered = out.Communities
			out.Met++
		}
		if v.Grade == standard.Upgraded {
			out.Upgraded++
		}
		return strings.Fields(v.Missing)
	}
	return []string{lackEvidence}
}

// meets says whether a station or point meets the standard on a day.
func (f facts) meets(id db.ID, day clock.Day) bool {
	return slices.ContainsFunc(f.verdicts[id], func(v verdict) bool { return v.Met && v.Day <= day && day < v.UntilDay })
}

// count is one row of the figures: what changed in a division in a year, a month, or on a day.
type count struct {
	Region auth.Region
	Grain  string
	Day    clock.Day
	Urban  bool
}

type lack struct {
	Region auth.Region
	Grain  string
	Day    clock.Day
	Lack   string
}

// change is what has to be added to the figures.
type change struct {
	counts map[count]Figures
	lacks  map[lack]int64
}

// changeOf gives what the figures of all divisions above must be added when the spans of some communities become others.
func changeOf(old, now []span) change {
	c := change{map[count]Figures{}, map[lack]int64{}}
	for _, s := range old {
		c.add(s, -1)
	}
	for _, s := range now {
		c.add(s, 1)
	}
	for k, f := range c.counts {
		if f == (Figures{}) {
			delete(c.counts, k)
		}
	}
	for k, n := range c.lacks {
		if n == 0 {
			delete(c.lacks, k)
		}
	}
	return c
}

func (c change) empty() bool { return len(c.counts) == 0 && len(c.lacks) == 0 }

// add lets a span begin and end.
func (c change) add(s span, sign int64) {
	c.at(s, s.Day, sign)
	if s.UntilDay != clock.Forever {
		c.at(s, s.UntilDay, -sign)
	}
}

func (c change) at(s span, day clock.Day, sign int64) {
	for level := auth.LevelRegion; level < auth.LevelCommunity; level++ {
		for _, g := range grains {
			k := count{s.Region.At(level), g.name, day / g.unit * g.unit, s.Urban}
			c.counts[k] = c.counts[k].plus(s.Figures, sign)
			for _, l := range strings.Fields(s.Lacks) {
				c.lacks[lack{k.Region, k.Grain, k.Day, l}] += sign
			}
		}
	}
}

// grains are the sizes in which the days are added up; unit makes a day its month (yyyymm00) or year (yyyy0000).
var grains = []struct {
	name string
	unit clock.Day
}{{"y", 10_000}, {"m", 100}, {"d", 1}}

// compareCounts puts the rows in the order in which they are written, so that two writers never wait for one another.
func compareCounts(a, b count) int {
	urban := func(x bool) int {
		if x {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Grain, b.Grain), cmp.Compare(a.Day, b.Day),
		cmp.Compare(urban(a.Urban), urban(b.Urban)))
}

func compareLacks(a, b lack) int {
	return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Grain, b.Grain), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Lack, b.Lack))
}

package dispatch

import (
	"context"
	"fmt"
	"math"

	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/geo"
	"linli/internal/work/order"
)

// What a choice costs is told in one unit, minutes of detour: the way itself, and what a region holds to be worth so many minutes more
// or less. Nothing is learned from people, and neither ethnicity, sex (unless the served person asked) nor age takes part (Personal
// Information Protection Law, art. 24).

// weights are the settings of a region, in minutes.
type weights struct {
	foreign, known, wish, load, noShow, busy int64
	most                                     int64 // orders for one volunteer in one plan
	limit                                    int64 // minutes of service a day
}

func weightsOf(ctx context.Context, tx *db.Tx, at auth.Region) (w weights, err error) {
	for key, into := range map[setting.Key]*int64{setting.DispatchForeign: &w.foreign, setting.DispatchKnown: &w.known,
		setting.DispatchWish: &w.wish, setting.DispatchLoad: &w.load, setting.DispatchNoShow: &w.noShow, setting.DispatchBusy: &w.busy,
		setting.DispatchMost: &w.most, setting.DayMinutesMax: &w.limit} {
		if *into, err = setting.Int(ctx, tx, key, at); err != nil {
			return w, err
		}
	}
	return w, nil
}

// Factor is one thing that speaks for or against a choice.
type Factor int

// The factors.
const (
	Travel  Factor = iota
	Foreign        // he lives in another community
	NoShows        // he did not come, lately
	Known          // he has served this person before
	Wished         // the person asked for him
	Loaded         // he has served a good deal lately
	Busy           // he said that he has no time then
	factors
)

// Price is what a choice costs by each factor, in minutes; what speaks for it is negative.
type Price [factors]int64

// Sum is the cost of the choice.
func (p Price) Sum() (sum int64) {
	for _, n := range p {
		sum += n
	}
	return sum
}

// minutesPerKm is 40 km/h along roads that are not straight; without a place of his the way is guessed from where he lives.
const (
	minutesPerKm = 1.5
	sameCommune  = 10
	sameTown     = 30
)

// priced weighs a volunteer, by his position in the index, for an order.
func (f *facts) priced(j *job, at int32) (p Price) {
	v := &f.index.People[at]
	p[Travel] = f.travel(j, v)
	if v.Region != j.Region {
		p[Foreign] = f.weights.foreign
	}
	load := f.loads[v.ID]
	p[NoShows] = f.weights.noShow * load.NoShows
	if f.knows(j, v) > 0 {
		p[Known] = -f.weights.known
	}
	if j.wants(v.ID) {
		p[Wished] = -f.weights.wish
	}
	p[Loaded] = f.weights.load * load.Month
	if !f.index.silent.Test(uint(at)) && !j.free.Has(at) {
		p[Busy] = f.weights.busy
	}
	return p
}

func (f *facts) travel(j *job, v *volunteer.Profile) int64 {
	switch km, known := j.distance(v); {
	case known:
		return int64(math.Ceil(km * minutesPerKm))
	case v.Region == j.Region:
		return sameCommune
	}
	return sameTown
}

// distance is that between the volunteer's home and the place, as the crow flies; unknown when either is not marked.
func (j *job) distance(v *volunteer.Profile) (km float64, known bool) {
	if !geo.Marked(j.lat, j.lng) || !geo.Marked(v.Lat, v.Lng) {
		return 0, false
	}
	return kilometres(j.lat, j.lng, v.Lat, v.Lng), true
}

// refusal says why a volunteer is not to be asked, or "".
func (f *facts) refusal(ctx context.Context, j *job, v *volunteer.Profile) string {
	if why := order.Unfit(j.Order, j.item, j.wish, f.cover, *v, j.WindowStart); why != "" {
		return why
	}
	if why := order.Clash(ctx, j.Order, f.busy[v.ID], f.weights.limit); why != "" {
		return why
	}
	if here := j.parts[v.ID]; here != "" {
		return "这一单：" + here.Word()
	}
	if km, known := j.distance(v); known && km > willing(v) {
		return fmt.Sprintf("约 %.0f 公里，超过他说的 %.0f 公里", math.Ceil(km), willing(v))
	}
	return ""
}

// words says what a price is made of.
func (f *facts) words(j *job, v *volunteer.Profile, p Price) []string {
	out := []string{}
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if km, known := j.distance(v); known {
		out = append(out, away(km, p[Travel]))
	} else {
		add("没有标位置，路上按 %d 分钟估", p[Travel])
	}
	if v.Region == j.Region {
		add("同一个嘎查村（社区）")
	} else {
		add("不是本嘎查村（社区）的，加 %d", p[Foreign])
	}
	if free, said := v.Free(j.WindowStart, j.WindowEnd); free {
		add("那时有空")
	} else if said {
		add("他说那时没有空，加 %d", p[Busy])
	}
	if n := f.knows(j, v); n > 0 {
		add("给这位服务过 %d 次，减 %d", n, -p[Known])
	}
	if p[Wished] != 0 {
		add("服务对象希望是他，减 %d", -p[Wished])
	}
	if load := f.loads[v.ID]; load.Month > 0 {
		add("近一个月服务 %d 次，加 %d", load.Month, p[Loaded])
	} else {
		add("近一个月还没有服务")
	}
	if p[NoShows] > 0 {
		add("近三个月有 %d 次没有到，加 %d", f.loads[v.ID].NoShows, p[NoShows])
	}
	return out
}

// away says a distance as people do.
func away(km float64, minutes int64) string {
	switch {
	case km < 0.3:
		return "就在旁边"
	case km < 1:
		return fmt.Sprintf("不到 1 公里，走过去约 %d 分钟", max(minutes, 5))
	}
	return fmt.Sprintf("约 %.0f 公里，路上约 %d 分钟", math.Ceil(km), max(minutes, 1))
}

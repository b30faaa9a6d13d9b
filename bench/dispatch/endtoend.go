package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/golang/geo/s1"

	"linli/internal/people/volunteer"
	"linli/internal/platform/assign"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
	"linli/internal/work/dispatch"
)

// The made-up place lies around a point of Inner Mongolia; so many metres are a degree there.
const (
	originLat, originLng = 43.9, 116.1
	metresLat            = 111_195
	metresLng            = 80_120
	firstCommunity       = 150_000_000_000
	goesFar              = 20 // km, as who has not said how far
)

// monday is when window 0 begins: Monday morning.
var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, clock.Shanghai)

func codes(prefix string, set uint32) (out []string) {
	for i := range 32 {
		if set&(1<<i) != 0 {
			out = append(out, prefix+strconv.Itoa(i))
		}
	}
	return out
}

// window gives the time of one of the 21 parts of a week.
func window(n int) (from, to time.Time) {
	from = monday.AddDate(0, 0, n/3).Add(time.Duration(n%3*6) * time.Hour)
	return from, from.Add(2 * time.Hour)
}

func (p *person) position() (lat, lng float64) {
	return originLat + p.y/metresLat, originLng + p.x/metresLng
}

func (p *person) profile(id int) volunteer.Profile {
	v := volunteer.Profile{Volunteer: volunteer.Volunteer{ID: db.ID(id + 1), Region: auth.Region(firstCommunity + p.community),
		MaxKm: goesFar}}
	v.Lat, v.Lng = p.position()
	v.Skills, v.Languages = codes("s", p.skills), codes("l", uint32(p.languages))
	for n := range windows {
		if p.windows&(1<<n) != 0 {
			v.Available = append(v.Available, volunteer.Parts(window(n))...)
		}
	}
	return v
}

// endToEnd takes the same made-up peak day into the index of the program, asks that for the candidates of every order, and solves what
// comes out. The instance that it found goes to a file, for the peer to solve.
func endToEnd(orders, volunteers int, seed uint64, peerFile string) error {
	g, in := prepare(volunteers, seed)
	people := make([]volunteer.Profile, len(g.people))
	for i := range g.people {
		people[i] = g.people[i].profile(i)
	}
	x := dispatch.NewIndex(people)
	wanted := make([]wish, orders)
	for i := range wanted {
		wanted[i].person, wanted[i].window = g.want()
		in.exit = append(in.exit, g.exit())
	}
	runtime.GC()
	start := spent(processTime)
	slices.SortFunc(wanted, func(a, b wish) int { return cmp.Compare(a.community, b.community) }) // neighbours look at the same people
	var found []dispatch.Near
	for i := range wanted {
		found = in.ask(x, g, &wanted[i], found[:0])
	}
	searched := spent(processTime)
	plan, err := assign.Solve(context.Background(), in.problem())
	if err != nil {
		return err
	}
	end := spent(processTime)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Printf("{\"objective\":%d,\"cpu_ms\":%.3f,\"search_ms\":%.3f}\n", plan.Objective, ms(end-start), ms(searched-start))
	return in.binary(peerFile)
}

type wish struct {
	person
	window int
}

// ask finds the nearest who suit an order and are free, and what each would cost; found is room to work in.
func (in *instance) ask(x *dispatch.Index, g *generator, o *wish, found []dispatch.Near) []dispatch.Near {
	lat, lng := o.position()
	who := append(x.Able(catalogue.Item{Skills: codes("s", o.skills), Languages: codes("l", uint32(o.languages))}),
		x.Free(window(o.window))...)
	for _, band := range x.Outward(lat, lng, who) {
		if found = append(found, band...); len(found) >= candidates {
			break
		}
	}
	for _, n := range nearest(found) {
		who := int32(x.People[n.At].ID - 1)
		in.vol, in.cost = append(in.vol, who), append(in.cost, g.cost(&g.people[who], &o.person, n.Km()*1000))
	}
	in.rowStart = append(in.rowStart, int32(len(in.vol)))
	return found
}

// nearest gives the nearest candidates, in place. The square of a chord grows as the ground within it, so that people fall about
// evenly into shares of the largest; only those of the shares that are needed are sorted.
func nearest(found []dispatch.Near) []dispatch.Near {
	const shares = 64
	far := s1.ChordAngle(0)
	for _, n := range found {
		far = max(far, n.Far)
	}
	share := func(n dispatch.Near) int { return int(n.Far / far * (shares - 1)) }
	if len(found) > candidates && far > 0 {
		var in [shares]int
		for _, n := range found {
			in[share(n)]++
		}
		last, sum := 0, in[0]
		for sum < candidates {
			last++
			sum += in[last]
		}
		found = slices.DeleteFunc(found, func(n dispatch.Near) bool { return share(n) > last })
	}
	slices.SortFunc(found, func(a, b dispatch.Near) int { return cmp.Or(cmp.Compare(a.Far, b.Far), cmp.Compare(a.At, b.At)) })
	return found[:min(len(found), candidates)]
}

package dispatch

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/bits-and-blooms/bitset"
	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/geo"
	"linli/internal/work/catalogue"
)

// Index finds the volunteers around a place who can do a service, without asking the database. People stand along the S2 curve, so
// that a cell is a run of positions, and one bitmap for each skill, language and part of the week is read along the same run, 64
// people at a time. It never changes; Pool makes a new one when people change.
type Index struct {
	People []volunteer.Profile // by how far they go, then along the curve; last those who marked no home
	byID   []int32             // their positions, by id
	rings  []ring
	cells  []s2.CellID // by position, of those who marked a home, as the next
	homes  []home
	towns  map[auth.Region][]int32
	skills sets
	speaks sets
	free   sets
	silent *bitset.BitSet // who said nothing about his week
}

// ring is the run of those who go about equally far: who goes two kilometres is not looked for twenty kilometres away.
type ring struct {
	reach    float64 // the farthest that one of them goes, in km
	from, to int
}

// home is where somebody lives, and how far from there he goes.
type home struct {
	s2.Point
	far s1.ChordAngle
}

// sets are bitmaps of people by code.
type sets map[string]*bitset.BitSet

// ringSizes are the reaches, in km, up to which people share a ring.
var ringSizes = []float64{2, 5, 10, 20, 50, math.Inf(1)}

// NewIndex builds an index over active volunteers, whom it keeps.
func NewIndex(people []volunteer.Profile) *Index {
	n := len(people)
	x := &Index{towns: map[auth.Region][]int32{}, skills: sets{}, speaks: sets{}, free: sets{}, silent: bitset.New(uint(n))}
	x.settle(people)
	for i := range x.People {
		v, at := &x.People[i], int32(i)
		x.byID = append(x.byID, at)
		town := v.Region.At(auth.LevelTown)
		x.towns[town] = append(x.towns[town], at)
		x.skills.mark(v.Skills, at, n)
		x.speaks.mark(v.Languages, at, n)
		x.free.mark(v.Available, at, n)
		x.silent.SetTo(uint(i), len(v.Available) == 0)
	}
	slices.SortFunc(x.byID, func(a, b int32) int { return cmp.Compare(x.People[a].ID, x.People[b].ID) })
	return x
}

// settle gives everybody his position.
func (x *Index) settle(people []volunteer.Profile) {
	type settler struct {
		ring, of int
		cell     s2.CellID
		id       db.ID
	}
	order := make([]settler, len(people))
	for i := range people {
		v := &people[i]
		order[i] = settler{len(ringSizes), i, 0, v.ID}
		if geo.Marked(v.Lat, v.Lng) {
			km := willing(v)
			order[i].ring = slices.IndexFunc(ringSizes, func(size float64) bool { return km <= size })
			order[i].cell = geo.Cell(v.Lat, v.Lng)
		}
	}
	slices.SortFunc(order, func(a, b settler) int {
		return cmp.Or(cmp.Compare(a.ring, b.ring), cmp.Compare(a.cell, b.cell), cmp.Compare(a.id, b.id))
	})
	x.People = make([]volunteer.Profile, 0, len(people))
	last := -1
	for _, o := range order {
		v := &people[o.of]
		x.People = append(x.People, *v)
		if o.ring == len(ringSizes) {
			continue
		}
		if o.ring != last {
			x.rings, last = append(x.rings, ring{from: len(x.cells)}), o.ring
		}
		r, km := &x.rings[len(x.rings)-1], willing(v)
		r.reach, r.to = max(r.reach, km), len(x.cells)+1
		x.cells, x.homes = append(x.cells, o.cell), append(x.homes, home{geo.Point(v.Lat, v.Lng), chord(km)})
	}
}

// farthest is how far, in km, somebody goes who has not said how far.
const farthest = 20

func willing(v *volunteer.Profile) float64 {
	if v.MaxKm == 0 {
		return farthest
	}
	return float64(v.MaxKm)
}

func (s sets) mark(codes []string, at int32, n int) {
	for _, c := range codes {
		if s[c] == nil {
			s[c] = bitset.New(uint(n))
		}
		s[c].Set(uint(at))
	}
}

// Filter holds those of an index who stand in one set at least of each of its groups; without groups everybody.
type Filter [][]*bitset.BitSet

// Has says whether it holds somebody.
func (f Filter) Has(at int32) bool {
	for _, any := range f {
		if !slices.ContainsFunc(any, func(s *bitset.BitSet) bool { return s.Test(uint(at)) }) {
			return false
		}
	}
	return true
}

// words gives the bitmaps as words of 64 people.
func (f Filter) words() [][][]uint64 {
	out := make([][][]uint64, len(f))
	for i, any := range f {
		for _, s := range any {
			out[i] = append(out[i], s.Words())
		}
	}
	return out
}

// word gives those of the w-th 64 people whom all groups hold.
func word(groups [][][]uint64, w int) uint64 {
	all := ^uint64(0)
	for i := 0; i < len(groups) && all != 0; i++ {
		one := uint64(0)
		for _, set := range groups[i] {
			one |= set[w]
		}
		all &= one
	}
	return all
}

// Able holds who has all the skills and one of the languages that a service asks for.
func (x *Index) Able(item catalogue.Item) (f Filter) {
	for _, s := range item.Skills {
		f = append(f, x.skills.any(s))
	}
	if len(item.Languages) > 0 {
		f = append(f, x.speaks.any(item.Languages...))
	}
	return f
}

// Free holds who said that he has time through the whole of a time.
func (x *Index) Free(from, to time.Time) (f Filter) {
	for _, part := range volunteer.Parts(from, to) {
		f = append(f, x.free.any(part))
	}
	return f
}

// any gives the sets of some codes that anybody stands in.
func (s sets) any(codes ...string) (out []*bitset.BitSet) {
	for _, c := range codes {
		if s[c] != nil {
			out = append(out, s[c])
		}
	}
	return out
}

// Near is somebody who is willing to come to a place, by his position in the index, and how far from it he lives.
type Near struct {
	At  int32
	Far s1.ChordAngle
}

// Km is the distance in km.
func (n Near) Km() float64 { return geo.Length(n.Far.Angle()) / 1000 }

// Bands: the first reaches as far as a cell of this level is wide, some 800 m, and each twice as far as the one before.
const (
	nearest  = 13
	coarsest = 4 // farther than these are wide, everybody is looked at
)

// Outward gives those whom a filter holds, who marked where they live and are willing to come to a place, band by band: everybody of a
// band lives farther off than all before, and nobody who follows lives nearer than the kilometres given with it. A band is to be used
// before the next one.
func (x *Index) Outward(lat, lng float64, who Filter) iter.Seq2[float64, []Near] {
	return func(yield func(float64, []Near) bool) {
		centre, groups := geo.Point(lat, lng), who.words()
		var near []Near
		b := band{inner: s1.NegativeChordAngle}
		for level, farthest := nearest, x.reach(); ; level-- {
			b.grow(centre, level)
			near = near[:0]
			for _, r := range x.rings {
				if 2*r.reach <= b.km && level != nearest {
					continue // all of them have been given
				}
				for _, c := range b.cover {
					from, to := x.run(r, c)
					near = x.between(from, to, groups, centre, b.inner, b.outer, near)
				}
			}
			if !yield(b.km, near) || b.km >= farthest {
				return
			}
		}
	}
}

func (x *Index) reach() (km float64) {
	for _, r := range x.rings {
		km = max(km, r.reach)
	}
	return km
}

// band is the ground around a place between two distances.
type band struct {
	km           float64 // the outer one
	inner, outer s1.ChordAngle
	cover        []stretch
}

// stretch is a piece of the S2 curve.
type stretch struct{ from, to s2.CellID }

// grow makes of a band the next one, as wide as a cell of the level.
func (b *band) grow(centre s2.Point, level int) {
	if level < nearest {
		b.inner = b.outer
	}
	b.cover = b.cover[:0]
	if level < coarsest {
		b.km, b.outer, b.cover = math.Inf(1), s1.StraightChordAngle, append(b.cover, stretch{0, math.MaxUint64})
		return
	}
	b.km = geo.Length(s1.Angle(s2.MinWidthMetric.Value(level))) / 1000
	b.outer = chord(b.km)
	b.lay(centre, level)
}

// lay covers the band. A disc no wider than a cell lies in that of its centre and the eight around it; of these the quarters are taken
// that may touch the band.
func (b *band) lay(centre s2.Point, level int) {
	here := s2.CellFromPoint(centre).ID().Parent(level)
	around := append(here.AllNeighbors(level), here)
	slices.Sort(around)
	half := geo.Length(s1.Angle(s2.MaxDiagMetric.Value(level+1))) / 2000
	outer, inner := chord(b.km+half), s1.NegativeChordAngle
	if b.inner > 0 {
		inner = chord(b.km/2 - half)
	}
	for _, c := range slices.Compact(around) { // at a corner of the cube one comes twice
		for _, quarter := range c.Children() {
			if far := s2.ChordAngleBetweenPoints(centre, quarter.Point()); far < inner || far > outer {
				continue
			}
			first, last := quarter.RangeMin(), quarter.RangeMax()
			if n := len(b.cover); n > 0 && b.cover[n-1].to+2 == first {
				b.cover[n-1].to = last
			} else {
				b.cover = append(b.cover, stretch{first, last})
			}
		}
	}
}

func chord(km float64) s1.ChordAngle { return s1.ChordAngleFromAngle(geo.Angle(km * 1000)) }

// run gives the positions of those of a ring who live along a stretch.
func (x *Index) run(r ring, s stretch) (from, to int) {
	cells := x.cells[r.from:r.to]
	from, _ = slices.BinarySearch(cells, s.from)
	n, _ := slices.BinarySearch(cells[from:], s.to)
	return r.from + from, r.from + from + n
}

// between appends those of a run whom all groups hold, who go as far as a place and live farther from it than one distance and as near
// as another.
func (x *Index) between(from, to int, groups [][][]uint64, centre s2.Point, inner, outer s1.ChordAngle, near []Near) []Near {
	for w := from / 64; w*64 < to; w++ {
		word := word(groups, w)
		if first := from - w*64; first > 0 {
			word &= ^uint64(0) << first
		}
		if past := to - w*64; past < 64 {
			word &= 1<<past - 1
		}
		for ; word != 0; word &= word - 1 {
			at := w*64 + bits.TrailingZeros64(word)
			h := &x.homes[at]
			if far := s1.ChordAngle(centre.Sub(h.Vector).Norm2()); inner < far && far <= outer && far <= h.far {
				near = append(near, Near{int32(at), far})
			}
		}
	}
	return near
}

// unplaced gives those of the town who did not mark where they live; without a place to come to, the whole town.
func (x *Index) unplaced(lat, lng float64, town auth.Region) (out []int32) {
	for _, at := range x.towns[town] {
		if v := &x.People[at]; !geo.Marked(lat, lng) || !geo.Marked(v.Lat, v.Lng) {
			out = append(out, at)
		}
	}
	return out
}

// Around gives those who live near enough to a place to be willing to go there, and those of the town who marked no place. Without a
// place it gives the whole town.
func (x *Index) Around(lat, lng float64, town auth.Region) []int32 {
	out := x.unplaced(lat, lng, town)
	if geo.Marked(lat, lng) {
		for _, band := range x.Outward(lat, lng, nil) {
			for _, n := range band {
				out = append(out, n.At)
			}
		}
	}
	return out
}

// kilometres is the distance between two places as the crow flies.
func kilometres(lat1, lng1, lat2, lng2 float64) float64 {
	return geo.Metres(lat1, lng1, lat2, lng2) / 1000
}

package dispatch

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/bits-and-blooms/bitset"
	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
)

// Index finds the volunteers around a place who can do a service, without asking the database: S2 cells for the place, one bitmap for each skill and language.
// It never changes; Pool makes a new one when people change.
type Index struct {
	People []volunteer.Profile // by id
	rings  []ring              // those who marked a place, by how far they go
	towns  map[auth.Region][]int32
	skills map[string]*bitset.BitSet
	speaks map[string]*bitset.BitSet
}

// ring holds those who go about equally far: who goes two kilometres is not looked for twenty kilometres away.
type ring struct {
	reach float64 // the farthest that one of them goes, in km
	spots []spot  // along the S2 curve
}

type spot struct {
	cell s2.CellID
	at   int32
	home s2.Point
	far  s1.ChordAngle // how far he goes
}

// ringSizes are the reaches, in km, up to which people share a ring.
var ringSizes = []float64{2, 5, 10, 20, 50, math.Inf(1)}

// earth is its mean radius in km.
const earth = 6371.0

// NewIndex builds an index over active volunteers, which are given by id.
func NewIndex(people []volunteer.Profile) *Index {
	x := &Index{People: people, rings: make([]ring, len(ringSizes)), towns: map[auth.Region][]int32{}, skills: map[string]*bitset.BitSet{}, speaks: map[string]*bitset.BitSet{}}
	for i := range people {
		v, at := &people[i], int32(i)
		if placed(v.Lat, v.Lng) {
			x.place(v, at)
		}
		town := v.Region.At(auth.LevelTown)
		x.towns[town] = append(x.towns[town], at)
		mark(x.skills, v.Skills, at, len(people))
		mark(x.speaks, v.Languages, at, len(people))
	}
	for _, r := range x.rings {
		slices.SortFunc(r.spots, func(a, b spot) int { return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(a.at, b.at)) })
	}
	return x
}

func (x *Index) place(v *volunteer.Profile, at int32) {
	home, km := s2.LatLngFromDegrees(v.Lat, v.Lng), willing(v)
	r := &x.rings[slices.IndexFunc(ringSizes, func(size float64) bool { return km <= size })]
	r.reach = max(r.reach, km)
	r.spots = append(r.spots, spot{s2.CellIDFromLatLng(home), at, s2.PointFromLatLng(home), s1.ChordAngleFromAngle(s1.Angle(km / earth))})
}

// farthest is how far, in km, somebody goes who has not said how far.
const farthest = 20

func willing(v *volunteer.Profile) float64 {
	if v.MaxKm == 0 {
		return farthest
	}
	return float64(v.MaxKm)
}

func placed(lat, lng float64) bool { return lat != 0 || lng != 0 }

func mark(sets map[string]*bitset.BitSet, codes []string, at int32, n int) {
	for _, c := range codes {
		if sets[c] == nil {
			sets[c] = bitset.New(uint(n))
		}
		sets[c].Set(uint(at))
	}
}

// Near is somebody who is willing to come to a place, by his position in the index, and how far from it he lives, in km.
type Near struct {
	At int32
	Km float64
}

// firstBand is how far, in km, is looked at first.
const firstBand = 1

// Outward gives those who marked where they live and are willing to come to a place, band by band: everybody of a band lives farther off than all before,
// and nobody who follows lives nearer than the kilometres given with it. A band is to be used before the next one.
func (x *Index) Outward(lat, lng float64) iter.Seq2[float64, []Near] {
	return func(yield func(float64, []Near) bool) {
		centre := s2.PointFromLatLng(s2.LatLngFromDegrees(lat, lng))
		var band []Near
		inner := s1.NegativeChordAngle
		for km, last := float64(firstBand), false; !last; km *= 2 {
			last = km >= x.reach()
			outer := chord(km)
			cover := (&s2.RegionCoverer{MaxLevel: 15, MaxCells: 8}).FastCovering(s2.CapFromCenterChordAngle(centre, outer))
			band = band[:0]
			for i := range x.rings {
				if r := &x.rings[i]; 2*r.reach > km || km == firstBand {
					band = r.between(cover, centre, inner, outer, band)
				}
			}
			if !yield(km, band) {
				return
			}
			inner = outer
		}
	}
}

func (x *Index) reach() (km float64) {
	for _, r := range x.rings {
		km = max(km, r.reach)
	}
	return km
}

func chord(km float64) s1.ChordAngle { return s1.ChordAngleFromAngle(s1.Angle(min(km/earth, math.Pi))) }

// between appends those of the ring who go as far as a place and live farther from it than one distance and as near as another.
func (r *ring) between(cover s2.CellUnion, centre s2.Point, inner, outer s1.ChordAngle, band []Near) []Near {
	for _, c := range cover {
		first, last := c.RangeMin(), c.RangeMax()
		from, _ := slices.BinarySearchFunc(r.spots, first, func(s spot, c s2.CellID) int { return cmp.Compare(s.cell, c) })
		for i := from; i < len(r.spots) && r.spots[i].cell <= last; i++ {
			s := &r.spots[i]
			if far := s2.ChordAngleBetweenPoints(centre, s.home); inner < far && far <= min(outer, s.far) {
				band = append(band, Near{s.at, far.Angle().Radians() * earth})
			}
		}
	}
	return band
}

// unplaced gives those of the town who did not mark where they live; without a place to come to, the whole town.
func (x *Index) unplaced(lat, lng float64, town auth.Region) (out []int32) {
	for _, at := range x.towns[town] {
		if v := &x.People[at]; !placed(lat, lng) || !placed(v.Lat, v.Lng) {
			out = append(out, at)
		}
	}
	return out
}

// Around gives those who live near enough to a place to be willing to go there, and those of the town who marked no place; by id. Without a place it gives
// the whole town.
func (x *Index) Around(lat, lng float64, town auth.Region) []int32 {
	out := x.unplaced(lat, lng, town)
	if placed(lat, lng) {
		for _, band := range x.Outward(lat, lng) {
			for _, n := range band {
				out = append(out, n.At)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Able gives a filter for who has all the skills and one of the languages that a service asks for.
func (x *Index) Able(item catalogue.Item) func(int32) bool {
	var sets []*bitset.BitSet
	for _, s := range item.Skills {
		sets = append(sets, x.having(x.skills, s))
	}
	if len(item.Languages) > 0 {
		any := bitset.New(uint(len(x.People)))
		for _, l := range item.Languages {
			any.InPlaceUnion(x.having(x.speaks, l))
		}
		sets = append(sets, any)
	}
	return func(at int32) bool {
		return !slices.ContainsFunc(sets, func(s *bitset.BitSet) bool { return !s.Test(uint(at)) })
	}
}

func (x *Index) having(sets map[string]*bitset.BitSet, code string) *bitset.BitSet {
	if s := sets[code]; s != nil {
		return s
	}
	return bitset.New(0)
}

// kilometres is the distance between two places as the crow flies.
func kilometres(lat1, lng1, lat2, lng2 float64) float64 {
	const rad = math.Pi / 180
	dLat, dLng := (lat2-lat1)*rad, (lng2-lng1)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Pow(math.Sin(dLng/2), 2)
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Pool keeps one index for each banner that was asked for. Changes of this process reach it by their events; those of another within lasts.
type Pool struct {
	db      *db.DB
	mu      sync.Mutex
	banners map[auth.Region]*shelf
}

// shelf is one banner's index and who has changed since.
type shelf struct {
	loading sync.Mutex // one load at a time
	index   *Index
	loaded  time.Time // machine time
	changed map[db.ID]bool
}

const (
	lasts      = time.Minute
	fewChanged = 200 // up to so many are read one by one
)

func newPool(d *db.DB) *Pool { return &Pool{db: d, banners: map[auth.Region]*shelf{}} }

// OnChanged takes note of a volunteer who changed, once that is committed.
func (p *Pool) OnChanged(_ context.Context, tx *db.Tx, e volunteer.ChangedEvent) error {
	tx.AfterCommit(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for banner, s := range p.banners {
			if v := e.Volunteer; banner.Contains(v.Region) || s.index != nil && s.index.has(v.ID) {
				s.changed[v.ID] = true
			}
		}
	})
	return nil
}

func (x *Index) find(id db.ID) (int, bool) {
	return slices.BinarySearchFunc(x.People, id, func(v volunteer.Profile, id db.ID) int { return cmp.Compare(v.ID, id) })
}

func (x *Index) has(id db.ID) bool {
	_, ok := x.find(id)
	return ok
}

// Index gives the index of the banner in which a place lies. It reads in transactions of its own: call it outside of any.
func (p *Pool) Index(ctx context.Context, at auth.Region) (*Index, error) {
	banner := at.At(auth.LevelBanner)
	p.mu.Lock()
	s := p.banners[banner]
	if s == nil {
		s = &shelf{changed: map[db.ID]bool{}}
		p.banners[banner] = s
	}
	p.mu.Unlock()
	s.loading.Lock()
	defer s.loading.Unlock()
	changed := p.take(s)
	if s.index != nil && len(changed) == 0 && time.Since(s.loaded) < lasts {
		return s.index, nil
	}
	next, err := p.load(ctx, s, banner, changed)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		for _, id := range changed {
			s.changed[id] = true
		}
		return nil, err
	}
	s.index = next
	return next, nil
}

// take empties the list of who changed; whoever changes while they are read stands in the next.
func (p *Pool) take(s *shelf) (out []db.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id := range s.changed {
		out = append(out, id)
	}
	clear(s.changed)
	slices.Sort(out)
	return out
}

func (p *Pool) load(ctx context.Context, s *shelf, banner auth.Region, changed []db.ID) (next *Index, err error) {
	whole := s.index == nil || len(changed) > fewChanged || time.Since(s.loaded) >= lasts
	now := time.Now()
	err = p.db.Read(ctx, func(tx *db.Tx) error {
		var people []volunteer.Profile
		var err error
		if whole {
			people, err = volunteer.InBanner(ctx, tx, banner)
		} else {
			people, err = s.index.with(ctx, tx, banner, changed)
		}
		next = NewIndex(people)
		return err
	})
	if err == nil && whole {
		s.loaded = now
	}
	return next, err
}

// with gives the people of an index with some read again.
func (x *Index) with(ctx context.Context, tx *db.Tx, banner auth.Region, changed []db.ID) ([]volunteer.Profile, error) {
	people := slices.DeleteFunc(slices.Clone(x.People), func(v volunteer.Profile) bool {
		_, is := slices.BinarySearch(changed, v.ID)
		return is
	})
	for _, id := range changed {
		v, err := volunteer.Load(ctx, tx, id)
		switch {
		case errs.KindOf(err) == errs.NotFound:
		case err != nil:
			return nil, err
		case v.Status == volunteer.Active && banner.Contains(v.Region):
			people = append(people, v)
		}
	}
	slices.SortFunc(people, func(a, b volunteer.Profile) int { return cmp.Compare(a.ID, b.ID) })
	return people, nil
}

package dispatch

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

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

// find gives somebody's position.
func (x *Index) find(id db.ID) (int32, bool) {
	i, ok := slices.BinarySearchFunc(x.byID, id, func(at int32, id db.ID) int { return cmp.Compare(x.People[at].ID, id) })
	if !ok {
		return 0, false
	}
	return x.byID[i], true
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
	return people, nil
}

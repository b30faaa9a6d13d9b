package dispatch

import (
	"context"
	"slices"

	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// job is one order with all that finding somebody for it needs.
type job struct {
	order.Waiting
	item     catalogue.Item
	wish     order.Wish
	lat, lng float64
	parts    map[db.ID]order.Part // who has a part in it, or had
	pool     []int32              // of the index: who may come into question
}

func (j *job) wants(volunteer db.ID) bool { return slices.Contains(j.wish.Prefer, volunteer) }

// facts is everything that judging the volunteers of some orders needs, read in a fixed number of queries.
type facts struct {
	index   *Index
	jobs    []job
	weights weights
	busy    map[db.ID][]order.Appointment
	loads   map[db.ID]order.Load
	known   map[[2]db.ID]int64 // by person and volunteer
}

func (f *facts) knows(j *job, v *volunteer.Profile) int64 {
	return f.known[[2]db.ID{j.RecipientID, v.ID}]
}

// gather reads the facts of orders of one banner. Where all are asked for, those who lack a skill come into question too, to be told why not.
func (s *Service) gather(ctx context.Context, tx *db.Tx, x *Index, orders []order.Waiting, all bool) (*facts, error) {
	f := &facts{index: x, known: map[[2]db.ID]int64{}}
	if len(orders) == 0 {
		return f, nil
	}
	var ids, people []db.ID
	for _, o := range orders {
		ids, people = append(ids, o.ID), append(people, o.RecipientID)
	}
	wishes, err := order.Wishes(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	parts, err := order.Parts(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	items := map[db.ID]catalogue.Item{}
	for _, o := range orders {
		j := job{Waiting: o, wish: wishes[o.RecipientID], parts: parts[o.ID]}
		if j.item, err = itemOf(ctx, tx, items, o.CatalogueID); err != nil {
			return nil, err
		}
		if j.lat, j.lng, err = s.where(ctx, tx, o.Order); err != nil {
			return nil, err
		}
		j.pool = x.pool(&j, all)
		f.jobs = append(f.jobs, j)
	}
	return f, f.read(ctx, tx, people)
}

func itemOf(ctx context.Context, tx *db.Tx, items map[db.ID]catalogue.Item, id db.ID) (catalogue.Item, error) {
	it, ok := items[id]
	if ok {
		return it, nil
	}
	it, err := catalogue.Get(ctx, tx, id)
	items[id] = it
	return it, err
}

// pool gives who comes into question for an order: those near enough who can do it; or, where all are asked for, the whole town as well.
func (x *Index) pool(j *job, all bool) []int32 {
	town := j.Region.At(auth.LevelTown)
	near := x.Around(j.lat, j.lng, town)
	if all {
		near = append(near, x.towns[town]...)
		slices.Sort(near)
		return slices.Compact(near)
	}
	able := x.Able(j.item)
	return slices.DeleteFunc(near, func(at int32) bool { return !able(at) })
}

// read asks the database about the volunteers who come into question, and the persons.
func (f *facts) read(ctx context.Context, tx *db.Tx, people []db.ID) (err error) {
	seen := map[int32]bool{}
	first, last := f.jobs[0].Day, f.jobs[0].Day
	for _, j := range f.jobs {
		first, last = min(first, j.Day), max(last, j.Day)
		for _, at := range j.pool {
			seen[at] = true
		}
	}
	ids := make([]db.ID, 0, len(seen))
	for at := range seen {
		ids = append(ids, f.index.People[at].ID)
	}
	slices.Sort(ids)
	if f.weights, err = weightsOf(ctx, tx, f.jobs[0].Region); err != nil {
		return err
	}
	if f.busy, err = order.Engaged(ctx, tx, ids, first.AddDays(-1), last.AddDays(1)); err != nil {
		return err
	}
	if f.loads, err = order.Loads(ctx, tx, ids, clock.DayOf(tx.Now)); err != nil {
		return err
	}
	met, err := order.Acquaintances(ctx, tx, people)
	for _, m := range met {
		f.known[[2]db.ID{m.RecipientID, m.VolunteerID}] = m.Times
	}
	return err
}

// where is the place of the service: the person's, else the station's.
func (s *Service) where(ctx context.Context, tx *db.Tx, o order.Order) (lat, lng float64, err error) {
	if lat, lng, err = s.orders.Position(ctx, tx, o); err != nil || placed(lat, lng) || o.StationID == 0 {
		return lat, lng, err
	}
	st, err := station.Get(ctx, tx, o.StationID)
	return st.Lat, st.Lng, err
}

package dispatch

import (
	"context"
	"maps"
	"slices"

	"github.com/bits-and-blooms/bitset"

	"linli/internal/network/station"
	"linli/internal/people/insurance"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/geo"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
	"linli/internal/work/order/wish"
)

// job is one order with all that finding somebody for it needs.
type job struct {
	order.Waiting
	item     catalogue.Item
	wish     wish.Wish
	lat, lng float64
	free     Filter               // who said that he has time through the window
	parts    map[db.ID]order.Part // who has a part in it, or had
	pool     []int32              // of the index: who comes into question, where all are asked for
}

func (j *job) wants(volunteer db.ID) bool { return slices.Contains(j.wish.Prefer, volunteer) }

// facts is everything that judging volunteers for some orders needs. What has to be asked of the database about a volunteer is asked
// when he first comes into question.
type facts struct {
	index   *Index
	jobs    []job
	weights weights
	cover   insurance.Book
	days    [2]clock.Day // of the orders, and a day more before and after
	learnt  *bitset.BitSet
	busy    map[db.ID][]order.Appointment
	loads   map[db.ID]order.Load
	known   map[db.ID]map[db.ID]int64 // how often, by person and volunteer
}

func (f *facts) knows(j *job, v *volunteer.Profile) int64 { return f.known[j.RecipientID][v.ID] }

// gather reads the facts of orders of one banner.
func (s *Service) gather(ctx context.Context, tx *db.Tx, x *Index, orders []order.Waiting) (*facts, error) {
	f := &facts{index: x, learnt: bitset.New(uint(len(x.People))), busy: map[db.ID][]order.Appointment{}, loads: map[db.ID]order.Load{},
		known: map[db.ID]map[db.ID]int64{}}
	if len(orders) == 0 {
		return f, nil
	}
	var ids, people []db.ID
	for _, o := range orders {
		ids, people = append(ids, o.ID), append(people, o.RecipientID)
	}
	wishes, err := wish.Of(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	parts, err := order.Parts(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	items := map[db.ID]catalogue.Item{}
	for _, o := range orders {
		j := job{Waiting: o, wish: wishes[o.RecipientID], parts: parts[o.ID], free: x.Free(o.WindowStart, o.WindowEnd)}
		if j.item, err = itemOf(ctx, tx, items, o.CatalogueID); err != nil {
			return nil, err
		}
		if j.lat, j.lng, err = s.where(ctx, tx, o.Order); err != nil {
			return nil, err
		}
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

// everybody adds to an order all who come into question for it: those near enough and the whole town, those who cannot do it as well,
// to be told why not.
func (f *facts) everybody(ctx context.Context, tx *db.Tx, j *job) error {
	town := j.Region.At(auth.LevelTown)
	j.pool = append(f.index.Around(j.lat, j.lng, town), f.index.towns[town]...)
	slices.Sort(j.pool)
	j.pool = slices.Compact(j.pool)
	return f.learn(ctx, tx, j.pool)
}

// read asks the database about the place and the persons.
func (f *facts) read(ctx context.Context, tx *db.Tx, people []db.ID) (err error) {
	first, last := f.jobs[0].Day, f.jobs[0].Day
	for _, j := range f.jobs {
		first, last = min(first, j.Day), max(last, j.Day)
	}
	f.days = [2]clock.Day{first.AddDays(-1), last.AddDays(1)}
	if slices.ContainsFunc(f.jobs, func(j job) bool { return j.item.Insured() }) {
		if f.cover, err = insurance.Around(ctx, tx, f.jobs[0].Region, 0, first); err != nil {
			return err
		}
	}
	if f.weights, err = weightsOf(ctx, tx, f.jobs[0].Region); err != nil {
		return err
	}
	met, err := order.Acquaintances(ctx, tx, people)
	for _, m := range met {
		if f.known[m.RecipientID] == nil {
			f.known[m.RecipientID] = map[db.ID]int64{}
		}
		f.known[m.RecipientID][m.VolunteerID] = m.Times
	}
	return err
}

// learn asks the database about volunteers, by their positions in the index, whom it has not been asked about yet.
func (f *facts) learn(ctx context.Context, tx *db.Tx, people []int32) error {
	var ids []db.ID
	for _, at := range people {
		if !f.learnt.Test(uint(at)) {
			f.learnt.Set(uint(at))
			ids = append(ids, f.index.People[at].ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	busy, err := order.Engaged(ctx, tx, ids, f.days[0], f.days[1])
	if err != nil {
		return err
	}
	loads, err := order.Loads(ctx, tx, ids, clock.DayOf(tx.Now))
	maps.Copy(f.busy, busy)
	maps.Copy(f.loads, loads)
	return err
}

// where is the place of the service: the person's, else the station's.
func (s *Service) where(ctx context.Context, tx *db.Tx, o order.Order) (lat, lng float64, err error) {
	if lat, lng, err = s.orders.Position(ctx, tx, o); err != nil || geo.Marked(lat, lng) || o.StationID == 0 {
		return lat, lng, err
	}
	st, err := station.Get(ctx, tx, o.StationID)
	return st.Lat, st.Lng, err
}

package dispatch

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order"
)

// perSweep is how many orders one sweep looks at; the rest waits for the next.
const perSweep = 500

// Sweep offers by itself, where a region has switched that on: wave by wave to the most suitable, in the last wave together with the
// neighbouring station, and when nobody takes it the order goes up to the town. Every offer is checked as one by hand and may be
// declined.
func (s *Service) Sweep(ctx context.Context) error {
	if err := auth.Allow(ctx, Plan); err != nil {
		return err
	}
	var waiting []order.Waiting
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		waiting, err = s.automatic(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, o := range waiting {
		failed = errors.Join(failed, s.wave(ctx, o))
	}
	return failed
}

// automatic gives the orders that wait at a station where offers go out by themselves.
func (s *Service) automatic(ctx context.Context, tx *db.Tx) ([]order.Waiting, error) {
	orders, err := order.Queue(ctx, tx, auth.ScopeOf(ctx, Plan), 0, 0, clock.Forever, perSweep)
	if err != nil {
		return nil, err
	}
	on := map[auth.Region]bool{}
	for _, o := range orders {
		if _, asked := on[o.Region]; asked {
			continue
		}
		n, err := setting.Int(ctx, tx, setting.DispatchAuto, o.Region)
		if err != nil {
			return nil, err
		}
		on[o.Region] = n == 1
	}
	return slices.DeleteFunc(orders, func(o order.Waiting) bool { return !on[o.Region] || o.Level != "station" }), nil
}

// wave makes the next offers of one order.
func (s *Service) wave(ctx context.Context, o order.Waiting) error {
	x, err := s.Pool.Index(ctx, o.Region)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		size, waves, asked, err := s.waves(ctx, tx, o)
		if err != nil {
			return err
		}
		f, err := s.gather(ctx, tx, x, []order.Waiting{o})
		if err != nil {
			return err
		}
		for n := asked / size; n < waves; n++ {
			last := n == waves-1
			ids, err := f.next(ctx, tx, size, last)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				continue
			}
			if last {
				if err := s.callNeighbour(ctx, tx, o); err != nil {
					return err
				}
			}
			_, err = s.orders.OfferTo(ctx, tx, o.ID, ids)
			if errs.KindOf(err) != 0 {
				return nil // it has moved on meanwhile
			}
			return err
		}
		return s.orders.Up(ctx, tx, o.ID, "问过合适的志愿者，没有人接")
	})
}

// waves gives how many are asked at once and how often, and how many have been asked already.
func (s *Service) waves(ctx context.Context, tx *db.Tx, o order.Waiting) (size, waves, asked int64, err error) {
	if size, err = setting.Int(ctx, tx, setting.DispatchWave, o.Region); err != nil {
		return 0, 0, 0, err
	}
	if waves, err = setting.Int(ctx, tx, setting.DispatchWaves, o.Region); err != nil {
		return 0, 0, 0, err
	}
	asked, err = autoAsked.One(ctx, tx, o.ID, o.Round)
	return size * max(1, o.Places()), waves, asked, err
}

// next gives the most suitable who have not been asked: of the order's own station, or of all around.
func (f *facts) next(ctx context.Context, tx *db.Tx, size int64, all bool) (out []db.ID, err error) {
	j := &f.jobs[0]
	chosen, err := f.choices(ctx, tx, j)
	for _, c := range chosen {
		if v := &f.index.People[c.V]; all || v.StationID == j.StationID {
			out = append(out, v.ID)
		}
	}
	return out[:min(len(out), int(size))], err
}

// callNeighbour asks the managers of the nearest other station of the town to help to find somebody.
func (s *Service) callNeighbour(ctx context.Context, tx *db.Tx, o order.Waiting) error {
	lat, lng, err := s.where(ctx, tx, o.Order)
	if err != nil {
		return err
	}
	near, err := neighbours.All(ctx, tx, int64(o.Region)/1000, o.StationID)
	if err != nil || len(near) == 0 {
		return err
	}
	next := slices.MinFunc(near, func(a, b neighbour) int {
		return cmp.Compare(kilometres(lat, lng, a.Lat, a.Lng), kilometres(lat, lng, b.Lat, b.Lng))
	})
	return order.TellStation(ctx, tx, next.ID, "邻近的站有一单，请一起找人", o.Title+"，"+o.When(ctx))
}

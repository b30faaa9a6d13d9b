package homevisit

import (
	"context"
	"strconv"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/work/pairing"
)

// How a home that nobody reached rises: at once to the station, after so many days to the head, then to the town. Conventions of this
// system, as for pairings.
const (
	toHead   = 3
	toTown   = 7
	rungTown = 3
)

// Sweep takes days that are over off their homes, and off their days those whose office or time in the register has ended; it ends plans
// whose last day is over, and lets what nobody sees to rise.
func (s *Service) Sweep(ctx context.Context) error {
	for _, step := range []func(context.Context, *db.Tx) (int, error){s.passes, s.leavers, s.ends, rises} {
		for n := 1; n > 0; {
			if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
				n, err = step(ctx, tx)
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) passes(ctx context.Context, tx *db.Tx) (int, error) {
	today := clock.DayOf(tx.Now)
	list, err := pastDays.All(ctx, tx, today, today.AddDays(-ownDays))
	for _, d := range list {
		if err == nil {
			err = s.over(ctx, tx, d, "那天过去了")
		}
	}
	return len(list), err
}

func (s *Service) leavers(ctx context.Context, tx *db.Tx) (int, error) { return s.out(ctx, tx, 0) }

func (s *Service) ends(ctx context.Context, tx *db.Tx) (int, error) {
	list, err := ending.All(ctx, tx, clock.DayOf(tx.Now).AddDays(-ownDays))
	for _, p := range list {
		if err == nil {
			err = s.plans.Alter(ctx, tx, act.Op{Action: "homevisit.close"}, &p,
				func(tx *db.Tx, p *Plan) error { return s.end(ctx, tx, p, Closed, "走访的日子过去了") })
		}
	}
	return len(list), err
}

func rises(ctx context.Context, tx *db.Tx) (int, error) {
	today := clock.DayOf(tx.Now)
	list, err := rising.All(ctx, tx, today.AddDays(-toHead), today.AddDays(-toTown))
	if err == nil {
		err = lift(ctx, tx, list)
	}
	return len(list), err
}

// raise puts a home on the list of the first rung on which there is somebody. The caller writes the home.
func (h *Home) raise(ctx context.Context, tx *db.Tx) error {
	_, err := h.climb(ctx, tx)
	return err
}

// climb lifts a home to the next rung on which there is somebody, and gives who it is; the last one has its list in any case.
func (h *Home) climb(ctx context.Context, tx *db.Tx) (to []db.ID, err error) {
	if h.LateDay == 0 {
		h.LateDay = clock.DayOf(tx.Now)
	}
	h.DayID, h.Place = 0, 0
	for h.Rung < rungTown && len(to) == 0 {
		h.Rung++
		if to, err = pairing.Holders(ctx, tx, h.Rung, h.Region); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// lift lets homes that nobody reached rise, and tells each who has them on his list now how many they are, once.
func lift(ctx context.Context, tx *db.Tx, homes []Home) error {
	counts := map[db.ID]int{}
	var order []db.ID
	for _, h := range homes {
		if h.State == Waiting {
			h.State = Unreached
		}
		to, err := h.climb(ctx, tx)
		if err == nil {
			err = homeTable.Update(ctx, tx, &h)
		}
		if err != nil {
			return err
		}
		for _, id := range to {
			if counts[id]++; counts[id] == 1 {
				order = append(order, id)
			}
		}
	}
	for _, id := range order {
		if err := notify.Send(ctx, tx, notify.Message{To: id, Kind: "homevisit", Title: "走访没有访到的，等您处理",
			Text: strconv.Itoa(counts[id]) + " 户", Link: latePath}); err != nil {
			return err
		}
	}
	return nil
}

// HandleInput says what is done about a home that nobody reached (我来处理).
type HandleInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"怎么处理的"`
}

// Handle takes a home off the lists: somebody has rung up, gone there, or put the register right. It stays what it was.
func (s *Service) Handle(ctx context.Context, in HandleInput) (Receipt, error) {
	op := act.Op{Perm: Keep, Action: "homevisit.handle", ID: in.ID, Version: in.Version, From: []string{Unreached, Gone}, Check: func() error {
		if strings.TrimSpace(in.Reason) == "" {
			return errs.Field("reason", "请写怎么处理的")
		}
		return nil
	}}
	return act.ChangeTo(ctx, s.db, &s.homes, op, func(tx *db.Tx, h *Home) error {
		if h.HandledDay != 0 {
			return errs.WrongState("已经有人处理了")
		}
		h.HandledBy, h.HandledDay, h.HandledWhy = auth.From(ctx).Name, clock.DayOf(tx.Now), strings.TrimSpace(in.Reason)
		return nil
	}, func(_ *db.Tx, h Home) (Receipt, error) { return Receipt{h.ID, h.Version, h.State}, nil })
}

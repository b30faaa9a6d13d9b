package pairing

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// How a missed visit rises: at once to the station, after so many days to the head, then to the town. Conventions of this system.
const (
	toHead     = 3
	toTown     = 7
	remindDays = 2 // before the last day of a window
)

// Rungs of who is told of a missed visit.
const (
	rungDesk = 1
	rungHead = 2
	rungTown = 3
)

// windows says how windows are kept when something is done about one.
var windows = act.Kind[Window]{Object: "pairing_window", View: Keep, Table: windowTable,
	Place: func(w Window) auth.Place { return auth.Place{Region: w.Region} },
	State: func(w Window) string { return w.State }, Word: windowStates.Word,
	Trail: func(was, now Window) map[string]any {
		return map[string]any{"from": was.State, "to": now.State, "rung": now.Rung}
	}}

// Sweep opens the windows that begin, reminds those who go of the ones that end soon, closes those that are over, and lets what was
// missed rise.
func (s *Service) Sweep(ctx context.Context) error {
	for _, step := range []func(context.Context, *db.Tx) (int, error){opens, s.closes, s.reminds, s.rises} {
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

func opens(ctx context.Context, tx *db.Tx) (int, error) {
	today := clock.DayOf(tx.Now)
	list, err := withoutWindow.All(ctx, tx, today)
	for _, g := range list {
		if err == nil {
			err = open(ctx, tx, g, today)
		}
	}
	return len(list), err
}

func (s *Service) closes(ctx context.Context, tx *db.Tx) (int, error) {
	list, err := closing.All(ctx, tx, clock.DayOf(tx.Now))
	for _, w := range list {
		if err != nil {
			return 0, err
		}
		err = s.close(ctx, tx, w)
	}
	return len(list), err
}

// close ends a window without a visit: excused where the person was away to its last day, else missed, and the station is told.
func (s *Service) close(ctx context.Context, tx *db.Tx, w Window) error {
	g, err := load(ctx, tx, w.PairingID)
	if err != nil {
		return err
	}
	if g.AwayUntil >= w.DueDay {
		return windows.Alter(ctx, tx, act.Op{Action: "pairing.excused"}, &w, func(_ *db.Tx, w *Window) error {
			w.Region, w.State = g.Region, Excused
			return nil
		})
	}
	return windows.Alter(ctx, tx, act.Op{Action: "pairing.missed"}, &w, func(tx *db.Tx, w *Window) error {
		w.Region = g.Region
		w.State = Missed
		return rise(ctx, tx, w)
	})
}

func (s *Service) reminds(ctx context.Context, tx *db.Tx) (int, error) {
	today := clock.DayOf(tx.Now)
	list, err := soon.All(ctx, tx, today, today.AddDays(remindDays))
	for _, w := range list {
		if err != nil {
			return 0, err
		}
		err = remind(ctx, tx, w)
	}
	return len(list), err
}

func remind(ctx context.Context, tx *db.Tx, w Window) error {
	g, err := load(ctx, tx, w.PairingID)
	if err != nil {
		return err
	}
	list, err := membersOf.All(ctx, tx, g.ID, clock.DayOf(tx.Now))
	if err != nil {
		return err
	}
	m := notify.Message{Title: "结对探访快到期了", Text: g.Name + "，" + w.DueDay.Words(ctx) + "以前去看看，或者打个电话", Link: mineAt}
	for _, who := range list {
		if who.State != Agreed || g.AwayUntil >= w.DueDay {
			continue
		}
		if err := tell(ctx, tx, who.PersonID, m); err != nil {
			return err
		}
	}
	w.Reminded = true
	return windowTable.Update(ctx, tx, &w)
}

func (s *Service) rises(ctx context.Context, tx *db.Tx) (int, error) {
	today := clock.DayOf(tx.Now)
	list, err := rising.All(ctx, tx, today.AddDays(-toHead), today.AddDays(-toTown))
	for _, w := range list {
		if err != nil {
			return 0, err
		}
		err = windows.Alter(ctx, tx, act.Op{Action: "pairing.rise"}, &w, func(tx *db.Tx, w *Window) error { return rise(ctx, tx, w) })
	}
	return len(list), err
}

// rise lifts a missed visit to the next rung on which there is somebody, and tells him. The last one has its list in any case.
func rise(ctx context.Context, tx *db.Tx, w *Window) error {
	for w.Rung < rungTown {
		w.Rung++
		to, err := Holders(ctx, tx, w.Rung, w.Region)
		if err != nil {
			return err
		}
		for _, id := range to {
			if err := notify.Send(ctx, tx, notify.Message{To: id, Kind: "pairing", Title: "有一次结对探访没有访到",
				Text: "该在 " + w.DueDay.Words(ctx) + " 以前访的", Link: missedPath}); err != nil {
				return err
			}
		}
		if len(to) > 0 {
			return nil
		}
	}
	return nil
}

// Holders are the accounts on a rung of who is told of a visit that did not take place, of a community.
func Holders(ctx context.Context, tx *db.Tx, rung int64, at auth.Region) ([]db.ID, error) {
	switch rung {
	case rungDesk:
		st, has, err := station.Of(ctx, tx, at)
		if err != nil || !has {
			return nil, err
		}
		return station.Managers(ctx, tx, st.ID)
	case rungHead:
		return account.HoldersIn(ctx, tx, auth.CommunityHead, at)
	}
	return account.HoldersIn(ctx, tx, auth.TownOfficer, at.At(auth.LevelTown))
}

// HandleInput says what is done about a missed visit (我来处理).
type HandleInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"怎么处理的"`
}

// Handle takes a missed visit off the lists: somebody has rung up, gone there, or speaks with who should have gone. It stays missed.
func (s *Service) Handle(ctx context.Context, in HandleInput) (Window, error) {
	op := act.Op{Perm: Keep, Action: "pairing.handle", ID: in.ID, Version: in.Version, From: []string{Missed}, Cause: in.Reason}
	return windows.Change(ctx, s.db, op, func(tx *db.Tx, w *Window) error {
		if w.HandledDay != 0 {
			return errs.WrongState(w.HandledBy + "已经在处理")
		}
		w.HandledBy, w.HandledDay, w.HandledWhy = auth.From(ctx).Name, clock.DayOf(tx.Now), in.Reason
		return nil
	})
}

// sweepEvery is how often Sweep runs.
const sweepEvery = time.Hour

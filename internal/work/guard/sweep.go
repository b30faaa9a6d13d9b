package guard

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/notify"
)

// ladder is how long after its rung an alarm waits for an answer before it goes on to the next: at the time itself the visitor, then the
// station and who goes with him, the head, the town; from there on it rings again and again. Conventions of this system.
var ladder = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, again}

const (
	again    = 30 * time.Minute // an alarm that nobody has taken rings again
	takenFor = time.Hour        // one that somebody has taken, when nobody is known to be safe
)

// Sweep rings for everybody who is not back in time. Nothing but the database decides: a server that was down rings when it is up.
func (s *Service) Sweep(ctx context.Context) error {
	for n := 1; n > 0; {
		if err := s.db.Write(ctx, func(tx *db.Tx) error {
			list, err := due.All(ctx, tx, tx.Now)
			for _, g := range list {
				if err != nil {
					return err
				}
				err = guards.Alter(ctx, tx, act.Op{Action: "guard.ring"}, &g, func(tx *db.Tx, g *Guard) error { return ring(ctx, tx, g) })
			}
			n = len(list)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// ring lifts an alarm to the next rung on which there is somebody, tells him, and says when it looks again. On the last rung all are told.
func ring(ctx context.Context, tx *db.Tx, g *Guard) error {
	g.State = Alarm
	last := int64(len(ladder))
	for told := 0; told == 0; {
		from := min(g.Rung+1, last)
		to := from
		if g.Rung == last {
			from = 1
		}
		for rung := from; rung <= to; rung++ {
			n, err := tell(ctx, tx, *g, rung)
			if err != nil {
				return err
			}
			told += n
		}
		g.Rung = to
		if g.Rung == last {
			break
		}
	}
	g.NextAt = tx.Now.Add(ladder[g.Rung-1])
	return nil
}

// tell leaves the alarm with those of a rung, by SMS too.
func tell(ctx context.Context, tx *db.Tx, g Guard, rung int64) (int, error) {
	to, err := holders(ctx, tx, g, rung)
	if err != nil {
		return 0, err
	}
	m := notify.Message{Kind: "guard", Title: "有人入户到时没有回来，请马上联系", SMS: true, Link: deskPath,
		Text: g.Name + "说 " + clock.Words(ctx, g.UntilAt) + " 以前回来，还没有报平安"}
	switch rung {
	case 1:
		m.Title, m.Link = "到时间了，您平安吗？请报平安", minePath
	case int64(len(ladder)):
		m.Link = govPath
	}
	for _, m.To = range to {
		if err := notify.Send(ctx, tx, m); err != nil {
			return 0, err
		}
	}
	return len(to), nil
}

// holders are the accounts of a rung.
func holders(ctx context.Context, tx *db.Tx, g Guard, rung int64) ([]db.ID, error) {
	switch rung {
	case 1:
		return []db.ID{g.AccountID}, nil
	case 2:
		to, err := beside.All(ctx, tx, g.PairingID, g.AccountID, g.OrderID)
		if err != nil {
			return nil, err
		}
		st, has, err := station.Of(ctx, tx, g.Region)
		if err != nil || !has {
			return to, err
		}
		managers, err := station.Managers(ctx, tx, st.ID)
		return append(to, managers...), err
	case 3:
		return account.HoldersIn(ctx, tx, auth.CommunityHead, g.Region)
	}
	return account.HoldersIn(ctx, tx, auth.TownOfficer, g.Region.At(auth.LevelTown))
}

package second

import (
	"context"

	"linli/internal/civic/account"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Line lets many things of a kind wait within one transaction: who holds an office, how many days he has and whom it was told that day is
// asked once for all of them.
type Line struct {
	kind   Kind
	posts  map[post][]account.Account
	rise   map[auth.Region]clock.Day
	told   map[post]bool
	joined []Wait
}

// post is a level of a division.
type post struct {
	level string
	at    auth.Region
}

// Line begins one; it is closed in the same transaction.
func (k Kind) Line() *Line {
	return &Line{kind: k, posts: map[post][]account.Account{}, rise: map[auth.Region]clock.Day{}, told: map[post]bool{}}
}

// Join is Queue for a thing that does not wait yet and whose case is at hand. Its row is written when the line is closed.
func (l *Line) Join(ctx context.Context, tx *db.Tx, id db.ID, at auth.Region, may Case) error {
	w, who, err := l.place(ctx, tx, Wait{Kind: l.kind.Name, ObjectID: id, Region: at, Since: tx.Now}, 0, may)
	if err != nil {
		return err
	}
	l.joined = append(l.joined, w)
	where := post{w.Level, at}
	if l.told[where] {
		return nil
	}
	l.told[where] = true
	n, err := sinceToday.One(ctx, tx, at, w.Kind, w.Level, clock.DayOf(tx.Now).Time(), id)
	if err != nil || n > 0 {
		return err
	}
	return tell(ctx, tx, who, l.kind.Told)
}

// Close writes who has joined.
func (l *Line) Close(ctx context.Context, tx *db.Tx) error {
	joined := l.joined
	l.joined = nil
	return waits.InsertAll(ctx, tx, joined)
}

// gathered is place for a thing whose case is to be gathered.
func (l *Line) gathered(ctx context.Context, tx *db.Tx, w Wait, from int) (Wait, []db.ID, error) {
	may, err := l.kind.Gather(ctx, tx, w.ObjectID)
	if err != nil {
		return w, nil, err
	}
	return l.place(ctx, tx, w, from, may)
}

// place finds the level, from a rung on, at which somebody may look at a thing, and who. Where nobody is there at all it waits with the
// town, which appoints.
func (l *Line) place(ctx context.Context, tx *db.Tx, w Wait, from int, may Case) (_ Wait, who []db.ID, err error) {
	for _, r := range ladder[from:] {
		if who, err = l.fit(ctx, tx, r, w.Region, may); err != nil {
			return w, nil, err
		}
		if w.Level = r.level; len(who) > 0 {
			break
		}
	}
	if len(who) == 0 {
		w.Level = ladder[max(from, rungOf(AtTown))].level
	}
	w.RiseDay, err = l.until(ctx, tx, w.Region)
	return w, who, err
}

// until is the day on which what waits from now on in a division rises.
func (l *Line) until(ctx context.Context, tx *db.Tx, at auth.Region) (clock.Day, error) {
	if day, asked := l.rise[at]; asked {
		return day, nil
	}
	days, err := setting.Int(ctx, tx, setting.ClerkDays, at)
	if err != nil {
		return 0, err
	}
	day, err := setting.AddWorkingDays(ctx, tx, clock.DayOf(tx.Now), days)
	l.rise[at] = day
	return day, err
}

// fit gives those of a level who may be the second person.
func (l *Line) fit(ctx context.Context, tx *db.Tx, r rung, at auth.Region, may Case) (who []db.ID, err error) {
	holders, err := l.holders(ctx, tx, r, at.At(r.at))
	if err != nil {
		return nil, err
	}
	for _, a := range holders {
		as := auth.With(ctx, auth.Actor{Account: a.ID, Person: a.PersonID, Name: a.Name,
			Grants: []auth.Grant{{Role: r.role, Region: at.At(r.at)}}})
		switch err := may(as); {
		case err == nil:
			who = append(who, a.ID)
		case errs.KindOf(err) != errs.Denied:
			return nil, err
		}
	}
	return who, nil
}

// holders are the accounts that hold the office of a rung in a division.
func (l *Line) holders(ctx context.Context, tx *db.Tx, r rung, at auth.Region) ([]account.Account, error) {
	if list, asked := l.posts[post{r.level, at}]; asked {
		return list, nil
	}
	ids, err := account.HoldersIn(ctx, tx, r.role, at)
	if err != nil {
		return nil, err
	}
	list := make([]account.Account, 0, len(ids))
	for _, id := range ids {
		a, err := account.Get(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	l.posts[post{r.level, at}] = list
	return list, nil
}

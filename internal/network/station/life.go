package station

import (
	"context"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Stretch is a part of a station's life: so it stood from Day until the day before UntilDay.
type Stretch struct {
	ID        db.ID       `json:"id"`
	StationID db.ID       `json:"-"`
	Status    string      `json:"status"`
	Day       clock.Day   `json:"day"`
	UntilDay  clock.Day   `json:"until_day" doc:"到这一天为止（不含）；9999-12-31 为至今"`
	Region    auth.Region `json:"region"`
	Name      string      `json:"name"`
	Address   string      `json:"address"`
	Reason    string      `json:"reason"`
	ByName    string      `json:"by_name"`
	At        time.Time   `json:"at" doc:"登记的时间"`
}

// Life is the history of a station, the newest stretch first.
type Life struct {
	Items []Stretch `json:"items"`
}

// History gives how a station came to stand as it does.
func (s *Service) History(ctx context.Context, in GetInput) (Life, error) {
	return act.Read(ctx, s.db, Desk, func(tx *db.Tx) (out Life, err error) {
		st, err := s.kept(ctx, tx, in.ID)
		if err == nil {
			out.Items, err = past.All(ctx, tx, st.ID)
		}
		return out, err
	})
}

// kept gives a station to those who look after it or over it.
func (s *Service) kept(ctx context.Context, tx *db.Tx, id db.ID) (Station, error) {
	st, err := s.load(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, Desk, Desk, st.Place())
	}
	return st, err
}

// Standing is a station or point that was open on a day, with its community of that day.
type Standing struct {
	ID     db.ID
	Kind   string
	Region auth.Region
	Name   string // of that day
}

// OpenOn gives the stations and points of a division that were open on a day, recomputed from their lives.
func OpenOn(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) ([]Standing, error) {
	return openOn.All(ctx, tx, onDay{at, day})
}

// since is the day on which a change takes effect: today unless another is given, never to come, and never before the change before it.
func since(tx *db.Tx, day, after clock.Day) (clock.Day, error) {
	today := clock.DayOf(tx.Now)
	switch {
	case day == 0:
		return max(today, after), nil
	case day > today:
		return 0, errs.Field("day", "不能晚于今天")
	case day < after:
		return 0, errs.Field("day", "不能早于上一次变动的日子（"+after.String()+"）")
	case day < firstDay:
		return 0, errs.Field("day", "不能早于 "+firstDay.String())
	}
	return day, nil
}

// firstDay is before any volunteer service station.
const firstDay clock.Day = 19940101

// alone refuses a second station in a community where another was open, today or on any day since; what is not open may not open then.
func alone(ctx context.Context, tx *db.Tx, st Station, day clock.Day) error {
	if st.Kind != "station" || st.Status == Closed {
		return nil
	}
	n, err := taken.One(ctx, tx, int64(st.Region), st.ID, int64(day))
	if err == nil && n > 0 {
		err = errs.Field("region", "从那一天起，这个嘎查村（社区）已有别的站开放过")
	}
	return err
}

// turned ends the stretch of now and begins another.
func (s *Service) turned(ctx context.Context, tx *db.Tx, st Station, day clock.Day, reason string) error {
	from, _, err := db.Found(wasIn.One(ctx, tx, st.ID))
	if err != nil {
		return err
	}
	if _, err := endPast.Run(ctx, tx, st.ID, int64(day)); err != nil {
		return err
	}
	next := Stretch{ID: tx.NewID(), StationID: st.ID, Status: st.Status, Day: day, UntilDay: clock.Forever, Region: st.Region, Name: st.Name,
		Address: st.Address, Reason: reason, ByName: auth.From(ctx).Name, At: tx.Now}
	if err := pasts.Insert(ctx, tx, next); err != nil {
		return err
	}
	return s.Turned.Publish(ctx, tx, TurnedEvent{st.ID, from, st.Region})
}

// turn is what a change of status and a move share: the day is settled, the community stays with one open station, a new stretch begins.
func (s *Service) turn(ctx context.Context, tx *db.Tx, st *Station, day clock.Day, reason string) (clock.Day, error) {
	after, err := latest.One(ctx, tx, st.ID)
	if err != nil {
		return 0, err
	}
	if day, err = since(tx, day, after); err != nil {
		return 0, err
	}
	if err := alone(ctx, tx, *st, day); err != nil {
		return 0, err
	}
	return day, s.turned(ctx, tx, *st, day, reason)
}

// StatusInput opens, suspends or closes a station.
type StatusInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Status  string    `json:"status" set:"station.status"`
	Day     clock.Day `json:"day" required:"false" doc:"哪一天起；不填为今天"`
	Reason  string    `json:"reason" minLength:"1" maxLength:"200"`
}

// SetStatus changes the status; a station opens with a manager at least, a point where its station is open. A closed station stays
// closed, and one with points under it is not closed before them.
func (s *Service) SetStatus(ctx context.Context, in StatusInput) (Station, error) {
	op := act.Op{Perm: Confirm, Action: "station.status", ID: in.ID, Version: in.Version, Cause: in.Reason}
	return s.change(ctx, op, func(tx *db.Tx, st *Station) error {
		if st.Status == Closed || st.Status == in.Status {
			return errs.WrongState("现在的状态不能这样改")
		}
		if in.Status == Closed {
			if err := noPoints(ctx, tx, st.ID); err != nil {
				return err
			}
		}
		if in.Status == Open {
			if err := mayOpen(ctx, tx, *st); err != nil {
				return err
			}
		}
		st.Status = in.Status
		day, err := s.turn(ctx, tx, st, in.Day, in.Reason)
		st.StatusDay = day
		return err
	})
}

// noPoints refuses what a station with points under it may not do.
func noPoints(ctx context.Context, tx *db.Tx, id db.ID) error {
	n, err := openPoints.One(ctx, tx, id)
	if err == nil && n > 0 {
		err = errs.WrongState("先撤销它下面的点")
	}
	return err
}

// MoveInput moves a station, in its community or to another one.
type MoveInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	Region  auth.Region `json:"region" required:"false" doc:"搬到别的嘎查村（社区）时填"`
	Address string      `json:"address" minLength:"1" maxLength:"100"`
	Lat     float64     `json:"lat" minimum:"-90" maximum:"90"`
	Lng     float64     `json:"lng" minimum:"-180" maximum:"180"`
	Datum   string      `json:"datum" required:"false" set:"datum" maxLength:"8" doc:"坐标是哪里来的"`
	Day     clock.Day   `json:"day" required:"false" doc:"哪一天起；不填为今天"`
	Reason  string      `json:"reason" minLength:"1" maxLength:"200"`
}

// Move moves a station or point; its days before stay where it was. In another community the sign needs a new name, which the town
// confirms.
func (s *Service) Move(ctx context.Context, in MoveInput) (Station, error) {
	op := act.Op{Perm: Confirm, Action: "station.move", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Open, Suspended},
		Wrong: "已经撤销，不能再搬"}
	return s.change(ctx, op, func(tx *db.Tx, st *Station) error {
		away := in.Region != 0 && in.Region != st.Region
		if away {
			if err := resettle(ctx, tx, st, in.Region); err != nil {
				return err
			}
		}
		if err := st.stand(in.Address, in.Datum, in.Lat, in.Lng); err != nil {
			return err
		}
		_, err := s.turn(ctx, tx, st, in.Day, in.Reason)
		if err == nil && away {
			err = s.Moved.Publish(ctx, tx, MovedEvent{*st})
		}
		return err
	})
}

// resettle puts a station into another community of the actor's.
func resettle(ctx context.Context, tx *db.Tx, st *Station, to auth.Region) error {
	if st.Kind == "point" {
		return errs.Field("region", "点跟着站走，不能搬到别的嘎查村（社区）")
	}
	if !auth.Can(ctx, Confirm, auth.Place{Region: to}) {
		return errs.Field("region", "这个地方不归您管，或者没有这个区划")
	}
	d, _, err := site{Region: to}.check(ctx, tx)
	if err != nil {
		return err
	}
	if err := noPoints(ctx, tx, st.ID); err != nil {
		return err
	}
	st.Region, st.Name, st.NameConfirmed = to, proposed(d, st.Kind), false
	return nil
}

// Verify: a point's station is one of the same community, and the life of each station leads without a gap to how it stands now.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	if err := orphans.Each(ctx, tx, func(id db.ID) error {
		report("station "+id.String(), "点和所属的站不在同一个嘎查村（社区）")
		return nil
	}); err != nil {
		return err
	}
	return broken.Each(ctx, tx, func(id db.ID) error {
		report("station "+id.String(), "沿革接不上，或者和现在的状态、地方不符")
		return nil
	})
}

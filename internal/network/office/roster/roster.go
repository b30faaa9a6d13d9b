// Package roster is who is on duty at a station and when (值班表).
//
// Nouns: keeper, shift, week. Verbs: add and edit a keeper, assign, swap, cancel, copy (a week), print.
package roster

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"linli/internal/network/office"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// Service holds the operations.
type Service struct {
	db   *db.DB
	keys *seal.Keys
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys) *Service { return &Service{db: d, keys: keys} }

// Shift is one stretch of duty with its keeper.
type Shift struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	StationID db.ID       `json:"-" db:",once"`
	Region    auth.Region `json:"-" db:",once"`
	KeeperID  db.ID       `json:"keeper_id"`
	Name      string      `json:"name" db:",read"`
	Post      string      `json:"post" db:",read"`
	Named     bool        `json:"named" db:",read"`
	Day       clock.Day   `json:"day" db:",once"`
	From      int64       `json:"from_minute" db:"from_minute,once" doc:"当天的第几分钟起"`
	Until     int64       `json:"until_minute" db:"until_minute,once" doc:"当天的第几分钟止"`
}

var shifts = office.Kind[Shift]{Table: shiftTable, ByID: shiftByID, Delete: removeShift,
	Station: func(d Shift) db.ID { return d.StationID }}

// Hours is the stretch in words: “08:30–12:00”.
func (s Shift) Hours() string { return clockTime(s.From) + "–" + clockTime(s.Until) }

func clockTime(minute int64) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// minuteOf reads “8:30”; 24:00 is the end of the day.
func minuteOf(text string) (int64, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(text), ":")
	hour, e1 := strconv.ParseInt(h, 10, 64)
	minute, e2 := strconv.ParseInt(m, 10, 64)
	total := hour*60 + minute
	return total, ok && e1 == nil && e2 == nil && hour >= 0 && minute >= 0 && minute < 60 && total <= 24*60
}

// WeekInput asks for a week.
type WeekInput struct {
	ID  db.ID     `path:"id"`
	Day clock.Day `query:"day" doc:"这一周里的一天；不填为今天"`
}

// Week is the roster of the seven days from a Monday.
type Week struct {
	office.Book
	Monday  clock.Day `json:"monday"`
	Shifts  []Shift   `json:"shifts"`
	Keepers []Keeper  `json:"keepers"`
	OnDuty  []Shift   `json:"on_duty" doc:"现在值班的"`
}

// Week gives the roster of a week.
func (s *Service) Week(ctx context.Context, in WeekInput) (Week, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Week, error) { return weekOf(ctx, tx, b, in.Day) })
}

func weekOf(ctx context.Context, tx *db.Tx, b office.Book, day clock.Day) (out Week, err error) {
	if day == 0 {
		day = b.Today
	}
	if !office.ValidYear(day.Year()) {
		return out, errs.Field("day", "应在 2021 至 2100 年之间")
	}
	out = Week{Book: b, Monday: mondayOf(day), Shifts: []Shift{}, Keepers: []Keeper{}}
	list, err := between.All(ctx, tx, b.Station.ID, int64(out.Monday), int64(out.Monday.AddDays(6)))
	if err != nil {
		return out, err
	}
	staff, err := active.All(ctx, tx, b.Station.ID)
	if err != nil {
		return out, err
	}
	out.Shifts, out.Keepers = append(out.Shifts, list...), append(out.Keepers, staff...)
	out.OnDuty, err = OnDuty(ctx, tx, b.Station.ID)
	return out, err
}

func mondayOf(d clock.Day) clock.Day { return d.AddDays(-(int(d.Time().Weekday()) + 6) % 7) }

// on gives the shifts of a day.
func (w Week) on(day clock.Day) (out []Shift) {
	for _, s := range w.Shifts {
		if s.Day == day {
			out = append(out, s)
		}
	}
	return out
}

func (w Week) days() (out []clock.Day) {
	for i := range 7 {
		out = append(out, w.Monday.AddDays(i))
	}
	return out
}

// Attendant is one on duty today, with his telephone; "" where none is written down.
type Attendant struct {
	Shift
	Now   bool
	Phone string
}

// Today gives the shifts of today at a station.
func Today(ctx context.Context, tx *db.Tx, keys *seal.Keys, id db.ID) ([]Attendant, error) {
	today := int64(clock.DayOf(tx.Now))
	list, err := between.All(ctx, tx, id, today, today)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	staff, err := active.All(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	phones := map[db.ID]string{}
	for _, k := range staff {
		if phones[k.ID], err = keys.OpenText(k.Sealed, sealKeeper(k.ID)); err != nil {
			return nil, err
		}
	}
	minute := minuteNow(tx)
	out := make([]Attendant, len(list))
	for i, d := range list {
		out[i] = Attendant{Shift: d, Now: d.From <= minute && minute < d.Until, Phone: phones[d.KeeperID]}
	}
	return out, nil
}

// minuteNow is the minute of the day.
func minuteNow(tx *db.Tx) int64 {
	now := tx.Now.In(clock.Shanghai)
	return int64(now.Hour()*60 + now.Minute())
}

// OnDuty gives who is on duty at a station now.
func OnDuty(ctx context.Context, tx *db.Tx, id db.ID) ([]Shift, error) {
	return atMinute.All(ctx, tx, id, int64(clock.DayOf(tx.Now)), minuteNow(tx))
}

// AssignInput puts somebody on duty.
type AssignInput struct {
	ID       db.ID     `path:"id"`
	KeeperID db.ID     `json:"keeper_id"`
	Day      clock.Day `json:"day"`
	From     string    `json:"from" maxLength:"5" doc:"几点起，例如 08:30"`
	Until    string    `json:"until" maxLength:"5" doc:"几点止，例如 12:00"`
}

// minutes reads the stretch.
func (in AssignInput) minutes() (from, until int64, err error) {
	from, ok := minuteOf(in.From)
	c := errs.Check{}
	c.That(ok && from < 24*60, "from", "应是时刻，例如 08:30")
	until, ok = minuteOf(in.Until)
	c.That(ok, "until", "应是时刻，例如 12:00")
	c.That(until > from, "until", "应在开始以后")
	c.That(office.ValidYear(in.Day.Year()), "day", "应在 2021 至 2100 年之间")
	return from, until, c.Err()
}

// Assign puts somebody on duty for a stretch of a day; several may be on duty at once, nobody twice.
func (s *Service) Assign(ctx context.Context, in AssignInput) (Shift, error) {
	from, until, err := in.minutes()
	op := act.Op{Perm: office.Edit, Action: "office.duty", Check: func() error { return err }}
	return shifts.Add(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (Shift, error) {
		k, ok, err := db.Found(lockKeeper.One(ctx, tx, in.KeeperID, b.Station.ID))
		if err == nil && !ok {
			err = errs.Field("keeper_id", "请从值班人员里选")
		}
		if err != nil {
			return Shift{}, err
		}
		d := Shift{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, KeeperID: k.ID, Name: k.Name,
			Post: k.Post, Named: k.Named, Day: in.Day,
			From: from, Until: until}
		return d, free(ctx, tx, d, 0)
	})
}

// free refuses a shift whose keeper has another at the time; but is a shift that does not count.
func free(ctx context.Context, tx *db.Tx, d Shift, but db.ID) error {
	n, err := overlapping.One(ctx, tx, d.KeeperID, int64(d.Day), d.From, d.Until, int64(but))
	if err == nil && n > 0 {
		err = errs.Field("keeper_id", d.Name+"这段时间已经有班")
	}
	return err
}

// ShiftSheet is a shift with those with which it may be swapped.
type ShiftSheet struct {
	office.Book
	Shift
	Others []Shift
}

// Shift gives a shift with the shifts of others, from today to four weeks after it.
func (s *Service) Shift(ctx context.Context, in office.EntryInput) (ShiftSheet, error) {
	return office.Look(ctx, s.db, &shifts, in.ID, func(tx *db.Tx, b office.Book, d Shift) (ShiftSheet, error) {
		out := ShiftSheet{Book: b, Shift: d}
		near, err := between.All(ctx, tx, b.Station.ID, int64(max(b.Today, d.Day.AddDays(-28))), int64(d.Day.AddDays(28)))
		for _, o := range near {
			if o.KeeperID != d.KeeperID {
				out.Others = append(out.Others, o)
			}
		}
		return out, err
	})
}

var errPast = errs.WrongState("过去的班不改")

// Cancel takes a shift off the roster; those of days gone by stay.
func (s *Service) Cancel(ctx context.Context, in office.VersionInput) (Shift, error) {
	op := act.Op{Perm: office.Edit, Action: "office.duty_drop", ID: in.ID, Version: in.Version}
	return shifts.Remove(ctx, s.db, op, func(b office.Book, d Shift) error {
		if d.Day < b.Today {
			return errPast
		}
		return nil
	})
}

// SwapInput names two shifts whose keepers change places.
type SwapInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	With    db.ID `json:"with" doc:"和哪一班换"`
}

// Swap lets the keepers of two shifts of a station change places.
func (s *Service) Swap(ctx context.Context, in SwapInput) (Shift, error) {
	op := act.Op{Perm: office.Edit, Action: "office.duty_swap", ID: in.ID, Version: in.Version}
	return shifts.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, d *Shift) error {
		o, ok, err := db.Found(shiftByID.One(ctx, tx, in.With))
		switch {
		case err != nil:
			return err
		case !ok || o.StationID != d.StationID || o.ID == d.ID || o.KeeperID == d.KeeperID:
			return errs.Field("with", "请选另一个人的班")
		case o.Day == d.Day && o.From < d.Until && d.From < o.Until:
			return errs.Field("with", "同一时间的班不用换")
		case d.Day < b.Today || o.Day < b.Today:
			return errPast
		}
		for _, id := range []db.ID{min(d.KeeperID, o.KeeperID), max(d.KeeperID, o.KeeperID)} {
			_, there, err := db.Found(lockKeeper.One(ctx, tx, id, d.StationID))
			if err == nil && !there {
				err = errs.Field("with", "有人已经不再值班，不能换")
			}
			if err != nil {
				return err
			}
		}
		d.KeeperID, o.KeeperID = o.KeeperID, d.KeeperID
		d.Name, d.Post, d.Named, o.Name, o.Post, o.Named = o.Name, o.Post, o.Named, d.Name, d.Post, d.Named
		if err := free(ctx, tx, *d, o.ID); err != nil {
			return err
		}
		if err := free(ctx, tx, o, d.ID); err != nil {
			return err
		}
		return shiftTable.Update(ctx, tx, &o)
	})
}

// CopyWeekInput names the week that gets the roster of another.
type CopyWeekInput struct {
	ID   db.ID     `path:"id"`
	Day  clock.Day `json:"day" doc:"要排的那一周里的一天"`
	From clock.Day `json:"from" required:"false" doc:"照哪一周排；不填为前一周"`
}

func (in CopyWeekInput) check() error {
	c := errs.Check{}
	c.That(office.ValidYear(in.Day.Year()), "day", "应在 2021 至 2100 年之间")
	return c.Err()
}

// CopyWeek repeats the shifts of a week in another, as far as those who had them are still there and free.
func (s *Service) CopyWeek(ctx context.Context, in CopyWeekInput) (Week, error) {
	op := act.Op{Perm: office.Edit, Action: "office.duty_copy", Check: in.check}
	return office.Write(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (out Week, id db.ID, err error) {
		to := mondayOf(in.Day)
		if to.AddDays(6) < b.Today {
			return out, 0, errs.Field("day", "过去的一周不再排")
		}
		from := to.AddDays(-7)
		if in.From != 0 {
			from = mondayOf(in.From)
		}
		list, err := between.All(ctx, tx, b.Station.ID, int64(from), int64(from.AddDays(6)))
		if err == nil && (len(list) == 0 || from == to) {
			err = errs.WrongState("那一周没有排班，没有可以照抄的")
		}
		if err != nil {
			return out, 0, err
		}
		for _, d := range list {
			d.Day = d.Day.AddDays(to.Sub(from))
			if err := repeat(ctx, tx, b, d); err != nil {
				return out, 0, err
			}
		}
		out, err = weekOf(ctx, tx, b, to)
		return out, b.Station.ID, err
	})
}

// repeat puts a shift on another day, unless it is over, or its keeper is gone or busy.
func repeat(ctx context.Context, tx *db.Tx, b office.Book, d Shift) error {
	_, ok, err := db.Found(lockKeeper.One(ctx, tx, d.KeeperID, b.Station.ID))
	if err != nil || !ok || d.Day < b.Today {
		return err
	}
	if err := free(ctx, tx, d, 0); err != nil {
		if errs.KindOf(err) == errs.Invalid {
			return nil
		}
		return err
	}
	d.ID, d.Version, d.Region = tx.NewID(), 1, b.Station.Region
	return shiftTable.Insert(ctx, tx, d)
}

// OnShowing tells the public page of a station who is on duty now. A keeper is named only if he agreed; else his post is.
func (s *Service) OnShowing(ctx context.Context, tx *db.Tx, e *station.ShowingEvent) error {
	on, err := OnDuty(ctx, tx, e.Station.ID)
	for _, d := range on {
		who := d.Post
		if d.Named {
			who += " " + d.Name
		}
		e.OnDuty = append(e.OnDuty, station.Line{Text: who, Note: clockTime(d.Until)})
	}
	return err
}

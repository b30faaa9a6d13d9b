package record

import (
	"cmp"
	"context"
	"time"

	"linli/internal/civic/proof"
	"linli/internal/civic/region"
	"linli/internal/civic/second"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
	"linli/internal/work/attendance"
)

// Importer takes many earlier records over in one transaction. What they have in common (a division, a volunteer, who may look at them) is
// asked once, and they are written and told of when it is closed; a record that was refused leaves nothing.
type Importer struct {
	s       *Service
	kind    act.Kind[Record]
	line    *second.Line
	bench   *proof.Bench
	made    []Record
	changes []line
	spans   map[db.ID][]period // of what was made, by volunteer
	free    map[db.ID]period   // times in which a volunteer served nowhere before

	places     map[auth.Region]community
	volunteers map[string]named
	due        map[deadline]clock.Day
	looks      map[looker]error
}

// community is what the records of one have in common.
type community struct {
	there        bool
	name, leader string
}

// deadline names those records that are due on the same day.
type deadline struct {
	day clock.Day
	at  auth.Region
}

// looker is somebody who may look at records of a person in a division, or not.
type looker struct {
	account, person db.ID
	at              auth.Region
}

// Importer begins one for a transaction; it is closed in the same one.
func (s *Service) Importer() *Importer {
	i := &Importer{s: s, kind: s.records, line: s.byRecord().Line(), places: map[auth.Region]community{}, volunteers: map[string]named{},
		due: map[deadline]clock.Day{}, looks: map[looker]error{}, spans: map[db.ID][]period{}, free: map[db.ID]period{}}
	i.kind.Make = func(_ context.Context, _ *db.Tx, r *Record) error { i.made = append(i.made, *r); return nil }
	i.kind.Tell = func(ctx context.Context, tx *db.Tx, op act.Op, was, now Record) error {
		i.changes = append(i.changes, step(ctx, tx, op, stood(was, now), now))
		return nil
	}
	return i
}

// Close writes what was made, and tells of it.
func (i *Importer) Close(ctx context.Context, tx *db.Tx) error {
	made, changes := i.made, i.changes
	i.made, i.changes = nil, nil
	if err := table.InsertAll(ctx, tx, made); err != nil {
		return err
	}
	if err := changeTable.InsertAll(ctx, tx, changes); err != nil {
		return err
	}
	if err := i.line.Close(ctx, tx); err != nil {
		return err
	}
	for _, r := range made {
		was := stood(Record{}, r)
		if err := i.s.Changed.Publish(ctx, tx, ChangedEvent{Record: r, Before: was, From: was.Status, MinutesFrom: was.Minutes}); err != nil {
			return err
		}
	}
	return nil
}

// One takes over one record.
func (i *Importer) One(ctx context.Context, tx *db.Tx, in ImportInput) (r Record, err error) {
	if err := in.check(tx.Now); err != nil {
		return r, err
	}
	if err := auth.Require(ctx, Bulk, Bulk, auth.Place{Region: in.Region}); err != nil {
		return r, err
	}
	at, err := i.community(ctx, tx, in.Region)
	if err != nil || !at.there {
		return r, orField(err, "region", "没有这个嘎查村（社区）")
	}
	v, err := i.volunteer(ctx, tx, in)
	if err != nil {
		return r, err
	}
	from, to := in.StartedAt.In(clock.Shanghai).Truncate(time.Microsecond), in.EndedAt.In(clock.Shanghai).Truncate(time.Microsecond)
	if err := i.idle(ctx, tx, v.ID, period{from, to}); err != nil {
		return r, err
	}
	r = Record{VolunteerID: v.ID, VolunteerNo: v.No, PersonID: v.PersonID, Name: v.Name, Region: in.Region, Source: "import", Title: in.Title,
		Category: in.Category, Day: clock.DayOf(from), Place: cmp.Or(in.Place, at.name), Content: in.Content, StartedAt: from, EndedAt: to,
		Minutes: int64(to.Sub(from) / time.Minute), Unit: in.Unit,
		Leader: cmp.Or(in.Leader, at.leader), Confirmed: true, Evidence: "paper", NeedsSecond: true, Why: "导入的记录，要第二人复核",
		RecordedBy: auth.From(ctx).Account}
	if r.DueDay, err = i.deadline(ctx, tx, r); err != nil {
		return r, err
	}
	if r, err = i.s.fill(ctx, tx, r); err != nil {
		return r, err
	}
	if err := i.line.Join(ctx, tx, r.ID, r.Region, i.look(tx, r)); err != nil { // the last that may refuse it
		return r, err
	}
	i.spans[v.ID] = append(i.spans[v.ID], period{from, to})
	return r, i.kind.Enter(ctx, tx, act.Op{Action: "record.made"}, &r)
}

// community gives what the records of one have in common.
func (i *Importer) community(ctx context.Context, tx *db.Tx, at auth.Region) (c community, err error) {
	if c, asked := i.places[at]; asked {
		return c, nil
	}
	c.there, err = region.Exists(ctx, tx, at)
	if err == nil && c.there {
		c.name, err = region.FullName(ctx, tx, at)
	}
	if err == nil && c.there {
		c.leader, err = leaderOf(ctx, tx, 0, at)
	}
	if err == nil {
		i.places[at] = c
	}
	return c, err
}

// volunteer finds whose record it is, and takes his turn.
func (i *Importer) volunteer(ctx context.Context, tx *db.Tx, in ImportInput) (v named, err error) {
	v, asked := i.volunteers[in.VolunteerNo]
	if !asked {
		var ok bool
		if v, ok, err = db.Found(volunteerByNo.One(ctx, tx, in.VolunteerNo)); err != nil || !ok {
			return v, orField(err, "volunteer_no", "没有这个志愿者编号")
		}
	}
	if in.Name != "" && !spelling.Same(in.Name, v.Name) {
		return v, errs.Field("name", "姓名和编号不相符")
	}
	if !asked {
		if err := attendance.Turn(ctx, tx, v.ID); err != nil {
			return v, err
		}
		i.volunteers[in.VolunteerNo] = v
	}
	return v, nil
}

// around is how far about a record a volunteer is asked for at once: most of what comes of him lies near.
const around = 31 * 24 * time.Hour

// idle says that the volunteer is at no other service in a time, and has no record of it. Where he was at none for weeks about it, nothing
// is asked again for what lies within.
func (i *Importer) idle(ctx context.Context, tx *db.Tx, volunteer db.ID, at period) error {
	for _, p := range i.spans[volunteer] {
		if p.meets(at) {
			return busy(ctx, p)
		}
	}
	if i.free[volunteer].holds(at) {
		return nil
	}
	wide := period{at.StartedAt.Add(-around), at.EndedAt.Add(around)}
	err := nowhere(ctx, tx, volunteer, wide)
	if errs.KindOf(err) == errs.Conflict {
		return nowhere(ctx, tx, volunteer, at)
	}
	if err == nil {
		i.free[volunteer] = wide
	}
	return err
}

// nowhere says that the volunteer was at no service in a time, as the database has it.
func nowhere(ctx context.Context, tx *db.Tx, volunteer db.ID, at period) error {
	if err := attendance.Free(ctx, tx, volunteer, at.StartedAt, at.EndedAt, 0); err != nil {
		return err
	}
	return free(ctx, tx, Record{VolunteerID: volunteer, StartedAt: at.StartedAt, EndedAt: at.EndedAt})
}

// deadline is the day until which a record should count.
func (i *Importer) deadline(ctx context.Context, tx *db.Tx, r Record) (day clock.Day, err error) {
	k := deadline{clock.DayOf(r.EndedAt), r.Region}
	day, asked := i.due[k]
	if !asked {
		if day, err = attendance.DueDay(ctx, tx, k.day, k.at); err == nil {
			i.due[k] = day
		}
	}
	return day, err
}

// look says who may look at a record that was just made: nobody has looked at it yet, and its only hand is who brings it.
func (i *Importer) look(tx *db.Tx, r Record) second.Case {
	return func(ctx context.Context) error {
		k := looker{auth.From(ctx).Account, r.PersonID, r.Region}
		err, asked := i.looks[k]
		if asked {
			return err
		}
		if i.bench == nil {
			i.bench = proof.Now(tx, i.s.persons)
		}
		if k.account != 0 && k.account == r.RecordedBy {
			err = errs.Deny("这条记录您已经录入或看过，要换人复核")
		} else {
			_, err = i.bench.Look(ctx, proof.Hands{For: r.PersonID, Place: r.place(), First: []db.ID{r.RecordedBy}})
		}
		if err == nil || errs.KindOf(err) == errs.Denied {
			i.looks[k] = err
		}
		return err
	}
}

package complaint

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
)

// Frozen is a service record that was complained of and is looked into.
type Frozen struct {
	record.Freeze
	Record record.Record `json:"record"`
}

// frozen gives the records that are looked into for a complaint.
func frozen(ctx context.Context, tx *db.Tx, id db.ID) ([]Frozen, error) {
	list, err := record.FrozenBy(ctx, tx, id)
	out := make([]Frozen, len(list))
	for i, f := range list {
		if err != nil {
			return nil, err
		}
		out[i].Freeze = f
		out[i].Record, err = record.Load(ctx, tx, f.RecordID)
	}
	return out, err
}

// FindInput looks for the records that a complaint speaks of: whose, or of which activity, and of which day.
type FindInput struct {
	ID  db.ID     `path:"id"`
	Q   string    `query:"q" maxLength:"60" doc:"志愿者姓名、编号，或者活动名称"`
	Day clock.Day `query:"day" doc:"服务的日子"`
}

// Found are the records to choose from.
type Found struct {
	In    FindInput       `json:"-"`
	File  File            `json:"-"`
	Items []record.Record `json:"items"`
}

// Find gives the records that may be meant, for those who deal with the complaint.
func (s *Service) Find(ctx context.Context, in FindInput) (Found, error) {
	return act.Look(ctx, s.db, &s.kind, in.ID, func(tx *db.Tx, c Complaint) (out Found, err error) {
		out = Found{In: in, Items: []record.Record{}}
		if !handles(ctx, c) {
			return out, errs.ErrDenied
		}
		if out.File, err = s.file(ctx, tx, c); err != nil || strings.TrimSpace(in.Q) == "" || in.Day == 0 {
			return out, err
		}
		out.Items, err = record.Matching(ctx, tx, strings.TrimSpace(in.Q), in.Day)
		return out, err
	})
}

// FreezeInput names a record that is complained of.
type FreezeInput struct {
	ID       db.ID `path:"id"`
	Version  int64 `json:"version" minimum:"1"`
	RecordID db.ID `json:"record_id" doc:"哪一条服务记录"`
}

// Freeze keeps a record that is complained of out of certificates until the complaint is answered, at most until the day on which that is
// due. Only what somebody not concerned has taken up is frozen, and he who freezes has no part in the record.
func (s *Service) Freeze(ctx context.Context, in FreezeInput) (File, error) {
	op := act.Op{Action: "complaint.frozen", ID: in.ID, Version: in.Version, From: []string{Accepted, Reviewing}}
	return s.move(ctx, op, func(tx *db.Tx, c *Complaint) error {
		if c.DueDay < clock.DayOf(tx.Now) {
			return errs.WrongState("办理的期限已经过了，不能再停开证明；请尽快答复")
		}
		err := s.records.Freeze(ctx, tx, c.ID, in.RecordID, c.DueDay)
		switch errs.KindOf(err) {
		case errs.NotFound:
			return errs.Field("record_id", "没有这条服务记录")
		case errs.Denied:
			return errs.Deny(err.Error() + "；请转上一级办理")
		}
		return err
	})
}

// Release lets a record go that was not the one complained of.
func (s *Service) Release(ctx context.Context, in FreezeInput) (File, error) {
	op := act.Op{Action: "complaint.released", ID: in.ID, Version: in.Version, From: open}
	return s.move(ctx, op, func(tx *db.Tx, c *Complaint) error {
		list, err := record.FrozenBy(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		for _, f := range list {
			if f.RecordID == in.RecordID && f.EndedAt == nil {
				return s.records.Thaw(ctx, tx, c.ID, in.RecordID, record.Mistaken)
			}
		}
		return errs.Field("record_id", "这条记录没有停开证明，或者已经放开")
	})
}

// thawed is what an outcome means for the records that were looked into.
func thawed(outcome string) string {
	if outcome == "upheld" || outcome == "partly" {
		return record.Upheld
	}
	return record.Cleared
}

// looked says how many records are looked into, for who complained.
func looked(list []record.Freeze, today clock.Day) (n int64, until clock.Day) {
	for _, f := range list {
		if f.Holds(today) {
			n, until = n+1, max(until, f.UntilDay)
		}
	}
	return n, until
}

// mayFreeze says that records may be kept out of certificates now.
func (f File) mayFreeze() bool {
	return f.handles && (f.State == Accepted || f.State == Reviewing) && f.Today <= f.DueDay
}

func finding(id db.ID) string { return at(id) + "/records" }

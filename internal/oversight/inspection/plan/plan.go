// Package plan is what the leading departments mean to do about volunteer stations (建设方案 四（一） 统筹规划): a plan for each year, and tasks
// handed down the levels, for which each receiver signs and then says what was done.
//
// Nouns: plan, task, receipt. Verbs: save (a plan), send, receive, report, end.
package plan

import (
	"cmp"
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Permissions.
const (
	View    auth.Perm = "inspection.plan"    // sees plans and tasks
	Send    auth.Perm = "inspection.send"    // makes the plan and hands tasks down
	Receive auth.Perm = "inspection.receive" // signs for tasks and reports
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	files inspection.Files
}

// New makes the service.
func New(d *db.DB, files inspection.Files) *Service { return &Service{db: d, files: files} }

// Plan is what a division means to do in a year.
type Plan struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" db:",once"`
	Place   string      `json:"place" db:",read"`
	Year    int64       `json:"year" db:",once"`
	Title   string      `json:"title"`
	Body    string      `json:"text"`
	BlobID  db.ID       `json:"file" doc:"附件；没有时为空"`
	ByName  string      `json:"by_name"`
	At      time.Time   `json:"at"`
}

// planKind says how plans are kept.
var planKind = act.Kind[Plan]{Object: "oversight_plan", View: View, Table: planTable, Make: enterPlan,
	Place: func(p Plan) auth.Place { return auth.Place{Region: p.Region} }}

// enterPlan stores the first plan of a year: of two who make it at once, one is told to look again.
func enterPlan(ctx context.Context, tx *db.Tx, p *Plan) error {
	fresh, err := planTable.Add(ctx, tx, *p)
	if err == nil && !fresh {
		err = errs.ErrStale
	}
	return err
}

// YearInput names a division and a year.
type YearInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Year   int64       `query:"year" minimum:"0" maximum:"2100" doc:"不填为今年"`
}

// Year is the work of a division in a year: its plan and those above it, what it asked for and what it was asked for.
type Year struct {
	Region   auth.Region   `json:"region"`
	Place    string        `json:"place"`
	Year     int64         `json:"year"`
	Lead     string        `json:"lead" doc:"牵头部门"`
	Plan     *Plan         `json:"plan"`
	Above    []Plan        `json:"above" doc:"上级的计划"`
	Sent     []Task        `json:"sent"`
	Received []Receipt     `json:"received"`
	Below    []region.Step `json:"-"`
	Today    clock.Day     `json:"-"`
	sends    bool
}

// Year gives the work of a division in a year.
func (s *Service) Year(ctx context.Context, in YearInput) (Year, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Year, err error) {
		if in.Region == 0 {
			in.Region = inspection.Seat(ctx)
		}
		if err := auth.Require(ctx, View, View, auth.Place{Region: in.Region}); err != nil {
			return out, err
		}
		out.Today = clock.Today(ctx)
		if in.Year == 0 {
			in.Year = int64(out.Today / 10000)
		}
		out.Region, out.Year = in.Region, in.Year
		out.sends = inspection.ActsFor(ctx, Send, in.Region)
		return out, out.load(ctx, tx)
	})
}

func (y *Year) load(ctx context.Context, tx *db.Tx) (err error) {
	if y.Place, err = region.FullName(ctx, tx, y.Region); err != nil {
		return err
	}
	if y.Lead, err = inspection.LeadOf(ctx, tx, y.Region); err != nil {
		return err
	}
	plans, err := plansOf.All(ctx, tx, y.Region.At(1), y.Region.At(2), y.Region.At(3), y.Region.At(4), y.Year)
	if err != nil {
		return err
	}
	y.Above = []Plan{}
	for _, p := range plans {
		if p.Region == y.Region {
			y.Plan = &p
		} else {
			y.Above = append(y.Above, p)
		}
	}
	if y.Sent, err = tasksOf.All(ctx, tx, y.Region, y.Year); err != nil {
		return err
	}
	if y.Received, err = receiptsFor.All(ctx, tx, y.Region, y.Year); err != nil {
		return err
	}
	if y.sends {
		y.Below, err = region.Under(ctx, tx, y.Region)
	}
	return err
}

// SaveInput is the plan of a division for a year.
type SaveInput struct {
	Region  auth.Region `json:"region"`
	Year    int64       `json:"year" minimum:"2021" maximum:"2100"`
	Version int64       `json:"version" required:"false" doc:"看到的版本；新的不填"`
	Title   string      `json:"title" minLength:"1" maxLength:"60"`
	Text    string      `json:"text" minLength:"1" maxLength:"5000"`
	File    blob.Upload `json:"file" required:"false"`
}

// Save makes or changes the plan of a year.
func (s *Service) Save(ctx context.Context, in SaveInput) (Plan, error) {
	op := act.Op{Perm: Send, Action: "inspection.save_plan", Cause: in.Title,
		Check: func() (err error) { in.File, err = inspection.Clean(in.File); return err }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Plan, err error) {
		if err := acts(ctx, Send, in.Region); err != nil {
			return out, err
		}
		if ok, err := region.Exists(ctx, tx, in.Region); err != nil || !ok {
			return out, errs.Field("region", "没有这个区划")
		}
		p, found, err := db.Found(planOf.One(ctx, tx, in.Region, in.Year))
		if err != nil {
			return out, err
		}
		if p.Version != in.Version {
			return out, errs.ErrStale
		}
		if !found {
			p = Plan{ID: tx.NewID(), Region: in.Region, Year: in.Year}
		}
		kept, err := s.files.Keep(ctx, tx, in.File, "oversight_plan", p.ID, p.Region)
		if err != nil {
			return out, err
		}
		fill := func(_ *db.Tx, p *Plan) error {
			p.Title, p.Body, p.BlobID, p.ByName, p.At = in.Title, in.Text, cmp.Or(kept, p.BlobID), auth.From(ctx).Name, tx.Now
			return nil
		}
		if found {
			err = planKind.Alter(ctx, tx, op, &p, fill)
		} else if err = fill(tx, &p); err == nil {
			p.Version = 1
			err = planKind.Enter(ctx, tx, op, &p)
		}
		if err != nil {
			return out, err
		}
		return planOf.One(ctx, tx, in.Region, in.Year)
	})
}

// PlanFile gives the attachment of a plan of the actor's division or of one above it.
func (s *Service) PlanFile(ctx context.Context, in TaskInput) (blob.File, error) {
	if err := auth.Allow(ctx, View); err != nil {
		return blob.File{}, err
	}
	return s.files.Read(ctx, func(tx *db.Tx) (db.ID, error) {
		p, err := planByID.Get(ctx, tx, in.ID)
		if err == nil && !auth.Can(ctx, View, auth.Place{Region: p.Region}) && !p.Region.Contains(inspection.Seat(ctx)) {
			err = errs.ErrNotFound
		}
		return p.BlobID, err
	})
}

// acts asks for a permission that only the division's own officers use: a level above sees, and does not act in its name.
func acts(ctx context.Context, p auth.Perm, at auth.Region) error {
	if err := auth.Require(ctx, p, View, auth.Place{Region: at}); err != nil {
		return err
	}
	if !inspection.ActsFor(ctx, p, at) {
		return errs.ErrDenied
	}
	return nil
}

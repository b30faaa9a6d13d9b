package exchange

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// States of a run.
const (
	Checked = "checked" // looked through; the file waits
	Stored  = "stored"
	Undone  = "undone"
	Dropped = "dropped" // the file that waited is gone
)

// waits is how long a file that was looked through waits to be taken over.
const waits = 7 * 24 * time.Hour

// Run is one file: looked through, taken over or undone.
type Run struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	Kind       string      `json:"kind"`
	State      string      `json:"state" doc:"checked 已检查，stored 已导入，undone 已撤销，dropped 已丢弃"`
	Name       string      `json:"name" doc:"文件名"`
	Lines      int64       `json:"rows"`
	Problems   []Problem   `json:"problems" db:"-"`
	Notes      []string    `json:"notes" db:"-" doc:"没有读的和读了要留意的"`
	Headings   []Heading   `json:"headings" db:"-" doc:"文件里的列各算作哪一列；“-”为不读的"`
	Region     auth.Region `json:"region"`
	EvidenceID db.ID       `json:"consent_id" doc:"同意签名册"`
	ByName     string      `json:"by_name"`
	At         time.Time   `json:"at"`
	EndedBy    string      `json:"ended_by"`
	EndedAt    *time.Time  `json:"ended_at"`
	Reason     string      `json:"reason"`

	Faults string `json:"-" db:"problems"`
	Told   string `json:"-" db:"notes"`
	Heads  string `json:"-" db:"headings"`
}

// looked puts into a run what a look through the file said.
func (r *Run) looked(report Report) error {
	r.Lines, r.Problems, r.Notes, r.Headings = int64(report.Rows), report.Problems, report.Notes, report.Headings
	if r.Notes == nil { // no list of an answer is null
		r.Notes = []string{}
	}
	return r.pack()
}

// pack makes the texts that are stored of the lists, and unpack the lists of the texts.
func (r *Run) pack() error {
	faults, err1 := json.Marshal(r.Problems)
	told, err2 := json.Marshal(r.Notes)
	heads, err3 := json.Marshal(r.Headings)
	r.Faults, r.Told, r.Heads = string(faults), string(told), string(heads)
	return errors.Join(err1, err2, err3)
}

func (r *Run) unpack() error {
	return errors.Join(json.Unmarshal([]byte(r.Faults), &r.Problems), json.Unmarshal([]byte(r.Told), &r.Notes),
		json.Unmarshal([]byte(r.Heads), &r.Headings))
}

func (r Run) place() auth.Place { return auth.Place{Region: r.Region} }

// seat is where the actor takes files over.
func seat(ctx context.Context) auth.Region { return cmp.Or(auth.From(ctx).Seat(), region.Top) }

func fileAt(id db.ID) string { return seal.At("import_run", "file", int64(id)) }

// begin stores a run; file is kept sealed while it waits.
func (s *Service) begin(ctx context.Context, tx *db.Tx, r *Run, file []byte) error {
	who := auth.From(ctx)
	r.Region, r.ByName, r.At = seat(ctx), who.Name, tx.Now
	var sealed []byte
	if file != nil {
		sealed = s.keys.Seal(file, fileAt(r.ID))
	}
	return insertRun(ctx, tx, *r, who.Account, sealed)
}

// ImportInput is a file for the interface.
type ImportInput struct {
	Kind    string      `path:"kind"`
	DryRun  bool        `query:"dry_run"`
	File    blob.Upload `json:"file" doc:"CSV 或 XLSX，第一行是列名"`
	Consent blob.Upload `json:"consent" required:"false" doc:"同意签名册的照片或 PDF，一份管整个文件"`
}

// Post takes over a file, or says by line and field what is wrong with it: in the report of a dry run, as errors of the fields otherwise.
func (s *Service) Post(ctx context.Context, in ImportInput) (Report, error) {
	out, err := s.Import(ctx, in.Kind, Source{Name: in.File.Name, Data: in.File.Data, Consent: in.Consent}, in.DryRun)
	if err != nil || in.DryRun || len(out.Problems) == 0 {
		return out, err
	}
	c := errs.Check{}
	for _, p := range out.Problems {
		at := fmt.Sprintf("file.%d", p.Line)
		if p.Field != "" {
			at += "." + p.Field
		}
		c.That(false, at, p.Message)
	}
	return Report{}, c.Err()
}

// CheckInput is a file that the desk wants to be looked through first.
type CheckInput struct {
	Kind    string      `json:"kind" set:"import_kind" maxLength:"20"`
	File    blob.Upload `json:"file"`
	Consent blob.Upload `json:"consent" required:"false"`
}

// Check looks a file through as the import would, stores none of its rows and keeps the file, sealed, for the import.
func (s *Service) Check(ctx context.Context, in CheckInput) (Run, error) {
	f := Source{Name: in.File.Name, Data: in.File.Data, Consent: in.Consent}
	report, _, err := take[struct{}](ctx, s, in.Kind, f, true, nil)
	if err != nil {
		return Run{}, err
	}
	if len(f.Consent.Data) > 0 {
		if f.Consent, err = cleaned(f.Consent); err != nil {
			return Run{}, err
		}
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Run, error) {
		r := Run{ID: tx.NewID(), Version: 1, Kind: in.Kind, State: Checked, Name: in.File.Name}
		if err := r.looked(report); err != nil {
			return r, err
		}
		if len(f.Consent.Data) > 0 {
			if r.EvidenceID, err = s.blobs.Put(ctx, tx, f.Consent, blob.Owner{Kind: "import_run", ID: r.ID, Region: seat(ctx)}); err != nil {
				return r, err
			}
		}
		if err := s.begin(ctx, tx, &r, f.Data); err != nil {
			return r, err
		}
		return r, audit.Write(ctx, tx, audit.Entry{Action: "exchange.check", Object: in.Kind, ID: r.ID.String(), Region: r.Region,
			Detail: map[string]any{"rows": report.Rows, "problems": len(report.Problems)}})
	})
}

// GetInput names a run.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one run.
func (s *Service) Get(ctx context.Context, in GetInput) (Run, error) {
	return act.Read(ctx, s.db, Use, func(tx *db.Tx) (out Run, err error) {
		out, err = visible(ctx, tx, in.ID)
		return out, err
	})
}

// visible loads a run that the actor may treat.
func visible(ctx context.Context, tx *db.Tx, id db.ID) (r Run, err error) {
	r, ok, err := db.Found(runByID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err == nil {
		err = auth.Require(ctx, Use, Use, r.place())
	}
	if err != nil {
		return Run{}, err
	}
	return r, r.unpack()
}

// ListInput asks for the runs of the actor's place.
type ListInput struct{ db.Paging }

// List gives them, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Run], error) {
	return act.Read(ctx, s.db, Use, func(tx *db.Tx) (out db.Page[Run], err error) {
		rows, err := listRuns(ctx, tx, auth.ScopeOf(ctx, Use), in)
		if err != nil {
			return out, err
		}
		for i := range rows {
			if err := rows[i].unpack(); err != nil {
				return out, err
			}
		}
		out = db.PageOf(rows, in.Paging, func(r Run) []string { return db.Key(r.ID) })
		return out, nil
	})
}

// MoveInput is what is done to a run as it was read.
type MoveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" required:"false" doc:"不填不核对"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Take takes over a file that waits. What has come to be wrong with it since it was looked through stands in the run, and nothing is
// stored.
func (s *Service) Take(ctx context.Context, in MoveInput) (Run, error) {
	r, data, err := s.waiting(ctx, in)
	if err != nil {
		return Run{}, err
	}
	f := Source{Name: r.Name, Data: data, evidence: r.EvidenceID}
	report, out, err := take(ctx, s, r.Kind, f, false, func(ctx context.Context, tx *db.Tx, b *batch, out *Report) (Run, error) {
		out.ID = r.ID
		if err := moved(endRun.Run(ctx, tx, r.ID, r.Version, Stored, auth.From(ctx).Name, tx.Now, "")); err != nil {
			return r, err
		}
		if err := keep(ctx, tx, r.ID, b.made); err != nil {
			return r, err
		}
		return visible(ctx, tx, r.ID)
	})
	if err == nil && len(report.Problems) > 0 {
		return s.refused(ctx, r, report)
	}
	return out, err
}

// waiting opens the file of a run that waits.
func (s *Service) waiting(ctx context.Context, in MoveInput) (r Run, data []byte, err error) {
	if err := auth.Allow(ctx, Use); err != nil {
		return r, nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if r, err = visible(ctx, tx, in.ID); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != r.Version {
			return errs.ErrStale
		}
		if r.State != Checked {
			return errs.WrongState("这个文件" + runStates.Word(r.State))
		}
		sealed, err := fileOf.One(ctx, tx, r.ID)
		if err == nil {
			data, err = s.keys.Open(sealed, fileAt(r.ID))
		}
		return err
	})
	return r, data, err
}

// refused notes what is wrong now with a file that waits.
func (s *Service) refused(ctx context.Context, r Run, report Report) (Run, error) {
	if err := r.looked(report); err != nil {
		return r, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Run, error) {
		if err := moved(setLook.Run(ctx, tx, r.ID, r.Version, r.Lines, r.Faults, r.Told, r.Heads)); err != nil {
			return r, err
		}
		return visible(ctx, tx, r.ID)
	})
}

func moved(n int64, err error) error {
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	return err
}

// Drop forgets a file that waits.
func (s *Service) Drop(ctx context.Context, in MoveInput) (Run, error) {
	return s.end(ctx, in, Checked, Dropped, "exchange.drop", func(context.Context, *db.Tx, Run) error { return nil })
}

// Undo takes out again what a file brought in, the last row first, as long as nothing rests on any of its rows; else it says which,
// and takes out none.
func (s *Service) Undo(ctx context.Context, in MoveInput) (Run, error) {
	return s.end(ctx, in, Stored, Undone, "exchange.undo", func(ctx context.Context, tx *db.Tx, r Run) error {
		k, err := s.kind(r.Kind)
		if err != nil {
			return err
		}
		rows, err := madeBy.All(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range rows {
			undo := k.undo
			if own, ok := s.removals[m.Object]; ok {
				used, err := db.Pointing(ctx, tx, tables, m.Object, m.ObjectID, own.Tables...)
				if err != nil {
					return err
				}
				if used != "" {
					return errs.WrongState(fmt.Sprintf("撤不了：第 %d 行登记的已经用上了（%s）", m.Line, tableWord(used)))
				}
				undo = own.Undo
			}
			if err := undo(ctx, tx, m.ObjectID, "撤销导入 "+r.ID.String()); err != nil {
				return lineOf(m, err)
			}
		}
		return nil
	})
}

// lineOf says in which line of the file the refusal lies.
func lineOf(m madeRow, err error) error {
	if k := errs.KindOf(err); k == errs.Conflict || k == errs.Denied || k == errs.NotFound {
		return errs.WrongState(fmt.Sprintf("撤不了：第 %d 行，%s", m.Line, err.Error()))
	}
	return err
}

// end moves a run to its end.
func (s *Service) end(ctx context.Context, in MoveInput, from, to, action string,
	do func(context.Context, *db.Tx, Run) error) (out Run, err error) {
	err = s.db.Batch(ctx, func(ctx context.Context) error {
		out, err = act.Write(ctx, s.db, act.Op{Perm: Use}, func(tx *db.Tx) (Run, error) {
			r, err := visible(ctx, tx, in.ID)
			if err != nil {
				return r, err
			}
			if in.Version != 0 && in.Version != r.Version {
				return r, errs.ErrStale
			}
			if r.State != from {
				return r, errs.WrongState("这个文件" + runStates.Word(r.State))
			}
			if err := do(ctx, tx, r); err != nil {
				return r, err
			}
			if err := moved(endRun.Run(ctx, tx, r.ID, r.Version, to, auth.From(ctx).Name, tx.Now, in.Reason)); err != nil {
				return r, err
			}
			if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: r.Kind, ID: r.ID.String(), Region: r.Region,
				Cause: in.Reason}); err != nil {
				return r, err
			}
			return visible(ctx, tx, in.ID)
		})
		return err
	})
	return out, err
}

// Sweep forgets files that waited a week.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := dropOld.Run(ctx, tx, clock.In(ctx).Add(-waits), tx.Now)
		return err
	})
}

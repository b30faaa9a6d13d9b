package fund

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// PublicInput asks for what is published of a place.
type PublicInput struct {
	Region auth.Region `query:"region" doc:"空为全区"`
	Year   int64       `query:"year" minimum:"0" maximum:"2100"`
	db.Paging
}

// Face is a programme as everybody may see it.
type Face struct {
	ID          db.ID       `json:"id"`
	Region      auth.Region `json:"region"`
	Place       string      `json:"place"`
	Name        string      `json:"name"`
	Mode        string      `json:"mode"`
	State       string      `json:"state"`
	AuthorityNo string      `json:"authority_no"`
	Rules       string      `json:"rules"`
	Year        int64       `json:"year"`
	FromDay     clock.Day   `json:"from"`
	ToDay       clock.Day   `json:"to"`
	Most        int64       `json:"most"`
}

// Faces is one page of what is published.
type Faces struct {
	db.Page[Face]
	In    PublicInput `json:"-"`
	where string
}

// Result is a project that was accepted: units and amounts, nobody's name.
type Result struct {
	ID          db.ID     `json:"-"`
	Title       string    `json:"title"`
	Applicant   string    `json:"applicant"`
	State       string    `json:"state"`
	Approved    int64     `json:"approved"`
	Granted     int64     `json:"granted"`
	Paid        int64     `json:"paid"`
	Used        int64     `json:"used"`
	DoneEvents  int64     `json:"done_events"`
	DoneTimes   int64     `json:"done_times"`
	NoticeUntil clock.Day `json:"notice_until"`
}

const faceColumns = `SELECT f.id, f.region, c.name AS place, f.name, f.mode, f.state, f.authority_no, f.rules, f.year, f.from_day,
	f.to_day, f.most
	FROM fund_programme f JOIN region c ON c.code = f.region WHERE f.state <> 'draft'`

var (
	faces = db.ListOf(func(b *db.Builder, in PublicInput) {
		b.Add(faceColumns)
		auth.Within(b, "f.region", in.Region)
		b.If(in.Year != 0, " AND f.year = ?", in.Year)
	}, func(PublicInput) db.Order[Face] {
		return db.Order[Face]{By: "f.id", Down: true, Key: func(f Face) []any { return []any{f.ID} }}
	})
	faceOf  = db.Query[Face](faceColumns + ` AND f.id = $1`)
	results = db.ListOf(func(b *db.Builder, in db.ID) {
		b.Add(`SELECT p.id, p.title, p.applicant_name AS applicant, p.state, p.approved, p.granted,
			(SELECT COALESCE(SUM(CASE WHEN x.kind = 'pay' THEN x.amount ELSE -x.amount END), 0) FROM fund_payment x
			WHERE x.proposal_id = p.id) AS paid,
			(SELECT COALESCE(SUM(r.amount), 0) FROM fund_receipt r WHERE r.proposal_id = p.id AND r.state = 'checked') AS used,
			p.done_events, p.done_times, p.notice_until FROM fund_proposal p WHERE p.state IN ('accepted', 'closed') AND p.programme_id = ?`, in)
	}, func(db.ID) db.Order[Result] {
		return db.Order[Result]{By: "p.id", Down: true, Key: func(r Result) []any { return []any{r.ID} }}
	})
)

// Faces lists the programmes that are published.
func (s *Service) Faces(ctx context.Context, in PublicInput) (Faces, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Faces, err error) {
		out.In, out.where = in, "全区"
		if in.Region != 0 {
			if out.where, err = region.FullName(ctx, tx, in.Region); err != nil {
				return out, err
			}
		}
		out.Page, err = faces.Page(ctx, tx, in, in.Paging)
		return out, err
	})
}

// FaceInput asks for one published programme.
type FaceInput struct {
	ID db.ID `path:"id"`
	db.Paging
}

// Shown is a published programme with its books and results.
type Shown struct {
	Face
	Books   Books           `json:"books"`
	Sources []Origin        `json:"sources"`
	Results db.Page[Result] `json:"results"`
	today   clock.Day
}

// Origin is how much of a programme came from where.
type Origin struct {
	Kind   string `json:"kind"`
	Amount int64  `json:"amount"`
}

var originsOf = db.Query[Origin](`SELECT kind, SUM(amount) AS amount FROM fund_source WHERE programme_id = $1 AND state = 'confirmed'
	GROUP BY kind ORDER BY kind`)

// Face gives a published programme with what came of it.
func (s *Service) Face(ctx context.Context, in FaceInput) (Shown, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Shown, err error) {
		out.today = clock.DayOf(tx.Now)
		f, there, err := db.Found(faceOf.One(ctx, tx, in.ID))
		if err == nil && !there {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		out.Face = f
		if out.Books, err = booksOf.One(ctx, tx, f.ID); err != nil {
			return out, err
		}
		if out.Sources, err = nonNil(originsOf.All(ctx, tx, f.ID)); err != nil {
			return out, err
		}
		out.Results, err = results.Page(ctx, tx, f.ID, in.Paging)
		return out, err
	})
}

package agreement

import (
	"context"

	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

// GetInput names a thing.
type GetInput struct {
	ID db.ID `path:"id"`
}

// NoInput is nothing.
type NoInput struct{}

// ListInput searches agreements.
type ListInput struct {
	Q     string `query:"q" maxLength:"40" doc:"甲方的姓名"`
	State string `query:"state" enum:"open,signed,ended,withdrawn,expired," maxLength:"12" doc:"expired 为签好过、过了期的"`
	Kind  string `query:"kind" set:"agreement.kind," maxLength:"12"`
	db.Paging
}

// Listing is one page of agreements.
type Listing struct {
	In    ListInput `json:"-"`
	Today clock.Day `json:"-"`
	db.Page[Agreement]
}

// List lists the agreements of the actor's place, the newest first; their texts are on their own pages.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Listing, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		out.Page, err = list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, Keep), out.Today}, in.Paging)
		return out, err
	})
}

// exported is how many lines a file holds at most.
const exported = 5000

// Export gives a search as a table for a spreadsheet.
func (s *Service) Export(ctx context.Context, in ListInput) (out blob.File, err error) {
	lines := [][]string{{"编号", "哪一种", "甲方", "乙方", "从", "到", "状态", "谁出的"}}
	today := clock.Today(ctx)
	if _, err := act.Write(ctx, s.db, act.Op{Perm: Keep}, func(tx *db.Tx) (int, error) {
		rows, err := list.First(ctx, tx, search{in, auth.ScopeOf(ctx, Keep), today}, exported)
		if err != nil {
			return 0, err
		}
		for _, a := range rows {
			lines = append(lines, []string{a.no(), kinds.Word(a.Kind), a.Name, a.Other, a.From.String(), a.Until.String(), a.word(today), a.ByName})
		}
		return len(rows), audit.Write(ctx, tx, audit.Entry{Action: "agreement.export", Object: "agreement",
			Detail: map[string]any{"rows": len(rows)}})
	}); err != nil {
		return out, err
	}
	page := sheet.Plain(lines)
	page.Name = "志愿服务协议"
	return sheet.File("xlsx", "志愿服务协议-"+today.String(), page)
}

// Detail is an agreement with its signatures, and what the actor may do about it.
type Detail struct {
	Agreement
	Signatures []Signature `json:"signatures"`
	Today      clock.Day   `json:"-"`
	Shown      string      `json:"shown" doc:"全文的摘要；签字的时候交回来"`
	side       string      // that the actor signs
	keeps      bool
	stands     bool // he is a side of it, or keeps it
}

// Get gives an agreement to its sides and to the people of its place.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.agreements, in.ID, func(tx *db.Tx, a Agreement) (Detail, error) { return s.detail(ctx, tx, a.ID) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	if out.Agreement, err = get(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Signatures, err = signaturesOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	for i, x := range out.Signatures {
		if len(x.Drawing) == 0 {
			continue
		}
		if out.Signatures[i].Strokes, err = s.keys.OpenText(x.Drawing, drawingAt(id, x.Side)); err != nil {
			return out, err
		}
	}
	out.Today, out.Shown = clock.DayOf(tx.Now), out.Agreement.Shown()
	out.keeps, out.stands = auth.Can(ctx, Keep, out.office()), auth.Can(ctx, Sign, out.place())
	if out.State == Open {
		out.side, _ = out.sideOf(ctx, out.Signatures)
	}
	return out, nil
}

// Scan gives the picture of what was signed on paper.
func (s *Service) Scan(ctx context.Context, in GetInput) (out blob.File, err error) {
	m, err := act.Look(ctx, s.db, &s.agreements, in.ID, func(tx *db.Tx, a Agreement) (blob.Meta, error) {
		if a.FileID == 0 {
			return blob.Meta{}, errs.ErrNotFound
		}
		return s.blobs.Get(ctx, tx, a.FileID)
	})
	if err != nil {
		return out, err
	}
	return s.blobs.File(m)
}

// Mine is what the actor is a side of.
type Mine struct {
	Items []Agreement `json:"items"`
	Today clock.Day   `json:"-"`
}

// Mine lists the agreements of which the actor is a side, the newest first.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Mine, err error) {
		out.Today, out.Items = clock.DayOf(tx.Now), []Agreement{}
		me := auth.From(ctx).Person
		if me == 0 {
			return out, nil
		}
		list, err := mineOf.All(ctx, tx, me)
		out.Items = append(out.Items, list...)
		return out, err
	})
}

// BlankInput may name the volunteer from whose page one comes.
type BlankInput struct {
	Volunteer db.ID `query:"volunteer_id"`
}

// Blank is the form of a new agreement.
type Blank struct {
	Stations, Units []choice
	Templates       []Template
	No              string
	Today           clock.Day
}

// Blank gives the form, with what the actor may choose.
func (s *Service) Blank(ctx context.Context, in BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Blank, err error) {
		out.Today = clock.DayOf(tx.Now)
		if out.Stations, err = stationsIn.First(ctx, tx, auth.ScopeOf(ctx, Keep), 200); err != nil {
			return out, err
		}
		if out.Units, err = unitsIn.First(ctx, tx, auth.ScopeOf(ctx, Keep), 200); err != nil {
			return out, err
		}
		if in.Volunteer != 0 {
			v, there, err := db.Found(volunteer.Get(ctx, tx, in.Volunteer))
			if err != nil {
				return out, err
			}
			if there && auth.Can(ctx, Keep, auth.Place{Region: v.Region, Station: v.StationID}) {
				out.No = v.No
			}
		}
		out.Templates, err = usable.All(ctx, tx, along{At: auth.From(ctx).Seat()})
		return out, err
	})
}

// Library is the templates of the actor's place, and those of the places above that are used there.
type Library struct {
	Above  []Template `json:"above"`
	writes bool
	db.Page[Template]
}

// LibraryInput turns the pages of the templates.
type LibraryInput struct{ db.Paging }

// Templates lists templates.
func (s *Service) Templates(ctx context.Context, in LibraryInput) (Library, error) {
	return act.Read(ctx, s.db, Write, func(tx *db.Tx) (out Library, err error) {
		if out.Page, err = templateList.Page(ctx, tx, auth.ScopeOf(ctx, Write), in.Paging); err != nil {
			return out, err
		}
		at := auth.From(ctx).Seat()
		all, err := usable.All(ctx, tx, along{At: at})
		for _, t := range all {
			if !auth.Can(ctx, Write, auth.Place{Region: t.Region}) {
				out.Above = append(out.Above, t)
			}
		}
		out.writes = at != 0
		return out, err
	})
}

// Text is a template with its editions.
type Text struct {
	Template
	History []Edition `json:"history"`
}

// GetTemplate gives a template to the people of its place, to who writes those of the place, and to who makes agreements of it in a place
// below.
func (s *Service) GetTemplate(ctx context.Context, in GetInput) (Text, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Text, err error) {
		if out.Template, err = templateTable.Get(ctx, tx, in.ID); err != nil {
			return out, err
		}
		at := auth.Place{Region: out.Region}
		below := auth.Holds(ctx, Write) && out.Region.Contains(auth.From(ctx).Seat())
		if !below && !auth.Can(ctx, Write, at) {
			if err = auth.Require(ctx, View, View, at); err != nil {
				return out, err
			}
		}
		out.History, err = editionsOf.All(ctx, tx, in.ID)
		return out, err
	})
}

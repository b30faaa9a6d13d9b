package casework

import (
	"cmp"
	"context"
	"math"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// GetInput names a case.
type GetInput struct {
	ID db.ID `path:"id"`
}

// ReadInput opens a case, and which of its notes.
type ReadInput struct {
	ID     db.ID `path:"id"`
	Before db.ID `query:"before" doc:"这一条以前的记录；不填是最近的"`
}

// View is a case as far as it is the reader's: a helper sees goal, next step, safety and the notes for helpers; the person himself goal,
// next step and who leads; who leads it all of it.
type View struct {
	Case
	Relation string `json:"relation" set:"casework_read.relation"`
	Who      string `json:"name"`
	GoalText string `json:"goal"`
	Careful  string `json:"safety,omitempty"`
	Next     *Step  `json:"next_step"`
	Steps    []Step `json:"steps,omitempty"`
	Helpers  []Help `json:"helpers,omitempty"`
	Workers  []Post `json:"workers,omitempty"`
	Notes    []Note `json:"notes,omitempty"`
	Older    *db.ID `json:"older_notes,omitempty" doc:"还有更早的记录：从这一条往前"`
	Ref      string `json:"ground_ref,omitempty"`

	Today clock.Day `json:"-"`
}

// whole says whether the reader sees all of a case.
func (v View) whole() bool { return v.Relation == Worker || v.Relation == Supervisor }

const quietly = "the reading is a row of casework_read, which the person may ask for"

// Get opens a case for who leads it or watches over it; the reading leaves one row.
func (s *Service) Get(ctx context.Context, in ReadInput) (View, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Lead, Action: "case.read", Quiet: quietly}, func(tx *db.Tx) (View, error) {
		c, err := load(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Lead, Lead, c.place())
		}
		if err != nil {
			return View{}, err
		}
		return s.read(ctx, tx, c, in.Before)
	})
}

// Mine opens a case for a helper or for the person himself, as much of it as is his; the reading leaves one row.
func (s *Service) Mine(ctx context.Context, in ReadInput) (View, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Aid, Action: "case.read", Quiet: quietly}, func(tx *db.Tx) (View, error) {
		c, err := related(ctx, tx, in.ID)
		if err != nil {
			return View{}, err
		}
		return s.read(ctx, tx, c, in.Before)
	})
}

// read notes who reads a case and why, and opens what is his.
func (s *Service) read(ctx context.Context, tx *db.Tx, c Case, before db.ID) (View, error) {
	me := auth.From(ctx)
	if err := readTable.Insert(ctx, tx, Reader{ID: tx.NewID(), CaseID: c.ID, AccountID: me.Account, Name: me.Name, Relation: c.relation,
		SinceDay: c.since, At: tx.Now}); err != nil {
		return View{}, err
	}
	return s.view(ctx, tx, c, before)
}

// narrow is a case without what is not a helper's: on what ground it was opened, and when it is looked at again.
func (c Case) narrow() Case {
	if c.relation == Helper {
		c.Ground, c.GroundDay, c.ReviewDay = "", 0, 0
	}
	return c
}

func (s *Service) view(ctx context.Context, tx *db.Tx, c Case, before db.ID) (v View, err error) {
	v = View{Case: c.narrow(), Relation: c.relation, Who: c.Name, Today: clock.DayOf(tx.Now)}
	if v.GoalText, err = s.keys.OpenText(c.Goal, at("casework", "goal", c.ID)); err != nil {
		return v, err
	}
	steps, err := stepsOf.All(ctx, tx, c.ID)
	for i, x := range steps {
		if err != nil {
			return v, err
		}
		steps[i].Text, err = s.keys.OpenText(x.Sealed, at("casework_step", "text", x.ID))
		if x.State == Open && v.Next == nil {
			v.Next = &steps[i]
		}
	}
	if err != nil {
		return v, err
	}
	if c.relation != Self {
		if v.Careful, err = s.keys.OpenText(c.Safety, at("casework", "safety", c.ID)); err != nil {
			return v, err
		}
		if v.Notes, v.Older, err = s.notes(ctx, tx, c, before); err != nil {
			return v, err
		}
	}
	if c.relation == Helper {
		return v, nil
	}
	if v.Workers, err = postsOf.All(ctx, tx, c.ID); err != nil {
		return v, err
	}
	if v.Helpers, err = helpsOf.All(ctx, tx, c.ID); err != nil || !v.whole() {
		return v, err
	}
	v.Steps = steps
	v.Ref, err = s.keys.OpenText(c.GroundRef, at("casework", "ground_ref", c.ID))
	return v, err
}

// notes are those for helpers; who leads a case or watches over it reads the others too.
func (s *Service) notes(ctx context.Context, tx *db.Tx, c Case, before db.ID) (out []Note, older *db.ID, err error) {
	list, err := notesOf.All(ctx, tx, c.ID, cmp.Or(before, math.MaxInt64), c.relation == Helper)
	if len(list) > notesMost {
		list = list[:notesMost]
		older = &list[notesMost-1].ID
	}
	for _, n := range list {
		if err != nil {
			return nil, nil, err
		}
		if n.Text, err = s.keys.OpenText(n.Sealed, at("casework_note", "text", n.ID)); n.Text != "" {
			out = append(out, n)
		}
	}
	return out, older, err
}

// notesMost is how many notes one page of a case holds; older ones are behind its button.
const notesMost = 50

// NoteInput writes a note.
type NoteInput struct {
	ID       db.ID  `path:"id"`
	Audience string `json:"audience" set:"casework_note.audience" maxLength:"10"`
	Text     string `json:"text" minLength:"1" maxLength:"1000"`
}

// Note writes a note: for the helpers too, or for who leads the case alone. A helper writes for the helpers.
func (s *Service) Note(ctx context.Context, in NoteInput) (Receipt, error) {
	op := act.Op{Perm: Aid, Action: "case.note", Check: func() error {
		if strings.TrimSpace(in.Text) == "" {
			return errs.Field("text", "请写内容")
		}
		return nil
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Receipt, err error) {
		c, err := related(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if c.relation == Self || c.relation == Helper && in.Audience != ForHelpers {
			return out, errs.ErrDenied
		}
		if c.State != Open {
			return out, errs.WrongState("个案已经结案")
		}
		if err := table.Lock(ctx, tx, c); err != nil { // lest a note outlive the erasure of its person
			return out, err
		}
		id, me := tx.NewID(), auth.From(ctx)
		if err := noteTable.Insert(ctx, tx, Note{ID: id, CaseID: c.ID, Audience: in.Audience, AccountID: me.Account, Name: me.Name, At: tx.Now,
			Sealed: s.keys.SealText(strings.TrimSpace(in.Text), at("casework_note", "text", id))}); err != nil {
			return out, err
		}
		return c.receipt(), audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "casework", ID: c.ID.String(), Region: c.Region,
			Detail: map[string]any{"audience": in.Audience}})
	})
}

// ListInput filters one's cases.
type ListInput struct {
	State string `query:"state" set:"casework.state," maxLength:"8"`
	Q     string `query:"q" maxLength:"40" doc:"姓名里的字"`
	db.Paging
}

// Line is a case in the list of who leads it.
type Line struct {
	Case
	Who string `json:"name"`
}

// Register is one page of one's own cases.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Line]
}

// List gives the cases that the actor leads or watches over, and no others.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, Lead, func(tx *db.Tx) (out Register, err error) {
		page, err := list.Page(ctx, tx, mine{in, auth.From(ctx).Account, clock.DayOf(tx.Now)}, in.Paging)
		out.In, out.Next, out.Items = in, page.Next, []Line{}
		for _, c := range page.Items {
			out.Items = append(out.Items, Line{c, c.Name})
		}
		return out, err
	})
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Aided are the cases in which somebody helps, and those about himself.
type Aided struct {
	Help []Line `json:"help"`
	Own  []Line `json:"own"`
}

// Aided gives one's own side of cases: whom one helps, and what is led for oneself. What is in them is read one by one.
func (s *Service) Aided(ctx context.Context, _ NoInput) (Aided, error) {
	return act.Read(ctx, s.db, Aid, func(tx *db.Tx) (out Aided, err error) {
		out = Aided{[]Line{}, []Line{}}
		me := auth.From(ctx).Person
		help, err := helpedBy.All(ctx, tx, me, clock.DayOf(tx.Now))
		for _, c := range help {
			c.relation = Helper
			out.Help = append(out.Help, Line{c.narrow(), c.Name})
		}
		if err != nil {
			return out, err
		}
		own, err := ofWhom.All(ctx, tx, me)
		for _, c := range own {
			out.Own = append(out.Own, Line{c, c.Name})
		}
		return out, err
	})
}

// Readers is who read a case.
type Readers struct {
	ID    db.ID    `json:"id"`
	Who   string   `json:"name"`
	Items []Reader `json:"items" doc:"最近的在前"`
	Own   bool     `json:"-"`
}

// ReadersInput names a case.
type ReadersInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// pageMost is how many readings the page shows; paper holds all.
const pageMost = 1000

// Readers gives who read a case, when, and why he was allowed: to the person himself, and to his social worker to show it to him.
func (s *Service) Readers(ctx context.Context, in GetInput) (Readers, error) {
	return act.Read(ctx, s.db, Aid, func(tx *db.Tx) (Readers, error) { return readers(ctx, tx, in.ID, readsOf) })
}

func readers(ctx context.Context, tx *db.Tx, id db.ID, rows *db.Rows[Reader]) (out Readers, err error) {
	c, err := related(ctx, tx, id)
	if err == nil && c.relation == Helper {
		err = errs.ErrNotFound
	}
	if err != nil {
		return out, err
	}
	out = Readers{ID: c.ID, Who: c.Name, Own: c.relation == Self}
	out.Items, err = rows.All(ctx, tx, id)
	if out.Items == nil {
		out.Items = []Reader{}
	}
	return out, err
}

// PrintReaders gives every reading on paper or as a table.
func (s *Service) PrintReaders(ctx context.Context, in ReadersInput) (blob.File, error) {
	op := act.Op{Perm: Aid, Action: "case.print_readers"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		r, err := readers(ctx, tx, in.ID, everOf)
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Upright: true, Table: sheet.Table{Title: "谁看过我的社工个案", Lead: r.Who,
			Columns: []string{"时间", "谁", "为什么可以看", "从哪天起"}}}
		for _, x := range r.Items {
			t.Rows = append(t.Rows, []string{x.At.In(clock.Shanghai).Format("2006-01-02 15:04"), x.Name, relations.Word(x.Relation),
				x.SinceDay.String()})
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "casework", ID: in.ID.String(),
			Detail: map[string]any{"format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// Orphan is a case that nobody leads, without what is in it.
type Orphan struct {
	ID       db.ID       `json:"id"`
	Version  int64       `json:"version"`
	Region   auth.Region `json:"region"`
	OpenedAt time.Time   `json:"opened_at"`
	Last     string      `json:"last_worker" doc:"原来谁负责"`

	Where string `json:"where" db:"-"`
}

// Orphans are the cases of a town that nobody leads.
type Orphans struct {
	Items []Orphan `json:"items"`
}

// Ownerless gives the cases of the actor's town that nobody leads: neither whose they are nor what is in them.
func (s *Service) Ownerless(ctx context.Context, _ NoInput) (Orphans, error) {
	return act.Read(ctx, s.db, Assign, func(tx *db.Tx) (out Orphans, err error) {
		out.Items = []Orphan{}
		for _, g := range auth.From(ctx).Grants {
			if g.Role != auth.TownOfficer {
				continue
			}
			list, err := ownerless.All(ctx, tx, int64(g.Region)/1000, clock.DayOf(tx.Now))
			if err != nil {
				return out, err
			}
			for _, o := range list {
				if o.Where, err = region.Name(ctx, tx, o.Region); err != nil {
					return out, err
				}
				out.Items = append(out.Items, o)
			}
		}
		return out, nil
	})
}

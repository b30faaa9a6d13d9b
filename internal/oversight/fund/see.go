package fund

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// GetInput names a thing.
type GetInput struct {
	ID db.ID `path:"id"`
}

// File is a proposal with all that belongs to it: from any fen that was paid one step leads to the receipts and to the activities that it
// was used for, and what is missing is said.
type File struct {
	Proposal
	Programme Programme     `json:"fund"`
	Lines     []Line        `json:"lines"`
	Steps     []Step        `json:"steps"`
	Payments  []Payment     `json:"payments"`
	Receipts  []ReceiptLine `json:"receipts"`
	Deeds     []Deed        `json:"activities"`
	Committed int64         `json:"committed" doc:"批了还没有拨，分"`
	Unused    int64         `json:"unused" doc:"拨了还没有报账，分"`
	Paid      int64         `json:"paid" doc:"一共拨了，减去交回的，分"`
	Gaps      []string      `json:"gaps" doc:"还说不清楚的"`

	near   []Deed // activities that may still be named
	where  string
	today  clock.Day
	may    may
	checks bool
	apart  string // why the decision that waits is another's and not the reader's
}

// may is what the reader may do about a proposal.
type may struct{ applicant, decide, record bool }

// Get gives a proposal.
func (s *Service) Get(ctx context.Context, in GetInput) (File, error) {
	return act.Look(ctx, s.db, &proposalKind, in.ID, func(tx *db.Tx, p Proposal) (File, error) { return s.file(ctx, tx, p) })
}

func (s *Service) file(ctx context.Context, tx *db.Tx, p Proposal) (out File, err error) {
	out = File{Proposal: p, today: clock.DayOf(tx.Now), may: may{mine(ctx, p) == nil && auth.Can(ctx, Propose, p.place()),
		turn(ctx, p.Holder) == nil, auth.Can(ctx, Record, at(p.Owner))},
		checks: turn(ctx, p.Above) == nil}
	if out.Programme, err = programmes.Get(ctx, tx, p.ProgrammeID); err != nil {
		return out, err
	}
	if out.where, err = region.FullName(ctx, tx, p.Region); err != nil {
		return out, err
	}
	if out.Lines, err = linesOf.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	if out.Steps, err = stepsOf.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	if out.Payments, err = paymentsOf.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	if out.Receipts, err = receiptsOf.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	if out.Deeds, err = linksOf.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	if p.StationID != 0 && out.may.applicant {
		if out.near, err = nearby.All(ctx, tx, p.StationID, int64(p.FromDay), int64(out.today)); err != nil {
			return out, err
		}
	}
	if err := s.apartFrom(ctx, tx, &out); err != nil {
		return out, err
	}
	return out, out.count(ctx, tx)
}

// count says how the money of a proposal stands, and what is not accounted for.
func (f *File) count(ctx context.Context, tx *db.Tx) (err error) {
	if f.CommittedID == 0 {
		return nil
	}
	if f.Committed, err = balance.One(ctx, tx, f.CommittedID); err != nil {
		return err
	}
	if f.Unused, err = balance.One(ctx, tx, f.PaidID); err != nil {
		return err
	}
	for _, x := range f.Payments {
		if x.Kind == paid {
			f.Paid += x.Amount
		} else {
			f.Paid -= x.Amount
		}
	}
	if f.Unused > 0 {
		f.Gaps = append(f.Gaps, "拨了还没有报账："+format.Yuan(f.Unused))
	}
	var bare, waits, unseen int64
	for _, r := range f.Receipts {
		switch {
		case r.State == Refused:
			continue
		case r.State == Entered:
			waits += r.Amount
		}
		if r.ActivityID == 0 {
			bare += r.Amount
		}
		if r.FileID == 0 {
			unseen += r.Amount
		}
	}
	for _, g := range []struct {
		fen  int64
		what string
	}{{waits, "票据还没有人核对："}, {bare, "票据没有写用在哪场活动："}, {unseen, "票据没有照片："}} {
		if g.fen > 0 {
			f.Gaps = append(f.Gaps, g.what+format.Yuan(g.fen))
		}
	}
	return nil
}

// ListInput asks for proposals.
type ListInput struct {
	Fund   db.ID       `query:"fund" doc:"哪个资金项目"`
	State  string      `query:"state" set:"fund_proposal.state,"`
	Year   int64       `query:"year" minimum:"0" maximum:"2100"`
	Region auth.Region `query:"region"`
	Q      string      `query:"q" maxLength:"40" doc:"项目或者申报单位的名称"`
	db.Paging
}

// Listing is one page of proposals.
type Listing struct {
	db.Page[Row]
	In ListInput `json:"-"`
}

// List gives the proposals of the actor's place, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}

// mostRows is how many lines a printed list has.
const mostRows = 5000

// ExportInput asks for a list as a file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"xlsx" maxLength:"4"`
}

// Export gives the list of proposals as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	t, err := act.Read(ctx, s.db, View, func(tx *db.Tx) (t paper.Table, err error) {
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "项目资金台账", Columns: []string{"序号", "资金项目", "项目", "申报单位", "状态",
			"申请（元）", "批准（元）", "核定（元）", "拨付（元）", "报账（元）", "公示到"}}}
		rows, err := list.First(ctx, tx, search{in.ListInput, auth.ScopeOf(ctx, View)}, mostRows)
		for i, r := range rows {
			t.Rows = append(t.Rows, []string{format.Int(i + 1), r.Programme, r.Title, r.ApplicantName, States.Word(r.State), format.Plain(r.Asked),
				format.Plain(r.Approved), format.Plain(r.Granted), format.Plain(r.Paid), format.Plain(r.Used), r.NoticeUntil.String()})
		}
		return t, err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// FilesInput names a file of a step or a receipt.
type FilesInput struct {
	ID db.ID `path:"id"`
	N  int64 `path:"n" minimum:"1" doc:"第几步"`
}

// Evidence gives what was attached to a step of a proposal.
func (s *Service) Evidence(ctx context.Context, in FilesInput) (blob.File, error) {
	if err := auth.Allow(ctx, View); err != nil {
		return blob.File{}, err
	}
	return s.files.Read(ctx, func(tx *db.Tx) (db.ID, error) {
		p, err := proposals.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, p.place())
		}
		if err != nil {
			return 0, err
		}
		x, err := stepOf.Get(ctx, tx, in.ID, in.N)
		return x.FileID, err
	})
}

// Picture gives the photograph of a receipt.
func (s *Service) Picture(ctx context.Context, in GetInput) (blob.File, error) {
	if err := auth.Allow(ctx, View); err != nil {
		return blob.File{}, err
	}
	return s.files.Read(ctx, func(tx *db.Tx) (db.ID, error) {
		r, err := receipts.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, at(r.Region))
		}
		return r.FileID, err
	})
}

// HomeInput asks for the programmes.
type HomeInput struct {
	Year int64 `query:"year" minimum:"0" maximum:"2100"`
	db.Paging
}

// Home is the programmes that an officer looks after or sees below him, or that a station may ask.
type Home struct {
	db.Page[Programme]
	Offered []Programme `json:"offered" doc:"上级公布的"`
	In      HomeInput   `json:"-"`
	manages bool
	names   map[auth.Region]string
	today   clock.Day
}

// Programmes lists the programmes of the actor's place, and those that the levels above it have published.
func (s *Service) Programmes(ctx context.Context, in HomeInput) (Home, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Home, err error) {
		seat := auth.From(ctx).Seat()
		out.In, out.today, out.names = in, clock.DayOf(tx.Now), map[auth.Region]string{}
		out.manages = auth.Can(ctx, Manage, at(seat)) && seat.Level() <= auth.LevelBanner
		if out.Page, err = own.Page(ctx, tx, managedBy{auth.ScopeOf(ctx, View), in.Year}, in.Paging); err != nil {
			return out, err
		}
		if out.Offered, err = aboveOf(ctx, tx, seat); err != nil {
			return out, err
		}
		for _, f := range append(out.Items, out.Offered...) {
			if out.names[f.Region] == "" {
				if out.names[f.Region], err = region.Name(ctx, tx, f.Region); err != nil {
					return out, err
				}
			}
		}
		return out, nil
	})
}

// aboveOf are the published programmes of the levels above a place, down to the banner's.
func aboveOf(ctx context.Context, tx *db.Tx, seat auth.Region) ([]Programme, error) {
	out := []Programme{}
	var above [3]int64
	for i, level := range []int{auth.LevelRegion, auth.LevelLeague, auth.LevelBanner} {
		if seat.Level() > level {
			above[i] = int64(seat.At(level))
		}
	}
	list, err := opened.All(ctx, tx, above[0], above[1], above[2])
	return append(out, list...), err
}

// Detail is a programme with its sources and books, and what may be done about it.
type Detail struct {
	Programme
	Sources []Source `json:"sources"`
	Books   Books    `json:"books"`
	Teams   []Choice `json:"-"`

	others  []Programme // to which money may be carried
	place   string
	manages bool
	asks    []string // as what the reader may ask
	today   clock.Day
	me      db.ID
}

// made says that the reader has set the programme up himself; the next steps are another's.
func (d Detail) made() bool { return d.MadeBy == d.me }

// entered says that the reader has entered a source himself.
func (d Detail) entered(x Source) bool { return x.ByID == d.me }

// Choice is a team that a station may propose for.
type Choice struct {
	ID   db.ID
	Name string
}

// Programme gives a programme: to those who look after it with its books, to those below with its rules.
func (s *Service) Programme(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Detail, err error) {
		if out.Programme, err = s.offered(ctx, tx, in.ID); err != nil {
			return out, err
		}
		seat := auth.From(ctx).Seat()
		out.today, out.me, out.manages = clock.DayOf(tx.Now), auth.From(ctx).Account, auth.Can(ctx, Manage, at(out.Region))
		if out.place, err = region.Name(ctx, tx, out.Region); err != nil {
			return out, err
		}
		if out.Sources, err = nonNil(sourcesOf.All(ctx, tx, out.ID)); err != nil {
			return out, err
		}
		if out.Books, err = booksOf.One(ctx, tx, out.ID); err != nil {
			return out, err
		}
		if out.manages {
			page, err := own.First(ctx, tx, managedBy{Scope: auth.ScopeOf(ctx, Manage)}, 200)
			for _, f := range page {
				if f.ID != out.ID && f.Region == out.Region && f.State != Ended && f.Year >= out.Year {
					out.others = append(out.others, f)
				}
			}
			if err != nil {
				return out, err
			}
		}
		return out, s.asking(ctx, tx, seat, &out)
	})
}

// asking says as what the reader may ask for money of a programme.
func (s *Service) asking(ctx context.Context, tx *db.Tx, seat auth.Region, out *Detail) (err error) {
	if out.State != Open || out.today < out.FromDay || out.today > out.ToDay || !auth.Can(ctx, Propose, at(seat)) ||
		seat == out.Region || !out.Region.Contains(seat) {
		return nil
	}
	if seat.Level() != auth.LevelCommunity {
		if out.ForRegion {
			out.asks = []string{"region"}
		}
		return nil
	}
	if out.ForStation {
		out.asks = append(out.asks, "station")
	}
	if out.ForTeam {
		if out.Teams, err = teamsAt.All(ctx, tx, int64(seat)); err == nil && len(out.Teams) > 0 {
			out.asks = append(out.asks, "team")
		}
	}
	return err
}

// nonNil makes of nothing an empty list.
func nonNil[T any](list []T, err error) ([]T, error) { return append([]T{}, list...), err }

// page is the page of a thing under a base.
func page(base string, id db.ID) string { return inspection.PathOf(base, id) }

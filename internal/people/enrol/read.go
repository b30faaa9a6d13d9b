package enrol

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/pdf"
	"linli/internal/platform/web/ui"
)

// ListInput filters the groups.
type ListInput struct {
	Q string `query:"q" maxLength:"40" doc:"单位名称里的字"`
	db.Paging
}

// Share is how those who are counted as volunteers agreed to it.
type Share struct {
	Counted  int64 `json:"counted" doc:"在册的志愿者"`
	Self     int64 `json:"self" doc:"本人登录点选同意的"`
	Slip     int64 `json:"slip" doc:"没有登录，凭纸条上的号码同意的；印纸条的人也看得到号码"`
	Spoken   int64 `json:"spoken" doc:"口头同意、别人代录的"`
	Paper    int64 `json:"paper" doc:"签名同意、别人代录的"`
	Guardian int64 `json:"guardian" doc:"监护人同意的"`
}

// Register is one page of the groups of a place, and how its volunteers agreed.
type Register struct {
	In    ListInput `json:"-"`
	Share Share     `json:"share"`
	db.Page[Group]
}

// List gives the groups in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		out.In = in
		where := scoped{in, auth.ScopeOf(ctx, View)}
		if out.Page, err = list.Page(ctx, tx, where, in.Paging); err != nil {
			return out, err
		}
		rows, err := consents.All(ctx, tx, where)
		for _, r := range rows {
			*map[string]*int64{person.BySelf: &out.Share.Self, bySlip: &out.Share.Slip, person.BySpoken: &out.Share.Spoken,
				person.ByPaper: &out.Share.Paper, person.ByGuardian: &out.Share.Guardian}[r.How] += r.N
			out.Share.Counted += r.N
		}
		return out, err
	})
}

// GetInput names a group, or an enrolment.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a group with those who are in it; names are for the place alone.
type Detail struct {
	Group
	Entries []Entry `json:"entries"`

	Where string         `json:"-"`
	Words []setting.Word `json:"-"`
}

// Get gives a group. Who watches over the place sees numbers and no names; what somebody said against it is for who may judge.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.groups, in.ID, func(tx *db.Tx, g Group) (Detail, error) { return s.detail(ctx, tx, g) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, g Group) (out Detail, err error) {
	out.Group, out.Entries = g, []Entry{}
	if out.Where, err = region.FullName(ctx, tx, g.Region); err != nil {
		return out, err
	}
	if out.Words, err = setting.Words(ctx, tx, setting.Identities); err != nil || !auth.Can(ctx, Enter, g.at()) {
		return out, err
	}
	if out.Entries, err = inGroup.All(ctx, tx, g.ID); err != nil {
		return out, err
	}
	for i := range out.Entries {
		e := &out.Entries[i]
		if err := s.open(e); err != nil {
			return out, err
		}
		if !e.judges(ctx) {
			e.Objection, e.ObjectedAt, e.Outcome = "", nil, ""
			if e.State != Pending {
				e.State = Claimed
			}
		}
	}
	return out, nil
}

// judges says whether the actor may look at what somebody said against his being registered: no part in it may he have had.
func (e Entry) judges(ctx context.Context) bool {
	me := auth.From(ctx).Account
	return auth.Can(ctx, Judge, e.at()) && me != e.MadeBy && me != e.AgreedBy
}

// Slips prints a slip for each who has not agreed yet, with his code: the same each time, so that a sheet that was lost is printed again.
func (s *Service) Slips(ctx context.Context, in GetInput) (blob.File, error) {
	op := act.Op{Perm: Enter, Action: "enrol.slips"}
	var day clock.Day
	var from string
	d, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		g, err := groupByID.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Enter, View, g.at())
		}
		if err == nil {
			out, err = s.detail(ctx, tx, g)
		}
		if err != nil {
			return out, err
		}
		day = clock.DayOf(tx.Now)
		if from, err = station.Signature(ctx, tx, s.keys, g.Region); err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "enrolment_group", ID: g.ID.String(), Region: g.Region,
			Detail: map[string]any{"rows": g.Pending}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return s.draw(d, from, day)
}

// slipHigh is the height of a slip, of which five stand on a page.
const slipHigh = 50.0

// draw lays the slips out, to be cut along the lines.
func (s *Service) draw(d Detail, from string, day clock.Day) (blob.File, error) {
	p := paper.New(d.Unit+"登记纸条", day, true)
	p.Page()
	for _, e := range d.Entries {
		if e.State != Pending {
			continue
		}
		if p.Y+slipHigh > 280 {
			p.Page()
		}
		code, y := s.code(e.ID), p.Y
		p.QR(paper.Margin, y, 38, s.address(code))
		x, wide := paper.Margin+42, p.Wide-42
		p.TextIn(pdf.Bold, 14, x, y, wide, 8, pdf.Left, e.Said.Name+"　"+e.Said.Part)
		p.TextIn(pdf.Bold, 18, x, y+8, wide, 10, pdf.Left, code[:4]+" "+code[4:8]+" "+code[8:])
		p.Paragraph(pdf.Sans, 10, x, y+20, wide, 5, fmt.Sprintf("%s %s 替您登记志愿者。愿意不愿意由您自己定：扫码，或者打开 %s，填姓名和上面的号码，选同意或者不同意；"+
			"也可以带着纸条到站里。%s 以前没有同意，就从名单上删去。%s", d.MadeDay, d.Unit, s.address(""), e.DueDay, from))
		p.Line(paper.Margin, y+slipHigh-4, paper.Margin+p.Wide, y+slipHigh-4, 0.2)
		p.Y += slipHigh
	}
	return paper.File(d.Unit+"登记纸条", p.Doc)
}

// address is where a slip is answered.
func (s *Service) address(code string) string {
	return strings.TrimRight(s.base, "/") + ui.Href(public, "code", code)
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Mine is what others did about oneself: lists on which one stands, and who registered one, when and through whom.
type Mine struct {
	Offered []Entry `json:"offered" doc:"有人替我登记了，等我自己答复"`
	Past    []Entry `json:"past" doc:"谁替我登记的、什么时候、通过谁"`

	Shared int64          `json:"shared" doc:"用我的电话替别人登记的，请他凭纸条答复"`
	Words  []setting.Word `json:"-"`
}

// Mine gives the actor what others did about him.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Mine, err error) {
		if _, out.Offered, err = s.offered(ctx, tx); err != nil {
			return out, err
		}
		waiting, err := byOwnPhone.All(ctx, tx, auth.From(ctx).Person)
		if err != nil {
			return out, err
		}
		out.Shared = int64(len(waiting) - len(out.Offered))
		if out.Past, err = ofPerson.All(ctx, tx, auth.From(ctx).Person); err != nil {
			return out, err
		}
		for i := range out.Past {
			if err := s.open(&out.Past[i]); err != nil {
				return out, err
			}
		}
		out.Words, err = setting.Words(ctx, tx, setting.Identities)
		return out, err
	})
}

// AskInput opens the page for a slip; its code says the number already.
type AskInput struct {
	Code string `query:"code" maxLength:"40" doc:"纸条上的号码"`
	Said string `query:"said" maxLength:"8" doc:"答复以后：yes 同意了，no 删去了"`
}

// Ask is the page for who holds a slip.
type Ask struct {
	In    AskInput
	Words []setting.Word
}

// Ask gives the page for who holds a slip; it tells nothing of anybody.
func (s *Service) Ask(ctx context.Context, in AskInput) (Ask, error) {
	return act.Read(ctx, s.db, Claim, func(tx *db.Tx) (out Ask, err error) {
		out.In = in
		out.Words, err = setting.Words(ctx, tx, setting.Identities)
		return out, err
	})
}

package poll

import (
	"context"
	"encoding/hex"
	"slices"

	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/i18n"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// Result is what came of a poll: shares with their 95 % intervals, of the communities that were entered.
type Result struct {
	Places   int64              `json:"places" doc:"登记了的社区"`
	Asked    int64              `json:"asked" doc:"回答了的人数"`
	Refused  int64              `json:"refused" doc:"不愿回答或者不在家的户数"`
	Knows    spotcheck.Interval `json:"knows" doc:"知晓率"`
	Approves spotcheck.Interval `json:"approves" doc:"认同率"`
}

// resultOf estimates from what was entered.
func resultOf(list []Place) (out Result) {
	var knows, approves []spotcheck.Judged
	for _, p := range list {
		if p.At == nil {
			continue
		}
		out.Places, out.Asked, out.Refused = out.Places+1, out.Asked+p.Asked, out.Refused+p.Refused
		knows = append(knows, spotcheck.Judged{Minutes: p.Asked, Wrong: p.Knows})
		approves = append(approves, spotcheck.Judged{Minutes: p.Asked, Wrong: p.Approves})
	}
	out.Knows, out.Approves = spotcheck.ClusterShare(knows), spotcheck.ClusterShare(approves)
	return out
}

// words are a share as people read it.
func words(ctx context.Context, i spotcheck.Interval) string {
	return i18n.Text(ctx, "%s（%s 到 %s）", format.Percent(i.Share), format.Percent(i.Low), format.Percent(i.High))
}

// days are those in which is asked, as people read them.
func (p Poll) days(ctx context.Context) string { return i18n.Text(ctx, "%s 到 %s", p.From, p.To) }

// GetInput names a poll.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a poll with its communities.
type Detail struct {
	Poll
	Places []Place `json:"places"`
	Result Result  `json:"result"`
	today  clock.Day
}

// Get gives a poll to who works on it: of his own place, or in a community of his that was drawn.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Detail, error) {
		d, err := detail(ctx, tx, in.ID)
		if err == nil && !sees(ctx, d.Poll, d.Places) {
			err = errs.ErrNotFound
		}
		return d, err
	})
}

// sees says whether the actor works on a poll.
func sees(ctx context.Context, p Poll, list []Place) bool {
	return auth.Can(ctx, View, auth.Place{Region: p.Region}) ||
		slices.ContainsFunc(list, func(x Place) bool { return auth.Can(ctx, View, auth.Place{Region: x.Region}) })
}

func detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	out.today = clock.DayOf(tx.Now)
	if out.Poll, err = byID.Get(ctx, tx, id); err == nil {
		out.Places, err = placesOf.All(ctx, tx, id)
	}
	out.Result = resultOf(out.Places)
	return out, err
}

// Published is a poll as everybody sees it: what it was drawn from, which communities were drawn, and its result once it is closed. How
// many said what in one community is not told.
type Published struct {
	Finding
	Places []Choice `json:"places" doc:"抽中的社区"`
}

// Choice is a community that was drawn.
type Choice struct {
	Region auth.Region `json:"region"`
	Name   string      `json:"name"`
	Town   string      `json:"town"`
}

// Read gives a poll, from its draw on; public.
func (s *Service) Read(ctx context.Context, in GetInput) (Published, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (Published, error) {
		d, err := detail(ctx, tx, in.ID)
		out := Published{Finding: finding(ctx, d.Poll, d.Places), Places: []Choice{}}
		for _, p := range d.Places {
			out.Places = append(out.Places, Choice{p.Region, p.Name, p.Town})
		}
		return out, err
	})
}

// ListInput asks for the polls of a division.
type ListInput struct {
	Region auth.Region `query:"region"`
	db.Paging
}

// Finding is a poll with its result, which only one that is closed has.
type Finding struct {
	Poll
	Result *Result `json:"result" doc:"公布以后才有"`
	mine   bool    // the actor works on it
}

func finding(ctx context.Context, p Poll, all []Place) Finding {
	f := Finding{Poll: p, mine: sees(ctx, p, all)}
	if r := resultOf(all); p.State == Closed {
		f.Result = &r
	}
	return f
}

// Register is one page of polls.
type Register struct {
	In    ListInput `json:"-"`
	today clock.Day
	seat  auth.Region
	db.Page[Finding]
}

// List lists all polls to officers, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return s.list(ctx, View, in)
}

// All lists all polls, from their draw on; public.
func (s *Service) All(ctx context.Context, in ListInput) (Register, error) {
	return s.list(ctx, Public, in)
}

func (s *Service) list(ctx context.Context, perm auth.Perm, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, perm, func(tx *db.Tx) (out Register, err error) {
		out.In, out.today, out.seat = in, clock.DayOf(tx.Now), auth.From(ctx).Seat()
		page, err := list.Page(ctx, tx, in, in.Paging)
		out.Next, out.Items = page.Next, []Finding{}
		for _, p := range page.Items {
			var all []Place
			if err == nil {
				all, err = placesOf.All(ctx, tx, p.ID)
			}
			out.Items = append(out.Items, finding(ctx, p, all))
		}
		return out, err
	})
}

// Frame gives the list from which a poll was drawn, one code a line; public.
func (s *Service) Frame(ctx context.Context, in GetInput) (blob.File, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (blob.File, error) {
		f, err := frameTable.Get(ctx, tx, in.ID)
		return blob.File{Name: "名单.txt", Type: "text/plain; charset=utf-8", Body: []byte(f.Codes)}, err
	})
}

// SheetsInput asks for the sheets of a poll.
type SheetsInput struct {
	ID db.ID `path:"id"`
}

// Sheets prints a sheet for each community that was drawn: how the doors are chosen, what is asked, a line for each person.
func (s *Service) Sheets(ctx context.Context, in SheetsInput) (blob.File, error) {
	v, err := s.Get(ctx, GetInput(in))
	if err != nil {
		return blob.File{}, err
	}
	p := paper.New(v.Title, v.today, true)
	for _, x := range v.Places {
		p.Page()
		t := sheet.Table{Title: v.Title, Lead: x.Town + " " + x.Name + "　　" + v.From.String() + " 到 " + v.To.String() +
			"　　问的人（不是本社区的）：", Columns: []string{"序号", "知道", "不知道", "赞成", "不赞成", "说不清"},
			Foot: []string{"一问：" + askKnows, "二问：" + askApproves, doors, "不愿回答和敲门没人的户数：　　　　　　签名：　　　　　　日期："}}
		for n := range v.Each {
			t.Rows = append(t.Rows, []string{format.Int(n + 1), "", "", "", "", ""})
		}
		p.PrintTable(t)
	}
	return paper.File(v.Title+"问卷", p.Doc)
}

// doors is how those who are asked are chosen; our convention.
const doors = "怎样选人（本系统约定）：从服务站门口出发，沿右手边走，每隔 5 户敲一户门，走完一条街转下一条；每户问一位 18 岁以上、生日离今天最近的人。没人或者不愿答，记一户，再隔 5 户。不记姓名。"

// ExportInput is a poll as a file.
type ExportInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// Export gives what was entered as a table.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	v, err := s.Get(ctx, GetInput{in.ID})
	if err != nil {
		return blob.File{}, err
	}
	t := paper.Table{Day: v.today, Table: sheet.Table{Title: v.Title, Lead: v.Where,
		Columns: []string{"序号", "苏木乡镇街道", "社区", "哪天问的", "回答人数", "知道", "赞成", "没有答的户数", "登记人"}}}
	for i, p := range v.Places {
		row := []string{format.Int(i + 1), p.Town, p.Name, "", "", "", "", "", ""}
		if p.At != nil {
			row = append(row[:3], p.Day.String(), format.Int(p.Asked), format.Int(p.Knows), format.Int(p.Approves), format.Int(p.Refused), p.ByName)
		}
		t.Rows = append(t.Rows, row)
	}
	return t.File(in.Format)
}

// Verify: the communities of a poll are those that its seed draws from its list, and the list is the one that was fixed.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	all, err := every.All(ctx, tx)
	for _, p := range all {
		if err == nil {
			err = verify(ctx, tx, p, report)
		}
	}
	return err
}

func verify(ctx context.Context, tx *db.Tx, p Poll, report func(object, what string)) error {
	f, err := frameTable.Get(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	list, err := placesOf.All(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	seed, err := hex.DecodeString(p.Seed)
	var want, have []auth.Region
	if err == nil {
		want, err = sampled(f.Codes, seed, p.Drawn)
	}
	for _, x := range list {
		have = append(have, x.Region)
	}
	slices.Sort(want)
	if err != nil || spotcheck.PopulationHash(f.Codes) != p.Hash || !slices.Equal(want, have) {
		report("poll "+p.ID.String(), "抽中的社区和重新抽取的不符")
	}
	return nil
}

package insurance

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/sheet"
)

// GetInput names a policy or an incident.
type GetInput struct {
	ID db.ID `path:"id"`
	db.Paging
}

// ListInput searches policies.
type ListInput struct {
	Q      string      `query:"q" maxLength:"40" doc:"保单号、保险公司"`
	Region auth.Region `query:"region"`
	Days   int64       `query:"days" minimum:"0" maximum:"366" doc:"多少天以内到期、后面没有接上的"`
	Past   string      `query:"past" enum:"no,yes," maxLength:"3" default:"no" doc:"过了期的也列出来"`
	db.Paging
}

// Listing is one page of policies; Above are those of the places that the actor's lies in, which cover his people too.
type Listing struct {
	In    ListInput      `json:"-"`
	Kinds []setting.Word `json:"-"`
	Above []Policy       `json:"above" doc:"上级的、也管着这里的"`
	Today clock.Day      `json:"-"`
	db.Page[Policy]
}

// List lists the policies of the actor's place, the last to end first.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		if out.Page, err = list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, View), out.Today}, in.Paging); err != nil {
			return out, err
		}
		if out.Above, err = above(ctx, tx, auth.From(ctx).Seat(), out.Today); err != nil {
			return out, err
		}
		out.Kinds, err = setting.Words(ctx, tx, setting.Insurance)
		return out, err
	})
}

// above gives the policies of the places above one that hold today.
func above(ctx context.Context, tx *db.Tx, at auth.Region, today clock.Day) (out []Policy, err error) {
	if at == 0 {
		return nil, nil
	}
	book, err := Around(ctx, tx, at, 0, today)
	for _, p := range book.policies {
		if p.Scope == OfRegion && p.Region != at && p.Region.Contains(at) {
			out = append(out, p)
		}
	}
	return out, err
}

// Detail is a policy with its editions, a page of its list, and what lies after its last day.
type Detail struct {
	Policy
	Where      string         `json:"where"`
	History    []Edition      `json:"history"`
	Names      db.Page[Name]  `json:"names"`
	Threatened []Threatened   `json:"threatened" doc:"最后一天以后的订单和活动，没有别的保险单管着的"`
	Kinds      []setting.Word `json:"-"`
	Today      clock.Day      `json:"-"`
	keeps      bool
}

// Get gives a policy.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.policies, in.ID, func(tx *db.Tx, p Policy) (out Detail, err error) {
		out = Detail{Policy: p, Today: clock.DayOf(tx.Now), keeps: auth.Can(ctx, Keep, p.place())}
		if out.Where, err = region.FullName(ctx, tx, p.Region); err != nil {
			return out, err
		}
		if out.History, err = editionsOf.All(ctx, tx, p.ID); err != nil {
			return out, err
		}
		if p.Scope == OfNamed {
			if out.Names, err = namesIn.Page(ctx, tx, p.ID, in.Paging); err != nil {
				return out, err
			}
		}
		if out.Threatened, err = p.threatens(ctx, tx); err != nil {
			return out, err
		}
		out.Kinds, err = setting.Words(ctx, tx, setting.Insurance)
		return out, err
	})
}

// threatens gives the orders and activities after the last day of a policy that no other policy for everybody covers.
func (p Policy) threatens(ctx context.Context, tx *db.Tx) (out []Threatened, err error) {
	today := clock.DayOf(tx.Now)
	list, err := threatened.All(ctx, tx, after{p.Scope, p.Region, p.StationID, p.TeamID, p.ID, max(p.Until, today.AddDays(-1))})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	book, err := Around(ctx, tx, p.Region, 0, today)
	for _, x := range list {
		if _, ok := book.Blanket(Case{x.Region, x.Station, x.Team, x.Day}, p.ID); !ok {
			out = append(out, x)
		}
	}
	return out, err
}

// File gives the paper of a policy, as it stands now.
func (s *Service) File(ctx context.Context, in GetInput) (out blob.File, err error) {
	m, err := act.Look(ctx, s.db, &s.policies, in.ID, func(tx *db.Tx, p Policy) (blob.Meta, error) {
		if p.FileID == 0 {
			return blob.Meta{}, errs.ErrNotFound
		}
		return s.blobs.Get(ctx, tx, p.FileID)
	})
	if err != nil {
		return out, err
	}
	return s.blobs.File(m)
}

// exported is how many lines a file holds at most.
const exported = 5000

// Export gives a search as a table for a spreadsheet.
func (s *Service) Export(ctx context.Context, in ListInput) (out blob.File, err error) {
	lines := [][]string{{"保险公司", "保单号", "险种", "管谁", "站点、队伍", "从", "有效到", "每人保额（元）", "投保单位", "状态"}}
	if _, err := act.Write(ctx, s.db, act.Op{Perm: View}, func(tx *db.Tx) (int, error) {
		words, err := setting.Words(ctx, tx, setting.Insurance)
		if err != nil {
			return 0, err
		}
		rows, err := list.First(ctx, tx, search{in, auth.ScopeOf(ctx, View), clock.DayOf(tx.Now)}, exported)
		if err != nil {
			return 0, err
		}
		for _, p := range rows {
			lines = append(lines, []string{p.Insurer, p.Number, setting.Label(words, p.Kind), scopes.Word(p.Scope), p.Whose, p.From.String(),
				p.Until.String(), format.Plain(p.Limit), p.Holder, states.Word(p.State)})
		}
		return len(rows), audit.Write(ctx, tx, audit.Entry{Action: "insurance.export", Object: "policy",
			Detail: map[string]any{"rows": len(rows)}})
	}); err != nil {
		return out, err
	}
	page := sheet.Plain(lines)
	page.Name = "保险单"
	return sheet.File("xlsx", "保险单-"+clock.Today(ctx).String(), page)
}

// Blank is the form of a new policy.
type Blank struct {
	Stations, Teams []choice
	Places          []place
	Kinds           []setting.Word
	Today           clock.Day
}

type place struct {
	Code auth.Region
	Name string
}

// NoInput is nothing.
type NoInput struct{}

var (
	stationsIn = db.ListOf(func(b *db.Builder, in auth.Scope) {
		b.Add(`SELECT s.id, s.name FROM station s WHERE s.status <> 'closed'`)
		in.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	}, byName)
	teamsIn = db.ListOf(func(b *db.Builder, in auth.Scope) {
		b.Add(`SELECT t.id, t.name FROM team t WHERE t.state = 'active'`)
		in.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
	}, byName)
)

func byName(auth.Scope) db.Order[choice] {
	return db.Order[choice]{By: "2, 1", Key: func(c choice) []any { return []any{c.Name, c.ID} }}
}

// Blank gives the form, with what the actor may choose.
func (s *Service) Blank(ctx context.Context, _ NoInput) (Blank, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Blank, err error) {
		out.Today = clock.DayOf(tx.Now)
		if out.Stations, err = stationsIn.First(ctx, tx, auth.ScopeOf(ctx, Keep), 200); err != nil {
			return out, err
		}
		if out.Teams, err = teamsIn.First(ctx, tx, auth.ScopeOf(ctx, Keep), 200); err != nil {
			return out, err
		}
		at := auth.From(ctx).Seat()
		codes := []auth.Region{at}
		if at.Level() < auth.LevelCommunity {
			below, err := region.Below(ctx, tx, at)
			if err != nil {
				return out, err
			}
			for _, d := range below {
				codes = append(codes, d.Code)
			}
		}
		for _, c := range codes {
			name, err := region.Name(ctx, tx, c)
			if err != nil {
				return out, err
			}
			out.Places = append(out.Places, place{c, name})
		}
		out.Kinds, err = setting.Words(ctx, tx, setting.Insurance)
		return out, err
	})
}

// Mine is what covers the actor today, and what does not.
type Mine struct {
	Serves bool              `json:"serves" doc:"是登记在册的志愿者"`
	Own    []volunteer.Dated `json:"own" doc:"本人名下登记的"`
	Now    []Policy          `json:"now" doc:"今天管着您的保险单"`
	Named  []Name            `json:"-"`
	Kinds  []setting.Word    `json:"-"`
	Today  clock.Day         `json:"-"`
	At     string            `json:"-"`
}

// Mine gives one's own cover for a service today where one is registered, and for the activities of one's teams.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Mine, err error) {
		out.Today, out.Own, out.Now = clock.DayOf(tx.Now), []volunteer.Dated{}, []Policy{}
		if out.Kinds, err = setting.Words(ctx, tx, setting.Insurance); err != nil {
			return out, err
		}
		me := auth.From(ctx).Person
		id, serves, err := db.Found(volunteerOf.One(ctx, tx, me))
		if err != nil || !serves || me == 0 {
			return out, err
		}
		v, err := volunteer.Load(ctx, tx, id)
		if err != nil {
			return out, err
		}
		out.Serves, out.Own = true, append(out.Own, v.Insurance...)
		if out.At, err = region.Name(ctx, tx, v.Region); err != nil {
			return out, err
		}
		teams, err := teamsOf.All(ctx, tx, me)
		if err != nil {
			return out, err
		}
		book, err := Around(ctx, tx, v.Region, v.ID, out.Today)
		out.Now = append(out.Now, book.all(v, out.Today, teams)...)
		return out, err
	})
}

// all gives every policy that covers a volunteer on a day, at his own place and with his teams.
func (b Book) all(v volunteer.Profile, day clock.Day, teams []choice) (out []Policy) {
	cases := []Case{{v.Region, v.StationID, 0, day}}
	for _, t := range teams {
		cases = append(cases, Case{v.Region, v.StationID, t.ID, day})
	}
	for _, p := range b.policies {
		names := b.named[v.ID][p.ID]
		reaches := names != nil
		for _, c := range cases {
			reaches = reaches || p.reaches(c)
		}
		if reaches && p.lacks(names, day) == "" {
			out = append(out, p)
		}
	}
	return out
}

// Share is how many of a station's volunteers are covered today for a service there.
type Share struct {
	ID      db.ID  `json:"id"`
	Name    string `json:"name"`
	All     int64  `json:"volunteers" db:"everybody"`
	Covered int64  `json:"covered"`
}

// SharesInput asks for the shares by station.
type SharesInput struct {
	Region auth.Region `query:"region"`
	db.Paging
}

// Shares is one page of them.
type Shares struct {
	In SharesInput `json:"-"`
	db.Page[Share]
}

// Shares gives how many are covered, by station, in the order of the register.
func (s *Service) Shares(ctx context.Context, in SharesInput) (Shares, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Shares, err error) {
		out.In = in
		out.Page, err = shares.Page(ctx, tx, sharing{in, auth.ScopeOf(ctx, View), clock.DayOf(tx.Now)}, in.Paging)
		return out, err
	})
}

type sharing struct {
	SharesInput
	Scope auth.Scope
	Today clock.Day
}

var shares = db.ListOf(func(b *db.Builder, in sharing) {
	const holds = `p.kind <> 'liability' AND p.from_day <= ? AND p.until_day >= ?`
	b.Add(`SELECT s.id, s.name, (SELECT COUNT(*) FROM volunteer v WHERE v.station_id = s.id AND v.status = 'active') AS everybody,
		(SELECT COUNT(*) FROM volunteer v WHERE v.station_id = s.id AND v.status = 'active' AND (EXISTS (SELECT 1 FROM volunteer_dated d
		WHERE d.volunteer_id = v.id AND d.kind = 'insurance' AND d.code <> 'liability' AND d.withdrawn_day = 0 AND d.from_day <= ?
		AND (d.to_day = 0 OR d.to_day >= ?))`, in.Today, in.Today)
	b.Add(` OR EXISTS (SELECT 1 FROM policy p JOIN policy_name n ON n.policy_id = p.id WHERE n.volunteer_id = v.id AND n.from_day <= ?
		AND (n.to_day = 0 OR n.to_day >= ?) AND `+holds+`)`, in.Today, in.Today, in.Today, in.Today)
	b.Add(` OR EXISTS (SELECT 1 FROM policy p WHERE (p.scope = 'station' AND p.station_id = s.id OR p.scope = 'region' AND p.region IN
		(s.region, `+auth.AtLevel("s.region", auth.LevelTown)+`, `+auth.AtLevel("s.region", auth.LevelBanner)+`, `+
		auth.AtLevel("s.region", auth.LevelLeague)+`, `+auth.AtLevel("s.region", auth.LevelRegion)+`)) AND `+holds+`))) AS covered
		FROM station s WHERE s.status <> 'closed'`, in.Today, in.Today)
	in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	auth.Within(b, "s.region", in.SharesInput.Region)
}, func(sharing) db.Order[Share] {
	return db.Order[Share]{By: "s.id", Key: func(x Share) []any { return []any{x.ID} }}
})

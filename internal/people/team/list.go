package team

import (
	"context"
	"slices"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// GetInput names a team.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a team with everybody in it or on the way, for its leader and those who guide it.
type Detail struct {
	Team
	People    []Membership `json:"people"`
	Offices   []OfficeLine `json:"offices" doc:"谁在什么时候任什么职"`
	Leading   []Counted    `json:"leading" doc:"队员的身份构成：党员干部、两委成员、社区专职工作者、网格员等"`
	Owner     string       `json:"owner" doc:"今天谁管这支队伍：leader 负责人，deputy 副负责人，station 指导它的站点"`
	Successor string       `json:"successor,omitempty"`
	Honours   []string     `json:"honours,omitempty" doc:"受过的表彰"`
	Backbone  int64        `json:"backbone" doc:"队员里的骨干，按记录算"`
	Least     int64        `json:"least" doc:"至少几个人答应才能批准成立"`

	Where  string       `json:"-"`
	Others []successor  `json:"-"`
	Held   []Membership `json:"-"` // those who are in it
}

// OfficeLine is an office somebody held, with his name.
type OfficeLine struct {
	Office
	Name string `json:"name" db:",read"`
}

// Counted is how many members have an identity.
type Counted struct {
	Code string `json:"code"`
	Name string `json:"name"`
	N    int64  `json:"n"`
}

type successor struct {
	ID   db.ID
	Name string
}

var (
	officeLines = db.Query[OfficeLine](`SELECT ` + officeTable.Columns("o") + `, p.name FROM team_role o JOIN person p ON p.id = o.person_id
		WHERE o.team_id = $1 ORDER BY o.id DESC`)
	successors = db.Query[successor](`SELECT id, name FROM team WHERE region/1000000 = $1 AND state = 'active' AND id <> $2 ORDER BY name, id
		LIMIT 200`)
)

// Get gives a team to whoever leads or guides it.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.teams, in.ID, func(tx *db.Tx, t Team) (Detail, error) { return s.detail(ctx, tx, t.ID) })
}

// detail loads a team with all of it. Who leads it sees no name of somebody who has not answered yet.
func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	if out.Team, err = Get(ctx, tx, id); err != nil {
		return out, err
	}
	if s.Honours != nil {
		if out.Honours, err = s.Honours(ctx, tx, id); err != nil {
			return out, err
		}
	}
	if s.Backbone != nil {
		if out.Backbone, err = s.Backbone(ctx, tx, id, out.Region); err != nil {
			return out, err
		}
	}
	if out.People, err = openOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	staff := auth.Can(ctx, Approve, auth.Place{Region: out.Region, Station: out.StationID})
	for i, m := range out.People {
		if m.State == Asked && !staff {
			out.People[i].Name = ""
		}
		if m.State == In {
			out.Held = append(out.Held, m)
		}
	}
	if out.Offices, err = officeLines.All(ctx, tx, id); err != nil {
		return out, err
	}
	rows, err := identitiesIn.All(ctx, tx, id)
	if err != nil {
		return out, err
	}
	if out.Leading, err = counted(ctx, tx, rows); err != nil {
		return out, err
	}
	if _, out.Owner, err = Owner(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Owner == "" {
		out.Owner = "station"
	}
	if out.SuccessorID != 0 {
		next, err := Get(ctx, tx, out.SuccessorID)
		if err != nil {
			return out, err
		}
		out.Successor = next.Name
	}
	if out.Where, err = region.FullName(ctx, tx, out.Region); err != nil {
		return out, err
	}
	if out.Least, err = setting.Int(ctx, tx, setting.TeamLeast, out.Region); err != nil {
		return out, err
	}
	out.Others, err = successors.All(ctx, tx, int64(out.Region)/1_000_000, id)
	return out, err
}

// counted adds up identities in the order of the dictionary; those that nobody has are left out.
func counted(ctx context.Context, tx *db.Tx, rows []identityLine) ([]Counted, error) {
	words, err := setting.Words(ctx, tx, setting.Identities)
	out := []Counted{}
	for _, w := range words {
		c := Counted{Code: w.Code, Name: w.Label}
		for _, r := range rows {
			if slices.Contains(r.Identities, w.Code) {
				c.N += r.N
			}
		}
		if c.N > 0 {
			out = append(out, c)
		}
	}
	return out, err
}

// ListInput filters the register of teams.
type ListInput struct {
	Region auth.Region `query:"region"`
	Kind   string      `query:"kind" set:"team.kind," maxLength:"20"`
	State  string      `query:"state" set:"team.state," maxLength:"10"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	Sort   string      `query:"sort" enum:"new,name," maxLength:"4" doc:"按登记先后（新的在前）或名称"`
	db.Paging
}

// Register is one page of the teams of a place.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Team]
}

// List gives the teams in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}

// KindCount is how many teams of a kind there are, and how many are in them.
type KindCount struct {
	Kind    string `json:"kind" set:"team.kind"`
	Teams   int64  `json:"teams"`
	Members int64  `json:"members"`
}

// KindsInput names a place.
type KindsInput struct {
	Region auth.Region `query:"region"`
}

// ByKind is the teams of a place by their kind, and who is in them.
type ByKind struct {
	Region  auth.Region `json:"region"`
	Items   []KindCount `json:"items" doc:"五类专业队伍和其他，一支也没有的也在"`
	Leading []Counted   `json:"leading"`
}

// ByKind counts the teams of a place by kind: which of the five professional ones are missing is seen at once.
func (s *Service) ByKind(ctx context.Context, in KindsInput) (ByKind, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out ByKind, err error) {
		what := scoped{ListInput{Region: in.Region}, auth.ScopeOf(ctx, View)}
		out.Region = in.Region
		rows, err := kindCounts.All(ctx, tx, what)
		if err != nil {
			return out, err
		}
		for _, k := range Kinds.Codes() {
			line := KindCount{Kind: k}
			if i := slices.IndexFunc(rows, func(r KindCount) bool { return r.Kind == k }); i >= 0 {
				line = rows[i]
			}
			out.Items = append(out.Items, line)
		}
		who, err := leading.All(ctx, tx, what)
		if err != nil {
			return out, err
		}
		out.Leading, err = counted(ctx, tx, who)
		return out, err
	})
}

// ExportInput is a list and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// exportMost is how many teams one file holds.
const exportMost = 5000

// Export gives the register of teams as a table (队伍一览).
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "team.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		rows, err := list.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View)}, exportMost)
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "志愿服务队一览", Columns: []string{"序号", "名称", "类别", "指导社区", "负责人", "人数",
			"党员干部", "两委成员", "社区专职工作者", "网格员", "成立日期", "状态"}}}
		for i, r := range rows {
			where, err := region.Name(ctx, tx, r.Region)
			if err != nil {
				return t, err
			}
			who, err := identitiesIn.All(ctx, tx, r.ID)
			if err != nil {
				return t, err
			}
			line := []string{strconv.Itoa(i + 1), r.Name, Kinds.Word(r.Kind), where, r.LeaderName, strconv.FormatInt(r.Members, 10)}
			for _, code := range []string{"party", "committee", "community_worker", "grid"} {
				line = append(line, strconv.FormatInt(having(who, code), 10))
			}
			t.Rows = append(t.Rows, append(line, r.FoundedDay.String(), states.Word(r.State)))
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "team", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

func having(rows []identityLine, code string) (n int64) {
	for _, r := range rows {
		if slices.Contains(r.Identities, code) {
			n += r.N
		}
	}
	return n
}

// RosterInput asks for the members of a team as a file.
type RosterInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Roster gives the members of a team on paper or as a table, without telephones.
func (s *Service) Roster(ctx context.Context, in RosterInput) (blob.File, error) {
	op := act.Op{Perm: Lead, Action: "team.roster"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (out paper.Table, err error) {
		t, err := Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Lead, View, t.place())
		}
		if err != nil {
			return out, err
		}
		d, err := s.detail(ctx, tx, t.ID)
		if err != nil {
			return out, err
		}
		out = paper.Table{Day: clock.DayOf(tx.Now), Upright: true, Table: sheet.Table{Title: t.Name + "队员名单", Lead: d.Where,
			Columns: []string{"序号", "姓名", "志愿者编号", "职务", "加入日期"}}}
		for i, m := range d.Held {
			out.Rows = append(out.Rows, []string{strconv.Itoa(i + 1), m.Name, m.No, offices.Word(m.Office), m.FromDay.String()})
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "team", ID: t.ID.String(), Region: t.Region,
			Detail: map[string]any{"rows": len(d.Held), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// Package auth answers one question: who may do what, where. Roles and their permissions stand in one table, permissions.txt; a role
// is held in a region and all below it, at one station, or over oneself. It knows no business.
package auth

import (
	"context"
	"slices"
	"sync"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Role is a part that an account plays. The names are fixed by the contract.
type Role string

// The roles.
const (
	Resident       Role = "resident"
	Volunteer      Role = "volunteer"
	TeamLeader     Role = "team_leader"
	PartnerContact Role = "partner_contact"
	SocialWorker   Role = "social_worker"
	StationManager Role = "station_manager"
	CommunityHead  Role = "community_head"
	TownOfficer    Role = "town_officer"
	BannerOfficer  Role = "banner_officer"
	LeagueOfficer  Role = "league_officer"
	RegionOfficer  Role = "region_officer"
	Inspector      Role = "inspector"
	Editor         Role = "editor"
	Auditor        Role = "auditor"
	SystemAdmin    Role = "system_admin"
	SecurityAdmin  Role = "security_admin"
	AuditAdmin     Role = "audit_admin"
)

// Two names of the table that are no roles: everybody, signed in or not; and whoever is signed in, over himself.
const (
	Anyone Role = "anyone"
	Member Role = "member"
)

// Roles lists all roles in the order of the contract.
var Roles = []Role{Resident, Volunteer, TeamLeader, PartnerContact, SocialWorker, StationManager, CommunityHead, TownOfficer, BannerOfficer,
	LeagueOfficer, RegionOfficer, Inspector, Editor, Auditor, SystemAdmin, SecurityAdmin, AuditAdmin}

// Word is what people call the role.
func (r Role) Word() string { return roleWords[r] }

var roleWords = map[Role]string{Resident: "居民", Volunteer: "志愿者", TeamLeader: "志愿服务队负责人", PartnerContact: "驻区单位联系人", SocialWorker: "社会工作者",
	StationManager: "站点管理员", CommunityHead: "嘎查村（社区）负责人", TownOfficer: "苏木乡镇（街道）工作人员", BannerOfficer: "旗县区主管部门", LeagueOfficer: "盟市主管部门",
	RegionOfficer: "自治区主管部门", Inspector: "督导员", Editor: "信息编辑", Auditor: "审计员", SystemAdmin: "系统管理员", SecurityAdmin: "安全管理员",
	AuditAdmin: "审计管理员"}

// Perm names one thing that may be done, as area.verb. Each must have a row in permissions.txt.
type Perm string

// Grant is a role held somewhere: at a station when Station is set, else over oneself when Region is zero, else in Region and below.
type Grant struct {
	Role    Role
	Region  Region
	Station db.ID
}

// Actor is who acts. The zero Actor is a visitor.
type Actor struct {
	Account db.ID
	Person  db.ID // zero for staff who are not in the register of persons
	Name    string
	Grants  []Grant
	Session db.ID
	Origin  string // address of the network that he acts from, where one is known
	System  string // name of the job or command that acts instead of a person; it may do everything
	Key     *Key   // the key of access that a program acts by; nil for who acts himself
}

// Key is what a key of access leaves of its owner's rights. It only ever reads: a key is no hand, and nothing is done by one.
type Key struct {
	ID        db.ID
	Reads     map[Perm]bool // what of his permissions it carries; true: over himself alone
	Doors     []string      // operations that it opens beside the public ones
	Of        db.ID         // the unit in whose name it reads, and of units no other; 0: its owner himself
	PerMinute int           // requests
}

// Opens says whether the key opens an operation.
func (k *Key) Opens(operation string) bool { return slices.Contains(k.Doors, operation) }

// SignedIn says whether the actor is known.
func (a Actor) SignedIn() bool { return a.Account != 0 || a.System != "" }

// Seat is the division of the actor's first role that lies in one; 0 when none does. Pages begin there.
func (a Actor) Seat() Region {
	for _, g := range a.Grants {
		if g.Region != 0 {
			return g.Region
		}
	}
	return 0
}

// Is says whether the actor holds the role anywhere.
func (a Actor) Is(r Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r })
}

// Place says where a thing lies and whose it is. Zero fields take part in no comparison.
type Place struct {
	Region  Region
	Station db.ID
	Persons []db.ID // the persons whose own it is
}

func (g Grant) covers(a Actor, p Place) bool {
	switch {
	case g.Station != 0 && p.Station != 0:
		return g.Station == p.Station
	case g.Region != 0:
		return g.Region.Contains(p.Region)
	}
	return a.Person != 0 && slices.Contains(p.Persons, a.Person)
}

type ctxKey struct{}

type holder struct {
	actor Actor
	mu    sync.Mutex
	asked []Perm
}

// With puts the actor into the context of a request, job or command.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, ctxKey{}, &holder{actor: a})
}

// AsSystem is With for the program itself; name says which part of it acts.
func AsSystem(ctx context.Context, name string) context.Context {
	return With(ctx, Actor{System: name, Name: "系统"})
}

// From gives the actor of the context; a visitor when there is none.
func From(ctx context.Context) Actor {
	if h, ok := ctx.Value(ctxKey{}).(*holder); ok {
		return h.actor
	}
	return Actor{}
}

// Asked gives the permissions that were asked for in this context: a test compares them with what the route states.
func Asked(ctx context.Context) []Perm {
	h, ok := ctx.Value(ctxKey{}).(*holder)
	if !ok {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.asked)
}

func note(ctx context.Context, p Perm) {
	if h, ok := ctx.Value(ctxKey{}).(*holder); ok {
		h.mu.Lock()
		h.asked = append(h.asked, p)
		h.mu.Unlock()
	}
}

// grants gives the actor's grants that carry the permission.
func (a Actor) grants(p Perm) []Grant {
	var out []Grant
	own := false
	if a.Key != nil {
		carried := false
		if own, carried = a.Key.Reads[p]; !carried {
			return nil
		}
	}
	for _, g := range a.Grants {
		if table.has(p, g.Role) && (!own || g.Region == 0 && g.Station == 0) {
			out = append(out, g)
		}
	}
	if a.SignedIn() && table.has(p, Member) {
		out = append(out, Grant{Role: Member})
	}
	return out
}

// Allow is the first line of an operation: nil when the actor holds the permission anywhere at all. It runs before anything is looked
// up, so that who may not do a thing learns nothing of what exists.
func Allow(ctx context.Context, p Perm) error {
	note(ctx, p)
	a := From(ctx)
	switch {
	case a.System != "" || table.has(p, Anyone) || len(a.grants(p)) > 0:
		return nil
	case !a.SignedIn():
		return errs.ErrUnauthenticated
	}
	return errs.ErrDenied
}

// Holds says whether the actor holds the permission anywhere; navigation uses it to leave out what he may not open. It is no check.
func Holds(ctx context.Context, p Perm) bool {
	a := From(ctx)
	return table.has(p, Anyone) || len(a.grants(p)) > 0
}

// Require asks for the permission on one thing. Outside the actor's scope gives NotFound, as if the thing did not exist; a thing that
// he may see (permission see) but not treat so gives Denied.
func Require(ctx context.Context, p, see Perm, at Place) error {
	if err := Allow(ctx, p); err != nil {
		return err
	}
	if Can(ctx, p, at) {
		return nil
	}
	if p != see && Can(ctx, see, at) {
		return errs.ErrDenied
	}
	return errs.ErrNotFound
}

// Can says whether the actor holds the permission there; pages use it to show or hide a button.
func Can(ctx context.Context, p Perm, at Place) bool {
	a := From(ctx)
	if a.System != "" || table.has(p, Anyone) {
		return true
	}
	return slices.ContainsFunc(a.grants(p), func(g Grant) bool { return g.covers(a, at) })
}

// Scope is where the actor holds a permission. List queries take one, so that a list without a limit does not compile.
type Scope struct {
	actor  Actor
	grants []Grant
	all    bool
}

// ScopeOf gives the scope of a permission; an actor without it gets the empty scope, which holds nothing.
func ScopeOf(ctx context.Context, p Perm) Scope {
	note(ctx, p)
	a := From(ctx)
	return Scope{actor: a, grants: a.grants(p), all: a.System != "" || table.has(p, Anyone)}
}

// Roots are the places of the scope, a station or a division each, as Where compares them; one empty place for all. What is sorted by
// them in memory finds who may see a thing without asking each.
func (s Scope) Roots() (out []Place) {
	if s.all {
		return []Place{{}}
	}
	for _, g := range s.grants {
		switch {
		case g.Station != 0:
			out = append(out, Place{Station: g.Station})
		case g.Region != 0:
			out = append(out, Place{Region: g.Region})
		}
	}
	return out
}

// Samples are scopes that lead to different statements: all of it, each kind of grant alone, and several at once.
func (Scope) Samples() []any {
	me := Actor{Person: 1}
	out := []any{Scope{all: true}, Scope{actor: me, grants: []Grant{{}}}, Scope{actor: me, grants: []Grant{{Station: 1}}}}
	several := []Grant{{}, {Station: 1}}
	for _, r := range Region(0).Samples() {
		g := Grant{Region: r.(Region)}
		out, several = append(out, Scope{grants: []Grant{g}}), append(several, g)
	}
	out = append(out, Scope{actor: me, grants: []Grant{{Station: 1, Region: several[len(several)-1].Region}}})
	return append(out, Scope{actor: me, grants: several})
}

// Columns are the SQL expressions of a table that a scope compares: its region, station and the person whose row it is; "" where it
// has none. Shared says that a row without a station is of its whole division, also for whoever has only a station there, as Can has it.
type Columns struct {
	Region, Station, Person string
	Shared                  bool
}

// Where appends " AND (…)" to b: the rows inside the scope.
func (s Scope) Where(b *db.Builder, c Columns) {
	if s.all {
		return
	}
	b.Add(" AND (")
	or := ""
	for _, g := range s.grants {
		if s.add(b, or, g, c) {
			or = " OR "
		}
	}
	if or == "" {
		b.Add("1 = 0")
	}
	b.Add(")")
}

func (s Scope) add(b *db.Builder, or string, g Grant, c Columns) bool {
	switch {
	case g.Station != 0 && c.Station != "" && c.Shared && g.Region != 0:
		b.Add(or+"("+c.Station+" = ? OR "+c.Station+" IS NULL AND ", g.Station)
		inside(b, c.Region, g.Region)
		b.Add(")")
	case g.Station != 0 && c.Station != "":
		b.Add(or+c.Station+" = ?", g.Station)
	case g.Region != 0 && c.Region != "":
		b.Add(or)
		inside(b, c.Region, g.Region)
	case g.Region == 0 && g.Station == 0 && c.Person != "" && s.actor.Person != 0:
		b.Add(or+c.Person+" = ?", s.actor.Person)
	default:
		return false
	}
	return true
}

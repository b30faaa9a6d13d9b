package account

import (
	"context"
	"slices"

	"linli/internal/civic/account/password"
	"linli/internal/civic/account/post"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Entrance is the page of sign-in.
type Entrance struct {
	Back     string
	Personas []Persona
	Doors    []Door
}

// BackInput says where to go after signing in.
type BackInput struct {
	Back string `query:"back" maxLength:"300"`
}

// Entrance gives the page of sign-in.
func (s *Service) Entrance(ctx context.Context, in BackInput) (Entrance, error) {
	list, err := s.Personas(ctx, Nothing{})
	out := Entrance{Back: in.Back, Personas: list}
	if err == nil && s.Doors != nil {
		out.Doors, err = s.Doors(ctx)
	}
	return out, err
}

// Change is the page of the quick change of user.
type Change struct {
	Back string
	List []Familiar
}

// TicketInput names the code that has been asked for; Q searches a community.
type TicketInput struct {
	Ticket db.ID  `path:"ticket"`
	Q      string `query:"q" maxLength:"40" doc:"嘎查村（社区）名称里的字"`
	Back   string `query:"back" maxLength:"300"`
}

// Ticketed is a page on which a code is entered.
type Ticketed struct {
	Ticket string
	Back   string
	region.Search
}

// Ticketed gives a page on which a code is entered, with the communities found.
func (s *Service) Ticketed(ctx context.Context, in TicketInput) (out Ticketed, err error) {
	out = Ticketed{Ticket: in.Ticket.String(), Back: in.Back}
	out.Search, err = s.search(ctx, Enter, in.Q, auth.LevelCommunity)
	return out, err
}

// search finds divisions by a part of the name, at a level (0: any), for a page that asks for a permission.
func (s *Service) search(ctx context.Context, perm auth.Perm, q string, level int) (region.Search, error) {
	return act.Read(ctx, s.db, perm, func(tx *db.Tx) (region.Search, error) { return region.Find(ctx, tx, q, level) })
}

// NewInput opens the page of a new account; Q searches its place.
type NewInput struct {
	Q string `query:"q" maxLength:"40"`
}

// Blank is the page of a new account.
type Blank struct {
	region.Search
	May     []auth.Role
	Propose string // an initial password to take
}

// Blank gives the page of a new account.
func (s *Service) Blank(ctx context.Context, in NewInput) (out Blank, err error) {
	out = Blank{May: post.MayAppoint(auth.From(ctx)), Propose: password.New()}
	out.Search, err = s.search(ctx, Appoint, in.Q, 0)
	return out, err
}

// SheetInput opens the page of one account; Q searches the place of a new role.
type SheetInput struct {
	ID db.ID  `path:"id"`
	Q  string `query:"q" maxLength:"40"`
}

// Desk is the page of one account.
type Desk struct {
	Sheet
	region.Search
}

// Desk gives the page of one account.
func (s *Service) Desk(ctx context.Context, in SheetInput) (out Desk, err error) {
	if out.Sheet, err = s.Sheet(ctx, GetInput{in.ID}); err != nil {
		return out, err
	}
	out.Search, err = s.search(ctx, View, in.Q, 0)
	return out, err
}

// Listing is the page of accounts.
type Listing struct {
	ListInput
	Items  []Line
	Next   string // cursor
	MayAdd bool
}

// Listing gives the page of accounts.
func (s *Service) Listing(ctx context.Context, in ListInput) (Listing, error) {
	list, err := s.List(ctx, in)
	out := Listing{ListInput: in, Items: list.Items, MayAdd: len(post.MayAppoint(auth.From(ctx))) > 0}
	if list.Next != nil {
		out.Next = *list.Next
	}
	return out, err
}

// Chart is the table of permissions, explained: one role each, with what it may do and who gives it.
type Chart []ChartRole

// ChartRole is one role of the chart.
type ChartRole struct {
	Role    auth.Role
	Word    string
	Factor  Factor
	Givers  []string
	Perms   []auth.Perm // in the order of the alphabet
	Holders int64       // accounts that hold it today
}

// Chart explains the roles from the table of permissions itself.
func (s *Service) Chart(ctx context.Context, _ Nothing) (out Chart, err error) {
	counts, err := act.Read(ctx, s.db, ViewRoles, func(tx *db.Tx) ([]roleCount, error) { return countRoles.All(ctx, tx, clock.DayOf(tx.Now)) })
	if err != nil {
		return nil, err
	}
	table := auth.Table()
	for _, role := range auth.Roles {
		row := ChartRole{Role: role, Word: role.Word(), Factor: factorOf(auth.Grant{Role: role, Region: 150000000000})}
		for perm, roles := range table {
			if slices.Contains(roles, role) {
				row.Perms = append(row.Perms, perm)
			}
		}
		slices.Sort(row.Perms)
		for _, giver := range auth.Roles {
			if post.Gives(giver, role) {
				row.Givers = append(row.Givers, giver.Word())
			}
		}
		for _, c := range counts {
			if c.Role == role {
				row.Holders = c.N
			}
		}
		out = append(out, row)
	}
	return out, err
}

// Home is where somebody with these roles begins his day.
func Home(roles []Role) string {
	home := "/my"
	for _, r := range roles {
		switch r.Role {
		case auth.SystemAdmin, auth.SecurityAdmin, auth.AuditAdmin, auth.Auditor:
			return "/admin"
		case auth.BannerOfficer, auth.LeagueOfficer, auth.RegionOfficer, auth.Inspector:
			return "/gov"
		case auth.StationManager, auth.CommunityHead, auth.TownOfficer:
			home = "/desk"
		case auth.Editor:
			if home == "/my" {
				home = "/desk/articles"
			}
		}
	}
	return home
}

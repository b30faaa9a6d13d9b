package award

import (
	"context"
	"slices"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// GetInput names a thing.
type GetInput struct {
	ID db.ID `path:"id"`
}

// HomeInput asks for the campaigns.
type HomeInput struct{ db.Paging }

// Home is the campaigns of a place: its own, those below, and those that the levels above run.
type Home struct {
	db.Page[Campaign]
	manages bool
	names   map[auth.Region]string
}

// Campaigns lists the campaigns of the actor's place.
func (s *Service) Campaigns(ctx context.Context, in HomeInput) (Home, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Home, err error) {
		seat := auth.From(ctx).Seat()
		out.manages, out.names = auth.Can(ctx, Manage, at(seat)), map[auth.Region]string{}
		if out.Page, err = campaignList.Page(ctx, tx, around{auth.ScopeOf(ctx, View), seat}, in.Paging); err != nil {
			return out, err
		}
		for _, a := range out.Items {
			if out.names[a.Region] == "" {
				if out.names[a.Region], err = region.Name(ctx, tx, a.Region); err != nil {
					return out, err
				}
			}
		}
		return out, nil
	})
}

// Filed is an objection as those read it who answer it.
type Filed struct {
	Objection
	Text string `json:"text"`
	Name string `json:"-"` // against whom
}

// Detail is a campaign with what its reader may see of it.
type Detail struct {
	Campaign
	Categories  []Category `json:"categories"`
	Nominations []Row      `json:"nominations"`
	Judges      []Judge    `json:"judges,omitempty"`
	Objections  []Filed    `json:"objections,omitempty"`
	Spreads     []Spread   `json:"spreads,omitempty"`

	place             string
	manages           bool
	nominates         bool
	today             clock.Day
	callable          []choice
	teams, projects   []choice
	mostOfNominations bool
}

// Campaign gives a campaign: to those who run it with all of it, to a judge with what he may see, to those below with its rules and what
// they nominated.
func (s *Service) Campaign(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Detail, err error) {
		if out.Campaign, err = s.told(ctx, tx, in.ID); err != nil {
			return out, err
		}
		out.today, out.manages = clock.DayOf(tx.Now), auth.Can(ctx, Manage, at(out.Region))
		if out.place, err = region.Name(ctx, tx, out.Region); err != nil {
			return out, err
		}
		if out.Categories, err = categoriesOf.All(ctx, tx, out.ID); err != nil {
			return out, err
		}
		scope := search{ListInput{Award: out.ID}, auth.ScopeOf(ctx, View)}
		if out.Nominations, err = list.First(ctx, tx, scope, mostRows); err != nil {
			return out, err
		}
		if err := wheres(ctx, tx, out.Nominations); err != nil {
			return out, err
		}
		out.mostOfNominations = len(out.Nominations) == mostRows
		if err := s.secrets(ctx, tx, &out); err != nil {
			return out, err
		}
		return out, s.offers(ctx, tx, &out)
	})
}

// mostRows is how many nominations stand on the page of a campaign; the list has all.
const mostRows = 100

// told gives a campaign that the actor's place is asked to, or that is his.
func (s *Service) told(ctx context.Context, tx *db.Tx, id db.ID) (Campaign, error) {
	a, err := campaigns.Get(ctx, tx, id)
	if err == nil && !a.Region.Contains(auth.From(ctx).Seat()) {
		err = auth.Require(ctx, View, View, at(a.Region))
	}
	return a, err
}

func wheres(ctx context.Context, tx *db.Tx, rows []Row) (err error) {
	for i := 0; i < len(rows) && err == nil; i++ {
		rows[i].Where, err = region.FullName(ctx, tx, rows[i].Region)
	}
	return err
}

// secrets adds what only those see who run the campaign, or have judged.
func (s *Service) secrets(ctx context.Context, tx *db.Tx, out *Detail) error {
	all, judge, err := visible(ctx, tx, out.Campaign)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		out.Spreads = spreads(all)
	}
	if !out.manages || judge {
		return nil
	}
	if out.Judges, err = judgesOf.All(ctx, tx, out.ID); err != nil {
		return err
	}
	filed, err := objectionsOf.All(ctx, tx, out.ID)
	for i := 0; i < len(filed) && err == nil; i++ {
		var f Filed
		f.Objection = filed[i]
		if f.Text, err = s.keys.OpenText(f.Body, bodyAt(f.ID)); err != nil {
			return err
		}
		n, e := nominations.Get(ctx, tx, f.NominationID)
		f.Name, err = n.Subject, e
		out.Objections = append(out.Objections, f)
	}
	return err
}

// offers says what the reader may do.
func (s *Service) offers(ctx context.Context, tx *db.Tx, out *Detail) (err error) {
	seat := auth.From(ctx).Seat()
	if out.State != Open {
		return nil
	}
	if out.manages {
		out.callable, err = callable(ctx, tx, out.Campaign)
		out.callable = slices.DeleteFunc(out.callable, func(c choice) bool {
			return slices.ContainsFunc(out.Judges, func(j Judge) bool { return j.AccountID == c.ID })
		})
		return err
	}
	if seat.Level() != auth.LevelCommunity || !auth.Can(ctx, Nominate, at(seat)) || out.today < out.FromDay || out.today > out.ToDay {
		return nil
	}
	st, there, err := station.Of(ctx, tx, seat)
	if err != nil || !there {
		return err
	}
	out.nominates = true
	if out.teams, err = teamsAt.All(ctx, tx, st.ID); err != nil {
		return err
	}
	out.projects, err = projectsAt.All(ctx, tx, st.ID)
	return err
}

// ListInput searches nominations.
type ListInput struct {
	Region auth.Region `query:"region"`
	Award  db.ID       `query:"award"`
	State  string      `query:"state" set:"award_nomination.state,"`
	Q      string      `query:"q" maxLength:"40"`
	db.Paging
}

// Listing is one page of nominations.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Row]
}

// List lists the nominations of the actor's place, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		if out.Page, err = list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, View)}, in.Paging); err != nil {
			return out, err
		}
		return out, wheres(ctx, tx, out.Items)
	})
}

// Kept is a judge who has to keep out of a nomination, by what the data know or he said.
type Kept struct {
	Judge string `json:"judge"`
	Why   string `json:"why"`
}

// File is a nomination with what its reader may see of it.
type File struct {
	Nomination
	Award      Campaign    `json:"award"`
	List       Category    `json:"list"`
	Figures    Figures     `json:"figures"`
	Conditions []Condition `json:"conditions"`
	Snapshot   *Snapshot   `json:"snapshot,omitempty" doc:"到了评审这一级时定下来的；没有时是今天的"`
	Sound      bool        `json:"snapshot_valid"`
	Way        []Step      `json:"steps"`
	Marks      []Mark      `json:"marks,omitempty"`
	Spread     *Spread     `json:"spread,omitempty"`
	Kept       []Kept      `json:"conflicts,omitempty"`

	where  string
	may    may
	own    []Mark
	avoid  string // why the reader keeps out, where he might act
	papers bool
}

// may is what the reader may do about a nomination.
type may struct{ resubmit, advance, score bool }

// Get gives a nomination.
func (s *Service) Get(ctx context.Context, in GetInput) (File, error) {
	return act.Look(ctx, s.db, &nominationKind, in.ID, func(tx *db.Tx, n Nomination) (File, error) { return s.file(ctx, tx, n) })
}

func (s *Service) file(ctx context.Context, tx *db.Tx, n Nomination) (out File, err error) {
	out.Nomination = n
	if out.Award, err = campaigns.Get(ctx, tx, n.AwardID); err != nil {
		return out, err
	}
	if out.List, err = categories.Get(ctx, tx, n.AwardID, n.Category); err != nil {
		return out, err
	}
	if out.where, err = region.FullName(ctx, tx, n.Region); err != nil {
		return out, err
	}
	if out.Figures, out.Conditions, out.Snapshot, err = s.known(ctx, tx, out.List, n); err != nil {
		return out, err
	}
	out.Sound = out.Snapshot == nil || s.sound(*out.Snapshot)
	if out.Way, err = stepsOf.All(ctx, tx, n.ID); err != nil {
		return out, err
	}
	open := out.Award.State == Open
	out.papers = n.State == Awarded
	out.may.resubmit = open && n.State == Returned && auth.Can(ctx, Nominate, n.place())
	out.may.advance = open && (n.State == Nominated || n.State == Deciding) && turn(ctx, n) == nil
	return out, s.judged(ctx, tx, &out)
}

// judged adds what a judge has thought, and to those who run the campaign what all did and who keeps out.
func (s *Service) judged(ctx context.Context, tx *db.Tx, out *File) error {
	all, judge, err := visible(ctx, tx, out.Award)
	if err != nil {
		return err
	}
	me := auth.From(ctx).Account
	out.may.score = judge && out.State == Deciding && out.Award.State == Open
	for _, m := range all {
		if m.NominationID == out.ID {
			out.Marks = append(out.Marks, m)
		}
	}
	for _, x := range spreads(all) {
		if x.NominationID == out.ID {
			out.Spread = &x
		}
	}
	if judge {
		for _, m := range out.Marks {
			if m.AccountID == me {
				out.own = append(out.own, m)
			}
		}
		out.Marks = nil
	}
	if out.may.score || out.may.advance {
		if out.avoid, err = s.against(ctx, tx, out.Nomination, actor(ctx)); err != nil {
			return err
		}
	}
	if judge || !auth.Can(ctx, Manage, at(out.Owner)) {
		return nil
	}
	return s.kept(ctx, tx, out)
}

// kept lists the judges who have to keep out of a nomination.
func (s *Service) kept(ctx context.Context, tx *db.Tx, out *File) error {
	called, err := judgesOf.All(ctx, tx, out.AwardID)
	if err != nil {
		return err
	}
	for _, j := range called {
		who, err := accountOf.One(ctx, tx, j.AccountID)
		if err != nil {
			return err
		}
		why, err := s.against(ctx, tx, out.Nomination, party{j.AccountID, who})
		if err != nil {
			return err
		}
		if why != "" {
			out.Kept = append(out.Kept, Kept{j.Name, why})
		}
	}
	return nil
}

var accountOf = db.Query[db.ID](`SELECT COALESCE(person_id, 0) AS id FROM account WHERE id = $1`)

// BlankInput asks for the form of a new campaign.
type BlankInput struct{}

// Blank is the form of a new campaign.
type Blank struct {
	Where string
	Town  bool // which may only recommend
	Today clock.Day
}

// Blank gives the form of a new campaign.
func (s *Service) Blank(ctx context.Context, _ BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Manage, func(tx *db.Tx) (out Blank, err error) {
		seat := auth.From(ctx).Seat()
		out.Town, out.Today = seat.Level() > auth.LevelBanner, clock.DayOf(tx.Now)
		out.Where, err = region.FullName(ctx, tx, seat)
		return out, err
	})
}

// page is the page of a thing under a base.
func page(base string, id db.ID) string { return inspection.PathOf(base, id) }

package honour

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
	"linli/internal/work/project"
)

func without(text, name string) string {
	if name == "" {
		return text
	}
	return strings.ReplaceAll(text, name, someone)
}

// GetInput names a thing.
type GetInput struct {
	ID db.ID `path:"id"`
}

// ListInput searches commendations.
type ListInput struct {
	Region auth.Region `query:"region"`
	State  string      `query:"state" set:"commendation.state,"`
	Q      string      `query:"q" maxLength:"40"`
	db.Paging
}

// Listing is one page of commendations.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Commendation]
	teams, projects []choice
	enters          bool
}

// List lists the commendations of the actor's place, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		if out.Page, err = list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, View)}, in.Paging); err != nil {
			return out, err
		}
		seat := auth.From(ctx).Seat()
		if out.enters = auth.Can(ctx, Enter, at(seat)); !out.enters {
			return out, nil
		}
		if out.teams, err = teamsAt.All(ctx, tx, int64(seat)); err != nil {
			return out, err
		}
		out.projects, err = projectsAt.All(ctx, tx, int64(seat))
		return out, err
	})
}

// Detail is a commendation with what its reader may do.
type Detail struct {
	Commendation
	where           string
	decides, enters bool
}

// Get gives a commendation.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &commendationKind, in.ID, func(tx *db.Tx, x Commendation) (out Detail, err error) {
		out.Commendation, out.decides, out.enters = x, auth.Can(ctx, Decide, at(x.Region)), auth.Can(ctx, Enter, at(x.Region))
		out.where, err = region.FullName(ctx, tx, x.Region)
		return out, err
	})
}

// Proof gives the paper of a commendation.
func (s *Service) Proof(ctx context.Context, in GetInput) (out blob.File, err error) {
	var m blob.Meta
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	if err := s.db.Read(ctx, func(tx *db.Tx) error {
		x, err := commendations.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, at(x.Region))
		}
		if err == nil && x.FileID == 0 {
			err = errs.ErrNotFound
		}
		if err != nil {
			return err
		}
		m, err = s.blobs.Get(ctx, tx, x.FileID)
		return err
	}); err != nil {
		return out, err
	}
	return s.blobs.File(m)
}

// ModelsInput searches models.
type ModelsInput struct {
	State string `query:"state" set:"model.state,"`
	Kind  string `query:"kind" set:"model.kind,"`
	db.Paging
}

// Register is one page of models.
type Register struct {
	In ModelsInput `json:"-"`
	db.Page[Model]
	drafts bool
}

// Models lists the models of the actor's place, the newest first.
func (s *Service) Models(ctx context.Context, in ModelsInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		seat := auth.From(ctx).Seat()
		out.In, out.drafts = in, seat.Level() == auth.LevelCommunity && auth.Can(ctx, Enter, at(seat))
		out.Page, err = library.Page(ctx, tx, among{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}

// Figures are what the records say of a model's project or team, today.
type Figures struct {
	Times   int64 `json:"times"`
	People  int64 `json:"people"`
	Minutes int64 `json:"minutes"`
	Copied  int64 `json:"copied" doc:"别处照着办的服务人次"`
}

var teamSum = db.Query[project.Sum](`SELECT COUNT(*) AS times, COUNT(DISTINCT r.person_id) AS people, COALESCE(SUM(r.minutes), 0) AS minutes
	FROM service_record r JOIN team_member m ON m.person_id = r.person_id AND m.state = 'in' AND r.day >= m.from_day
	WHERE m.team_id = $1 AND r.status = 'counted'`)

// figures counts what the records say.
func figures(ctx context.Context, tx *db.Tx, m Model) (*Figures, error) {
	var sum, copies project.Sum
	var err error
	switch {
	case m.ProjectID != 0:
		if sum, err = record.OfProject(ctx, tx, m.ProjectID); err == nil {
			copies, err = record.OfCopies(ctx, tx, m.ProjectID)
		}
	case m.TeamID != 0:
		sum, err = teamSum.One(ctx, tx, m.TeamID)
	default:
		return nil, nil
	}
	return &Figures{sum.Times, sum.People, sum.Minutes, copies.Times}, err
}

// File is a model with what belongs to it and what its reader may do.
type File struct {
	Model
	Named   []Named  `json:"named"`
	Steps   []Step   `json:"steps"`
	Figures *Figures `json:"figures,omitempty" doc:"按服务记录算，今天的"`

	where           string
	numbers         string
	teams, projects []choice
	edits, reviews  bool
}

// Model gives a model to those who make and review it.
func (s *Service) Model(ctx context.Context, in GetInput) (File, error) {
	return act.Look(ctx, s.db, &modelKind, in.ID, func(tx *db.Tx, m Model) (File, error) { return s.file(ctx, tx, m) })
}

var numberOf = db.Query[string](`SELECT no FROM volunteer WHERE person_id = $1`)

func (s *Service) file(ctx context.Context, tx *db.Tx, m Model) (out File, err error) {
	out.Model, out.edits, out.reviews = m, auth.Can(ctx, Enter, modelKind.Place(m)), auth.Can(ctx, Review, at(m.Holder))
	if out.where, err = region.FullName(ctx, tx, m.Region); err != nil {
		return out, err
	}
	if out.Named, err = namedIn.All(ctx, tx, m.ID); err != nil {
		return out, err
	}
	for _, n := range out.Named {
		no, _, err := db.Found(numberOf.One(ctx, tx, n.PersonID))
		if err != nil {
			return out, err
		}
		out.numbers = strings.TrimSpace(out.numbers + " " + no)
	}
	if out.Steps, err = stepsOf.All(ctx, tx, m.ID); err != nil {
		return out, err
	}
	if out.Figures, err = figures(ctx, tx, m); err != nil {
		return out, err
	}
	return out, choices(ctx, tx, m.Region, &out.teams, &out.projects)
}

func choices(ctx context.Context, tx *db.Tx, seat auth.Region, teams, projects *[]choice) (err error) {
	if *teams, err = teamsAt.All(ctx, tx, int64(seat)); err != nil {
		return err
	}
	*projects, err = projectsAt.All(ctx, tx, int64(seat))
	return err
}

// BlankInput asks for the form of a new model.
type BlankInput struct{}

// Blank is the form of a new model.
type Blank struct{ teams, projects []choice }

// Blank gives the form of a new model.
func (s *Service) Blank(ctx context.Context, _ BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Enter, func(tx *db.Tx) (out Blank, err error) {
		return out, choices(ctx, tx, auth.From(ctx).Seat(), &out.teams, &out.projects)
	})
}

// PublicInput asks for what is published of a place.
type PublicInput struct {
	Region auth.Region `query:"region" doc:"空为全区"`
	db.Paging
}

// Faces is one page of what volunteers, teams and projects were commended for.
type Faces struct {
	In PublicInput `json:"-"`
	db.Page[Face]
}

// Faces lists what is published.
func (s *Service) Faces(ctx context.Context, in PublicInput) (Faces, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Faces, err error) {
		out.In = in
		out.Page, err = faces.Page(ctx, tx, in, in.Paging)
		for i := 0; i < len(out.Items) && err == nil; i++ {
			out.Items[i].Where, err = region.FullName(ctx, tx, out.Items[i].Region)
		}
		return out, err
	})
}

// CardsInput asks for the library.
type CardsInput struct {
	Region auth.Region `query:"region"`
	Kind   string      `query:"kind" set:"model.kind,"`
	db.Paging
}

// Cards is one page of the library.
type Cards struct {
	In CardsInput `json:"-"`
	db.Page[Card]
}

// Cards lists the published models.
func (s *Service) Cards(ctx context.Context, in CardsInput) (Cards, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Cards, err error) {
		out.In = in
		out.Page, err = cards.Page(ctx, tx, in, in.Paging)
		for i := 0; i < len(out.Items) && err == nil; i++ {
			out.Items[i].Where, err = region.FullName(ctx, tx, out.Items[i].Region)
		}
		return out, err
	})
}

// Shown is a published model as everybody reads it.
type Shown struct {
	ID          db.ID       `json:"id"`
	Region      auth.Region `json:"region"`
	Where       string      `json:"where"`
	Kind        string      `json:"kind"`
	Title       string      `json:"title"`
	Story       string      `json:"story"`
	Copying     string      `json:"copying"`
	Contact     string      `json:"contact"`
	Figures     *Figures    `json:"figures,omitempty"`
	PublishedOn clock.Day   `json:"published_on"`
	today       clock.Day
}

// Card gives a published model.
func (s *Service) Card(ctx context.Context, in GetInput) (Shown, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Shown, err error) {
		m, err := models.Get(ctx, tx, in.ID)
		if err == nil && m.State != Published {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		out = Shown{ID: m.ID, Region: m.Region, Kind: m.Kind, Title: m.Title, Story: m.Story, Copying: m.Copying, Contact: m.Contact,
			PublishedOn: m.PublishedOn, today: clock.DayOf(tx.Now)}
		if out.Where, err = region.FullName(ctx, tx, m.Region); err != nil {
			return out, err
		}
		out.Figures, err = figures(ctx, tx, m)
		return out, err
	})
}

// words is a line about a commendation.
func (x Commendation) words() string {
	return x.Day.String() + "　" + x.Title + "（" + x.Giver + "）"
}

// OfPerson gives the commendations of a volunteer that a second person confirmed, a line each.
func OfPerson(ctx context.Context, tx *db.Tx, id db.ID) (out []string, err error) {
	all, err := ofPerson.All(ctx, tx, id)
	for _, x := range all {
		if x.State != Entered && x.State != Refused {
			out = append(out, x.words())
		}
	}
	return out, err
}

// OfTeam gives the published commendations of a team, a line each.
func OfTeam(ctx context.Context, tx *db.Tx, id db.ID) ([]string, error) {
	return lines(ofTeam.All(ctx, tx, id))
}

// OfProject gives the published commendations of a project, a line each.
func OfProject(ctx context.Context, tx *db.Tx, id db.ID) ([]string, error) {
	return lines(ofProject.All(ctx, tx, id))
}

func lines(all []Commendation, err error) (out []string, _ error) {
	for _, x := range all {
		out = append(out, x.words())
	}
	return out, err
}

// BrandsOfTeam counts the published brand projects of a team, BrandsIn those of a community.
func BrandsOfTeam(ctx context.Context, tx *db.Tx, id db.ID) (int64, error) {
	return brandsOf.One(ctx, tx, id)
}

// BrandsIn counts the published brand projects of a community.
func BrandsIn(ctx context.Context, tx *db.Tx, at auth.Region) (int64, error) {
	return brandsIn.One(ctx, tx, int64(at))
}

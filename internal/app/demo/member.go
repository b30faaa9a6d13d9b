package demo

import (
	"context"
	"fmt"
	"slices"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
)

// own are the grants of somebody who acts for himself.
func own(roles ...auth.Role) (out []auth.Grant) {
	for _, r := range roles {
		out = append(out, auth.Grant{Role: r})
	}
	return out
}

// listedPerRole is how many residents and volunteers of a listed community stand in the manifest.
var listedPerRole = map[auth.Role]int{auth.Resident: 3, auth.Volunteer: 14}

// signsIn opens the account of a resident or volunteer: a listed one, or one of so many.
func (w *world) signsIn(ctx context.Context, s *soul, role auth.Role, nth int, grants []auth.Grant) error {
	p := s.home
	base := p.Region != elsewhere
	listed := (!base || p.Region == w.manifest.Base.Community) && nth < listedPerRole[role]
	if !listed && nth%w.scale.Accounts != 0 {
		return nil
	}
	ctx = auth.AsSystem(ctx, "demo")
	if !listed {
		return w.account(ctx, s, p.Region, "", "", grants...)
	}
	s.kept = role == auth.Volunteer
	login := loginOf(role, base, nth)
	if err := w.account(ctx, s, p.Region, login, "", grants...); err != nil {
		return err
	}
	return w.list(ctx, s, role, p.Region, 0, login, "")
}

// resident registers a resident at the desk.
func (w *world) resident(ctx context.Context, p *place, i int) error {
	s := &soul{somebody: w.names.somebody(p.Region, 1938, 2000), home: p}
	err := w.register(auth.With(ctx, p.manager), s, p.Region, func(in *person.NewPerson) {
		if w.rng.IntN(3) == 0 {
			in.Groups = person.Codes{pick(w.rng, []string{"low_income", "left_elder", "lone_elder", "disabled", "veteran", "destitute"})}
		}
		in.NoSmartphone = w.rng.IntN(4) == 0
		in.Group = []string{"一小组", "二小组", "东浩特"}[i%3]
		if i%6 == 0 { // herders live by the season
			in.Addresses[0].Kind, in.Addresses[0].FromMonth, in.Addresses[0].ToMonth = "winter", 11, 4
			summer := in.Addresses[0]
			summer.Kind, summer.FromMonth, summer.ToMonth, summer.Detail, summer.Landmark = "summer", 5, 10, "示范夏营盘", "敖包南坡，蓝顶房"
			in.Addresses = append(in.Addresses, summer)
		}
	})
	if err != nil {
		return err
	}
	p.residents = append(p.residents, s)
	for _, who := range []auth.Actor{p.manager, p.head}[:1+min(1, (i+1)%5)] { // whom the head has not met yet waits for a second look
		if _, err := w.app.Person.Meet(auth.With(ctx, who), person.MeetInput{ID: s.id, Version: 1}); err != nil {
			return err
		}
	}
	return w.signsIn(ctx, s, auth.Resident, len(p.residents)-1, own(auth.Resident))
}

var (
	skills     = []string{"cooking", "care", "driving", "electric", "haircut", "tutoring", "computer", "medical", "writing", "sports"}
	identities = []string{"party", "committee", "community_worker", "grid", "resident", "property", "professional"}
)

// enrol registers a volunteer at the desk; the station approves him some hours later.
func (w *world) enrol(ctx context.Context, p *place, i int) error {
	s := &soul{somebody: w.names.somebody(p.Region, 1955, 2004), home: p, insured: w.rng.IntN(2) == 0}
	desk := auth.With(ctx, p.manager)
	if err := w.register(desk, s, p.Region, nil); err != nil {
		return err
	}
	week := [][]string{nil, {"1am", "2am", "3am", "4am", "5am"}, {"6am", "6pm", "7am", "7pm"}, {"1ev", "3ev", "5ev", "6pm"}}[i%4]
	in := volunteer.RegisterInput{PersonID: s.id, Region: p.Region, Facts: volunteer.Facts{Identities: person.Codes{pick(w.rng, identities)},
		MaxKm: int64(2 + w.rng.IntN(20)), Available: week}, Agreed: true, Consent: person.ByPaper}
	for range w.rng.IntN(3) {
		if k := pick(w.rng, skills); !slices.Contains(in.Skills, k) {
			in.Skills = append(in.Skills, k)
		}
	}
	w.at(w.later(clock.In(ctx), 30, 240), func(ctx context.Context) error { return w.approve(ctx, s, i) })
	var err error
	s.volunteer, err = w.app.Volunteer.Register(desk, in)
	return err
}

func (w *world) approve(ctx context.Context, s *soul, i int) (err error) {
	p, desk := s.home, auth.With(ctx, s.home.manager)
	if s.volunteer, err = w.app.Volunteer.Approve(desk, volunteer.ApproveInput{ID: s.volunteer.ID, Version: s.volunteer.Version,
		Decision: "approve"}); err != nil {
		return err
	}
	if s.insured {
		today := clock.Today(ctx)
		s.volunteer, err = w.app.Volunteer.IssueTo(desk, volunteer.IssueInput{ID: s.volunteer.ID, Version: s.volunteer.Version, Kind: "insurance",
			Code: "accident", Number: fmt.Sprintf("YS-%06d", i+1), From: today, To: today.AddDays(max(365, w.scale.Days+2*founding))})
		if err != nil {
			return err
		}
	}
	p.volunteers = append(p.volunteers, s)
	town := p.Region.At(auth.LevelTown)
	w.pools[town] = append(w.pools[town], s)
	return w.signsIn(ctx, s, auth.Volunteer, len(p.volunteers)-1, own(auth.Resident, auth.Volunteer))
}

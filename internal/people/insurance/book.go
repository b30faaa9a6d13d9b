package insurance

import (
	"cmp"
	"context"

	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Case is a service on a day: where, for which station, and of which team when it is a team's.
type Case struct {
	Region        auth.Region
	Station, Team db.ID
	Day           clock.Day
}

// Answer says by which policy somebody is covered, or why he is not.
type Answer struct {
	Policy Policy // none where he brought his own
	Own    volunteer.Dated
	Why    string // "" when he is covered
}

// Book holds the policies that can cover a service in a banner.
type Book struct {
	policies []Policy // the last to end first
	named    map[db.ID]map[db.ID][]Name
}

// Around gives the book of the banner of a place, for services from a day on: policies of the banner, of its parts, and of what it lies in.
// With a volunteer it holds his names alone, wherever they stand.
func Around(ctx context.Context, tx *db.Tx, at auth.Region, only db.ID, from clock.Day) (b Book, err error) {
	in := around{at.At(min(auth.LevelBanner, at.Level())), only, from}
	if b.policies, err = inForce.All(ctx, tx, in); err != nil {
		return b, err
	}
	b.named = map[db.ID]map[db.ID][]Name{}
	return b, naming.Each(ctx, tx, in, func(n Name) error {
		if b.named[n.VolunteerID] == nil {
			b.named[n.VolunteerID] = map[db.ID][]Name{}
		}
		b.named[n.VolunteerID][n.PolicyID] = append(b.named[n.VolunteerID][n.PolicyID], n)
		return nil
	})
}

// uncovered is said where nothing at all covers somebody.
const uncovered = "那一天没有有效的人身意外伤害保险"

// Ask says whether a volunteer is covered for a service, by which policy, or why he is not. Orders, dispatch and activities all ask here.
func (b Book) Ask(v volunteer.Profile, c Case) Answer {
	for _, d := range v.Insurance {
		if d.Code != liability && d.From <= c.Day && (d.To == 0 || c.Day <= d.To) {
			return Answer{Own: d}
		}
	}
	why := uncovered
	for _, p := range b.policies {
		if !p.reaches(c) && p.Scope != OfNamed || p.Scope == OfNamed && b.named[v.ID][p.ID] == nil {
			continue
		}
		reason := p.lacks(b.named[v.ID][p.ID], c.Day)
		if reason == "" {
			return Answer{Policy: p}
		}
		if why == uncovered {
			why += "（" + p.title() + reason + "）"
		}
	}
	return Answer{Why: why}
}

// Blanket gives a policy, other than one, that covers whoever does the service.
func (b Book) Blanket(c Case, but db.ID) (Policy, bool) {
	for _, p := range b.policies {
		if p.ID != but && p.reaches(c) && p.lacks(nil, c.Day) == "" {
			return p, true
		}
	}
	return Policy{}, false
}

// reaches says whether a policy is one for everybody who does the service.
func (p Policy) reaches(c Case) bool {
	switch p.Scope {
	case OfRegion:
		return p.Region.Contains(c.Region)
	case OfStation:
		return c.Station == p.StationID
	case OfTeam:
		return c.Team != 0 && c.Team == p.TeamID
	}
	return false
}

// lacks says why a policy that reaches somebody does not cover him on a day, or "".
func (p Policy) lacks(names []Name, day clock.Day) string {
	switch {
	case p.Kind == liability:
		return "是责任保险，保的是给别人造成的损失"
	case day < p.From:
		return "从 " + p.From.String() + " 起"
	case day > p.Until:
		return "到 " + p.Until.String() + " 为止"
	case p.Scope != OfNamed:
		return ""
	}
	why := ""
	for _, n := range names {
		switch {
		case day < n.From:
			why = cmp.Or(why, "名单上从 "+n.From.String()+" 起")
		case n.To != 0 && day > n.To:
			why = cmp.Or(why, "名单上到 "+n.To.String()+" 为止")
		default:
			return ""
		}
	}
	return cmp.Or(why, "名单上没有")
}

// title names a policy in a sentence.
func (p Policy) title() string { return p.Insurer + " " + p.Number + " 号保单" }

package team

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Follow lets memberships go with the entries of persons and with the register of volunteers.
func (s *Service) Follow(persons *person.Service, volunteers *volunteer.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	volunteers.Changed.Subscribe(func(ctx context.Context, tx *db.Tx, e volunteer.ChangedEvent) error {
		if e.Volunteer.Status != volunteer.Left {
			return nil
		}
		return s.out(ctx, tx, e.Volunteer.PersonID, "退出了志愿服务")
	})
}

// OnMerged lets what an entry was in go on with the other. Where both are in one team, one of them leaves it first.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	theirs, err := mineOf.All(ctx, tx, e.From)
	if err != nil {
		return err
	}
	for _, m := range theirs {
		_, both, err := db.Found(inside.One(ctx, tx, m.TeamID, e.To))
		if err == nil && both {
			err = errs.Clash("两条都在“" + m.Team + "”里：先让一条离队，再合并")
		}
		if err != nil {
			return err
		}
	}
	for _, c := range []*db.Command{followMembers, followOffices} {
		if _, err := c.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
	}
	return nil
}

// held is everything that is kept about a person's teams.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := allOf.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	offices, err := everHeld.All(ctx, tx, id)
	return struct {
		Memberships []Membership `json:"memberships"`
		Offices     []Office     `json:"offices"`
	}{list, offices}, err
}

var everHeld = officeTable.Where("person_id = $1 ORDER BY id")

// Forget takes an erased person out of his teams; that somebody was in them in those days stays, without a name.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := allOf.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	if err := s.out(ctx, tx, id, ""); err != nil {
		return err
	}
	if _, err := noReasons.Run(ctx, tx, id); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "team.erase", Object: "person", ID: id.String(), Region: list[0].Region, Cause: reason})
}

// Findings of Verify.
var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT DISTINCT o.team_id FROM team_role o JOIN team t ON t.id = o.team_id WHERE o.to_day = 0 AND t.state <> 'refused'
		AND t.state <> 'applied' AND NOT EXISTS (SELECT 1 FROM team_member m WHERE m.team_id = o.team_id AND m.person_id = o.person_id
		AND m.state = 'in')`), "任职的人不是队员"},
	{db.Query[db.ID](`SELECT DISTINCT m.team_id FROM team_member m JOIN volunteer v ON v.id = m.volunteer_id WHERE m.state = 'in'
		AND v.status = 'left'`), "队员已经不是在册志愿者"},
	{db.Query[db.ID](`SELECT DISTINCT m.team_id FROM team_member m WHERE m.state = 'in' AND (m.agreed = '' OR m.from_day = 0 OR m.to_day <> 0)
		OR m.state = 'left' AND m.to_day = 0`), "有人没有答应就成了队员，或者进出的日子不对"},
	{db.Query[db.ID](`SELECT t.id FROM team t WHERE t.state = 'dissolved' AND (t.successor_id IS NULL
		OR EXISTS (SELECT 1 FROM team_member m WHERE m.team_id = t.id AND m.state IN ('asked', 'wants', 'in'))
		OR EXISTS (SELECT 1 FROM team_role o WHERE o.team_id = t.id AND o.to_day = 0))`), "解散了而没有接手的队伍，或者还有没了结的事"},
	{db.Query[db.ID](`SELECT t.id FROM team t WHERE t.state = 'active' AND (t.decided_by IS NULL OR t.decided_by = t.applied_by
		OR t.founded_day = 0)`), "没有经另一个人批准就成立"},
}

// Verify: who holds an office is a member, who is a member has agreed and is a volunteer, nobody approved his own application, and a
// team that is no more has handed everything over.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("team "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

package recruit

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Follow lets applications go with the entries of persons and end with being a volunteer.
func (s *Service) Follow(persons *person.Service, volunteers *volunteer.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		title, both, err := db.Found(twice.One(ctx, tx, e.From, e.To))
		if err == nil && both {
			err = errs.Clash("两条都报了“" + title + "”：先撤回一条，再合并")
		}
		if err == nil {
			_, err = follow.Run(ctx, tx, e.From, e.To)
		}
		return err
	})
	volunteers.Changed.Subscribe(func(ctx context.Context, tx *db.Tx, e volunteer.ChangedEvent) error {
		if e.Volunteer.Status != volunteer.Left && e.Volunteer.Status != volunteer.Refused {
			return nil
		}
		return s.end(ctx, tx, e.Volunteer.PersonID, e.Volunteer.Status == volunteer.Left)
	})
}

// end takes back what somebody applied to and was not answered, and where all is asked for, what he was taken for too.
func (s *Service) end(ctx context.Context, tx *db.Tx, id db.ID, all bool) error {
	rows, err := mineOf.All(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, a := range rows {
		if a.State != Applied && (a.State != Accepted || !all) {
			continue
		}
		was := a.State
		a.State = Withdrawn
		if err := applicationTable.Update(ctx, tx, &a); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "recruit.withdraw", Object: "campaign_application", ID: a.ID.String(),
			Region: a.Region, Detail: map[string]any{"from": was, "to": Withdrawn}}); err != nil {
			return err
		}
	}
	return nil
}

// held is everything that is kept about a person here.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := mineOf.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	said, err := answersOfPerson.All(ctx, tx, id)
	for i := range list {
		for _, x := range said {
			if x.ApplicationID == list[i].ID {
				list[i].Answers = append(list[i].Answers, x)
			}
		}
	}
	return list, err
}

// Forget takes back what an erased person applied to and removes what he answered; that somebody applied stays, without a name.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := mineOf.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	if err := s.end(ctx, tx, id, true); err != nil {
		return err
	}
	for _, c := range []*db.Command{dropAnswers, noReasons} {
		if _, err := c.Run(ctx, tx, id); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "recruit.erase", Object: "person", ID: id.String(), Region: list[0].Region, Cause: reason})
}

// Findings of Verify.
var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT id FROM campaign WHERE published_at IS NOT NULL AND risk = ''`), "发布了，没有写风险"},
	{db.Query[db.ID](`SELECT id FROM campaign WHERE (state = 'published' AND published_at IS NULL) OR (state = 'draft' AND published_at IS NOT NULL)
		OR (state = 'closed') <> (closed_at IS NOT NULL)`), "状态和日子对不上"},
	{db.Query[db.ID](`SELECT c.id FROM campaign c WHERE c.needed < (SELECT COUNT(*) FROM campaign_application a WHERE a.campaign_id = c.id
		AND a.state = 'accepted')`), "录用的人比要招的多"},
	{db.Query[db.ID](`SELECT DISTINCT a.campaign_id FROM campaign_application a JOIN campaign c ON c.id = a.campaign_id
		WHERE c.published_at IS NULL OR a.state IN ('accepted', 'declined') AND (a.decided_by IS NULL OR a.decided_at IS NULL)
		OR a.state = 'applied' AND a.decided_by IS NOT NULL`), "没有发布就有人报名，或者没有人答复就有了结果"},
}

// Verify: what is published says the risk, nobody is taken beyond the number, and each answer has somebody who gave it.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("campaign "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

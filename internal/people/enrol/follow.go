package enrol

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
)

// Follow lets enrolments go with the entries of persons.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := follow.Run(ctx, tx, e.From, e.To)
		return err
	})
}

// held is everything that is kept about a person here: who registered him, when, through whom.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := ofPerson.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}

// Forget removes what an erased person said; that somebody was on a list stays, without a name.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := ofPerson.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	if _, err := noWords.Run(ctx, tx, id); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "enrol.erase", Object: "person", ID: id.String(), Region: list[0].Region, Cause: reason})
}

// Findings of Verify.
var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT e.id FROM enrolment e WHERE e.state <> 'pending' AND (e.volunteer_id IS NULL OR e.agreed_at IS NULL OR e.how = ''
		OR NOT EXISTS (SELECT 1 FROM person_consent c WHERE c.person_id = e.person_id AND c.purpose = 'volunteer'))`), "没有本人的同意就登记了"},
	{db.Query[db.ID](`SELECT e.id FROM enrolment e WHERE e.state = 'pending' AND (e.volunteer_id IS NOT NULL OR e.agreed_at IS NOT NULL)`),
		"本人还没有同意，已经有登记"},
	{db.Query[db.ID](`SELECT e.id FROM enrolment e JOIN enrolment_group g ON g.id = e.group_id WHERE e.state = 'settled'
		AND (e.settled_by IS NULL OR e.settled_by = g.made_by OR e.settled_by = e.agreed_by OR e.outcome = '' AND e.objection <> '')`),
		"本人说没有同意，是经办的人自己办的"},
}

// Verify: nobody is registered through a list without his own word, and no dispute was settled by who had a part in it.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("enrolment "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

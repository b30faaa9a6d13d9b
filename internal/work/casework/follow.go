package casework

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Follow lets cases go with the entries of persons.
func (s *Service) Follow(persons *person.Service) { persons.Merged.Subscribe(s.OnMerged) }

// OnMerged lets the cases of a merged entry go on with the other.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	_, err := follow.Run(ctx, tx, e.From, e.To)
	return err
}

// Kept is what a person is told is held about him: that there is a case and who read it. What is in it his social worker opens with him,
// which leaves a row as any reading does.
type Kept struct {
	Case
	Readers []Reader `json:"readers"`
}

// held is what is held about the person of a case.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := ofWhom.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var out []Kept
	for _, c := range list {
		r, err := everOf.All(ctx, tx, c.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Kept{c, r})
	}
	return out, nil
}

// Forget closes the open cases of an erased person and takes out every text of all of them.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	list, err := ofWhom.All(ctx, tx, id)
	for _, c := range list {
		if err == nil && c.State == Open {
			c.relation = Worker // for the trail, which wants the place
			err = s.cases.Alter(ctx, tx, act.Op{Action: "case.close"}, &c, func(tx *db.Tx, c *Case) error {
				c.State, c.Outcome, c.ClosedDay = Closed, "erased", clock.DayOf(tx.Now)
				return nil
			})
		}
	}
	for _, q := range []*db.Command{noTexts, noSteps, noNotes} {
		if err == nil {
			_, err = q.Run(ctx, tx, id)
		}
	}
	return err
}

// kept counts what stays of a person.
var kept = db.Query[int64](`SELECT COUNT(*) FROM casework WHERE person_id = $1`)

// Findings of Verify.
var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT c.id FROM casework c WHERE NOT EXISTS (SELECT 1 FROM casework_worker w WHERE w.case_id = c.id AND w.part = 'worker')`),
		"从来没有人负责"},
	{db.Query[db.ID](`SELECT n.case_id FROM casework_note n WHERE n.audience = 'worker' AND NOT EXISTS (SELECT 1 FROM casework_worker w
		WHERE w.case_id = n.case_id AND w.account_id = n.account_id)`), "社工记录不是社工写的"},
}

// Verify: every case was led by somebody, and notes for the worker are a worker's.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("casework "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

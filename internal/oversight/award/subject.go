package award

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/db"
)

var (
	nominated = db.Query[held](`SELECT a.title AS award, c.name AS list, n.state, n.story, n.no FROM award_nomination n JOIN award a ON a.id = n.award_id
		JOIN award_category c ON c.award_id = n.award_id AND c.n = n.category WHERE n.kind = 'volunteer' AND n.person_id = $1 ORDER BY n.id`)
	unname = db.SQL(`UPDATE award_nomination SET subject = CASE WHEN kind = 'volunteer' THEN '已注销' ELSE subject END,
		story = CASE WHEN kind = 'volunteer' THEN '' ELSE story END, exception = CASE WHEN kind = 'volunteer' THEN '' ELSE exception END,
		person_id = NULL, version = version + 1 WHERE person_id = $1`)
	unsaid = db.SQL(`UPDATE award_step SET text = '' WHERE nomination_id IN (SELECT id FROM award_nomination WHERE kind = 'volunteer'
		AND person_id = $1)`)
	chosenFor = nominations.Where("kind = 'volunteer' AND person_id = $1 AND state = 'chosen' ORDER BY id")
	followP   = db.SQL(`UPDATE award_nomination SET person_id = $2, version = version + 1 WHERE person_id = $1`)
)

// held is what this area holds about a volunteer who was nominated.
type held struct {
	Award string `json:"award"`
	List  string `json:"list"`
	State string `json:"state"`
	Story string `json:"story"`
	No    string `json:"no"`
}

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): what he was nominated for, and what came of it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := nominated.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}

// Forget takes a person out of what he was nominated for: name, story and opinions. The numbers that were signed stay, of nobody.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	if err := s.off(ctx, tx, id); err != nil {
		return err
	}
	if _, err := unsaid.Run(ctx, tx, id); err != nil {
		return err
	}
	_, err := unname.Run(ctx, tx, id)
	return err
}

// off takes a volunteer who no longer agrees to be before the public off the lists that are not final: nobody is granted what nobody could
// object to, and one who left does not hold up the others. Once the notice runs he does not come back.
func (s *Service) off(ctx context.Context, tx *db.Tx, id db.ID) error {
	list, err := chosenFor.All(ctx, tx, id)
	for i := 0; i < len(list) && err == nil; i++ {
		n := &list[i]
		if err = nominationKind.Alter(ctx, tx, act.Op{Action: "award.off"}, n, func(_ *db.Tx, n *Nomination) error {
			n.State = Deciding
			return nil
		}); err == nil {
			err = toHolder(ctx, tx, *n, "拟定的志愿者不再同意公开，已从名单上取消")
		}
	}
	return err
}

// Follow lets a nomination follow the entry of whom it is about, and his consent.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := followP.Run(ctx, tx, e.From, e.To)
		return err
	})
	persons.Withdrawn.Subscribe(func(ctx context.Context, tx *db.Tx, e person.WithdrawnEvent) error {
		if e.Purpose != person.PurposePublish {
			return nil
		}
		return s.off(ctx, tx, e.Person)
	})
}

package honour

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/db"
)

// someone stands where a name was.
const someone = "某某"

var (
	moveC = db.SQL(`UPDATE commendation SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	moveN = db.SQL(`UPDATE model_named SET person_id = $2 WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM model_named x WHERE x.person_id = $2
		AND x.model_id = model_named.model_id)`)
	unlead = db.SQL(`UPDATE commendation SET subject = CASE WHEN kind = 'volunteer' THEN '已注销' ELSE subject END, person_id = NULL,
		version = version + 1 WHERE person_id = $1`)
	dropN = db.SQL(`DELETE FROM model_named WHERE person_id = $1`)
)

// Follow lets what is kept go with the entries and the consents of persons: who no longer agrees is off every public page.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		for _, q := range []*db.Command{moveC, moveN} {
			if _, err := q.Run(ctx, tx, e.From, e.To); err != nil {
				return err
			}
		}
		_, err := dropN.Run(ctx, tx, e.From) // of a model that named both
		return err
	})
	persons.Withdrawn.Subscribe(func(ctx context.Context, tx *db.Tx, e person.WithdrawnEvent) error {
		if e.Purpose != person.PurposePublish {
			return nil
		}
		return s.withdraw(ctx, tx, e.Person, nil)
	})
}

// withdraw takes off all that names somebody; change may do more with each model.
func (s *Service) withdraw(ctx context.Context, tx *db.Tx, id db.ID, change func(m *Model)) error {
	own, err := ofPerson.All(ctx, tx, id)
	for i := 0; i < len(own) && err == nil; i++ {
		if own[i].State == Published {
			err = commendationKind.Alter(ctx, tx, act.Op{Action: "honour.recall"}, &own[i], func(_ *db.Tx, x *Commendation) error {
				x.State, x.Reason = Recalled, withdrawn
				return nil
			})
		}
	}
	if err != nil {
		return err
	}
	list, err := naming.All(ctx, tx, id)
	for i := 0; i < len(list) && err == nil; i++ {
		if change == nil && (list[i].State == Draft || list[i].State == Returned || list[i].State == Recalled) {
			continue
		}
		err = modelKind.Alter(ctx, tx, act.Op{Action: "honour.recall_model"}, &list[i], func(tx *db.Tx, m *Model) error {
			if change != nil {
				change(m)
			}
			m.State, m.Reason = Recalled, withdrawn
			return step(ctx, tx, m, "recall", withdrawn)
		})
	}
	return err
}

const withdrawn = "写到的人撤回了同意"

// held is what this area holds about a person.
type held struct {
	Commendations []Commendation `json:"commendations,omitempty"`
	Models        []string       `json:"models,omitempty"`
}

// Held gives everything that this area holds about a person (个人信息保护法 art. 45).
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	var out held
	var err error
	if out.Commendations, err = ofPerson.All(ctx, tx, id); err != nil {
		return nil, err
	}
	list, err := naming.All(ctx, tx, id)
	for _, m := range list {
		out.Models = append(out.Models, m.Title)
	}
	if err != nil || len(out.Commendations)+len(out.Models) == 0 {
		return nil, err
	}
	return out, nil
}

// Forget takes a person's name out of what is kept: the models that named him are off; his commendations stay as somebody's, without the
// picture of the certificate, which names him, and without what was written when they were refused or recalled.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	names := map[db.ID]string{}
	list, err := naming.All(ctx, tx, id)
	for i := 0; i < len(list) && err == nil; i++ {
		var n Named
		n, err = named.Get(ctx, tx, list[i].ID, id)
		names[list[i].ID] = n.Name
	}
	if err != nil {
		return err
	}
	if err := s.withdraw(ctx, tx, id, func(m *Model) {
		for _, text := range []*string{&m.Title, &m.Story, &m.Copying, &m.Contact, &m.Reason} {
			*text = without(*text, names[m.ID])
		}
	}); err != nil {
		return err
	}
	if _, err := dropN.Run(ctx, tx, id); err != nil {
		return err
	}
	own, err := ofPerson.All(ctx, tx, id)
	for i := 0; i < len(own) && err == nil; i++ {
		err = s.blank(ctx, tx, own[i])
	}
	if err == nil {
		_, err = unlead.Run(ctx, tx, id)
	}
	return err
}

// blank takes the picture and the words about somebody out of his commendation.
func (s *Service) blank(ctx context.Context, tx *db.Tx, x Commendation) error {
	file := x.FileID
	x.FileID, x.Reason = 0, ""
	err := commendations.Update(ctx, tx, &x)
	if err == nil && file != 0 {
		err = s.blobs.Delete(ctx, tx, file)
	}
	return err
}

package fund

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/db"
)

var (
	ledBy   = db.Query[held](`SELECT title, applicant_name, responsible, state, asked FROM fund_proposal WHERE person_id = $1 ORDER BY id`)
	unname  = db.SQL(`UPDATE fund_proposal SET responsible = '已注销', person_id = NULL, version = version + 1 WHERE person_id = $1`)
	followP = db.SQL(`UPDATE fund_proposal SET person_id = $2, version = version + 1 WHERE person_id = $1`)
)

// held is what this area holds about who leads a project.
type held struct {
	Title         string `json:"title"`
	ApplicantName string `json:"applicant"`
	Responsible   string `json:"responsible"`
	State         string `json:"state"`
	Asked         int64  `json:"asked"`
}

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): the projects that he leads.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := ledBy.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}

// Forget takes a person's name out of the projects that he leads; what was paid for them stays, by its vouchers (会计法 art. 23).
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	_, err := unname.Run(ctx, tx, id)
	return err
}

// Follow lets a project follow the entry of who leads it.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := followP.Run(ctx, tx, e.From, e.To)
		return err
	})
}

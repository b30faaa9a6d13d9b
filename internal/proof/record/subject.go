package record

import (
	"context"
	"fmt"
	"linli/internal/civic/person"
	"linli/internal/platform/errs"

	"linli/internal/platform/db"
)

var ofPerson = db.Query[Record](`SELECT ` + columns + tables + `WHERE r.person_id = $1 ORDER BY r.started_at, r.id`)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): his service records. The caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	return ofPerson.All(ctx, tx, id)
}

var follow = []*db.Command{db.SQL(`UPDATE service_record SET person_id = $2 WHERE person_id = $1`)}

// OnMerged lets what hangs on an entry of the register of persons follow it to the one that goes on.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	for _, move := range follow {
		if _, err := move.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
	}
	return nil
}

var undecided = db.Query[int64](`SELECT COUNT(*) FROM service_record r WHERE r.person_id = $1 AND (r.status IN ('pending', 'suspended')
	OR EXISTS (SELECT 1 FROM record_correction c WHERE c.record_id = r.id AND c.state = 'open'))`)

// unname takes the name out of the steps that somebody made himself.
var unname = db.SQL(`UPDATE record_change SET actor = '已注销' WHERE account_id IN (SELECT id FROM account WHERE person_id = $1)`)

// Forget refuses while a record of the person still waits for a word. What is decided stays: records of service are kept (志愿服务条例 art.
// 19, ten years by the standard), and say no more who it was, since they name him through the register alone.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	n, err := undecided.One(ctx, tx, id)
	if err == nil && n > 0 {
		err = errs.WrongState(fmt.Sprintf("还有 %d 条服务记录没有复核完，先复核", n))
	}
	if err != nil {
		return err
	}
	_, err = unname.Run(ctx, tx, id)
	return err
}

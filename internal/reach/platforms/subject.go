package platforms

import (
	"context"
	"fmt"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// held is one thing of a person that went to a platform, as he is told of it.
type held struct {
	Platform string    `json:"platform"`
	Number   string    `json:"batch"`
	Kind     string    `json:"kind"`
	ObjectID db.ID     `json:"item_id"`
	Ground   string    `json:"ground"`
	State    string    `json:"state"`
	Hash     string    `json:"sha256"`
	At       time.Time `json:"at"`
}

var (
	ofPerson = db.Query[held](`SELECT i.platform, b.number, i.kind, i.object_id, i.ground, i.state, i.hash, i.at FROM platform_item i
		JOIN platform_batch b ON b.id = i.batch_id WHERE i.person_id = $1 ORDER BY i.batch_id, i.kind, i.object_id`)
	underway = db.Query[int64](`SELECT COUNT(*) FROM platform_item i JOIN platform_batch b ON b.id = i.batch_id WHERE i.person_id = $1
		AND b.state IN ('queued', 'sent')`)
	kept     = db.Query[int64](`SELECT COUNT(*) FROM platform_item WHERE person_id = $1`)
	follows  = db.SQL(`UPDATE platform_item SET person_id = $2 WHERE person_id = $1`)
	untraced = db.SQL(`UPDATE platform_item SET hash = '', reason = '' WHERE person_id = $1`)
)

// Held gives what of a person went to whom (个人信息保护法 art. 45): never the content again, which his records hold.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := ofPerson.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	for i := range list {
		list[i].Platform, list[i].Kind = Targets.Word(list[i].Platform), Kinds.Word(list[i].Kind)
		list[i].Ground, list[i].State = Grounds.Word(list[i].Ground), ItemStates.Word(list[i].State)
	}
	return list, nil
}

// Forget refuses while a batch with the person waits for its answer, for a platform would keep what nobody could call back. The line of
// the ledger stays (个人信息保护法 art. 56: three years), without the digest by which his data could be tried out.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	n, err := underway.One(ctx, tx, id)
	if err == nil && n > 0 {
		err = errs.WrongState(fmt.Sprintf("有 %d 条正在报送，先等回执，或者撤回那一批", n))
	}
	if err == nil {
		_, err = untraced.Run(ctx, tx, id)
	}
	return err
}

// Follow lets the ledger follow the entry of a person.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := follows.Run(ctx, tx, e.From, e.To)
		return err
	})
}

var (
	countsOff = db.Query[numbered](`SELECT b.id, b.number FROM platform_batch b WHERE b.persons + b.services + b.trainings + b.commendations
		+ b.evaluations <> (SELECT COUNT(*) FROM platform_item i WHERE i.batch_id = b.id) ORDER BY b.id`)
	statesOff = db.Query[numbered](`SELECT b.id, b.number FROM platform_batch b WHERE b.state IN ('received', 'partly', 'refused', 'withdrawn')
		AND EXISTS (SELECT 1 FROM platform_item i WHERE i.batch_id = b.id AND (i.state = 'waits' OR i.line IS NOT NULL)) ORDER BY b.id`)
	groundOff = db.Query[numbered](`SELECT b.id, b.number FROM platform_batch b WHERE EXISTS (SELECT 1 FROM platform_item i WHERE i.batch_id = b.id
		AND (i.ground = 'law') <> (b.platform = 'national')) ORDER BY b.id`)
)

// numbered is a batch by its number.
type numbered struct {
	ID     db.ID
	Number string
}

// Verify compares each batch with its items: their number, what is left of a batch that is answered, and the ground.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, c := range []struct {
		rows *db.Rows[numbered]
		what string
	}{{countsOff, "开头写的条数和台账里的不一样"}, {statesOff, "已经有了结果，还有条目等回执，或者内容还留着"}, {groundOff, "报送的依据和平台不相符"}} {
		if err := c.rows.Each(ctx, tx, func(b numbered) error {
			report("platform_batch "+b.ID.String(), b.Number+"："+c.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

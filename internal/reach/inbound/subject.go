package inbound

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// heldLine is one line about a person, as he is told of it.
type heldLine struct {
	From    string         `json:"from" doc:"哪里报来的"`
	Number  string         `json:"batch"`
	On      clock.Day      `json:"on"`
	Kind    string         `json:"kind"`
	TheirID string         `json:"their_id"`
	State   string         `json:"state"`
	Reason  string         `json:"reason"`
	Says    map[string]any `json:"says" doc:"报来的内容"`
}

// sent is a line with where it came from.
type sent struct {
	line
	Name, Number string
	Status       string // of the record that it became
}

var (
	// ofPerson are the lines about somebody: his own, and those of the person's line that was matched with him.
	ofPerson = db.Query[sent](`SELECT ` + lineTable.Columns("l") + `, s.name, b.number, COALESCE(r.status, '') AS status FROM inbound_line l
		JOIN inbound_batch b ON b.id = l.batch_id JOIN inbound_source s ON s.id = b.source_id
		LEFT JOIN service_record r ON r.id = l.record_id AND l.state = 'taken'
		WHERE b.state <> 'dropped' AND EXISTS (SELECT 1 FROM inbound_line p WHERE p.batch_id = l.batch_id AND p.kind = 'person'
			AND p.their_id = l.owner AND p.person_id = $1 AND p.state = 'matched') ORDER BY l.batch_id, l.n`)
	keptLines = db.Query[int64](`SELECT COUNT(*) FROM inbound_line l WHERE EXISTS (SELECT 1 FROM inbound_line p
		WHERE p.batch_id = l.batch_id AND p.kind = 'person' AND p.their_id = l.owner AND p.person_id = $1)`)
	erase = db.SQL(`UPDATE inbound_line SET line = NULL, hash = '', reason = '' WHERE EXISTS (SELECT 1 FROM inbound_line p
		WHERE p.batch_id = inbound_line.batch_id AND p.kind = 'person' AND p.their_id = inbound_line.owner AND p.person_id = $1)`)
	follows  = db.SQL(`UPDATE inbound_line SET person_id = $2 WHERE person_id = $1`)
	followed = db.SQL(`UPDATE inbound_conflict SET person_id = $2 WHERE person_id = $1`)
)

// Held gives what others handed over about a person, with where it came from (个人信息保护法 art. 45).
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	rows, err := ofPerson.All(ctx, tx, id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]heldLine, 0, len(rows))
	for _, r := range rows {
		h := heldLine{From: r.Name, Number: r.Number, On: clock.DayOf(r.BatchID.Time()), Kind: Kinds.Word(r.Kind), TheirID: r.TheirID,
			State: LineStates.Word(r.State), Reason: r.Reason}
		if r.Line != nil {
			l, err := s.open(r.line)
			if err != nil {
				return nil, err
			}
			h.Says = l.Values
		}
		out = append(out, h)
	}
	return out, nil
}

// Forget removes what others handed over about a person; numbers and states stay, by which the batch is counted.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	_, err := erase.Run(ctx, tx, id)
	return err
}

// Follow lets lines follow the entry of a person.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		if _, err := follows.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
		_, err := followed.Run(ctx, tx, e.From, e.To)
		return err
	})
}

var (
	countOff = db.Query[numbered](`SELECT b.id, b.number FROM inbound_batch b WHERE b.done <> (SELECT COUNT(*) FROM inbound_line l
		WHERE l.batch_id = b.id) OR b.state <> 'loading' AND b.state <> 'dropped' AND b.done <> b.items ORDER BY b.id`)
	openOff = db.Query[numbered](`SELECT b.id, b.number FROM inbound_batch b WHERE EXISTS (SELECT 1 FROM inbound_line l
		WHERE l.batch_id = b.id AND (l.state = 'conflict') <> EXISTS (SELECT 1 FROM inbound_conflict c WHERE c.batch_id = l.batch_id
		AND c.n = l.n AND c.decision = 'open')) ORDER BY b.id`)
	keyOff = db.Query[numbered](`SELECT k.id, s.name AS number FROM inbound_key k JOIN inbound_source s ON s.id = k.source_id
		WHERE k.state = 'confirmed' AND (k.second_id IS NULL OR k.second_id = k.by_id) ORDER BY k.id`)
	secondOff = db.Query[numbered](`SELECT l.batch_id AS id, l.their_id AS number FROM inbound_line l JOIN inbound_batch b ON b.id = l.batch_id
		JOIN service_record r ON r.id = l.record_id WHERE l.state = 'taken' AND r.status = 'counted'
		AND (r.approved_by = b.by_id OR r.approved_by = b.taken_by) ORDER BY l.batch_id, l.n`)
	recordOff = db.Query[numbered](`SELECT l.batch_id AS id, l.their_id AS number FROM inbound_line l WHERE l.state = 'taken' AND l.kind = 'service'
		AND NOT EXISTS (SELECT 1 FROM service_record r WHERE r.id = l.record_id AND r.source = 'import') ORDER BY l.batch_id, l.n`)
)

// numbered is a thing by its number.
type numbered struct {
	ID     db.ID
	Number string
}

// Verify compares each batch with its lines, the lines with their conflicts and records, and asks who compared each key.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, c := range []struct {
		rows         *db.Rows[numbered]
		object, what string
	}{{countOff, "inbound_batch", "开头写的条数和收到的不一样"}, {openOff, "inbound_batch", "有条目的状态和冲突的决定不相符"},
		{keyOff, "inbound_key", "公钥没有第二个人核对过"},
		{secondOff, "inbound_batch", "收这一批的人自己复核了它的记录"}, {recordOff, "inbound_batch", "收下的服务没有导入的记录"}} {
		if err := c.rows.Each(ctx, tx, func(b numbered) error {
			report(c.object+" "+b.ID.String(), b.Number+"："+c.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

package inbound

import (
	"context"
	"fmt"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
)

// Heaped is a batch with records that wait for a second person in the actor's place.
type Heaped struct {
	ID         db.ID  `json:"id"`
	Number     string `json:"number"`
	SourceName string `json:"source_name"`
	N          int64  `json:"count"`
}

// Nothing is an input without fields.
type Nothing struct{}

// Waiting lists the batches with records to be looked at.
type Waiting struct {
	Items []Heaped `json:"items"`
}

var heaped = db.DynamicOf[Heaped](func(b *db.Builder, scope auth.Scope) {
	b.Add(`SELECT b.id, b.number, s.name AS source_name, COUNT(*) AS n FROM inbound_line l JOIN service_record r ON r.id = l.record_id
		JOIN inbound_batch b ON b.id = l.batch_id JOIN inbound_source s ON s.id = b.source_id
		WHERE l.state = 'taken' AND r.status = 'pending' AND b.state IN ('taking', 'taken')`)
	scope.Where(b, auth.Columns{Region: "r.region"})
	b.Add(` GROUP BY b.id, b.number, s.name ORDER BY b.id LIMIT 100`)
})

// ToConfirm gives what of the batches that were taken waits for the actor as second person.
func (s *Service) ToConfirm(ctx context.Context, _ Nothing) (Waiting, error) {
	return act.Read(ctx, s.db, Confirm, func(tx *db.Tx) (out Waiting, err error) {
		list, err := heaped.All(ctx, tx, auth.ScopeOf(ctx, Confirm))
		out.Items = append([]Heaped{}, list...)
		return out, err
	})
}

// parts are who brought the batch of a record, who took it, and who decided over its line or whose it is.
var parts = db.Query[db.ID](`SELECT b.by_id FROM inbound_line l JOIN inbound_batch b ON b.id = l.batch_id
		WHERE l.record_id = $1 AND l.state = 'taken' AND b.by_id IS NOT NULL
	UNION SELECT b.taken_by FROM inbound_line l JOIN inbound_batch b ON b.id = l.batch_id
		WHERE l.record_id = $1 AND l.state = 'taken' AND b.taken_by IS NOT NULL
	UNION SELECT c.by_id FROM inbound_line l JOIN inbound_line p ON p.batch_id = l.batch_id AND p.kind = 'person' AND p.their_id = l.owner
		JOIN inbound_conflict c ON c.batch_id = l.batch_id AND (c.n = l.n OR c.n = p.n)
		WHERE l.record_id = $1 AND l.state = 'taken' AND c.by_id IS NOT NULL`)

// entered are those who had a part in a record that came with a batch.
func entered(ctx context.Context, tx *db.Tx, id db.ID) ([]db.ID, error) {
	return parts.All(ctx, tx, id)
}

// Claim is a record that a batch made, with all that a second person stands for.
type Claim struct {
	RecordID  db.ID     `json:"record_id"`
	N         int64     `json:"line"`
	Name      string    `json:"name"`
	Title     string    `json:"title"`
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	Minutes   int64     `json:"minutes"`
	Unit      string    `json:"recording_unit"`
}

// SecondInput asks for records of a batch that wait.
type SecondInput struct {
	ID db.ID `path:"id"`
	db.Paging
}

type secondSearch struct {
	SecondInput
	Scope auth.Scope
}

var claims = db.ListOf(func(b *db.Builder, in secondSearch) {
	b.Add(`SELECT l.record_id, l.n, p.name, r.title, r.started_at, r.ended_at, r.minutes, r.unit FROM inbound_line l
		JOIN service_record r ON r.id = l.record_id JOIN person p ON p.id = r.person_id
		WHERE l.batch_id = ? AND l.state = 'taken' AND r.status = 'pending'`, in.ID)
	in.Scope.Where(b, auth.Columns{Region: "r.region"})
}, func(secondSearch) db.Order[Claim] {
	return db.Order[Claim]{By: "l.n", Key: func(c Claim) []any { return []any{c.N} }}
})

// Second is a page of the records of a batch that wait.
type Second struct {
	ID     db.ID  `json:"id"`
	Number string `json:"number"`
	From   string `json:"source_name"`
	db.Page[Claim]
}

// Claims gives records of a batch for the second person.
func (s *Service) Claims(ctx context.Context, in SecondInput) (Second, error) {
	return act.Read(ctx, s.db, Confirm, func(tx *db.Tx) (Second, error) { return s.claims(ctx, tx, in) })
}

func (s *Service) claims(ctx context.Context, tx *db.Tx, in SecondInput) (out Second, err error) {
	b, err := batchTable.Get(ctx, tx, in.ID)
	if err != nil {
		return out, err
	}
	src, err := sourceTable.Get(ctx, tx, b.SourceID)
	if err != nil {
		return out, err
	}
	out = Second{ID: b.ID, Number: b.Number, From: src.Name}
	if out.Page, err = claims.Page(ctx, tx, secondSearch{in, auth.ScopeOf(ctx, Confirm)}, in.Paging); err != nil || len(out.Items) > 0 {
		return out, err
	}
	n, err := inPlace.One(ctx, tx, secondSearch{in, auth.ScopeOf(ctx, Confirm)})
	if err == nil && n == 0 {
		err = errs.ErrNotFound // nothing of this batch lies where the actor looks
	}
	return out, err
}

var inPlace = db.DynamicOf[int64](func(b *db.Builder, in secondSearch) {
	b.Add(`SELECT COUNT(*) FROM inbound_line l JOIN service_record r ON r.id = l.record_id WHERE l.batch_id = ?`, in.ID)
	in.Scope.Where(b, auth.Columns{Region: "r.region"})
})

// ConfirmRecordsInput are the records that the actor was shown, with name, times, minutes and unit, and stands for.
type ConfirmRecordsInput struct {
	ID      db.ID   `path:"id"`
	Records []db.ID `json:"records" minItems:"1" maxItems:"100"`
}

// ConfirmRecords is the second person's word on records of a batch, one by one as record.Approve judges them: his own, those of his kin and
// what he took in himself wait for somebody else, the others count; where none does, he is told why. Who brought the file is no second
// person for it, nor who decided over the line, here and on the page of the record.
func (s *Service) ConfirmRecords(ctx context.Context, in ConfirmRecordsInput) (out Second, err error) {
	if err := auth.Allow(ctx, Confirm); err != nil {
		return out, err
	}
	if err := s.db.Read(ctx, func(tx *db.Tx) error { return s.shown(ctx, tx, in) }); err != nil {
		return out, err
	}
	agreed, refusal := 0, error(nil)
	for _, id := range in.Records {
		switch _, err := s.records.Approve(ctx, record.ApproveInput{ID: id, Decision: "approve"}); errs.KindOf(err) {
		case errs.Denied, errs.Conflict, errs.Invalid:
			refusal = err
		default:
			if err != nil {
				return out, err
			}
			agreed++
		}
	}
	if agreed == 0 {
		return out, refusal
	}
	return act.Write(ctx, s.db, act.Op{Perm: Confirm}, func(tx *db.Tx) (Second, error) {
		if err := audit.Write(ctx, tx, audit.Entry{Action: "inbound.confirm", Object: "inbound_batch", ID: in.ID.String(),
			Detail: map[string]any{"agreed": agreed, "records": len(in.Records)}}); err != nil {
			return out, err
		}
		return s.claims(ctx, tx, SecondInput{ID: in.ID})
	})
}

// shown asks whether the records are the batch's, lie where the actor looks, and wait, and whether he is independent of who brought them.
func (s *Service) shown(ctx context.Context, tx *db.Tx, in ConfirmRecordsInput) error {
	b, err := batchTable.Get(ctx, tx, in.ID)
	if err != nil {
		return err
	}
	if _, err := s.claims(ctx, tx, SecondInput{ID: in.ID}); err != nil {
		return err
	}
	if b.State != taken && b.State != taking {
		return errs.WrongState("这一批" + States.Word(b.State))
	}
	q := secondSearch{SecondInput{ID: in.ID}, auth.ScopeOf(ctx, Confirm)}
	waits := map[db.ID]bool{}
	if err := claims.Each(ctx, tx, q, func(c Claim) error {
		waits[c.RecordID] = true
		return nil
	}); err != nil {
		return err
	}
	for _, id := range in.Records {
		if !waits[id] {
			return errs.WrongState(fmt.Sprintf("记录 %s 不在等复核的里面，请刷新再看", id))
		}
	}
	return s.second(ctx, tx, b.ByID, b.TakenBy)
}

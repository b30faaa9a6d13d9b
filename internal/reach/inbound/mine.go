package inbound

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
	"linli/internal/reach/batch"
)

// Own is seeing what others handed over about oneself.
const Own auth.Perm = "inbound.own"

// Fact is one thing that others say of a person. It stands apart from his own records: only what was taken and looked at counts.
type Fact struct {
	From     string    `json:"from" doc:"哪里报来的"`
	On       clock.Day `json:"on" doc:"哪天收到的"`
	Kind     string    `json:"kind"`
	Words    string    `json:"words"`
	State    string    `json:"state"`
	Reason   string    `json:"reason"`
	RecordID db.ID     `json:"record_id"`
	Status   string    `json:"-"` // how the record stands that a line became: what was taken counts only when somebody has looked at it
}

// recordTones are those of the records' own pages.
var recordTones = map[record.Status]string{record.Pending: "wait", record.Counted: "done", record.Suspended: "ask"}

// Facts is the page of them.
type Facts struct {
	Items []Fact `json:"items"`
}

// Mine gives the actor what others handed over about him, except who he is, which he knows.
func (s *Service) Mine(ctx context.Context, _ Nothing) (Facts, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (Facts, error) {
		out := Facts{Items: []Fact{}}
		me := auth.From(ctx).Person
		if me == 0 {
			return out, nil
		}
		rows, err := ofPerson.All(ctx, tx, me)
		for _, r := range rows {
			if r.Kind == batch.Person || r.Line == nil {
				continue
			}
			l, err := s.open(r.line)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, Fact{From: r.Name, On: clock.DayOf(r.BatchID.Time()), Kind: r.Kind, Words: words(l), State: r.State,
				Reason: r.Reason, RecordID: r.RecordID, Status: r.Status})
		}
		return out, err
	})
}

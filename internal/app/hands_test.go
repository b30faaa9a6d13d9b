package app_test

import (
	"testing"

	"linli/internal/platform/db"
	"linli/internal/proof/record"
)

// counted says how often minutes have come to count.
const counted = `SELECT COUNT(*) AS n FROM record_change WHERE action = 'counted' OR status = 'counted' AND minutes > minutes_from`

// twoHands asks of the rows what the explorer asks after its sequences: where an operation let minutes count, two independent people stand
// behind each, by the judgement of verify.
func (s *stage) twoHands() {
	s.t.Helper()
	if s.one(counted)["n"] == s.counted {
		return
	}
	for _, what := range s.oneHanded() {
		s.t.Errorf("%s let minutes count: %s", s.duty.operation, what)
	}
}

func (s *stage) oneHanded() (out []string) {
	s.t.Helper()
	if err := s.d.Read(s.t.Context(), func(tx *db.Tx) error {
		return record.Verify(s.t.Context(), tx, func(object, what string) { out = append(out, object+" "+what) })
	}); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// What one hand made is seen: a record whose second person is taken for the first.
func TestOneHandIsSeen(t *testing.T) {
	s := newStage(t, village.SQLite(t), duty{operation: "nothing"})
	if found := s.oneHanded(); len(found) > 0 {
		t.Fatal(found)
	}
	if err := s.d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Raw().ExecContext(t.Context(), `UPDATE service_record SET recorded_by = NULL, approved_by = NULL, confirmed_by = 1
			WHERE id = (SELECT MAX(id) FROM service_record WHERE status = 'counted' AND source = 'order')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if found := s.oneHanded(); len(found) == 0 {
		t.Error("a record of one hand is not seen")
	}
}

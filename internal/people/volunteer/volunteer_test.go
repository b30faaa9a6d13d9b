package volunteer

import (
	"context"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

const gacha auth.Region = 152502001001

type world struct {
	s       *Service
	manager context.Context
	people  []person.Person
	ctx     []context.Context
}

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	system := auth.AsSystem(t.Context(), "test")
	persons := person.New(d, seal.Ephemeral(), true)
	w := world{s: New(d)}
	if err := d.Write(system, func(tx *db.Tx) error {
		if err := region.Seed(system, tx); err != nil {
			return err
		}
		for i, birth := range []clock.Day{19800101, 20100101, 20230101} {
			in := person.NewPerson{Name: "娜仁𠮷" + []string{"甲", "乙", "丙"}[i], Region: gacha, BirthDay: birth, Consent: person.BySpoken}
			if i == 2 {
				in.Consent, in.GuardianID, in.Relation = person.ByGuardian, w.people[0].ID, "父亲"
			}
			p, err := persons.Add(system, tx, in)
			if err != nil {
				return err
			}
			w.people = append(w.people, p)
			w.ctx = append(w.ctx, auth.With(t.Context(), auth.Actor{Account: db.ID(100 + i), Person: p.ID, Grants: []auth.Grant{{Role: auth.Resident}}}))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.manager = auth.With(t.Context(), auth.Actor{Account: 7, Name: "站长", Grants: []auth.Grant{{Role: auth.CommunityHead, Region: gacha}}})
	return w
}

func input() RegisterInput {
	return RegisterInput{Identities: person.Codes{"resident"}, Skills: person.Codes{"cooking"}, MaxKm: 5, Agreed: true, Consent: person.BySelf}
}

// Somebody registers himself, the station approves, he pauses and leaves; each step once, by the right person.
func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := input()
		in.Agreed = false
		if _, err := w.s.Register(w.ctx[0], in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without having agreed: %v", err)
		}
		v, err := w.s.Register(w.ctx[0], input())
		if err != nil || v.Status != Pending || len(v.No) != 18 {
			t.Fatalf("%+v %v", v, err)
		}
		if _, err := w.s.Register(w.ctx[0], input()); errs.CodeOf(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		if _, err := w.s.Approve(w.ctx[0], ApproveInput{ID: v.ID, Version: 1}); errs.KindOf(err) != errs.Denied {
			t.Errorf("he approves himself: %v", err)
		}
		if _, err := w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 9}); errs.CodeOf(err) != "stale_version" {
			t.Errorf("stale: %v", err)
		}
		if v, err = w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 1, Decision: "approve"}); err != nil || v.Status != Active {
			t.Fatal(v, err)
		}
		if _, err := w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 2}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("approved twice: %v", err)
		}
		if v, err = w.s.Pause(w.ctx[0], PauseInput{ID: v.ID, Version: 2, From: 20261201, To: 20261210}); err != nil {
			t.Fatal(err)
		}
		if v, err = w.s.IssueTo(w.manager, IssueInput{ID: v.ID, Version: 3, Kind: "insurance", Code: "accident", From: 20260101, To: 20261231}); err != nil {
			t.Fatal(err)
		}
		p, err := w.s.Get(w.ctx[0], GetInput{ID: v.ID})
		if err != nil || len(p.Pauses) != 1 || len(p.Insurance) != 1 || p.Birth != 19800101 {
			t.Errorf("%+v %v", p, err)
		}
		if _, err := w.s.Get(w.ctx[1], GetInput{ID: v.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another resident: %v", err)
		}
		if found, err := w.s.List(w.manager, ListInput{Q: "𠮷甲"}); err != nil || len(found.Items) != 1 {
			t.Errorf("by name: %+v %v", found, err)
		}
		if _, err := w.s.Leave(w.ctx[0], LeaveInput{ID: v.ID, Version: 4}); err != nil {
			t.Error(err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			return Verify(t.Context(), tx, func(object, what string) { t.Error(object, what) })
		}); err != nil {
			t.Error(err)
		}
	})
}

// A boy of sixteen needs his guardian's consent, a child of three may not at all.
func TestMinors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(clock.Day(20261123).Time())
		t.Cleanup(clock.Reset)
		w := newWorld(t, d)
		if _, err := w.s.Register(w.ctx[1], input()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("sixteen: %v", err)
		}
		if _, err := w.s.Register(w.ctx[2], input()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("three: %v", err)
		}
		in := input()
		in.Consent, in.GuardianID = person.ByGuardian, w.people[0].ID
		if _, err := w.s.Register(w.ctx[1], in); err != nil {
			t.Errorf("with his guardian: %v", err)
		}
	})
}

// The check digit finds every wrong digit.
func TestNumber(t *testing.T) {
	const body = "15152502260000001"
	whole := body + string(checkDigit(body))
	for i := range body {
		for c := byte('0'); c <= '9'; c++ {
			if c == body[i] {
				continue
			}
			if wrong := body[:i] + string(c) + body[i+1:]; checkDigit(wrong) == whole[17] {
				t.Errorf("%s has the check digit of %s", wrong, body)
			}
		}
	}
}

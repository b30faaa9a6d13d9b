package pairing

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Follow lets pairings go with the entries of persons, and end with a consent that is taken back.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	persons.Withdrawn.Subscribe(s.OnWithdrawn)
}

// OnMerged lets the pairings and excuses of a merged entry go on with the other. Of two open pairings that of the entry that goes on stays.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	g, has, err := db.Found(openOf.One(ctx, tx, e.From))
	if err != nil {
		return err
	}
	if _, both, err := db.Found(openOf.One(ctx, tx, e.To)); err != nil || has && both {
		if err == nil {
			err = s.stop(ctx, tx, g, "登记合并，另一条登记有结对")
		}
		if err != nil {
			return err
		}
	}
	if _, err := followPerson.Run(ctx, tx, e.From, e.To); err != nil {
		return err
	}
	_, err = followExcuse.Run(ctx, tx, e.From, e.To)
	return err
}

// stop ends an open pairing for a reason outside of it.
func (s *Service) stop(ctx context.Context, tx *db.Tx, g Pairing, why string) error {
	op := act.Op{Action: "pairing.end", Cause: why}
	return s.pairings.Alter(ctx, tx, op, &g, func(tx *db.Tx, g *Pairing) error { return over(ctx, tx, g, why) })
}

// OnWithdrawn ends the pairing of a person who no longer agrees to it; that is his dated refusal.
func (s *Service) OnWithdrawn(ctx context.Context, tx *db.Tx, e person.WithdrawnEvent) error {
	if e.Purpose != person.PurposePairing {
		return nil
	}
	const why = "撤回了结对的同意"
	g, has, err := db.Found(openOf.One(ctx, tx, e.Person))
	if err != nil || !has {
		return err
	}
	if _, err := excuse(ctx, tx, e.Person, "refused", why, 0); err != nil {
		return err
	}
	return s.stop(ctx, tx, g, why)
}

// held is what is kept about a person, in plain.
type held struct {
	Pairings []Detail `json:"pairings,omitempty"`
	Excuses  []Excuse `json:"excuses,omitempty"`
	Notes    []Note   `json:"notes,omitempty"`
}

// Held is everything held about a person who is visited, or who goes: of the latter without the names of those he visits.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	var out held
	list, err := everOf.All(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	for _, g := range list {
		d, err := s.detail(ctx, tx, g.ID)
		if err != nil {
			return nil, err
		}
		out.Pairings = append(out.Pairings, d)
		n, err := s.notes(ctx, tx, g)
		if err != nil {
			return nil, err
		}
		out.Notes = append(out.Notes, n.Items...)
	}
	if out.Excuses, err = excusesOf.All(ctx, tx, id); err != nil {
		return nil, err
	}
	going, err := goneBy.All(ctx, tx, id)
	if err != nil || len(list) == 0 && len(out.Excuses) == 0 && len(going) == 0 {
		return nil, err
	}
	return map[string]any{"visited": out, "visits_made": going}, nil
}

// Gone is a visit that somebody made.
type Gone struct {
	Day    clock.Day `json:"day"`
	Result string    `json:"result"`
}

var goneBy = db.Query[Gone](`SELECT x.day, x.result FROM pairing_visit x WHERE x.volunteer_id IN (SELECT id FROM volunteer WHERE person_id = $1)
	OR x.second_id IN (SELECT id FROM volunteer WHERE person_id = $1) ORDER BY x.id`)

// Forget ends the pairing of an erased person and takes out what was written of him.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	g, has, err := db.Found(openOf.One(ctx, tx, id))
	if err == nil && has {
		err = s.stop(ctx, tx, g, "本人要求注销")
	}
	if err != nil {
		return err
	}
	if _, err := blankNotes.Run(ctx, tx, id); err != nil {
		return err
	}
	_, err = blankExcuses.Run(ctx, tx, id)
	return err
}

// Verify finds pairings, windows and visits that do not fit together.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, c := range []struct {
		find   *db.Rows[db.ID]
		object string
		what   string
	}{
		{noMember, "pairing", "结对中，却没有一位答应了的志愿者"},
		{twoMembers, "pairing", "要两人同行，答应的志愿者不到两位"},
		{unmarked, "pairing", "结束了，没有接替也没有说明"},
		{unserved, "pairing_window", "算访到了，没有一次访到的探访"},
		{uncounted, "pairing_visit", "访到了，访视期却不算"},
		{outside, "pairing_visit", "不在它的访视期里"},
		{alone, "pairing_visit", "要两人同行，见面却只有一个人"},
	} {
		ids, err := c.find.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			report(c.object+" "+id.String(), c.what)
		}
	}
	return nil
}

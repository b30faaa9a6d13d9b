package inbound

import (
	"context"
	"slices"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/spelling"
	"linli/internal/reach/batch"
)

// meet finds who somebody of a batch is here: the entry of his identity number, or else of his telephone and name. One who says the same is
// matched; where he says something else, or there are several, a person decides.
func (s *Service) meet(ctx context.Context, tx *db.Tx, row *line, l batch.Line) (out []conflict, err error) {
	list, err := s.candidates(ctx, tx, row.Region, l)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		row.State = fresh
		return nil, nil
	case len(list) > 1:
		row.State = disputed
		return []conflict{{BatchID: row.BatchID, N: row.N, Field: "candidates", Decision: "open"}}, nil
	}
	row.PersonID, row.State = list[0].ID, matched
	fields, err := s.differing(ctx, tx, list[0], l)
	for _, f := range fields {
		row.State = disputed
		out = append(out, conflict{BatchID: row.BatchID, N: row.N, Field: f, Decision: "open"})
	}
	return out, err
}

// candidates are the entries in force that a line may mean, in the region of its source: who sends a number of somebody elsewhere learns
// nothing of him.
func (s *Service) candidates(ctx context.Context, tx *db.Tx, at auth.Region, l batch.Line) ([]person.Person, error) {
	list, err := s.known(ctx, tx, l)
	return slices.DeleteFunc(list, func(p person.Person) bool { return !at.Contains(p.Region) }), err
}

func (s *Service) known(ctx context.Context, tx *db.Tx, l batch.Line) ([]person.Person, error) {
	if no := l.Text("id_number"); no != "" {
		p, there, err := s.persons.FindByNumber(ctx, tx, no)
		if err != nil || there {
			return []person.Person{p}, err
		}
	}
	if l.Text("phone") == "" {
		return nil, nil
	}
	list, err := s.persons.Known(ctx, tx, l.Text("phone"), l.Text("name"))
	if l.Text("id_number") == "" {
		return list, err
	}
	return slices.DeleteFunc(list, func(p person.Person) bool { return p.IDNumber != "" }), err // another number: another person
}

// differing names the fields in which a line and an entry say different things; what one of them leaves out is none.
func (s *Service) differing(ctx context.Context, tx *db.Tx, p person.Person, l batch.Line) (out []string, err error) {
	if !spelling.Same(p.Name, l.Text("name")) {
		out = append(out, "name")
	}
	if born, _ := clock.ReadDay(l.Text("birth_day")); born != 0 && p.BirthDay != 0 && born != p.BirthDay {
		out = append(out, "birth_day")
	}
	if sex := l.Text("sex"); sex != "" && p.Sex != "" && sex != p.Sex {
		out = append(out, "sex")
	}
	if l.Text("phone") == "" || p.Phone == "" || l.Text("id_number") == "" { // who has no number was found by his telephone
		return out, nil
	}
	same, err := s.persons.FindByPhone(ctx, tx, l.Text("phone"))
	if !slices.ContainsFunc(same, func(x person.Person) bool { return x.ID == p.ID }) {
		out = append(out, "phone")
	}
	return out, err
}

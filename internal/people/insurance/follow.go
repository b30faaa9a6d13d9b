package insurance

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
)

// Follow lets incidents go with the entries of persons; lists hold volunteers, whose lines go with their own register.
func (s *Service) Follow(persons *person.Service) { persons.Merged.Subscribe(s.OnMerged) }

// OnMerged lets what happened to an entry go on with the other.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	_, err := follow.Run(ctx, tx, e.From, e.To)
	return err
}

// heldData is everything that is kept about a person's insurance.
type heldData struct {
	Names     []Name           `json:"names"`
	Incidents []IncidentDetail `json:"incidents"`
}

// Held gives everything that is kept about a person, what happened to him in plain.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	names, err := everNamed.All(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	list, err := incidentsOf.All(ctx, tx, id)
	if err != nil || len(names)+len(list) == 0 {
		return nil, err
	}
	out := heldData{Names: names}
	for _, h := range list {
		x := IncidentDetail{Happening: h}
		if err := s.open(&x); err != nil {
			return nil, err
		}
		out.Incidents = append(out.Incidents, x)
	}
	return out, nil
}

// Forget takes out where and what happened to an erased person, and why he was struck from a list; that something happened, its outcome and
// the days of his cover stay.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := incidentsOf.All(ctx, tx, id)
	if err != nil {
		return err
	}
	n, err := unsay.Run(ctx, tx, id)
	if err != nil || len(list) == 0 && n == 0 {
		return err
	}
	e := audit.Entry{Action: "insurance.erase", Object: "person", ID: id.String(), Cause: reason}
	for _, h := range list {
		h.Place, h.Body = []byte{}, []byte{}
		if err := incidentTable.Update(ctx, tx, &h); err != nil {
			return err
		}
		e.Region = h.Region
	}
	return audit.Write(ctx, tx, e)
}

// Findings of Verify.
var findings = []struct {
	query        *db.Rows[db.ID]
	object, what string
}{
	{db.Query[db.ID](`SELECT p.id FROM policy p LEFT JOIN policy_edition e ON e.policy_id = p.id AND e.n = p.editions WHERE e.n IS NULL
		OR e.kind <> p.kind OR e.from_day <> p.from_day OR e.to_day <> p.to_day OR e.limit_fen <> p.limit_fen OR e.covers <> p.covers
		OR e.holder <> p.holder ORDER BY p.id`), "policy", "和它最新的一版不一致"},
	{db.Query[db.ID](`SELECT DISTINCT p.id FROM policy p JOIN policy_name n ON n.policy_id = p.id WHERE p.scope <> 'named' ORDER BY p.id`),
		"policy", "不看名单的保险单有名单"},
	{db.Query[db.ID](`SELECT DISTINCT n.policy_id FROM policy_name n JOIN policy_name m ON m.policy_id = n.policy_id
		AND m.volunteer_id = n.volunteer_id AND m.from_day > n.from_day WHERE n.to_day = 0 OR n.to_day >= m.from_day ORDER BY 1`), "policy",
		"同一个人在名单上的日子重叠"},
	{db.Query[db.ID](`SELECT h.id FROM policy_incident h WHERE h.reported_on > 0 AND h.reported_on < h.day ORDER BY h.id`), "policy_incident",
		"还没出事就报了"},
}

// Verify: a policy is as its newest edition says, only lists name people, each once at a time, and nothing was reported before it happened.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report(f.object+" "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

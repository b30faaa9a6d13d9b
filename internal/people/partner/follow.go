package partner

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
)

// Follow lets contacts go with the entries of persons.
func (s *Service) Follow(persons *person.Service) { persons.Merged.Subscribe(s.OnMerged) }

// OnMerged lets what an entry spoke for go on with the other.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	_, err := follow.Run(ctx, tx, e.From, e.To)
	return err
}

// held is everything that is kept about a person who speaks or spoke for a unit.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := everOf.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}

// Forget ends what an erased person speaks for and takes out what was said of him; that a unit had somebody in those days stays.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	ever, err := everOf.All(ctx, tx, id)
	if err != nil || len(ever) == 0 {
		return err
	}
	now, err := spokenBy.All(ctx, tx, id)
	for _, c := range now {
		if err == nil {
			err = silence(ctx, tx, c.PartnerID, "")
		}
	}
	if err == nil {
		_, err = noReasons.Run(ctx, tx, id)
	}
	if err != nil {
		return err
	}
	p, err := get(ctx, tx, ever[0].PartnerID)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "partner.erase", Object: "person", ID: id.String(), Region: p.Region, Cause: reason})
}

// Findings of Verify.
var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT x.id FROM partner_part x LEFT JOIN activity a ON a.id = x.activity_id LEFT JOIN sheet h ON h.id = a.sheet_id
		WHERE x.state = 'came' AND x.activity_id IS NOT NULL AND COALESCE(h.state, '') <> 'approved'`), "记了来过，活动却没有办过"},
	{db.Query[db.ID](`SELECT x.id FROM partner_part x JOIN partner_offer o ON o.id = x.offer_id WHERE o.partner_id <> x.partner_id`),
		"用的不是这个单位的服务"},
	{db.Query[db.ID](`SELECT p.id FROM partner p WHERE p.state IN ('active', 'refused') AND p.kind IN ('enterprise', 'religious', 'overseas')
		AND (p.decided_by IS NULL OR p.decided_by = p.made_by)`), "没有经另一个人核对资格"},
	{db.Query[db.ID](`SELECT p.id FROM partner p WHERE p.state = 'ended' AND (EXISTS (SELECT 1 FROM partner_offer o WHERE o.partner_id = p.id
		AND o.state = 'open') OR EXISTS (SELECT 1 FROM partner_contact c WHERE c.partner_id = p.id AND c.to_day = 0)
		OR EXISTS (SELECT 1 FROM partner_part x WHERE x.partner_id = p.id AND x.state = 'planned'))`), "不再合作了，还有没了结的事"},
	{db.Query[db.ID](`SELECT c.partner_id FROM partner_contact c JOIN partner_contact d ON d.partner_id = c.partner_id AND d.id > c.id
		AND d.from_day < c.to_day`), "两位联系人的日子重叠"},
}

// Verify: a unit came only to what was held, with what it offers itself; who needs it was checked by another; what ended is settled.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("partner "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

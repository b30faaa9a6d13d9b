package award

import (
	"context"

	"linli/internal/platform/db"
)

var (
	every = db.Query[Snapshot](snapshots.Select("") + ` ORDER BY nomination_id`)
	bare  = db.Query[db.ID](`SELECT n.id FROM award_nomination n WHERE n.state IN ('deciding', 'chosen', 'struck', 'awarded') AND NOT EXISTS
		(SELECT 1 FROM award_snapshot x WHERE x.nomination_id = n.id) ORDER BY n.id`)
	early = db.Query[db.ID](`SELECT n.id FROM award_nomination n JOIN award a ON a.id = n.award_id WHERE n.state = 'awarded'
		AND (a.state <> 'published' OR a.result_day <= a.notice_until) ORDER BY n.id`)
	alone = db.Query[db.ID](`SELECT DISTINCT a.nomination_id FROM award_step a JOIN award_step b ON b.nomination_id = a.nomination_id
		AND b.by_id = a.by_id AND b.n > a.n WHERE a.action IN ('nominate', 'resubmit', 'advance', 'choose')
		AND b.action IN ('choose', 'strike', 'keep')
		OR a.action IN ('nominate', 'resubmit') AND b.action IN ('advance', 'return') ORDER BY 1`)
	over = db.Query[db.ID](`SELECT c.award_id FROM award_category c WHERE c.winners < (SELECT COUNT(*) FROM award_nomination n
		WHERE n.award_id = c.award_id AND n.category = c.n AND n.state IN ('chosen', 'awarded')) ORDER BY c.award_id`)
	waiting = db.Query[db.ID](`SELECT DISTINCT o.award_id FROM award_objection o JOIN award a ON a.id = o.award_id WHERE o.state = 'open'
		AND a.state = 'published' ORDER BY 1`)
)

// Verify reports what breaks the area's invariants: what was frozen is as it was signed, nothing is published early or above its places or
// over an open objection, and nobody took two steps that ask for two people.
func (s *Service) Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	if err := every.Each(ctx, tx, func(x Snapshot) error {
		if !s.sound(x) {
			report("award_snapshot "+x.NominationID.String(), "证据快照和签名不符")
		}
		return nil
	}); err != nil {
		return err
	}
	for _, f := range []struct {
		query        *db.Rows[db.ID]
		object, what string
	}{
		{bare, "award_nomination", "到了评审没有证据快照"}, {early, "award_nomination", "公示没有过就公布了"},
		{alone, "award_nomination", "一个人办了要两个人办的两步"}, {over, "award", "拟定的多于名额"}, {waiting, "award", "异议没有答复就公布了"},
	} {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report(f.object+" "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

package record

import (
	"context"
	"fmt"

	"linli/internal/civic/proof"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Findings of Verify.
var (
	baseless = db.Query[db.ID](`SELECT r.id FROM service_record r LEFT JOIN attendance a ON a.id = r.attendance_id WHERE r.status = 'counted'
		AND (r.source = 'order' AND (a.id IS NULL OR a.source <> 'order' OR a.order_id <> r.order_id OR a.volunteer_id <> r.volunteer_id)
		OR r.source = 'sheet' AND (a.id IS NULL OR a.source <> 'sheet' OR a.volunteer_id <> r.volunteer_id))`)
	swollen = db.Query[db.ID](`SELECT r.id FROM service_record r JOIN attendance a ON a.id = r.attendance_id WHERE r.status = 'counted'
		AND r.minutes > a.minutes AND NOT EXISTS (SELECT 1 FROM record_correction c WHERE c.record_id = r.id AND c.state = 'approved')`)
	unseen = db.Query[db.ID](`SELECT r.id FROM service_record r WHERE r.status = 'counted' AND r.before_rule = 0
		AND (COALESCE(r.approved_by, r.confirmed_by) IS NULL OR r.needs_second AND r.approved_by IS NULL)`)
	marked = db.Query[db.ID](`SELECT r.id FROM service_record r WHERE r.before_rule <> 0
		AND (r.counted_day > r.before_rule OR r.before_rule > (SELECT MIN(o.before_rule) FROM service_record o WHERE o.before_rule <> 0))`)
	// earlier is how much counted before the rule, and until when.
	earlier = db.Query[before](`SELECT COUNT(*) AS n, COALESCE(SUM(minutes), 0) AS minutes, COALESCE(MAX(before_rule), 0) AS until
		FROM service_record WHERE status = 'counted' AND before_rule <> 0`)
	ruled = db.Query[Record](`SELECT ` + columns + tables + `WHERE r.status = 'counted' AND r.before_rule = 0 AND r.id > $1
		ORDER BY r.id LIMIT 500`)
	// raised are counted records with more minutes than their attendance, and how many agreed to it.
	raised = db.Query[db.ID](`SELECT r.id FROM service_record r JOIN attendance a ON a.id = r.attendance_id WHERE r.status = 'counted'
		AND r.before_rule = 0 AND r.minutes > a.minutes AND NOT EXISTS (SELECT 1 FROM record_correction c JOIN record_second s
		ON s.correction_id = c.id AND s.account_id <> c.decided_by WHERE c.record_id = r.id AND c.state = 'approved'
		AND c.decided_by <> c.asked_by AND s.account_id <> c.asked_by)`)
	twoPlaces = db.Query[pair](`SELECT r.id, o.id AS other FROM service_record r JOIN service_record o ON o.volunteer_id = r.volunteer_id
		AND o.id > r.id AND o.started_at < r.ended_at AND o.ended_at > r.started_at WHERE r.status <> 'void' AND o.status <> 'void'`)
	unasked = db.Query[db.ID](`SELECT r.id FROM service_record r WHERE r.status = 'counted' AND NOT EXISTS
		(SELECT 1 FROM person_consent c WHERE c.person_id = r.person_id AND c.purpose = 'volunteer' AND c.at <= r.counted_at)`)
	longDays = db.Query[dayTotal](`SELECT volunteer_id, day, SUM(minutes) AS minutes, SUM(CASE WHEN approved_by IS NULL THEN 1
		ELSE 0 END) AS direct,
		COUNT(*) AS n FROM service_record WHERE status = 'counted' GROUP BY volunteer_id, day HAVING SUM(minutes) > 480
		ORDER BY volunteer_id, day`)
	unlike = db.Query[db.ID](`SELECT r.id FROM service_record r WHERE r.minutes <> (SELECT c.minutes FROM record_change c
		WHERE c.record_id = r.id ORDER BY c.id DESC LIMIT 1)
		OR r.status <> (SELECT c.status FROM record_change c WHERE c.record_id = r.id ORDER BY c.id DESC LIMIT 1)`)
)

type pair struct{ ID, Other db.ID }

// before is what counted before the rule.
type before struct {
	N, Minutes int64
	Until      clock.Day
}

// Earlier tells each time how many minutes counted before two people stood behind each, and until which day.
func Earlier(ctx context.Context, tx *db.Tx, note func(object, what string)) error {
	b, err := earlier.One(ctx, tx)
	if err == nil && b.N > 0 {
		note("service_record", fmt.Sprintf("%d 条、%d 分钟是规则前（%s 以前）计入的，没有按两个人的规则核过", b.N, b.Minutes, b.Until.AddDays(1)))
	}
	return err
}

type dayTotal struct {
	VolunteerID db.ID
	Day         int64
	Minutes     int64
	Direct      int64
	N           int64
}

// Verify streams what breaks the area's invariants: what counts rests on an attendance or an import and on two people, nobody is in
// two places at once, everybody consented, no day beyond its limit, and each record is what its history says.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query *db.Rows[db.ID]
		what  string
	}{
		{baseless, "计入的时长没有对应的签到、补录单或导入"}, {swollen, "计入的分钟数多于签到签退的时间，又没有更正"}, {unseen, "要复核而没有复核就计入"},
		{raised, "更正超过签到签退的时间，而没有两位核实"}, {marked, "带“规则前”的标记，却在规则实行以后才计入"}, {unasked, "没有本人同意就计入"},
		{unlike, "记录和它的历史不一致"},
	} {
		err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("record "+id.String(), f.what)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := judged(ctx, tx, report); err != nil {
		return err
	}
	err := twoPlaces.Each(ctx, tx, func(p pair) error {
		report("record "+p.ID.String(), "与 record "+p.Other.String()+" 时间重叠：同一志愿者同时在两处")
		return nil
	})
	if err != nil {
		return err
	}
	return longDays.Each(ctx, tx, func(d dayTotal) error {
		if d.Minutes > Most {
			report("volunteer "+d.VolunteerID.String(), fmt.Sprintf("%d 一天计入 %d 分钟，超过 12 小时", d.Day, d.Minutes))
		} else if d.Direct == d.N {
			report("volunteer "+d.VolunteerID.String(), fmt.Sprintf("%d 一天计入 %d 分钟，超过 8 小时而没有第二人复核", d.Day, d.Minutes))
		}
		return nil
	})
}

// judged judges every counted record once more, as of the moment in which it counted.
func judged(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for last := int64(0); ; {
		rows, err := ruled.All(ctx, tx, last)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			h, err := hands(ctx, tx, r)
			if err != nil {
				return err
			}
			v, err := proof.At(tx, *r.CountedAt).Judge(ctx, h)
			if err != nil {
				return err
			}
			if last = int64(r.ID); !v.Stands {
				report("record "+r.ID.String(), "计入的记录背后没有两个互相独立的人："+v.Why)
			}
		}
	}
}

package honour

import (
	"context"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// Lists of the backbone.
const (
	Whole   = "whole"   // who is one
	Nurture = "nurture" // who lacks one thing
)

// Rule is from when on a volunteer belongs to the backbone of a place (骨干, 方案三(一)): computed, never entered.
type Rule struct {
	Minutes   int64  `json:"minutes" doc:"近一年计入的时长"`
	Trainings int64  `json:"trainings" doc:"近两年合格的培训"`
	Rating    int64  `json:"rating" doc:"近一年评价的平均分"`
	Years     int64  `json:"years" doc:"在册满几年"`
	Words     string `json:"words"`
	today     clock.Day
}

// RuleAt gives the rule of a division.
func RuleAt(ctx context.Context, tx *db.Tx, at auth.Region) (r Rule, err error) {
	r.today = clock.DayOf(tx.Now)
	for _, x := range []struct {
		key  setting.Key
		into *int64
	}{{setting.BackboneHours, &r.Minutes}, {setting.BackboneTrainings, &r.Trainings}, {setting.BackboneRating, &r.Rating},
		{setting.BackboneYears, &r.Years}} {
		if *x.into, err = setting.Int(ctx, tx, x.key, at); err != nil {
			return r, err
		}
	}
	r.Words = "近一年计入 " + format.Int(r.Minutes) + " 小时以上，"
	if r.Trainings > 0 {
		r.Words += "近两年培训合格 " + format.Int(r.Trainings) + " 次以上，"
	}
	r.Words += "近一年评价平均 " + format.Int(r.Rating) + " 分以上"
	if r.Years > 0 {
		r.Words += "，在册满 " + format.Int(r.Years) + " 年"
	}
	r.Words += "（本系统约定，可在设置里改）"
	r.Minutes *= 60
	return r, nil
}

// back is so many years before today.
func (r Rule) back(years int64) clock.Day { return r.today - clock.Day(years*10000) }

// BackboneInput asks for the backbone of a place.
type BackboneInput struct {
	Region auth.Region `query:"region"`
	List   string      `query:"list" enum:"whole,nurture," maxLength:"8" doc:"骨干，或者还差一条的"`
	db.Paging
}

// Pillar is a volunteer with what the rule looks at.
type Pillar struct {
	ID        db.ID       `json:"volunteer_id"`
	No        string      `json:"no"`
	Name      string      `json:"name"`
	Region    auth.Region `json:"region"`
	Place     string      `json:"place"`
	Since     clock.Day   `json:"since" doc:"注册通过的那天"`
	Minutes   int64       `json:"minutes" doc:"近一年计入的时长"`
	Trainings int64       `json:"trainings" doc:"近两年合格的培训"`
	Rated     int64       `json:"rated" doc:"近一年评过的单"`
	Stars     int64       `json:"-"`
	Lacks     string      `json:"lacks,omitempty" db:"-" doc:"还差什么"`
}

// rating is the mean of the ratings with one decimal; "" without any.
func (p Pillar) rating() string {
	if p.Rated == 0 {
		return ""
	}
	return format.Tenth(float64(p.Stars) / float64(p.Rated))
}

// lacks says what keeps him off the list.
func (r Rule) lacks(p Pillar) string {
	switch {
	case p.Minutes < r.Minutes:
		return "近一年再服务 " + format.Hours(r.Minutes-p.Minutes) + " 小时"
	case p.Trainings < r.Trainings:
		return "再合格 " + format.Int(r.Trainings-p.Trainings) + " 次培训"
	case p.Stars < p.Rated*r.Rating:
		return "评价平均 " + p.rating() + " 分"
	case p.Since > r.back(r.Years):
		return "在册不满 " + format.Int(r.Years) + " 年"
	}
	return ""
}

// Pillars is one page of the backbone of a place, or of who lacks one thing.
type Pillars struct {
	In BackboneInput `json:"-"`
	db.Page[Pillar]
	Rule   Rule          `json:"rule"`
	Choose []region.Step `json:"-"` // where to look further, of a place that is too wide
}

// looked is a list within what the actor may see.
type looked struct {
	BackboneInput
	Rule  Rule
	Scope auth.Scope
}

// facts writes one row for each active volunteer of a place.
func (in looked) facts(b *db.Builder) {
	year := int64(in.Rule.back(1))
	const rated = ` FROM service_record r JOIN orders o ON o.id = r.order_id AND o.round = r.round WHERE r.person_id = v.person_id
		AND r.status = 'counted' AND o.rating > 0 AND r.day >= ?`
	b.Add(`SELECT v.id, v.no, v.person_id, v.region, p.name, v.approved_day AS since, (SELECT COALESCE(SUM(r.minutes), 0)
		FROM service_record r WHERE r.person_id = v.person_id AND r.status = 'counted' AND r.day >= ?) AS minutes,
		(SELECT COUNT(*) FROM training_place t WHERE t.person_id = v.person_id AND t.state = 'confirmed' AND t.result = 'passed'
		AND t.confirmed_at >= ?) AS trainings, (SELECT COALESCE(SUM(o.rating), 0)`+rated+`) AS stars, (SELECT COUNT(*)`+rated+`) AS rated
		FROM volunteer v JOIN person p ON p.id = v.person_id WHERE v.status = 'active'`, year, in.Rule.back(2).Time(), year, year)
}

// missed counts in SQL what a volunteer lacks, as lacks says it.
const missed = `CASE WHEN x.minutes >= ? THEN 0 ELSE 1 END + CASE WHEN x.trainings >= ? THEN 0 ELSE 1 END +
	CASE WHEN x.stars >= x.rated * ? THEN 0 ELSE 1 END + CASE WHEN x.since > 0 AND x.since <= ? THEN 0 ELSE 1 END`

func (in looked) least() []any {
	return []any{in.Rule.Minutes, in.Rule.Trainings, in.Rule.Rating, int64(in.Rule.back(in.Rule.Years))}
}

var pillars = db.ListOf(func(b *db.Builder, in looked) {
	b.Add(`SELECT x.id, x.no, x.name, x.region, x.since, x.minutes, x.trainings, x.rated, x.stars,
		COALESCE((SELECT g.name FROM region g WHERE g.code = x.region), '') AS place FROM (`)
	in.facts(b)
	in.Scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id"})
	auth.Within(b, "v.region", in.Region)
	lack := 0
	if in.List == Nurture {
		lack = 1
	}
	b.Add(`) x WHERE `+missed+` = `+strconv.Itoa(lack), in.least()...)
}, func(looked) db.Order[Pillar] {
	return db.Order[Pillar]{By: "x.id", Key: func(p Pillar) []any { return []any{p.ID} }}
})

// Backbone lists who carries the work of a place, or who lacks one thing to it: whom to train and to ask more often. Of a place above the
// banners it says where to look.
func (s *Service) Backbone(ctx context.Context, in BackboneInput) (Pillars, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Pillars, err error) {
		out.In = in
		at := in.Region
		if at == 0 {
			at = auth.From(ctx).Seat()
		}
		if at.Level() < auth.LevelBanner {
			out.Choose, err = region.Under(ctx, tx, at)
			return out, err
		}
		w, err := lookedAt(ctx, tx, in)
		if err != nil {
			return out, err
		}
		out.Rule = w.Rule
		out.Page, err = pillars.Page(ctx, tx, w, in.Paging)
		for i, p := range out.Items {
			out.Items[i].Lacks = w.Rule.lacks(p)
		}
		return out, err
	})
}

func lookedAt(ctx context.Context, tx *db.Tx, in BackboneInput) (looked, error) {
	at := in.Region
	if at == 0 {
		at = auth.From(ctx).Seat()
	}
	r, err := RuleAt(ctx, tx, at)
	return looked{in, r, auth.ScopeOf(ctx, View)}, err
}

// BackboneFileInput is a list and the form of its file.
type BackboneFileInput struct {
	BackboneInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// exportMost is how many volunteers one file holds.
const exportMost = 2000

// ExportBackbone gives the list as a table, and writes into the trail who took it out.
func (s *Service) ExportBackbone(ctx context.Context, in BackboneFileInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "honour.export_backbone"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		if in.Region == 0 {
			in.Region = auth.From(ctx).Seat()
		}
		w, err := lookedAt(ctx, tx, in.BackboneInput)
		if err != nil {
			return t, err
		}
		var rows []Pillar
		if in.Region.Level() >= auth.LevelBanner {
			if rows, err = pillars.First(ctx, tx, w, exportMost); err != nil {
				return t, err
			}
		}
		t.Day, t.Table = clock.DayOf(tx.Now), w.table(rows)
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "volunteer", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

func (in looked) table(rows []Pillar) sheet.Table {
	t := sheet.Table{Title: "志愿者骨干名单", Columns: []string{"序号", "姓名", "编号", "嘎查村（社区）", "注册通过", "近一年时长（小时）", "近两年培训", "评价"},
		Foot: []string{"骨干：" + in.Rule.Words + "。"}}
	if in.List == Nurture {
		t.Title, t.Columns = "志愿者骨干培养名单", append(t.Columns, "还差什么")
	}
	for i, p := range rows {
		line := []string{strconv.Itoa(i + 1), p.Name, p.No, p.Place, p.Since.String(), format.Hours(p.Minutes), format.Int(p.Trainings),
			format.Or(p.rating())}
		if in.List == Nurture {
			line = append(line, in.Rule.lacks(p))
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// teamed asks for the backbone of a team.
type teamed struct {
	Team db.ID
	Rule Rule
}

var inTeam = db.DynamicOf[int64](func(b *db.Builder, in teamed) {
	w := looked{Rule: in.Rule}
	b.Add(`SELECT COUNT(*) FROM (`)
	w.facts(b)
	b.Add(` AND v.person_id IN (SELECT m.person_id FROM team_member m WHERE m.team_id = ? AND m.state = 'in')) x WHERE `, in.Team)
	b.Add(missed+` = 0`, w.least()...)
})

// BackboneOfTeam counts who of a team belongs to the backbone, by the rule of its division.
func BackboneOfTeam(ctx context.Context, tx *db.Tx, id db.ID, at auth.Region) (int64, error) {
	r, err := RuleAt(ctx, tx, at)
	if err != nil {
		return 0, err
	}
	return inTeam.One(ctx, tx, teamed{id, r})
}

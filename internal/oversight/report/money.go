package report

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
)

// honour is a commendation that a second person checked, or somebody whom a published selection named.
type honour struct {
	Subject, Kind, Place, Title, Giver, Document string
	Day                                          clock.Day
}

// A volunteer stands there by his family name alone, whether or not his name is public elsewhere.
var honoursOf = db.DynamicOf[honour](func(b *db.Builder, in asked) {
	b.Add(`SELECT x.subject, x.kind, c.name AS place, x.title, x.giver, x.document, x.day FROM commendation x JOIN region c ON c.code = x.region
		WHERE x.state IN ('confirmed', 'published', 'recalled') AND x.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "x.region", in.At)
	b.Add(` UNION ALL SELECT n.subject, n.kind, c.name, a.title, a.unit, a.authority_no, a.result_day FROM award_nomination n
		JOIN award a ON a.id = n.award_id AND a.state = 'published' JOIN region c ON c.code = n.region
		WHERE n.state = 'awarded' AND a.result_day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "n.region", in.At)
	b.Add(" ORDER BY 7, 4, 1 LIMIT ?", maxRows+1)
})

// honoured words of whom a commendation or a selection may name.
var honoured = map[string]string{"volunteer": "志愿者", "team": "志愿服务组织", "project": "项目", "community": "村（社区）"}

func honours(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, err := honoursOf.All(ctx, tx, asked{at, p})
	for _, r := range rows {
		name := r.Subject
		if r.Kind == "volunteer" {
			name = person.MaskName(name)
		}
		out = append(out, []string{name, honoured[r.Kind], r.Place, r.Title, r.Giver, r.Document, r.Day.String()})
	}
	return out, err
}

// spending is a proposal that money was promised to, with what moved in the period and before its end. Amounts in fen.
type spending struct {
	ID                                  db.ID
	Programme, Title, Applicant         string
	Lottery                             bool
	Granted, Paid, Used, Ever, UsedEver int64
	DoneEvents, DoneTimes, TargetEvents int64
}

var spendingOf = db.DynamicOf[spending](func(b *db.Builder, in asked) {
	const paid = `(SELECT COALESCE(SUM(CASE WHEN x.kind = 'pay' THEN x.amount ELSE -x.amount END), 0) FROM fund_payment x
		WHERE x.proposal_id = p.id AND x.day `
	const used = `(SELECT COALESCE(SUM(r.amount), 0) FROM fund_receipt r WHERE r.proposal_id = p.id AND r.state = 'checked' AND r.day `
	b.Add(`SELECT p.id, f.name AS programme, p.title, p.applicant_name AS applicant, EXISTS (SELECT 1 FROM fund_source s
		WHERE s.programme_id = f.id AND s.kind = 'lottery' AND s.state = 'confirmed') AS lottery,
		CASE WHEN p.granted > 0 THEN p.granted ELSE p.approved END AS granted, p.done_events, p.done_times, p.target_events, `+
		paid+`BETWEEN ? AND ?) AS paid, `, in.From, in.To)
	b.Add(used+`BETWEEN ? AND ?) AS used, `, in.From, in.To)
	b.Add(paid+`<= ?) AS ever, `, in.To)
	b.Add(used+`<= ?) AS used_ever FROM fund_proposal p JOIN fund_programme f ON f.id = p.programme_id
		WHERE p.committed_id IS NOT NULL AND f.year <= ?`, in.To, int64(in.To/10000))
	auth.Within(b, "p.region", in.At)
	b.Add(" ORDER BY f.year, f.id, p.id LIMIT ?", maxRows+1)
})

// slip is a voucher or a receipt.
type slip struct {
	ProposalID db.ID
	Number     string
}

var slipsOf = db.DynamicOf[slip](func(b *db.Builder, in asked) {
	b.Add(`SELECT x.proposal_id, '凭证 ' || x.voucher AS number FROM fund_payment x JOIN fund_proposal p ON p.id = x.proposal_id
		WHERE x.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "p.region", in.At)
	b.Add(` UNION ALL SELECT r.proposal_id, '票据 ' || r.number FROM fund_receipt r JOIN fund_proposal p ON p.id = r.proposal_id
		WHERE r.state = 'checked' AND r.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "p.region", in.At)
	b.Add(" ORDER BY 1, 2")
})

// spent gives what money moved for in the period; of lottery money alone, or of all.
func spent(ctx context.Context, tx *db.Tx, at auth.Region, p Period, lottery bool) (out []spending, sum spending, err error) {
	rows, err := spendingOf.All(ctx, tx, asked{at, p})
	for _, r := range rows {
		if lottery && !r.Lottery || r.Paid == 0 && r.Used == 0 && r.Ever == r.UsedEver {
			continue
		}
		out = append(out, r)
		sum.Granted, sum.Paid, sum.Used = sum.Granted+r.Granted, sum.Paid+r.Paid, sum.Used+r.Used
		sum.Ever, sum.UsedEver = sum.Ever+r.Ever, sum.UsedEver+r.UsedEver
	}
	return out, sum, err
}

func (r spending) cells() []string {
	return []string{format.Plain(r.Granted), format.Plain(r.Paid), format.Plain(r.Used), format.Plain(r.Ever - r.UsedEver)}
}

func money(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, sum, err := spent(ctx, tx, at, p, false)
	if err != nil {
		return nil, err
	}
	slips, err := slipsOf.All(ctx, tx, asked{at, p})
	numbers := map[db.ID][]string{}
	for _, s := range slips {
		numbers[s.ProposalID] = append(numbers[s.ProposalID], s.Number)
	}
	for _, r := range rows {
		out = append(out, append(append([]string{r.Title, r.Programme, r.Applicant}, r.cells()...), strings.Join(numbers[r.ID], "；")))
	}
	return append(out, append(append([]string{"合计", "", ""}, sum.cells()...), "")), err
}

// lottery is what is made public of lottery money each year.
func lottery(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, sum, err := spent(ctx, tx, at, p, true)
	for _, r := range rows {
		out = append(out, append(append([]string{r.Title, r.Programme, r.Applicant}, r.cells()...), format.Int(r.TargetEvents),
			format.Int(r.DoneEvents), format.Int(r.DoneTimes)))
	}
	return append(out, append(append([]string{"合计", "", ""}, sum.cells()...), "", "", "")), err
}

// tally is a number of the year.
type tally struct {
	Key string
	N   int64
}

var yearOf = db.DynamicOf[tally](func(b *db.Builder, in asked) {
	one := func(key, what, column string, args ...any) {
		b.Add(`SELECT '`+key+`' AS key, `+what, args...)
		auth.Within(b, column, in.At)
	}
	one("teams", `COUNT(*) AS n FROM team t WHERE t.founded_day BETWEEN 1 AND ? AND (t.dissolved_day = 0 OR t.dissolved_day > ?)`,
		"t.region", in.To, in.To)
	b.Add(" UNION ALL ")
	one("activities", `COUNT(*) FROM activity a JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved'
		WHERE a.day BETWEEN ? AND ?`,
		"a.region", in.From, in.To)
	b.Add(" UNION ALL ")
	one("learnt", `COUNT(*) FROM training_place x JOIN training_course c ON c.id = x.course_id WHERE x.state = 'confirmed'
		AND x.confirmed_at >= ? AND x.confirmed_at < ?`, "c.region", in.From.Time(), in.To.AddDays(1).Time())
	b.Add(" UNION ALL ")
	one("due", `COUNT(*) FROM pairing_window w WHERE w.state IN ('served', 'missed') AND w.due_day BETWEEN ? AND ?`, "w.region",
		in.From, in.To)
	b.Add(" UNION ALL ")
	one("served", `COUNT(*) FROM pairing_window w WHERE w.state = 'served' AND w.due_day BETWEEN ? AND ?`, "w.region", in.From, in.To)
	b.Add(" UNION ALL ")
	one("certificates", `COUNT(*) FROM certificate c WHERE c.issued_day BETWEEN ? AND ?`, "c.region", in.From, in.To)
	b.Add(" UNION ALL ")
	one("honours", `COUNT(*) FROM commendation x WHERE x.state IN ('confirmed', 'published', 'recalled') AND x.day BETWEEN ? AND ?`,
		"x.region", in.From, in.To)
})

// yearly are the lines of the year's summary that are counted here, beside the published indicators.
var yearly = []struct{ key, name string }{{"teams", "志愿服务队（年末，支）"}, {"activities", "办过的活动（场）"}, {"learnt", "培训（人次）"},
	{"due", "结对应访（次）"}, {"served", "结对实访（次）"}, {"certificates", "出具证明（份）"}, {"honours", "表彰（项）"}}

// yearlyFigures are the indicators of the year's summary.
var yearlyFigures = []string{"coverage", "stations", "standard_rate", "registered", "active_rate", "hours", "services",
	"hours_per_volunteer", "orders", "closed_rate", "satisfaction", "on_time", "confirmation"}

// summary is the skeleton of the year's summary: this year beside the one before, for people to write around.
func summary(ctx context.Context, tx *db.Tx, s *Service, at auth.Region, p Period) (out [][]string, err error) {
	columns := [2]map[string]string{}
	for i, year := range []Period{p, p.before()} {
		if columns[i], err = s.yearFigures(ctx, tx, at, year); err != nil {
			return nil, err
		}
	}
	add := func(key, name string) { out = append(out, []string{name, columns[0][key], columns[1][key]}) }
	for _, code := range yearlyFigures {
		ind, _ := s.stats.Find(code)
		add(code, ind.Name)
	}
	for _, y := range yearly {
		add(y.key, y.name)
	}
	return out, nil
}

func (s *Service) yearFigures(ctx context.Context, tx *db.Tx, at auth.Region, p Period) (map[string]string, error) {
	places, err := s.stats.Places(ctx, tx, at, p.From, min(p.To, clock.DayOf(tx.Now)), yearlyFigures...)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, code := range yearlyFigures {
		ind, _ := s.stats.Find(code)
		out[code] = ind.Say(places[0].Figures[code])
	}
	counts, err := yearOf.All(ctx, tx, asked{at, p})
	for _, c := range counts {
		out[c.Key] = format.Int(c.N)
	}
	return out, err
}

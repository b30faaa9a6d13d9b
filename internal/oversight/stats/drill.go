package stats

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/ui"
	"linli/internal/proof/record"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// Behind says which list stands behind a number: of what, and which of them.
type Behind struct{ Of, Pick string }

// RowsInput asks for the rows behind a figure.
type RowsInput struct {
	Code   string      `path:"code" maxLength:"60"`
	Region auth.Region `query:"region"`
	From   clock.Day   `query:"from"`
	To     clock.Day   `query:"to"`
	Kind   string      `query:"kind" maxLength:"40"`
	Part   string      `query:"part" enum:"numerator,denominator," maxLength:"12"`
	db.Paging
}

// Line is one row of a list: where it leads, and its cells.
type Line struct {
	ID    db.ID    `json:"id"`
	Place string   `json:"place"`
	Href  string   `json:"-" db:"-"`
	Cells []string `json:"cells" db:"-"`
}

// Rows is a page of the list behind a figure.
type Rows struct {
	Indicator Indicator `json:"-"`
	In        RowsInput `json:"-"`
	Where     string    `json:"-"`
	KindWord  string    `json:"-"`
	Total     int64     `json:"total"`
	Columns   []string  `json:"columns"`
	db.Page[Line]
}

// Drill gives the rows behind a figure, under the same division, period and kind: as many as the figure counts.
func (s *Service) Drill(ctx context.Context, in RowsInput) (Rows, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Rows, err error) {
		var after db.ID
		more, err := in.After(&after)
		if err != nil {
			return out, err
		}

		q := GetInput{Code: in.Code, Region: in.Region, From: in.From, To: in.To}
		if out.Indicator, err = s.ask(ctx, tx, &q); err != nil {
			return out, err
		}
		in.Region, in.From, in.To = q.Region, q.From, q.To
		out.In = in
		behind := out.Indicator.Behind
		if in.Part == "denominator" {
			behind = out.Indicator.BehindDen
		}
		l, ok := lists[behind.Of]
		if !ok {
			return out, errs.Field("part", "这个数后面没有名单")
		}
		if out.Where, err = region.FullName(ctx, tx, in.Region); err != nil {
			return out, err
		}
		word, err := out.Indicator.word(ctx, tx)
		if err != nil {
			return out, err
		}
		if in.Kind != "" {
			out.KindWord = word(in.Kind)
			if err := s.mayOpen(ctx, tx, out.Indicator, q, in.Kind); err != nil {
				return out, err
			}
		}
		out.Columns = l.columns
		out.Page, out.Total, err = l.page(ctx, tx, out.Indicator, in, behind.Pick, more, after)
		return out, err
	})
}

// mayOpen refuses the list behind a cell that is hidden because it is small.
func (s *Service) mayOpen(ctx context.Context, tx *db.Tx, ind Indicator, q GetInput, kind string) error {
	if len(ind.Small) == 0 {
		return nil
	}
	q.By = "kind"
	a, err := s.answer(ctx, tx, ind, q)
	for _, p := range a.Series {
		if p.Key == kind && p.Hidden {
			return errs.Field("kind", "人数太少，不单独列出")
		}
	}
	return err
}

// list is one kind of rows.
type list struct {
	columns []string
	page    func(ctx context.Context, tx *db.Tx, ind Indicator, in RowsInput, pick string, more bool,
		after db.ID) (db.Page[Line], int64, error)
}

var lists = map[string]list{
	"orders":     {[]string{"单号", "服务类别", "提出", "办到哪一步", "评分"}, orderLines},
	"records":    {[]string{"服务日期", "服务类别", "时长", "状态", "确认方式", "记录期限"}, recordLines},
	"volunteers": {[]string{"编号", "身份", "从什么时候起"}, volunteerLines},
	"stations":   {[]string{"站点", "站或点", "从什么时候起", "达标"}, stationLines},
}

// paged counts and cuts a list: from is the FROM and WHERE, with its values; each turns a row into its line.
func paged[T any](ctx context.Context, tx *db.Tx, in RowsInput, id, columns string, from func(b *db.Builder), more bool, after db.ID,
	each func(T) Line) (out db.Page[Line], n int64, err error) {
	count := tx.Build(`SELECT count(*)`)
	from(count)
	if n, err = db.SelectOne[int64](ctx, tx, count); err != nil {
		return out, n, err
	}
	b := tx.Build(`SELECT ` + columns)
	from(b)
	rows, err := db.Select[T](ctx, tx, b.If(more, " AND "+id+" < ?", after).Add(" ORDER BY "+id+" DESC LIMIT ?", in.Size()+1))
	lines := make([]Line, len(rows))
	for i, r := range rows {
		lines[i] = each(r)
	}
	return db.PageOf(lines, in.Paging, func(l Line) []string { return db.Key(l.ID) }), n, err
}

// between are the instants of a period: from the first of its first day until before the last.
func (in RowsInput) between() (time.Time, time.Time) { return in.From.Time(), in.To.AddDays(1).Time() }

type orderLine struct {
	ID        db.ID
	Place     string
	No        string
	Category  string
	CreatedAt time.Time
	State     order.State
	Rating    int64
}

func orderLines(ctx context.Context, tx *db.Tx, ind Indicator, in RowsInput, pick string, more bool,
	after db.ID) (db.Page[Line], int64, error) {
	start, end := in.between()
	first := func(which string) string {
		return `EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = o.id AND ` + which + ` AND e.at >= ? AND e.at < ? AND NOT EXISTS
			(SELECT 1 FROM order_event f WHERE f.order_id = e.order_id AND f.version < e.version AND ` + strings.ReplaceAll(which, "e.", "f.") + `))`
	}
	return paged(ctx, tx, in, "o.id", `o.id, c.name AS place, o.no, o.category, o.created_at, o.state, o.rating`, func(b *db.Builder) {
		b.Add(` FROM orders o JOIN region c ON c.code = o.region WHERE 1 = 1`)
		auth.Within(b, "o.region", in.Region)
		switch pick {
		case "replied":
			b.Add(" AND "+first(isReview), start, end)
		case "done":
			b.Add(" AND "+first(isServing), start, end)
		case "rated", "good", "unrated", "ended":
			b.Add(" AND o.state = 'closed' AND o.closed_at >= ? AND o.closed_at < ?", start, end)
			b.If(pick == "rated", " AND o.rating > 0").If(pick == "good" && in.Kind == "", " AND o.rating >= 4").If(pick == "unrated",
				" AND o.rating = 0")
		case "open":
			db.In(b.Add(" AND o.created_at < ?", end), " AND o.state", openStates)
		default:
			b.Add(" AND o.created_at >= ? AND o.created_at < ?", start, end)
			b.If(pick == "closed", " AND o.state = 'closed'").If(pick == "kept", " AND o.state NOT IN ('cancelled', 'rejected')")
		}
		switch ind.Kind {
		case "状态":
			b.If(in.Kind != "", " AND o.state = ?", in.Kind)
		case "评分":
			b.If(in.Kind != "", " AND o.rating = CAST(? AS BIGINT)", in.Kind)
		default:
			b.If(in.Kind != "", " AND o.category = ?", in.Kind)
		}
	}, more, after, func(r orderLine) Line {
		rating := "—"
		if r.Rating > 0 {
			rating = ratingWord(fmt.Sprint(r.Rating))
		}
		return Line{r.ID, short(r.Place), "/desk/orders/" + r.ID.String(),
			[]string{r.No, catalogue.Categories.Word(r.Category), clock.Words(ctx, r.CreatedAt), r.State.Word(), rating}}
	})
}

type recordLine struct {
	ID           db.ID
	Place        string
	Day          clock.Day
	Category     string
	Minutes      int64
	Status       record.Status
	Confirmation record.Confirmation
	DueDay       clock.Day
}

func recordLines(ctx context.Context, tx *db.Tx, ind Indicator, in RowsInput, pick string, more bool,
	after db.ID) (db.Page[Line], int64, error) {
	return paged(ctx, tx, in, "r.id", `r.id, c.name AS place, r.day, r.category, r.minutes, r.status, r.confirmation, r.due_day`,
		func(b *db.Builder) {
			b.Add(` FROM service_record r JOIN region c ON c.code = r.region WHERE 1 = 1`)
			auth.Within(b, "r.region", in.Region)
			switch pick {
			case "due", "in_time":
				b.Add(" AND r.status <> 'void' AND r.due_day BETWEEN ? AND ? AND r.due_day < ?", in.From, in.To, clock.DayOf(tx.Now))
				b.If(pick == "in_time", " AND r.status = 'counted' AND r.counted_day <= r.due_day")
			default:
				b.Add(" AND r.status = 'counted' AND r.day BETWEEN ? AND ?", in.From, in.To)
				b.If(pick == "both" && in.Kind == "", " AND r.confirmation = 'both'")
			}
			if ind.Kind == "确认方式" {
				b.If(in.Kind != "", " AND r.confirmation = ?", in.Kind)
			} else {
				b.If(in.Kind != "", " AND r.category = ?", in.Kind)
			}
		}, more, after, func(r recordLine) Line {
			return Line{r.ID, short(r.Place), "/desk/records/" + r.ID.String(),
				[]string{r.Day.String(), catalogue.Categories.Word(r.Category), clock.Minutes(r.Minutes), r.Status.Word(), r.Confirmation.Word(),
					r.DueDay.String()}}
		})
}

type volunteerLine struct {
	ID          db.ID
	Place       string
	No          string
	Identities  string
	ApprovedDay clock.Day
}

// volunteerLines names nobody: who needs the name has the register.
func volunteerLines(ctx context.Context, tx *db.Tx, _ Indicator, in RowsInput, pick string, more bool,
	after db.ID) (db.Page[Line], int64, error) {
	words, err := setting.Words(ctx, tx, setting.Identities)
	if err != nil {
		return db.Page[Line]{}, 0, err
	}
	return paged(ctx, tx, in, "v.id", `v.id, c.name AS place, v.no, v.identities, v.approved_day`, func(b *db.Builder) {
		b.Add(` FROM volunteer v JOIN region c ON c.code = v.region WHERE 1 = 1`)
		auth.Within(b, "v.region", in.Region)
		if pick == "active" {
			b.Add(" AND EXISTS (SELECT 1 FROM service_record r WHERE r.volunteer_id = v.id AND r.status = 'counted' AND r.day BETWEEN ? AND ?)",
				in.From, in.To)
		} else {
			b.Add(" AND v.approved_day BETWEEN 1 AND ? AND (v.left_day = 0 OR v.left_day > ?)", in.To, in.To)
		}
		b.If(in.Kind != "", " AND ' ' || v.identities || ' ' LIKE ?", "% "+in.Kind+" %")
	}, more, after, func(r volunteerLine) Line {
		var said []string
		for code := range strings.FieldsSeq(r.Identities) {
			said = append(said, setting.Label(words, code))
		}
		return Line{r.ID, short(r.Place), "", []string{r.No, strings.Join(said, "、"), r.ApprovedDay.String()}}
	})
}

type stationLine struct {
	ID    db.ID
	Place string
	Name  string
	Kind  string
	Day   clock.Day
	Met   bool
}

func stationLines(ctx context.Context, tx *db.Tx, _ Indicator, in RowsInput, pick string, more bool,
	after db.ID) (db.Page[Line], int64, error) {
	const met = `EXISTS (SELECT 1 FROM standard_status t WHERE t.station_id = s.id AND t.met AND t.day <= p.asked AND t.until_day > p.asked)`
	return paged(ctx, tx, in, "s.id", `s.id, c.name AS place, p.name, s.kind, p.day, `+met+` AS met`, func(b *db.Builder) {
		b.Add(` FROM (SELECT x.*, CAST(? AS BIGINT) AS asked FROM station_past x WHERE x.status = 'open' AND x.day <= ?
			AND x.until_day > ?) p JOIN station s ON s.id = p.station_id JOIN region c ON c.code = p.region WHERE 1 = 1`, in.To, in.To, in.To)
		auth.Within(b, "p.region", in.Region)
		b.If(pick == "met", " AND "+met).If(pick == "covering", " AND s.kind = 'station' AND c.counts_as_community AND "+met)
		b.If(in.Kind != "", " AND s.kind = ?", in.Kind)
	}, more, after, func(r stationLine) Line {
		word := "未达标"
		if r.Met {
			word = "达标"
		}
		return Line{r.ID, short(r.Place), "/gov/standard/" + r.ID.String(), []string{r.Name, stationWord(r.Kind), r.Day.String(), word}}
	})
}

func short(name string) string {
	return region.Short(name, auth.LevelCommunity)
}

// href is the address of the list behind a figure.
func (i Indicator) href(at auth.Region, from, to clock.Day, kind, part string) string {
	b := i.Behind
	if part == "denominator" {
		b = i.BehindDen
	}
	if b.Of == "" {
		return ""
	}
	return ui.Href(base+"/"+i.Code+"/rows", "region", at, "from", from, "to", to, "kind", kind, "part", part)
}

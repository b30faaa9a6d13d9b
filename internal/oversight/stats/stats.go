// Package stats tells what the numbers are: indicators with their definitions, for each division, period and kind, with numerator and
// denominator, and the list behind each figure. Figures are sums of counters that lower areas' changes keep in the same transaction;
// what no sum can tell (coverage on a day) a source of its own gives.
//
// Nouns: indicator, figure, series, metric, counter, delta, source, snapshot. Verbs: list (indicators), get (a figure), drill (the
// rows behind it), fold, recount, publish (a snapshot), withdraw.
package stats

import (
	"context"
	"slices"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Permissions. View is the figures of one's place; Publish putting them before the public; Look the published ones.
const (
	View    auth.Perm = "stats.view"
	Publish auth.Perm = "stats.publish"
	Look    auth.Perm = "stats.look"
)

// Units of a figure.
const (
	Ratio   = "ratio"   // share of 1, four digits
	Count   = "count"   // whole number
	Hours   = "hours"   // minutes ÷ 60, two digits; the numerator is in minutes
	Minutes = "minutes" // whole minutes
)

// Part is a sum that a figure is made of: of all kinds of the metric, or of those named. Until says that everything up to the period's
// end counts and not what lies in it; Minus that it is taken away.
type Part struct {
	Metric string
	Kinds  []string
	Until  bool
	Minus  bool
}

// Indicator is one figure that people agree on: what it is in words, what is divided by what, where it comes from, and how it may be cut.
type Indicator struct {
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Definition  string   `json:"definition" doc:"怎么算的"`
	Numerator   string   `json:"numerator" doc:"分子"`
	Denominator string   `json:"denominator" doc:"分母；没有时为空"`
	Source      string   `json:"source" doc:"数据从哪里来"`
	Unit        string   `json:"unit" doc:"ratio 比例，count 数量，hours 小时，minutes 分钟"`
	UnitWord    string   `json:"unit_word"`
	Cuts        []string `json:"cuts" doc:"可以按什么分：region 下级地区，month 月，kind 种类"`
	Kind        string   `json:"kind" doc:"种类是什么；不能按种类分时为空"`
	Group       string   `json:"group" doc:"归在哪一类"`

	Num        []Part                   `json:"-"`
	Den        []Part                   `json:"-"`
	Quantile   int64                    `json:"-"` // in percent, of the steps of Num; 0 for a plain figure
	Words      func(kind string) string `json:"-"` // what people call a kind
	Dictionary string                   `json:"-"` // the dictionary of the kinds, where they are an open set
	Kinds      []string                 `json:"-"` // their order; those that are missing follow
	Small      []string                 `json:"-"` // kinds that few people fall under and that tell of them: small cells are not shown
	People     string                   `json:"-"` // the metric that counts whom a small cell tells of; that of Num when empty
	Wilson     bool                     `json:"-"` // the share is of those who answered, so its interval is told
	Public     bool                     `json:"-"` // is published
	Behind     Behind                   `json:"-"` // the list behind the numerator, or behind the figure
	BehindDen  Behind                   `json:"-"` // the list behind the denominator
	Better     int                      `json:"-"` // 1 when more is better, -1 when less is, 0 when neither
}

func (i Indicator) cuts(by string) bool { return slices.Contains(i.Cuts, by) }

// Span says which amounts a source is asked for: those of each division of Level that is or lies in Within, in the days from From to To.
type Span struct {
	Within   auth.Region
	Level    int
	From, To clock.Day
}

// Amount is one number of a source.
type Amount struct {
	Region auth.Region
	Kind   string
	N      int64
}

// Source gives the amounts of a metric that no counter holds. Areas above and beside this one register theirs.
type Source func(ctx context.Context, tx *db.Tx, in Span) ([]Amount, error)

// Service holds the operations.
type Service struct {
	db         *db.DB
	indicators []Indicator
	sources    map[string]Source
}

// New makes the service, with the indicators of the areas below it.
func New(d *db.DB) *Service {
	return &Service{db: d, indicators: slices.Clone(own), sources: map[string]Source{"population": population, "active": active,
		"stations": network(openStations), "standing": network(standing), "covered": network(covered)}}
}

// Register adds an indicator of another area, with the sources of its metrics; it is called while the program is put together.
func (s *Service) Register(i Indicator, sources map[string]Source) {
	if _, there := s.find(i.Code); there {
		panic("stats: two indicators " + i.Code)
	}
	s.indicators = append(s.indicators, i)
	for name, src := range sources {
		s.sources[name] = src
	}
}

func (s *Service) find(code string) (Indicator, bool) {
	for _, i := range s.indicators {
		if i.Code == code {
			return i, true
		}
	}
	return Indicator{}, false
}

// Nothing is the input of an operation that asks for nothing.
type Nothing struct{}

// Indicators is the registry.
type Indicators struct {
	Items []Indicator `json:"items"`
}

// List gives all indicators with their definitions.
func (s *Service) List(ctx context.Context, _ Nothing) (Indicators, error) {
	return Indicators{s.indicators}, auth.Allow(ctx, View)
}

// indicator gives the one of a code, or NotFound.
func (s *Service) indicator(code string) (Indicator, error) {
	i, ok := s.find(code)
	if !ok {
		return i, errs.ErrNotFound
	}
	return i, nil
}

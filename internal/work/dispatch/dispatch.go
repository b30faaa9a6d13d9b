// Package dispatch says who suits an order, in which degree and why, so that the station offers it with two clicks. It only scores: whether somebody may
// serve at all is order's question, and nobody is ever sent without being asked.
//
// Nouns: candidate. Verbs: candidates.
package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// See is asking for the candidates of an order.
const See auth.Perm = "dispatch.candidates"

// Candidate is one volunteer for one order.
type Candidate struct {
	VolunteerID    db.ID    `json:"volunteer_id"`
	Name           string   `json:"name"`
	Score          int64    `json:"score" doc:"越大越合适"`
	Cost           int64    `json:"cost" doc:"估计要绕行的分钟数"`
	Reasons        []string `json:"reasons"`
	RefusedBecause string   `json:"refused_because,omitempty"`
}

// Candidates are the volunteers of an order's surroundings, the most suitable first and those who cannot last.
type Candidates struct {
	Items []Candidate `json:"items"`
	Next  *string     `json:"next"`
}

// How many of each kind are shown.
const (
	mostFit   = 60
	mostUnfit = 40
)

// Service holds the operations.
type Service struct {
	db     *db.DB
	orders *order.Service
}

// New makes the service.
func New(d *db.DB, orders *order.Service) *Service { return &Service{db: d, orders: orders} }

// GetInput names an order.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Candidates gives who may be asked to serve an order: the volunteers of its town and those near enough, each with a score, the detour and the reasons in words.
func (s *Service) Candidates(ctx context.Context, in GetInput) (out Candidates, err error) {
	if err := auth.Allow(ctx, See); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := order.Handled(ctx, tx, in.ID, See)
		if err != nil {
			return err
		}
		out.Items, err = s.Rank(ctx, tx, o)
		return err
	})
	return out, err
}

// Rank scores the volunteers around an order; the caller asks who may see them.
func (s *Service) Rank(ctx context.Context, tx *db.Tx, o order.Order) ([]Candidate, error) {
	f, err := s.facts(ctx, tx, o)
	if err != nil {
		return nil, err
	}
	var fit, unfit []Candidate
	for _, v := range f.volunteers {
		if c := f.judge(v); c.RefusedBecause == "" {
			fit = append(fit, c)
		} else {
			unfit = append(unfit, c)
		}
	}
	best := func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.VolunteerID, b.VolunteerID))
	}
	slices.SortFunc(fit, best)
	slices.SortFunc(unfit, best)
	return append(fit[:min(len(fit), mostFit)], unfit[:min(len(unfit), mostUnfit)]...), nil
}

// facts is everything that the judgement of all volunteers of one order needs, read in a few queries.
type facts struct {
	order      order.Order
	item       catalogue.Item
	lat, lng   float64
	volunteers []volunteer.Profile
	busy       map[db.ID][]order.Appointment
	limit      int64
	history    map[db.ID]order.History
}

func (s *Service) facts(ctx context.Context, tx *db.Tx, o order.Order) (f facts, err error) {
	f.order = o
	if f.item, err = catalogue.Get(ctx, tx, o.CatalogueID); err != nil {
		return f, err
	}
	if f.lat, f.lng, err = s.where(ctx, tx, o); err != nil {
		return f, err
	}
	if f.volunteers, err = volunteer.Near(ctx, tx, o.Region.At(auth.LevelTown)); err != nil {
		return f, err
	}
	ids := make([]db.ID, len(f.volunteers))
	for i, v := range f.volunteers {
		ids[i] = v.ID
	}
	if f.busy, err = order.Appointments(ctx, tx, o, ids); err != nil {
		return f, err
	}
	if f.history, err = order.Histories(ctx, tx, o, ids); err != nil {
		return f, err
	}
	f.limit, err = setting.Int(ctx, tx, setting.DayMinutesMax, o.Region)
	return f, err
}

// where is the place of the service: the person's, else the station's.
func (s *Service) where(ctx context.Context, tx *db.Tx, o order.Order) (lat, lng float64, err error) {
	if lat, lng, err = s.orders.Position(ctx, tx, o); err != nil || lat != 0 || o.StationID == 0 {
		return lat, lng, err
	}
	st, err := station.Get(ctx, tx, o.StationID)
	return st.Lat, st.Lng, err
}

// The parts of a score. Near and known weigh most; who has served little lately comes before who serves all the time.
const (
	base          = 50
	forCommunity  = 15
	forNear       = 20
	forKnown      = 15
	forLanguage   = 5
	forRest       = 10
	forFree       = 10 // said that he is free then; as much less who said that he is not
	busyMonth     = 5  // services in 30 days from which somebody is spared
	nearKm        = 20 // distance at which nearness no longer counts
	minutesPerKm  = 1.5
	sameCommunity = 10 // minutes, where nobody marked a place
	sameTown      = 30
)

// judge scores one volunteer.
func (f facts) judge(v volunteer.Profile) Candidate {
	c := Candidate{VolunteerID: v.ID, Name: v.Name, Score: base, Reasons: []string{}}
	home := v.Region == f.order.Region
	if home {
		c.add(forCommunity, "同一个嘎查村（社区）")
	}
	km, known := f.distance(v)
	switch {
	case known:
		c.Cost = int64(math.Ceil(km * minutesPerKm))
		c.add(int64(math.Round(forNear*max(0, 1-km/nearKm))), fmt.Sprintf("约 %.0f 公里", math.Ceil(km)))
	case home:
		c.Cost = sameCommunity
	default:
		c.Cost = sameTown
	}
	if free, said := v.Free(f.order.WindowStart, f.order.WindowEnd); free {
		c.add(forFree, "那时有空")
	} else if said {
		c.add(-forFree, "他说那时没有空")
	}
	h := f.history[v.ID]
	if h.KnowsRecipient > 0 {
		c.add(forKnown, fmt.Sprintf("给这位服务过 %d 次", h.KnowsRecipient))
	}
	if slices.ContainsFunc(f.item.Languages, func(l string) bool { return slices.Contains(v.Languages, l) }) {
		c.add(forLanguage, "会要求的语言")
	}
	if h.Month < busyMonth {
		c.add(forRest-forRest*h.Month/busyMonth, fmt.Sprintf("近一个月服务 %d 次", h.Month))
	}
	c.RefusedBecause = f.refusal(v, h, km, known)
	return c
}

func (c *Candidate) add(points int64, reason string) {
	c.Score += points
	c.Reasons = append(c.Reasons, reason)
}

// refusal says why a volunteer is not to be asked, or "".
func (f facts) refusal(v volunteer.Profile, h order.History, km float64, known bool) string {
	if why := order.Unfit(f.order, f.item, v, f.order.WindowStart); why != "" {
		return why
	}
	if why := order.Clash(f.order, f.busy[v.ID], f.limit); why != "" {
		return why
	}
	if h.Here != "" {
		return "这一单：" + h.Here.Word()
	}
	if known && v.MaxKm > 0 && km > float64(v.MaxKm) {
		return fmt.Sprintf("约 %.0f 公里，超过他说的 %d 公里", math.Ceil(km), int64(v.MaxKm))
	}
	return ""
}

// distance is that between the volunteer's home and the place, as the crow flies; unknown when either is not marked.
func (f facts) distance(v volunteer.Profile) (km float64, known bool) {
	if f.lat == 0 || v.Lat == 0 {
		return 0, false
	}
	const radius, rad = 6371, math.Pi / 180
	dLat, dLng := (v.Lat-f.lat)*rad, (v.Lng-f.lng)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(f.lat*rad)*math.Cos(v.Lat*rad)*math.Pow(math.Sin(dLng/2), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h))), true
}

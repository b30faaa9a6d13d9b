package station

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/geo"
)

// Match is a place that somebody may have meant by what he typed.
type Match struct {
	Kind  string      `json:"kind" doc:"station 站点，quarter 居民小区，division 区划"`
	Name  string      `json:"name"`
	Code  auth.Region `json:"region"`
	Where string      `json:"where" db:"-" doc:"所在的区划"`
	Lat   float64     `json:"lat"`
	Lng   float64     `json:"lng"`
	Rough bool        `json:"rough" db:"-" doc:"位置不确切，按所在地方已知的位置估计"`
}

// Matches are the places found, the most exact kinds first.
type Matches struct {
	Items []Match `json:"items"`
}

// PlaceInput is what somebody typed: the name of a division, community, station or quarter, or an address.
type PlaceInput struct {
	Q string `query:"q" required:"true" minLength:"2" maxLength:"40" doc:"地名、站名、小区名或地址"`
}

// perKind is how many places of a kind are offered; who finds more types more.
const perKind = 8

// Places finds the places that a text may mean, each with a position; public. Positions come from what is registered: stations, the
// quarters they serve, the divisions around. Nothing outside is asked.
func (s *Service) Places(ctx context.Context, in PlaceInput) (Matches, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Matches, err error) {
		out.Items, err = places(ctx, tx, strings.TrimSpace(in.Q))
		return out, err
	})
}

func places(ctx context.Context, tx *db.Tx, text string) ([]Match, error) {
	out, like := []Match{}, db.Holding(text)
	for _, find := range []func() ([]Match, error){
		func() ([]Match, error) { return stationsCalled.All(ctx, tx, like, perKind) },
		func() ([]Match, error) { return quartersCalled.All(ctx, tx, like, perKind) },
		func() ([]Match, error) { return divisionsCalled.All(ctx, tx, like, perKind, text, clock.Forever) },
	} {
		found, err := find()
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			if err := m.locate(ctx, tx); err != nil {
				return nil, err
			}
			if geo.Marked(m.Lat, m.Lng) {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// locate fills in where a place lies, and in which division. What has no position of its own gets the one of the smallest division
// around it that has: the middle of its stations, or its own known position.
func (m *Match) locate(ctx context.Context, tx *db.Tx) (err error) {
	if m.Where, err = region.FullName(ctx, tx, m.Code); err != nil || geo.Marked(m.Lat, m.Lng) {
		return err
	}
	for at := m.Code; at != 0; at = at.Parent() {
		mid, err := middle(ctx, tx, at)
		if err != nil {
			return err
		}
		if geo.Marked(mid.Lat, mid.Lng) {
			m.Lat, m.Lng, m.Rough = mid.Lat, mid.Lng, at != m.Code || at.Level() != auth.LevelCommunity
			return nil
		}
	}
	return nil
}

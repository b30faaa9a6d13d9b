package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"linli/internal/platform/i18n"
)

// Map is the ground of tiles that an operator may set for public pages, for example 天地图; without one pages draw a sketch of their own
// and ask nothing of anybody.
type Map struct {
	Tiles  []string // addresses with {z}, {x} and {y}, the lowest layer first
	Credit string   // its source and 审图号, which stand under each map (《地图管理条例》)
	Hosts  []string // where the tiles come from: browsers may load pictures from there
}

// NewMap reads what an operator set; no tiles give no map. An address must be https (or on this machine), and a map without its
// approval number is refused.
func NewMap(tiles []string, credit string) (*Map, error) {
	if len(tiles) == 0 {
		return nil, nil
	}
	m := &Map{Tiles: tiles, Credit: strings.TrimSpace(credit)}
	if m.Credit == "" {
		return nil, errors.New("map tiles need --map-credit: their source and 审图号 must stand under each map")
	}
	for _, t := range tiles {
		u, err := url.Parse(strings.NewReplacer("{z}", "1", "{x}", "1", "{y}", "1").Replace(t))
		switch {
		case err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(u.Host, "{} ;,'*"):
			return nil, fmt.Errorf("map tiles: %q is no address", t)
		case u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "127.0.0.1"):
			return nil, fmt.Errorf("map tiles: %q is not https", t)
		case !strings.Contains(t, "{z}") || !strings.Contains(t, "{x}") || !strings.Contains(t, "{y}"):
			return nil, fmt.Errorf("map tiles: %q lacks {z}, {x} or {y}", t)
		}
		if host := u.Scheme + "://" + u.Host; !slices.Contains(m.Hosts, host) {
			m.Hosts = append(m.Hosts, host)
		}
	}
	return m, nil
}

// Spot is one place on a map; without Href it leads nowhere.
type Spot struct {
	No   string  `json:"no"`
	Name string  `json:"name"`
	Href string  `json:"href,omitempty"`
	Lat  float64 `json:"lat"`
	Lng  float64 `json:"lng"`
}

// ground is what map.js needs.
func (m *Map) ground(ctx context.Context, spots []Spot) string {
	// cannot fail
	out, _ := json.Marshal(map[string]any{"tiles": m.Tiles, "spots": spots,
		"words": map[string]string{"closer": i18n.Text(ctx, "放大"), "farther": i18n.Text(ctx, "缩小")}})
	return string(out)
}

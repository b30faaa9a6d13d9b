package station

import (
	"context"
	"math"
	"strconv"
	"strings"

	"linli/internal/platform/i18n"
	"linli/internal/platform/web/ui"
)

// spot is a station on the sketch beside the list, by its number there. The sketch knows positions alone: no tiles, no borders,
// nothing from outside.
type spot struct {
	Station
	No   int
	X, Y float64 // in the square of 100 by 100, north up
}

// spots puts stations into a square: the same scale both ways at the middle latitude, with a margin. Fewer than two show nothing.
func spots(list []Station) []spot {
	if len(list) < 2 {
		return nil
	}
	north, south, east, west := -90.0, 90.0, -180.0, 180.0
	for _, st := range list {
		north, south, east, west = max(north, st.Lat), min(south, st.Lat), max(east, st.Lng), min(west, st.Lng)
	}
	narrow := math.Cos((north + south) / 2 * math.Pi / 180) // a degree of longitude in degrees of latitude
	span := max(north-south, (east-west)*narrow, 0.001)
	const margin, inner = 8, 84
	out := make([]spot, len(list))
	for i, st := range list {
		out[i] = spot{st, i + 1, margin + inner*(0.5+(st.Lng-(east+west)/2)*narrow/span), margin + inner*(0.5-(st.Lat-(north+south)/2)/span)}
	}
	return out
}

// onMap gives the spots to the operator's map, by their numbers in the list.
func onMap(list []spot) []ui.Spot {
	out := make([]ui.Spot, len(list))
	for i, s := range list {
		out[i] = ui.Spot{No: strconv.Itoa(s.No), Name: s.Name, Href: "/stations/" + s.ID.String(), Lat: s.Lat, Lng: s.Lng}
	}
	return out
}

// onMap gives the station alone to the operator's map.
func (s Station) onMap() []ui.Spot { return []ui.Spot{{Name: s.Name, Lat: s.Lat, Lng: s.Lng}} }

func (s spot) x() string { return coord(s.X) }
func (s spot) y() string { return coord(s.Y) }

func coord(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// copied is what a group chat is told of a station: nothing of anybody, a plain address at the end.
func (st Station) copied(ctx context.Context, base string) string {
	lines := []string{st.Name}
	for _, l := range []struct{ word, text string }{{"地址：%s", st.Address}, {"开放时间：%s", st.opening().Words(ctx)}, {"电话：%s", st.Phone}} {
		if l.text != "" {
			lines = append(lines, i18n.Text(ctx, l.word, l.text))
		}
	}
	return strings.Join(append(lines, i18n.Text(ctx, "有难处说一声，想帮忙也说一声："), base+"/stations/"+st.ID.String()), "\n")
}

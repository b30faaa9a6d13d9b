package homevisit

import (
	"cmp"
	"slices"

	"linli/internal/platform/geo"
)

// stop is a home on the way of a day.
type stop struct {
	home     Home
	lat, lng float64
	address  string
}

func (s stop) marked() bool { return geo.Marked(s.lat, s.lng) }

// Route puts the homes of a day in order: those whose place on the map is known by the way that is short from the station (the nearest
// next, then turned round where that shortens the way), the others after them by their address. Without a station on the map the way
// begins at the first home.
func route(lat, lng float64, stops []stop) []stop {
	var known, rest []stop
	for _, s := range stops {
		if s.marked() {
			known = append(known, s)
		} else {
			rest = append(rest, s)
		}
	}
	slices.SortStableFunc(rest, func(a, b stop) int {
		return cmp.Or(cmp.Compare(a.address, b.address), cmp.Compare(a.home.No, b.home.No))
	})
	if len(known) == 0 {
		return rest
	}
	start := stop{lat: lat, lng: lng}
	if !start.marked() {
		start = known[0]
	}
	way := append([]stop{start}, nearest(start, known)...)
	shorten(way)
	return append(way[1:], rest...)
}

// nearest goes on to whatever is nearest.
func nearest(at stop, left []stop) (way []stop) {
	left = slices.Clone(left)
	for len(left) > 0 {
		best := 0
		for i := range left {
			if far(at, left[i]) < far(at, left[best]) {
				best = i
			}
		}
		at = left[best]
		way, left = append(way, at), slices.Delete(left, best, best+1)
	}
	return way
}

// shorten turns stretches of a way round while that makes it shorter (2-opt). The first stays, the last is free.
func shorten(way []stop) {
	for better := true; better; {
		better = false
		for i := 1; i < len(way)-1; i++ {
			for j := i + 1; j < len(way); j++ {
				if gain(way, i, j) > 1 { // metre: what is less is rounding
					slices.Reverse(way[i : j+1])
					better = true
				}
			}
		}
	}
}

// gain is how much shorter a way is with the stretch from i to j turned round.
func gain(way []stop, i, j int) float64 {
	was, now := far(way[i-1], way[i]), far(way[i-1], way[j])
	if j+1 < len(way) {
		was, now = was+far(way[j], way[j+1]), now+far(way[i], way[j+1])
	}
	return was - now
}

func far(a, b stop) float64 { return geo.Metres(a.lat, a.lng, b.lat, b.lng) }

package homevisit

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func length(start stop, way []stop) (sum float64) {
	for _, s := range way {
		sum += far(start, s)
		start = s
	}
	return sum
}

// best is the shortest way through all, by trying each.
func best(start stop, left []stop) float64 {
	if len(left) == 0 {
		return 0
	}
	least := -1.0
	for i, s := range left {
		rest := slices.Delete(slices.Clone(left), i, i+1)
		if n := far(start, s) + best(s, rest); least < 0 || n < least {
			least = n
		}
	}
	return least
}

// The way holds each home once, is never longer than going to whatever is nearest, and on the whole hardly longer than the shortest.
func TestRoute(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	start := stop{lat: 43.9, lng: 116.1}
	var sum, least float64
	for range 200 {
		var stops []stop
		for i := range 6 {
			stops = append(stops, stop{home: Home{No: int64(i)}, lat: 43.8 + r.Float64()/5, lng: 116 + r.Float64()/5})
		}
		way := route(start.lat, start.lng, stops)
		seen := map[int64]bool{}
		for _, s := range way {
			seen[s.home.No] = true
		}
		if len(seen) != len(stops) || len(way) != len(stops) {
			t.Fatalf("the way holds %d of %d homes", len(seen), len(stops))
		}
		got := length(start, way)
		if near := length(start, nearest(start, stops)); got > near+1 {
			t.Errorf("%.0f m, by what is nearest %.0f m", got, near)
		}
		sum, least = sum+got, least+best(start, stops)
	}
	if sum > least*1.05 {
		t.Errorf("all ways are %.1f %% longer than the shortest", (sum/least-1)*100)
	}
}

// Homes without a place come last by address, also where the station or all of them have none.
func TestRouteWithout(t *testing.T) {
	list := []stop{{address: "乙"}, {address: "甲"}, {lat: 43.9, lng: 116.1, address: "丁"}, {lat: 43.95, lng: 116.1, address: "丙"}}
	var got string
	for _, s := range route(0, 0, list) {
		got += s.address
	}
	if got != "丁丙乙甲" {
		t.Errorf("the way is %s", got)
	}
	if got := route(43.9, 116.1, list[:2]); got[0].address != "乙" || len(got) != 2 {
		t.Errorf("without places: %+v", got)
	}
}

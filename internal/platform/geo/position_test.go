package geo

import (
	"strings"
	"testing"
)

// What is copied from a Chinese map comes back to where a receiver says that it is; known pairs of the three are met to a metre or so.
func TestTurned(t *testing.T) {
	for _, p := range [][2]float64{{43.9446, 116.0481}, {40.8183, 111.6708}, {48.2, 119.7}, {39.6, 106.8}} {
		lat, lng := shifted(p[0], p[1])
		if d := Metres(p[0], p[1], lat, lng); d < 100 || d > 1000 {
			t.Errorf("%v is moved by %v m", p, d)
		}
		if a, b := Turned(GCJ02, lat, lng); Metres(p[0], p[1], a, b) > 0.5 {
			t.Errorf("%v comes back as %v, %v", p, a, b)
		}
	}
	// 天安门: WGS-84 39.907333, 116.391083; GCJ-02 39.908739, 116.397324; BD-09 39.915119, 116.403694 (public converters agree)
	if a, b := Turned(GCJ02, 39.908739, 116.397324); Metres(39.907333, 116.391083, a, b) > 5 {
		t.Errorf("GCJ-02: %v, %v", a, b)
	}
	if a, b := Turned(BD09, 39.915119, 116.403694); Metres(39.907333, 116.391083, a, b) > 10 {
		t.Errorf("BD-09: %v, %v", a, b)
	}
	if a, b := Turned("", 43.9, 116.1); a != 43.9 || b != 116.1 {
		t.Error(a, b)
	}
}

func TestFault(t *testing.T) {
	for _, c := range []struct {
		lat, lng float64
		want     string
	}{{43.9, 116.1, ""}, {0, 0, "请填位置"}, {116.1, 43.9, "写反"}, {20.04, 110.34, "不在内蒙古"}, {11.88, 115.28, "不在内蒙古"}, {90, 180, "不在内蒙古"}} {
		if got := Fault(c.lat, c.lng); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%v, %v: %s", c.lat, c.lng, got)
		}
	}
}

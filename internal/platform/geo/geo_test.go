package geo

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The known distances are great circles of a sphere with this radius, reckoned by hand: a degree of a meridian, one of the parallel of
// 60° (within its sagging), half way around.
func TestMetres(t *testing.T) {
	const degree = math.Pi * radius / 180
	for _, c := range []struct{ lat1, lng1, lat2, lng2, want, within float64 }{
		{43.9, 116.1, 43.9, 116.1, 0, 1e-9},
		{43, 116, 44, 116, degree, 1e-3},
		{0, 116, 0, 117, degree, 1e-3},
		{60, 116, 60, 117, degree / 2, 2},
		{43.9, 116.1, 43.90001, 116.1, degree / 1e5, 1e-6},
		{0, 0, 0, 180, 180 * degree, 1e-3},
		{90, 0, -90, 77, 180 * degree, 1e-3},
	} {
		if got := Metres(c.lat1, c.lng1, c.lat2, c.lng2); math.Abs(got-c.want) > c.within {
			t.Errorf("%v: %.4f m, want %.4f", c, got, c.want)
		}
	}
}

// Distance, arc and points say the same.
func TestUnitsAgree(t *testing.T) {
	lat, lng := rapid.Float64Range(-90, 90), rapid.Float64Range(-180, 180)
	rapid.Check(t, func(t *rapid.T) {
		a, b := [2]float64{lat.Draw(t, "lat"), lng.Draw(t, "lng")}, [2]float64{lat.Draw(t, "lat"), lng.Draw(t, "lng")}
		d := Metres(a[0], a[1], b[0], b[1])
		if back := Metres(b[0], b[1], a[0], a[1]); math.Abs(d-back) > 1e-3 {
			t.Fatalf("%v there, %v back", d, back)
		}
		if by := Length(Point(a[0], a[1]).Distance(Point(b[0], b[1]))); math.Abs(d-by) > 0.5 {
			t.Fatalf("%v by degrees, %v by points", d, by)
		}
		if arc := Length(Angle(d)); math.Abs(d-arc) > 1e-3 {
			t.Fatalf("%v as an arc is %v", d, arc)
		}
		if !Cell(a[0], a[1]).IsLeaf() {
			t.Fatal("no leaf")
		}
	})
	if got := Length(Angle(math.Inf(1))); math.Abs(got-math.Pi*radius) > 1e-3 {
		t.Errorf("as far as one likes is %v m", got)
	}
}

func TestMarked(t *testing.T) {
	for _, c := range []struct {
		lat, lng float64
		want     bool
	}{{0, 0, false}, {0, 116, true}, {43, 0, true}, {43, 116, true}} {
		if Marked(c.lat, c.lng) != c.want {
			t.Errorf("%v", c)
		}
	}
}

// One earth: nobody else says how large it is.
func TestOneEarth(t *testing.T) {
	size := regexp.MustCompile(`6_?37[01][_.]?\d|math\.Asin|s2\.LatLngFromDegrees`)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.Contains(filepath.ToSlash(path), "platform/geo/") {
			return err
		}
		text, err := os.ReadFile(path)
		if found := size.Find(text); found != nil {
			t.Errorf("%s measures by itself: %s", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

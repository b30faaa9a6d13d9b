package geo

import (
	"math"

	"linli/internal/platform/set"
)

// Datums in which people have coordinates: those of a satellite receiver, as everything here is kept (CGCS2000 differs by centimetres),
// and those of Chinese maps, which lie some hundred metres aside.
const (
	WGS84 = "wgs84"
	GCJ02 = "gcj02"
	BD09  = "bd09"
)

// Datums are the words of the three.
var Datums = set.New("datum", set.Row{WGS84, "卫星定位（CGCS2000、WGS-84）"}, set.Row{GCJ02, "高德、腾讯地图（GCJ-02）"}, set.Row{BD09, "百度地图（BD-09）"})

// The region lies between these degrees, with some room.
const (
	south, north = 37, 54
	west, east   = 97, 127
)

// Inside says whether a position can lie in the region; what is turned round does not.
func Inside(lat, lng float64) bool { return lat >= south && lat <= north && lng >= west && lng <= east }

// Fault says in words why a position cannot be one here, or "".
func Fault(lat, lng float64) string {
	switch {
	case Inside(lat, lng):
		return ""
	case !Marked(lat, lng):
		return "请填位置：可以用“我现在的位置”，或从地图上抄"
	case Inside(lng, lat):
		return "纬度和经度写反了：纬度是 37 到 54 之间的数"
	}
	return "这个位置不在内蒙古：纬度在 37 到 54、经度在 97 到 127 之间"
}

// Turned gives in WGS-84 what was given in a datum; none is WGS-84.
func Turned(datum string, lat, lng float64) (float64, float64) {
	if datum == BD09 {
		x, y := lng-0.0065, lat-0.006
		z := math.Hypot(x, y) - 0.00002*math.Sin(y*math.Pi*3000/180)
		theta := math.Atan2(y, x) - 0.000003*math.Cos(x*math.Pi*3000/180)
		lat, lng, datum = z*math.Sin(theta), z*math.Cos(theta), GCJ02
	}
	if datum != GCJ02 || !Inside(lat, lng) {
		return lat, lng
	}
	outLat, outLng := lat, lng
	for range 4 { // each round halves the error many times over
		a, b := shifted(outLat, outLng)
		outLat, outLng = outLat+lat-a, outLng+lng-b
	}
	return math.Round(outLat*1e6) / 1e6, math.Round(outLng*1e6) / 1e6
}

// shifted is where GCJ-02 puts a position of WGS-84.
func shifted(lat, lng float64) (float64, float64) {
	const a, ee = 6378245.0, 0.00669342162296594323
	x, y := lng-105, lat-35
	wave := func(v, one, two, three, scale float64) float64 {
		return (one*math.Sin(v*math.Pi) + two*math.Sin(v/3*math.Pi) + three*math.Sin(v/scale*math.Pi)) * 2 / 3
	}
	both := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	dLat := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + both + wave(y, 20, 40, 160, 12) +
		320*math.Sin(y*math.Pi/30)*2/3
	dLng := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + both + wave(x, 20, 40, 150, 12) +
		300*math.Sin(x*math.Pi/30)*2/3
	rad := lat * math.Pi / 180
	magic := 1 - ee*math.Sin(rad)*math.Sin(rad)
	dLat = dLat * 180 / (a * (1 - ee) / (magic * math.Sqrt(magic)) * math.Pi)
	dLng = dLng * 180 / (a / math.Sqrt(magic) * math.Cos(rad) * math.Pi)
	return lat + dLat, lng + dLng
}

// Package geo measures on the earth, in metres and as the crow flies. Cells and their metrics are S2's; how large the earth is stands
// here alone.
package geo

import (
	"math"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// radius is the mean radius of the earth in metres, as the libraries of S2 take it.
const radius = 6_371_010

// Marked tells whether a position was ever marked: what is not has both degrees 0.
func Marked(lat, lng float64) bool { return lat != 0 || lng != 0 }

// Point is a position given in degrees.
func Point(lat, lng float64) s2.Point { return s2.PointFromLatLng(s2.LatLngFromDegrees(lat, lng)) }

// Cell is the leaf cell of a position.
func Cell(lat, lng float64) s2.CellID { return s2.CellIDFromLatLng(s2.LatLngFromDegrees(lat, lng)) }

// Metres is the distance between two positions given in degrees.
func Metres(lat1, lng1, lat2, lng2 float64) float64 {
	return Length(s2.LatLngFromDegrees(lat1, lng1).Distance(s2.LatLngFromDegrees(lat2, lng2)))
}

// Length is how long an arc of the earth is, in metres.
func Length(a s1.Angle) float64 { return a.Radians() * radius }

// Angle is the arc of so many metres, at most half way around.
func Angle(metres float64) s1.Angle { return s1.Angle(min(metres/radius, math.Pi)) }

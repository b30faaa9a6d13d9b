package portal_test

import (
	"testing"

	"linli/internal/oversight/stats"
	"linli/internal/platform/area/areatest"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance/attendancetest"
)

// Just those roles get through each door of which matrix.txt says so.
func TestDoors(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		areatest.Doors(t, w.DB, w.Keys, portal.New(w.DB, stats.New(w.DB), w.Persons).Routes)
	})
}

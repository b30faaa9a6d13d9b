package inbound_test

import (
	"testing"

	"linli/internal/platform/area/areatest"
)

// Just those roles get through each door of which matrix.txt says so.
func TestDoors(t *testing.T) {
	each(t, func(w *world) { areatest.Doors(w, w.DB, w.Keys, w.s.Routes) })
}

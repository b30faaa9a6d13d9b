package exchange_test

import (
	"testing"

	"linli/internal/platform/area/areatest"
)

// Just those roles get through each door of which matrix.txt says so.
func TestDoors(t *testing.T) {
	each(t, func(t *testing.T, w world) { areatest.Doors(t, w.DB, w.Keys, w.s.Routes) })
}

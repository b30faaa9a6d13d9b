package project

import (
	"context"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
)

// WaitingNames are the projects whose leader is away or gone, on the desk's list.
func WaitingNames(ctx context.Context, d *db.DB) (out []string, err error) {
	heaps, err := area.Heaps(d, []area.Area{{Waits: waits[1:2]}})(ctx, "desk", 50)
	for _, h := range heaps {
		for _, it := range h.Items {
			out = append(out, it.What)
		}
	}
	return out, err
}

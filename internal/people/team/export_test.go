package team

import (
	"context"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
)

// OwnerlessNames are the teams on the desk's list of those for which nobody answers.
func OwnerlessNames(ctx context.Context, d *db.DB) (out []string, err error) {
	heaps, err := area.Heaps(d, []area.Area{{Waits: waits[1:2]}})(ctx, "desk", 50)
	for _, h := range heaps {
		for _, it := range h.Items {
			out = append(out, it.What)
		}
	}
	return out, err
}

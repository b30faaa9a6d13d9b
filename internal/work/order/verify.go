package order

import (
	"context"
	"fmt"

	"linli/internal/platform/db"
)

// Verify reads every order's history against the table of moves: it must be one path, number its versions without a gap, and end where
// the order stands.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	var last pathRow
	end := func() {
		if last.ID != 0 && (last.State != last.Stands || last.Version != last.StandsVersion) {
			report("order/"+last.ID.String(), fmt.Sprintf("stands at %s (version %d), its history ends at %s (%d)", last.Stands, last.StandsVersion,
				last.State, last.Version))
		}
	}
	err := allEvents.Each(ctx, tx, func(r pathRow) error {
		was := last
		if r.ID != last.ID {
			end()
			was = pathRow{}
		}
		if r.FromState != was.State || r.Version != was.Version+1 || !r.Move.leads(r.FromState, r.State) {
			report("order/"+r.ID.String(), fmt.Sprintf("version %d: %s from %q to %s is no step after %q", r.Version, r.Move, r.FromState, r.State,
				was.State))
		}
		last = r
		return nil
	})
	if err != nil {
		return err
	}
	end()
	return withoutEvents.Each(ctx, tx, func(id db.ID) error {
		report("order/"+id.String(), "has no history")
		return nil
	})
}

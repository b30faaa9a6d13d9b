package fund_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"linli/internal/oversight/fund"
	"linli/internal/platform/errs"
)

// tries is how often an officer reaches for the last fen in the drill, and perProgramme how often for that of the same programme: its books
// are added up over all its proposals after each try, so that one programme alone would make the drill grow with the square of its length.
const (
	tries        = 20_000
	perProgramme = 400
)

// Two officers reach for the last fen of a programme at the same moment, each for another project, over and over: one of them has it, the
// other reads that there is no more, and the books hold exactly what was promised. Whose project had it is stopped, so that it is there
// again.
func TestDrillLastFen(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return // in `make drill`
	}
	each(t, func(w *world) {
		officers := [2]context.Context{w.banner2, w.banner3}
		var ready [2]fund.Proposal
		first, begun := 0, time.Now()
		for n := range tries / len(officers) {
			if n%(perProgramme/len(officers)) == 0 {
				w.opens(fund.Award, 1)
				ready = [2]fund.Proposal{w.signedOnce(), w.signedOnce()}
			}
			var got [2]fund.Proposal
			var refused [2]error
			var both sync.WaitGroup
			for i := range officers {
				both.Go(func() { got[i], refused[i] = w.approves(officers[i], ready[i], 1) })
			}
			both.Wait()
			winner := 0
			if refused[0] != nil {
				winner = 1
			}
			if refused[winner] != nil || errs.CodeOf(refused[1-winner]) != "over_budget" {
				w.Fatalf("of two one has the last fen: %v", refused)
			}
			first += 1 - winner
			d, err := w.s.Programme(w.Banner, fund.GetInput{ID: w.programme.ID})
			if w.is(err, ""); d.Books.Free != 0 || d.Books.Committed != 1 {
				w.Fatalf("the books say %+v", d.Books)
			}
			_, err = w.s.Stop(w.Banner, fund.DecideInput{ID: got[winner].ID, Version: got[winner].Version, Reason: "下一轮"})
			w.is(err, "")
			ready[winner] = w.signedOnce()
		}
		t.Logf("%d tries, %d of the first officer's came through, in %v", tries, first, time.Since(begun).Round(time.Second))
	})
}

// signedOnce is a project of one fen that waits for its second signature.
func (w *world) signedOnce() fund.Proposal {
	w.Helper()
	p := w.proposes(1)
	for _, who := range []context.Context{w.Town, w.Banner} {
		var err error
		p, err = w.approves(who, p, 1)
		w.is(err, "")
	}
	return p
}

package problem

import (
	"context"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/sheet"
)

// exportMost is how many problems one file holds; who needs more narrows the search.
const exportMost = 5000

// Export gives the problems of a search as a table for a spreadsheet. That somebody took it away is in the trail.
func (s *Service) Export(ctx context.Context, in ListInput) (out blob.File, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	var rows []Problem
	today := clock.Today(ctx)
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if rows, err = problems(ctx, tx, auth.ScopeOf(ctx, View), in, today, false, 0, exportMost); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "problem.export", Object: "problem", Detail: map[string]any{"rows": len(rows)}})
	})
	if err != nil {
		return out, err
	}
	table := [][]string{{"编号", "站点", "类别", "困难问题", "希望怎样解决", "提出人", "提出日期", "谁答复", "状态", "答复期限", "答复", "答应解决的日子", "评价"}}
	for _, p := range rows {
		table = append(table, []string{p.ID.String(), p.Station, kinds.Word(p.Kind), p.Body, p.Wish, p.ByName, clock.DayOf(p.MadeAt).String(),
			levels.Word(p.Level), p.stateWord(today), p.DueDay.String(), p.Answer, p.SolveDay.String(), ratingWords[p.Rating]})
	}
	list := sheet.Plain(table)
	list.Name = "困难问题清单"
	return sheet.File("xlsx", "困难问题清单-"+today.String(), list)
}

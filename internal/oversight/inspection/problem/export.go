package problem

import (
	"context"

	"linli/internal/platform/act"
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
	today := clock.Today(ctx)
	rows, err := act.Write(ctx, s.db, act.Op{Perm: View}, func(tx *db.Tx) ([]Problem, error) {
		rows, err := list.First(ctx, tx, search{in, auth.ScopeOf(ctx, View), today}, exportMost)
		if err != nil {
			return nil, err
		}
		return rows, audit.Write(ctx, tx, audit.Entry{Action: "problem.export", Object: "problem", Detail: map[string]any{"rows": len(rows)}})
	})
	if err != nil {
		return out, err
	}
	lines := [][]string{{"编号", "站点", "类别", "困难问题", "希望怎样解决", "提出人", "提出日期", "谁答复", "状态", "答复期限", "答复", "答应解决的日子", "评价"}}
	for _, p := range rows {
		lines = append(lines, []string{p.ID.String(), p.Station, kinds.Word(p.Kind), p.Body, p.Wish, p.ByName, clock.DayOf(p.MadeAt).String(),
			levels.Word(p.Level), p.stateWord(today), p.DueDay.String(), p.Answer, p.SolveDay.String(), ratingWords[p.Rating]})
	}
	page := sheet.Plain(lines)
	page.Name = "困难问题清单"
	return sheet.File("xlsx", "困难问题清单-"+today.String(), page)
}

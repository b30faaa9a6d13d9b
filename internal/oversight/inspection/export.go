package inspection

import (
	"context"

	"github.com/xuri/excelize/v2"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// exportMost is how many problems one file holds; who needs more narrows the search.
const exportMost = 5000

// ExportProblems gives the problems of a search as a table for a spreadsheet. That somebody took it away is in the trail.
func (s *Service) ExportProblems(ctx context.Context, in ProblemsInput) (out File, err error) {
	if err := auth.Allow(ctx, SeeProblems); err != nil {
		return out, err
	}
	var rows []Problem
	today := clock.DayOf(clock.In(ctx))
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if rows, err = problems(ctx, tx, auth.ScopeOf(ctx, SeeProblems), in, today, false, 0, exportMost); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "problem.export", Object: "problem", Detail: map[string]any{"rows": len(rows)}})
	})
	if err != nil {
		return out, err
	}
	table := [][]any{{"编号", "站点", "类别", "困难问题", "希望怎样解决", "提出人", "提出日期", "谁答复", "状态", "答复期限", "答复", "答应解决的日子", "评价"}}
	for _, p := range rows {
		table = append(table, []any{p.ID.String(), p.Station, problemKinds[p.Kind], p.Body, p.Wish, p.ByName, clock.DayOf(p.MadeAt).String(), levelWords[p.Level], p.stateWord(today), p.DueDay.String(),
			p.Answer, p.SolveDay.String(), ratingWords[p.Rating]})
	}
	body, err := sheet("困难问题清单", table, []float64{22, 24, 10, 50, 36, 12, 12, 18, 14, 12, 50, 14, 10})
	return File{Name: "困难问题清单-" + today.String() + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: body}, err
}

// sheet writes XLSX with a bold head that stays in sight. Cells are texts and never formulas.
func sheet(name string, table [][]any, widths []float64) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, width := range widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	for i, row := range table {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			err = w.SetRow(at, row, excelize.RowOpts{StyleID: head})
		} else {
			err = w.SetRow(at, row)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

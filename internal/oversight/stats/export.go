package stats

import (
	"cmp"
	"context"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/sheet"
)

// ExportInput asks for an indicator as a file.
type ExportInput struct {
	Code   string      `path:"code" maxLength:"60"`
	Region auth.Region `query:"region"`
	From   clock.Day   `query:"from"`
	To     clock.Day   `query:"to"`
	By     string      `query:"by" enum:"region,month,kind," maxLength:"10"`
	Format string      `query:"format" enum:"csv,xlsx," maxLength:"4"`
}

// Export gives an indicator with its series as CSV or XLSX.
func (s *Service) Export(ctx context.Context, in ExportInput) (out blob.File, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	var t sheet.Table
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		q := GetInput{in.Code, in.Region, in.From, in.To, in.By}
		ind, err := s.ask(ctx, tx, &q)
		if err != nil {
			return err
		}
		a, err := s.answer(ctx, tx, ind, q)
		if err != nil {
			return err
		}
		where, err := region.FullName(ctx, tx, q.Region)
		t = ind.table(a, where)
		return err
	})
	if err != nil {
		return out, err
	}
	return sheet.File(cmp.Or(in.Format, "csv"), t.Title+"-"+in.From.String()+"-"+in.To.String(), t)
}

func (i Indicator) table(a Answer, where string) sheet.Table {
	t := sheet.Table{Title: i.Name, Lead: where + "，" + a.From.String() + " 至 " + a.To.String() + "。" + i.Definition,
		Columns: []string{"代码", "名称", i.Name, cmp.Or(i.Numerator, "分子"), cmp.Or(i.Denominator, "分母")}}
	row := func(key, label string, f Figure) {
		t.Rows = append(t.Rows, []string{key, label, i.Say(f), whole(f.Numerator), whole(f.Denominator)})
	}
	row(a.Region.String(), where, a.Figure)
	for _, p := range a.Series {
		row(p.Key, p.Label, p.Figure)
	}
	return t
}

func whole(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

package volunteer

import (
	"context"
	"strconv"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/sheet"
)

// exportMost is how many volunteers one file holds; who needs more narrows the list.
const exportMost = 5000

// ExportInput is a list and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"csv,xlsx" maxLength:"4" default:"xlsx"`
}

// Export gives the list as a table for a spreadsheet, telephones masked. That somebody took it away is in the trail.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: Enrol, Action: "volunteer.export"}
	table, err := act.Write(ctx, s.db, op, func(tx *db.Tx) ([][]string, error) {
		table := [][]string{{"编号", "姓名", "状态", "身份", "会什么", "什么时候有空", "愿意走（公里）", "从哪里出发", "电话"}}
		var words lists
		if err := words.load(ctx, tx); err != nil {
			return nil, err
		}
		rows, err := exported.All(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, Enrol)})
		if err != nil {
			return nil, err
		}
		for _, v := range rows {
			table = append(table, []string{v.No, v.Name, statuses.Word(v.Status), setting.Labels(words.Identity, v.Identities),
				setting.Labels(words.Skill, v.Skills), saidFree(v.Available), strconv.FormatInt(v.MaxKm, 10), v.starts(), v.Phone})
		}
		return table, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "volunteer",
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return sheet.File(in.Format, "志愿者", sheet.Plain(table))
}

package order

import (
	"context"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/sheet"
)

// exportMost is how many orders one file holds; who needs more narrows the days.
const exportMost = 5000

// ExportInput is a search and the form of its file.
type ExportInput struct {
	SearchInput
	Format string `query:"format" maxLength:"4" enum:"csv,xlsx" default:"csv"`
}

// Export gives the orders of a search as a table for a spreadsheet. That somebody took it away is in the trail.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	if err := auth.Allow(ctx, Handle); err != nil {
		return blob.File{}, err
	}
	var found []Row
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if found, err = search(ctx, tx, auth.ScopeOf(ctx, Handle), in.SearchInput, exportMost); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "order.export", Object: "order",
			Detail: map[string]any{"rows": len(found), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	table := [][]string{{"单号", "服务", "事项", "服务对象", "开始", "结束", "需要人数", "加急", "志愿者", "状态", "评价"}}
	for _, r := range found {
		table = append(table, []string{r.No, r.Item, r.Title, r.Recipient, r.WindowStart.Format("2006-01-02 15:04"),
			r.WindowEnd.Format("2006-01-02 15:04"), version(Order{Version: r.Needed}), format.Yes(r.Urgent), names(ctx, r.Volunteers),
			r.State.Word(), ratingWord(r.Rating)})
	}
	return sheet.File(in.Format, "订单", sheet.Plain(table))
}

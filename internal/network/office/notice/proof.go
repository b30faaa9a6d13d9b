package notice

import (
	"context"
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Proof shows that notices were put up in the last three months.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	rows, err := noticesIn.All(ctx, tx, b.Station.ID, int64(b.Today.AddDays(-92)), int64(b.Today), office.MostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("近三个月没有登记公告")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(noticeTable(b, rows).File("pdf"))
	return fmt.Sprintf("近三个月公告 %d 件", len(rows)), file, err
}

package workplan

import (
	"context"
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Proof shows that there is a plan of the year.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	p, err := plan(ctx, tx, b, 0)
	if err == nil && len(p.Items) == 0 {
		err = errs.WrongState("今年的工作计划还没有内容")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(p.Table(ctx).File("pdf"))
	return fmt.Sprintf("%d 年工作计划 %d 项，按时完成 %d 项", p.Year, len(p.Items), p.Count[OnTime]), file, err
}

package archive

import (
	"context"
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Proof shows that papers are filed.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	rows, err := documents(ctx, tx, DocumentsInput{ID: b.Station.ID}, b.Today, false, 0, office.MostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("档案里还没有文件")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(documentTable(b, rows).File("pdf"))
	return fmt.Sprintf("档案 %d 件，目录见附件", len(rows)), file, err
}

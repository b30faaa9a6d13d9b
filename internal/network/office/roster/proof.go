package roster

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/network/office"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Proof shows who works at the station.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error) {
	keepers, err := keepersOf.All(ctx, tx, b.Station.ID)
	if err == nil && len(keepers) == 0 {
		err = errs.WrongState("值班表里还没有值班人员")
	}
	var names []string
	for _, k := range keepers[:min(len(keepers), 6)] {
		names = append(names, k.Name+"（"+k.Post+"）")
	}
	return fmt.Sprintf("管理人员 %d 名：%s", len(keepers), strings.Join(names, "、")), file, err
}

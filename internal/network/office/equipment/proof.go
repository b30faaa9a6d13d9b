package equipment

import (
	"context"
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Proof hands in the photograph of a computer in use, as the standard asks for.
func (s *Service) Proof(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error) {
	list, err := computersOf.All(ctx, tx, b.Station.ID)
	if err != nil {
		return text, file, err
	}
	for _, e := range list {
		if e.BlobID == 0 {
			continue
		}
		m, err := s.blobs.Get(ctx, tx, e.BlobID)
		if err != nil {
			return text, file, err
		}
		file.Name = m.Name
		file.Data, err = s.blobs.Read(m)
		return fmt.Sprintf("在用电脑 %d 台，例如 %s %s", len(list), e.Number(), e.Name), file, err
	}
	return text, file, errs.WrongState("设备清单里还没有附照片的在用电脑")
}

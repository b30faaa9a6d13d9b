package office

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
)

// File is a document as it is given out.
type File struct {
	Name, Type string
	Body       []byte
	Show, Keep bool // as web.Download says
}

// AsPDF gives a document out, to be shown.
func AsPDF(name string, d *pdf.Doc) (File, error) {
	body, err := d.Bytes()
	return File{Name: name + ".pdf", Type: "application/pdf", Body: body, Show: true}, err
}

// AsUpload turns a print into a file that is handed in.
func AsUpload(f File, err error) (blob.Upload, error) {
	return blob.Upload{Name: f.Name, Data: f.Body}, err
}

// RowFile gives the file that belongs to a row of a station's book.
func RowFile[R any](ctx context.Context, d *db.DB, blobs *blob.Store, id db.ID, q *db.Rows[R], of, file func(R) db.ID) (File, error) {
	m, err := ReadRow(ctx, d, id, q, of, func(tx *db.Tx, _ Book, row R) (blob.Meta, error) {
		if file(row) == 0 {
			return blob.Meta{}, errs.ErrNotFound
		}
		return blobs.Get(ctx, tx, file(row))
	})
	if err != nil {
		return File{}, err
	}
	body, err := blobs.Read(m)
	return File{Name: m.Name, Type: m.Type, Body: body, Show: true}, err
}

// CleanPhoto cleans a picture before the transaction; other files wait for the store to refuse them.
func CleanPhoto(up *blob.Upload) (err error) {
	if len(up.Data) > 0 {
		*up, err = blob.Clean(*up)
	}
	return err
}

// PutFile stores a file of a row of a station, if there is one.
func PutFile(ctx context.Context, tx *db.Tx, blobs *blob.Store, up blob.Upload, kind string, id db.ID, st station.Station) (db.ID, error) {
	if len(up.Data) == 0 {
		return 0, nil
	}
	return blobs.Put(ctx, tx, up, blob.Owner{Kind: kind, ID: id, Region: st.Region})
}

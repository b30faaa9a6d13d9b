package office

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/pdf"
)

// AsPDF gives a document out, to be shown.
func AsPDF(name string, d *pdf.Doc) (blob.File, error) {
	body, err := d.Bytes()
	return blob.File{Name: name + ".pdf", Type: blob.PDF, Body: body, Show: true}, err
}

// AsUpload turns a print into a file that is handed in.
func AsUpload(f blob.File, err error) (blob.Upload, error) {
	return blob.Upload{Name: f.Name, Data: f.Body}, err
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

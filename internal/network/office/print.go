package office

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
	"linli/internal/platform/web/ui"
)

// MostRows is how many lines one file holds; who needs more narrows the search.
const MostRows = 5000

// Lead is the line below a title: whose book it is, and of which day.
func (b Book) Lead() string {
	return b.Station.Name + "　" + b.Where + "　" + b.Today.String() + " 打印"
}

// TableOf makes a table of entries of a book, as they stand today.
func TableOf[R any](b Book, title string, columns []string, rows []R, cells func(R, clock.Day) []string) paper.Table {
	t := paper.Table{Day: b.Today, Table: sheet.Table{Title: title, Lead: b.Lead(), Columns: columns}}
	for _, r := range rows {
		t.Rows = append(t.Rows, cells(r, b.Today))
	}
	return t
}

// Export is an operation that gives a table of a station as a file.
func Export(ctx context.Context, d *db.DB, id db.ID, format string, fn func(tx *db.Tx, b Book) (paper.Table, error)) (blob.File, error) {
	t, err := Read(ctx, d, id, fn)
	if err != nil {
		return blob.File{}, err
	}
	return t.File(format)
}

// PosterInput names what is printed for the wall.
type PosterInput struct {
	ID    db.ID  `path:"id"`
	Paper string `query:"paper" enum:"a4,a3" default:"a4" maxLength:"2"`
}

// Years are the choices of a page: next year and the five before it, and the one that is chosen.
func Years(today clock.Day, chosen int64) (out []ui.Option) {
	for y := today.Year() + 1; y >= today.Year()-4; y-- {
		out = append(out, ui.Option{Value: format.Int(y), Label: format.Int(y) + " 年"})
	}
	if chosen != 0 && (chosen > today.Year()+1 || chosen < today.Year()-4) {
		out = append(out, ui.Option{Value: format.Int(chosen), Label: format.Int(chosen) + " 年"})
	}
	return out
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

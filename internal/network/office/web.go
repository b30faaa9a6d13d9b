package office

import (
	"context"
	"fmt"

	"linli/internal/platform/web"
)

// UploadBody is the most bytes of a form with a file.
const UploadBody = 20 << 20

// DeskPath is where stations' books lie; one of a row has a page beside it: DeskPath-notices/id.
const DeskPath = "/desk/office"

// BookPath is the address of a book of a station.
func BookPath(id fmt.Stringer, book string) string { return DeskPath + "/" + id.String() + "/" + book }

// Path is the address of a book of the station at hand.
func (b Book) Path(book string) string { return BookPath(b.Station.ID, book) }

// Served turns an operation that gives a file into one that the web serves.
func Served[In any](op func(context.Context, In) (File, error)) web.Op[In, web.Download] {
	return func(ctx context.Context, in In) (web.Download, error) {
		f, err := op(ctx, in)
		return web.Download{Name: f.Name, Type: f.Type, Body: f.Body, Show: f.Show, Keep: f.Keep}, err
	}
}

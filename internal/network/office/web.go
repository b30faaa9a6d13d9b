package office

import (
	"fmt"
)

// UploadBody is the most bytes of a form with a file.
const UploadBody = 20 << 20

// DeskPath is where stations' books lie; one of a row has a page beside it: DeskPath-notices/id.
const DeskPath = "/desk/office"

// BookPath is the address of a book of a station.
func BookPath(id fmt.Stringer, book string) string { return DeskPath + "/" + id.String() + "/" + book }

// EntryPath is the page of an entry.
func EntryPath(book string, id fmt.Stringer) string { return DeskPath + "-" + book + "/" + id.String() }

// Path is the address of a book of the station at hand.
func (b Book) Path(book string) string { return BookPath(b.Station.ID, book) }

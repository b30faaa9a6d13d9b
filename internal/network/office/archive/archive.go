// Package archive is the filed papers of a station (档案), each kept its years and destroyed by two persons.
//
// Nouns: document, category. Verbs: file, ask, destroy, keep on, list as a catalogue.
package archive

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/template"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	blobs *blob.Store
}

// New makes the service.
func New(d *db.DB, blobs *blob.Store) *Service { return &Service{db: d, blobs: blobs} }

// paperOrPhoto cleans a picture; a PDF is looked at when it is kept.
func paperOrPhoto(up *blob.Upload) error {
	if bytes.HasPrefix(up.Data, []byte("%PDF-")) {
		return nil
	}
	return office.CleanPhoto(up)
}

// States of a document.
const (
	Kept      = "kept"
	Asked     = "asked" // somebody asked to destroy it
	Destroyed = "destroyed"
)

// Document is a filed paper of a station (档案).
type Document struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id"`
	Region     auth.Region `json:"-"`
	CategoryID db.ID       `json:"category_id"`
	Code       string      `json:"code" doc:"类别代码"`
	Category   string      `json:"category"`
	Year       int64       `json:"year" doc:"归档的年份"`
	No         int64       `json:"no" doc:"本站当年的顺序号"`
	Title      string      `json:"title"`
	Day        clock.Day   `json:"day" doc:"文件的日期"`
	Keywords   string      `json:"keywords"`
	Shelf      string      `json:"shelf" doc:"纸质件放在哪里"`
	BlobID     db.ID       `json:"file" doc:"没有电子件或者已经销毁时为空"`
	KeepUntil  clock.Day   `json:"keep_until" doc:"保存到这一天（含）；9999-12-31 为永久"`
	State      string      `json:"state" doc:"kept 在存，asked 申请销毁，destroyed 已销毁"`
	Reason     string      `json:"reason" doc:"销毁的原因"`
	AskedBy    db.ID       `json:"-"`
	AskedName  string      `json:"asked_name"`
	AskedDay   clock.Day   `json:"asked_day"`
	EndedName  string      `json:"ended_name" doc:"第二人"`
	EndedDay   clock.Day   `json:"ended_day"`
	ByName     string      `json:"by_name"`
	At         time.Time   `json:"at"`
}

// Number is the mark on the paper: “2026-JH-0012”.
func (d Document) Number() string { return fmt.Sprintf("%d-%s-%04d", d.Year, d.Code, d.No) }

// Due says that the paper need not be kept any longer.
func (d Document) Due(today clock.Day) bool { return d.State == Kept && d.KeepUntil < today }

func (d Document) term() string {
	if d.KeepUntil == clock.Forever {
		return "永久"
	}
	return d.KeepUntil.String()
}

// FileInput is a paper that is filed.
type FileInput struct {
	ID         db.ID       `path:"id"`
	CategoryID db.ID       `json:"category_id"`
	Title      string      `json:"title" minLength:"1" maxLength:"120"`
	Day        clock.Day   `json:"day" required:"false" doc:"文件的日期；不填为今天"`
	Keywords   string      `json:"keywords" required:"false" maxLength:"120" doc:"空格隔开"`
	Shelf      string      `json:"shelf" required:"false" maxLength:"60" doc:"纸质件放在哪里，例如 2 号柜第 3 盒"`
	File       blob.Upload `json:"file" required:"false" doc:"扫描件或照片"`
}

// File puts a paper into the archive under the next number of its station and year.
func (s *Service) File(ctx context.Context, in FileInput) (Document, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Document{}, err
	}
	c := errs.Check{}
	office.Required(c, "title", in.Title, "请写题名")
	c.That(len(in.File.Data) > 0 || in.Shelf != "", "file", "附上扫描件，或者写明纸质件放在哪里")
	if err := c.Err(); err != nil {
		return Document{}, err
	}
	if err := paperOrPhoto(&in.File); err != nil {
		return Document{}, err
	}
	return office.Change(ctx, s.db, in.ID, "file", func(tx *db.Tx, b office.Book) (d Document, id db.ID, err error) {
		plan, err := template.Categories(ctx, tx, b.Station.Region)
		if err != nil {
			return d, 0, err
		}
		var cat template.Category
		for _, x := range plan {
			if x.ID == in.CategoryID && x.Active {
				cat = x
			}
		}
		if in.Day == 0 {
			in.Day = b.Today
		}
		c.That(cat.ID != 0, "category_id", "请从分类方案里选")
		c.That(in.Day <= b.Today && in.Day >= 19490101, "day", "不能晚于今天，也不能太早")
		if err := c.Err(); err != nil {
			return d, 0, err
		}
		d = Document{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, CategoryID: cat.ID, Code: cat.Code, Category: cat.Name, Year: b.Today.Year(), Title: in.Title,
			Day: in.Day, Keywords: in.Keywords, Shelf: in.Shelf, KeepUntil: cat.Until(in.Day), State: Kept, ByName: auth.From(ctx).Name, At: tx.Now}
		if d.BlobID, err = office.PutFile(ctx, tx, s.blobs, in.File, "office_document", d.ID, b.Station); err != nil {
			return d, 0, err
		}
		if d.No, err = office.NextNumber(ctx, tx, b.Station.ID, book, d.Year); err != nil {
			return d, 0, err
		}
		return d, d.ID, insertDocument(ctx, tx, d)
	})
}

func stationOfDocument(d Document) db.ID { return d.StationID }

// AskInput asks to destroy a paper, or answers that.
type AskInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Ask asks to destroy a paper that need not be kept any longer.
func (s *Service) Ask(ctx context.Context, in AskInput) (Document, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Document{}, err
	}
	c := errs.Check{}
	office.Required(c, "reason", in.Reason, "请写原因")
	if err := c.Err(); err != nil {
		return Document{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, documentByID, stationOfDocument, "destroy_ask", func(tx *db.Tx, b office.Book, d Document) (Document, error) {
		switch {
		case d.State != Kept:
			return d, errs.WrongState("已经申请或者已经销毁了")
		case !d.Due(b.Today):
			return d, errs.WrongState("还在保存期里，要保存到 " + d.term())
		case d.Version != in.Version:
			return d, errs.ErrStale
		}
		who := auth.From(ctx)
		d.State, d.Reason, d.AskedBy, d.AskedName, d.AskedDay = Asked, in.Reason, who.Account, who.Name, b.Today
		return d, updateDocument(ctx, tx, &d, 0)
	})
}

// TurnDocument names a document and the version of it that was read.
type TurnDocument struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Destroy is the second person's word: the file goes, the line in the register stays.
func (s *Service) Destroy(ctx context.Context, in TurnDocument) (Document, error) {
	return s.answer(ctx, in, "destroy", func(tx *db.Tx, b office.Book, d *Document) error {
		who := auth.From(ctx)
		if who.Account == d.AskedBy {
			return errs.Deny("由另一个人复核，申请人自己不能销毁")
		}
		gone := d.BlobID
		d.State, d.BlobID, d.EndedName, d.EndedDay = Destroyed, 0, who.Name, b.Today
		if err := updateDocument(ctx, tx, d, who.Account); err != nil || gone == 0 {
			return err
		}
		return s.blobs.Delete(ctx, tx, gone)
	})
}

// KeepOn refuses to destroy a paper: it is kept on.
func (s *Service) KeepOn(ctx context.Context, in TurnDocument) (Document, error) {
	return s.answer(ctx, in, "destroy_refuse", func(tx *db.Tx, _ office.Book, d *Document) error {
		d.State, d.Reason, d.AskedBy, d.AskedName, d.AskedDay = Kept, "", 0, "", 0
		return updateDocument(ctx, tx, d, 0)
	})
}

// answer is what both words of the second person share.
func (s *Service) answer(ctx context.Context, in TurnDocument, action string, fn func(*db.Tx, office.Book, *Document) error) (Document, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Document{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, documentByID, stationOfDocument, action, func(tx *db.Tx, b office.Book, d Document) (Document, error) {
		if d.State != Asked {
			return d, errs.WrongState("没有人申请销毁，或者已经销毁了")
		}
		if d.Version != in.Version {
			return d, errs.ErrStale
		}
		err := fn(tx, b, &d)
		return d, err
	})
}

// DocumentsInput searches the archive of a station.
type DocumentsInput struct {
	ID       db.ID  `path:"id"`
	Category db.ID  `query:"category"`
	Year     int64  `query:"year" minimum:"0" maximum:"2100"`
	State    string `query:"state" enum:"kept,due,asked,destroyed," maxLength:"10" doc:"due 为保存期满的"`
	Q        string `query:"q" maxLength:"40" doc:"题名、关键词、存放处里的字"`
	db.Paging
}

// Documents is one page of the archive.
type Documents struct {
	office.Book
	In   DocumentsInput      `json:"-"`
	Plan []template.Category `json:"-"`
	db.Page[Document]
}

// Documents lists the archive, the newest first.
func (s *Service) Documents(ctx context.Context, in DocumentsInput) (out Documents, err error) {
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Documents, error) {
		rows, err := documents(ctx, tx, in, b.Today, more, after, in.Size()+1)
		if err != nil {
			return Documents{}, err
		}
		plan, err := template.Categories(ctx, tx, b.Station.Region)
		return Documents{b, in, plan, db.PageOf(rows, in.Paging, func(d Document) []string { return db.Key(d.ID) })}, err
	})
}

// DocumentInput names a document.
type DocumentInput struct {
	ID db.ID `path:"id"`
}

// DocumentSheet is a document with its station.
type DocumentSheet struct {
	office.Book
	Document
}

// Document gives one document.
func (s *Service) Document(ctx context.Context, in DocumentInput) (DocumentSheet, error) {
	return office.ReadRow(ctx, s.db, in.ID, documentByID, stationOfDocument, func(_ *db.Tx, b office.Book, d Document) (DocumentSheet, error) { return DocumentSheet{b, d}, nil })
}

// DocumentFile gives the scan of a document.
func (s *Service) DocumentFile(ctx context.Context, in DocumentInput) (blob.File, error) {
	return office.RowFile(ctx, s.db, s.blobs, in.ID, documentByID, stationOfDocument, func(d Document) db.ID { return d.BlobID })
}

// CatalogueInput is a search of the archive as a catalogue.
type CatalogueInput struct {
	ID       db.ID  `path:"id"`
	Category db.ID  `query:"category"`
	Year     int64  `query:"year" minimum:"0" maximum:"2100"`
	State    string `query:"state" enum:"kept,due,asked,destroyed," maxLength:"10"`
	Q        string `query:"q" maxLength:"40"`
	Format   string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Catalogue gives the catalogue of the archive as a file.
func (s *Service) Catalogue(ctx context.Context, in CatalogueInput) (blob.File, error) {
	t, err := office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (office.Table, error) {
		rows, err := documents(ctx, tx, DocumentsInput{ID: in.ID, Category: in.Category, Year: in.Year, State: in.State, Q: in.Q}, b.Today, false, 0, office.MostRows)
		return documentTable(b, rows), err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

var documentColumns = []string{"档号", "题名", "类别", "日期", "关键词", "存放处", "保存到", "状态"}

func documentTable(b office.Book, rows []Document) office.Table {
	t := office.Table{Day: b.Today, Table: sheet.Table{Title: "档案目录", Lead: b.Lead(), Columns: documentColumns}}
	for _, d := range rows {
		t.Rows = append(t.Rows, d.cells(b.Today))
	}
	return t
}

func (d Document) cells(today clock.Day) []string {
	state := documentStates.Word(d.State)
	switch {
	case d.State == Destroyed:
		state = fmt.Sprintf("%s 销毁（%s、%s）", d.EndedDay, d.AskedName, d.EndedName)
	case d.Due(today):
		state = "保存期满"
	}
	return []string{d.Number(), d.Title, d.Category, d.Day.String(), d.Keywords, d.Shelf, d.term(), state}
}

// DuePath is where the papers stand that need not be kept any longer.
func DuePath(station db.ID) string { return office.BookPath(station, "documents?state=due") }

var documentStates = set.New("office_document.state",
	set.Row{Kept, "在存"}, set.Row{Asked, "申请销毁"}, set.Row{Destroyed, "已销毁"})

// book is where its numbers are counted.
const book = "archive"

// Verify says where a number is missing.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, gaps, "station", "台账的编号有空缺", report)
}

var lapsed = office.Reminder{Due: duePapers, Mark: tellPaper, Title: "档案：有 %d 件保存期满", Line: "%s（保存到 %s）",
	Link: func(l office.Lapse) string { return DuePath(l.StationID) }}

// Remind tells managers of the papers that need not be kept any longer. It destroys nothing: that takes two persons.
func (s *Service) Remind(ctx context.Context) error { return office.Remind(ctx, s.db, lapsed) }

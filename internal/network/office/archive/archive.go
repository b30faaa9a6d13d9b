// Package archive is the filed papers of a station (档案), each kept its years and disposed of by two persons.
//
// Nouns: document, category. Verbs: file, request disposal, dispose, retain, list, export (as a catalogue).
package archive

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/office/template"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/set"
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	blobs *blob.Store
}

// New makes the service.
func New(d *db.DB, blobs *blob.Store) *Service { return &Service{db: d, blobs: blobs} }

// States of a document.
const (
	Held      = "kept"
	Requested = "asked" // its disposal is
	Disposed  = "destroyed"
)

var states = set.New("office_document.state",
	set.Row{Held, "在存"}, set.Row{Requested, "申请销毁"}, set.Row{Disposed, "已销毁"})

// Document is a filed paper of a station.
type Document struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id" db:",once"`
	Region     auth.Region `json:"-" db:",once"`
	CategoryID db.ID       `json:"category_id" db:",once"`
	Code       string      `json:"code" db:",read" doc:"类别代码"`
	Category   string      `json:"category" db:",read"`
	Year       int64       `json:"year" db:",once" doc:"归档的年份"`
	No         int64       `json:"no" db:",once" doc:"本站当年的顺序号"`
	Title      string      `json:"title" db:",once"`
	Day        clock.Day   `json:"day" db:",once" doc:"文件的日期"`
	Keywords   string      `json:"keywords" db:",once"`
	Shelf      string      `json:"shelf" db:",once" doc:"纸质件放在哪里"`
	BlobID     db.ID       `json:"file" doc:"没有电子件或者已经销毁时为空"`
	KeepUntil  clock.Day   `json:"keep_until" db:",once" doc:"保存到这一天（含）；9999-12-31 为永久"`
	State      string      `json:"state" doc:"kept 在存，asked 申请销毁，destroyed 已销毁"`
	Request
	EndedBy   int64     `json:"-"` // the account; 0 for nobody
	EndedName string    `json:"ended_name" doc:"第二人"`
	EndedDay  clock.Day `json:"ended_day"`
	ByName    string    `json:"by_name" db:",once"`
	At        time.Time `json:"at" db:",once"`
}

// Request is who asked for the disposal of a document, and why.
type Request struct {
	Reason    string    `json:"reason" doc:"销毁的原因"`
	AskedBy   int64     `json:"-"` // the account; 0 for nobody
	AskedName string    `json:"asked_name"`
	AskedDay  clock.Day `json:"asked_day"`
}

// Number is the mark on the paper: “2026-JH-0012”.
func (d Document) Number() string { return fmt.Sprintf("%d-%s-%04d", d.Year, d.Code, d.No) }

// Expired says that the paper need not be kept any longer.
func (d Document) Expired(today clock.Day) bool { return d.State == Held && d.KeepUntil < today }

func (d Document) term() string {
	if d.KeepUntil == clock.Forever {
		return "永久"
	}
	return d.KeepUntil.String()
}

var documents = office.Kind[Document]{Table: table, ByID: byID, Station: func(d Document) db.ID { return d.StationID },
	State: func(d Document, _ clock.Day) string { return d.State }}

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

// check cleans a picture; a PDF is looked at when it is kept.
func (in *FileInput) check() error {
	c := errs.Check{}
	office.Required(c, "title", in.Title, "请写题名")
	c.That(len(in.File.Data) > 0 || in.Shelf != "", "file", "附上扫描件，或者写明纸质件放在哪里")
	if err := c.Err(); err != nil || bytes.HasPrefix(in.File.Data, []byte("%PDF-")) {
		return err
	}
	return office.CleanPhoto(&in.File)
}

// File puts a paper into the archive under the next number of its station and year.
func (s *Service) File(ctx context.Context, in FileInput) (Document, error) {
	op := act.Op{Perm: office.Edit, Action: "office.file", Check: in.check}
	return documents.Add(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (d Document, err error) {
		cat, err := category(ctx, tx, b, in.CategoryID)
		if err != nil {
			return d, err
		}
		if in.Day == 0 {
			in.Day = b.Today
		}
		c := errs.Check{}
		c.That(cat.ID != 0, "category_id", "请从分类方案里选")
		c.That(in.Day <= b.Today && in.Day >= 19490101, "day", "不能晚于今天，也不能太早")
		if err := c.Err(); err != nil {
			return d, err
		}
		d = Document{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, CategoryID: cat.ID, Code: cat.Code,
			Category: cat.Name,
			Year:     b.Today.Year(), Title: in.Title, Day: in.Day, Keywords: in.Keywords, Shelf: in.Shelf, KeepUntil: cat.Until(in.Day),
			State:  Held,
			ByName: auth.From(ctx).Name, At: tx.Now}
		if d.BlobID, err = office.PutFile(ctx, tx, s.blobs, in.File, "office_document", d.ID, b.Station); err != nil {
			return d, err
		}
		d.No, err = office.NextNumber(ctx, tx, b.Station.ID, book, d.Year)
		return d, err
	})
}

// category gives one of the filing plan that is in use; none when it is not.
func category(ctx context.Context, tx *db.Tx, b office.Book, id db.ID) (template.Category, error) {
	plan, err := template.Categories(ctx, tx, b.Station.Region)
	for _, c := range plan {
		if c.ID == id && c.Active {
			return c, err
		}
	}
	return template.Category{}, err
}

// RequestInput asks for the disposal of a paper.
type RequestInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// RequestDisposal asks to destroy a paper that need not be kept any longer.
func (s *Service) RequestDisposal(ctx context.Context, in RequestInput) (Document, error) {
	op := act.Op{Perm: office.Edit, Action: "office.destroy_ask", ID: in.ID, Version: in.Version,
		Check: office.Filled([3]string{"reason", in.Reason, "请写原因"}), From: []string{Held}, Wrong: "已经申请或者已经销毁了"}
	return documents.Change(ctx, s.db, op, func(_ *db.Tx, b office.Book, d *Document) error {
		if !d.Expired(b.Today) {
			return errs.WrongState("还在保存期里，要保存到 " + d.term())
		}
		who := auth.From(ctx)
		d.State, d.Request = Requested, Request{in.Reason, int64(who.Account), who.Name, b.Today}
		return nil
	})
}

// answer is the second person's word on a request.
func answer(action string, in office.VersionInput) act.Op {
	return act.Op{Perm: office.Edit, Action: action, ID: in.ID, Version: in.Version, From: []string{Requested}, Wrong: "没有人申请销毁，或者已经销毁了"}
}

// Dispose is the second person's consent: the file goes, the line in the register stays.
func (s *Service) Dispose(ctx context.Context, in office.VersionInput) (Document, error) {
	return documents.Change(ctx, s.db, answer("office.destroy", in), func(tx *db.Tx, b office.Book, d *Document) error {
		who := auth.From(ctx)
		if int64(who.Account) == d.AskedBy {
			return errs.Deny("由另一个人复核，申请人自己不能销毁")
		}
		file := d.BlobID
		d.State, d.BlobID, d.EndedBy, d.EndedName, d.EndedDay = Disposed, 0, int64(who.Account), who.Name, b.Today
		if file == 0 {
			return nil
		}
		n, err := releaseFile.Run(ctx, tx, d.ID, d.Version) // before it goes
		if err == nil && n == 0 {
			err = errs.ErrStale
		}
		if err != nil {
			return err
		}
		return s.blobs.Delete(ctx, tx, file)
	})
}

// Retain refuses to destroy a paper: it is kept on.
func (s *Service) Retain(ctx context.Context, in office.VersionInput) (Document, error) {
	return documents.Change(ctx, s.db, answer("office.destroy_refuse", in), func(_ *db.Tx, _ office.Book, d *Document) error {
		d.State, d.Request = Held, Request{}
		return nil
	})
}

// Search is what a search of the archive asks for.
type Search struct {
	ID       db.ID  `path:"id"`
	Category db.ID  `query:"category"`
	Year     int64  `query:"year" minimum:"0" maximum:"2100"`
	State    string `query:"state" enum:"kept,due,asked,destroyed," maxLength:"10" doc:"due 为保存期满的"`
	Q        string `query:"q" maxLength:"40" doc:"题名、关键词、存放处里的字"`
}

const expired = "due" // what a search calls papers that need not be kept any longer

// ListInput searches the archive of a station.
type ListInput struct {
	Search
	db.Paging
}

// List is one page of the archive.
type List struct {
	office.Book
	In   ListInput           `json:"-"`
	Plan []template.Category `json:"-"`
	db.Page[Document]
}

// List lists the archive, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (List, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out List, err error) {
		out = List{Book: b, In: in}
		if out.Page, err = listing.Page(ctx, tx, search{in.Search, b.Today}, in.Paging); err != nil {
			return out, err
		}
		out.Plan, err = template.Categories(ctx, tx, b.Station.Region)
		return out, err
	})
}

// Sheet is a document with its station.
type Sheet struct {
	office.Book
	Document
}

// Get gives one document.
func (s *Service) Get(ctx context.Context, in office.EntryInput) (Sheet, error) {
	return office.Look(ctx, s.db, &documents, in.ID, func(_ *db.Tx, b office.Book, d Document) (Sheet, error) { return Sheet{b, d}, nil })
}

// Scan gives the scan of a document.
func (s *Service) Scan(ctx context.Context, in office.EntryInput) (blob.File, error) {
	return documents.File(ctx, s.db, s.blobs, in.ID, func(d Document) db.ID { return d.BlobID })
}

var columns = []string{"档号", "题名", "类别", "日期", "关键词", "存放处", "保存到", "状态"}

func (d Document) cells(today clock.Day) []string {
	state := states.Word(d.State)
	switch {
	case d.State == Disposed:
		state = fmt.Sprintf("%s 销毁（%s、%s）", d.EndedDay, d.AskedName, d.EndedName)
	case d.Expired(today):
		state = "保存期满"
	}
	return []string{d.Number(), d.Title, d.Category, d.Day.String(), d.Keywords, d.Shelf, d.term(), state}
}

func catalogue(b office.Book, rows []Document) paper.Table {
	return office.TableOf(b, "档案目录", columns, rows, Document.cells)
}

// ExportInput is a search of the archive as a catalogue.
type ExportInput struct {
	Search
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the catalogue of the archive as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (paper.Table, error) {
		rows, err := listing.First(ctx, tx, search{in.Search, b.Today}, office.MostRows)
		return catalogue(b, rows), err
	})
}

// Ledger has the papers of the days of a stretch.
var Ledger = ledger.Ledger{Code: "archive", Name: "档案台账", Columns: columns, Rows: ledger.Between(dated, Document.cells)}

// Proof shows that papers are filed.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	rows, err := listing.First(ctx, tx, search{Search{ID: b.Station.ID}, b.Today}, office.MostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("档案里还没有文件")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(catalogue(b, rows).File("pdf"))
	return fmt.Sprintf("档案 %d 件，目录见附件", len(rows)), file, err
}

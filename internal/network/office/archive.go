package office

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

// leastYears is how long every paper is kept at least: ten years, as the plan asks of stations' archives.
const leastYears = 10

// Category is one line of the filing plan of a division (分类方案).
type Category struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" doc:"谁定的"`
	Code    string      `json:"code"`
	Name    string      `json:"name"`
	Years   int64       `json:"years" doc:"保存几年，至少 10 年；0 为永久"`
	Active  bool        `json:"active"`
}

// term says how long papers of a category are kept.
func (c Category) term() string {
	if c.Years == 0 {
		return "永久"
	}
	return strconv.FormatInt(c.Years, 10) + " 年"
}

// until is the last day on which a paper of a day must be kept.
func (c Category) until(day clock.Day) clock.Day {
	if c.Years == 0 {
		return clock.Forever
	}
	return sameDay(day, yearOf(day)+c.Years)
}

// categories gives the filing plan that holds in a division: those of every division above it, and its own.
func categories(ctx context.Context, tx *db.Tx, at auth.Region) ([]Category, error) {
	return categoriesOf.All(ctx, tx, int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at))
}

// CategoryInput is a line of the filing plan.
type CategoryInput struct {
	Region auth.Region `json:"region"`
	Code   string      `json:"code" minLength:"1" maxLength:"6" doc:"一到六个大写字母或数字"`
	Name   string      `json:"name" minLength:"1" maxLength:"30"`
	Years  int64       `json:"years" minimum:"0" maximum:"100" doc:"保存几年，至少 10 年；0 为永久"`
}

var codeShape = regexp.MustCompile(`^[A-Z0-9]{1,6}$`)

func checkYears(c errs.Check, years int64) {
	c.That(years == 0 || years >= leastYears, "years", "至少 10 年；0 为永久")
}

// AddCategory adds a line to the filing plan of a division and all below.
func (s *Service) AddCategory(ctx context.Context, in CategoryInput) (Category, error) {
	if err := auth.Allow(ctx, Set); err != nil {
		return Category{}, err
	}
	c := errs.Check{}
	c.That(codeShape.MatchString(in.Code), "code", "一到六个大写字母或数字，例如 JH")
	said(c, "name", in.Name, "请写名称")
	checkYears(c, in.Years)
	if err := c.Err(); err != nil {
		return Category{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (out Category, err error) {
		if err := own(ctx, tx, in.Region); err != nil {
			return out, err
		}
		above, err := categories(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		for _, x := range above {
			c.That(x.Code != in.Code, "code", "已经有这个代码："+x.Name)
		}
		if err := c.Err(); err != nil {
			return out, err
		}
		out = Category{ID: tx.NewID(), Version: 1, Region: in.Region, Code: in.Code, Name: in.Name, Years: in.Years, Active: true}
		n, err := addCategory.Run(ctx, tx, out.ID, int64(out.Region), out.Code, out.Name, out.Years)
		if err == nil && n == 0 {
			err = errs.Field("code", "已经有这个代码")
		}
		if err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "office.category", Object: "office_category", ID: out.ID.String(), Region: out.Region})
	})
}

// EditCategoryInput changes a line of the filing plan.
type EditCategoryInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Name    string `json:"name" minLength:"1" maxLength:"30"`
	Years   int64  `json:"years" minimum:"0" maximum:"100" doc:"保存几年，至少 10 年；0 为永久"`
	Active  bool   `json:"active" required:"false" doc:"还用来归档"`
}

// EditCategory changes a line of the filing plan. What was filed before keeps its day.
func (s *Service) EditCategory(ctx context.Context, in EditCategoryInput) (Category, error) {
	if err := auth.Allow(ctx, Set); err != nil {
		return Category{}, err
	}
	c := errs.Check{}
	said(c, "name", in.Name, "请写名称")
	checkYears(c, in.Years)
	if err := c.Err(); err != nil {
		return Category{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Category, error) {
		x, err := one(categoryByID.One(ctx, tx, in.ID))
		if err != nil {
			return x, err
		}
		if err := auth.Require(ctx, Set, Set, auth.Place{Region: x.Region}); err != nil {
			return Category{}, err
		}
		x.Name, x.Years, x.Active = in.Name, in.Years, in.Active
		n, err := setCategory.Run(ctx, tx, x.ID, in.Version, x.Name, x.Years, x.Active)
		if err := fresh(n, err); err != nil {
			return x, err
		}
		x.Version = in.Version + 1
		return x, audit.Write(ctx, tx, audit.Entry{Action: "office.category_edit", Object: "office_category", ID: x.ID.String(), Region: x.Region})
	})
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Document{}, err
	}
	c := errs.Check{}
	said(c, "title", in.Title, "请写题名")
	c.That(len(in.File.Data) > 0 || in.Shelf != "", "file", "附上扫描件，或者写明纸质件放在哪里")
	if err := c.Err(); err != nil {
		return Document{}, err
	}
	if err := paperOrPhoto(&in.File); err != nil {
		return Document{}, err
	}
	return write(ctx, s, in.ID, "file", func(tx *db.Tx, b Book) (d Document, id db.ID, err error) {
		plan, err := categories(ctx, tx, b.Station.Region)
		if err != nil {
			return d, 0, err
		}
		var cat Category
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
		d = Document{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, CategoryID: cat.ID, Code: cat.Code, Category: cat.Name, Year: yearOf(b.Today), Title: in.Title,
			Day: in.Day, Keywords: in.Keywords, Shelf: in.Shelf, KeepUntil: cat.until(in.Day), State: Kept, ByName: auth.From(ctx).Name, At: tx.Now}
		if d.BlobID, err = s.keepFile(ctx, tx, in.File, "office_document", d.ID, b.Station); err != nil {
			return d, 0, err
		}
		if d.No, err = next(ctx, tx, b.Station.ID, archiveBook, d.Year); err != nil {
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Document{}, err
	}
	c := errs.Check{}
	said(c, "reason", in.Reason, "请写原因")
	if err := c.Err(); err != nil {
		return Document{}, err
	}
	return turn(ctx, s, in.ID, documentByID, stationOfDocument, "destroy_ask", func(tx *db.Tx, b Book, d Document) (Document, error) {
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
	return s.answer(ctx, in, "destroy", func(tx *db.Tx, b Book, d *Document) error {
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
	return s.answer(ctx, in, "destroy_refuse", func(tx *db.Tx, _ Book, d *Document) error {
		d.State, d.Reason, d.AskedBy, d.AskedName, d.AskedDay = Kept, "", 0, "", 0
		return updateDocument(ctx, tx, d, 0)
	})
}

// answer is what both words of the second person share.
func (s *Service) answer(ctx context.Context, in TurnDocument, action string, fn func(*db.Tx, Book, *Document) error) (Document, error) {
	if err := auth.Allow(ctx, Keep); err != nil {
		return Document{}, err
	}
	return turn(ctx, s, in.ID, documentByID, stationOfDocument, action, func(tx *db.Tx, b Book, d Document) (Document, error) {
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
	Book
	In   DocumentsInput `json:"-"`
	Plan []Category     `json:"-"`
	db.Page[Document]
}

// Documents lists the archive, the newest first.
func (s *Service) Documents(ctx context.Context, in DocumentsInput) (out Documents, err error) {
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	return look(ctx, s, in.ID, func(tx *db.Tx, b Book) (Documents, error) {
		rows, err := documents(ctx, tx, in, b.Today, more, after, in.Size()+1)
		if err != nil {
			return Documents{}, err
		}
		plan, err := categories(ctx, tx, b.Station.Region)
		return Documents{b, in, plan, db.PageOf(rows, in.Paging, func(d Document) []string { return db.Key(d.ID) })}, err
	})
}

// DocumentInput names a document.
type DocumentInput struct {
	ID db.ID `path:"id"`
}

// DocumentSheet is a document with its station.
type DocumentSheet struct {
	Book
	Document
}

// Document gives one document.
func (s *Service) Document(ctx context.Context, in DocumentInput) (DocumentSheet, error) {
	return seen(ctx, s, in.ID, documentByID, stationOfDocument, func(_ *db.Tx, b Book, d Document) (DocumentSheet, error) { return DocumentSheet{b, d}, nil })
}

// DocumentFile gives the scan of a document.
func (s *Service) DocumentFile(ctx context.Context, in DocumentInput) (File, error) {
	return fileOf(ctx, s, in.ID, documentByID, stationOfDocument, func(d Document) db.ID { return d.BlobID })
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
func (s *Service) Catalogue(ctx context.Context, in CatalogueInput) (File, error) {
	t, err := look(ctx, s, in.ID, func(tx *db.Tx, b Book) (table, error) {
		rows, err := documents(ctx, tx, DocumentsInput{ID: in.ID, Category: in.Category, Year: in.Year, State: in.State, Q: in.Q}, b.Today, false, 0, mostRows)
		return documentTable(b, rows), err
	})
	if err != nil {
		return File{}, err
	}
	return t.file(in.Format)
}

var documentColumns = []string{"档号", "题名", "类别", "日期", "关键词", "存放处", "保存到", "状态"}

func documentTable(b Book, rows []Document) table {
	t := table{day: b.Today, Table: sheet.Table{Title: "档案目录", Lead: b.lead(), Columns: documentColumns}}
	for _, d := range rows {
		t.Rows = append(t.Rows, d.cells(b.Today))
	}
	return t
}

func (d Document) cells(today clock.Day) []string {
	state := documentWords[d.State]
	switch {
	case d.State == Destroyed:
		state = fmt.Sprintf("%s 销毁（%s、%s）", d.EndedDay, d.AskedName, d.EndedName)
	case d.Due(today):
		state = "保存期满"
	}
	return []string{d.Number(), d.Title, d.Category, d.Day.String(), d.Keywords, d.Shelf, d.term(), state}
}

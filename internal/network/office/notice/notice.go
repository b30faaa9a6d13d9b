// Package notice is the book of notices of a station (公告台账): what was put up when and where, what hangs there today.
//
// Nouns: notice. Verbs: post, add a photograph, take down, list, print, export.
package notice

import (
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
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

// Notice is one line of the book of notices.
type Notice struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id" db:",once"`
	Region     auth.Region `json:"-" db:",once"`
	Year       int64       `json:"year" db:",once"`
	No         int64       `json:"no" db:",once" doc:"本站当年的顺序号"`
	Title      string      `json:"title" db:",once"`
	Body       string      `json:"text" db:",once"`
	Place      string      `json:"place" db:",once" doc:"贴在哪里"`
	FromDay    clock.Day   `json:"from_day" db:",once"`
	UntilDay   clock.Day   `json:"until_day" db:",once" doc:"贴到这一天（含）"`
	BlobID     db.ID       `json:"photo" doc:"张贴照片；没有时为空"`
	DownDay    clock.Day   `json:"down_day" doc:"提前撤下的日子；没有时为空"`
	DownReason string      `json:"down_reason"`
	ByName     string      `json:"by_name" db:",once"`
	At         time.Time   `json:"at" db:",once"`
}

// Number is how the notice is called: “2026-007”.
func (n Notice) Number() string { return fmt.Sprintf("%d-%03d", n.Year, n.No) }

// States of a notice follow from its days.
const (
	Coming  = "coming"
	Hanging = "hanging"
	Over    = "over"
	Down    = "down" // before its day
)

var states = set.New("notice_state",
	set.Row{Hanging, "正在张贴", "done"}, set.Row{Coming, "还没到日子", "sent"}, set.Row{Over, "到期"}, set.Row{Down, "已撤下", "alarm"})

// State is how a notice stands on a day.
func (n Notice) State(day clock.Day) string {
	switch {
	case n.DownDay != 0:
		return Down
	case day < n.FromDay:
		return Coming
	case day > n.UntilDay:
		return Over
	}
	return Hanging
}

var notices = office.Kind[Notice]{Table: table, Station: func(n Notice) db.ID { return n.StationID }, State: Notice.State}

// PostInput is a notice that is put up.
type PostInput struct {
	ID       db.ID       `path:"id"`
	Title    string      `json:"title" minLength:"1" maxLength:"80"`
	Text     string      `json:"text" minLength:"1" maxLength:"3000"`
	Place    string      `json:"place" minLength:"1" maxLength:"60" doc:"贴在哪里"`
	FromDay  clock.Day   `json:"from_day" required:"false" doc:"不填为今天"`
	UntilDay clock.Day   `json:"until_day" doc:"贴到这一天（含）"`
	File     blob.Upload `json:"file" required:"false" doc:"张贴照片"`
}

func (in *PostInput) check() error {
	c := errs.Check{}
	office.Required(c, "title", in.Title, "请写标题")
	office.Required(c, "text", in.Text, "请写内容")
	office.Required(c, "place", in.Place, "请写贴在哪里")
	if err := c.Err(); err != nil {
		return err
	}
	return office.CleanPhoto(&in.File)
}

// longest is how many days ahead a notice may be put up, and how many it may hang.
const longest = 1100

func (in *PostInput) checkDays(today clock.Day) error {
	if in.FromDay == 0 {
		in.FromDay = today
	}
	if in.UntilDay < in.FromDay || in.UntilDay > in.FromDay.AddDays(longest) {
		return errs.Field("until_day", fmt.Sprintf("应在张贴之日以后，%d 天以内", longest))
	}
	if !office.ValidYear(in.FromDay.Year()) || in.FromDay > today.AddDays(longest) {
		return errs.Field("from_day", "日期太早或者太晚")
	}
	return nil
}

// Post enters a notice under the next number of its station and year. Days of the past may be entered: what hung is written up afterwards.
func (s *Service) Post(ctx context.Context, in PostInput) (Notice, error) {
	op := act.Op{Perm: office.Edit, Action: "office.post", Check: in.check}
	return notices.Add(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (n Notice, err error) {
		if err := in.checkDays(b.Today); err != nil {
			return n, err
		}
		n = Notice{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Year: b.Today.Year(), Title: in.Title,
			Body:  in.Text,
			Place: in.Place, FromDay: in.FromDay, UntilDay: in.UntilDay, ByName: auth.From(ctx).Name, At: tx.Now}
		if n.BlobID, err = office.PutFile(ctx, tx, s.blobs, in.File, "office_notice", n.ID, b.Station); err != nil {
			return n, err
		}
		n.No, err = office.NextNumber(ctx, tx, b.Station.ID, book, n.Year)
		return n, err
	})
}

// Sheet is a notice with its station.
type Sheet struct {
	office.Book
	Notice
}

// Get gives one notice.
func (s *Service) Get(ctx context.Context, in office.EntryInput) (Sheet, error) {
	return office.Look(ctx, s.db, &notices, in.ID, func(_ *db.Tx, b office.Book, n Notice) (Sheet, error) { return Sheet{b, n}, nil })
}

// Photo gives the photograph of a notice.
func (s *Service) Photo(ctx context.Context, in office.EntryInput) (blob.File, error) {
	return notices.File(ctx, s.db, s.blobs, in.ID, func(n Notice) db.ID { return n.BlobID })
}

// PhotoInput brings the photograph of a notice that hangs.
type PhotoInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	File    blob.Upload `json:"file"`
}

func (in *PhotoInput) check() error {
	if len(in.File.Data) == 0 {
		return errs.Field("file", "请附上照片")
	}
	return office.CleanPhoto(&in.File)
}

// AddPhoto adds the photograph of a notice where it hangs, or puts a better one in its place.
func (s *Service) AddPhoto(ctx context.Context, in PhotoInput) (Notice, error) {
	op := act.Op{Perm: office.Edit, Action: "office.show", ID: in.ID, Version: in.Version, Check: in.check}
	return notices.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, n *Notice) (err error) {
		n.BlobID, err = office.PutFile(ctx, tx, s.blobs, in.File, "office_notice", n.ID, b.Station)
		return err
	})
}

// TakeDownInput takes a notice down before its day.
type TakeDownInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// TakeDown takes a notice down: it stays in the book, with the reason.
func (s *Service) TakeDown(ctx context.Context, in TakeDownInput) (Notice, error) {
	op := act.Op{Perm: office.Edit, Action: "office.down", ID: in.ID, Version: in.Version,
		Check: office.Filled([3]string{"reason", in.Reason, "请写原因"}), From: []string{Coming, Hanging}, Wrong: "已经撤下或者到期了"}
	return notices.Change(ctx, s.db, op, func(_ *db.Tx, b office.Book, n *Notice) error {
		n.DownDay, n.DownReason = b.Today, in.Reason
		return nil
	})
}

// Search is what a search of the book asks for.
type Search struct {
	ID    db.ID  `path:"id"`
	Year  int64  `query:"year" minimum:"0" maximum:"2100" doc:"不填为全部"`
	State string `query:"state" set:"notice_state," maxLength:"10" doc:"coming 还没到日子，hanging 正在张贴，over 到期，down 撤下"`
	Q     string `query:"q" maxLength:"40" doc:"标题、内容、地点里的字"`
}

// ListInput searches the book of notices of a station.
type ListInput struct {
	Search
	db.Paging
}

// List is one page of the book.
type List struct {
	office.Book
	In ListInput `json:"-"`
	db.Page[Notice]
}

// List lists the book, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (List, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (List, error) {
		page, err := listing.Page(ctx, tx, search{in.Search, b.Today}, in.Paging)
		return List{b, in, page}, err
	})
}

// Public is what hangs at a station today, for everybody.
type Public struct {
	Station station.Station `json:"-"`
	Items   []PublicNotice  `json:"items"`
}

// PublicNotice is a notice as everybody may read it.
type PublicNotice struct {
	ID       db.ID     `json:"id"`
	Title    string    `json:"title"`
	Body     string    `json:"text"`
	FromDay  clock.Day `json:"from_day"`
	UntilDay clock.Day `json:"until_day"`
}

// Public gives what hangs at a station today; public.
func (s *Service) Public(ctx context.Context, in office.StationInput) (Public, error) {
	return act.Read(ctx, s.db, office.Public, func(tx *db.Tx) (out Public, err error) {
		if out.Station, err = station.Get(ctx, tx, in.ID); err != nil {
			return out, err
		}
		list, err := hanging.All(ctx, tx, in.ID, int64(clock.DayOf(tx.Now)))
		out.Items = append([]PublicNotice{}, list...)
		return out, err
	})
}

// OnShowing tells the public page of a station what hangs there.
func (s *Service) OnShowing(ctx context.Context, tx *db.Tx, e *station.ShowingEvent) error {
	list, err := hanging.All(ctx, tx, e.Station.ID, int64(clock.DayOf(tx.Now)))
	for _, n := range list[:min(len(list), 5)] {
		e.Notices = append(e.Notices, station.Line{Text: n.Title, Note: n.FromDay.String(),
			Href: publicPath(e.Station.ID) + "#n" + n.ID.String()})
	}
	return err
}

var columns = []string{"编号", "标题", "内容", "张贴地点", "张贴日期", "贴到", "状态", "照片", "登记人"}

func (n Notice) cells(day clock.Day) []string {
	state := states.Word(n.State(day))
	if n.DownDay != 0 {
		state = n.DownDay.String() + " 撤下：" + n.DownReason
	}
	has := "无"
	if n.BlobID != 0 {
		has = "有"
	}
	return []string{n.Number(), n.Title, n.Body, n.Place, n.FromDay.String(), n.UntilDay.String(), state, has, n.ByName}
}

func tableOf(b office.Book, rows []Notice) paper.Table {
	return office.TableOf(b, "公告台账", columns, rows, Notice.cells)
}

// ExportInput is a search of the book as a file.
type ExportInput struct {
	Search
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// Export gives the book as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	return office.Export(ctx, s.db, in.ID, in.Format, func(tx *db.Tx, b office.Book) (paper.Table, error) {
		rows, err := listing.First(ctx, tx, search{in.Search, b.Today}, office.MostRows)
		return tableOf(b, rows), err
	})
}

// Poster prints a notice to be hung up.
func (s *Service) Poster(ctx context.Context, in office.PosterInput) (blob.File, error) {
	v, err := s.Get(ctx, office.EntryInput{ID: in.ID})
	if err != nil {
		return blob.File{}, err
	}
	foot := fmt.Sprintf("%s　%s　公告 %s　张贴至 %s", v.Station.Name, v.FromDay, v.Number(), v.UntilDay)
	return paper.Poster(v.Title, "公　告", v.Body, foot, v.Today, in.Paper == "a3")
}

// Ledger has the notices that hung in a stretch of days.
var Ledger = ledger.Ledger{Code: "notices", Name: "公告台账", Columns: columns, Rows: ledger.Between(within, Notice.cells)}

// Proof shows that notices were put up in the last three months.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (string, blob.Upload, error) {
	rows, err := within.All(ctx, tx, b.Station.ID, int64(b.Today.AddDays(-92)), int64(b.Today), office.MostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("近三个月没有登记公告")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := office.AsUpload(tableOf(b, rows).File("pdf"))
	return fmt.Sprintf("近三个月公告 %d 件", len(rows)), file, err
}

// Package notice is the book of notices of a station (公告台账): what was put up when and where, what hangs there today.
//
// Nouns: notice. Verbs: post, show (its photograph), take down, print, export.
package notice

import (
	"context"
	"fmt"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/station"
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

// Notice is one line of the book of notices (公告台账).
type Notice struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id"`
	Region     auth.Region `json:"-"`
	Year       int64       `json:"year"`
	No         int64       `json:"no" doc:"本站当年的顺序号"`
	Title      string      `json:"title"`
	Body       string      `json:"text"`
	Place      string      `json:"place" doc:"贴在哪里"`
	FromDay    clock.Day   `json:"from_day"`
	UntilDay   clock.Day   `json:"until_day" doc:"贴到这一天（含）"`
	BlobID     db.ID       `json:"photo" doc:"张贴照片；没有时为空"`
	DownDay    clock.Day   `json:"down_day" doc:"提前撤下的日子；没有时为空"`
	DownReason string      `json:"down_reason"`
	ByName     string      `json:"by_name"`
	At         time.Time   `json:"at"`
}

// Number is how the notice is called: “2026-007”.
func (n Notice) Number() string { return fmt.Sprintf("%d-%03d", n.Year, n.No) }

// Hangs says that the notice is to be seen on a day.
func (n Notice) Hangs(day clock.Day) bool {
	return n.DownDay == 0 && n.FromDay <= day && day <= n.UntilDay
}

// state is how a notice stands on a day: coming, hanging, over, down.
func (n Notice) state(day clock.Day) string {
	switch {
	case n.DownDay != 0:
		return "down"
	case day < n.FromDay:
		return "coming"
	case day > n.UntilDay:
		return "over"
	}
	return "hanging"
}

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

// Post enters a notice under the next number of its station and year. Days of the past may be entered: what hung is written up afterwards.
func (s *Service) Post(ctx context.Context, in PostInput) (Notice, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Notice{}, err
	}
	c := errs.Check{}
	office.Required(c, "title", in.Title, "请写标题")
	office.Required(c, "text", in.Text, "请写内容")
	office.Required(c, "place", in.Place, "请写贴在哪里")
	if err := c.Err(); err != nil {
		return Notice{}, err
	}
	if err := office.CleanPhoto(&in.File); err != nil {
		return Notice{}, err
	}
	return office.Change(ctx, s.db, in.ID, "post", func(tx *db.Tx, b office.Book) (n Notice, id db.ID, err error) {
		if in.FromDay == 0 {
			in.FromDay = b.Today
		}
		if in.UntilDay < in.FromDay || in.UntilDay > in.FromDay.AddDays(longest) {
			return n, 0, errs.Field("until_day", fmt.Sprintf("应在张贴之日以后，%d 天以内", longest))
		}
		if year := in.FromDay.Year(); !office.ValidYear(year) || in.FromDay > b.Today.AddDays(longest) {
			return n, 0, errs.Field("from_day", "日期太早或者太晚")
		}
		n = Notice{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Year: b.Today.Year(), Title: in.Title, Body: in.Text, Place: in.Place,
			FromDay: in.FromDay, UntilDay: in.UntilDay, ByName: auth.From(ctx).Name, At: tx.Now}
		if n.BlobID, err = office.PutFile(ctx, tx, s.blobs, in.File, "office_notice", n.ID, b.Station); err != nil {
			return n, 0, err
		}
		if n.No, err = office.NextNumber(ctx, tx, b.Station.ID, book, n.Year); err != nil {
			return n, 0, err
		}
		return n, n.ID, insertNotice(ctx, tx, n)
	})
}

// longest is how many days ahead a notice may be put up, and how many it may hang.
const longest = 1100

// NoticeInput names a notice.
type NoticeInput struct {
	ID db.ID `path:"id"`
}

// NoticeSheet is a notice with its station.
type NoticeSheet struct {
	office.Book
	Notice
}

// Notice gives one notice.
func (s *Service) Notice(ctx context.Context, in NoticeInput) (out NoticeSheet, err error) {
	return office.ReadRow(ctx, s.db, in.ID, noticeByID, stationOfNotice, func(_ *db.Tx, b office.Book, n Notice) (NoticeSheet, error) { return NoticeSheet{b, n}, nil })
}

// ShowInput brings the photograph of a notice that hangs.
type ShowInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	File    blob.Upload `json:"file"`
}

func stationOfNotice(n Notice) db.ID { return n.StationID }

// Show adds the photograph of a notice where it hangs, or puts a better one in its place.
func (s *Service) Show(ctx context.Context, in ShowInput) (Notice, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Notice{}, err
	}
	if len(in.File.Data) == 0 {
		return Notice{}, errs.Field("file", "请附上照片")
	}
	if err := office.CleanPhoto(&in.File); err != nil {
		return Notice{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, noticeByID, stationOfNotice, "show", func(tx *db.Tx, b office.Book, n Notice) (_ Notice, err error) {
		if n.Version != in.Version {
			return n, errs.ErrStale
		}
		if n.BlobID, err = office.PutFile(ctx, tx, s.blobs, in.File, "office_notice", n.ID, b.Station); err != nil {
			return n, err
		}
		return n, updateNotice(ctx, tx, &n)
	})
}

// DownInput takes a notice down before its day.
type DownInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Down takes a notice down: it stays in the book, with the reason.
func (s *Service) Down(ctx context.Context, in DownInput) (Notice, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Notice{}, err
	}
	c := errs.Check{}
	office.Required(c, "reason", in.Reason, "请写原因")
	if err := c.Err(); err != nil {
		return Notice{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, noticeByID, stationOfNotice, "down", func(tx *db.Tx, b office.Book, n Notice) (Notice, error) {
		if st := n.state(b.Today); st == "down" || st == "over" {
			return n, errs.WrongState("已经撤下或者到期了")
		}
		if n.Version != in.Version {
			return n, errs.ErrStale
		}
		n.DownDay, n.DownReason = b.Today, in.Reason
		return n, updateNotice(ctx, tx, &n)
	})
}

// NoticesInput searches the book of notices of a station.
type NoticesInput struct {
	ID    db.ID  `path:"id"`
	Year  int64  `query:"year" minimum:"0" maximum:"2100" doc:"不填为全部"`
	State string `query:"state" set:"notice_state," maxLength:"10" doc:"coming 还没到日子，hanging 正在张贴，over 到期，down 撤下"`
	Q     string `query:"q" maxLength:"40" doc:"标题、内容、地点里的字"`
	db.Paging
}

// Notices is one page of the book.
type Notices struct {
	office.Book
	In NoticesInput `json:"-"`
	db.Page[Notice]
}

// Notices lists the book, the newest first.
func (s *Service) Notices(ctx context.Context, in NoticesInput) (out Notices, err error) {
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Notices, error) {
		rows, err := notices(ctx, tx, in, b.Today, more, after, in.Size()+1)
		return Notices{b, in, db.PageOf(rows, in.Paging, func(n Notice) []string { return db.Key(n.ID) })}, err
	})
}

// NoticesExport is a search of the book as a file.
type NoticesExport struct {
	ID     db.ID  `path:"id"`
	Year   int64  `query:"year" minimum:"0" maximum:"2100"`
	State  string `query:"state" set:"notice_state," maxLength:"10"`
	Q      string `query:"q" maxLength:"40"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// ExportNotices gives the book as a file.
func (s *Service) ExportNotices(ctx context.Context, in NoticesExport) (blob.File, error) {
	t, err := office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (office.Table, error) {
		rows, err := notices(ctx, tx, NoticesInput{ID: in.ID, Year: in.Year, State: in.State, Q: in.Q}, b.Today, false, 0, office.MostRows)
		return noticeTable(b, rows), err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

func noticeTable(b office.Book, rows []Notice) office.Table {
	t := office.Table{Day: b.Today, Table: sheet.Table{Title: "公告台账", Lead: b.Lead(), Columns: noticeColumns}}
	for _, n := range rows {
		t.Rows = append(t.Rows, n.cells(b.Today))
	}
	return t
}

var noticeColumns = []string{"编号", "标题", "内容", "张贴地点", "张贴日期", "贴到", "状态", "照片", "登记人"}

func (n Notice) cells(day clock.Day) []string {
	state := states.Word(n.state(day))
	if n.DownDay != 0 {
		state = n.DownDay.String() + " 撤下：" + n.DownReason
	}
	has := "无"
	if n.BlobID != 0 {
		has = "有"
	}
	return []string{n.Number(), n.Title, n.Body, n.Place, n.FromDay.String(), n.UntilDay.String(), state, has, n.ByName}
}

// NoticeFile gives the photograph of a notice.
func (s *Service) NoticeFile(ctx context.Context, in NoticeInput) (blob.File, error) {
	return office.RowFile(ctx, s.db, s.blobs, in.ID, noticeByID, stationOfNotice, func(n Notice) db.ID { return n.BlobID })
}

// Posted is what hangs at a station today, for everybody.
type Posted struct {
	Station station.Station `json:"-"`
	Items   []Hanging       `json:"items"`
}

// Hanging is a notice as everybody may read it.
type Hanging struct {
	ID       db.ID     `json:"id"`
	Title    string    `json:"title"`
	Body     string    `json:"text"`
	FromDay  clock.Day `json:"from_day"`
	UntilDay clock.Day `json:"until_day"`
}

// Posted gives what hangs at a station today; public.
func (s *Service) Posted(ctx context.Context, in office.StationInput) (out Posted, err error) {
	if err := auth.Allow(ctx, office.Public); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Station, err = station.Get(ctx, tx, in.ID); err != nil {
			return err
		}
		out.Items, err = hanging.All(ctx, tx, in.ID, int64(clock.DayOf(tx.Now)))
		return err
	})
	if out.Items == nil {
		out.Items = []Hanging{}
	}
	return out, err
}

// NoticeWall prints a notice to be hung up.
func (s *Service) NoticeWall(ctx context.Context, in office.PosterInput) (blob.File, error) {
	v, err := s.Notice(ctx, NoticeInput{in.ID})
	if err != nil {
		return blob.File{}, err
	}
	foot := fmt.Sprintf("%s　%s　公告 %s　张贴至 %s", v.Station.Name, v.FromDay, v.Number(), v.UntilDay)
	return office.Poster(v.Title, "公　告", v.Body, foot, v.Today, in.Paper == "a3")
}

// states say how a notice stands on a day.
var states = set.New("notice_state",
	set.Row{"hanging", "正在张贴", "done"}, set.Row{"coming", "还没到日子", "sent"}, set.Row{"over", "到期"}, set.Row{"down", "已撤下", "alarm"})

// book is where its numbers are counted.
const book = "notice"

// Verify says where a number is missing.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, gaps, "station", "台账的编号有空缺", report)
}

// OnShowing tells the public page of a station what hangs there.
func (s *Service) OnShowing(ctx context.Context, tx *db.Tx, e *station.ShowingEvent) error {
	list, err := hanging.All(ctx, tx, e.Station.ID, int64(clock.DayOf(tx.Now)))
	for _, n := range list[:min(len(list), 5)] {
		e.Notices = append(e.Notices, station.Line{Text: n.Title, Note: n.FromDay.String(), Href: publicPath(e.Station.ID) + "#n" + n.ID.String()})
	}
	return err
}

// publicPath is where everybody reads what hangs at a station.
func publicPath(id db.ID) string { return "/stations/" + id.String() + "/notices" }

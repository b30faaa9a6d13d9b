package office

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Notice{}, err
	}
	c := errs.Check{}
	said(c, "title", in.Title, "请写标题")
	said(c, "text", in.Text, "请写内容")
	said(c, "place", in.Place, "请写贴在哪里")
	if err := c.Err(); err != nil {
		return Notice{}, err
	}
	if err := photo(&in.File); err != nil {
		return Notice{}, err
	}
	return write(ctx, s, in.ID, "post", func(tx *db.Tx, b Book) (n Notice, id db.ID, err error) {
		if in.FromDay == 0 {
			in.FromDay = b.Today
		}
		if in.UntilDay < in.FromDay || in.UntilDay > in.FromDay.AddDays(longest) {
			return n, 0, errs.Field("until_day", fmt.Sprintf("应在张贴之日以后，%d 天以内", longest))
		}
		if year := yearOf(in.FromDay); !inRange(year) || in.FromDay > b.Today.AddDays(longest) {
			return n, 0, errs.Field("from_day", "日期太早或者太晚")
		}
		n = Notice{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Year: yearOf(b.Today), Title: in.Title, Body: in.Text, Place: in.Place,
			FromDay: in.FromDay, UntilDay: in.UntilDay, ByName: auth.From(ctx).Name, At: tx.Now}
		if n.BlobID, err = s.keepFile(ctx, tx, in.File, "office_notice", n.ID, b.Station); err != nil {
			return n, 0, err
		}
		if n.No, err = next(ctx, tx, b.Station.ID, noticeBook, n.Year); err != nil {
			return n, 0, err
		}
		return n, n.ID, insertNotice(ctx, tx, n)
	})
}

// longest is how many days ahead a notice may be put up, and how many it may hang.
const longest = 1100

// photo cleans a picture before the transaction; other files wait for the store to refuse them.
func photo(up *blob.Upload) (err error) {
	if len(up.Data) > 0 {
		*up, err = blob.Clean(*up)
	}
	return err
}

// paperOrPhoto cleans a picture; a PDF is looked at when it is kept.
func paperOrPhoto(up *blob.Upload) error {
	if bytes.HasPrefix(up.Data, []byte("%PDF-")) {
		return nil
	}
	return photo(up)
}

// keepFile stores a file of a row of a station, if there is one.
func (s *Service) keepFile(ctx context.Context, tx *db.Tx, up blob.Upload, kind string, id db.ID, st station.Station) (db.ID, error) {
	if len(up.Data) == 0 {
		return 0, nil
	}
	return s.blobs.Put(ctx, tx, up, blob.Owner{Kind: kind, ID: id, Region: st.Region})
}

// NoticeInput names a notice.
type NoticeInput struct {
	ID db.ID `path:"id"`
}

// NoticeSheet is a notice with its station.
type NoticeSheet struct {
	Book
	Notice
}

// Notice gives one notice.
func (s *Service) Notice(ctx context.Context, in NoticeInput) (out NoticeSheet, err error) {
	return seen(ctx, s, in.ID, noticeByID, stationOfNotice, func(_ *db.Tx, b Book, n Notice) (NoticeSheet, error) { return NoticeSheet{b, n}, nil })
}

// seen is a reading operation on one row of a station's book.
func seen[R, T any](ctx context.Context, s *Service, id db.ID, q *db.Rows[R], of func(R) db.ID, fn func(tx *db.Tx, b Book, row R) (T, error)) (out T, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		row, err := one(q.One(ctx, tx, id))
		if err != nil {
			return err
		}
		b, err := open(ctx, tx, View, of(row))
		if err != nil {
			return err
		}
		out, err = fn(tx, b, row)
		return err
	})
	if err != nil {
		var none T
		out = none
	}
	return out, err
}

// turn is a changing operation on one row of a station's book.
func turn[R, T any](ctx context.Context, s *Service, id db.ID, q *db.Rows[R], of func(R) db.ID, action string, fn func(tx *db.Tx, b Book, row R) (T, error)) (out T, err error) {
	if err := auth.Allow(ctx, Keep); err != nil {
		return out, err
	}
	var at db.ID
	if err = s.db.Read(ctx, func(tx *db.Tx) error {
		row, err := one(q.One(ctx, tx, id))
		at = of(row)
		return err
	}); err != nil {
		return out, err
	}
	return write(ctx, s, at, action, func(tx *db.Tx, b Book) (T, db.ID, error) {
		row, err := one(q.One(ctx, tx, id))
		if err != nil {
			var none T
			return none, 0, err
		}
		out, err := fn(tx, b, row)
		return out, id, err
	})
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Notice{}, err
	}
	if len(in.File.Data) == 0 {
		return Notice{}, errs.Field("file", "请附上照片")
	}
	if err := photo(&in.File); err != nil {
		return Notice{}, err
	}
	return turn(ctx, s, in.ID, noticeByID, stationOfNotice, "show", func(tx *db.Tx, b Book, n Notice) (_ Notice, err error) {
		if n.Version != in.Version {
			return n, errs.ErrStale
		}
		if n.BlobID, err = s.keepFile(ctx, tx, in.File, "office_notice", n.ID, b.Station); err != nil {
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Notice{}, err
	}
	c := errs.Check{}
	said(c, "reason", in.Reason, "请写原因")
	if err := c.Err(); err != nil {
		return Notice{}, err
	}
	return turn(ctx, s, in.ID, noticeByID, stationOfNotice, "down", func(tx *db.Tx, b Book, n Notice) (Notice, error) {
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
	State string `query:"state" enum:"coming,hanging,over,down," maxLength:"10" doc:"coming 还没到日子，hanging 正在张贴，over 到期，down 撤下"`
	Q     string `query:"q" maxLength:"40" doc:"标题、内容、地点里的字"`
	db.Paging
}

// Notices is one page of the book.
type Notices struct {
	Book
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
	return look(ctx, s, in.ID, func(tx *db.Tx, b Book) (Notices, error) {
		rows, err := notices(ctx, tx, in, b.Today, more, after, in.Size()+1)
		return Notices{b, in, db.PageOf(rows, in.Paging, func(n Notice) []string { return db.Key(n.ID) })}, err
	})
}

// NoticesExport is a search of the book as a file.
type NoticesExport struct {
	ID     db.ID  `path:"id"`
	Year   int64  `query:"year" minimum:"0" maximum:"2100"`
	State  string `query:"state" enum:"coming,hanging,over,down," maxLength:"10"`
	Q      string `query:"q" maxLength:"40"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"10"`
}

// mostRows is how many lines one file holds; who needs more narrows the search.
const mostRows = 5000

// ExportNotices gives the book as a file.
func (s *Service) ExportNotices(ctx context.Context, in NoticesExport) (File, error) {
	t, err := look(ctx, s, in.ID, func(tx *db.Tx, b Book) (table, error) {
		rows, err := notices(ctx, tx, NoticesInput{ID: in.ID, Year: in.Year, State: in.State, Q: in.Q}, b.Today, false, 0, mostRows)
		return noticeTable(b, rows), err
	})
	if err != nil {
		return File{}, err
	}
	return t.file(in.Format)
}

func noticeTable(b Book, rows []Notice) table {
	t := table{day: b.Today, Table: sheet.Table{Title: "公告台账", Lead: b.lead(), Columns: noticeColumns}}
	for _, n := range rows {
		t.Rows = append(t.Rows, n.cells(b.Today))
	}
	return t
}

var noticeColumns = []string{"编号", "标题", "内容", "张贴地点", "张贴日期", "贴到", "状态", "照片", "登记人"}

func (n Notice) cells(day clock.Day) []string {
	state := noticeWords[n.state(day)]
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
func (s *Service) NoticeFile(ctx context.Context, in NoticeInput) (File, error) {
	return fileOf(ctx, s, in.ID, noticeByID, stationOfNotice, func(n Notice) db.ID { return n.BlobID })
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
func (s *Service) Posted(ctx context.Context, in StationInput) (out Posted, err error) {
	if err := auth.Allow(ctx, Public); err != nil {
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

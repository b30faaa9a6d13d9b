package press

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
)

// levels are those of who reported.
var levels = set.New("media_report.level",
	set.Row{"central", "中央媒体"}, set.Row{"region", "自治区媒体"}, set.Row{"league", "盟市媒体"}, set.Row{"banner", "旗县区媒体"}, set.Row{"other", "其他"})

// Coverage is one report of others: a paper, a day, where it stands.
type Coverage struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once"`
	Day       clock.Day   `json:"day" db:",once"`
	Outlet    string      `json:"outlet" db:",once" doc:"哪家媒体"`
	Level     string      `json:"level" db:",once"`
	Title     string      `json:"title" db:",once"`
	Link      string      `json:"link" db:",once" doc:"网址；没有网址的写版面"`
	ArticleID db.ID       `json:"article_id" db:",once" doc:"说的是哪篇文章；没有时为空"`
	Reason    string      `json:"reason" doc:"作废的原因"`
	Off       bool        `json:"off"`
	ByName    string      `json:"by_name" db:",once"`
	At        time.Time   `json:"at" db:",once"`
	Where     string      `json:"where" db:"-"`
}

// web says that the place of a report is an address that may be opened.
func (c Coverage) web() bool { return isWeb(c.Link) }

func isWeb(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// ReportInput is a report to be entered.
type ReportInput struct {
	Region    auth.Region `json:"region" required:"false" doc:"说的是哪里的事；不填为您管的地方"`
	Day       clock.Day   `json:"day" doc:"哪天登的"`
	Outlet    string      `json:"outlet" minLength:"1" maxLength:"60" doc:"哪家媒体"`
	Level     string      `json:"level" set:"media_report.level" maxLength:"10"`
	Title     string      `json:"title" minLength:"1" maxLength:"100"`
	Link      string      `json:"link" required:"false" maxLength:"400" doc:"网址；没有网址的写版面"`
	ArticleID db.ID       `json:"article_id" required:"false"`
}

func (in *ReportInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Outlet) != "", "outlet", "请写哪家媒体")
	c.That(strings.TrimSpace(in.Title) != "", "title", "请写标题")
	c.That(!strings.Contains(in.Link, ":") || isWeb(in.Link), "link", "网址以 https:// 或 http:// 开头；没有网址的写版面")
	return c.Err()
}

// Report enters where others reported. Days to come have no reports.
func (s *Service) Report(ctx context.Context, in ReportInput) (Coverage, error) {
	at := cmp.Or(in.Region, auth.From(ctx).Seat())
	op := act.Op{Perm: Write, Action: "press.reported", Check: in.check}
	return s.reports.Add(ctx, s.db, op, act.In(at), func(tx *db.Tx) (out Coverage, err error) {
		if in.Day > clock.DayOf(tx.Now) {
			return out, errs.Field("day", "还没到这一天")
		}
		if in.ArticleID != 0 {
			if _, err := table.Get(ctx, tx, in.ArticleID); err != nil {
				return out, errs.Field("article_id", "没有这篇文章")
			}
		}
		if there, err := region.Exists(ctx, tx, at); err != nil || !there {
			return out, cmp.Or(err, error(errs.ErrNotFound))
		}
		return Coverage{ID: tx.NewID(), Version: 1, Region: at, Day: in.Day, Outlet: in.Outlet, Level: in.Level, Title: in.Title, Link: in.Link,
			ArticleID: in.ArticleID, ByName: auth.From(ctx).Name, At: tx.Now}, nil
	})
}

// GetReport gives one entry.
func (s *Service) GetReport(ctx context.Context, in GetInput) (Coverage, error) {
	return s.reports.Get(ctx, s.db, in.ID)
}

// VoidInput makes an entry void that was a mistake.
type VoidInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// VoidReport makes an entry void; it stays in the register, with the reason.
func (s *Service) VoidReport(ctx context.Context, in VoidInput) (Coverage, error) {
	op := act.Op{Perm: Write, Action: "press.report_void", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{"on"},
		Wrong: "已经作废了", Check: filled(in.Reason, "请写原因")}
	return s.reports.Change(ctx, s.db, op, func(_ *db.Tx, c *Coverage) error {
		c.Off, c.Reason = true, in.Reason
		return nil
	})
}

// reportKind is what operations on reports have in common.
func reportKind() act.Kind[Coverage] {
	return act.Kind[Coverage]{Object: "media_report", View: View, Table: mediaTable,
		Place: func(c Coverage) auth.Place { return auth.Place{Region: c.Region} },
		State: func(c Coverage) string {
			if c.Off {
				return "off"
			}
			return "on"
		},
		Word: func(state string) string { return state }}
}

// ReportsInput searches the register.
type ReportsInput struct {
	Region auth.Region `query:"region"`
	Level  string      `query:"level" set:"media_report.level," maxLength:"10"`
	From   clock.Day   `query:"from"`
	To     clock.Day   `query:"to"`
	Q      string      `query:"q" maxLength:"40" doc:"媒体、标题里的字"`
	db.Paging
}

// Reports is one page of the register, and how many stand in all of it.
type Reports struct {
	In    ReportsInput `json:"-"`
	Today clock.Day    `json:"-"`
	Total int64        `json:"total"`
	db.Page[Coverage]
}

// Reports lists where others reported, the newest first.
func (s *Service) Reports(ctx context.Context, in ReportsInput) (Reports, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Reports, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		within := reporting{in, auth.ScopeOf(ctx, View)}
		if out.Page, err = reports.Page(ctx, tx, within, in.Paging); err != nil {
			return out, err
		}
		for i := range out.Items {
			if out.Items[i].Where, err = region.Name(ctx, tx, out.Items[i].Region); err != nil {
				return out, err
			}
		}
		out.Total, err = reportCount.One(ctx, tx, within)
		return out, err
	})
}

// ReportsFileInput is the register as a file.
type ReportsFileInput struct {
	ReportsInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// mostRows bounds a printed register.
const mostRows = 5000

// ExportReports gives the register as a table (媒体报道台账).
func (s *Service) ExportReports(ctx context.Context, in ReportsFileInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "press.report_export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		rows, err := reports.First(ctx, tx, reporting{in.ReportsInput, auth.ScopeOf(ctx, View)}, mostRows)
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "媒体报道台账",
			Columns: []string{"序号", "日期", "媒体", "级别", "标题", "网址或版面", "哪里", "登记人"}}}
		for i, c := range rows {
			if c.Where, err = region.Name(ctx, tx, c.Region); err != nil {
				return t, err
			}
			t.Rows = append(t.Rows, []string{number(int64(i + 1)), c.Day.String(), c.Outlet, levels.Word(c.Level), c.Title, c.Link, c.Where,
				c.ByName})
		}
		if err != nil {
			return t, err
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "media_report", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

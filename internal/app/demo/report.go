package demo

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/oversight/report"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/sheet"
)

// tell lets the base banner make something of the figures: last month's published, reported and told, a blank form of the league's
// mapped and filled.
func (w *world) tell(ctx context.Context) error {
	for _, fold := range []func(context.Context) error{w.app.Coverage.Fold, w.app.Stats.Fold} {
		if err := fold(ctx); err != nil {
			return err
		}
	}
	as := auth.With(ctx, w.officers[auth.BannerOfficer])
	last := clock.Today(ctx)/100*100 + 1
	to := last.AddDays(-1)
	from := to/100*100 + 1
	month := from.String()[:7]
	if _, err := w.app.Stats.Publish(as, stats.PublishInput{Title: fmt.Sprintf("志愿服务数据（%d 年 %d 月）", from/10000, from/100%100), From: from,
		To: to}); err != nil {
		return err
	}
	if _, err := w.app.Report.File(as, report.FileInput{Code: "running", Region: w.manifest.Base.Banner, Period: month, Filler: "填报员甲",
		Checker: "审核员乙"}); err != nil {
		return err
	}
	if err := w.blankForm(as, month); err != nil {
		return err
	}
	b, err := w.app.Report.Begin(as, report.WriteInput{Kind: report.Circular, Period: month})
	if err != nil {
		return err
	}
	body := strings.ReplaceAll(b.Body, "（写下要求和时限）", "没有站点的嘎查村（社区）请于本季度内提出设立申请；缺证据的站点一个月内补齐。")
	if b, err = w.app.Report.Edit(as, report.EditInput{ID: b.ID, Version: b.Version, Title: b.Title, Body: body}); err != nil {
		return err
	}
	if _, err := w.app.Report.Publish(as, report.TurnInput{ID: b.ID, Version: b.Version}); err != nil {
		return err
	}
	_, err = w.app.Report.Begin(as, report.WriteInput{Kind: report.Brief, Period: month})
	return err
}

// blankForm puts an XLSX in as it comes from above, says what goes where, and marks last month's as sent.
func (w *world) blankForm(as context.Context, month string) error {
	file, err := sheet.XLSX(sheet.Table{Title: "志愿服务月报表", Lead: "填报单位：", Columns: []string{"序号", "地区", "需求（单）", "办结率", "服务人次", "服务时长（小时）"},
		Rows: [][]string{{""}, {""}, {""}}, Foot: []string{"填报人：　　　审核人：　　　报送日期："}})
	if err != nil {
		return err
	}
	f, err := w.app.Report.PutIn(as, report.PutInInput{Title: "志愿服务月报表（盟里的）", Every: report.Month,
		File: blob.Upload{Name: "月报.xlsx", Data: file}})
	if err != nil {
		return err
	}
	in := report.MapInput{ID: f.ID, Version: f.Version, First: 4, Last: 6, Cells: []report.Spot{{At: "A2", Value: "where"}}}
	for i, value := range []string{"number", "name", "orders", "closed_rate", "services", "hours"} {
		in.Columns = append(in.Columns, report.Spot{At: string(rune('A' + i)), Value: value})
	}
	if _, err := w.app.Report.Map(as, in); err != nil {
		return err
	}
	_, err = w.app.Report.Send(as, report.SendInput{ID: f.ID, Period: month})
	return err
}

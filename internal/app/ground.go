package app

import (
	"context"
	"strconv"
	"time"

	"linli/internal/app/archive"
	"linli/internal/app/check"
	"linli/internal/platform/area"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/held"
	"linli/internal/platform/job"
	"linli/internal/platform/ledger/recount"
	"linli/internal/platform/web"
)

// ground is what the platform brings along as an area does: its tables, its checks, its work, its limits.
func (a *App) ground() area.Area {
	return area.Area{
		Name:    "platform",
		Live:    []area.Live{{Table: "ledger_account", Word: "账户", Where: "closed_at IS NULL"}},
		Stay:    []string{"audit", "blob"},
		Passing: []string{"node", "stamp", "idempotency", "held_form", "job", "notify_outbox", "name_grams", "audit_head", "imprint"},
		Keyed:   []string{"audit.seq", "audit.chain"}, // the place in the chain differs between databases of equal content
		Checks: append(check.Whole(),
			area.Check{Name: "regions_live", Word: "已撤销的区划里没有在办的事", Run: a.leftBehind},
			area.Check{Name: "audit", Word: "审计链完整，与每一行相符", Run: a.trail},
			area.Check{Name: "rows", Word: "每一行都是程序写下的样子，没有被改动、添加、删除", Run: a.rows},
			area.Check{Name: "checkpoint", Word: "检查点记下的审计和印记，数据库里都在", Run: a.checkpoints},
			area.Check{Name: "ledger", Word: "每个账户的余额等于它的往来，各账合计为零", Run: recount.Run},
			area.Check{Name: "files", Word: "每个上传的文件都在，内容未变", Run: a.Blobs.Verify}),
		Work: func(r *job.Runner) {
			a.Notify.Work(r)
			r.Every("idempotency.sweep", time.Hour, a.DB.ForgetOnce)
			r.Every("held_form.sweep", time.Hour, held.New(a.DB, a.Keys).Sweep)
			r.Every("blob.sweep", 24*time.Hour, a.Blobs.Sweep)
			r.Every("names.spell", 24*time.Hour, a.spell)
			r.Every("ledger.expire", time.Minute, a.expireHolds)
			r.Every("ledger.recount", 24*time.Hour, a.recount)
		},
		Limits: []area.Limit{
			{Name: "request.body", Value: strconv.Itoa(web.DefaultMaxBody), What: "请求内容最多几字节（不含上传）"},
			{Name: "request.header", Value: strconv.Itoa(headerSize), What: "请求头最多几字节"},
			{Name: "request.read", Value: readTime.String(), What: "读一个请求最多多久"},
			{Name: "list.rows", Value: strconv.Itoa(db.MaxPage), What: "列表一页最多几条"},
			{Name: "form.held", Value: held.Life.String(), What: "登录断开时没送出的表替人留多久"},
			{Name: "idempotency.key", Value: strconv.Itoa(web.MaxKey), What: "Idempotency-Key 最多几个字符"},
		},
	}
}

// trail checks the numbered rows; the unnumbered tail is what the sequencer has not come to yet and is no finding.
func (a *App) trail(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	_, _, err := audit.Verify(ctx, tx, a.Keys, func(seq int64, what string) { report("audit "+strconv.FormatInt(seq, 10), what) })
	return err
}

// Verify asks every invariant that `linli verify` knows.
func (a *App) Verify(ctx context.Context) ([]check.Result, error) {
	var checks []area.Check
	for _, x := range a.Areas {
		checks = append(checks, x.Checks...)
	}
	return check.Run(ctx, a.DB, checks)
}

// Digest is one SHA-256 over the business values: see archive.Digest.
func (a *App) Digest(ctx context.Context) (string, error) {
	return archive.Digest(ctx, a.DB, a.Keys, a.Areas)
}

// Limits are the limits in force.
func (a *App) Limits() (out []area.Limit) {
	for _, x := range a.Areas {
		out = append(out, x.Limits...)
	}
	return out
}

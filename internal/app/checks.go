package app

import (
	"context"
	"slices"
	"strconv"

	"linli/internal/app/check"
	"linli/internal/civic/account"
	"linli/internal/network/coverage"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/oversight/stats"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/work/attendance"
	"linli/internal/work/order"
)

// Checks are all invariants that `linli verify` asks for.
func Checks(keys *seal.Keys, files *blob.Store) []check.Check {
	return append(slices.Clone(check.Whole),
		check.Check{Name: "regions_live", Word: "已撤销的区划里没有在办的事", Run: leftBehind},
		check.Check{Name: "accounts", Word: "账号、职务和会话一致", Run: account.Verify},
		check.Check{Name: "stations", Word: "点和所属的站在同一个嘎查村（社区），站点的沿革不断", Run: station.Verify},
		check.Check{Name: "standards", Word: "每个站点的达标结论和证据相符", Run: standard.Verify},
		check.Check{Name: "offices", Word: "站里的台账编号没有空缺，计划和制度前后一致，展示的照片都在", Run: verifyOffices},
		check.Check{Name: "coverage", Word: "覆盖的计数和从头计算的一致", Run: coverage.Verify},
		check.Check{Name: "volunteer_consent", Word: "志愿者都同意过登记", Run: volunteer.Verify},
		check.Check{Name: "orders", Word: "每张求助单的经过都合乎流程", Run: order.Verify},
		check.Check{Name: "attendance", Word: "签到签退和补录单一致，没有人同时在两处", Run: attendance.Verify},
		check.Check{Name: "records", Word: "每一分钟都有来历，每日时长不超限", Run: record.Verify},
		check.Check{Name: "certificates", Word: "证书时长等于所列记录之和", Run: certificate.Verify},
		check.Check{Name: "visits", Word: "督导检查和问题一致", Run: visit.Verify},
		check.Check{Name: "spot_checks", Word: "抽查能重新抽出同样的结果", Run: spotcheck.Verify},
		check.Check{Name: "counters", Word: "统计的计数等于重新计算的结果", Run: stats.Verify},
		check.Check{Name: "audit", Word: "审计链完整，与每一行相符", Run: trail(keys)},
		check.Check{Name: "files", Word: "每个上传的文件都在，内容未变", Run: files.Verify},
	)
}

// trail checks the numbered rows; the unnumbered tail is what the sequencer has not come to yet and is no finding.
func trail(keys *seal.Keys) func(context.Context, *db.Tx, func(object, what string)) error {
	return func(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
		_, _, err := audit.Verify(ctx, tx, keys, func(seq int64, what string) { report("audit "+strconv.FormatInt(seq, 10), what) })
		return err
	}
}

// Limits are the limits in force, of requests and of sign-in.
func Limits() []account.Limit {
	return append([]account.Limit{
		{Name: "request.body", Value: strconv.Itoa(web.DefaultMaxBody), What: "请求内容最多几字节（不含上传）"},
		{Name: "request.header", Value: strconv.Itoa(headerSize), What: "请求头最多几字节"},
		{Name: "request.read", Value: readTime.String(), What: "读一个请求最多多久"},
		{Name: "list.rows", Value: strconv.Itoa(db.MaxPage), What: "列表一页最多几条"},
		{Name: "idempotency.key", Value: strconv.Itoa(web.MaxKey), What: "Idempotency-Key 最多几个字符"},
	}, account.Limits...)
}

package app

import (
	"slices"
	"strconv"

	"linli/internal/app/check"
	"linli/internal/civic/account"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
)

// Checks are all invariants that `linli verify` asks for.
func Checks() []check.Check {
	return append(slices.Clone(check.Whole),
		check.Check{Name: "accounts", Word: "账号、职务和会话一致", Run: account.Verify},
		check.Check{Name: "stations", Word: "点和所属的站在同一个嘎查村（社区）", Run: station.Verify},
		check.Check{Name: "volunteer_consent", Word: "志愿者都同意过登记", Run: volunteer.Verify},
	)
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

package access

import (
	"linli/internal/oversight/stats"
	"linli/internal/people/partner"
	"linli/internal/platform/auth"
	"linli/internal/platform/set"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/proof/timebank"
	"linli/internal/work/activity"
	"linli/internal/work/need"
	"linli/internal/work/pairing"
	"linli/internal/work/project"
)

// scope is what one word of a key lets a program read: operations, and the permissions that those ask for. Where own is set, of them only
// what is the owner's own, as he reads it himself; who his relatives are does not leave by a key.
type scope struct {
	own   bool
	perms []auth.Perm
	doors []string
}

// scopes are all there are. What is public is read by any key, and by none.
var scopes = map[string]scope{
	"public": {},
	"records": {true, []auth.Perm{record.View, certificate.View, timebank.View},
		[]string{"record.list", "record.get", "certificate.list", "timebank.account"}},
	"places": {true, []auth.Perm{activity.Join}, []string{"activity.mine", "activity.place"}},
	"partner": {true, []auth.Perm{partner.View},
		[]string{"partner.mine", "partner.get", "partner.statement", "partner.offer", "partner.part"}},
	"figures": {false, []auth.Perm{stats.View, need.Figures, pairing.Figures, project.Figures},
		[]string{"stats.list", "stats.get", "need.heat", "pairing.rate", "pairing.overview", "project.without"}},
}

// Words that people see.
var (
	scopeWords = set.New("scope_of_key", set.Row{"public", "公开的活动、站点、驻区单位的服务"}, set.Row{"records", "我的服务记录、证明和时间账户"},
		set.Row{"places", "我报名的活动"}, set.Row{"partner", "我的驻区单位：登记、服务、一起办的事"}, set.Row{"figures", "我管的地方的统计数字"})
	states = set.New("state_of_key", set.Row{"active", "可以用", "done"}, set.Row{"expired", "过期了", "alarm"}, set.Row{"ended", "作废了"})
)

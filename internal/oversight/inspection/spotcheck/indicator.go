package spotcheck

import (
	"linli/internal/oversight/stats"
)

// Indicators registers what spot checks are measured by.
func Indicators(to *stats.Service) {
	to.Register(stats.Indicator{
		Code: "spot_check_coverage", Group: "督导", Name: "抽查覆盖率",
		Definition: "期末有开放的站的嘎查村（社区）中，服务记录在期内抽取的抽查里被抽到过的占多少（民政部令第67号第二十一条要求抽查，没有定覆盖多少）",
		Numerator:  "记录被抽到过的嘎查村（社区）", Denominator: "有开放的站的嘎查村（社区）", Source: "记录与证明抽查，站点沿革",
		Num: []stats.Part{{Metric: "spotted"}}, Den: []stats.Part{{Metric: "stations", Kinds: []string{"station"}}},
		Unit: stats.Ratio, Cuts: []string{"region", "month"}, Better: 1,
	}, map[string]stats.Source{"spotted": spotted})
}

package inspection

import "linli/internal/oversight/stats"

// Indicators registers what supervision is measured by.
func Indicators(to *stats.Service) {
	cuts := []string{"region", "month"}
	for _, i := range []stats.Indicator{
		{Code: "inspection_coverage", Group: "督导", Name: "督导检查覆盖率", Definition: "期末开放的站、点中，期内有人到站检查过的占多少；一个站点检查几次算一个", Numerator: "期内检查过的站、点", Denominator: "期末开放的站、点",
			Num: []stats.Part{{Metric: "inspected"}}, Den: []stats.Part{{Metric: "stations"}}, Source: "督导检查，站点沿革"},
		{Code: "rectification_rate", Group: "督导", Name: "整改率", Definition: "整改期限在期内的问题中，现在已经复查办结的占多少；改期的按新的期限算", Numerator: "已办结的问题", Denominator: "整改期限在期内的问题",
			Num: []stats.Part{{Metric: "findings", Kinds: []string{Settled}}}, Den: []stats.Part{{Metric: "findings"}}, Source: "督导检查"},
		{Code: "spot_check_coverage", Group: "督导", Name: "抽查覆盖率", Definition: "期末有开放的站的嘎查村（社区）中，服务记录在期内抽取的抽查里被抽到过的占多少（民政部令第67号第二十一条要求抽查，没有定覆盖多少）",
			Numerator: "记录被抽到过的嘎查村（社区）", Denominator: "有开放的站的嘎查村（社区）", Num: []stats.Part{{Metric: "spotted"}}, Den: []stats.Part{{Metric: "stations", Kinds: []string{"station"}}},
			Source: "记录与证明抽查，站点沿革"},
	} {
		i.Unit, i.Cuts, i.Better = stats.Ratio, cuts, 1
		to.Register(i, map[string]stats.Source{"inspected": inspected, "findings": dueFindings, "spotted": spotted})
	}
}

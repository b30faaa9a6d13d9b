package visit

import (
	"linli/internal/oversight/stats"
)

// Indicators registers what visits are measured by.
func Indicators(to *stats.Service) {
	for _, i := range []stats.Indicator{
		{
			Code: "inspection_coverage", Name: "督导检查覆盖率", Definition: "期末开放的站、点中，期内有人到站检查过的占多少；一个站点检查几次算一个",
			Numerator: "期内检查过的站、点", Denominator: "期末开放的站、点", Source: "督导检查，站点沿革",
			Num: []stats.Part{{Metric: "inspected"}}, Den: []stats.Part{{Metric: "stations"}},
		},
		{
			Code: "rectification_rate", Name: "整改率", Definition: "整改期限在期内的问题中，现在已经复查办结的占多少；改期的按新的期限算",
			Numerator: "已办结的问题", Denominator: "整改期限在期内的问题", Source: "督导检查",
			Num: []stats.Part{{Metric: "findings", Kinds: []string{Settled}}}, Den: []stats.Part{{Metric: "findings"}},
		},
	} {
		i.Group, i.Unit, i.Cuts, i.Better = "督导", stats.Ratio, []string{"region", "month"}, 1
		to.Register(i, map[string]stats.Source{"inspected": inspected, "findings": dueFindings})
	}
}

package opendata

import (
	"context"

	"linli/internal/oversight/stats"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// published is a dataset of published figures: which indicators it holds.
type published struct {
	code, title, about string
	holds              func(stats.Indicator) bool
}

// ofStations is the group of the indicators of stations.
const ofStations = "站点"

var (
	coverageSet = published{"coverage", "站点覆盖", "公布的站点数、覆盖率、达标率，按区划和公布的时期", func(i stats.Indicator) bool { return i.Group == ofStations }}
	figuresSet  = published{"figures", "公布的服务数据", "公布的求助单、服务、志愿者等数据，按区划和公布的时期", func(i stats.Indicator) bool { return i.Group != ofStations }}
)

const asPublished = "和“数据”页上公布的一个不多、一个不少，也不更细：人数太少、按种类会看出是谁的，公布时就没有，这里也没有；撤下的马上就没有了。"

func (s *Service) figures(figures *stats.Service, p published) Dataset {
	return Dataset{Code: p.code, Title: p.title, About: p.about, Unit: "一个指标、一个区划、一个公布的时期", Period: "各次公布的时期；整月公布的有月份",
		Hidden: nobody + asPublished, Fresh: "主管部门公布或撤下时", Page: "/figures",
		Columns: []Column{{"publication", "哪一次公布", ident, ""}, {"title", "公布的标题", text, ""}, {"publisher", "公布的区划", ident, ""},
			{"published_at", "公布时间", moment, "带 +08:00"}, {"from", "从", day, ""}, {"to", "到", day, ""}, {"month", "月份", text, "时期正好是一个月的"},
			{"region", "区划代码", ident, ""}, {"place", "区划", text, ""}, {"indicator", "指标代码", text, ""},
			{"name", "指标", text, ""}, {"value", "数值", text, "和公布的页面上一样写：比例带 %，没有数据的写“没有数据”"}, {"unit", "单位", text, ""},
			{"definition", "怎么算的", text, ""}},
		page: func(ctx context.Context, tx *db.Tx, after int64) (out [][]string, last int64, err error) {
			for len(out) == 0 { // a publication may hold nothing of this set
				kept, public, err := figures.NextPublic(ctx, tx, db.ID(after))
				if err != nil || kept.ID == 0 {
					return nil, 0, err
				}
				out = p.lines(kept, public)
				after, last = int64(kept.ID), int64(kept.ID)
			}
			return out, last, nil
		}, mark: marked(figuresMark)}
}

// lines are the figures that /figures shows of a publication: everything of its division, and of those directly below what the table has
// room for.
func (p published) lines(kept stats.Kept, public []stats.Indicator) (out [][]string) {
	for _, at := range kept.Order {
		for _, i := range public {
			f, there := kept.Figures[at][i.Code]
			if !there || !p.holds(i) || at != kept.Region && !i.Tabled() {
				continue
			}
			out = append(out, []string{kept.ID.String(), kept.Title, kept.Region.String(), stamp(kept.At), kept.From.String(), kept.To.String(),
				month(kept.From, kept.To), at.String(), kept.Names[at], i.Code, i.Name, i.Say(f), i.UnitOf(f), i.Definition})
		}
	}
	return out
}

// month names a period that is just one.
func month(from, to clock.Day) string {
	if from%100 != 1 || from/100 != to/100 || to.AddDays(1)%100 != 1 {
		return ""
	}
	return from.String()[:7]
}

package opendata

import (
	"context"
	"strconv"

	"linli/internal/network/station"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
)

// Kinds of column.
const (
	text   = "文字"
	number = "数字"
	day    = "日期"
	moment = "时间"
	ident  = "编号"
	truth  = "是否"
)

// Column is one of a dataset.
type Column struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Kind  string `json:"kind" doc:"文字、数字、日期、时间、编号、是否"`
	About string `json:"about"`
}

// words say how a column is called in the files, and what stands in it.
func (c Column) words() string {
	if c.About == "" {
		return c.Name + "，" + c.Kind
	}
	return c.Name + "，" + c.Kind + "：" + c.About
}

// Dataset is what can be taken as one file.
type Dataset struct {
	Code    string   `json:"code"`
	Title   string   `json:"title"`
	About   string   `json:"about"`
	Unit    string   `json:"unit" doc:"一行是什么"`
	Period  string   `json:"period"`
	Hidden  string   `json:"hidden" doc:"哪些不给、为什么"`
	Fresh   string   `json:"fresh" doc:"多久更新"`
	Page    string   `json:"page" doc:"人看的页面"`
	Columns []Column `json:"columns"`

	// page gives the lines after a key, in the order of keys, and the key of the last; none when there are no more.
	page func(ctx context.Context, tx *db.Tx, after int64) (lines [][]string, last int64, err error)
	// mark names what the set holds now.
	mark func(ctx context.Context, tx *db.Tx) (string, error)
}

// pageRows is how many lines are read at once, so that who takes them slowly holds no transaction.
const pageRows = 1000

// past is for how many days activities stay in their dataset.
const past = 365

const (
	nobody  = "没有任何人的姓名、电话、住址。"
	current = "随时：取的时候是什么就是什么"
)

func (s *Service) datasets(figures *stats.Service) []Dataset {
	return []Dataset{s.divisions(), s.stations(), s.services(), s.activities(), s.figures(figures, coverageSet),
		s.figures(figures, figuresSet)}
}

func (s *Service) divisions() Dataset {
	return Dataset{Code: "divisions", Title: "区划", About: "现行的行政区划，从自治区到嘎查村（社区）", Unit: "一个区划", Period: "现在", Fresh: current, Page: "/regions",
		Hidden: "没有不给的。", Columns: []Column{{"code", "代码", ident, "12 位统计用区划代码"}, {"name", "名称", text, ""},
			{"level", "级别", number, "1 自治区、2 盟市、3 旗县区、4 苏木乡镇（街道）、5 嘎查村（社区）"}, {"parent", "上级代码", ident, "自治区没有上级，为空"},
			{"counts_as_community", "计入社区数", truth, "虚拟社区、生活区、队、管理区默认不计入覆盖率"}},
		page: lines(divisionsAfter, func(_ context.Context, r division) ([]string, int64) {
			return []string{r.Code.String(), r.Name, strconv.FormatInt(r.Level, 10), known(r.Parent), yes(r.CountsAsCommunity)}, int64(r.Code)
		}), mark: marked(divisionsMark)}
}

func (s *Service) stations() Dataset {
	return Dataset{Code: "stations", Title: "志愿服务站和点", About: "开放着的和暂停的志愿服务站（点）：在哪里、什么时候开门", Unit: "一个站或点", Period: "现在", Fresh: current,
		Page: "/stations", Hidden: nobody + "站点的电话在站点自己的页面上，不成批给，免得被拿去群呼。", Columns: []Column{{"id", "编号", ident, ""},
			{"no", "站点号", text, ""}, {"kind", "站或点", text, "station 站，point 点"}, {"name", "挂牌名称", text, ""},
			{"region", "嘎查村（社区）代码", ident, "和区划的代码对应"}, {"community", "嘎查村（社区）", text, ""}, {"host", "依托的设施", text, ""},
			{"address", "地址", text, "站点的"},
			{"hours", "开放时间", text, "没有登记的为空"}, {"lat", "纬度", number, "WGS 84"}, {"lng", "经度", number, "WGS 84"},
			{"status", "状态", text, "open 开放，suspended 暂停"}, {"since", "这个状态的日期", day, ""}, {"url", "页面", text, ""}},
		page: lines(stationsAfter, func(ctx context.Context, r site) ([]string, int64) {
			hours := station.Opening{Hours: r.Hours, OnHolidays: r.OnHolidays, HoursNote: r.HoursNote}
			return []string{r.ID.String(), r.No, r.Kind, r.Name, r.Region.String(), r.Community, r.Host, r.Address, hours.Words(ctx), degrees(r.Lat),
				degrees(r.Lng), r.Status, r.StatusDay.String(), s.base + "/stations/" + r.ID.String()}, int64(r.ID)
		}), mark: marked(stationsMark)}
}

func (s *Service) services() Dataset {
	return Dataset{Code: "services", Title: "服务目录", About: "各级目录里现在可以点的服务", Unit: "一项服务", Period: "现在", Fresh: current,
		Hidden: "没有不给的。", Columns: []Column{{"id", "编号", ident, ""}, {"code", "代码", text, "同一级目录里不重复"}, {"name", "名称", text, ""},
			{"about", "说明", text, ""}, {"category", "类别代码", text, ""}, {"category_name", "类别", text, "建设方案的十五类"},
			{"region", "目录属于", ident, "区划代码；自治区的处处可用"},
			{"place", "目录属于哪里", text, ""}, {"minutes", "一般用时", number, "分钟"}, {"volunteers", "一般人数", number, ""}, {"risk", "可能的风险", text, ""}},
		page: lines(servicesAfter, func(_ context.Context, r offering) ([]string, int64) {
			return []string{r.ID.String(), r.Code, r.Name, r.Blurb, r.Category, catalogue.Categories.Word(r.Category), r.Region.String(), r.Place,
				strconv.FormatInt(r.Minutes, 10), strconv.FormatInt(r.Needed, 10), r.Risk}, int64(r.ID)
		}), mark: marked(servicesMark)}
}

func (s *Service) activities() Dataset {
	return Dataset{Code: "activities", Title: "志愿服务活动", About: "公开发布过的活动：做什么、什么时候、在哪里", Unit: "一场活动", Period: "最近一年的和将要办的", Fresh: current,
		Page: "/activities", Hidden: nobody + "没有发布的不给；谁报了名、谁来了不给。", Columns: []Column{{"id", "编号", ident, ""}, {"title", "名称", text, ""},
			{"category", "类别代码", text, ""}, {"category_name", "类别", text, ""}, {"starts_at", "开始", moment, "带 +08:00"},
			{"ends_at", "结束", moment, "带 +08:00"},
			{"region", "嘎查村（社区）代码", ident, ""}, {"station", "服务站", text, ""}, {"place", "地点", text, ""}, {"needed", "要几人", number, ""},
			{"state", "状态", text, "open 已发布，handed_in 已交名单，cancelled 已取消"}, {"url", "页面", text, ""}},
		page: func(ctx context.Context, tx *db.Tx, after int64) ([][]string, int64, error) {
			return read(ctx, tx, activitiesAfter, func(_ context.Context, r event) ([]string, int64) {
				return []string{r.ID.String(), r.Title, r.Category, catalogue.Categories.Word(r.Category), stamp(r.StartsAt), stamp(r.EndsAt),
					r.Region.String(), r.Station, r.Place, strconv.FormatInt(r.Needed, 10), r.State, s.base + "/activities/" + r.ID.String()}, int64(r.ID)
			}, after, pageRows, clock.DayOf(tx.Now).AddDays(-past))
		},
		mark: func(ctx context.Context, tx *db.Tx) (string, error) {
			today := clock.DayOf(tx.Now)
			m, err := activitiesMark.One(ctx, tx, today.AddDays(-past))
			return m.String() + " " + today.String(), err
		}}
}

// lines reads the pages of a dataset with a statement of two arguments: the key after which, and how many.
func lines[T any](q *db.Rows[T], line func(context.Context, T) ([]string, int64)) func(context.Context, *db.Tx,
	int64) ([][]string, int64, error) {
	return func(ctx context.Context, tx *db.Tx, after int64) ([][]string, int64, error) {
		return read(ctx, tx, q, line, after, pageRows)
	}
}

func read[T any](ctx context.Context, tx *db.Tx, q *db.Rows[T], line func(context.Context, T) ([]string, int64),
	args ...any) (out [][]string, last int64, err error) {
	rows, err := q.All(ctx, tx, args...)
	for _, r := range rows {
		cells, key := line(ctx, r)
		out, last = append(out, cells), key
	}
	return out, last, err
}

func marked(q *db.Rows[mark]) func(context.Context, *db.Tx) (string, error) {
	return func(ctx context.Context, tx *db.Tx) (string, error) {
		m, err := q.One(ctx, tx)
		return m.String(), err
	}
}

func known(at auth.Region) string {
	if at == 0 {
		return ""
	}
	return at.String()
}

func yes(is bool) string { return map[bool]string{true: "1", false: "0"}[is] }

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

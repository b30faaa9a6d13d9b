package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/network/coverage"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/proof/certificate"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
)

// kinds are the tables, by their number in the office's list.
var kinds = []Kind{
	{No: 1, Code: "running", Name: "站点运行情况表", Every: Month, Columns: []string{"地方或站点", "需求（单）", "受理（单）", "办结（单）", "服务人次", "服务时长（小时）",
		"服务群众（人）"}, rows: running, Note: "需求按提出的日子算，受理、办结是这些单现在办到哪一步；服务群众是办结的单里不同的服务对象"},
	{No: 2, Code: "activities", Name: "活动台账", Every: Month, Columns: []string{"名单编号", "日期", "名称", "类别", "地点", "主办", "到了（人）",
		"服务时长（小时）"}, rows: activities, Note: "名单经第二人复核的活动；时长是其中已计入的。服务对象数和照片系统里不按活动登记，要的请另附"},
	{No: 3, Code: "visits", Name: "结对探访情况表", Every: Month, Columns: pairing.GroupColumns, rows: visits, Note: pairing.GroupNote},
	{No: 4, Code: "needs", Name: "需求清单", Every: Month, Columns: []string{"单号", "来源", "对象", "内容", "责任单位", "时限", "结果"}, rows: needs,
		Note: "对象只写姓，不写电话和地址"},
	{No: 5, Code: "building", Name: "站点建设进度表", Every: Quarter, Columns: []string{"地方", "社区总数", "站", "点", "覆盖率", "达标站点", "已核验", "缺项", "历史上报日期",
		"上报站点", "系统里比上报多"}, rows: building, Note: "覆盖率按有达标站的嘎查村（社区）算；已核验是达标的站点中上级到现场看过的；历史上报是系统以外报过的、不晚于期末的最近一次，和系统里的站、点数相比"},
	{No: 6, Code: "teams", Name: "志愿服务队伍表", Every: Quarter, Columns: []string{"名称", "类别", "所在地", "负责人", "人数", "其中党员干部",
		"办过的活动（场）", "取消的活动（场）"}, rows: teams, Note: "队伍和人数按期末那天；活动按名单经第二人复核的算"},
	{No: 7, Code: "projects", Name: "志愿服务项目表", Every: Quarter, Columns: []string{"名称", "站点", "重点人群", "周期", "起止", "是否经常性", "期内办了（场）",
		"服务人次", "服务时长（小时）"}, rows: projects, Note: "期内有一天在做的项目；是不是经常性按现在的定义算，不由人填"},
	{No: 8, Code: "training", Name: "培训情况表", Every: Quarter, Columns: []string{"名称", "时间", "地点", "站点", "人次", "其中合格", "学时（小时）"},
		rows: trainings, Note: "只算第二人确认过结果的；图文课按确认的日子算；学时不是服务时长"},
	{No: 9, Code: "on_time", Name: "记录及时率、抽查和整改表", Every: Quarter,
		Columns: []string{"地方", "到期记录", "按时计入", "及时率", "有站的嘎查村（社区）", "抽查到的", "抽查覆盖率", "期限到了的问题", "已整改", "整改率"}, rows: onTime,
		Note: "记录期限是服务结束后 10 个工作日（民政部令第67号第十一条）；抽查按记录被抽到过的嘎查村（社区）算（同令第二十一条）；整改按整改期限在期内的督导问题算，复查办结才算已整改"},
	{No: 10, Code: "roster", Name: "志愿者花名册", Every: Year, Columns: []string{"编号", "姓名", "身份", "登记地", "注册日期", "服务次数", "服务时长（小时）"}, rows: roster,
		Note: "姓名只写姓；报送前看清楚对方要不要全名，不要就不给"},
	{No: 11, Code: "structure", Name: "志愿者注册结构表", Every: Year, Columns: []string{"地方", "注册总数", "党员干部", "两委成员", "社区专职工作者", "网格员", "居民",
		"物业服务企业员工", "专业人士", "学生", "其他"}, rows: structure, Note: "一个人可以有几种身份，各列相加可以大于总数"},
	{No: 12, Code: "certificates", Name: "志愿服务记录证明出具登记簿", Every: Year,
		Columns: []string{"编号", "姓名", "服务时段", "时长（小时）", "出具日期", "经办", "状态", "核验次数"}, rows: certificates, Note: "姓名只写姓"},
	{No: 13, Code: "honours", Name: "表彰和评选推荐汇总表", Every: Year, Columns: []string{"姓名或名称", "类别", "所在地", "表彰或评选", "授予单位", "依据文号", "日期"},
		rows: honours, Note: "第二人核实过的表彰，和公布了结果的评选；志愿者只写姓"},
	{No: 14, Code: "money", Name: "奖补资金表", Every: Year, Columns: []string{"项目", "资金项目", "申报单位", "批准（元）", "本年拨付（元）", "本年支出（元）",
		"年末结余（元）", "凭证和票据号"}, rows: money, Note: "支出只算第二人核对过的票据；结余是到年末拨付减去支出"},
	{No: 15, Code: "summary", Name: "年度总结数据", Every: Year, Columns: []string{"事项", "本年", "上年"}, rows: summary,
		Note: "导出可编辑的文档，文字由人来写；本年还没有过完的，算到今天"},
	{No: 16, Code: "party", Name: "在职党员报到表", Every: Year, Columns: []string{"地方", "报到的党员（人）", "其中本年报到（人）", "参加过服务（人）", "服务次数",
		"服务时长（小时）"}, rows: partyMembers, Note: "按志愿者注册时自己写明的身份“党员干部”和登记地算，报到就是注册；在不在职、单位和党组织系统里不登记，要分开的请另附"},
	{No: 17, Code: "lottery", Name: "彩票公益金使用情况表", Every: Year, Columns: []string{"项目", "资金项目", "使用单位", "批准（元）", "本年拨付（元）", "本年支出（元）",
		"年末结余（元）", "目标（场）", "完成（场）", "服务（人次）"}, rows: lottery,
		Note: "资金来源里有福彩公益金的；各地的做法是六月底前公布上一年度的使用情况"},
}

// running has one row a station in a town or community, one a division above, and the sum.
func running(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) ([][]string, error) {
	rows, err := runs.All(ctx, tx, asked{at, p})
	if err != nil {
		return nil, err
	}
	var out [][]string
	total := run{Name: "合计"}
	for _, r := range rows {
		out = append(out, r.cells())
		total.Made, total.Taken, total.Closed, total.Times, total.Minutes, total.Served = total.Made+r.Made, total.Taken+r.Taken,
			total.Closed+r.Closed, total.Times+r.Times, total.Minutes+r.Minutes, total.Served+r.Served
	}
	return append(out, total.cells()), nil
}

func (r run) cells() []string {
	return []string{r.Name, format.Int(r.Made), format.Int(r.Taken), format.Int(r.Closed), format.Int(r.Times), format.Hours(r.Minutes),
		format.Int(r.Served)}
}

func needs(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) ([][]string, error) {
	rows, err := needsOf.All(ctx, tx, asked{at, p})
	var out [][]string
	for _, r := range rows {
		holder := r.Station
		if holder == "" || r.Level != "station" {
			holder = map[string]string{"station": "嘎查村（社区）", "town": "苏木乡镇（街道）", "banner": "旗县区", "league": "盟市", "region": "自治区"}[r.Level]
		}
		out = append(out, []string{r.No, order.Channels.Word(r.Channel), person.MaskName(r.Name), r.Item, holder,
			clock.DayOf(r.WindowEnd).String(), order.State(r.State).Word()})
	}
	return out, err
}

func building(ctx context.Context, tx *db.Tx, s *Service, at auth.Region, p Period) ([][]string, error) {
	day := min(p.To, clock.DayOf(tx.Now))
	places, err := s.stats.Places(ctx, tx, at, day, day, "coverage", "stations", "standard_rate")
	if err != nil {
		return nil, err
	}
	checked, lacks, err := evidence(ctx, tx, at, day)
	if err != nil {
		return nil, err
	}
	reported, err := coverage.LastReported(ctx, tx, at, day)
	if err != nil {
		return nil, err
	}
	stations, _ := s.stats.Find("stations")
	share, _ := s.stats.Find("coverage")
	var out [][]string
	for _, x := range sumLast(places) {
		f := x.Figures["coverage"]
		communities, met := int64(0), x.Figures["standard_rate"].Numerator
		if f.Denominator != nil {
			communities = *f.Denominator
		}
		n := int64(0)
		if met != nil {
			n = *met
		}
		row := []string{x.Name, format.Int(communities), format.Int(x.Kind(stations, "station")), format.Int(x.Kind(stations, "point")),
			share.Say(f), format.Int(n), format.Int(checked[x.Code]), lacks[x.Code], "—", "—", "—"}
		if r, there := reported[x.Code]; there { // what was never reported is no zero
			row = append(row[:8], r.Day.String(), format.Int(r.Stations), format.Int(x.Kind(stations, "")-r.Stations))
		}
		out = append(out, row)
	}
	return out, nil
}

// sumLast puts the whole last, as a sum stands.
func sumLast(places []stats.Place) []stats.Place {
	whole := places[0]
	whole.Name = "合计"
	return append(slices.Clone(places[1:]), whole)
}

func onTime(ctx context.Context, tx *db.Tx, s *Service, at auth.Region, p Period) ([][]string, error) {
	codes := []string{"on_time", "spot_check_coverage", "rectification_rate"}
	places, err := s.stats.Places(ctx, tx, at, p.From, p.To, codes...)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for _, x := range sumLast(places) {
		row := []string{x.Name}
		for _, code := range codes {
			ind, _ := s.stats.Find(code)
			f := x.Figures[code]
			of, n := "0", "0"
			if f.Denominator != nil {
				of, n = format.Int(*f.Denominator), format.Int(*f.Numerator)
			}
			row = append(row, of, n, ind.Say(f))
		}
		out = append(out, row)
	}
	return out, nil
}

func roster(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) ([][]string, error) {
	words, err := setting.Words(ctx, tx, setting.Identities)
	if err != nil {
		return nil, err
	}
	rows, err := members.All(ctx, tx, asked{at, p})
	var out [][]string
	for _, r := range rows {
		var said []string
		for code := range strings.FieldsSeq(r.Identities) {
			said = append(said, setting.Label(words, code))
		}
		out = append(out, []string{r.No, person.MaskName(r.Name), strings.Join(said, "、"), r.Place, r.ApprovedDay.String(), format.Int(r.Times),
			format.Hours(r.Minutes)})
	}
	return out, err
}

var structureKinds = []string{"party", "committee", "community_worker", "grid", "resident", "property", "professional", "student", "other"}

func structure(ctx context.Context, tx *db.Tx, s *Service, at auth.Region, p Period) ([][]string, error) {
	places, err := s.stats.Places(ctx, tx, at, p.From, p.To, "registered", "identities")
	if err != nil {
		return nil, err
	}
	registered, _ := s.stats.Find("registered")
	identities, _ := s.stats.Find("identities")
	var out [][]string
	for _, x := range sumLast(places) {
		row := []string{x.Name, format.Int(x.Kind(registered, ""))}
		for _, k := range structureKinds {
			row = append(row, format.Int(x.Kind(identities, k)))
		}
		out = append(out, row)
	}
	return out, nil
}

func certificates(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) ([][]string, error) {
	rows, err := certificatesOf.All(ctx, tx, asked{at, p})
	var out [][]string
	for _, r := range rows {
		out = append(out, []string{r.No, person.MaskName(r.Name), r.FromDay.String() + " 至 " + r.ToDay.String(), format.Hours(r.Minutes),
			r.IssuedDay.String(), r.Clerk, certificate.Status(r.Status).Word(), format.Int(r.Checks)})
	}
	return out, err
}

// evidence says, for each division of a table, how many of the stations that meet the standard somebody from above has seen, and what
// the others lack.
func evidence(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) (map[auth.Region]int64, map[auth.Region]string, error) {
	rows, err := standings.All(ctx, tx, dated{at, day})
	if err != nil {
		return nil, nil, err
	}
	words, err := planItems.All(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	checked, counts := map[auth.Region]int64{}, map[auth.Region]map[string]int64{}
	for _, r := range rows {
		for _, place := range []auth.Region{at, r.Region.At(min(at.Level()+1, auth.LevelCommunity))} {
			if counts[place] == nil {
				counts[place] = map[string]int64{}
			}
			if r.Met && r.Seen {
				checked[place]++
			}
			for _, w := range words {
				if r.Bare || slices.Contains(strings.Fields(r.Missing), w.Code) {
					counts[place][w.Code]++
				}
			}
			if at.Level() == auth.LevelCommunity {
				break
			}
		}
	}
	said := map[auth.Region]string{}
	for place, lacks := range counts {
		var parts []string
		for _, w := range words {
			if n := lacks[w.Code]; n > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", w.Label, n))
			}
		}
		said[place] = strings.Join(parts, "；")
	}
	return checked, said, nil
}

package stats

import (
	"linli/internal/civic/setting"
	"linli/internal/proof/record"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// How a figure may be cut.
var (
	everyCut = []string{"region", "month", "kind"}
	plainCut = []string{"region", "month"}
)

// delicate are categories that few people in a place need and that tell of them.
var delicate = []string{"counselling", "legal_aid", "poverty"}

var (
	orderStates = stateCodes()
	openStates  = []string{"submitted", "needs_info", "queued", "open", "offered", "accepted", "in_service", "served", "unconfirmed",
		"confirmed", "disputed"}
	registered   = []Part{{Metric: volunteerIn, Until: true}, {Metric: volunteerOut, Until: true, Minus: true}}
	countedTimes = []Part{{Metric: recordTimes}}
	minutes      = []Part{{Metric: recordMinutes}}
)

func stateCodes() (out []string) {
	for _, s := range order.States {
		out = append(out, string(s))
	}
	return out
}

func stateWord(kind string) string { return order.State(kind).Word() }

func confirmationWord(kind string) string { return record.Confirmation(kind).Word() }

func ratingWord(kind string) string { return kind + " 分" }

func stationWord(kind string) string {
	return map[string]string{"station": "站", "point": "点"}[kind]
}

// own are the indicators of the areas below. Thresholds and choices that no text of the plan or of law gives are this system's own
// conventions and say so.
var own = []Indicator{
	{Code: "coverage", Group: "站点", Name: "站点覆盖率", Definition: "期末有开放的、达标的站的嘎查村（社区）占多少；只算计入的嘎查村（社区），虚拟社区、生活区、队、管理区默认不计入",
		Numerator: "有达标站的嘎查村（社区）", Denominator: "计入的嘎查村（社区）", Source: "站点沿革，站点标准的证据，区划", Unit: Ratio, Cuts: plainCut,
		Num: []Part{{Metric: "covered", Kinds: []string{"yes"}}}, Den: []Part{{Metric: "covered"}}, Public: true,
		Behind: Behind{"stations", "covering"}, Better: 1},
	{Code: "stations", Group: "站点", Name: "站点数", Definition: "期末开放着的志愿服务站和点", Numerator: "期末开放的站、点", Source: "站点沿革", Unit: Count,
		UnitWord: "个", Cuts: everyCut, Kind: "站或点", Num: []Part{{Metric: "stations"}}, Words: stationWord, Kinds: []string{"station", "point"},
		Public: true, Behind: Behind{"stations", "all"}, Better: 1},
	{Code: "standard_rate", Group: "站点", Name: "站点达标率", Definition: "期末开放的站、点中，建设方案的必备项证据齐全的占多少；自查和核查的证据都算，过期和核查不认的不算", Numerator: "达标的站、点",
		Denominator: "开放的站、点", Source: "站点标准的证据", Unit: Ratio, Cuts: plainCut, Num: []Part{{Metric: "standing", Kinds: []string{"met"}}},
		Den: []Part{{Metric: "standing"}}, Public: true, Behind: Behind{"stations", "met"}, BehindDen: Behind{"stations", "all"}, Better: 1},

	{Code: "registered", Group: "志愿者", Name: "注册志愿者", Definition: "期末在册的志愿者：审核通过、没有退出", Numerator: "期末在册的志愿者", Source: "志愿者登记", Unit: Count,
		UnitWord: "人", Cuts: plainCut, Num: registered, Public: true, Behind: Behind{"volunteers", "all"}, Better: 1},
	{Code: "registered_share", Group: "志愿者", Name: "注册志愿者占居民", Definition: "期末在册的志愿者和人口相比。人口盟市为 2020 年普查数，旗县区为估计数；没有人口数的地方不算",
		Numerator: "期末在册的志愿者", Denominator: "人口", Source: "志愿者登记；人口普查和估计", Unit: Ratio, Cuts: plainCut, Num: registered,
		Den: []Part{{Metric: "population"}}, Public: true, Behind: Behind{"volunteers", "all"}, Better: 1},
	{Code: "active", Group: "志愿者", Name: "活跃志愿者", Definition: "期内至少有一次计入的服务的志愿者，算在登记的地方", Numerator: "期内有计入服务的志愿者", Source: "服务记录",
		Unit: Count, UnitWord: "人", Cuts: plainCut, Num: []Part{{Metric: "active"}}, Public: true, Behind: Behind{"volunteers", "active"},
		Better: 1},
	{Code: "active_rate", Group: "志愿者", Name: "志愿者活跃率", Definition: "期末在册的志愿者中，期内至少有一次计入的服务的占多少；期内退出的人也算在分子里", Numerator: "期内有计入服务的志愿者",
		Denominator: "期末在册的志愿者", Source: "服务记录，志愿者登记", Unit: Ratio, Cuts: plainCut, Num: []Part{{Metric: "active"}}, Den: registered,
		Public: true, Behind: Behind{"volunteers", "active"}, BehindDen: Behind{"volunteers", "all"}, Better: 1},
	{Code: "identities", Group: "志愿者", Name: "注册结构", Definition: "期末在册的志愿者按身份分；一个人可以有几种身份", Numerator: "期末在册的志愿者的身份", Source: "志愿者登记",
		Unit: Count, UnitWord: "人", Cuts: everyCut, Kind: "身份",
		Num: []Part{{Metric: identityIn, Until: true}, {Metric: identityOut, Until: true, Minus: true}}, Dictionary: setting.Identities,
		Behind: Behind{"volunteers", "all"}},

	{Code: "hours", Group: "服务", Name: "服务时长", Definition: "服务日期在期内、已经计入的服务记录的时长；只算实际服务的时间", Numerator: "计入的分钟数", Source: "服务记录", Unit: Hours,
		UnitWord: "小时", Cuts: everyCut, Kind: "服务类别", Num: minutes, Words: catalogue.Categories.Word, Kinds: catalogue.Categories.Codes(),
		Small: delicate, People: recordKind, Public: true, Behind: Behind{"records", "counted"}, Better: 1},
	{Code: "services", Group: "服务", Name: "服务人次", Definition: "服务日期在期内、已经计入的服务记录数，一位志愿者服务一次是一人次", Numerator: "计入的服务记录", Source: "服务记录",
		Unit: Count, UnitWord: "人次", Cuts: everyCut, Kind: "服务类别", Num: []Part{{Metric: recordKind}}, Words: catalogue.Categories.Word,
		Kinds: catalogue.Categories.Codes(), Small: delicate, Public: true, Behind: Behind{"records", "counted"}, Better: 1},
	{Code: "hours_per_volunteer", Group: "服务", Name: "人均服务时长", Definition: "计入的时长除以期内活跃的志愿者", Numerator: "计入的分钟数", Denominator: "期内有计入服务的志愿者",
		Source: "服务记录", Unit: Hours, UnitWord: "小时", Cuts: plainCut, Num: minutes, Den: []Part{{Metric: "active"}}, Public: true,
		Behind: Behind{"records", "counted"}, BehindDen: Behind{"volunteers", "active"}, Better: 1},
	{Code: "on_time", Group: "服务", Name: "记录及时率", Definition: "期内到了记录期限的服务记录中，期限以内计入的占多少。期限是服务结束后 10 个工作日（民政部令第67号第十一条）；作废的不算",
		Numerator: "期限以内计入的记录", Denominator: "期内到期的记录", Source: "服务记录", Unit: Ratio, Cuts: plainCut,
		Num: []Part{{Metric: recordDue, Kinds: []string{"in_time"}}}, Den: []Part{{Metric: recordDue}},
		Public: true, Behind: Behind{"records", "in_time"}, BehindDen: Behind{"records", "due"}, Better: 1},
	{Code: "confirmation", Group: "服务", Name: "双方确认的占比", Definition: "计入的服务记录中，由志愿者和服务对象双方确认、不用第二人复核的占多少；证明上也这样写明", Numerator: "双方确认的记录",
		Denominator: "计入的服务记录", Source: "服务记录", Unit: Ratio, Cuts: everyCut, Kind: "确认方式",
		Num: []Part{{Metric: recordTimes, Kinds: []string{string(record.Both)}}}, Den: countedTimes, Words: confirmationWord,
		Kinds: []string{string(record.Both), string(record.SignIn), string(record.Reviewed)}, Behind: Behind{"records", "both"},
		BehindDen: Behind{"records", "counted"}, Better: 1},

	{Code: "orders", Group: "求助单", Name: "点单数", Definition: "期内提出的求助单，按提出的日子算", Numerator: "期内提出的求助单", Source: "求助单", Unit: Count,
		UnitWord: "单", Cuts: everyCut, Kind: "服务类别", Num: []Part{{Metric: orderKind}}, Words: catalogue.Categories.Word,
		Kinds: catalogue.Categories.Codes(), Small: delicate, Public: true, Behind: Behind{"orders", "made"}, Better: 0},
	{Code: "order_states", Group: "求助单", Name: "求助单现在的状态", Definition: "期内提出的求助单现在各办到哪一步", Numerator: "期内提出的求助单", Source: "求助单", Unit: Count,
		UnitWord: "单", Cuts: everyCut, Kind: "状态", Num: []Part{{Metric: orderState}}, Words: stateWord, Kinds: orderStates,
		Behind: Behind{"orders", "made"}},
	{Code: "open_orders", Group: "求助单", Name: "在办的单", Definition: "到期末提出、现在还没有办结、撤单或者说明不能提供的求助单", Numerator: "在办的求助单", Source: "求助单",
		Unit: Count, UnitWord: "单", Cuts: everyCut, Kind: "状态", Num: []Part{{Metric: orderState, Kinds: openStates, Until: true}},
		Words: stateWord, Kinds: orderStates, Behind: Behind{"orders", "open"}},
	{Code: "closed_rate", Group: "求助单", Name: "办结率", Definition: "期内提出的求助单中，现在已经办结的占多少；撤了的、说明不能提供的不在分母里", Numerator: "已办结的",
		Denominator: "期内提出、没有撤的", Source: "求助单", Unit: Ratio, Cuts: plainCut, Num: []Part{{Metric: orderState, Kinds: []string{"closed"}}},
		Den: []Part{{Metric: orderState, Kinds: append([]string{"closed"}, openStates...)}}, Public: true, Behind: Behind{"orders", "closed"},
		BehindDen: Behind{"orders", "kept"}, Better: 1},
	{Code: "response_time", Group: "求助单", Name: "响应时长（中位数）", Definition: "从提出到站点第一次答复（受理、要求补充或者说明不能提供），一半的单在这个时间以内。" + stepWords,
		Numerator: "时长", Denominator: "期内第一次答复的求助单", Source: "求助单的经过", Unit: Minutes, Cuts: plainCut, Num: []Part{{Metric: orderReply}},
		Quantile: 50, Public: true, Behind: Behind{"orders", "replied"}, BehindDen: Behind{"orders", "replied"}, Better: -1},
	{Code: "response_time_p90", Group: "求助单", Name: "响应时长（九成）", Definition: "从提出到站点第一次答复，九成的单在这个时间以内。" + stepWords, Numerator: "时长",
		Denominator: "期内第一次答复的求助单", Source: "求助单的经过", Unit: Minutes, Cuts: plainCut, Num: []Part{{Metric: orderReply}}, Quantile: 90,
		Behind: Behind{"orders", "replied"}, BehindDen: Behind{"orders", "replied"}, Better: -1},
	{Code: "completion_time", Group: "求助单", Name: "完成时长（中位数）", Definition: "从提出到第一次服务完，一半的单在这个时间以内；包括约定的等候。" + stepWords, Numerator: "时长",
		Denominator: "期内第一次服务完的求助单", Source: "求助单的经过", Unit: Minutes, Cuts: plainCut, Num: []Part{{Metric: orderDone}}, Quantile: 50,
		Public: true, Behind: Behind{"orders", "done"}, BehindDen: Behind{"orders", "done"}, Better: -1},
	{Code: "completion_time_p90", Group: "求助单", Name: "完成时长（九成）", Definition: "从提出到第一次服务完，九成的单在这个时间以内；包括约定的等候。" + stepWords, Numerator: "时长",
		Denominator: "期内第一次服务完的求助单", Source: "求助单的经过", Unit: Minutes, Cuts: plainCut, Num: []Part{{Metric: orderDone}}, Quantile: 90,
		Behind: Behind{"orders", "done"}, BehindDen: Behind{"orders", "done"}, Better: -1},
	{Code: "satisfaction", Group: "求助单", Name: "满意率", Definition: "期内办结、评了单的求助单中，评 4 分或 5 分（满意）的占多少；没有评的不算，区间是 95% 的威尔逊区间",
		Numerator: "评 4 分或 5 分的", Denominator: "评了单的", Source: "居民评单", Unit: Ratio, Cuts: everyCut, Kind: "评分",
		Num: []Part{{Metric: orderRating, Kinds: []string{"4", "5"}}},
		Den: []Part{{Metric: orderRating, Kinds: []string{"1", "2", "3", "4", "5"}}}, Words: ratingWord,
		Kinds: []string{"5", "4", "3", "2", "1"}, Wilson: true, Public: true, Behind: Behind{"orders", "good"},
		BehindDen: Behind{"orders", "rated"}, Better: 1},
	{Code: "unrated", Group: "求助单", Name: "未评价的占比", Definition: "期内办结的求助单中，到期没有评价的占多少；系统不代填评分", Numerator: "没有评价的", Denominator: "期内办结的",
		Source: "居民评单", Unit: Ratio, Cuts: plainCut, Num: []Part{{Metric: orderRating, Kinds: []string{"0"}}}, Den: []Part{{Metric: orderRating}},
		Public: true, Behind: Behind{"orders", "unrated"}, BehindDen: Behind{"orders", "ended"}, Better: -1},
}

const stepWords = "按自然时间算；2 小时以内按 5 分钟、一天以内按一刻钟、一周以内按 2 小时、再长按天向上取整（本系统约定）"

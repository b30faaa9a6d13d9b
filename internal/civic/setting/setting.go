// Package setting holds what a region may decide for itself (limits, working hours), the dictionaries of open sets, and the
// working-day calendar. A value set for a division holds for all below it until one of them sets its own; every change is kept with
// who and why.
//
// Nouns: definition, value, word, calendar. Verbs: list, set, edit word, edit day.
package setting

import (
	"context"
	"errors"
	"strconv"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Permissions.
const (
	View           auth.Perm = "setting.view"
	Edit           auth.Perm = "setting.edit"
	DictionaryView auth.Perm = "dictionary.view"
	DictionaryEdit auth.Perm = "dictionary.edit"
	CalendarView   auth.Perm = "calendar.view"
	CalendarEdit   auth.Perm = "calendar.edit"
)

// Key names a setting.
type Key string

// The settings. Days are working days unless the definition says otherwise.
const (
	ReviewDays       Key = "order.review_days"
	DispatchDays     Key = "order.dispatch_days"
	OfferHours       Key = "order.offer_hours"
	UrgentHours      Key = "order.urgent_hours"
	CallbackDays     Key = "order.callback_days"
	SecondDays       Key = "order.second_days"
	UnconfirmedDays  Key = "order.unconfirmed_days"
	EvaluateDays     Key = "order.evaluate_days"
	RedoDays         Key = "order.redo_days"
	ReopenDays       Key = "order.reopen_days"
	AheadDays        Key = "order.ahead_days"
	WindowHours      Key = "order.window_hours"
	OrderSMS         Key = "order.sms"
	CheckInEarly     Key = "attendance.early_minutes"
	CheckInRadius    Key = "attendance.radius"
	DayMinutesDirect Key = "record.day_minutes"
	DayMinutesMax    Key = "record.day_minutes_max"
	RecordDays       Key = "record.days"
	ClerkDays        Key = "second.clerk_days"
	HeadTitle        Key = "word.head_title"
	WorkHours        Key = "hours.work"
	SummerHours      Key = "hours.summer"
	SummerMonths     Key = "hours.summer_months"

	LeadDepartment Key = "word.lead_department"
	RectifyDays    Key = "inspection.rectify_days"
	SpotPercent    Key = "inspection.spot_percent"
	SpotLeast      Key = "inspection.spot_least"
	ProblemDays    Key = "problem.answer_days"

	TeamLeast      Key = "team.least"
	TeamAnswerDays Key = "team.answer_days"
	EnrolDays      Key = "enrol.days"

	ComplaintAccept Key = "complaint.accept_days"
	ComplaintAnswer Key = "complaint.answer_days"

	ArticleReviews Key = "article.reviews"
	ArticleSources Key = "article.sources"
	FundNoticeDays Key = "fund.notice_days"
	AwardNotice    Key = "award.notice_days"

	ActivityOfferHours Key = "activity.offer_hours"

	RegularMonths Key = "project.regular_months"
	RegularTimes  Key = "project.regular_times"

	BackboneHours     Key = "backbone.hours"
	BackboneTrainings Key = "backbone.trainings"
	BackboneRating    Key = "backbone.rating"
	BackboneYears     Key = "backbone.years"

	QuarterHouseholds Key = "station.quarter_households"
	SitingRural       Key = "coverage.rural_metres"
	SitingUrban       Key = "coverage.urban_metres"

	DispatchForeign Key = "dispatch.foreign"
	DispatchKnown   Key = "dispatch.known"
	DispatchWish    Key = "dispatch.wish"
	DispatchLoad    Key = "dispatch.load"
	DispatchNoShow  Key = "dispatch.no_show"
	DispatchBusy    Key = "dispatch.not_free"
	DispatchMost    Key = "dispatch.most"
	DispatchAuto    Key = "dispatch.auto"
	DispatchWave    Key = "dispatch.wave"
	DispatchWaves   Key = "dispatch.waves"
	SmallCell       Key = "stats.small_cell"

	BackupDays      Key = "backup.days"
	OpenLicence     Key = "open.licence"
	OpenLicenceLink Key = "open.licence_link"
	FilingICP       Key = "site.icp"
	FilingPolice    Key = "site.police"
)

// Convention is the Source of what no law says: our own choice, open to change.
const Convention = "本系统约定"

// Definition says what a setting is. Whole numbers have Min and Max; a text has its form in Check.
type Definition struct {
	Key     Key    `json:"key"`
	Label   string `json:"label"`
	Explain string `json:"explain"`
	Unit    string `json:"unit"`
	Default string `json:"default"`
	Min     int64  `json:"min"`
	Max     int64  `json:"max"`
	Source  string `json:"source" doc:"法条，或“本系统约定”"`
	Fixed   bool   `json:"fixed" doc:"法律定的，不能改"`
	check   func(string) error
}

func (d Definition) isText() bool { return d.check != nil }

// valid says whether a value fits the definition.
func (d Definition) valid(value string) error {
	if d.isText() {
		return d.check(value)
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < d.Min || n > d.Max {
		return errs.Field("value", "应是 "+strconv.FormatInt(d.Min, 10)+" 到 "+strconv.FormatInt(d.Max, 10)+" 之间的整数")
	}
	return nil
}

// Definitions lists all settings in the order in which people see them.
var Definitions = []Definition{
	{Key: ReviewDays, Label: "审核时限", Explain: "收到点单后多久内审核", Unit: "个工作日", Default: "1", Min: 1, Max: 10, Source: Convention},
	{Key: DispatchDays, Label: "派单时限", Explain: "审核通过后多久内派单", Unit: "个工作日", Default: "1", Min: 1, Max: 10, Source: Convention},
	{Key: OfferHours, Label: "答复派单时限", Explain: "志愿者多久内答复，过时自动回到待派单", Unit: "个工作小时", Default: "24", Min: 1, Max: 80, Source: Convention},
	{Key: UrgentHours, Label: "加急单答复时限", Explain: "加急单多久内答复，同时打电话", Unit: "小时", Default: "2", Min: 1, Max: 24, Source: Convention},
	{Key: CallbackDays, Label: "进入回访名单", Explain: "服务后第几天还没确认就打电话回访", Unit: "天", Default: "3", Min: 1, Max: 30, Source: Convention},
	{Key: SecondDays, Label: "第二人凭纸面确认", Explain: "服务后第几天由第二人凭纸面材料确认", Unit: "天", Default: "7", Min: 2, Max: 60, Source: Convention},
	{Key: UnconfirmedDays, Label: "转为未确认", Explain: "服务后第几天仍未确认就转为未确认（保留，不计入）", Unit: "天", Default: "10", Min: 3, Max: 90, Source: Convention},
	{Key: EvaluateDays, Label: "评单时限", Explain: "确认后几天不评就办结，记为未评价", Unit: "天", Default: "7", Min: 1, Max: 60, Source: Convention},
	{Key: RedoDays, Label: "重办时限", Explain: "不满意的单多久内重办", Unit: "个工作日", Default: "3", Min: 1, Max: 20, Source: Convention},
	{Key: ReopenDays, Label: "重新提出时限", Explain: "办结后几天内居民可以重新提出", Unit: "天", Default: "15", Min: 1, Max: 90, Source: Convention},
	{Key: AheadDays, Label: "最多提前多久点单", Unit: "天", Default: "30", Min: 1, Max: 180, Source: Convention},
	{Key: WindowHours, Label: "一单服务最长", Unit: "小时", Default: "12", Min: 1, Max: 24, Source: Convention},
	{Key: OrderSMS, Label: "短信告诉点单的人", Explain: "1 为发：有人接单、改期、服务完请确认，各发一条短信；0 为不发，只在消息里说。短信里不写姓名、地址和什么事",
		Default: "0", Min: 0, Max: 1, Source: Convention},
	{Key: CheckInEarly, Label: "最早提前签到", Unit: "分钟", Default: "120", Min: 0, Max: 240, Source: Convention},
	{Key: CheckInRadius, Label: "定位签到半径", Unit: "米", Default: "500", Min: 100, Max: 5000, Source: Convention},
	{Key: DayMinutesDirect, Label: "每人每天直接计入", Explain: "超过的要第二人复核", Unit: "分钟", Default: "480", Min: 60, Max: 480, Source: Convention},
	{Key: DayMinutesMax, Label: "每人每天最多", Explain: "超过的不予记录", Unit: "分钟", Default: "720", Min: 60, Max: 720, Source: Convention},
	{Key: RecordDays, Label: "记录时限", Explain: "活动结束后多久内记录服务情况和评价", Unit: "个工作日", Default: "10", Min: 10, Max: 10,
		Source: "《志愿服务记录与证明出具办法（试行）》（民政部令第67号）第十一条", Fixed: true},
	{Key: ClerkDays, Label: "第二人由苏木乡镇代办", Explain: "嘎查村（社区）没有第二人时，过多久由苏木乡镇办理", Unit: "个工作日", Default: "3", Min: 1, Max: 20,
		Source: Convention},
	{Key: HeadTitle, Label: "嘎查村（社区）负责人的称呼", Default: "书记", Source: Convention, check: isShortText},
	{Key: LeadDepartment, Label: "牵头部门（主管部门）", Explain: "印在标题和表单上，各级自己定：社会工作部、文明办、民政局等", Default: "党委社会工作部", Source: Convention,
		check: isShortText},
	{Key: RectifyDays, Label: "督导检查整改期限", Explain: "检查发现的问题默认多久内整改，检查时可以另定", Unit: "天", Default: "15", Min: 1, Max: 180, Source: Convention},
	{Key: SpotPercent, Label: "抽查比例", Explain: "抽查服务记录与证明时默认抽多少；民政部令第67号第二十一条要求抽查，没有定比例", Unit: "%", Default: "10", Min: 1, Max: 100,
		Source: Convention},
	{Key: SpotLeast, Label: "抽查最少件数", Explain: "总体很小时也至少抽这么多", Unit: "件", Default: "5", Min: 1, Max: 1000, Source: Convention},
	{Key: ProblemDays, Label: "困难问题答复时限", Explain: "站点提出困难问题后苏木乡镇（街道）多久内答复，过时转旗县区", Unit: "个工作日", Default: "10", Min: 1, Max: 60,
		Source: Convention},
	{Key: ArticleReviews, Label: "文章几审", Explain: "公开以前要几个不同的人审过，作者不算", Unit: "人", Default: "2", Min: 1, Max: 3, Source: Convention},
	{Key: ArticleSources, Label: "可以转载的来源", Explain: "转载只用这些来源的，之间用顿号", Default: "人民日报、新华社、中国社会报、中国政府网、内蒙古日报",
		Source: Convention, check: isList},
	{Key: ComplaintAccept, Label: "投诉建议受理时限", Explain: "收到后多久内告诉投诉人是否受理", Unit: "个工作日", Default: "5", Min: 1, Max: 15,
		Source: Convention},
	{Key: ComplaintAnswer, Label: "投诉建议答复时限", Explain: "受理后多久内答复；转给信访等机关的按《信访工作条例》", Unit: "个工作日", Default: "15", Min: 1, Max: 60,
		Source: Convention},
	{Key: FundNoticeDays, Label: "项目资金公示期", Explain: "项目验收后公示多久，才能拨付；公示期里有异议的，先查清", Unit: "个工作日", Default: "5", Min: 3, Max: 60,
		Source: Convention},
	{Key: AwardNotice, Label: "评选公示期", Explain: "拟表彰、拟推荐名单公示多久；公示期里有异议的，答复了才能公布", Unit: "个工作日", Default: "5", Min: 5, Max: 60,
		Source: Convention},
	{Key: WorkHours, Label: "工作时间", Explain: "例如 08:30-12:00,14:30-17:30", Default: "08:30-12:00,14:30-17:30", Source: Convention,
		check: isHours},
	{Key: SummerHours, Label: "夏季工作时间", Explain: "不分季节时与工作时间相同", Default: "08:30-12:00,14:30-17:30", Source: Convention, check: isHours},
	{Key: SummerMonths, Label: "夏季", Explain: "例如 5-9 表示 5 月到 9 月", Default: "5-9", Source: Convention, check: isMonths},
	{Key: TeamLeast, Label: "成立志愿服务队至少几人", Explain: "连负责人在内，有多少人答应才能批准成立", Unit: "人", Default: "5", Min: 2, Max: 50, Source: Convention},
	{Key: TeamAnswerDays, Label: "队伍答复时限", Explain: "有人想加入，负责人过了这些天没有答复就由站里来办", Unit: "个工作日", Default: "5", Min: 1, Max: 30,
		Source: Convention},
	{Key: EnrolDays, Label: "替人登记留多久", Explain: "单位、学校交来的名单上的人，过了这些天本人没有同意，就删去，只留人数", Unit: "天", Default: "30", Min: 7, Max: 90,
		Source: Convention},
	{Key: ActivityOfferHours, Label: "活动候补答复时限", Explain: "空出的名额给候补的人留多久，过了给下一位；最迟到活动开始", Unit: "小时", Default: "24", Min: 1, Max: 168,
		Source: Convention},
	{Key: RegularMonths, Label: "经常性项目：看最近几个月", Explain: "在这几个月里办得够多的项目才算经常性志愿服务项目；各地的名单按各地定的算", Unit: "个月",
		Default: "3", Min: 2, Max: 12, Source: Convention},
	{Key: RegularTimes, Label: "经常性项目：至少办过几天", Explain: "名单经第二人复核的才算办过；不能都在一个月里", Unit: "天", Default: "3", Min: 2, Max: 60,
		Source: Convention},
	{Key: BackboneHours, Label: "骨干：近一年计入的时长", Explain: "骨干名单按这一条和下面三条算，不由人填", Unit: "小时", Default: "30", Min: 1, Max: 500,
		Source: Convention},
	{Key: BackboneTrainings, Label: "骨干：近两年合格的培训", Explain: "第二人确认过的才算；0 为不看这一条", Unit: "次", Default: "1", Min: 0, Max: 20,
		Source: Convention},
	{Key: BackboneRating, Label: "骨干：近一年评价的平均分", Explain: "居民给他服务的单评的分；没有人评过的不看这一条", Unit: "分", Default: "4", Min: 1, Max: 5,
		Source: Convention},
	{Key: BackboneYears, Label: "骨干：在册满几年", Explain: "从注册通过那天算起；0 为不看这一条", Unit: "年", Default: "1", Min: 0, Max: 20, Source: Convention},
	{Key: QuarterHouseholds, Label: "应设志愿服务点的小区", Explain: "居民小区有多少户就应依托物业服务企业设点（建设方案二（一）“规模较大、人员聚集”）", Unit: "户",
		Default: strconv.Itoa(DefaultQuarterHouseholds), Min: 100, Max: 20000, Source: Convention},
	{Key: SitingRural, Label: "选址：农村牧区多远算服务得到", Explain: "推算下一批站设在哪里时用，直线距离", Unit: "米", Default: "5000", Min: 500, Max: 50000,
		Source: Convention},
	{Key: SitingUrban, Label: "选址：城镇多远算服务得到", Explain: "推算下一批站设在哪里时用，直线距离", Unit: "米", Default: "1000", Min: 200, Max: 10000,
		Source: Convention},
	{Key: DispatchForeign, Label: "派单：不是本嘎查村（社区）的志愿者", Explain: "派单时折合多绕行几分钟", Unit: "分钟", Default: "10", Min: 0, Max: 240,
		Source: Convention},
	{Key: DispatchKnown, Label: "派单：给这位服务过", Explain: "熟人优先，派单时折合少绕行几分钟", Unit: "分钟", Default: "15", Min: 0, Max: 240, Source: Convention},
	{Key: DispatchWish, Label: "派单：服务对象希望是他", Explain: "派单时折合少绕行几分钟", Unit: "分钟", Default: "30", Min: 0, Max: 240, Source: Convention},
	{Key: DispatchLoad, Label: "派单：轮换", Explain: "近一个月每服务过一次，派单时折合多绕行几分钟，让大家轮着来", Unit: "分钟", Default: "3", Min: 0, Max: 60,
		Source: Convention},
	{Key: DispatchBusy, Label: "派单：他说那时没有空", Explain: "派单时折合多绕行几分钟；不是不派，打个电话也许行", Unit: "分钟", Default: "30", Min: 0, Max: 240,
		Source: Convention},
	{Key: DispatchNoShow, Label: "派单：近三个月没有到过", Explain: "每一次折合多绕行几分钟", Unit: "分钟", Default: "15", Min: 0, Max: 240, Source: Convention},
	{Key: DispatchMost, Label: "派单：一次安排里一人最多几单", Unit: "单", Default: "3", Min: 1, Max: 20, Source: Convention},
	{Key: DispatchAuto, Label: "自动派单", Explain: "1 为开：审核通过的单由系统按合适程度分轮询问志愿者；0 为关，由站里派", Default: "0", Min: 0, Max: 1, Source: Convention},
	{Key: DispatchWave, Label: "自动派单：一轮问几个人", Explain: "每个空位问几个人，先答应的先得", Unit: "人", Default: "3", Min: 1, Max: 10, Source: Convention},
	{Key: DispatchWaves, Label: "自动派单：问几轮", Explain: "都没人答应就请邻近的站一起找，再没有就上报协调", Unit: "轮", Default: "3", Min: 1, Max: 10, Source: Convention},
	{Key: SmallCell, Label: "统计里不显示的小数", Explain: "心理咨询、法律援助、扶贫帮困按种类分的统计里，少于这么多的不显示，免得看出是谁", Unit: "人次", Default: "5", Min: 2, Max: 50,
		Source: Convention},
	{Key: BackupDays, Label: "备份最多隔几天", Explain: "超过这些天没有做备份，管理员的“备份”页提醒；看自治区一级的值", Unit: "天", Default: "2", Min: 1, Max: 31,
		Source: Convention},
	{Key: OpenLicence, Label: "开放数据的许可", Explain: "写许可的名称，例如 CC BY 4.0；由主办单位定，没有定的写未指定许可", Default: NoLicence, Source: Convention,
		check: isName},
	{Key: OpenLicenceLink, Label: "开放数据许可的全文", Explain: "许可全文的网址；没有指定许可的不填", Source: Convention, check: isLink},
	{Key: FilingICP, Label: "ICP备案号", Explain: "写在每一页下面，连到工信部备案系统，例如 蒙ICP备00000000号-1；没有的不填；看自治区一级的值",
		Source: Convention, check: isFiling(icpForm, "例如 蒙ICP备00000000号-1")},
	{Key: FilingPolice, Label: "公安备案号", Explain: "写在每一页下面，连到公安备案平台，例如 蒙公网安备15010000000000号；没有的不填；看自治区一级的值",
		Source: Convention, check: isFiling(policeForm, "例如 蒙公网安备15010000000000号")},
}

// NoLicence is the licence of open data until whoever runs the installation has chosen one.
const NoLicence = "未指定许可"

// DefaultQuarterHouseholds is from how many households on a quarter should have a point, where nothing else is set. The register of
// quarters compares with it in SQL.
const DefaultQuarterHouseholds = 1000

func define(key Key) (Definition, bool) {
	for _, d := range Definitions {
		if d.Key == key {
			return d, true
		}
	}
	return Definition{}, false
}

// Text gives the value of a setting in a division: its own, else that of the nearest division above, else the default.
func Text(ctx context.Context, tx *db.Tx, key Key, at auth.Region) (string, error) {
	d, ok := define(key)
	if !ok {
		return "", errs.Field("key", "没有这个设置")
	}
	rows, err := inForce.All(ctx, tx, string(key), int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at))
	if err != nil {
		return "", err
	}
	for _, r := range rows { // from below upwards
		if r.Value != nil {
			return *r.Value, nil
		}
	}
	return d.Default, nil
}

// Int is Text for a whole number.
func Int(ctx context.Context, tx *db.Tx, key Key, at auth.Region) (int64, error) {
	text, err := Text(ctx, tx, key, at)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Value is a setting as it stands in one division.
type Value struct {
	Definition
	Region  auth.Region `json:"region"`
	Value   string      `json:"value"`
	From    auth.Region `json:"from" doc:"在哪一级设置的；空为默认值"`
	Version db.ID       `json:"version" doc:"本级现行值的编号；没有时为空"`
}

// ListInput asks for the settings of a division.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
}

// at is the division asked for: the actor's own when none is named.
func (in ListInput) at(ctx context.Context) auth.Region {
	if in.Region == 0 {
		in.Region = auth.From(ctx).Seat()
	}
	if in.Region == 0 {
		in.Region = top
	}
	return in.Region
}

// top is where what holds for everybody is set.
const top auth.Region = 150000000000

// Values is a list that is never cut: the settings are few.
type Values struct {
	Items []Value `json:"items"`
}

// List gives all settings as they stand in a division.
func (s *Service) List(ctx context.Context, in ListInput) (Values, error) {
	at := in.at(ctx)
	return act.ReadAt(ctx, s.db, View, at, func(tx *db.Tx) (Values, error) { return valuesOf(ctx, tx, at) })
}

func valuesOf(ctx context.Context, tx *db.Tx, at auth.Region) (out Values, err error) {
	for _, d := range Definitions {
		v, err := valueOf(ctx, tx, d, at)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}

func valueOf(ctx context.Context, tx *db.Tx, d Definition, at auth.Region) (Value, error) {
	v := Value{Definition: d, Region: at, Value: d.Default}
	rows, err := inForce.All(ctx, tx, string(d.Key), int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at))
	for _, r := range rows {
		if r.Region == at {
			v.Version = r.ID
		}
		if r.Value != nil && v.From == 0 {
			v.Value, v.From = *r.Value, r.Region
		}
	}
	return v, err
}

// SetInput changes a setting of one division; without a value it goes back to what is above.
type SetInput struct {
	Key     Key         `path:"key" maxLength:"60"`
	Region  auth.Region `json:"region"`
	Value   string      `json:"value" required:"false" maxLength:"100" doc:"不填则恢复上级的值"`
	Reason  string      `json:"reason" minLength:"1" maxLength:"200"`
	Version db.ID       `json:"version" required:"false" doc:"看到的本级现行值的编号"`
}

// Set changes a setting. What a law fixes cannot be changed; somebody else's newer change is not overwritten.
func (s *Service) Set(ctx context.Context, in SetInput) (Value, error) {
	d, known := define(in.Key)
	op := act.Op{Perm: Edit, Action: "setting.set", Check: func() error {
		switch {
		case !known:
			return errs.ErrNotFound
		case d.Fixed:
			return errs.Field("value", "这是"+d.Source+"定的，不能改")
		case in.Value != "":
			return d.valid(in.Value)
		}
		return nil
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Value, error) {
		if err := auth.Require(ctx, Edit, View, auth.Place{Region: in.Region}); err != nil {
			return Value{}, err
		}
		if there, err := region.Exists(ctx, tx, in.Region); err != nil || !there {
			return Value{}, errors.Join(err, errs.ErrNotFound)
		}
		now, err := valueOf(ctx, tx, d, in.Region)
		if err != nil {
			return Value{}, err
		}
		if now.Version != in.Version {
			return Value{}, errs.ErrStale
		}
		if err := replace(ctx, tx, in); err != nil {
			return Value{}, err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "setting", ID: string(in.Key), Region: in.Region, Cause: in.Reason,
			Detail: map[string]any{"from": now.Value, "to": in.Value}}); err != nil {
			return Value{}, err
		}
		return valueOf(ctx, tx, d, in.Region)
	})
}

// HistoryInput asks how a setting of a division came about.
type HistoryInput struct {
	Key    Key         `path:"key" maxLength:"60"`
	Region auth.Region `query:"region" required:"true"`
}

// Change is one step of a setting's history.
type Change struct {
	ID     db.ID     `json:"id"`
	Value  *string   `json:"value" doc:"空：恢复上级的值"`
	Reason string    `json:"reason"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}

// Changes is a history, the newest first.
type Changes struct {
	Items []Change `json:"items"`
}

// History gives every change of a setting in a division.
func (s *Service) History(ctx context.Context, in HistoryInput) (Changes, error) {
	return act.ReadAt(ctx, s.db, View, in.Region, func(tx *db.Tx) (out Changes, err error) {
		out.Items, err = history.All(ctx, tx, string(in.Key), in.Region)
		return out, err
	})
}

package catalogue

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// whole is the autonomous region, whose items hold everywhere.
const whole auth.Region = 150_000_000_000

// Seed puts the list of the whole region on an empty menu; afterwards it is the editors'.
func Seed(ctx context.Context, tx *db.Tx) error {
	n, err := total.One(ctx, tx)
	if err != nil || n > 0 {
		return err
	}
	for i, it := range first {
		it.ID, it.Region, it.Active, it.Version, it.Sort = tx.NewID(), whole, true, 1, int64(i+1)*10
		it.Needed = max(it.Needed, 1)
		if err := table.Insert(ctx, tx, it); err != nil {
			return err
		}
	}
	return nil
}

// mongolian is asked of work that is done in Mongolian; it is a language, never an ethnicity.
var mongolian = person.Codes{"mn"}

// first is the menu that a new system starts with. The first item asks nothing of the volunteer.
var first = []Item{
	{Code: "meal", Name: "送餐上门", Blurb: "助老餐送到家", Category: "elderly_disabled", Icon: "food", Minutes: 40},
	{Code: "clinic", Name: "陪同看病", Blurb: "挂号取药陪检查", Category: "elderly_disabled", Icon: "clinic", Minutes: 180},
	{Code: "errand", Name: "代办跑腿", Blurb: "缴费认证买药", Category: "convenience", Icon: "doc", Minutes: 60},
	{Code: "repair", Name: "家里维修", Blurb: "水电门锁暖气", Category: "convenience", Icon: "wrench", Minutes: 90, Skills: person.Codes{"electric"},
		InsuranceNeeded: true, Risk: "可能要登梯、断电、动工具。"},
	{Code: "haircut", Name: "上门理发", Blurb: "行动不便的", Category: "elderly_disabled", Icon: "scissors", Minutes: 40,
		Skills: person.Codes{"haircut"}},
	{Code: "snow", Name: "清雪铲冰", Blurb: "门口和院里", Category: "convenience", Icon: "snow", Minutes: 60, InsuranceNeeded: true,
		Risk: "地滑，天冷，注意防跌防冻。"},
	{Code: "cleaning", Name: "打扫卫生", Blurb: "擦窗洗衣扫院", Category: "elderly_disabled", Icon: "broom", Minutes: 120},
	{Code: "company", Name: "聊天陪伴", Blurb: "读报说说话", Category: "elderly_disabled", Icon: "chat", Minutes: 60},
	{Code: "visit", Name: "上门探访", Blurb: "看看老人安好", Category: "elderly_disabled", Icon: "home", Minutes: 40, Needed: 2, TwoPersons: true},
	{Code: "ride", Name: "接送出行", Blurb: "去旗里去车站", Category: "convenience", Icon: "car", Minutes: 120, Skills: person.Codes{"driving"},
		AdultsOnly: true, InsuranceNeeded: true, QualificationCode: "driver", Risk: "公路行车，冬季冰雪路面。"},
	{Code: "phone_help", Name: "教用手机", Blurb: "视频缴费防诈骗", Category: "technology", Icon: "phone", Minutes: 60},
	{Code: "tutoring", Name: "辅导孩子", Blurb: "作业和阅读", Category: "education", Icon: "book", Minutes: 90, AdultsOnly: true,
		Skills: person.Codes{"tutoring"}},
	{Code: "school_aid", Name: "助学帮扶", Blurb: "学习用品和陪读", Category: "education", Icon: "gift", Minutes: 90},
	{Code: "policy_talk", Name: "双语政策宣讲", Blurb: "国家通用语言和蒙古语", Category: "advocacy", Icon: "speaker", Minutes: 90, Languages: mongolian},
	{Code: "translation", Name: "蒙古语帮忙", Blurb: "看病办事做翻译", Category: "convenience", Icon: "chat", Minutes: 90, Languages: mongolian},
	{Code: "fire_patrol", Name: "草原防火巡护", Blurb: "防火期巡查宣传", Category: "emergency", Icon: "flame", Minutes: 240, Needed: 2, TwoPersons: true,
		Dangerous: true, AdultsOnly: true, InsuranceNeeded: true, TrainingCode: "fire_training", Risk: "野外巡查，可能遇到火情、恶劣天气和迷路；只巡查报告，不扑救。"},
	{Code: "herding_help", Name: "接羔打草帮工", Blurb: "农忙牧忙搭把手", Category: "farming", Icon: "leaf", Minutes: 240, InsuranceNeeded: true,
		Risk: "接触牲畜和农机具。"},
	{Code: "selling_help", Name: "农畜产品代销", Blurb: "帮着拍照上架", Category: "farming", Icon: "order", Minutes: 90},
	{Code: "health_check", Name: "量血压测血糖", Blurb: "上门或到站", Category: "health", Icon: "heart", Minutes: 40, Skills: person.Codes{"medical"},
		Risk: "采末梢血，按规范消毒。"},
	{Code: "first_aid", Name: "急救知识讲解", Blurb: "心肺复苏学一学", Category: "health", Icon: "heart", Minutes: 90, TrainingCode: "first_aid"},
	{Code: "tidy_up", Name: "环境整治", Blurb: "捡垃圾清沟渠", Category: "environment", Icon: "leaf", Minutes: 120, Needed: 3},
	{Code: "patrol", Name: "平安巡防", Blurb: "夜间看看门窗", Category: "public_order", Icon: "shield", Minutes: 120, Needed: 2, TwoPersons: true,
		AdultsOnly: true, InsuranceNeeded: true, Risk: "夜间步行巡查；只提醒和报告，不执法。"},
	{Code: "culture", Name: "文体活动帮手", Blurb: "排队伍搭台子", Category: "culture_sports", Icon: "flag", Minutes: 120},
	{Code: "counselling", Name: "心理疏导", Blurb: "心里有事聊一聊", Category: "counselling", Icon: "chat", Minutes: 60, AdultsOnly: true,
		QualificationCode: "counsellor"},
	{Code: "legal", Name: "法律咨询", Blurb: "合同纠纷问一问", Category: "legal_aid", Icon: "doc", Minutes: 60, AdultsOnly: true,
		QualificationCode: "lawyer"},
	{Code: "job", Name: "就业指导", Blurb: "看岗位写简历", Category: "employment", Icon: "user", Minutes: 60},
	{Code: "hardship", Name: "困难帮扶", Blurb: "送物资问难处", Category: "poverty", Icon: "gift", Minutes: 60},
}

package template

import (
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Seed gives an empty database the texts from which stations may start, and a filing plan. Both are this system's own samples (示例文本),
// no official texts; each division may put its own in their place.
func Seed(ctx context.Context, tx *db.Tx) error {
	if n, err := seeded.One(ctx, tx); err != nil || n > 0 {
		return err
	}
	for n, slot := range Slots.Codes() {
		t := Template{ID: tx.NewID(), Version: 1, Region: region.Top, Slot: slot, Title: samples[n][0], Body: samples[n][1], Active: true,
			ByName: sampleBy, At: sampleDay}
		if err := texts.Insert(ctx, tx, t); err != nil {
			return err
		}
	}
	for _, c := range firstPlan {
		c.ID, c.Version, c.Region, c.Active = tx.NewID(), 1, region.Top, true
		if err := lines.Insert(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// sampleBy says whose the seeded texts are.
const sampleBy = "本系统示例文本"

// sampleDay is when they were written, so that every new database holds the same.
var sampleDay = time.Date(2026, 11, 25, 0, 0, 0, 0, clock.Shanghai)

// firstPlan is a filing plan to start from. The years are this system's own convention, none below ten.
var firstPlan = []Category{
	{Code: "WJ", Name: "上级文件和通知", Years: 10}, {Code: "ZD", Name: "规章制度", Years: 30}, {Code: "JH", Name: "计划和总结", Years: 30},
	{Code: "XQ", Name: "需求和走访", Years: 10},
	{Code: "JL", Name: "服务记录和补录单", Years: 30}, {Code: "HD", Name: "活动和项目", Years: 10}, {Code: "ZM", Name: "证明出具", Years: 30},
	{Code: "SB", Name: "设备和经费", Years: 10},
	{Code: "RY", Name: "荣誉和表彰", Years: 0}, {Code: "ZP", Name: "照片和影像", Years: 10},
}

// samples are title and text by slot.
var samples = [][2]string{
	{"组织架构与职责", `一、〔站名〕在嘎查村（社区）党组织领导下开展工作，接受苏木乡镇（街道）和上级主管部门的指导。
二、站长由嘎查村（社区）“两委”成员或专职工作者担任，负责全面工作；站点管理员负责日常接待、登记、派单和档案；可以兼任。
三、站里设若干志愿服务队，每队有负责人，按各自的专长承接需求。
四、站长外出时，由嘎查村（社区）另一名“两委”成员代行职责，并在值班表上写明。
五、管理员更换时当面移交在办的求助单、账号、设备和档案，双方签字。
六、重要事项由站长召集管理员和队长商议决定，并记录在案。`},
	{"日常运行制度", `一、〔站名〕按公示的时间开放，开放时间有人值班；临时关闭的，提前贴出公告并写明联系电话。
二、居民求助可以到站、打电话、网上提出，也可以由网格员走访代为提出。接到求助当天登记，按公示的时限审核、派单、回复。
三、暂时不能提供的，向居民说明原因，并告诉他还可以找谁。
四、志愿者服务前告知内容和注意事项，服务时签到、签退，服务后请居民确认和评价。
五、每周清点一次没有办完的求助单，每月公布一次服务情况。
六、遇到紧急情况先拨打 110、119、120，再向站长和苏木乡镇（街道）报告。`},
	{"志愿者与服务管理制度", `一、志愿者实名登记，本人同意后编号；未满十八周岁的，由监护人同意并陪同或者由站里安排适合的服务。
二、尊重志愿者的意愿，不强制登记、不摊派任务；志愿者因故不能前往，提前说明即可。
三、服务不收受居民财物，不借服务推销、募捐，不从事与志愿服务无关的活动。
四、保护居民和志愿者的个人信息：姓名、电话、住址、身体状况只让需要的人知道，不贴在墙上，不发到群里。
五、服务记录如实、及时、完整，只记实际服务的时间；补录的由第二人复核。
六、有风险的服务两人同行，需要资格或者保险的，没有不派。
七、设备登记编号，每年盘点一次；档案按分类方案归档，保存期满以前不销毁。`},
	{"服务评估制度", `一、每单服务由居民评价；不满意的三个工作日内回访，弄清原因，能改的马上改，改不了的说明。
二、站里每季度看一次：需求办结了多少、多久办结、居民是否满意、记录是否及时，和上一季度比。
三、每年对照站点标准自查一次，缺项列出整改的人和日期，接受苏木乡镇（街道）核查和上级抽查。
四、评估结果向志愿者和居民公布，只讲事和数，不给志愿者排名，不公开个人隐私。
五、居民、志愿者对服务有意见的，可以向站长、苏木乡镇（街道）反映，七个工作日内答复。`},
	{"志愿服务激励制度", `一、依据真实完整的服务记录，按志愿者的申请免费出具志愿服务记录证明，任何单位和个人不得收费。
二、经本人同意，在站里展示志愿者的事迹；表彰、推荐以服务记录为依据，公示后进行。
三、志愿者有困难时，站里优先安排服务。
四、可以用礼遇、慰问、学习交流等方式表达感谢，不以现金计酬，不把服务时间折算成钱。
五、时间银行、积分等办法，旗县区决定开展以后才开展，规则事先公布。
六、激励的开支、物品和发放情况登记入账，接受居民监督。`},
}

package office

// Words that people see.
var (
	noticeWords    = map[string]string{"coming": "还没到日子", "hanging": "正在张贴", "over": "到期", "down": "已撤下"}
	noticeTones    = map[string]string{"coming": "sent", "hanging": "done", "down": "alarm"}
	planWords      = map[string]string{Unbegun: "未开始", Underway: "进行中", OnTime: "按时完成", Overdue: "超期"}
	planTones      = map[string]string{Underway: "work", OnTime: "done", Overdue: "alarm"}
	slotWords      = map[string]string{"organisation": "组织", "daily": "日常运行", "management": "管理", "evaluation": "评估", "incentives": "激励"}
	equipmentKinds = map[string]string{"computer": "电脑", "office": "办公设备", "furniture": "桌椅柜架", "media": "影音宣传", "convenience": "便民用品", "emergency": "应急救护", "other": "其他"}
	equipmentWords = map[string]string{"in_use": "在用", "idle": "闲置", "repair": "待修", "lost": "找不到", "scrapped": "报废"}
	equipmentTones = map[string]string{"in_use": "done", "repair": "wait", "lost": "alarm"}
	documentWords  = map[string]string{Kept: "在存", Asked: "申请销毁", Destroyed: "已销毁"}
)

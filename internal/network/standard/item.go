package standard

import (
	"cmp"
	"context"
	"fmt"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Seed puts the first edition of the checklist into an empty table: the plan's own items, and the national 六有 and six functions (民政部等
// 2024 年关于健全新时代志愿服务体系的部署). How long evidence lasts is this system's own convention.
func Seed(ctx context.Context, tx *db.Tx) error {
	if n, err := itemCount.One(ctx, tx); err != nil || n > 0 {
		return err
	}
	for n, i := range firstEdition {
		i.ID, i.Region, i.Sort, i.FromDay, i.UntilDay = tx.NewID(), region.Top, int64(n+1)*10, earliest, clock.Forever
		if err := itemTable.Insert(ctx, tx, i); err != nil {
			return err
		}
	}
	return nil
}

var firstEdition = []Item{
	{Code: "site", Kind: PlanItem, Accepts: "photo", Months: 24, Label: "有便于开展工作的场地", Explain: "站内全景照片，写明面积和位置",
		How: "拍一张站内全景；合用场地的，写明和谁合用、什么时间归站里用"},
	{Code: "manager", Kind: PlanItem, Accepts: "text", Months: 12, Label: "至少 1 名专（兼）职管理人员", Explain: "姓名、专职还是兼职",
		How: "定下一个人，写上姓名和专（兼）职；有任命文件的附上"},
	{Code: "equipment", Kind: PlanItem, Accepts: "photo", Months: 24, Label: "有上网电脑等设备", Explain: "电脑和其他设备的照片",
		How: "拍下能上网的电脑；没有的先和党群服务中心合用，写明"},
	{Code: "rules", Kind: PlanItem, Accepts: "document", Months: 36, Label: "有管理制度", Explain: "组织架构、日常运作、常态管理、评价、激励五类制度",
		How: "用制度模板改成自己的，打印上墙，拍照上传"},
	{Code: "plan", Kind: PlanItem, Accepts: "document", Months: 0, Label: "有当年工作计划", Explain: "当年的工作计划", How: "写好当年计划，上传文件或照片；每年一次"},
	{Code: "notices", Kind: PlanItem, Accepts: "document", Months: 3, Label: "有公告台账", Explain: "近三个月的公告台账", How: "把贴出去的公告登记进台账，拍下最近一页"},
	{Code: "archive", Kind: PlanItem, Accepts: "document", Months: 12, Label: "有档案资料", Explain: "档案目录或档案柜照片", How: "按目录归档，拍下目录和档案柜"},
	{Code: "sign", Kind: PlanItem, Accepts: "photo", Months: 36, Label: "显著位置有标识", Explain: "“XX嘎查村（社区）志愿服务站（点）”的标识照片",
		How: "打印标识挂在显著位置，拍照上传；室内、桌面的也可以"},
	{Code: "team", Kind: SixItem, Accepts: "text", Months: 12, Label: "有队伍", Explain: "队伍名称、负责人、人数", How: "组建一支志愿服务队，写上名称、负责人和人数"},
	{Code: "project", Kind: SixItem, Accepts: "text", Months: 12, Label: "有项目", Explain: "至少一个经常性志愿服务项目", How: "写上项目名称、为谁服务、多久一次"},
	{Code: "f_needs", Kind: FunctionItem, Accepts: "text", Months: 12, Label: "需求收集", Explain: "怎样收集居民需求、近一年收集了多少", How: "写上走访、点单的办法和件数"},
	{Code: "f_publish", Kind: FunctionItem, Accepts: "text", Months: 12, Label: "项目发布", Explain: "在哪里发布项目和活动", How: "写上发布的地方，附一张照片"},
	{Code: "f_recruit", Kind: FunctionItem, Accepts: "text", Months: 12, Label: "招募培训", Explain: "近一年的招募和培训", How: "写上招募人数、培训次数"},
	{Code: "f_activities", Kind: FunctionItem, Accepts: "text", Months: 12, Label: "活动组织", Explain: "近一年组织的活动", How: "写上活动次数和主要内容"},
	{Code: "f_records", Kind: FunctionItem, Accepts: "text", Months: 12, Label: "服务记录", Explain: "怎样记录服务时间、出具证明", How: "写上记录办法和负责的人"},
	{Code: "f_publicity", Kind: FunctionItem, Accepts: "text", Months: 12, Label: "宣传展示", Explain: "展板、公众号、报道等", How: "写上展示的地方，附一张照片"},
}

// Checklist is what holds in a division.
type Checklist struct {
	Region auth.Region `json:"region"`
	Place  string      `json:"place"`
	Items  []Item      `json:"items"`
	Today  clock.Day   `json:"-"`
	edits  bool
}

// ChecklistInput names a division.
type ChecklistInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
}

// Checklist gives the items that hold in a division, those out of force too.
func (s *Service) Checklist(ctx context.Context, in ChecklistInput) (Checklist, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Checklist, err error) {
		out.Region = cmp.Or(in.Region, auth.From(ctx).Seat(), region.Top)
		if out.Place, err = region.FullName(ctx, tx, out.Region); err != nil {
			return out, err
		}
		out.Today = clock.DayOf(tx.Now)
		out.edits = auth.Can(ctx, Items, auth.Place{Region: out.Region})
		out.Items, err = itemsFor(ctx, tx, out.Region)
		return out, err
	})
}

// AddInput is an item that a division asks for beyond the plan's.
type AddInput struct {
	Region  auth.Region `json:"region"`
	Label   string      `json:"label" minLength:"1" maxLength:"40"`
	Explain string      `json:"explain" minLength:"1" maxLength:"200"`
	How     string      `json:"how" minLength:"1" maxLength:"200"`
	Accepts string      `json:"accepts" set:"standard_item.accepts"`
	Months  int64       `json:"months" minimum:"0" maximum:"60"`
	FromDay clock.Day   `json:"from_day" doc:"从哪一天起"`
}

// AddItem adds an item for a division and all below. It makes the grade, never the plan's pass or fail, so that the figures of
// divisions stay comparable.
func (s *Service) AddItem(ctx context.Context, in AddInput) (Item, error) {
	op := act.Op{Perm: Items, Action: "standard.add_item"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Item, error) {
		if !auth.Can(ctx, Items, auth.Place{Region: in.Region}) || in.Region.Level() == auth.LevelCommunity {
			return Item{}, errs.Field("region", "这个地方不归您管，或者没有这个区划")
		}
		if ok, err := region.Exists(ctx, tx, in.Region); err != nil || !ok {
			return Item{}, errs.Field("region", "没有这个区划")
		}
		if in.FromDay < clock.DayOf(tx.Now) {
			return Item{}, errs.Field("from_day", "不能早于今天")
		}
		i := Item{ID: tx.NewID(), Region: in.Region, Label: in.Label, Explain: in.Explain, How: in.How, Kind: LocalItem, Accepts: in.Accepts,
			Months: in.Months, Sort: 1000, FromDay: in.FromDay, UntilDay: clock.Forever}
		i.Code = fmt.Sprintf("local_%d", i.ID)
		return i, s.edition(ctx, tx, i, op.Action, itemTable.Insert)
	})
}

// ReviseInput changes the words of an item, or how long its evidence lasts, from a day.
type ReviseInput struct {
	ID      db.ID     `path:"id"`
	Explain string    `json:"explain" minLength:"1" maxLength:"200"`
	How     string    `json:"how" minLength:"1" maxLength:"200"`
	Months  int64     `json:"months" minimum:"0" maximum:"60"`
	FromDay clock.Day `json:"from_day"`
}

// Revise makes a new edition of an item: the old one holds until the day before. Evidence keeps the days it was given.
func (s *Service) Revise(ctx context.Context, in ReviseInput) (Item, error) {
	op := act.Op{Perm: Items, Action: "standard.revise", ID: in.ID}
	return s.editItem(ctx, op, in.FromDay, func(tx *db.Tx, i *Item) error {
		old := *i
		old.UntilDay = in.FromDay
		if err := itemTable.Update(ctx, tx, &old); err != nil {
			return err
		}
		i.ID, i.Explain, i.How, i.Months, i.FromDay = tx.NewID(), in.Explain, in.How, in.Months, in.FromDay
		return s.edition(ctx, tx, *i, op.Action, itemTable.Insert)
	})
}

// RetireInput ends an item.
type RetireInput struct {
	ID      db.ID     `path:"id"`
	FromDay clock.Day `json:"from_day" doc:"从哪一天起不再要求"`
}

// Retire ends an item that a division added itself; what the plan and the nation ask is never removed.
func (s *Service) Retire(ctx context.Context, in RetireInput) (Item, error) {
	op := act.Op{Perm: Items, Action: "standard.retire", ID: in.ID}
	return s.editItem(ctx, op, in.FromDay, func(tx *db.Tx, i *Item) error {
		if i.Kind != LocalItem {
			return errs.WrongState("建设方案和国家要求的项目不能去掉")
		}
		i.UntilDay = in.FromDay
		return s.edition(ctx, tx, *i, op.Action, func(ctx context.Context, tx *db.Tx, i Item) error { return itemTable.Update(ctx, tx, &i) })
	})
}

// editItem is no Change of a kind: everybody with the permission sees the checklist of those above, so that elsewhere it is Denied.
func (s *Service) editItem(ctx context.Context, op act.Op, day clock.Day, fn func(*db.Tx, *Item) error) (Item, error) {
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Item, error) {
		i, err := itemTable.Get(ctx, tx, op.ID)
		if err != nil {
			return i, err
		}
		if !auth.Can(ctx, op.Perm, auth.Place{Region: i.Region}) {
			return Item{}, errs.ErrDenied
		}
		if i.UntilDay != clock.Forever {
			return Item{}, errs.WrongState("这一版已经停用")
		}
		if day < clock.DayOf(tx.Now) || day <= i.FromDay {
			return Item{}, errs.Field("from_day", "不能早于今天，也不能早于这一版开始的日子")
		}
		return i, fn(tx, &i)
	})
}

// edition stores an item and writes the statuses of all stations below anew.
func (s *Service) edition(ctx context.Context, tx *db.Tx, i Item, action string, store func(context.Context, *db.Tx, Item) error) error {
	if err := store(ctx, tx, i); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: "standard_item", ID: i.ID.String(), Region: i.Region,
		Cause: i.Label}); err != nil {
		return err
	}
	below, err := judgedIn.All(ctx, tx, i.Region)
	for _, st := range below {
		if err == nil {
			err = s.renew(ctx, tx, st.ID, st.Region)
		}
	}
	return err
}

// OnMoved writes the statuses of a station anew in its new community, whose division may ask for other items.
func (s *Service) OnMoved(ctx context.Context, tx *db.Tx, e station.MovedEvent) error {
	return s.renew(ctx, tx, e.Station.ID, e.Station.Region)
}

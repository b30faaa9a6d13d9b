package order

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
)

// CreateInput is a new order. A resident orders for himself, for whom he answers and for one of his family whom he names; the station for
// anybody, known by id or by name and phone.
type CreateInput struct {
	CatalogueID    db.ID       `json:"catalogue_id"`
	RecipientID    db.ID       `json:"recipient_id" required:"false" doc:"为谁点；不填是本人"`
	RecipientName  string      `json:"recipient_name" required:"false" maxLength:"80" doc:"站点代录而此人还没有登记时；居民替家里人点时"`
	RecipientPhone string      `json:"recipient_phone" required:"false" maxLength:"40"`
	Title          string      `json:"title" required:"false" maxLength:"80" doc:"一句话说明；不填用服务的名称"`
	Detail         string      `json:"detail" required:"false" maxLength:"1000"`
	Category       string      `json:"category" required:"false" maxLength:"40" doc:"不填用服务目录的"`
	Region         auth.Region `json:"region" doc:"在哪个嘎查村（社区）"`
	Address        string      `json:"address" required:"false" maxLength:"200" doc:"不填用登记的住址；只给接单的志愿者看"`
	Window
	// Unreachable says how somebody is found who has neither a telephone nor an address.
	Unreachable string      `json:"unreachable" required:"false" maxLength:"200" doc:"没有电话也没有地址时，怎么找到他"`
	Photo       blob.Upload `json:"photo" required:"false" doc:"要帮忙的地方的照片；只给站里和接单的志愿者看"`
	Needed      int64       `json:"needed" required:"false" minimum:"1" maximum:"100" default:"1"`
	Urgent      bool        `json:"urgent" required:"false"`
	Consent     string      `json:"consent" required:"false" maxLength:"10" enum:"self,spoken,paper,guardian," doc:"本人怎样同意的"`
	Risk        string      `json:"risk" required:"false" maxLength:"400" doc:"要告诉志愿者的风险（志愿服务条例第十三条）"`
	Reviewed    bool        `json:"reviewed" required:"false" doc:"站点代录时一并审核通过"`
	Voice
}

// Created is a new order and those that look like it: same person, same service, same week.
type Created struct {
	Detail
	Similar []string `json:"similar,omitempty" doc:"可能重复的订单编号"`
}

func (in *CreateInput) check() error {
	c := errs.Check{}
	in.Title, in.Detail, in.Address, in.RecipientName = strings.TrimSpace(in.Title), strings.TrimSpace(in.Detail),
		strings.TrimSpace(in.Address), strings.TrimSpace(in.RecipientName)
	in.Unreachable = strings.TrimSpace(in.Unreachable)
	noNumbers(c, "title", in.Title)
	noNumbers(c, "unreachable", in.Unreachable)
	noNumbers(c, "spoken_by", in.SpokenBy)
	c.That(in.Category == "" || catalogue.Categories.Has(in.Category), "category", "没有这个类别")
	in.Needed = max(in.Needed, 1)
	err := c.Err()
	if err == nil && len(in.Photo.Data) > 0 {
		in.Photo, err = blob.Clean(in.Photo)
	}
	return err
}

// Create enters an order. It starts as submitted, at the open station of the community, or at the town where there is none.
func (s *Service) Create(ctx context.Context, in CreateInput) (Created, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Make, Check: in.check}, func(tx *db.Tx) (out Created, err error) {
		o, err := s.draft(ctx, tx, in)
		if err != nil {
			return out, err
		}
		if err := s.enter(ctx, tx, &o, in); err != nil {
			return out, err
		}
		if out.Detail, err = s.detail(ctx, tx, o); err != nil {
			return out, err
		}
		out.Similar, err = similar(ctx, tx, o)
		return out, err
	})
}

// draft checks the input against the data and gives the order that it makes.
func (s *Service) draft(ctx context.Context, tx *db.Tx, in CreateInput) (o Order, err error) {
	if err := inCommunity(ctx, tx, in.Region); err != nil {
		return o, err
	}
	st, has, err := station.ForCommunity(ctx, tx, in.Region)
	if err != nil {
		return o, err
	}
	o = Order{ID: tx.NewID(), State: Submitted, StateAt: tx.Now, Version: 1, Title: in.Title, CatalogueID: in.CatalogueID, Region: in.Region,
		StationID: st.ID, Level: levels[1], WindowStart: in.WindowStart.In(clock.Shanghai), WindowEnd: in.WindowEnd.In(clock.Shanghai),
		Needed: in.Needed, Urgent: in.Urgent, Channel: in.Channel,
		Consent: in.Consent, EnteredBy: auth.From(ctx).Account, Round: 1, CreatedAt: tx.Now}
	if has {
		o.Level = levels[0]
	}
	if o.Channel == "" {
		o.Channel = "web"
	}
	item, err := offered(ctx, tx, in)
	if err != nil {
		return o, err
	}
	if o.Title == "" {
		o.Title = item.Name
	}
	if o.Category = in.Category; o.Category == "" {
		o.Category = item.Category
	}
	if item.TwoPersons {
		o.Needed = max(o.Needed, 2)
	}
	if err := setWindow(ctx, tx, &o, item); err != nil {
		return o, err
	}
	return o, s.parties(ctx, tx, &o, in, item)
}

// inCommunity refuses a region that is no community in force.
func inCommunity(ctx context.Context, tx *db.Tx, r auth.Region) error {
	ok, err := region.Exists(ctx, tx, r)
	if err == nil && (!ok || r.Level() != auth.LevelCommunity) {
		err = errs.Field("region", "请选到嘎查村（社区）")
	}
	return err
}

// offered gives the item of the menu, which must hold in the community.
func offered(ctx context.Context, tx *db.Tx, in CreateInput) (catalogue.Item, error) {
	item, err := catalogue.Get(ctx, tx, in.CatalogueID)
	if errs.KindOf(err) == errs.NotFound || err == nil && (!item.Active || !item.Region.Contains(in.Region)) {
		err = errs.Field("catalogue_id", "这里没有这项服务，请从服务目录里选")
	}
	return item, err
}

// setWindow checks the window of an order and sets what follows from it.
func setWindow(ctx context.Context, tx *db.Tx, o *Order, item catalogue.Item) error {
	ahead, err := setting.Int(ctx, tx, setting.AheadDays, o.Region)
	if err != nil {
		return err
	}
	hours, err := setting.Int(ctx, tx, setting.WindowHours, o.Region)
	if err != nil {
		return err
	}
	c := errs.Check{}
	length := o.WindowEnd.Sub(o.WindowStart)
	c.That(o.WindowStart.Year() > 2000, "window_start", "请选什么时候")
	c.That(length >= 10*time.Minute, "window_end", "结束要晚于开始，至少隔 10 分钟")
	c.Thatf(length <= time.Duration(hours)*time.Hour, "window_end", "一次最长 %d 小时", hours)
	c.That(o.WindowEnd.After(tx.Now), "window_end", "这个时间已经过了")
	c.Thatf(o.WindowStart.Before(tx.Now.AddDate(0, 0, int(ahead))), "window_start", "最多提前 %d 天", ahead)
	o.WindowStart, o.WindowEnd = o.WindowStart.Truncate(time.Microsecond), o.WindowEnd.Truncate(time.Microsecond)
	o.Day = clock.DayOf(o.WindowStart)
	o.Minutes = max(1, min(item.Minutes, int64(length/time.Minute)))
	return c.Err()
}

// parties finds out who asks for whom, whether the actor may, and how the person consented.
func (s *Service) parties(ctx context.Context, tx *db.Tx, o *Order, in CreateInput, item catalogue.Item) error {
	me := auth.From(ctx).Person
	self := me != 0 && auth.Can(ctx, Make, auth.Place{Persons: []db.ID{me}})
	desk := auth.Can(ctx, Make, o.place())
	switch {
	case !self && !desk:
		return errs.ErrNotFound
	case in.RecipientID != 0:
		o.RecipientID = in.RecipientID
	case (in.RecipientName != "" || in.RecipientPhone != "") && desk:
		p, err := s.caller(ctx, tx, in)
		if err != nil {
			return err
		}
		o.RecipientID = p.ID
	case in.RecipientName != "" && self:
		p, err := s.relative(ctx, tx, in, me)
		if err != nil {
			return err
		}
		o.RecipientID = p.ID
	case me != 0:
		o.RecipientID = me
	default:
		return errs.Field("recipient_id", "请写明为谁点单")
	}
	p, err := person.Current(ctx, tx, o.RecipientID)
	if errs.KindOf(err) == errs.NotFound || err == nil && p.State != person.Active {
		return errs.Field("recipient_id", "没有找到这个人的登记")
	}
	if err != nil {
		return err
	}
	o.RecipientID, o.RequesterID, o.Title = p.ID, p.ID, nameless(o.Title, p.Name)
	if self && !desk {
		o.RequesterID = me
		if err := s.forWhom(ctx, tx, o, in, item); err != nil {
			return err
		}
	} else if err := s.reachable(ctx, tx, o, in); err != nil {
		return err
	}
	return consent(ctx, tx, o)
}

// caller finds the person of a telephone number and name, or registers him. A number that stands for one person alone needs no name.
func (s *Service) caller(ctx context.Context, tx *db.Tx, in CreateInput) (person.Person, error) {
	if in.RecipientName == "" {
		known, err := s.persons.FindByPhone(ctx, tx, in.RecipientPhone)
		known = slices.DeleteFunc(known, func(p person.Person) bool {
			return !auth.Can(ctx, person.View, auth.Place{Region: p.Region, Persons: []db.ID{p.ID}})
		})
		switch {
		case err != nil:
			return person.Person{}, err
		case len(known) == 0:
			return person.Person{}, errs.Field("recipient_name", "这个号码没有登记过，请写姓名")
		case len(known) > 1:
			return person.Person{}, errs.Field("recipient_name", "这个号码登记了好几个人，请写姓名")
		}
		return known[0], nil
	}
	p, err := s.persons.Add(ctx, tx, person.NewPerson{Name: in.RecipientName, Phone: in.RecipientPhone, Region: in.Region,
		Consent: in.Consent})
	if err != nil {
		err = recipient(err)
	}
	return p, err
}

// recipient names the fields of a new person as the form does.
func recipient(err error) error {
	c := errs.Check{}
	if other := c.Merge(err); other != nil {
		return other
	}
	for from, to := range map[string]string{"name": "recipient_name", "phone": "recipient_phone"} {
		if msg, ok := c[from]; ok {
			c[to] = msg
			delete(c, from)
		}
	}
	return c.Err()
}

// relative finds or registers one of the family for whom a resident orders, under that one's number or, where there is none, his own.
// He says that he has asked; the station hears it from the person before it sends anybody.
func (s *Service) relative(ctx context.Context, tx *db.Tx, in CreateInput, me db.ID) (person.Person, error) {
	if in.Consent != person.BySpoken && in.Consent != person.ByPaper {
		return person.Person{}, errs.Field("consent", "替家里人点，要先问过本人；他同意了再勾上")
	}
	mine, err := s.persons.Contact(ctx, tx, me)
	if err != nil {
		return person.Person{}, err
	}
	p, err := s.persons.Add(ctx, tx, person.NewPerson{Name: in.RecipientName, Phone: cmp.Or(in.RecipientPhone, mine.Phone), Region: in.Region,
		Consent: in.Consent})
	if err != nil {
		err = recipient(err)
	}
	return p, err
}

// forWhom lets a resident order for himself, for those he answers for and for one of the family whom he names, and only what is meant for
// them.
func (s *Service) forWhom(ctx context.Context, tx *db.Tx, o *Order, in CreateInput, item catalogue.Item) error {
	if o.RecipientID != o.RequesterID && in.RecipientID != 0 {
		answers, err := answersFor(ctx, tx, *o)
		if err != nil {
			return err
		}
		if !answers {
			return errs.Field("recipient_id", "只能为自己，或者登记由您照看的人点单；别人请找服务站代点")
		}
	}
	if len(item.Audience) == 0 {
		return nil
	}
	groups, err := s.persons.Groups(ctx, tx, o.RecipientID)
	if err == nil && !slices.ContainsFunc(item.Audience, func(g string) bool { return slices.Contains(groups, g) }) {
		err = errs.Field("catalogue_id", "这项服务只面向特定的服务对象，请给服务站打电话")
	}
	return err
}

// answersFor says whether who asks answers for whom the order serves.
func answersFor(ctx context.Context, tx *db.Tx, o Order) (bool, error) {
	gs, err := person.Guardians(ctx, tx, o.RecipientID)
	return slices.ContainsFunc(gs, func(g person.Guardian) bool { return g.PersonID == o.RequesterID }), err
}

// consent records how the person agreed to be served. Without it there is no order.
func consent(ctx context.Context, tx *db.Tx, o *Order) error {
	me := auth.From(ctx).Person
	if o.Consent == "" && o.isOwner(me) {
		o.Consent = person.BySelf
		if o.RecipientID != me {
			o.Consent = person.ByGuardian
		}
	}
	by := db.ID(0)
	switch {
	case o.Consent == "":
		return errs.Field("consent", "请写明本人怎样同意的")
	case o.Consent == person.BySelf && !o.isOwner(me):
		return errs.Field("consent", "代点请写明是口头、纸面还是监护人同意")
	case o.Consent == person.ByGuardian:
		gs, err := person.Guardians(ctx, tx, o.RecipientID)
		if err != nil {
			return err
		}
		if len(gs) == 0 {
			return errs.Field("consent", "先登记谁是他的监护人")
		}
		by = gs[0].PersonID
		if slices.ContainsFunc(gs, func(g person.Guardian) bool { return g.PersonID == me }) {
			by = me
		}
	}
	return person.Consent(ctx, tx, o.RecipientID, person.PurposeOrder, o.Consent, by)
}

// enter stores the order with its number, its one-time code and the first line of its timeline; a reviewed one goes straight to the queue.
func (s *Service) enter(ctx context.Context, tx *db.Tx, o *Order, in CreateInput) error {
	code, err := s.newCode()
	if err != nil {
		return err
	}
	private := sealed{Address: s.hide(in.Address, "address", o.ID), Detail: s.hide(in.Detail, "detail", o.ID),
		Risk: s.hide(in.Risk, "risk", o.ID), Code: s.hide(code, "code", o.ID)}
	for try := int64(0); ; try++ {
		o.No = Number(o.ID, clock.DayOf(tx.Now), try)
		n, err := insert(ctx, tx, *o, private)
		if err != nil {
			return err
		}
		if n == 1 {
			break
		}
	}
	if len(in.Photo.Data) > 0 {
		if _, err := s.blobs.PutImage(ctx, tx, in.Photo, blob.Owner{Kind: askedKind, ID: o.ID, Region: o.Region}); err != nil {
			return err
		}
	}
	t := &turn{tx: tx, move: Create, order: *o, voice: Voice{Channel: o.Channel}, reason: in.Unreachable}
	if o.RequesterID != auth.From(ctx).Person {
		t.behalf = in.SpokenBy
	} else if o.RecipientID != o.RequesterID { // a relative asks for him: said once, for a tie to a guardian ends without a trace
		answers, err := answersFor(ctx, tx, *o)
		if err != nil {
			return err
		}
		if !answers {
			t.behalf = in.RecipientName
		}
	}
	if err := t.write(ctx); err != nil {
		return err
	}
	if err := s.plan(ctx, tx, *o, ""); err != nil {
		return err
	}
	if err := s.told(ctx, tx, *o, ""); err != nil || !in.Reviewed || !handles(ctx, Handle, *o) {
		return err
	}
	t = &turn{tx: tx, move: Review, order: *o, from: Submitted, voice: t.voice}
	err = s.finish(ctx, t, Queued)
	*o = t.order
	return err
}

// Number gives a number that can be read out on the telephone: the day and seven digits that do not tell how many orders there are.
func Number(id db.ID, day clock.Day, try int64) string {
	return fmt.Sprintf("%06d-%07d", int64(day)%1_000_000, (uint64(id)*7_368_787+uint64(try)*1_299_709)%10_000_000)
}

// newCode draws six digits.
func (s *Service) newCode() (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(b[:])%1_000_000), nil
}

// reachable refuses an order of somebody whom nobody can find: there is a telephone or an address, or it is said how else.
func (s *Service) reachable(ctx context.Context, tx *db.Tx, o *Order, in CreateInput) error {
	if in.Address != "" || in.Unreachable != "" {
		return nil
	}
	c, err := s.persons.Contact(ctx, tx, o.RecipientID)
	if err == nil && c.Phone == "" && c.Address == "" {
		err = errs.Field("unreachable", "没有电话也没有地址，怎么找到他？写一个，或者在这里写明")
	}
	return err
}

package order

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/people/insurance"
	"linli/internal/people/volunteer"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
	"linli/internal/work/order/wish"
)

// MayServe says why a volunteer may not serve an order at a time, or "" when he may: he is active, fit by age, skill, dated
// qualification and insurance, not elsewhere at that time, and within the hours of a day (Regulations on Volunteer Service, arts.
// 15–17). It is asked at offer, acceptance and check-in. It holds the volunteer's row until the transaction ends, so that two orders
// cannot both take the same hour of him.
func MayServe(ctx context.Context, tx *db.Tx, o Order, volunteerID db.ID, when time.Time) (string, error) {
	if _, ok, err := db.Found(lockVolunteer.One(ctx, tx, volunteerID)); err != nil || !ok {
		return "没有找到这位志愿者", err
	}
	v, err := volunteer.Load(ctx, tx, volunteerID)
	if err != nil {
		return "", err
	}
	item, err := catalogue.Get(ctx, tx, o.CatalogueID)
	if err != nil {
		return "", err
	}
	wishes, err := wish.Of(ctx, tx, []db.ID{o.RecipientID})
	var book insurance.Book
	if err == nil && item.Insured() {
		book, err = insurance.Around(ctx, tx, o.Region, v.ID, clock.DayOf(when))
	}
	if err != nil {
		return "", err
	}
	if why := Unfit(o, item, wishes[o.RecipientID], book, v, when); why != "" {
		return lacking(ctx, tx, why, item)
	}
	busy, err := busyWith.All(ctx, tx, volunteerID, o.Day.AddDays(-1), o.Day.AddDays(1))
	if err != nil {
		return "", err
	}
	limit, err := setting.Int(ctx, tx, setting.DayMinutesMax, o.Region)
	if err != nil {
		return "", err
	}
	return Clash(ctx, o, busy, limit), nil
}

// Unfit says why a volunteer does not suit what the service asks of him and the served person wishes, or "". It looks only at what it
// is given.
func Unfit(o Order, item catalogue.Item, wishes wish.Wish, book insurance.Book, v volunteer.Profile, when time.Time) string {
	day := clock.DayOf(when)
	age := person.AgeOn(v.Birth, day)
	tooYoung, _, _ := person.MinorRule(age)
	switch {
	case v.Status != "active":
		return "还没有通过审核，或者已暂停"
	case v.PersonID == o.RecipientID || v.PersonID == o.RequesterID:
		return "不能给自己点的单服务"
	case v.Paused(day):
		return "这几天请假"
	case tooYoung:
		return "年龄太小"
	case age >= 0 && age < person.Adult && (item.Dangerous || item.AdultsOnly):
		return "未满 18 周岁，不参加这类服务"
	case !v.Qualified(item.QualificationCode, day):
		return unqualified
	case !v.Qualified(item.TrainingCode, day):
		return untrained
	}
	if why := book.Ask(v, insurance.Case{Region: o.Region, Station: o.StationID, Day: day}).Why; item.Insured() && why != "" {
		return why
	}
	if lacks := missing(item.Skills, v.Skills); lacks != "" {
		return "缺少技能：" + lacks
	}
	if len(item.Languages) > 0 && !slices.ContainsFunc(item.Languages, func(l string) bool { return slices.Contains(v.Languages, l) }) {
		return "不会要求的语言"
	}
	return wishes.Refuses(v)
}

// What a volunteer lacks, where no word of the dictionary is at hand.
const (
	unqualified = "没有这项服务要求的有效资格"
	untrained   = "还没有完成要求的培训"
)

// lacking names what is lacking and where it is learnt, for the volunteer himself and for who asks him.
func lacking(ctx context.Context, tx *db.Tx, why string, item catalogue.Item) (string, error) {
	code := map[string]string{unqualified: item.QualificationCode, untrained: item.TrainingCode}[why]
	if code == "" {
		return why, nil
	}
	words, err := setting.Words(ctx, tx, setting.Qualification)
	return why + "（" + setting.Label(words, code) + "，那天要有效）：到“培训”里看哪里能学", err
}

func missing(needs, has []string) string {
	var out []string
	for _, n := range needs {
		if !slices.Contains(has, n) {
			out = append(out, n)
		}
	}
	return strings.Join(out, "、")
}

// Clash says which appointment stands in the way of the order, or that the day would grow too long; "" when neither.
func Clash(ctx context.Context, o Order, busy []Appointment, limit int64) string {
	total := o.Minutes
	for _, b := range busy {
		if b.OrderID == o.ID {
			continue
		}
		if b.State != PartCheckedOut && b.WindowStart.Before(o.WindowEnd) && o.WindowStart.Before(b.WindowEnd) {
			return "那时另有安排：" + clock.Span(ctx, b.WindowStart, b.WindowEnd)
		}
		if b.Day == int64(o.Day) {
			total += b.Minutes
		}
	}
	if total > limit {
		return fmt.Sprintf("那一天加起来超过 %s", clock.Minutes(limit))
	}
	return ""
}

// fits asks MayServe and turns its reason into a refusal.
func fits(ctx context.Context, tx *db.Tx, o Order, volunteerID db.ID) error {
	why, err := MayServe(ctx, tx, o, volunteerID, o.WindowStart)
	if err == nil && why != "" {
		err = errs.Clash(why)
	}
	return err
}

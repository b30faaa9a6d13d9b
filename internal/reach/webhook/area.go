package webhook

import (
	"context"
	_ "embed"
	"strconv"

	"linli/internal/civic/account"
	"linli/internal/platform/area"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Where the pages stand.
const (
	my    = "/my/webhooks"
	admin = "/admin/webhooks"
)

func page(id db.ID) string { return my + "/" + id.String() }

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "webhook", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "给程序用的", Rank: 98, Perm: Own, Href: my, Label: "回调通知", Icon: "bell", Line: "有事告诉您的程序"},
			{Shell: "admin", Rank: 36, Perm: Watch, Href: admin, Label: "回调通知", Icon: "bell", Line: "往谁的程序送，送到没有，可以停"},
		},
		Live:   []area.Live{{Table: "webhook_endpoint", Word: "回调通知"}},
		Keyed:  []string{"webhook_endpoint.secret", "webhook_endpoint.old_secret", "webhook_endpoint.public_key"},
		Checks: []area.Check{{Name: "webhook", Word: "回调通知凭主人自己的钥匙", Run: Verify}},
		Work:   s.work,
		Held:   heldOf,
		Forget: forget,
		Demo:   s.Demo,
		Limits: []area.Limit{
			{Name: "webhook.of_account", Value: strconv.Itoa(MaxEndpoints), What: "一个账号最多几个回调通知"},
			{Name: "webhook.tries", Value: strconv.Itoa(len(pauses) + 1), What: "一条回调通知最多送几次，前后约三天"},
			{Name: "webhook.keep_days", Value: strconv.Itoa(KeepDays), What: "送过的回调通知留多少天"},
		},
	}
}

// heldOf are the endpoints of a person.
func heldOf(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return nil, err
	}
	list, err := ofAccount.All(ctx, tx, a.ID)
	if len(list) == 0 {
		return nil, err
	}
	return list, err
}

// forget takes the endpoints of an erased person away, with all that was sent.
func forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return err
	}
	list, err := ofAccount.All(ctx, tx, a.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, e := range list {
		if err := take(ctx, tx, e.ID); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "webhook.erase", Object: "account", ID: a.ID.String(), Region: a.Region, Cause: reason})
}

// Verify: each endpoint goes by a key of its owner's, and has a line.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for what, q := range map[string]*db.Rows[db.ID]{"钥匙不是主人的": orphans, "没有发送的记录": unled} {
		if err := q.Each(ctx, tx, func(id db.ID) error {
			report("webhook_endpoint "+id.String(), what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

package identity

import (
	"context"
	_ "embed"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "identity", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "admin", Rank: 34, Perm: View, Href: admin, Label: "统一身份认证", Icon: "shield", Line: "用别处的身份登录自己的账号"},
		},
		Passing: []string{"identity_spent"},
		Keyed:   []string{"identity_provider.secret", "identity.subject"},
		Checks:  []area.Check{{Name: "identities", Word: "注销的人没有关联的登录身份", Run: Verify}},
		Work:    func(r *job.Runner) { r.Every("identity.sweep", time.Hour, s.Sweep) },
		Held:    ofPerson,
		Forget:  forget,
		Demo:    s.Demo,
		Limits: []area.Limit{
			{Name: "identity.journey", Value: JourneyTime.String(), What: "去统一身份认证登录，多久内要回来"},
			{Name: "identity.skew", Value: Skew.String(), What: "统一身份认证的时钟可以差多少"},
			{Name: "identity.remembered", Value: Remembered.String(), What: "统一身份认证公布的说明记多久"},
		},
	}
}

// Demo enters a provider that does not exist, switched off.
func (s *Service) Demo(ctx context.Context, _ area.Village) error {
	ctx = auth.AsSystem(ctx, "demo")
	op := act.Op{Perm: Manage, Action: "identity.add"}
	_, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (Provider, error) {
		p := Provider{ID: tx.NewID(), Version: 1, Name: "演示：政务服务统一认证", Issuer: "https://login.example.invalid", ClientID: "linli-demo",
			Anew: true, State: Off, MadeAt: tx.Now}
		p.Secret = s.keys.SealText("demo", secretOf(p.ID))
		return p, s.kind.Enter(ctx, tx, op, &p)
	})
	return err
}

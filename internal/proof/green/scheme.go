package green

import (
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
)

// SwitchInput opens or shuts the green account of a banner, or begins another season.
type SwitchInput struct {
	Region auth.Region `json:"region" doc:"旗县区"`
	On     bool        `json:"on"`
	Name   string      `json:"name" maxLength:"20" required:"false" doc:"居民看到的名称；空为不改，一开始叫“绿色账户”"`
	Season string      `json:"season" maxLength:"20" required:"false" doc:"这一季叫什么"`
	From   clock.Day   `json:"from" required:"false" doc:"这一季从哪天起；空为不改，一开始为今天"`
	To     clock.Day   `json:"to" required:"false" doc:"到哪天止；空为不改，一开始为年底"`
}

func (in SwitchInput) check() error {
	c := errs.Check{}
	c.That(in.Region.Level() == auth.LevelBanner, "region", "请填旗县区的代码")
	return c.Err()
}

// Switch opens the green account of a banner, shuts it, or begins another season. Shut, nothing is noted or handed out; points stay.
func (s *Service) Switch(ctx context.Context, in SwitchInput) (Scheme, error) {
	op := act.Op{Perm: Manage, Action: "green.switch", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (x Scheme, err error) {
		if err := auth.Require(ctx, Manage, Manage, at(in.Region)); err != nil {
			return x, err
		}
		x, there, err := db.Found(schemeOf.One(ctx, tx, in.Region))
		if err != nil {
			return x, err
		}
		if there {
			return x, schemeKind.Alter(ctx, tx, op, &x, func(_ *db.Tx, x *Scheme) error { return in.onto(x) })
		}
		if ok, err := region.Exists(ctx, tx, in.Region); err != nil || !ok {
			return x, errs.Field("region", "没有这个区划")
		}
		issue, err := ledger.Open(ctx, tx, ledger.Points, issueAccount, in.Region, ledger.Bounds{})
		if err != nil {
			return x, err
		}
		today := clock.DayOf(tx.Now)
		x = Scheme{ID: tx.NewID(), Version: 1, Region: in.Region, Name: "绿色账户", Season: "本季", SeasonFrom: today,
			SeasonTo: today/10000*10000 + 1231, IssueID: issue.ID, At: tx.Now}
		if err := in.onto(&x); err != nil {
			return x, err
		}
		if err := schemeKind.Enter(ctx, tx, op, &x); err != nil {
			return x, err
		}
		for _, k := range usual {
			k.ID, k.Version, k.SchemeID, k.Region, k.Active = tx.NewID(), 1, x.ID, x.Region, true
			if err := kinds.Insert(ctx, tx, k); err != nil {
				return x, err
			}
		}
		return x, nil
	})
}

func (in SwitchInput) onto(x *Scheme) error {
	x.Open = in.On
	if v := strings.TrimSpace(in.Name); v != "" {
		x.Name = v
	}
	if v := strings.TrimSpace(in.Season); v != "" {
		x.Season = v
	}
	if in.From != 0 {
		x.SeasonFrom = in.From
	}
	if in.To != 0 {
		x.SeasonTo = in.To
	}
	if x.SeasonTo < x.SeasonFrom {
		return errs.Field("to", "不能早于开始的一天")
	}
	return nil
}

// usual is what a scheme begins with; this system's own convention.
var usual = []Kind{
	{Name: "垃圾分类（查看合格）", Points: 2, DayMost: 1, SecondAbove: 20}, {Name: "打扫楼道、院落", Points: 5, DayMost: 2, SecondAbove: 20},
	{Name: "植树、护绿", Points: 10, DayMost: 2, SecondAbove: 20}, {Name: "调解邻里矛盾", Points: 10, DayMost: 1, SecondAbove: 20},
	{Name: "回收旧物", Points: 3, DayMost: 3, SecondAbove: 20}}

// KindInput says what earns points, or changes it.
type KindInput struct {
	Region      auth.Region `json:"region"`
	Name        string      `json:"name" minLength:"2" maxLength:"30"`
	Points      int64       `json:"points" minimum:"1" maximum:"10000"`
	DayMost     int64       `json:"day_most" minimum:"1" maximum:"100"`
	SecondAbove int64       `json:"second_above" minimum:"1" maximum:"10000"`
	Active      bool        `json:"active" default:"true"`
}

// SetKind writes what earns points, under its name. What was noted before keeps its points.
func (s *Service) SetKind(ctx context.Context, in KindInput) (Kind, error) {
	op := act.Op{Perm: Manage, Action: "green.set_kind"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (k Kind, err error) {
		if err := auth.Require(ctx, Manage, Manage, at(in.Region)); err != nil {
			return k, err
		}
		x, there, err := db.Found(schemeOf.One(ctx, tx, in.Region))
		if err == nil && !there {
			err = errShut
		}
		if err != nil {
			return k, err
		}
		k, there, err = db.Found(kindOf.One(ctx, tx, x.ID, in.Name))
		if err != nil {
			return k, err
		}
		if there {
			return k, kindKind.Alter(ctx, tx, op, &k, func(_ *db.Tx, k *Kind) error { in.onto(k); return nil })
		}
		k = Kind{ID: tx.NewID(), Version: 1, SchemeID: x.ID, Region: x.Region, Name: in.Name}
		in.onto(&k)
		return k, kindKind.Enter(ctx, tx, op, &k)
	})
}

func (in KindInput) onto(k *Kind) {
	k.Points, k.DayMost, k.SecondAbove, k.Active = in.Points, in.DayMost, in.SecondAbove, in.Active
}

// RulesInput asks for the scheme of a banner.
type RulesInput struct {
	Region auth.Region `query:"region" required:"false" doc:"空为本人任职的区划"`
}

// Rules is the scheme of a banner with what earns points, and how its books stand.
type Rules struct {
	Scheme
	Kinds      []Kind `json:"kinds"`
	Households int64  `json:"households"`
	Points     int64  `json:"points" doc:"各户手里一共多少分"`
	there      bool
	at         auth.Region
	place      string
}

// Rules gives the scheme of a banner.
func (s *Service) Rules(ctx context.Context, in RulesInput) (Rules, error) {
	return act.Read(ctx, s.db, Manage, func(tx *db.Tx) (out Rules, err error) {
		if out.at = in.Region; out.at == 0 {
			out.at = auth.From(ctx).Seat()
		}
		out.at = out.at.At(auth.LevelBanner)
		if err := auth.Require(ctx, Manage, Manage, at(out.at)); err != nil {
			return out, err
		}
		if out.place, err = region.Name(ctx, tx, out.at); err != nil {
			return out, err
		}
		out.Kinds = []Kind{}
		if out.Scheme, out.there, err = db.Found(schemeOf.One(ctx, tx, out.at)); err != nil || !out.there {
			return out, err
		}
		if out.Kinds, err = kindsOf.All(ctx, tx, out.ID); err != nil {
			return out, err
		}
		t, err := totals.One(ctx, tx, int64(out.at)/1_000_000)
		out.Households, out.Points = t.N, t.Points
		return out, err
	})
}

package timebank

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

var bankKind = act.Kind[Bank]{Object: "timebank", View: Tables, Table: banks, Place: Bank.place,
	Trail: func(_, now Bank) map[string]any { return map[string]any{"on": now.Open} }}

// SwitchInput opens or shuts the bank of a banner.
type SwitchInput struct {
	Region auth.Region `json:"region" doc:"旗县区"`
	On     bool        `json:"on"`
	Since  clock.Day   `json:"since" required:"false" doc:"开办时：从哪一天起计入的服务可以存，空为今天；以后不能改"`
	Name   string      `json:"name" maxLength:"20" required:"false" doc:"居民看到的名称，例如“时光存折”；空为不改，一开始叫“时间银行”"`
}

func (in SwitchInput) check() error {
	c := errs.Check{}
	c.That(in.Region.Level() == auth.LevelBanner, "region", "请填旗县区的代码")
	return c.Err()
}

// Switch opens the bank of a banner, or shuts it. Shut, nothing is saved, given or spent; what people have stays where it is.
func (s *Service) Switch(ctx context.Context, in SwitchInput) (Bank, error) {
	op := act.Op{Perm: Manage, Action: "timebank.switch", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (b Bank, err error) {
		if err := auth.Require(ctx, Manage, Manage, auth.Place{Region: in.Region}); err != nil {
			return b, err
		}
		b, there, err := db.Found(bankOf.One(ctx, tx, in.Region))
		if err != nil {
			return b, err
		}
		if !there {
			return found(ctx, tx, op, in)
		}
		return b, bankKind.Alter(ctx, tx, op, &b, func(_ *db.Tx, b *Bank) error {
			b.Open = in.On
			if name := strings.TrimSpace(in.Name); name != "" {
				b.Name = name
			}
			return nil
		})
	})
}

// found makes a bank with its two accounts and its first rule.
func found(ctx context.Context, tx *db.Tx, op act.Op, in SwitchInput) (b Bank, err error) {
	if ok, err := region.Exists(ctx, tx, in.Region); err != nil || !ok {
		return b, errs.Field("region", "没有这个区划")
	}
	issue, err := ledger.Open(ctx, tx, ledger.Minutes, issueKind, in.Region, ledger.Bounds{})
	if err != nil {
		return b, err
	}
	pool, err := ledger.Open(ctx, tx, ledger.Minutes, poolKind, in.Region, ledger.Above(0))
	if err != nil {
		return b, err
	}
	since := clock.DayOf(tx.Now)
	if in.Since > since {
		return b, errs.Field("since", "不能晚于今天")
	} else if in.Since != 0 {
		since = in.Since
	}
	name := strings.TrimSpace(in.Name)
	if name == "" {
		name = "时间银行"
	}
	b = Bank{ID: tx.NewID(), Version: 1, Region: in.Region, Open: in.On, Name: name, SinceDay: since, IssueID: issue.ID,
		PoolID: pool.ID, At: tx.Now}
	if err := bankKind.Enter(ctx, tx, op, &b); err != nil {
		return b, err
	}
	return b, rules.Insert(ctx, tx, Rule{ID: tx.NewID(), BankID: b.ID, No: 1, FromDay: since, Terms: usual, Note: "开办时的规则",
		ByName: who(ctx), At: tx.Now})
}

// RuleInput is a new version of a bank's rule.
type RuleInput struct {
	Region  auth.Region `json:"region"`
	FromDay clock.Day   `json:"from" required:"false" doc:"从哪一天起，不早于今天；空为今天"`
	Terms
	Note string `json:"note" minLength:"2" maxLength:"200" doc:"为什么改，依据什么文件"`
}

// SetRule writes the next version of a rule. Versions stay: a statement can always be read by the rule of its day.
func (s *Service) SetRule(ctx context.Context, in RuleInput) (Rule, error) {
	op := act.Op{Perm: Manage, Action: "timebank.rules"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Rule, err error) {
		if err := auth.Require(ctx, Manage, Manage, auth.Place{Region: in.Region}); err != nil {
			return out, err
		}
		b, err := bankAt(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		today := clock.DayOf(tx.Now)
		if in.FromDay == 0 {
			in.FromDay = today
		}
		if in.FromDay < today {
			return out, errs.Field("from", "不能早于今天：已经办过的按当时的规则")
		}
		old, err := allOf.All(ctx, tx, b.ID)
		if err != nil {
			return out, err
		}
		out = Rule{ID: tx.NewID(), BankID: b.ID, No: old[0].No + 1, FromDay: max(in.FromDay, old[0].FromDay), Terms: in.Terms, Note: in.Note,
			ByName: who(ctx), At: tx.Now}
		if err := rules.Insert(ctx, tx, out); err != nil {
			return out, err
		}
		op.Detail = map[string]any{"rule": out.No}
		return out, bankKind.Alter(ctx, tx, op, &b, func(*db.Tx, *Bank) error { return nil })
	})
}

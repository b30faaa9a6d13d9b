// Package spotcheck is the check of records and certificates that 民政部令第67号 art. 21 asks for: a sample that anybody can draw again,
// judged unit by unit, whose result is public.
//
// Nouns: check, population, seed, unit, result. Verbs: announce, freeze, draw, judge, publish, give up.
package spotcheck

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// Permissions.
const (
	View    auth.Perm = "inspection.sample" // sees spot checks before they are published
	Conduct auth.Perm = "inspection.draw"
	Judge   auth.Perm = "inspection.judge"
	Public  auth.Perm = "inspection.public"
)

// Service holds the operations.
type Service struct {
	// Random is where seeds come from; the demo gives a seeded source, so that equal seeds give equal data.
	Random io.Reader

	db   *db.DB
	keys *seal.Keys
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys) *Service { return &Service{Random: rand.Reader, db: d, keys: keys} }

// States of a spot check.
const (
	Announced = "announced"
	Frozen    = "frozen"
	Drawn     = "drawn"
	Published = "published"
	GivenUp   = "given_up"
)

// MaxPopulation is the most units of one spot check; a larger division takes a shorter span of days.
const MaxPopulation = 200_000

// Items are what each unit is looked at for, in the order of the letters of Unit.Answers. The words follow the checklist of
// 民政部办公厅关于开展志愿服务记录与证明抽查工作的通知 as several cities repeat it; the articles are those of 民政部令第67号.
var Items = [10]struct{ Label, Law string }{
	{"基本信息、服务、培训、表彰、评价完整准确", "第三条至第十条"},
	{"活动结束后 10 个工作日内记录", "第十一条"},
	{"纸质记录已经录入系统", "第四条"},
	{"时间、内容和实际相符", "第三条、第七条"},
	{"没有收取必要补贴以外的报酬", "第三条（无偿）"},
	{"没有把职务行为、有偿服务、非公益活动记作志愿服务", "第十九条"},
	{"没有借记录、证明营利", "第十六条、第二十五条"},
	{"证明以记录为依据", "第十四条"},
	{"证明可以在系统里查验", "第十七条"},
	{"没有伪造、变造，没有收费", "第十四条、第十七条"},
}

// Check is one check of records or certificates.
type Check struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region" db:",once"`
	Place       string      `json:"place" db:",read"`
	Title       string      `json:"title" db:",once"`
	Kind        string      `json:"kind" db:",once" doc:"record 服务记录，certificate 证明"`
	FromDay     clock.Day   `json:"from_day" db:",once"`
	ToDay       clock.Day   `json:"to_day" db:",once"`
	Percent     int64       `json:"percent" db:",once" doc:"抽取比例"`
	Least       int64       `json:"least" db:",once" doc:"至少抽几件"`
	State       string      `json:"state" doc:"announced 已公告，frozen 已封存总体，drawn 已抽取，published 已公布，given_up 已放弃"`
	Commitment  string      `json:"commitment" db:",once" doc:"种子的 SHA-256，封存总体之前公布"`
	Seed        string      `json:"seed" doc:"抽取时揭晓的种子；之前为空"`
	Hash        string      `json:"population_hash" db:"population_hash" doc:"总体清单文件的 SHA-256"`
	Size        int64       `json:"size" doc:"总体件数"`
	ByName      string      `json:"-" db:",once"`
	AnnouncedAt time.Time   `json:"announced_at" db:",once"`
	FrozenAt    *time.Time  `json:"frozen_at"`
	DrawnAt     *time.Time  `json:"drawn_at"`
	PublishedAt *time.Time  `json:"published_at"`
	Conclusion  string      `json:"conclusion" doc:"结论；放弃的为原因"`
	Outcome     string      `json:"-" db:"result"`
}

// checks says how spot checks are kept. One is held while a step of it is made, so that nobody judges a unit between the reading and the
// publishing.
var checks = act.Kind[Check]{Object: "spot_check", View: View, Table: table, Lock: true,
	Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Check, error) { return checkByID.Get(ctx, tx, id) },
	Place: Check.place, State: func(c Check) string { return c.State }}

func (c Check) place() auth.Place { return auth.Place{Region: c.Region} }

func (c Check) rate() *big.Rat { return big.NewRat(c.Percent, 100) }

// Rate is the share as the command takes it.
func (c Check) Rate() string { return fmt.Sprintf("%d%%", c.Percent) }

// Unit is one record or certificate of a sample.
type Unit struct {
	CheckID  db.ID      `json:"-"`
	ID       db.ID      `json:"id" db:"unit_id"`
	Place    int64      `json:"-" db:",once"`
	Forced   bool       `json:"forced" db:",once" doc:"疑点核查，必抽"`
	Reason   string     `json:"-" db:",once"`
	Version  int64      `json:"-"`
	Minutes  int64      `json:"minutes" db:",once"`
	Answers  string     `json:"answers" doc:"十项各一个字母：y 符合，n 不符合，- 不适用；还没有核查时为空"`
	Wrong    int64      `json:"wrong_minutes" doc:"其中多少分钟不实"`
	Remark   string     `json:"-"`
	JudgedBy db.ID      `json:"-"`
	ByName   string     `json:"-"`
	JudgedAt *time.Time `json:"judged_at"`
}

// Faulty says that something is wrong with the unit.
func (u Unit) Faulty() bool { return strings.Contains(u.Answers, "n") }

// Result is what a spot check found.
type Result struct {
	Units      int      `json:"units" doc:"抽签抽中的件数"`
	Faulty     int      `json:"faulty" doc:"其中有问题的"`
	Minutes    int64    `json:"minutes"`
	Wrong      int64    `json:"wrong_minutes"`
	Forced     int      `json:"forced" doc:"疑点核查的件数，不参加估计"`
	ForcedBad  int      `json:"forced_faulty"`
	ByItem     [10]int  `json:"by_item" doc:"十项各有几件不符合，含疑点核查"`
	UnitShare  Interval `json:"unit_share" doc:"有问题的件数占总体的份额，有限总体的精确区间"`
	TimeShare  Interval `json:"time_share" doc:"不实时长占总体的份额，Korn–Graubard 区间"`
	Confidence float64  `json:"confidence"`
}

// resultOf sums up judged units.
func resultOf(size int64, units []Unit) Result {
	r := Result{Confidence: Confidence}
	var sample []Judged
	for _, u := range units {
		for i := range r.ByItem {
			if i < len(u.Answers) && u.Answers[i] == 'n' {
				r.ByItem[i]++
			}
		}
		switch {
		case u.Forced:
			r.Forced++
			if u.Faulty() {
				r.ForcedBad++
			}
			continue
		case u.Faulty():
			r.Faulty++
		}
		r.Units, r.Minutes, r.Wrong = r.Units+1, r.Minutes+u.Minutes, r.Wrong+u.Wrong
		sample = append(sample, Judged{u.Minutes, u.Wrong})
	}
	rest := int(size) - r.Forced // what the lot was drawn from
	r.UnitShare, r.TimeShare = UnitShare(rest, r.Units, r.Faulty), TimeShare(rest, sample)
	return r
}

// AnnounceInput says what is to be checked.
type AnnounceInput struct {
	Region  auth.Region `json:"region"`
	Title   string      `json:"title" minLength:"1" maxLength:"60"`
	Kind    string      `json:"kind" set:"spot_check.kind"`
	FromDay clock.Day   `json:"from_day"`
	ToDay   clock.Day   `json:"to_day"`
	Percent int64       `json:"percent" required:"false" minimum:"0" maximum:"100" doc:"不填按设置"`
	Least   int64       `json:"least" required:"false" minimum:"0" maximum:"1000" doc:"不填按设置"`
}

// Announce fixes a seed, publishes the commitment to it and what will be checked.
func (s *Service) Announce(ctx context.Context, in AnnounceInput) (Detail, error) {
	op := act.Op{Perm: Conduct, Action: "inspection.announce", Cause: in.Title}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		seed := make([]byte, SeedSize)
		if _, err := io.ReadFull(s.Random, seed); err != nil {
			return out, err
		}
		if err := in.check(ctx, tx); err != nil {
			return out, err
		}
		c := Check{ID: tx.NewID(), Version: 1, Region: in.Region, Title: in.Title, Kind: in.Kind, FromDay: in.FromDay, ToDay: in.ToDay,
			Percent: in.Percent, Least: in.Least, State: Announced, Commitment: Commitment(seed), ByName: auth.From(ctx).Name, AnnouncedAt: tx.Now}
		k := checks
		k.Make = func(ctx context.Context, tx *db.Tx, c *Check) error {
			return fullTable.Insert(ctx, tx, full{Check: *c, SealedSeed: s.keys.SealText(hex.EncodeToString(seed), seedAt(c.ID))})
		}
		if err := k.Enter(ctx, tx, op, &c); err != nil {
			return out, err
		}
		return reload(ctx, tx, c)
	})
}

func seedAt(id db.ID) string { return seal.At("spot_check", "sealed_seed", int64(id)) }

// check fills what is not given and says what is wrong.
func (in *AnnounceInput) check(ctx context.Context, tx *db.Tx) (err error) {
	if ok, err := region.Exists(ctx, tx, in.Region); err != nil || !ok || !auth.Can(ctx, Conduct, auth.Place{Region: in.Region}) {
		if err == nil {
			err = errs.Field("region", "这个地方不归您管，或者没有这个区划")
		}
		return err
	}
	if in.Percent == 0 {
		if in.Percent, err = setting.Int(ctx, tx, setting.SpotPercent, in.Region); err != nil {
			return err
		}
	}
	if in.Least == 0 {
		if in.Least, err = setting.Int(ctx, tx, setting.SpotLeast, in.Region); err != nil {
			return err
		}
	}
	c := errs.Check{}
	c.That(in.FromDay > 0, "from_day", "必填")
	c.That(in.ToDay >= in.FromDay, "to_day", "不能早于开始的日子")
	c.That(in.ToDay <= clock.DayOf(tx.Now), "to_day", "不能晚于今天")
	return c.Err()
}

// GetInput names a spot check.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a spot check with its sample as officers see it.
type Detail struct {
	Check
	Lead     string    `json:"lead"`
	Units    []Unit    `json:"units"`
	Doubts   []Doubt   `json:"doubts" doc:"公告以后、封存以前：可以列为疑点核查的"`
	Result   *Result   `json:"result" doc:"都核查完才有"`
	Today    clock.Day `json:"-"`
	samples  bool
	judges   bool
	unjudged int
}

// Work gives a spot check to those who may see it before it is published.
func (s *Service) Work(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &checks, in.ID, func(tx *db.Tx, c Check) (Detail, error) { return detail(ctx, tx, c) })
}

// reload gives a check as it stands after a change.
func reload(ctx context.Context, tx *db.Tx, c Check) (out Detail, err error) {
	if c, err = checkByID.Get(ctx, tx, c.ID); err != nil {
		return out, err
	}
	return detail(ctx, tx, c)
}

func detail(ctx context.Context, tx *db.Tx, c Check) (out Detail, err error) {
	out = Detail{Check: c, Units: []Unit{}, Doubts: []Doubt{}, Today: clock.DayOf(tx.Now), samples: auth.Can(ctx, Conduct, c.place()),
		judges: auth.Can(ctx, Judge, c.place())}
	if out.Lead, err = inspection.LeadOf(ctx, tx, c.Region); err != nil {
		return out, err
	}
	switch c.State {
	case Announced:
		if out.samples {
			out.Doubts, err = doubts(ctx, tx, c)
		}
		return out, err
	case Frozen, GivenUp:
		return out, nil
	}
	if out.Units, err = unitsOf.All(ctx, tx, c.ID); err != nil {
		return out, err
	}
	for _, u := range out.Units {
		if u.Answers == "" {
			out.unjudged++
		}
	}
	if out.unjudged == 0 {
		r := resultOf(c.Size, out.Units)
		out.Result = &r
	}
	return out, nil
}

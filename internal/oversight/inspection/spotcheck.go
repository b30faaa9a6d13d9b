package inspection

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

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

// Items are what each unit is looked at for, in the order of the letters of Unit.Answers. The words follow the checklist of 民政部办公厅关于开展志愿服务记录与证明抽查工作的
// 通知 as several cities repeat it; the articles are those of 民政部令第67号.
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

// SpotCheck is one check of records or certificates.
type SpotCheck struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	Region      auth.Region `json:"region"`
	Place       string      `json:"place"`
	Title       string      `json:"title"`
	Kind        string      `json:"kind" doc:"record 服务记录，certificate 证明"`
	FromDay     clock.Day   `json:"from_day"`
	ToDay       clock.Day   `json:"to_day"`
	Percent     int64       `json:"percent" doc:"抽取比例"`
	Least       int64       `json:"least" doc:"至少抽几件"`
	State       string      `json:"state" doc:"announced 已公告，frozen 已封存总体，drawn 已抽取，published 已公布，given_up 已放弃"`
	Commitment  string      `json:"commitment" doc:"种子的 SHA-256，封存总体之前公布"`
	Seed        string      `json:"seed" doc:"抽取时揭晓的种子；之前为空"`
	Hash        string      `json:"population_hash" db:"population_hash" doc:"总体清单文件的 SHA-256"`
	Size        int64       `json:"size" doc:"总体件数"`
	ByName      string      `json:"-"`
	AnnouncedAt time.Time   `json:"announced_at"`
	FrozenAt    *time.Time  `json:"frozen_at"`
	DrawnAt     *time.Time  `json:"drawn_at"`
	PublishedAt *time.Time  `json:"published_at"`
	Conclusion  string      `json:"conclusion" doc:"结论；放弃的为原因"`
	Outcome     string      `json:"-" db:"result"`
}

func (c SpotCheck) rate() *big.Rat { return big.NewRat(c.Percent, 100) }

// Rate is the share as the command takes it.
func (c SpotCheck) Rate() string { return fmt.Sprintf("%d%%", c.Percent) }

// Unit is one record or certificate of a sample.
type Unit struct {
	CheckID  db.ID      `json:"-"`
	ID       db.ID      `json:"id" db:"unit_id"`
	Place    int64      `json:"-"`
	Forced   bool       `json:"forced" doc:"疑点核查，必抽"`
	Reason   string     `json:"-"`
	Version  int64      `json:"-"`
	Minutes  int64      `json:"minutes"`
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
	Kind    string      `json:"kind" enum:"record,certificate"`
	FromDay clock.Day   `json:"from_day"`
	ToDay   clock.Day   `json:"to_day"`
	Percent int64       `json:"percent" required:"false" minimum:"0" maximum:"100" doc:"不填按设置"`
	Least   int64       `json:"least" required:"false" minimum:"0" maximum:"1000" doc:"不填按设置"`
}

// Announce fixes a seed, publishes the commitment to it and what will be checked.
func (s *Service) Announce(ctx context.Context, in AnnounceInput) (Spot, error) {
	if err := auth.Allow(ctx, DrawSpots); err != nil {
		return Spot{}, err
	}
	seed := make([]byte, SeedSize)
	if _, err := io.ReadFull(s.Random, seed); err != nil {
		return Spot{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Spot, error) {
		if err := in.check(ctx, tx); err != nil {
			return Spot{}, err
		}
		c := SpotCheck{ID: tx.NewID(), Region: in.Region, Title: in.Title, Kind: in.Kind, FromDay: in.FromDay, ToDay: in.ToDay, Percent: in.Percent, Least: in.Least,
			Commitment: Commitment(seed), ByName: auth.From(ctx).Name, AnnouncedAt: tx.Now}
		if err := insertCheck(ctx, tx, c, s.keys.SealText(hex.EncodeToString(seed), seedAt(c.ID))); err != nil {
			return Spot{}, err
		}
		if err := noteCheck(ctx, tx, c, "inspection.announce", c.Title); err != nil {
			return Spot{}, err
		}
		return spot(ctx, tx, c.ID)
	})
}

func seedAt(id db.ID) string { return seal.At("spot_check", "sealed_seed", int64(id)) }

func noteCheck(ctx context.Context, tx *db.Tx, c SpotCheck, action, cause string) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Object: "spot_check", ID: c.ID.String(), Region: c.Region, Cause: cause})
}

// check fills what is not given and says what is wrong.
func (in *AnnounceInput) check(ctx context.Context, tx *db.Tx) (err error) {
	if ok, err := region.Exists(ctx, tx, in.Region); err != nil || !ok || !auth.Can(ctx, DrawSpots, auth.Place{Region: in.Region}) {
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

// SpotInput names a spot check.
type SpotInput struct {
	ID db.ID `path:"id"`
}

// Spot is a spot check with its sample as officers see it.
type Spot struct {
	SpotCheck
	Lead     string    `json:"lead"`
	Units    []Unit    `json:"units"`
	Doubts   []Doubt   `json:"doubts" doc:"公告以后、封存以前：可以列为疑点核查的"`
	Result   *Result   `json:"result" doc:"都核查完才有"`
	Today    clock.Day `json:"-"`
	samples  bool
	judges   bool
	unjudged int
}

// Spot gives a spot check to those who may see it before it is published.
func (s *Service) Spot(ctx context.Context, in SpotInput) (out Spot, err error) {
	if err := auth.Allow(ctx, SeeSpots); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out, err = spot(ctx, tx, in.ID); err != nil {
			return err
		}
		return auth.Require(ctx, SeeSpots, SeeSpots, auth.Place{Region: out.Region})
	})
	return out, err
}

func spot(ctx context.Context, tx *db.Tx, id db.ID) (out Spot, err error) {
	c, ok, err := db.Found(checkByID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err != nil {
		return out, err
	}
	at := auth.Place{Region: c.Region}
	out = Spot{SpotCheck: c, Units: []Unit{}, Doubts: []Doubt{}, Today: clock.DayOf(tx.Now), samples: auth.Can(ctx, DrawSpots, at), judges: auth.Can(ctx, JudgeSpots, at)}
	if out.Lead, err = LeadOf(ctx, tx, c.Region); err != nil {
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
	if out.Units, err = unitsOf.All(ctx, tx, id); err != nil {
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

// advance is what all steps of a spot check share.
func (s *Service) advance(ctx context.Context, id db.ID, version int64, action, cause string, fn func(*db.Tx, *Spot) error) (Spot, error) {
	if err := auth.Allow(ctx, DrawSpots); err != nil {
		return Spot{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Spot, error) {
		// Locked first, so that nobody judges a unit between the reading and the publishing.
		if _, err := lockCheck.Run(ctx, tx, id); err != nil {
			return Spot{}, err
		}
		c, err := spot(ctx, tx, id)
		if err != nil {
			return c, err
		}
		if err := auth.Require(ctx, DrawSpots, SeeSpots, auth.Place{Region: c.Region}); err != nil {
			return Spot{}, err
		}
		was := c.State
		if err := fn(tx, &c); err != nil {
			return Spot{}, err
		}
		c.Version = version
		if err := updateCheck(ctx, tx, c.SpotCheck, was); err != nil {
			return Spot{}, err
		}
		if err := noteCheck(ctx, tx, c.SpotCheck, action, cause); err != nil {
			return Spot{}, err
		}
		return spot(ctx, tx, id)
	})
}

// FreezeInput lists what must be in the sample.
type FreezeInput struct {
	ID      db.ID   `path:"id"`
	Version int64   `json:"version" minimum:"1"`
	Forced  []db.ID `json:"forced" required:"false" maxItems:"500" doc:"疑点核查：必须抽的编号"`
	Others  string  `json:"others" required:"false" maxLength:"10000" doc:"另外必须抽的编号，一行一个"`
	Reason  string  `json:"reason" required:"false" maxLength:"200" doc:"为什么必须抽；只有内部看得见"`
}

// ids gives the ids that are forced, each once.
func (in FreezeInput) ids() ([]string, error) {
	var out []string
	for _, id := range in.Forced {
		out = append(out, id.String())
	}
	for _, text := range strings.Fields(in.Others) {
		var id db.ID
		if id.UnmarshalText([]byte(text)) != nil || id == 0 {
			return nil, errs.Field("others", "“"+text+"”不是编号")
		}
		out = append(out, id.String())
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Freeze lists the population, and what must be in the sample. Both are public from now on and cannot be changed.
func (s *Service) Freeze(ctx context.Context, in FreezeInput) (Spot, error) {
	return s.advance(ctx, in.ID, in.Version, "inspection.freeze", in.Reason, func(tx *db.Tx, c *Spot) error {
		if c.State != Announced {
			return errs.WrongState("总体已经封存过")
		}
		forced, err := in.ids()
		if err != nil {
			return err
		}
		if len(forced) > 0 && strings.TrimSpace(in.Reason) == "" {
			return errs.Field("reason", "请写明为什么必须抽")
		}
		all, err := population(ctx, tx, c.SpotCheck, MaxPopulation+1)
		if err != nil {
			return err
		}
		switch n := len(all); {
		case n == 0:
			return errs.WrongState("这段时间没有可以抽的")
		case n > MaxPopulation:
			return errs.WrongState(fmt.Sprintf("超过 %d 件，请缩短时间或者分地方抽查", MaxPopulation))
		}
		minutes := map[string]int64{}
		ids := make([]string, len(all))
		for i, u := range all {
			ids[i] = u.ID.String()
			minutes[ids[i]] = u.Minutes
		}
		for _, id := range forced {
			if _, ok := minutes[id]; !ok {
				return errs.Field("others", id+" 不在总体里")
			}
		}
		list := Lines(ids)
		c.State, c.FrozenAt, c.Hash, c.Size = Frozen, &tx.Now, PopulationHash(list), int64(len(ids))
		if err := storePopulation(ctx, tx, c.ID, list); err != nil {
			return err
		}
		return insertUnits(ctx, tx, c.ID, forced, true, in.Reason, minutes)
	})
}

// StepInput moves a spot check on.
type StepInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Draw reveals the seed and draws the sample with it.
func (s *Service) Draw(ctx context.Context, in StepInput) (Spot, error) {
	return s.advance(ctx, in.ID, in.Version, "inspection.draw", "", func(tx *db.Tx, c *Spot) error {
		if c.State != Frozen {
			return errs.WrongState("先封存总体，抽取一次")
		}
		sealed, err := sealedSeed.One(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if c.Seed, err = s.keys.OpenText(sealed, seedAt(c.ID)); err != nil {
			return err
		}
		seed, err := ParseSeed(c.Seed)
		if err != nil {
			return err
		}
		list, err := populationOf.One(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		forced, err := forcedOf.All(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		sample, err := Draw(strings.Fields(list), seed, c.rate(), int(c.Least), texts(forced))
		if err != nil {
			return err
		}
		minutes, err := minutesOf(ctx, tx, c.SpotCheck, sample.Random)
		if err != nil {
			return err
		}
		c.State, c.DrawnAt = Drawn, &tx.Now
		return insertUnits(ctx, tx, c.ID, sample.Random, false, "", minutes)
	})
}

func texts(ids []db.ID) (out []string) {
	for _, id := range ids {
		out = append(out, id.String())
	}
	return out
}

// JudgeUnitInput is what was found of one unit.
type JudgeUnitInput struct {
	ID      db.ID    `path:"id"`
	Unit    db.ID    `path:"unit"`
	Version int64    `json:"version" minimum:"1"`
	Answers []string `json:"answers" minItems:"10" maxItems:"10" enum:"y,n,-" maxLength:"1" doc:"十项：y 符合，n 不符合，- 不适用"`
	Wrong   int64    `json:"wrong_minutes" required:"false" minimum:"0" maximum:"10080" doc:"其中多少分钟不实"`
	Remark  string   `json:"remark" required:"false" maxLength:"300" doc:"不符合的，写明情况"`
}

// JudgeUnit records what was found of a unit. It may be put right until the check is published.
func (s *Service) JudgeUnit(ctx context.Context, in JudgeUnitInput) (Spot, error) {
	if err := auth.Allow(ctx, JudgeSpots); err != nil {
		return Spot{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Spot, error) {
		if _, err := lockCheck.Run(ctx, tx, in.ID); err != nil {
			return Spot{}, err
		}
		c, err := spot(ctx, tx, in.ID)
		if err != nil {
			return c, err
		}
		if err := auth.Require(ctx, JudgeSpots, SeeSpots, auth.Place{Region: c.Region}); err != nil {
			return Spot{}, err
		}
		at := slices.IndexFunc(c.Units, func(u Unit) bool { return u.ID == in.Unit })
		if at < 0 {
			return Spot{}, errs.ErrNotFound
		}
		if c.State != Drawn {
			return Spot{}, errs.WrongState("抽取以后、公布以前才能核查")
		}
		u := c.Units[at]
		who := auth.From(ctx)
		u.Version, u.Answers, u.Wrong, u.Remark, u.JudgedBy, u.ByName, u.JudgedAt = in.Version, strings.Join(in.Answers, ""), in.Wrong, in.Remark, who.Account, who.Name, &tx.Now
		e := errs.Check{}
		e.That(u.Wrong <= u.Minutes, "wrong_minutes", "不能超过记录的时长")
		e.That(u.Wrong == 0 || u.Faulty(), "wrong_minutes", "有不实的时长，就有不符合的项")
		e.That(!u.Faulty() || strings.TrimSpace(in.Remark) != "", "remark", "请写明不符合的情况")
		if err := e.Err(); err != nil {
			return Spot{}, err
		}
		if err := updateUnit(ctx, tx, u); err != nil {
			return Spot{}, err
		}
		if err := noteCheck(ctx, tx, c.SpotCheck, "inspection.judge", u.ID.String()); err != nil {
			return Spot{}, err
		}
		return spot(ctx, tx, in.ID)
	})
}

// PublishInput ends a spot check with its conclusion.
type PublishInput struct {
	ID         db.ID  `path:"id"`
	Version    int64  `json:"version" minimum:"1"`
	Conclusion string `json:"conclusion" minLength:"1" maxLength:"2000" doc:"总的情况和怎么处理；不写个人信息"`
}

// Publish makes the result public (民政部令第67号 art. 21), when every unit has been judged. It is never changed afterwards.
func (s *Service) Publish(ctx context.Context, in PublishInput) (Spot, error) {
	return s.advance(ctx, in.ID, in.Version, "inspection.publish", "", func(tx *db.Tx, c *Spot) error {
		if c.State != Drawn || c.Result == nil {
			return errs.WrongState("都核查完才能公布，公布一次")
		}
		text, err := json.Marshal(c.Result)
		if err != nil {
			return err
		}
		c.State, c.PublishedAt, c.Conclusion, c.Outcome = Published, &tx.Now, in.Conclusion, string(text)
		return nil
	})
}

// GiveUp ends a spot check that cannot be carried through. It stays public with the reason, so that nobody announces many and keeps the one whose sample he likes.
func (s *Service) GiveUp(ctx context.Context, in PublishInput) (Spot, error) {
	return s.advance(ctx, in.ID, in.Version, "inspection.give_up", in.Conclusion, func(tx *db.Tx, c *Spot) error {
		if c.State == Published || c.State == GivenUp {
			return errs.WrongState("已经结束")
		}
		c.State, c.Conclusion = GivenUp, in.Conclusion
		return nil
	})
}

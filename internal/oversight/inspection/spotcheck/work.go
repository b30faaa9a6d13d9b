package spotcheck

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/setting"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// advance is a step of a spot check.
func (s *Service) advance(ctx context.Context, op act.Op, fn func(*db.Tx, *Check) error) (Detail, error) {
	op.Perm = Conduct
	return act.ChangeTo(ctx, s.db, &checks, op, fn, func(tx *db.Tx, c Check) (Detail, error) { return reload(ctx, tx, c) })
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
func (s *Service) Freeze(ctx context.Context, in FreezeInput) (Detail, error) {
	op := act.Op{Action: "inspection.freeze", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Announced}, Wrong: "总体已经封存过"}
	return s.advance(ctx, op, func(tx *db.Tx, c *Check) error {
		forced, err := in.ids()
		if err != nil {
			return err
		}
		if len(forced) > 0 && strings.TrimSpace(in.Reason) == "" {
			return errs.Field("reason", "请写明为什么必须抽")
		}
		all, err := population(ctx, tx, *c, MaxPopulation+1)
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
		if _, err := setPopulation.Run(ctx, tx, c.ID, list); err != nil {
			return err
		}
		return unitTable.InsertAll(ctx, tx, units(c.ID, forced, in.Reason, minutes))
	})
}

// StepInput moves a spot check on.
type StepInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Draw reveals the seed and draws the sample with it.
func (s *Service) Draw(ctx context.Context, in StepInput) (Detail, error) {
	op := act.Op{Action: "inspection.draw", ID: in.ID, Version: in.Version, From: []string{Frozen}, Wrong: "先封存总体，抽取一次"}
	return s.advance(ctx, op, func(tx *db.Tx, c *Check) error {
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
		minutes, err := minutesOf(ctx, tx, *c, sample.Random)
		if err != nil {
			return err
		}
		c.State, c.DrawnAt = Drawn, &tx.Now
		return unitTable.InsertAll(ctx, tx, units(c.ID, sample.Random, "", minutes))
	})
}

// units are those of a sample that have still to be judged; where there is a reason they had to be in it.
func units(check db.ID, ids []string, reason string, minutes map[string]int64) (out []Unit) {
	for i, id := range ids {
		out = append(out, Unit{CheckID: check, ID: idOf(id), Place: int64(i + 1), Forced: reason != "", Reason: reason, Version: 1,
			Minutes: minutes[id]})
	}
	return out
}

func texts(ids []db.ID) (out []string) {
	for _, id := range ids {
		out = append(out, id.String())
	}
	return out
}

// JudgeInput is what was found of one unit.
type JudgeInput struct {
	ID      db.ID    `path:"id"`
	Unit    db.ID    `path:"unit"`
	Version int64    `json:"version" minimum:"1"`
	Answers []string `json:"answers" minItems:"10" maxItems:"10" enum:"y,n,-" maxLength:"1" doc:"十项：y 符合，n 不符合，- 不适用"`
	Wrong   int64    `json:"wrong_minutes" required:"false" minimum:"0" maximum:"10080" doc:"其中多少分钟不实"`
	Remark  string   `json:"remark" required:"false" maxLength:"300" doc:"不符合的，写明情况"`
}

func (in JudgeInput) check(u Unit) error {
	e := errs.Check{}
	e.That(u.Wrong <= u.Minutes, "wrong_minutes", "不能超过记录的时长")
	e.That(u.Wrong == 0 || u.Faulty(), "wrong_minutes", "有不实的时长，就有不符合的项")
	e.That(!u.Faulty() || strings.TrimSpace(in.Remark) != "", "remark", "请写明不符合的情况")
	return e.Err()
}

// Judge records what was found of a unit. It may be put right until the check is published.
func (s *Service) Judge(ctx context.Context, in JudgeInput) (Detail, error) {
	op := act.Op{Perm: Judge, Action: "inspection.judge", ID: in.ID, Cause: in.Unit.String(), From: []string{Drawn},
		Wrong: "抽取以后、公布以前才能核查"}
	k := checks
	k.Save = func(context.Context, *db.Tx, *Check) error { return nil } // many judge under one version
	return act.ChangeTo(ctx, s.db, &k, op, func(tx *db.Tx, _ *Check) error {
		u, err := unitTable.Get(ctx, tx, in.ID, in.Unit)
		if err != nil {
			return err
		}
		who := auth.From(ctx)
		u.Version, u.Answers, u.Wrong, u.Remark = in.Version, strings.Join(in.Answers, ""), in.Wrong, in.Remark
		u.JudgedBy, u.ByName, u.JudgedAt = who.Account, who.Name, &tx.Now
		if err := in.check(u); err != nil {
			return err
		}
		return unitTable.Update(ctx, tx, &u)
	}, func(tx *db.Tx, c Check) (Detail, error) { return detail(ctx, tx, c) })
}

// PublishInput ends a spot check with its conclusion.
type PublishInput struct {
	ID         db.ID  `path:"id"`
	Version    int64  `json:"version" minimum:"1"`
	Conclusion string `json:"conclusion" minLength:"1" maxLength:"2000" doc:"总的情况和怎么处理；不写个人信息"`
}

// Publish makes the result public (民政部令第67号 art. 21), when every unit has been judged. It is never changed afterwards.
func (s *Service) Publish(ctx context.Context, in PublishInput) (Detail, error) {
	op := act.Op{Action: "inspection.publish", ID: in.ID, Version: in.Version, From: []string{Drawn}, Wrong: "都核查完才能公布，公布一次"}
	return s.advance(ctx, op, func(tx *db.Tx, c *Check) error {
		d, err := detail(ctx, tx, *c)
		if err != nil {
			return err
		}
		if d.Result == nil {
			return errs.WrongState(op.Wrong)
		}
		text, err := json.Marshal(d.Result)
		if err != nil {
			return err
		}
		c.State, c.PublishedAt, c.Conclusion, c.Outcome = Published, &tx.Now, in.Conclusion, string(text)
		return nil
	})
}

// GiveUp ends a spot check that cannot be carried through. It stays public with the reason, so that nobody announces many and keeps
// the one whose sample he likes.
func (s *Service) GiveUp(ctx context.Context, in PublishInput) (Detail, error) {
	op := act.Op{Action: "inspection.give_up", ID: in.ID, Version: in.Version, Cause: in.Conclusion, From: []string{Announced, Frozen, Drawn},
		Wrong: "已经结束"}
	return s.advance(ctx, op, func(_ *db.Tx, c *Check) error {
		c.State, c.Conclusion = GivenUp, in.Conclusion
		return nil
	})
}

// WorkList is the officers' page of spot checks: those of their division, and what a new one starts from.
func (s *Service) WorkList(ctx context.Context, in ListInput) (out Checks, err error) {
	if out, err = s.spots(ctx, View, in); err != nil {
		return out, err
	}
	out.seat = inspection.Seat(ctx)
	out.samples = auth.Can(ctx, Conduct, auth.Place{Region: out.seat})
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Lead, err = inspection.LeadOf(ctx, tx, out.seat); err != nil {
			return err
		}
		if out.Percent, err = setting.Int(ctx, tx, setting.SpotPercent, out.seat); err != nil {
			return err
		}
		out.Least, err = setting.Int(ctx, tx, setting.SpotLeast, out.seat)
		return err
	})
	return out, err
}

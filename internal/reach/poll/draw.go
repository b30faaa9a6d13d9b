package poll

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"math/big"
	"strings"

	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// longest is how many days a poll may take: what people know changes.
const longest = 92

// CreateInput says where and when people are asked, how many communities are drawn, and how many are asked in each.
type CreateInput struct {
	Region auth.Region `json:"region" required:"false" doc:"不填为您管的地方；旗县以上"`
	Title  string      `json:"title" minLength:"1" maxLength:"60"`
	From   clock.Day   `json:"from"`
	To     clock.Day   `json:"to"`
	Drawn  int64       `json:"drawn" minimum:"2" maximum:"200" doc:"抽几个社区"`
	Each   int64       `json:"each" minimum:"5" maximum:"50" doc:"每个社区问几个人"`
}

func (in CreateInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Title) != "", "title", "请写名称")
	c.That(in.To >= in.From, "to", "应在开始那天以后")
	c.That(in.To <= in.From.AddDays(longest), "to", "最长三个月")
	return c.Err()
}

// Create draws the communities of a poll by a seed of this moment. Days that are over cannot be asked in.
func (s *Service) Create(ctx context.Context, in CreateInput) (Detail, error) {
	seed := make([]byte, spotcheck.SeedSize)
	_, _ = rand.Read(seed) // never fails, it says
	return s.create(ctx, in, seed)
}

func (s *Service) create(ctx context.Context, in CreateInput, seed []byte) (Detail, error) {
	at := in.Region
	if at == 0 {
		at = auth.From(ctx).Seat()
	}
	op := act.Op{Perm: Run, Action: "poll.create", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Detail, error) {
		if at.Level() > auth.LevelBanner {
			return Detail{}, errs.Field("region", "按旗县区以上的地方抽")
		}
		if err := auth.Require(ctx, Run, View, auth.Place{Region: at}); err != nil {
			return Detail{}, err
		}
		if in.To < clock.DayOf(tx.Now) {
			return Detail{}, errs.Field("to", "已经过了")
		}
		p, codes, err := drawn(ctx, tx, at, in, seed)
		if err != nil {
			return Detail{}, err
		}
		if err := polls.Enter(ctx, tx, op, &p); err != nil {
			return Detail{}, err
		}
		if err := frameTable.Insert(ctx, tx, frame{p.ID, codes.list}); err != nil {
			return Detail{}, err
		}
		for _, code := range codes.sample {
			if err := placeTable.Insert(ctx, tx, Place{ID: tx.NewID(), Version: 1, PollID: p.ID, Region: code}); err != nil {
				return Detail{}, err
			}
		}
		return detail(ctx, tx, p.ID)
	})
}

// codes are those of all communities of a division, one a line, and those that were drawn.
type codes struct {
	list   string
	sample []auth.Region
}

// drawn draws from the communities of today.
func drawn(ctx context.Context, tx *db.Tx, at auth.Region, in CreateInput, seed []byte) (Poll, codes, error) {
	all, err := communities.All(ctx, tx, at)
	if err != nil {
		return Poll{}, codes{}, err
	}
	if int64(len(all)) < in.Drawn {
		return Poll{}, codes{}, errs.Field("drawn", "这里没有这么多社区")
	}
	ids := make([]string, len(all))
	for i, code := range all {
		ids[i] = code.String()
	}
	list := spotcheck.Lines(ids)
	sample, err := sampled(list, seed, in.Drawn)
	return Poll{ID: tx.NewID(), Version: 1, Region: at, Title: strings.TrimSpace(in.Title), From: in.From, To: in.To,
		Drawn: in.Drawn, Each: in.Each,
		Size: int64(len(all)), Hash: spotcheck.PopulationHash(list), Seed: hex.EncodeToString(seed), State: Open, ByName: auth.From(ctx).Name,
		At: tx.Now}, codes{list, sample}, err
}

// sampled takes a sample of n from a list: that of a spot check with the rate nought.
func sampled(list string, seed []byte, n int64) (out []auth.Region, err error) {
	s, err := spotcheck.Draw(strings.Fields(list), seed, new(big.Rat), int(n), nil)
	for _, id := range s.Random {
		var code auth.Region
		if err == nil {
			err = code.UnmarshalText([]byte(id))
		}
		out = append(out, code)
	}
	return out, err
}

// EnterInput is what was said in a community.
type EnterInput struct {
	PollID   db.ID     `path:"poll_id" doc:"哪次调查"`
	ID       db.ID     `path:"id" doc:"抽中的社区"`
	Version  int64     `json:"version" minimum:"1"`
	Day      clock.Day `json:"day" doc:"哪天问的"`
	Asked    int64     `json:"asked" minimum:"1" maximum:"1000" doc:"回答了的人数"`
	Knows    int64     `json:"knows" minimum:"0" maximum:"1000" doc:"其中知道的"`
	Approves int64     `json:"approves" minimum:"0" maximum:"1000" doc:"其中赞成的"`
	Refused  int64     `json:"refused" minimum:"0" maximum:"1000" doc:"不愿回答或者不在家的户数"`
	Reason   string    `json:"reason" required:"false" maxLength:"200" doc:"改已经登记的，写原因"`
}

func (in EnterInput) check() error {
	c := errs.Check{}
	c.That(in.Knows <= in.Asked, "knows", "不能比回答了的人多")
	c.That(in.Approves <= in.Asked, "approves", "不能比回答了的人多")
	return c.Err()
}

// Enter keeps what was said in a community, while the poll is open; what was entered before is changed with a reason.
func (s *Service) Enter(ctx context.Context, in EnterInput) (Detail, error) {
	op := act.Op{Perm: Enter, Action: "poll.enter", ID: in.ID, Version: in.Version, Cause: strings.TrimSpace(in.Reason), Check: in.check}
	return act.ChangeTo(ctx, s.db, &places, op, func(tx *db.Tx, p *Place) error {
		poll, err := get(ctx, tx, p.PollID)
		if err == nil && p.PollID != in.PollID {
			err = errs.ErrNotFound
		}
		if err == nil {
			err = table.Lock(ctx, tx, poll) // nobody closes it meanwhile
		}
		if err != nil {
			return err
		}
		if poll.State != Open {
			return errs.WrongState("这次调查" + states.Word(poll.State) + "，不能再登记")
		}
		if in.Day < poll.From || in.Day > min(poll.To, clock.DayOf(tx.Now)) {
			return errs.Field("day", "应在 "+poll.From.String()+" 到 "+min(poll.To, clock.DayOf(tx.Now)).String()+" 之间")
		}
		if p.At != nil && op.Cause == "" {
			return errs.Field("reason", "已经登记过，改动请写原因")
		}
		p.Day, p.Asked, p.Knows, p.Approves, p.Refused = in.Day, in.Asked, in.Knows, in.Approves, in.Refused
		p.ByName, p.At = auth.From(ctx).Name, &tx.Now
		return nil
	}, func(tx *db.Tx, p Place) (Detail, error) { return detail(ctx, tx, p.PollID) })
}

// EndInput closes a poll, or gives it up with a reason.
type EndInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200" doc:"没有做完的原因"`
}

// Close ends a poll and publishes what came of it: when everything is entered, or the days are over. A share of one community has no
// interval, so two are the least.
func (s *Service) Close(ctx context.Context, in EndInput) (Detail, error) {
	return s.end(ctx, act.Op{Action: "poll.close", ID: in.ID, Version: in.Version}, func(tx *db.Tx, p *Poll) error {
		list, err := placesOf.All(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		entered := resultOf(list).Places
		if entered < 2 {
			return errs.WrongState("至少登记两个社区，才算得出")
		}
		if entered < p.Drawn && clock.DayOf(tx.Now) <= p.To {
			return errs.WrongState("还有社区没有登记；问的日子过了才能缺着公布")
		}
		p.State = Closed
		return nil
	})
}

// GiveUp ends a poll without a result; that it was drawn, and why it was given up, stays public.
func (s *Service) GiveUp(ctx context.Context, in EndInput) (Detail, error) {
	op := act.Op{Action: "poll.give_up", ID: in.ID, Version: in.Version, Cause: strings.TrimSpace(in.Reason), Check: func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Reason) != "", "reason", "请写原因")
		return c.Err()
	}}
	return s.end(ctx, op, func(_ *db.Tx, p *Poll) error {
		p.State, p.Reason = GivenUp, op.Cause
		return nil
	})
}

func (s *Service) end(ctx context.Context, op act.Op, fn func(*db.Tx, *Poll) error) (Detail, error) {
	op.Perm, op.From = Run, []string{Open}
	return act.ChangeTo(ctx, s.db, &polls, op, func(tx *db.Tx, p *Poll) error {
		p.EndedAt = &tx.Now
		return fn(tx, p)
	}, func(tx *db.Tx, p Poll) (Detail, error) { return detail(ctx, tx, p.ID) })
}

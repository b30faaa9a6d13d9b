package gateway

import (
	"context"
	"time"

	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// States of a proposal.
const (
	Waits   = "waits"
	Used    = "used"
	Dropped = "dropped"
	Lapsed  = "lapsed"
)

var states = set.New("sms_gateway_proposal.state", set.Row{Waits, "等另一位管理员确认", "wait"}, set.Row{Used, "用上了", "done"},
	set.Row{Dropped, "不用了", "done"}, set.Row{Lapsed, "过期没有人确认", "done"})

// proposalDays is how long a proposal waits; a convention of ours.
const proposalDays = 7

// Proposal is a way as one administrator wants it set, until another has confirmed it.
type Proposal struct {
	ID      db.ID  `json:"id"`
	Version int64  `json:"version"`
	State   string `json:"state" set:"sms_gateway_proposal.state"`
	Way     string `json:"way" set:"sms_gateway.way" db:",once"`
	Facts
	ByID       db.ID      `json:"-" db:",once"`
	ByName     string     `json:"by_name" db:",once"`
	At         time.Time  `json:"at" db:",once"`
	UntilDay   clock.Day  `json:"until" db:",once" doc:"到这一天（含）没有人确认，就作废"`
	SecondID   db.ID      `json:"-"`
	SecondName string     `json:"second_name"`
	EndedAt    *time.Time `json:"ended_at"`
}

func proposalAt(id db.ID) string { return seal.At("sms_gateway_proposal", "secret", int64(id)) }

var proposalKind = act.Kind[Proposal]{Object: "sms_gateway_proposal", View: View, Table: proposals, Lock: true, Word: states.Word,
	Place: func(Proposal) auth.Place { return everywhere }, State: func(p Proposal) string { return p.State },
	Trail: func(_, now Proposal) map[string]any { return map[string]any{"way": now.Way, "to": now.State} }}

// end closes a proposal; its secret is kept no longer.
func (p *Proposal) end(ctx context.Context, tx *db.Tx, state string) {
	me := auth.From(ctx)
	p.State, p.Secret, p.SecondID, p.SecondName, p.EndedAt = state, nil, me.Account, me.Name, &tx.Now
}

// Save proposes a way; another administrator confirms it, and it is used from then on. Only where there is no other administrator at all,
// as on the first day, it is used at once, and the page says that one person alone has set it. An empty secret leaves the one that is kept,
// which goes to no other address than before.
func (s *Service) Save(ctx context.Context, in SaveInput) (Proposal, error) {
	op := act.Op{Perm: Edit, Action: "gateway.save", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (p Proposal, err error) {
		if err := auth.Require(ctx, Edit, View, everywhere); err != nil {
			return p, err
		}
		facts, secret, err := s.typed(ctx, tx, in)
		if err != nil {
			return p, err
		}
		list, err := others(ctx, tx)
		if err == nil {
			err = replace(ctx, tx)
		}
		if err != nil {
			return p, err
		}
		me := auth.From(ctx)
		p = Proposal{ID: tx.NewID(), Version: 1, State: Waits, Way: in.Way, Facts: facts, ByID: me.Account, ByName: me.Name, At: tx.Now,
			UntilDay: clock.DayOf(tx.Now).AddDays(proposalDays)}
		p.Secret = s.keys.SealText(secret, proposalAt(p.ID))
		if len(list) == 0 {
			if err := s.use(ctx, tx, p, secret); err != nil {
				return p, err
			}
			p.State, p.Secret, p.EndedAt = Used, nil, &tx.Now
			return p, proposalKind.Enter(ctx, tx, op, &p)
		}
		if err := proposalKind.Enter(ctx, tx, op, &p); err != nil {
			return p, err
		}
		return p, tell(ctx, tx, "要设短信从“"+Ways.Word(p.Way)+"”发出"+where(p.Address), "请向他核实，再到“短信通道”页确认或者不同意。")
	})
}

// typed gives what a way is to be, with its secret in plain, as the form says over what is kept.
func (s *Service) typed(ctx context.Context, tx *db.Tx, in SaveInput) (f Facts, secret string, err error) {
	was, _, err := db.Found(byWay.One(ctx, tx, in.Way))
	if err != nil {
		return f, "", err
	}
	if in.Version != was.Version {
		return f, "", errs.ErrStale
	}
	if secret, err = s.keys.OpenText(was.Secret, place(was.ID)); err != nil {
		return f, "", err
	}
	f = in.fill(was.Facts)
	if in.Secret != "" {
		secret = in.Secret
	} else if secret != "" && f.Address != was.Address {
		return f, "", errs.Field("secret", "地址改了，密钥要重新填：原来的不交给别的地址")
	}
	return f, secret, s.check(in.Way, f, secret)
}

// replace ends what waited: one change at a time is looked at.
func replace(ctx context.Context, tx *db.Tx) error {
	list, err := waiting.All(ctx, tx)
	for i := 0; i < len(list) && err == nil; i++ {
		err = proposalKind.Alter(ctx, tx, act.Op{Action: "gateway.drop"}, &list[i], func(tx *db.Tx, p *Proposal) error {
			p.end(ctx, tx, Dropped)
			return nil
		})
	}
	return err
}

// use lets messages go by a way from now on.
func (s *Service) use(ctx context.Context, tx *db.Tx, p Proposal, secret string) error {
	g, has, err := db.Found(byWay.One(ctx, tx, p.Way))
	if err != nil {
		return err
	}
	if !has {
		g = Gateway{ID: tx.NewID(), Version: 1, Way: p.Way}
	}
	g.Active, g.Facts, g.ByName, g.SecondName, g.At = true, p.Facts, p.ByName, p.SecondName, tx.Now
	g.Secret = s.keys.SealText(secret, place(g.ID))
	if _, err := unused.Run(ctx, tx, p.Way); err != nil {
		return err
	}
	if has {
		return table.Update(ctx, tx, &g)
	}
	return table.Insert(ctx, tx, g)
}

// ProposalInput names a proposal and the version that was read.
type ProposalInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Confirm is the second person's word: another administrator, independent of who filled the way in, has seen where messages are to go.
func (s *Service) Confirm(ctx context.Context, in ProposalInput) (Proposal, error) {
	op := act.Op{Perm: Confirm, Action: "gateway.confirm", ID: in.ID, Version: in.Version, From: []string{Waits}}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if clock.DayOf(tx.Now) > p.UntilDay {
			return errs.WrongState("过了 " + p.UntilDay.String() + "，要重新设")
		}
		if why, err := proof.Apart(ctx, tx, s.Persons, p.ByID); err != nil || why != "" {
			return denied(err, why)
		}
		secret, err := s.keys.OpenText(p.Secret, proposalAt(p.ID))
		if err == nil {
			err = s.check(p.Way, p.Facts, secret)
		}
		if err != nil {
			return err
		}
		p.end(ctx, tx, Used)
		if err := s.use(ctx, tx, *p, secret); err != nil {
			return err
		}
		return tell(ctx, tx, "确认了："+p.ByName+"设的短信从“"+Ways.Word(p.Way)+"”发出"+where(p.Address), mind)
	})
}

func denied(err error, why string) error {
	if err != nil {
		return err
	}
	return errs.Deny(why)
}

// Drop takes a proposal back, or does not agree to it; any of the administrators may.
func (s *Service) Drop(ctx context.Context, in ProposalInput) (Proposal, error) {
	op := act.Op{Perm: Confirm, Action: "gateway.drop", ID: in.ID, Version: in.Version, From: []string{Waits}}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		p.end(ctx, tx, Dropped)
		word := "不同意"
		if p.SecondID == p.ByID {
			word = "撤回了改动，不再要"
		}
		return tell(ctx, tx, word+"短信从“"+Ways.Word(p.Way)+"”发出"+where(p.Address)+"，没有用上", mind)
	})
}

// Lapse ends what nobody has confirmed in time, and tells who proposed it.
func (s *Service) Lapse(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		list, err := overdue.All(ctx, tx, clock.DayOf(tx.Now))
		for i := 0; i < len(list) && err == nil; i++ {
			err = proposalKind.Alter(ctx, tx, act.Op{Action: "gateway.lapse"}, &list[i], func(tx *db.Tx, p *Proposal) error {
				p.end(ctx, tx, Lapsed)
				if p.ByID == 0 {
					return nil
				}
				return notify.Send(ctx, tx, notify.Message{To: p.ByID, Kind: "gateway", Title: "短信通道的改动没有人确认，作废了", Link: path,
					Text: "要改的话重新设，再请另一位管理员确认。"})
			})
		}
		return err
	})
}

// proposed reads a proposal again for who made it.
func (s *Service) proposed(ctx context.Context, _ SaveInput, id string) (Proposal, error) {
	var key db.ID
	if err := key.UnmarshalText([]byte(id)); err != nil {
		return Proposal{}, err
	}
	return proposalKind.Get(ctx, s.db, key)
}

// ended reads a proposal again for who ended it.
func (s *Service) ended(ctx context.Context, in ProposalInput, _ string) (Proposal, error) {
	return proposalKind.Get(ctx, s.db, in.ID)
}

package fund

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
)

// Accounts in the books, and what moves between them.
const (
	outsideAccount   = "fund.outside"
	budgetAccount    = "fund.budget"
	committedAccount = "fund.committed"
	paidAccount      = "fund.paid"
	spentAccount     = "fund.spent"

	appropriated = "fund.appropriated"
	carried      = "fund.carried"
	handedBack   = "fund.handed_back"
	committed    = "fund.committed"
	released     = "fund.released"
	payed        = "fund.paid"
	returned     = "fund.returned"
	used         = "fund.used"
)

// move is one step in the books for an object.
func move(ctx context.Context, tx *db.Tx, code string, object, from, to db.ID, amount int64) error {
	_, err := ledger.Post(ctx, tx, ledger.Chain{Key: code + " " + tx.NewID().String(), Moves: []ledger.Move{{From: ledger.One(from),
		To: ledger.One(to), Amount: amount, Code: code, Object: object}}})
	return err
}

// over says in words of the area that money is not there.
func over(err error, words string) error {
	if err == ledger.ErrInsufficient {
		return errs.New(errs.Conflict, "over_budget", words)
	}
	return err
}

// ProgrammeInput makes a programme.
type ProgrammeInput struct {
	Name          string    `json:"name" minLength:"2" maxLength:"60"`
	Mode          string    `json:"mode" set:"fund_programme.mode"`
	AuthorityNo   string    `json:"authority_no" maxLength:"60" required:"false" doc:"依据文号"`
	Rules         string    `json:"rules" minLength:"1" maxLength:"2000" doc:"谁可以申报、什么条件、不能用在哪里"`
	ForStation    bool      `json:"for_station" required:"false"`
	ForTeam       bool      `json:"for_team" required:"false"`
	ForRegion     bool      `json:"for_region" required:"false"`
	Year          int64     `json:"year" minimum:"2000" maximum:"2100" doc:"哪一年的资金"`
	From          clock.Day `json:"from" doc:"申报从哪天起"`
	To            clock.Day `json:"to" doc:"申报到哪天止"`
	Most          int64     `json:"most" format:"fen" minimum:"1" maximum:"1000000000000" doc:"一个项目最多多少，分"`
	ShareStart    int64     `json:"share_start" minimum:"0" maximum:"100" default:"0" doc:"批准后可以拨百分之几"`
	ShareAccepted int64     `json:"share_accepted" minimum:"0" maximum:"100" default:"100" doc:"验收公示后再拨百分之几"`
	ShareClosed   int64     `json:"share_closed" minimum:"0" maximum:"100" default:"0" doc:"结项后再拨百分之几"`
}

func (in ProgrammeInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Rules) != "", "rules", "请写明条件")
	c.That(in.From != 0 && in.To >= in.From, "to", "不能早于开始的一天")
	c.That(in.ShareStart+in.ShareAccepted+in.ShareClosed == 100, "share_accepted", "三次加起来要是 100%")
	c.That(in.Mode != Award || in.ShareStart == 0, "share_start", "以奖代补先做后补，批准时不拨")
	if in.Mode == Regulated {
		c.That(in.ForRegion && !in.ForStation && !in.ForTeam, "for_region", "规范化管理项目资金给记录做得好的地区，只由地区申报")
	} else {
		c.That(in.ForStation || in.ForTeam || in.ForRegion, "for_station", "至少选一种谁可以申报")
	}
	return c.Err()
}

// here is the division whose programmes the actor looks after.
func here(ctx context.Context) func(*db.Tx) (auth.Place, error) { return act.In(auth.From(ctx).Seat()) }

// Create prepares a programme of the actor's division, with its books. It is seen by others when another person has published it.
func (s *Service) Create(ctx context.Context, in ProgrammeInput) (Programme, error) {
	op := act.Op{Perm: Manage, Action: "fund.create", Check: in.check}
	return programmeKind.Add(ctx, s.db, op, here(ctx), func(tx *db.Tx) (Programme, error) {
		me := auth.From(ctx)
		x := Programme{ID: tx.NewID(), Version: 1, Region: me.Seat(), Name: strings.TrimSpace(in.Name), Mode: in.Mode, State: Draft,
			AuthorityNo: in.AuthorityNo, Rules: in.Rules, ForStation: in.ForStation, ForTeam: in.ForTeam, ForRegion: in.ForRegion, Year: in.Year,
			FromDay: in.From, ToDay: in.To, Most: in.Most, ShareStart: in.ShareStart, ShareAccepted: in.ShareAccepted, ShareClosed: in.ShareClosed,
			MadeBy: me.Account, Maker: me.Name, MadeAt: tx.Now}
		if x.Region.Level() > auth.LevelBanner {
			return x, errs.ErrDenied
		}
		for _, b := range []struct {
			id     *db.ID
			kind   string
			bounds ledger.Bounds
		}{{&x.OutsideID, outsideAccount, ledger.Bounds{}}, {&x.BudgetID, budgetAccount, ledger.Above(0)},
			{&x.SpentID, spentAccount, ledger.Above(0)}} {
			a, err := ledger.Open(ctx, tx, ledger.Fen, b.kind, x.Region, b.bounds)
			if err != nil {
				return x, err
			}
			*b.id = a.ID
		}
		return x, nil
	})
}

// SourceInput enters money of a programme.
type SourceInput struct {
	ID       db.ID     `path:"id" doc:"资金项目"`
	Kind     string    `json:"kind" set:"fund_source.kind"`
	Payer    string    `json:"payer" minLength:"1" maxLength:"60" doc:"下达的单位或者捐赠人；个人捐赠写“个人捐赠”，不写姓名"`
	Document string    `json:"document" minLength:"1" maxLength:"60" doc:"资金文件的文号，或者捐赠协议号"`
	Day      clock.Day `json:"day" doc:"到位的一天"`
	Amount   int64     `json:"amount" format:"fen" minimum:"1" maximum:"1000000000000" doc:"分"`
}

// AddSource enters money of a programme; it may be spent when another person has compared it with its paper.
func (s *Service) AddSource(ctx context.Context, in SourceInput) (Source, error) {
	op := act.Op{Perm: Manage, Action: "fund.add_source"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (x Source, err error) {
		f, err := s.managed(ctx, tx, in.ID)
		if err != nil {
			return x, err
		}
		if f.State == Ended {
			return x, errs.WrongState("已经结束，不能再加资金")
		}
		me := auth.From(ctx)
		x = Source{ID: tx.NewID(), Version: 1, ProgrammeID: f.ID, Region: f.Region, Kind: in.Kind, Payer: in.Payer, Document: in.Document,
			Day: in.Day, Amount: in.Amount, State: Waits, ByID: me.Account, ByName: me.Name, At: tx.Now}
		n, err := twins.One(ctx, tx, f.ID, x.Document, x.Amount)
		if err != nil || n > 0 {
			return x, orField(err, "document", "这份文件的这笔资金已经登记过")
		}
		return x, sourceKind.Enter(ctx, tx, op, &x)
	})
}

// managed gives a programme that the actor looks after.
func (s *Service) managed(ctx context.Context, tx *db.Tx, id db.ID) (Programme, error) {
	f, err := programmes.Get(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, Manage, View, at(f.Region))
	}
	return f, err
}

func orField(err error, name, words string) error {
	if err != nil {
		return err
	}
	return errs.Field(name, words)
}

// DecideInput is a decision with its version.
type DecideInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" maxLength:"300" required:"false"`
}

func (in DecideInput) why() error {
	if strings.TrimSpace(in.Reason) == "" {
		return errs.Field("reason", "请写原因")
	}
	return nil
}

// Confirm is the second person's word that money is there: it is appropriated in the books.
func (s *Service) Confirm(ctx context.Context, in DecideInput) (Source, error) {
	return s.settle(ctx, "fund.confirm", in, func(tx *db.Tx, x *Source) error {
		f, err := programmes.Get(ctx, tx, x.ProgrammeID)
		if err != nil {
			return err
		}
		x.State = Confirmed
		return move(ctx, tx, appropriated, x.ID, f.OutsideID, f.BudgetID, x.Amount)
	})
}

// Discard is the second person's word that an entry is wrong.
func (s *Service) Discard(ctx context.Context, in DecideInput) (Source, error) {
	return s.settle(ctx, "fund.discard", in, func(_ *db.Tx, x *Source) error {
		x.State = Refused
		return nil
	})
}

func (s *Service) settle(ctx context.Context, action string, in DecideInput, fn func(tx *db.Tx, x *Source) error) (Source, error) {
	op := act.Op{Perm: Manage, Action: action, ID: in.ID, Version: in.Version, From: []string{Waits}, Cause: in.Reason}
	return sourceKind.Change(ctx, s.db, op, func(tx *db.Tx, x *Source) error {
		if err := s.apart(ctx, tx, x.ByID); err != nil {
			return err
		}
		me := auth.From(ctx)
		x.DecidedBy, x.Decider, x.DecidedAt = me.Account, me.Name, &tx.Now
		return fn(tx, x)
	})
}

// MoveInput names a thing and its version.
type MoveInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Publish lets a programme be seen and asked for. Who publishes it has not prepared it.
func (s *Service) Publish(ctx context.Context, in MoveInput) (Programme, error) {
	op := act.Op{Perm: Manage, Action: "fund.publish", ID: in.ID, Version: in.Version, From: []string{Draft}}
	return programmeKind.Change(ctx, s.db, op, func(tx *db.Tx, x *Programme) error {
		if err := s.apart(ctx, tx, x.MadeBy); err != nil {
			return err
		}
		b, err := ledger.Get(ctx, tx, x.BudgetID)
		if err != nil {
			return err
		}
		if b.Balance == 0 {
			return errs.WrongState("还没有到位的资金：先登记资金来源，由另一个人核对")
		}
		me := auth.From(ctx)
		x.State, x.PublishedBy, x.Publisher, x.PublishedAt = Open, me.Account, me.Name, &tx.Now
		return nil
	})
}

// End closes a programme for new proposals. What is promised is still paid, what is left may be carried over.
func (s *Service) End(ctx context.Context, in MoveInput) (Programme, error) {
	op := act.Op{Perm: Manage, Action: "fund.end", ID: in.ID, Version: in.Version, From: []string{Open}}
	return programmeKind.Change(ctx, s.db, op, func(_ *db.Tx, x *Programme) error {
		x.State = Ended
		return nil
	})
}

// CarryInput takes what is left of a programme to another, or back to where it came from.
type CarryInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	To      db.ID  `json:"to" required:"false" doc:"结转到哪个资金项目；空为交回"`
	Amount  int64  `json:"amount" format:"fen" minimum:"1" maximum:"1000000000000" doc:"分"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"依据的文件"`
}

// Carry takes money that is neither promised nor paid to a programme of the same division (结转), or hands it back (交回). Who does it has
// not prepared the programme from which it goes.
func (s *Service) Carry(ctx context.Context, in CarryInput) (Programme, error) {
	op := act.Op{Perm: Manage, Action: "fund.carry", ID: in.ID, Version: in.Version, From: []string{Open, Ended}, Cause: in.Reason,
		Detail: map[string]any{"amount": in.Amount, "into": in.To.String()}}
	return programmeKind.Change(ctx, s.db, op, func(tx *db.Tx, x *Programme) error {
		if err := s.apart(ctx, tx, x.MadeBy); err != nil {
			return err
		}
		code, target := handedBack, x.OutsideID
		if in.To != 0 {
			y, err := programmes.Get(ctx, tx, in.To)
			if err != nil && err != errs.ErrNotFound {
				return err
			}
			if err != nil || y.ID == x.ID || y.Region != x.Region || y.State == Ended || y.Year < x.Year {
				return errs.Field("to", "结转到本级当年或者以后年度、没有结束的资金项目")
			}
			code, target = carried, y.BudgetID
		}
		return over(move(ctx, tx, code, x.ID, x.BudgetID, target, in.Amount), "没有这么多结余：已经批准的不能动")
	})
}

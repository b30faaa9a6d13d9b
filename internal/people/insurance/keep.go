package insurance

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// TermsInput is what an edition of a policy says, as it is entered.
type TermsInput struct {
	Kind   string      `json:"kind" minLength:"1" maxLength:"40" doc:"哪一种保险，词典里的代码"`
	From   clock.Day   `json:"from" doc:"从哪天起"`
	To     clock.Day   `json:"to" doc:"到哪天为止（含）"`
	Limit  string      `json:"limit" required:"false" maxLength:"20" doc:"每人保额，元"`
	Covers string      `json:"covers" minLength:"1" maxLength:"300" doc:"保什么"`
	Holder string      `json:"holder" minLength:"1" maxLength:"60" doc:"投保单位"`
	File   blob.Upload `json:"file" required:"false" doc:"保险单的照片或 PDF"`

	fen int64 // the limit, read
}

// check reads the limit, and cleans the file outside of any transaction.
func (in *TermsInput) check() error {
	c := errs.Check{}
	c.That(in.From != 0, "from", "请写从哪天起")
	c.That(in.To >= in.From, "to", "到期日不能早于开始那天")
	c.That(in.To <= in.From.AddDays(longest), "to", "一张保险单最长五年")
	c.That(strings.TrimSpace(in.Covers) != "", "covers", "请写保什么")
	c.That(strings.TrimSpace(in.Holder) != "", "holder", "请写投保单位")
	var err error
	if in.Limit = strings.TrimSpace(in.Limit); in.Limit != "" {
		in.fen, err = format.ReadYuan(in.Limit)
		c.That(err == nil && in.fen >= 0, "limit", "保额写成 200000 或 200000.00 这样")
	}
	if err := c.Err(); err != nil {
		return err
	}
	if len(in.File.Data) > 0 && !bytes.HasPrefix(in.File.Data, []byte("%PDF-")) {
		in.File, err = blob.Clean(in.File)
	}
	return err
}

// longest is the most days that one policy may run.
const longest = 5 * 366

// EnterInput is a new policy.
type EnterInput struct {
	Scope     string      `json:"scope" set:"policy.scope"`
	Region    auth.Region `json:"region" required:"false" doc:"管一个地方的：哪里"`
	StationID db.ID       `json:"station_id" required:"false" doc:"站点的，或者哪个站点管名单"`
	TeamID    db.ID       `json:"team_id" required:"false"`
	Insurer   string      `json:"insurer" minLength:"2" maxLength:"60" doc:"保险公司"`
	Number    string      `json:"number" minLength:"1" maxLength:"60" doc:"保单号"`
	TermsInput
}

// Enter notes a policy of the actor's place.
func (s *Service) Enter(ctx context.Context, in EnterInput) (Policy, error) {
	op := act.Op{Perm: Keep, Action: "insurance.enter", Check: func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Insurer) != "", "insurer", "请写保险公司")
		c.That(strings.TrimSpace(in.Number) != "", "number", "请写保单号")
		if err := c.Err(); err != nil {
			return err
		}
		return in.check()
	}}
	me := auth.From(ctx)
	p := Policy{Version: 1, Scope: in.Scope, Insurer: strings.TrimSpace(in.Insurer), Number: strings.TrimSpace(in.Number), State: Active,
		ByID: me.Account, ByName: me.Name}
	return s.policies.Add(ctx, s.db, op, func(tx *db.Tx) (auth.Place, error) {
		err := in.whose(ctx, tx, &p)
		return p.place(), err
	}, func(tx *db.Tx) (Policy, error) {
		p.ID, p.At = tx.NewID(), tx.Now
		return p, s.edition(ctx, tx, &p, in.TermsInput)
	})
}

// whose fills in whom a policy is for; what lies elsewhere is not there for the actor.
func (in EnterInput) whose(ctx context.Context, tx *db.Tx, p *Policy) error {
	switch {
	case in.Scope == OfTeam:
		t, err := team.Get(ctx, tx, in.TeamID)
		if errs.KindOf(err) == errs.NotFound || err == nil && !auth.Can(ctx, Keep, auth.Place{Region: t.Region, Station: t.StationID}) {
			return errs.Field("team_id", "请选您管的地方的志愿服务队")
		}
		p.Region, p.StationID, p.TeamID, p.Whose = t.Region, t.StationID, t.ID, t.Name
		return err
	case in.Scope == OfStation || in.Scope == OfNamed && in.StationID != 0:
		st, err := station.Get(ctx, tx, in.StationID)
		if errs.KindOf(err) == errs.NotFound || err == nil && !auth.Can(ctx, Keep, auth.Place{Region: st.Region, Station: st.ID}) {
			return errs.Field("station_id", "请选您管的站点")
		}
		p.Region, p.StationID, p.Whose = st.Region, st.ID, st.Name
		return err
	}
	there, err := region.Exists(ctx, tx, in.Region)
	if err == nil && !there {
		err = errs.Field("region", "请选是哪里")
	}
	p.Region = in.Region
	return err
}

// edition puts new terms into a policy and keeps them as an edition; the row itself is written by the frame.
func (s *Service) edition(ctx context.Context, tx *db.Tx, p *Policy, in TermsInput) error {
	words, err := setting.Words(ctx, tx, setting.Insurance)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == in.Kind }) {
		return errs.Field("kind", "词典里没有这一种")
	}
	file := p.FileID
	if len(in.File.Data) > 0 {
		if file, err = s.blobs.Put(ctx, tx, in.File, blob.Owner{Kind: "policy", ID: p.ID, Region: p.Region}); err != nil {
			return err
		}
	}
	p.Terms = Terms{in.Kind, in.From, in.To, in.fen, strings.TrimSpace(in.Covers), strings.TrimSpace(in.Holder), file}
	p.Until, p.Editions = in.To, p.Editions+1
	return nil
}

// printed keeps an edition once its policy is there.
func printed(ctx context.Context, tx *db.Tx, p Policy, reason string) error {
	return editionTable.Insert(ctx, tx, Edition{p.ID, p.Editions, p.Terms, reason, auth.From(ctx).Name, tx.Now})
}

// AmendInput is a new edition of a policy, with why.
type AmendInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Why     string `json:"reason" minLength:"1" maxLength:"200" doc:"为什么改：批单号、改了什么"`
	TermsInput
}

// Amend gives a policy a new edition; the former ones stay to be read.
func (s *Service) Amend(ctx context.Context, in AmendInput) (Policy, error) {
	op := act.Op{Perm: Keep, Action: "insurance.amend", ID: in.ID, Version: in.Version, From: []string{Active}, Cause: in.Why,
		Check: func() error {
			if strings.TrimSpace(in.Why) == "" {
				return errs.Field("reason", "请写为什么改")
			}
			return in.check()
		}}
	return s.policies.Change(ctx, s.db, op, func(tx *db.Tx, p *Policy) error {
		if err := s.edition(ctx, tx, p, in.TermsInput); err != nil {
			return err
		}
		return printed(ctx, tx, *p, strings.TrimSpace(in.Why))
	})
}

// EndInput ends a policy before its day.
type EndInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Last    clock.Day `json:"last" doc:"有效到哪一天（含）"`
	Reason  string    `json:"reason" minLength:"1" maxLength:"200"`
}

// End ends a policy early: it was given up, or a policy that turned out not to hold.
func (s *Service) End(ctx context.Context, in EndInput) (Policy, error) {
	op := act.Op{Perm: Keep, Action: "insurance.end", ID: in.ID, Version: in.Version, From: []string{Active}, Cause: in.Reason,
		Check: filled(in.Reason)}
	return s.policies.Change(ctx, s.db, op, func(_ *db.Tx, p *Policy) error {
		if in.Last < p.From || in.Last >= p.To {
			return errs.Field("last", "要在 "+p.From.String()+" 到 "+p.To.AddDays(-1).String()+" 之间")
		}
		p.State, p.Until, p.Reason = Ended, in.Last, strings.TrimSpace(in.Reason)
		return nil
	})
}

func filled(reason string) func() error {
	return func() error {
		if strings.TrimSpace(reason) == "" {
			return errs.Field("reason", "请写原因")
		}
		return nil
	}
}

// AddInput puts people on the list of a policy.
type AddInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Numbers string    `json:"numbers" minLength:"1" maxLength:"40000" doc:"志愿者编号，一行一个，或者用空格、逗号隔开；可以从表格里整列粘贴"`
	From    clock.Day `json:"from" required:"false" doc:"从哪天起；不填为今天，保单还没开始的为它的第一天"`
}

// most is how many people are added at once.
const most = 1000

// numbers are the numbers of a list, each once.
func (in AddInput) numbers() (out []string) {
	for _, no := range strings.FieldsFunc(in.Numbers, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;，；、", r) }) {
		if no = strings.ToUpper(no); !slices.Contains(out, no) {
			out = append(out, no)
		}
	}
	return out
}

// Add puts volunteers of the actor's place on the list of a policy; who is on it already stays as he is. For days gone by
// the list says when it was entered, and nobody enters himself for them or for today.
func (s *Service) Add(ctx context.Context, in AddInput) (Policy, error) {
	list := in.numbers()
	op := act.Op{Perm: Keep, Action: "insurance.add", ID: in.ID, Version: in.Version, From: []string{Active}, Check: func() error {
		if len(list) == 0 || len(list) > most {
			return errs.Field("numbers", fmt.Sprintf("一次写 1 到 %d 个编号", most))
		}
		return nil
	}}
	return s.policies.Change(ctx, s.db, op, func(tx *db.Tx, p *Policy) error {
		if p.Scope != OfNamed {
			return errs.WrongState("这张保险单不看名单：" + scopes.Word(p.Scope))
		}
		from := in.From
		if from == 0 {
			from = max(p.From, clock.DayOf(tx.Now))
		}
		if from < p.From || from > p.Until {
			return errs.Field("from", "要在保单的日子里："+p.span())
		}
		for _, no := range list {
			if err := p.add(ctx, tx, no, from); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p Policy) add(ctx context.Context, tx *db.Tx, no string, from clock.Day) error {
	v, there, err := volunteer.ByNo(ctx, tx, no)
	if err != nil {
		return err
	}
	if !there || !auth.Can(ctx, Keep, auth.Place{Region: v.Region, Station: v.StationID}) {
		return errs.Field("numbers", "不是您管的地方的在册志愿者："+no)
	}
	me, today := auth.From(ctx), clock.DayOf(tx.Now)
	if me.Person != 0 && me.Person == v.PersonID && from <= today {
		return errs.Field("numbers", "您自己的从明天起，或者由别人登记："+no)
	}
	_, on, err := db.Found(openName.One(ctx, tx, p.ID, v.ID))
	if err != nil || on {
		return err
	}
	n := Name{PolicyID: p.ID, VolunteerID: v.ID, From: from, ByName: me.Name}
	if from < today {
		n.Reason = "补登，" + today.String() + " 才登记。"
	}
	added, err := nameTable.Add(ctx, tx, n)
	if err == nil && !added {
		err = errs.Field("numbers", "那一天起的已经登记过又去掉了："+no)
	}
	return err
}

// StrikeInput takes somebody off the list of a policy.
type StrikeInput struct {
	ID          db.ID     `path:"id"`
	Version     int64     `json:"version" minimum:"1"`
	VolunteerID db.ID     `json:"volunteer_id"`
	Last        clock.Day `json:"last" doc:"保到哪一天（含）；登记错了的，填开始的前一天"`
	Reason      string    `json:"reason" minLength:"1" maxLength:"200"`
}

// Strike takes somebody off the list after a day.
func (s *Service) Strike(ctx context.Context, in StrikeInput) (Policy, error) {
	op := act.Op{Perm: Keep, Action: "insurance.strike", ID: in.ID, Version: in.Version, Cause: in.Reason, Check: filled(in.Reason)}
	return s.policies.Change(ctx, s.db, op, func(tx *db.Tx, p *Policy) error {
		n, on, err := db.Found(openName.One(ctx, tx, p.ID, in.VolunteerID))
		if err == nil && !on {
			err = errs.WrongState("名单上没有这一位，或者已经去掉了")
		}
		if err != nil {
			return err
		}
		if in.Last < n.From.AddDays(-1) || in.Last > p.Until {
			return errs.Field("last", "要在 "+n.From.AddDays(-1).String()+" 到 "+p.Until.String()+" 之间")
		}
		_, err = strike.Run(ctx, tx, p.ID, in.VolunteerID, in.Last, strings.TrimSpace(in.Reason))
		return err
	})
}

package fund

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/people/team"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/ledger"
	"linli/internal/platform/notify"
)

// LineInput is a line of a budget; one without an amount and words is left out.
type LineInput struct {
	Category string `json:"category" required:"false" set:"fund_line.category"`
	What     string `json:"what" required:"false" maxLength:"60" doc:"买什么、做什么"`
	Amount   int64  `json:"amount" required:"false" format:"fen" minimum:"0" maximum:"1000000000000" doc:"分"`
}

// Plan is what a proposal says of what is to be done.
type Plan struct {
	Title        string      `json:"title" minLength:"2" maxLength:"60"`
	Responsible  string      `json:"responsible" minLength:"1" maxLength:"20" doc:"项目负责人；志愿服务队申报的为队伍负责人"`
	Purpose      string      `json:"purpose" minLength:"1" maxLength:"2000" doc:"做什么、为谁、怎么做"`
	From         clock.Day   `json:"from"`
	To           clock.Day   `json:"to"`
	TargetEvents int64       `json:"target_events" minimum:"1" maximum:"10000" doc:"打算办几场"`
	TargetTimes  int64       `json:"target_times" minimum:"1" maximum:"1000000" doc:"打算服务多少人次"`
	Lines        []LineInput `json:"lines" maxItems:"20" doc:"预算"`
}

// budget gives the lines that say something, and their sum.
func (in Plan) budget() (out []Line, sum int64, err error) {
	c := errs.Check{}
	for i, l := range in.Lines {
		if l.Amount == 0 && strings.TrimSpace(l.What) == "" {
			continue
		}
		c.That(l.Amount > 0, fmt.Sprintf("lines.%d.amount", i), "请写金额")
		c.That(l.Category != "", fmt.Sprintf("lines.%d.category", i), "请选类别")
		out = append(out, Line{N: int64(len(out) + 1), Category: l.Category, What: l.What, Amount: l.Amount})
		sum += l.Amount
	}
	c.That(len(out) > 0, "lines.0.amount", "预算至少写一行")
	c.That(in.From != 0 && in.To >= in.From, "to", "不能早于开始的一天")
	return out, sum, c.Err()
}

func (in Plan) check() error {
	_, _, err := in.budget()
	return err
}

// onto puts a plan into a proposal, within the limit of its programme.
func (in Plan) onto(f Programme, p *Proposal) ([]Line, error) {
	lines, sum, err := in.budget()
	if err == nil && sum > f.Most {
		err = errs.Field("lines.0.amount", "一个项目最多 "+format.Yuan(f.Most)+"，预算合计 "+format.Yuan(sum))
	}
	p.Title, p.Purpose, p.FromDay, p.ToDay = strings.TrimSpace(in.Title), in.Purpose, in.From, in.To
	p.TargetEvents, p.TargetTimes, p.Asked = in.TargetEvents, in.TargetTimes, sum
	if p.TeamID == 0 {
		p.Responsible = in.Responsible
	}
	return lines, err
}

// ProposeInput asks for money of a programme.
type ProposeInput struct {
	ID        db.ID  `path:"id" doc:"资金项目"`
	Applicant string `json:"applicant" set:"fund_proposal.applicant" doc:"站点、志愿服务队，或者地区（本级）"`
	TeamID    db.ID  `json:"team_id" required:"false" doc:"志愿服务队申报的"`
	Plan
}

// Propose asks for money: a station for itself or one of its teams, an officer for his division.
func (s *Service) Propose(ctx context.Context, in ProposeInput) (Proposal, error) {
	op := act.Op{Perm: Propose, Action: "fund.propose", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (p Proposal, err error) {
		f, err := s.offered(ctx, tx, in.ID)
		if err != nil {
			return p, err
		}
		today := clock.DayOf(tx.Now)
		if f.State != Open || today < f.FromDay || today > f.ToDay {
			return p, errs.WrongState("不在申报的日子里：" + f.FromDay.String() + " 至 " + f.ToDay.String())
		}
		me := auth.From(ctx)
		p = Proposal{ID: tx.NewID(), Version: 1, ProgrammeID: f.ID, Owner: f.Region, Applicant: in.Applicant, State: Proposed, Score: -1,
			ProposedBy: me.Account, Proposer: me.Name, ProposedAt: tx.Now, PersonID: me.Person}
		if err := s.applies(ctx, tx, f, in, &p); err != nil {
			return p, err
		}
		lines, err := in.onto(f, &p)
		if err != nil {
			return p, err
		}
		p.Steps = 1
		if err := proposalKind.Enter(ctx, tx, op, &p); err != nil {
			return p, err
		}
		if err := note(ctx, tx, p, Step{What: "propose", Amount: p.Asked}); err != nil {
			return p, err
		}
		if err := budgeted(ctx, tx, p, lines); err != nil {
			return p, err
		}
		return p, toHolder(ctx, tx, p, "有一个项目资金申报，请审批")
	})
}

// offered gives a programme that is published for the actor's place, or is in his hands.
func (s *Service) offered(ctx context.Context, tx *db.Tx, id db.ID) (Programme, error) {
	f, err := programmes.Get(ctx, tx, id)
	if err == nil && !auth.Can(ctx, View, at(f.Region)) && (f.State == Draft || !f.Region.Contains(auth.From(ctx).Seat())) {
		err = errs.ErrNotFound
	}
	return f, err
}

// applies says for whom a proposal is, and through which levels it goes.
func (s *Service) applies(ctx context.Context, tx *db.Tx, f Programme, in ProposeInput, p *Proposal) (err error) {
	seat := auth.From(ctx).Seat()
	allowed := map[string]bool{"station": f.ForStation, "team": f.ForTeam, "region": f.ForRegion}
	if !allowed[in.Applicant] {
		return errs.Field("applicant", "这项资金不由"+applicants.Word(in.Applicant)+"申报")
	}
	if in.Applicant == "region" {
		if seat.Level() > auth.LevelTown || seat == f.Region {
			return errs.Field("applicant", "地区申报由下级的苏木乡镇、旗县区、盟市办理")
		}
		p.Region = seat
		if p.ApplicantName, err = region.FullName(ctx, tx, seat); err == nil {
			p.Figure, err = s.figure(ctx, tx, seat)
		}
	} else {
		err = s.ofStation(ctx, tx, seat, in, p)
	}
	p.Above = p.Region.Parent()
	p.Holder = p.Above
	return err
}

// ofStation fills in the station of the actor's community, or one of its teams.
func (s *Service) ofStation(ctx context.Context, tx *db.Tx, seat auth.Region, in ProposeInput, p *Proposal) error {
	if seat.Level() != auth.LevelCommunity {
		return errs.Field("applicant", "站点和志愿服务队的由站里申报")
	}
	st, there, err := station.Of(ctx, tx, seat)
	if err == nil && !there {
		err = errs.WrongState("这里还没有站")
	}
	if err != nil {
		return err
	}
	p.Region, p.StationID, p.ApplicantName = st.Region, st.ID, st.Name
	if in.Applicant == "station" {
		return nil
	}
	t, err := team.Get(ctx, tx, in.TeamID)
	if err == errs.ErrNotFound || err == nil && (t.StationID != st.ID || t.State != team.Active) {
		return errs.Field("team_id", "请选本站在册的志愿服务队")
	}
	p.TeamID, p.ApplicantName, p.PersonID, p.Responsible = t.ID, t.Name, t.LeaderID, t.LeaderName
	return err
}

// figure is how well a division keeps its records, of this year and the last: what 规范化管理项目资金 looks at (方案四(三)).
func (s *Service) figure(ctx context.Context, tx *db.Tx, at auth.Region) (string, error) {
	today := clock.DayOf(tx.Now)
	from := (today/10000-1)*10000 + 101
	said, err := s.stats.Figures(ctx, tx, at, from, today, "on_time")
	if err != nil {
		return "", err
	}
	f := said["on_time"].Figure
	if f.Numerator == nil || f.Denominator == nil || *f.Denominator == 0 {
		return "记录及时率：" + from.String() + "以来没有到期的记录", nil
	}
	return "记录及时率 " + format.Percent(float64(*f.Numerator)/float64(*f.Denominator)) + "（" + from.String() + " 至 " + today.String() + "）", nil
}

func budgeted(ctx context.Context, tx *db.Tx, p Proposal, lines []Line) error {
	for _, l := range lines {
		l.ProposalID = p.ID
		if err := linesT.Insert(ctx, tx, l); err != nil {
			return err
		}
	}
	return nil
}

// step counts a step of a proposal and writes it down; the proposal keeps the count, so that two cannot take the same number.
func step(ctx context.Context, tx *db.Tx, p *Proposal, x Step) error {
	p.Steps++
	return note(ctx, tx, *p, x)
}

func note(ctx context.Context, tx *db.Tx, p Proposal, x Step) error {
	me := auth.From(ctx)
	x.ProposalID, x.N, x.ByID, x.ByName, x.At = p.ID, p.Steps, me.Account, me.Name, tx.Now
	return stepTable.Insert(ctx, tx, x)
}

func message(p Proposal, title string) notify.Message {
	return notify.Message{Title: title, Text: p.ApplicantName + "：" + p.Title, Link: inspection.PathOf(govProposals, p.ID)}
}

// toHolder leaves word with those in whose hands a proposal is.
func toHolder(ctx context.Context, tx *db.Tx, p Proposal, title string) error {
	return inspection.NotifyOfficers(ctx, tx, p.Holder, message(p, title))
}

// answer leaves word with the applicant.
func answer(ctx context.Context, tx *db.Tx, p Proposal, title string) error {
	m := message(p, title)
	if p.StationID == 0 {
		return inspection.NotifyOfficers(ctx, tx, p.Region, m)
	}
	m.Link = inspection.PathOf(deskProposals, p.ID)
	return inspection.NotifyManagers(ctx, tx, p.StationID, m)
}

// ResubmitInput is a proposal that was returned, put right.
type ResubmitInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Plan
}

// Resubmit hands a returned proposal in again, at the first level.
func (s *Service) Resubmit(ctx context.Context, in ResubmitInput) (Proposal, error) {
	op := act.Op{Perm: Propose, Action: "fund.resubmit", ID: in.ID, Version: in.Version, From: []string{Returned}, Check: in.check}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := mine(ctx, *p); err != nil {
			return err
		}
		f, err := programmes.Get(ctx, tx, p.ProgrammeID)
		if err != nil {
			return err
		}
		lines, err := in.onto(f, p)
		if err != nil {
			return err
		}
		if _, err := unlined.Run(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := budgeted(ctx, tx, *p, lines); err != nil {
			return err
		}
		p.State, p.Holder, p.SignedBy = Proposed, p.Above, 0
		if err := step(ctx, tx, p, Step{What: "resubmit", Amount: p.Asked}); err != nil {
			return err
		}
		return toHolder(ctx, tx, *p, "有一个项目资金申报补充好了，请审批")
	})
}

// mine says that the actor acts for the applicant: its station, or just that division.
func mine(ctx context.Context, p Proposal) error {
	if auth.From(ctx).Seat() != p.Region {
		return errs.ErrDenied
	}
	return nil
}

// ApproveInput agrees to a proposal, as it is or with less.
type ApproveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Amount  int64  `json:"amount" format:"fen" minimum:"1" maximum:"1000000000000" doc:"同意多少，分；最后一级两个人写的要一样"`
	Opinion string `json:"opinion" minLength:"1" maxLength:"300"`
}

// turn says that the actor may decide about what a level holds: its officers, or those above it.
func turn(ctx context.Context, holder auth.Region) error {
	if !auth.Can(ctx, Decide, at(holder)) {
		return errs.ErrDenied
	}
	return nil
}

// before are the steps whose people have no second hand in a decision.
var before = []string{"propose", "resubmit", "approve", "finish", "evaluate"}

// accepting are those whose people do not say that it was done.
var accepting = append(slices.Clone(before), "accept")

// Approve is the opinion of a level; it goes up until the programme's own, where two people sign: who deals with it, and who agrees. With
// the second signature the money is promised in the books.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Proposal, error) {
	op := act.Op{Perm: Decide, Action: "fund.approve", ID: in.ID, Version: in.Version, From: []string{Proposed}, Cause: in.Opinion}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := turn(ctx, p.Holder); err != nil {
			return err
		}
		if err := s.signs(ctx, tx, *p); err != nil {
			return err
		}
		if in.Amount > p.Asked {
			return errs.Field("amount", "不能多于申请的 "+format.Yuan(p.Asked))
		}
		if p.SignedBy != 0 && in.Amount != p.Approved {
			return errs.Field("amount", "第一位签的是 "+format.Yuan(p.Approved)+"；要改，先退回")
		}
		if err := step(ctx, tx, p, Step{What: "approve", Text: in.Opinion, Amount: in.Amount}); err != nil {
			return err
		}
		switch {
		case p.Holder != p.Owner:
			p.Holder = p.Holder.Parent()
			return toHolder(ctx, tx, *p, "有一个项目资金申报，请审批")
		case p.SignedBy == 0:
			p.SignedBy, p.Approved = auth.From(ctx).Account, in.Amount
			return toHolder(ctx, tx, *p, "有一个项目资金申报，等第二位签")
		}
		return s.commit(ctx, tx, p)
	})
}

// signs refuses who had a hand in an application as it stands. What was signed before it was sent back and filled in again is no signature
// any more: the same people sign anew.
func (s *Service) signs(ctx context.Context, tx *db.Tx, p Proposal) error {
	all, err := stepsOf.All(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	var signed, others []db.ID
	for _, x := range all {
		switch {
		case x.What == "approve":
			signed = append(signed, x.ByID)
		case slices.Contains(before, x.What):
			others = append(others, x.ByID)
		}
		if x.What == "resubmit" {
			signed = nil
		}
	}
	return s.judge(ctx, tx, p, append(others, signed...)...)
}

// commit promises the money of a proposal.
func (s *Service) commit(ctx context.Context, tx *db.Tx, p *Proposal) error {
	f, err := programmes.Get(ctx, tx, p.ProgrammeID)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		id   *db.ID
		kind string
	}{{&p.CommittedID, committedAccount}, {&p.PaidID, paidAccount}} {
		a, err := ledger.Open(ctx, tx, ledger.Fen, x.kind, p.Owner, ledger.Above(0))
		if err != nil {
			return err
		}
		*x.id = a.ID
	}
	if err := move(ctx, tx, committed, p.ID, f.BudgetID, p.CommittedID, p.Approved); err != nil {
		return over(err, "这项资金剩下的不够："+f.Name)
	}
	p.State, p.Holder = Doing, p.Above
	return answer(ctx, tx, *p, "项目资金申报批准了")
}

// Return sends a proposal back for what is missing.
func (s *Service) Return(ctx context.Context, in DecideInput) (Proposal, error) {
	return s.away(ctx, "fund.return", "return", Returned, "项目资金申报退回补充", in)
}

// Refuse says no to a proposal.
func (s *Service) Refuse(ctx context.Context, in DecideInput) (Proposal, error) {
	return s.away(ctx, "fund.refuse", "refuse", Refused, "项目资金申报没有批准", in)
}

func (s *Service) away(ctx context.Context, action, what, state, title string, in DecideInput) (Proposal, error) {
	op := act.Op{Perm: Decide, Action: action, ID: in.ID, Version: in.Version, From: []string{Proposed}, Cause: in.Reason, Check: in.why}
	return proposalKind.Change(ctx, s.db, op, func(tx *db.Tx, p *Proposal) error {
		if err := turn(ctx, p.Holder); err != nil {
			return err
		}
		if err := s.unlike(ctx, tx, *p, slices.DeleteFunc(slices.Clone(before), func(w string) bool { return w == "approve" })...); err != nil {
			return err
		}
		p.State, p.SignedBy, p.Approved = state, 0, 0
		if err := step(ctx, tx, p, Step{What: what, Text: in.Reason}); err != nil {
			return err
		}
		return answer(ctx, tx, *p, title)
	})
}

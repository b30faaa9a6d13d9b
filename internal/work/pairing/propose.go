package pairing

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Who is visited by two (两人同行): a convention of this system for children; the station may ask for it with anybody.
var byTwo = []string{"left_child", "child_hardship"}

// ProposeInput brings a person and volunteers together.
type ProposeInput struct {
	PersonID     db.ID     `json:"person_id"`
	VolunteerIDs []db.ID   `json:"volunteer_ids" minItems:"1" maxItems:"6"`
	RhythmDays   int64     `json:"rhythm_days" minimum:"1" maximum:"92" doc:"每多少天访一次"`
	TwoVisitors  bool      `json:"two_visitors" required:"false"`
	FirstDay     clock.Day `json:"first_day" required:"false" doc:"从哪天开始；不填为批准那天"`
	Consent      string    `json:"consent" set:"person_consent.how" doc:"对方怎样同意的"`
	GuardianID   db.ID     `json:"guardian_id" required:"false"`
}

func (in ProposeInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(in.Consent != person.BySelf, "consent", "对方没有在自己的账号里点选：写明口头、纸面或监护人")
	c.That(in.FirstDay == 0 || in.FirstDay >= today, "first_day", "不能早于今天")
	return c.Err()
}

// Propose enters a pairing: the person has agreed, and says how; the volunteers are asked.
func (s *Service) Propose(ctx context.Context, in ProposeInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "pairing.propose", Check: func() error { return in.check(clock.Today(ctx)) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		p, err := s.subject(ctx, tx, in.PersonID)
		if err != nil {
			return out, err
		}
		two, err := s.needsTwo(ctx, tx, p.ID)
		if err != nil {
			return out, err
		}
		if in.Consent == person.ByGuardian {
			if err := person.IsGuardian(ctx, tx, p.ID, in.GuardianID); err != nil {
				return out, err
			}
		}
		if err := person.Consent(ctx, tx, p.ID, person.PurposePairing, in.Consent, in.GuardianID); err != nil {
			return out, err
		}
		g := Pairing{ID: tx.NewID(), Version: 1, PersonID: p.ID, Name: p.Name, Region: p.Region, RhythmDays: in.RhythmDays,
			TwoVisitors: in.TwoVisitors || two, FirstDay: in.FirstDay, State: Proposed, Consent: in.Consent, ConsentDay: clock.DayOf(tx.Now),
			ProposedBy: auth.From(ctx).Name, ProposedAt: tx.Now}
		if err := s.pairings.Enter(ctx, tx, op, &g); err != nil {
			return out, err
		}
		for i, id := range in.VolunteerIDs {
			if slices.Contains(in.VolunteerIDs[:i], id) {
				continue
			}
			if err := ask(ctx, tx, g, "volunteer_ids", id, 0); err != nil {
				return out, err
			}
		}
		return s.detail(ctx, tx, g.ID)
	})
}

// subject gives the person of a new pairing, who is of a key group and lives where the actor keeps them.
func (s *Service) subject(ctx context.Context, tx *db.Tx, id db.ID) (person.Person, error) {
	p, err := person.Get(ctx, tx, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && !auth.Can(ctx, Keep, auth.Place{Region: p.Region}) {
		return p, errs.Field("person_id", "没有登记过这个人，或者不归您管")
	}
	if err != nil {
		return p, err
	}
	key, err := isKey.One(ctx, tx, p.ID)
	if err == nil && !key {
		err = errs.Field("person_id", "他的登记里没有写属于哪一类重点人群，先在居民登记里写上")
	}
	return p, err
}

// needsTwo says that a person is visited by two.
func (s *Service) needsTwo(ctx context.Context, tx *db.Tx, id db.ID) (bool, error) {
	groups, err := s.persons.Groups(ctx, tx, id)
	return ByTwo(groups), err
}

// ByTwo says that somebody of these groups is met by two visitors, never by one alone.
func ByTwo(groups []string) bool {
	return slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(byTwo, g) })
}

// ask adds a volunteer of the town whose answer is awaited, and tells him; field is that of the input.
func ask(ctx context.Context, tx *db.Tx, g Pairing, field string, id, follows db.ID) error {
	v, err := volunteer.Get(ctx, tx, id)
	of := func(v volunteer.Volunteer) bool {
		return v.Status == volunteer.Active && v.Region.At(auth.LevelTown) == g.Region.At(auth.LevelTown)
	}
	switch {
	case errs.KindOf(err) == errs.NotFound || err == nil && !of(v):
		return errs.Field(field, "有一位不是本苏木乡镇（街道）在册的志愿者")
	case err != nil:
		return err
	case v.PersonID == g.PersonID:
		return errs.Field(field, "不能和自己结对")
	}
	list, err := membersOf.All(ctx, tx, g.ID, clock.DayOf(tx.Now))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(m Member) bool { return m.VolunteerID == id && (m.State == Asked || m.State == Agreed) }) {
		return errs.Field(field, "有一位已经在这个结对里")
	}
	m := Member{ID: tx.NewID(), Version: 1, PairingID: g.ID, VolunteerID: id, FollowsID: follows, State: Asked, ByName: auth.From(ctx).Name,
		At: tx.Now}
	if err := memberTable.Insert(ctx, tx, m); err != nil {
		return err
	}
	return tell(ctx, tx, v.PersonID, notify.Message{Title: "站里想请您结对，请答复", Text: "请您和 " + g.Name + " 结对", Link: mineAt})
}

// tell leaves a message for a person who has an account.
func tell(ctx context.Context, tx *db.Tx, id db.ID, m notify.Message) error {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return err
	}
	m.To, m.Kind = a.ID, "pairing"
	return notify.Send(ctx, tx, m)
}

// AnswerInput is the answer of somebody who was asked to go.
type AnswerInput struct {
	ID       db.ID  `path:"id"`
	MemberID db.ID  `json:"member_id" required:"false" doc:"站里代记时写是谁；不填就是本人"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

// Agree lets a volunteer take a pairing upon himself. Whom he follows goes no more from today on.
func (s *Service) Agree(ctx context.Context, in AnswerInput) (Detail, error) {
	return s.answer(ctx, "pairing.agree", in, func(tx *db.Tx, g *Pairing, m *Member) error {
		m.State, m.FromDay = Agreed, clock.DayOf(tx.Now)
		if m.FollowsID == 0 {
			return nil
		}
		was, err := memberAt.Get(ctx, tx, m.FollowsID, clock.DayOf(tx.Now))
		if err != nil || was.State == Over {
			return err
		}
		was.State, was.ToDay = Over, clock.DayOf(tx.Now)
		return memberTable.Update(ctx, tx, &was)
	})
}

// Decline lets a volunteer say that he does not.
func (s *Service) Decline(ctx context.Context, in AnswerInput) (Detail, error) {
	return s.answer(ctx, "pairing.decline", in, func(_ *db.Tx, _ *Pairing, m *Member) error {
		m.State = Declined
		return nil
	})
}

func (s *Service) answer(ctx context.Context, action string, in AnswerInput,
	fn func(tx *db.Tx, g *Pairing, m *Member) error) (Detail, error) {
	op := act.Op{Perm: Answer, Action: action, ID: in.ID, From: []string{Proposed, Active}, Cause: strings.TrimSpace(in.Reason)}
	return act.ChangeTo(ctx, s.db, &s.pairings, op, func(tx *db.Tx, g *Pairing) error {
		m, own, err := s.member(ctx, tx, *g, in.MemberID, func(m Member) bool { return m.State == Asked })
		if err != nil {
			return err
		}
		m.How, m.ByName, m.At = person.BySpoken, auth.From(ctx).Name, tx.Now
		if own {
			m.How = person.BySelf
		}
		if err := fn(tx, g, &m); err != nil {
			return err
		}
		return memberTable.Update(ctx, tx, &m)
	}, s.show(ctx))
}

// member gives whom the actor speaks for: himself, or whom the desk names. own says which.
func (s *Service) member(ctx context.Context, tx *db.Tx, g Pairing, id db.ID, fits func(Member) bool) (m Member, own bool, err error) {
	list, err := membersOf.All(ctx, tx, g.ID, clock.DayOf(tx.Now))
	if err != nil {
		return m, false, err
	}
	me := auth.From(ctx).Person
	for _, m := range list {
		if own := me != 0 && m.PersonID == me; fits(m) && (own && id == 0 || id == m.ID) {
			if !own && !auth.Can(ctx, Keep, auth.Place{Region: g.Region}) {
				return m, false, errs.ErrDenied
			}
			return m, own, nil
		}
	}
	if id == 0 && auth.Can(ctx, Keep, auth.Place{Region: g.Region}) {
		return m, false, errs.Field("member_id", "请选是哪一位志愿者")
	}
	return m, false, errs.WrongState("现在没有等您办的")
}

// ApproveInput is the station's decision on a proposed pairing.
type ApproveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Approve puts a pairing in force when both sides have agreed; its first window begins.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Detail, error) {
	op := act.Op{Perm: Approve, Action: "pairing.approve", ID: in.ID, Version: in.Version, From: []string{Proposed}, Cause: in.Reason}
	return act.ChangeTo(ctx, s.db, &s.pairings, op, func(tx *db.Tx, g *Pairing) error {
		today := clock.DayOf(tx.Now)
		if err := s.enough(ctx, tx, *g, 0); err != nil {
			return err
		}
		g.State, g.ApprovedBy, g.ApprovedDay, g.FirstDay = Active, auth.From(ctx).Name, today, max(g.FirstDay, today)
		return open(ctx, tx, *g, today)
	}, s.show(ctx))
}

// enough refuses a pairing with too few who go, without counting one of them.
func (s *Service) enough(ctx context.Context, tx *db.Tx, g Pairing, without db.ID) error {
	list, err := membersOf.All(ctx, tx, g.ID, clock.DayOf(tx.Now))
	if err != nil {
		return err
	}
	n := 0
	for _, m := range list {
		if m.State == Agreed && m.ID != without {
			n++
		}
	}
	switch {
	case n == 0:
		return errs.WrongState("还没有一位志愿者答应")
	case g.TwoVisitors && n < 2:
		return errs.WrongState("要两人同行的结对，至少要两位志愿者答应")
	}
	return nil
}

// Refuse ends a proposal; the person is on the list again.
func (s *Service) Refuse(ctx context.Context, in ApproveInput) (Detail, error) {
	op := act.Op{Perm: Approve, Action: "pairing.refuse", ID: in.ID, Version: in.Version, From: []string{Proposed}, Cause: in.Reason,
		Check: func() error {
			if strings.TrimSpace(in.Reason) == "" {
				return errs.Field("reason", "请写明为什么没有结成")
			}
			return nil
		}}
	return act.ChangeTo(ctx, s.db, &s.pairings, op, func(tx *db.Tx, g *Pairing) error {
		g.State, g.EndedBy, g.EndedDay, g.EndedWhy = Refused, auth.From(ctx).Name, clock.DayOf(tx.Now), in.Reason
		return nil
	}, s.show(ctx))
}

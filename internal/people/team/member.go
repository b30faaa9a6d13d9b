package team

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// InviteInput asks a volunteer into a team.
type InviteInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	No      string `json:"volunteer_no" minLength:"1" maxLength:"20" doc:"志愿者编号"`
}

// Invite asks a volunteer whether he wants to be in the team.
func (s *Service) Invite(ctx context.Context, in InviteInput) (Detail, error) {
	op := act.Op{Perm: Lead, Action: "team.invite", ID: in.ID, Version: in.Version, From: []string{Applied, Active}}
	return s.change(ctx, op, func(tx *db.Tx, t *Team) error {
		v, err := numbered(ctx, tx, in.No, "volunteer_no")
		if err != nil {
			return err
		}
		return s.take(ctx, tx, *t, v, v.PersonID == auth.From(ctx).Person, false)
	})
}

// JoinInput names the team that somebody wants to be in.
type JoinInput struct {
	ID db.ID `path:"id"`
}

// Join asks for a place in a team, for oneself.
func (s *Service) Join(ctx context.Context, in JoinInput) (Membership, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Join, Action: "team.join"}, func(tx *db.Tx) (Membership, error) {
		t, err := Get(ctx, tx, in.ID)
		if err != nil {
			return Membership{}, err
		}
		if t.State != Active && t.State != Applied {
			return Membership{}, errs.ErrNotFound
		}
		me := auth.From(ctx).Person
		v, ok, err := db.Found(byPerson.One(ctx, tx, me))
		if v, err = ready("id")(v, ok, err); errs.KindOf(err) == errs.Invalid {
			return Membership{}, errs.Deny("先登记为志愿者，审核以后就能加入队伍")
		}
		if err != nil {
			return Membership{}, err
		}
		m := Membership{ID: tx.NewID(), TeamID: t.ID, PersonID: me, VolunteerID: v.ID, State: Wants, Agreed: "self",
			AskedBy: auth.From(ctx).Account, AskedAt: tx.Now, Version: 1}
		if err := s.enter(ctx, tx, t, m, "team.join"); err != nil {
			return Membership{}, err
		}
		return memberByID.Get(ctx, tx, m.ID)
	})
}

// MemberInput names a membership.
type MemberInput struct {
	ID db.ID `path:"id"`
}

// Membership gives one, to whose it is and to whoever runs the place.
func (s *Service) Membership(ctx context.Context, in MemberInput) (Membership, error) {
	return s.own.Get(ctx, s.db, in.ID)
}

// AnswerInput answers an invitation.
type AnswerInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Agree   bool   `json:"agree"`
	How     string `json:"how" required:"false" enum:"self,paper,spoken" default:"self" maxLength:"8" doc:"站里代答时，本人怎样说的"`
}

// Answer says whether somebody who was asked wants to be in the team: himself, or the station on his word.
func (s *Service) Answer(ctx context.Context, in AnswerInput) (Membership, error) {
	op := act.Op{Perm: Join, Action: "team.answer", ID: in.ID, Version: in.Version, From: []string{Asked}, Wrong: "已经答复过"}
	return s.membership(ctx, &s.own, op, func(tx *db.Tx, m *Membership) error {
		how := in.How
		switch mine := m.PersonID == auth.From(ctx).Person; {
		case mine:
			how = "self"
		case how == "self":
			return errs.Field("how", "替人答复要写明本人怎样说的")
		}
		return m.settle(tx, in.Agree, how)
	})
}

// settle ends the waiting of a membership.
func (m *Membership) settle(tx *db.Tx, yes bool, how string) error {
	m.State, m.Agreed, m.FromDay = Decline, how, 0
	if yes {
		m.State, m.FromDay = In, clock.DayOf(tx.Now)
	}
	return nil
}

// DecideInput answers somebody who wants to be in a team.
type DecideInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Agree   bool   `json:"agree"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Decide says whether somebody who wants to be in the team may.
func (s *Service) Decide(ctx context.Context, in DecideInput) (Membership, error) {
	op := act.Op{Perm: Lead, Action: "team.decide", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Wants},
		Wrong: "已经答复过"}
	return s.membership(ctx, &s.led, op, func(tx *db.Tx, m *Membership) error {
		m.Reason = strings.TrimSpace(in.Reason)
		if err := m.settle(tx, in.Agree, m.Agreed); err != nil {
			return err
		}
		title := "您加入了志愿服务队"
		if !in.Agree {
			title = "志愿服务队这次没有收您"
		}
		return tell(ctx, tx, m.PersonID, title, m.Team, minePath(m.TeamID))
	})
}

// LeaveInput takes somebody out of a team.
type LeaveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

var leavable = []string{Wants, In}

// Leave takes oneself out of a team, or back what one asked for; the station may do it on somebody's word. Who leads it hands over first.
func (s *Service) Leave(ctx context.Context, in LeaveInput) (Membership, error) {
	op := act.Op{Perm: Join, Action: "team.leave", ID: in.ID, Version: in.Version, Cause: in.Reason, From: leavable}
	return s.membership(ctx, &s.own, op, func(tx *db.Tx, m *Membership) error { return m.depart(ctx, tx, in.Reason) })
}

// Remove takes somebody out of a team with a reason that he is told.
func (s *Service) Remove(ctx context.Context, in LeaveInput) (Membership, error) {
	op := act.Op{Perm: Lead, Action: "team.remove", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Asked, In},
		Check: func() error {
			if strings.TrimSpace(in.Reason) == "" {
				return errs.Field("reason", "请写明原因，本人看得到")
			}
			return nil
		}}
	return s.membership(ctx, &s.led, op, func(tx *db.Tx, m *Membership) error {
		if err := m.depart(ctx, tx, in.Reason); err != nil {
			return err
		}
		return tell(ctx, tx, m.PersonID, "您不再是队员", m.Team+"："+m.Reason, "/my/teams")
	})
}

// depart ends a membership today; the leader's ends when somebody else leads.
func (m *Membership) depart(ctx context.Context, tx *db.Tx, reason string) error {
	if m.Office == Leader {
		return errs.Clash("负责人先把队伍交给别人，再离队")
	}
	if m.Office == Deputy {
		if err := endOffices(ctx, tx, m.TeamID, m.PersonID); err != nil {
			return err
		}
	}
	m.leave(tx, strings.TrimSpace(reason))
	return nil
}

// leave ends a membership, or what has not become one.
func (m *Membership) leave(tx *db.Tx, reason string) {
	m.Reason = reason
	if m.State != In {
		m.State = Decline
		return
	}
	m.State, m.ToDay = Left, clock.DayOf(tx.Now)
}

// membership is a change of a membership while its team is one; the team is held meanwhile, so that a leader is not appointed beside it.
func (s *Service) membership(ctx context.Context, k *act.Kind[Membership], op act.Op,
	fn func(tx *db.Tx, m *Membership) error) (Membership, error) {
	return act.ChangeTo(ctx, s.db, k, op, func(tx *db.Tx, m *Membership) error {
		t, err := Get(ctx, tx, m.TeamID)
		if err != nil {
			return err
		}
		if t.State == Dissolved || t.State == Refused {
			return errs.WrongState("这支队伍" + states.Word(t.State))
		}
		if err := table.Lock(ctx, tx, t); err != nil {
			return err
		}
		return fn(tx, m)
	}, func(tx *db.Tx, m Membership) (Membership, error) { return memberByID.Get(ctx, tx, m.ID) })
}

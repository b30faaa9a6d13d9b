package team

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Owner is who answers for a team on this day: the leader, while he is away or gone his deputy. 0 says that the station does, on whose
// list the team then stands; there is no third.
func Owner(ctx context.Context, tx *db.Tx, id db.ID) (person db.ID, office string, err error) {
	held, err := officesNow.All(ctx, tx, id)
	if err != nil {
		return 0, "", err
	}
	slices.SortStableFunc(held, func(a, b Office) int { return strings.Compare(b.Role, a.Role) }) // the leader before the deputy
	for _, o := range held {
		n, err := away.One(ctx, tx, o.PersonID, int64(clock.DayOf(tx.Now)))
		if err != nil {
			return 0, "", err
		}
		if n == 0 {
			return o.PersonID, o.Role, nil
		}
	}
	return 0, "", nil
}

// AppointInput gives an office of a team to a member, or takes the deputy's away.
type AppointInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	PersonID db.ID  `json:"person_id" required:"false" doc:"哪位队员；副负责人可以不设"`
	Role     string `json:"role" set:"team_role.role" maxLength:"8"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

// Appoint hands a team over to another leader, or names a deputy. What waits for the leader waits for the new one from now on.
func (s *Service) Appoint(ctx context.Context, in AppointInput) (Detail, error) {
	op := act.Op{Perm: Lead, Action: "team.appoint", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Active},
		Detail: map[string]any{"role": in.Role}}
	return s.change(ctx, op, func(tx *db.Tx, t *Team) error {
		if in.PersonID == 0 {
			if in.Role == Leader {
				return errs.Field("person_id", "队伍要有负责人")
			}
			return endOffice(ctx, tx, t.ID, Deputy)
		}
		m, ok, err := db.Found(inside.One(ctx, tx, t.ID, in.PersonID))
		if err != nil {
			return err
		}
		if !ok || m.State != In {
			return errs.Field("person_id", "不是这支队伍的队员")
		}
		if m.Office == in.Role {
			return errs.Field("person_id", "已经是"+offices.Word(in.Role))
		}
		if in.Role == Deputy && m.Office == Leader {
			return errs.Field("person_id", "负责人不能兼副负责人，先把队伍交给别人")
		}
		return s.seat(ctx, tx, *t, m, in.Role)
	})
}

// seat gives an office to a member: who had it, and what else the member had, ends.
func (s *Service) seat(ctx context.Context, tx *db.Tx, t Team, m Membership, role string) error {
	p, err := person.Get(ctx, tx, m.PersonID)
	if err != nil {
		return err
	}
	if age := person.AgeOn(p.BirthDay, clock.DayOf(tx.Now)); age >= 0 && age < person.Adult {
		return errs.Field("person_id", "要满十八周岁")
	}
	if err := endOffices(ctx, tx, t.ID, m.PersonID); err != nil {
		return err
	}
	if err := endOffice(ctx, tx, t.ID, role); err != nil {
		return err
	}
	if err := officeTable.Insert(ctx, tx, Office{ID: tx.NewID(), TeamID: t.ID, PersonID: m.PersonID, Role: role,
		FromDay: clock.DayOf(tx.Now), GivenBy: auth.From(ctx).Account, GivenAt: tx.Now}); err != nil {
		return err
	}
	return tell(ctx, tx, m.PersonID, "您是志愿服务队的"+offices.Word(role), t.Name, minePath(t.ID))
}

// endOffice ends an office of a team today, whoever holds it.
func endOffice(ctx context.Context, tx *db.Tx, team db.ID, role string) error {
	held, err := officeNow.All(ctx, tx, team, role)
	return endAll(ctx, tx, held, err)
}

// endOffices ends what somebody holds in a team.
func endOffices(ctx context.Context, tx *db.Tx, team, person db.ID) error {
	held, err := heldBy.All(ctx, tx, person)
	held = slices.DeleteFunc(held, func(o Office) bool { return o.TeamID != team })
	return endAll(ctx, tx, held, err)
}

func endAll(ctx context.Context, tx *db.Tx, held []Office, err error) error {
	for _, o := range held {
		if err == nil {
			o.ToDay = clock.DayOf(tx.Now)
			err = officeTable.Update(ctx, tx, &o)
		}
	}
	return err
}

// DissolveInput ends a team.
type DissolveInput struct {
	ID          db.ID  `path:"id"`
	Version     int64  `json:"version" minimum:"1"`
	SuccessorID db.ID  `json:"successor_id" doc:"接手的队伍：记录由它出证明，没办完的由它办"`
	Reason      string `json:"reason" minLength:"1" maxLength:"200"`
}

// Dissolve ends a team; another one of the banner takes over its records and what is not done yet. Its members are told.
func (s *Service) Dissolve(ctx context.Context, in DissolveInput) (Detail, error) {
	op := act.Op{Perm: Approve, Action: "team.dissolve", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Active},
		Detail: map[string]any{"successor": in.SuccessorID}, Check: func() error {
			if strings.TrimSpace(in.Reason) == "" {
				return errs.Field("reason", "请写明原因")
			}
			return nil
		}}
	return s.change(ctx, op, func(tx *db.Tx, t *Team) error {
		next, err := Get(ctx, tx, in.SuccessorID)
		missing := errs.KindOf(err) == errs.NotFound
		if err != nil && !missing {
			return err
		}
		if missing || next.State != Active || next.ID == t.ID || next.Region.At(auth.LevelBanner) != t.Region.At(auth.LevelBanner) {
			return errs.Field("successor_id", "接手的要是本旗县区另一支在册的队伍")
		}
		if err := table.Lock(ctx, tx, next); err != nil {
			return err
		}
		members, err := openOf.All(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		for _, m := range members {
			m.leave(tx, "队伍解散")
			if err := memberTable.Update(ctx, tx, &m); err != nil {
				return err
			}
			if err := tell(ctx, tx, m.PersonID, "您所在的志愿服务队解散了", t.Name+"，由"+next.Name+"接手", "/my/teams"); err != nil {
				return err
			}
		}
		held, err := officesNow.All(ctx, tx, t.ID)
		if err := endAll(ctx, tx, held, err); err != nil {
			return err
		}
		t.State, t.DissolvedDay, t.SuccessorID, t.Reason = Dissolved, clock.DayOf(tx.Now), next.ID, strings.TrimSpace(in.Reason)
		return s.Dissolved.Publish(ctx, tx, DissolvedEvent{*t, next})
	})
}

// Successor follows a team to the one that has taken over: itself while it is one.
func Successor(ctx context.Context, tx *db.Tx, id db.ID) (Team, error) {
	t, err := Get(ctx, tx, id)
	for err == nil && t.SuccessorID != 0 {
		t, err = Get(ctx, tx, t.SuccessorID)
	}
	return t, err
}

// out takes somebody out of every team who is no volunteer any more: a deputy moves up, else the station answers for the team from now on.
func (s *Service) out(ctx context.Context, tx *db.Tx, person db.ID, reason string) error {
	mine, err := mineOf.All(ctx, tx, person)
	if err != nil {
		return err
	}
	for _, m := range mine {
		t, err := Get(ctx, tx, m.TeamID)
		if err != nil {
			return err
		}
		if err := table.Lock(ctx, tx, t); err != nil {
			return err
		}
		if err := endOffices(ctx, tx, t.ID, person); err != nil {
			return err
		}
		if m.Office == Leader && t.DeputyID != 0 {
			next, err := inside.One(ctx, tx, t.ID, t.DeputyID)
			if err == nil {
				err = s.seat(ctx, tx, t, next, Leader)
			}
			if err != nil {
				return err
			}
		}
		m.leave(tx, reason)
		if err := memberTable.Update(ctx, tx, &m); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "team.leave", Object: "team_member", ID: m.ID.String(), Region: t.Region,
			Cause: reason, Detail: map[string]any{"to": m.State}}); err != nil {
			return err
		}
	}
	return nil
}

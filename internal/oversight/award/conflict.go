package award

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"linli/internal/civic/proof"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// errConflict says why somebody keeps out of a nomination.
func errConflict(why string) error { return errs.New(errs.Conflict, "conflict_of_interest", why) }

// tie is what the data know between an account, or its person, and one who was nominated.
type tie struct{ Teams, Visits, Offices int64 }

// ties counts teams that both are in, pairings in which one visits the other or both visit the same, and offices that one gave the other.
var ties = db.Query[tie](`SELECT
	(SELECT COUNT(*) FROM team_member a JOIN team_member b ON b.team_id = a.team_id AND b.state = 'in' WHERE a.state = 'in'
	AND a.person_id = $1 AND b.person_id = $2) AS teams,
	(SELECT COUNT(*) FROM pairing p JOIN pairing_member m ON m.pairing_id = p.id AND m.state = 'agreed'
	JOIN volunteer v ON v.id = m.volunteer_id 
	WHERE p.state = 'active' AND (p.person_id = $1 AND v.person_id = $2 OR p.person_id = $2 AND v.person_id = $1))
	+ (SELECT COUNT(*) FROM pairing_member m JOIN volunteer v ON v.id = m.volunteer_id JOIN pairing_member k ON k.pairing_id = m.pairing_id
	AND k.state = 'agreed' JOIN volunteer w ON w.id = k.volunteer_id WHERE m.state = 'agreed' AND v.person_id = $1
	AND w.person_id = $2) AS visits,
	(SELECT COUNT(*) FROM role_grant g JOIN account c ON c.id = g.account_id WHERE g.ended_at IS NULL AND (g.account_id = $3
	AND g.granted_by IN (SELECT x.id FROM account x WHERE x.person_id = $2) OR c.person_id = $2 AND g.granted_by = $3)) AS offices`)

// party is who may have a conflict: an account with its person.
type party struct{ Account, Person db.ID }

func actor(ctx context.Context) party { a := auth.From(ctx); return party{a.Account, a.Person} }

// against says why somebody keeps out of a nomination, by what he declared and what the data know; "" when he need not.
func (s *Service) against(ctx context.Context, tx *db.Tx, n Nomination, who party) (string, error) {
	list, err := declared.All(ctx, tx, n.ID)
	if err != nil {
		return "", err
	}
	if i := slices.IndexFunc(list, func(c Conflict) bool { return c.AccountID == who.Account }); i >= 0 {
		return "自己声明要回避：" + list[i].Text, nil
	}
	own, err := inspection.Serves(ctx, tx, who.Account, who.Person, n.StationID, n.Region, n.TeamID)
	if err != nil || own {
		return "在提名的站或者队里", err
	}
	if n.PersonID == 0 {
		return "", nil
	}
	why, err := proof.Now(tx, s.persons).Independent(ctx, proof.Hand{Account: who.Account, Person: who.Person}, proof.Hand{Person: n.PersonID})
	if err != nil || why != "" {
		return "和被提名的人：" + why, err
	}
	t, err := ties.One(ctx, tx, who.Person, n.PersonID, who.Account)
	switch {
	case err != nil:
		return "", err
	case t.Teams > 0:
		return "和被提名的人在同一支队里", nil
	case t.Visits > 0:
		return "和被提名的人结对", nil
	case t.Offices > 0:
		return "和被提名的人是上下级", nil
	}
	return "", nil
}

// clear refuses the actor who keeps out of a nomination, or did a step of it before.
func (s *Service) clear(ctx context.Context, tx *db.Tx, n Nomination, before ...db.ID) error {
	why, err := proof.Apart(ctx, tx, s.persons, before...)
	if err == nil && why == "" {
		if why, err = s.against(ctx, tx, n, actor(ctx)); why != "" {
			why = "您要回避：" + why
		}
	}
	if err == nil && why != "" {
		err = errConflict(why)
	}
	return err
}

// DeclareInput is one's own word that he keeps out.
type DeclareInput struct {
	ID   db.ID  `path:"id"`
	Text string `json:"text" minLength:"1" maxLength:"200" doc:"什么关系"`
}

// Declare notes the actor's own word that he keeps out of a nomination; it is not taken back.
func (s *Service) Declare(ctx context.Context, in DeclareInput) (Conflict, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Score, Action: "award.declare"}, func(tx *db.Tx) (x Conflict, err error) {
		n, err := s.seen(ctx, tx, Score, in.ID)
		if err != nil {
			return x, err
		}
		if n.State == Awarded || n.State == Struck {
			return x, errs.WrongState("已经有结果了")
		}
		me := auth.From(ctx)
		x = Conflict{ID: tx.NewID(), NominationID: n.ID, AccountID: me.Account, Name: me.Name, Text: strings.TrimSpace(in.Text), At: tx.Now}
		x.Text = cmp.Or(x.Text, "不便说明")
		added, err := conflicts.Add(ctx, tx, x)
		if err == nil && !added {
			err = errs.WrongState("已经声明过")
		}
		if err != nil {
			return x, err
		}
		return x, audit.Write(ctx, tx, audit.Entry{Action: "award.declare", Object: "award_nomination", ID: n.ID.String(), Region: n.Owner})
	})
}

// seen gives a nomination for something that is done at the level that decides.
func (s *Service) seen(ctx context.Context, tx *db.Tx, perm auth.Perm, id db.ID) (Nomination, error) {
	n, err := nominations.Get(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, View, View, n.place())
	}
	if err == nil && !auth.Can(ctx, perm, at(n.Owner)) {
		err = errs.ErrDenied
	}
	return n, err
}

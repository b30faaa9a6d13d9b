package fund

import (
	"context"
	"slices"

	"linli/internal/civic/appointment"
	"linli/internal/civic/proof"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// owner is who holds an account.
type owner struct {
	PersonID db.ID
	Name     string
}

var (
	ownerOf = db.Query[owner](`SELECT person_id, name FROM account WHERE id = $1`)
	// serves counts what binds an account to an applicant: an office at its station or division, a place in its team.
	serves = db.Query[int64](`SELECT (SELECT COUNT(*) FROM role_grant g WHERE g.account_id = $1 AND g.ended_at IS NULL
		AND (g.station_id = $2 OR g.region = $3)) + (SELECT COUNT(*) FROM team_member m WHERE m.team_id = $4 AND m.person_id = $5
		AND m.state = 'in') AS n`)
)

// apart refuses the actor who is not independent of those who had a hand in something before him.
func (s *Service) apart(ctx context.Context, tx *db.Tx, before ...db.ID) error {
	a := auth.From(ctx)
	if a.System != "" {
		return errs.Deny("这一步要由人来办")
	}
	if why, err := appointment.Unsure(ctx, tx, a.Account, tx.Now); err != nil || why != "" {
		return refused(err, "您"+why)
	}
	me, bench := proof.Hand{Account: a.Account, Person: a.Person}, proof.Now(tx, s.persons)
	slices.Sort(before)
	for _, id := range slices.Compact(before) {
		if id == 0 {
			continue
		}
		x, _, err := db.Found(ownerOf.One(ctx, tx, id))
		if err != nil {
			return err
		}
		if id == a.Account {
			return errs.Deny("前一步是您自己办的，这一步要换一个人办")
		}
		why, err := bench.Independent(ctx, me, proof.Hand{Account: id, Person: x.PersonID})
		if err != nil || why != "" {
			return refused(err, "您和经手的"+x.Name+"："+why+"，要换人办")
		}
	}
	return nil
}

// judge is apart for who decides about a proposal: he has no office and no place with the applicant, and is nobody close to who leads it.
func (s *Service) judge(ctx context.Context, tx *db.Tx, p Proposal, before ...db.ID) error {
	a := auth.From(ctx)
	n, err := serves.One(ctx, tx, a.Account, p.StationID, int64(p.Region), p.TeamID, a.Person)
	if err != nil || n > 0 {
		return refused(err, "您在申报的单位任职或者是它的队员，要回避")
	}
	if p.PersonID != 0 {
		why, err := proof.Now(tx, s.persons).Independent(ctx, proof.Hand{Account: a.Account, Person: a.Person}, proof.Hand{Person: p.PersonID})
		if err != nil || why != "" {
			return refused(err, "您和项目负责人："+why+"，要回避")
		}
	}
	return s.apart(ctx, tx, append(before, p.ProposedBy)...)
}

// hands are the accounts that did certain steps of a proposal.
func hands(ctx context.Context, tx *db.Tx, p Proposal, what ...string) (out []db.ID, err error) {
	all, err := stepsOf.All(ctx, tx, p.ID)
	for _, x := range all {
		if slices.Contains(what, x.What) {
			out = append(out, x.ByID)
		}
	}
	return out, err
}

// unlike is judge against everybody who did certain steps.
func (s *Service) unlike(ctx context.Context, tx *db.Tx, p Proposal, what ...string) error {
	before, err := hands(ctx, tx, p, what...)
	if err != nil {
		return err
	}
	return s.judge(ctx, tx, p, before...)
}

func refused(err error, why string) error {
	if err != nil {
		return err
	}
	return errs.Deny(why)
}

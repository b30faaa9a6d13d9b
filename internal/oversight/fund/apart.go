package fund

import (
	"context"
	"slices"

	"linli/internal/civic/proof"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// apart refuses the actor who is not independent of those who had a hand in something before him.
func (s *Service) apart(ctx context.Context, tx *db.Tx, before ...db.ID) error {
	why, err := proof.Apart(ctx, tx, s.persons, before...)
	if err != nil || why != "" {
		return refused(err, why)
	}
	return nil
}

// judge is apart for who decides about a proposal: he has no office and no place with the applicant, and is nobody close to who leads it.
func (s *Service) judge(ctx context.Context, tx *db.Tx, p Proposal, before ...db.ID) error {
	a := auth.From(ctx)
	own, err := inspection.Serves(ctx, tx, a.Account, a.Person, p.StationID, p.Region, p.TeamID)
	if err != nil || own {
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

// apartFrom says to who might decide by his office why he may not, so that no form is offered that would be refused.
func (s *Service) apartFrom(ctx context.Context, tx *db.Tx, f *File) (err error) {
	switch {
	case f.may.decide && f.State == Proposed:
		err = s.signs(ctx, tx, f.Proposal)
	case f.may.decide && f.State == Finished:
		err = s.unlike(ctx, tx, f.Proposal, accepting...)
	}
	if errs.KindOf(err) == errs.Denied {
		f.apart, err = err.Error(), nil
	}
	return err
}

func refused(err error, why string) error {
	if err != nil {
		return err
	}
	return errs.Deny(why)
}

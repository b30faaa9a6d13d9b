package certificate

import (
	"context"

	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
)

// RevokeInput takes a certificate out of force for good.
type RevokeInput struct {
	No     string `path:"no" maxLength:"60"`
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// Revoke is a second person's: not whoever issued it, not its holder and no kin of his.
func (s *Service) Revoke(ctx context.Context, in RevokeInput) (Certificate, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Revoke}, func(tx *db.Tx) (Certificate, error) {
		c, err := load(ctx, tx, in.No)
		if err != nil {
			return c, err
		}
		if err := auth.Require(ctx, Revoke, View, c.place()); err != nil {
			return c, err
		}
		if c.Status == Revoked {
			return c, errs.WrongState("这张证明已经撤销")
		}
		if err := proof.Now(tx, s.people).Apart(ctx, proof.Hands{For: c.PersonID, First: []db.ID{c.IssuedBy}}); err != nil {
			return c, err
		}
		return s.move(ctx, tx, c, Revoked, in.Reason, auth.From(ctx).Account)
	})
}

// move changes the status and signs it; a revoked certificate never comes back.
func (s *Service) move(ctx context.Context, tx *db.Tx, c Certificate, to Status, reason string, by db.ID) (Certificate, error) {
	intact, err := s.holds(ctx, tx, c)
	if err != nil {
		return c, err
	}
	c.Status, c.Reason, c.RevokedBy, c.RevokedAt = to, reason, by, nil
	if to == Revoked {
		c.RevokedAt = &tx.Now
	}
	if intact { // what is not as it was signed is not signed again
		s.sign(&c)
	}
	if err := update(ctx, tx, &c); err != nil {
		return c, err
	}
	if err := s.Ended.Publish(ctx, tx, c); err != nil {
		return c, err
	}
	return c, trail(ctx, tx, "certificate."+string(to), c, reason)
}

// OnRecordChanged keeps certificates true to their records; app subscribes it to the record's topic.
func (s *Service) OnRecordChanged(ctx context.Context, tx *db.Tx, e record.ChangedEvent) error {
	if e.From == "" {
		return nil
	}
	list, err := holding.All(ctx, tx, e.Record.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := s.follow(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// follow compares a certificate with its records as they stand now.
func (s *Service) follow(ctx context.Context, tx *db.Tx, c Certificate) error {
	parts, err := standing.All(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	to, reason := Valid, ""
	for _, p := range parts {
		switch {
		case p.Status == record.Void:
			to, reason = Revoked, "所含的一次服务记录已作废，请重新出具"
		case p.Minutes != p.Certified:
			to, reason = Revoked, "所含的一次服务记录已更正，请重新出具"
		case p.Status != record.Counted && to != Revoked:
			to, reason = Suspended, "所含的一次服务正在核查"
		}
		if to == Revoked {
			break
		}
	}
	if to == c.Status {
		return nil
	}
	_, err = s.move(ctx, tx, c, to, reason, 0)
	return err
}

package timebank

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Demo opens the bank of the demo's banner: its volunteers save what they have served, one gives to somebody old of his family, another
// to the pool, and something waits for the second person.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	system, manager, head := auth.AsSystem(ctx, "demo"), auth.With(ctx, v.Manager), auth.With(ctx, v.Head)
	today := clock.Today(ctx)
	if _, err := s.Switch(system, SwitchInput{Region: v.Region.At(auth.LevelBanner), On: true, Name: "时光存折",
		Since: today.NewYear()}); err != nil {
		return err
	}
	var rich []area.Villager
	for _, x := range v.Volunteers {
		if x.Actor.Account == 0 {
			continue
		}
		a, err := s.Join(auth.With(ctx, x.Actor), JoinInput{})
		if err != nil {
			return err
		}
		if a.Balance >= 120 {
			rich = append(rich, x)
		}
	}
	old, err := s.oldest(ctx, v.Volunteers)
	if err != nil || old.Person == 0 || len(rich) < 2 || rich[0].Person == old.Person {
		return err
	}
	k, err := s.EnterKin(manager, KinInput{PersonID: rich[0].Person, OtherID: old.Person, Relation: "parent", Evidence: "户口簿"})
	if err == nil {
		_, err = s.Approve(head, DecideInput{ID: k.ID, Version: k.Version})
	}
	if err != nil {
		return err
	}
	for i, in := range []TransferInput{{ToID: old.Person, Minutes: 60, Kind: relative, Reason: "给老人"}, {Minutes: 30, Kind: donation}} {
		if _, err := s.Transfer(auth.With(ctx, rich[i].Actor), in); err != nil {
			return err
		}
	}
	_, err = s.Transfer(manager, TransferInput{FromID: rich[1].Person, Minutes: 30, Kind: donation, Reason: "本人到站里说的"})
	return err
}

// oldest is the oldest of them who may be given something.
func (s *Service) oldest(ctx context.Context, list []area.Villager) (out area.Villager, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		best := int(usual.GiveAge) - 1
		for _, x := range list {
			p, err := person.Get(ctx, tx, x.Person)
			if err != nil {
				return err
			}
			if age := person.Age(p, clock.DayOf(tx.Now)); age > best {
				best, out = age, x
			}
		}
		return nil
	})
	return out, err
}

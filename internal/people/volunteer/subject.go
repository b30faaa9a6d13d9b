package volunteer

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

var (
	followPerson = db.SQL(`UPDATE volunteer SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	anonymise    = db.SQL(`UPDATE volunteer SET skills = '', max_km = 0, available = '', at_home = FALSE, lat = 0, lng = 0, reason = '',
		version = version + 1 WHERE id = $1`)
	noNumbers = db.SQL(`UPDATE volunteer_dated SET number = '' WHERE volunteer_id = $1`)
	noReasons = db.SQL(`UPDATE volunteer_pause SET reason = '' WHERE volunteer_id = $1`)
	noHistory = db.SQL(`UPDATE volunteer_change SET reason = '', by_name = '' WHERE volunteer_id = $1`)

	removals = []*db.Command{
		db.SQL(`DELETE FROM volunteer_change WHERE volunteer_id = $1`), db.SQL(`DELETE FROM volunteer_pause WHERE volunteer_id = $1`),
		db.SQL(`DELETE FROM volunteer_dated WHERE volunteer_id = $1`), db.SQL(`DELETE FROM volunteer WHERE id = $1`),
	}
)

// OnMerged lets the line of a merged entry of the register of persons go on with the other. Of two lines one must have left or been
// refused: it stays with the old entry, and its records with it.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	theirs, has, err := OfPerson(ctx, tx, e.From)
	if err != nil || !has {
		return err
	}
	if _, both, err := OfPerson(ctx, tx, e.To); err != nil || both {
		if err == nil && theirs.Status != Left && theirs.Status != Refused {
			err = errs.Clash("两条都登记为志愿者，编号不能并在一起：先让编号 " + theirs.No + " 退出，再合并")
		}
		return err
	}
	if _, err := followPerson.Run(ctx, tx, e.From, e.To); err != nil {
		return err
	}
	p, err := person.Get(ctx, tx, e.To)
	if err != nil {
		return err
	}
	return db.IndexName(ctx, tx, "volunteer", theirs.ID, p.Name)
}

// OnWithdrawn lets somebody leave who takes back his consent to being registered as a volunteer; his records stay.
func (s *Service) OnWithdrawn(ctx context.Context, tx *db.Tx, e person.WithdrawnEvent) error {
	if e.Purpose != person.PurposeVolunteer {
		return nil
	}
	v, has, err := OfPerson(ctx, tx, e.Person)
	if err != nil || !has {
		return err
	}
	return s.leaves(ctx, tx, v, "撤回了登记为志愿者的同意")
}

// leaves ends being a volunteer for somebody who did not ask for it here.
func (s *Service) leaves(ctx context.Context, tx *db.Tx, v Volunteer, why string) error {
	was := v.Status
	if was == Left {
		return nil
	}
	v.Reason = why
	v.leave(tx.Now)
	if err := table.Update(ctx, tx, &v); err != nil {
		return err
	}
	if err := s.Changed.Publish(ctx, tx, ChangedEvent{Volunteer: v, From: was}); err != nil {
		return err
	}
	return note(ctx, tx, v.ID, "leave", "", why)
}

// Forget takes out of the register what an erased person said of himself; his number stays for the records of service that the law
// keeps, and the kinds of identity for the counts in which he no longer has a name.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	v, has, err := OfPerson(ctx, tx, id)
	if err != nil || !has {
		return err
	}
	if err := s.leaves(ctx, tx, v, "本人要求注销"); err != nil {
		return err
	}
	for _, c := range []*db.Command{anonymise, noNumbers, noReasons, noHistory} {
		if _, err := c.Run(ctx, tx, v.ID); err != nil {
			return err
		}
	}
	if err := db.IndexName(ctx, tx, "volunteer", v.ID, ""); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "volunteer.erase", Object: "volunteer", ID: v.ID.String(), Region: v.Region,
		Cause: reason})
}

// Tables are those of this area that hang on a line of the register and go with it.
var Tables = []string{"volunteer_dated", "volunteer_pause", "volunteer_change"}

// Remove takes out a line that was made by mistake, as if it had never been; its number is not given again. Nothing else may point to
// it: the caller has asked (db.Pointing).
func Remove(ctx context.Context, tx *db.Tx, id db.ID) error {
	v, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, c := range removals {
		if _, err := c.Run(ctx, tx, id); err != nil {
			return err
		}
	}
	if err := db.IndexName(ctx, tx, "volunteer", id, ""); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "volunteer.remove", Object: "volunteer", ID: id.String(), Region: v.Region})
}

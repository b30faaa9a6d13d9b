package person

import (
	"context"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// ErasedName stands where the name of an erased person stood.
const ErasedName = "已注销"

// Erase takes out of an entry, and of those merged into it, everything that says who it was, and locks it (个人信息保护法 art. 47). The empty
// row stays for what the law keeps, such as records of service: it is no personal information any more (art. 4). The caller has asked
// every other area.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	p, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	if p.State != Active {
		return errs.WrongState("这条登记已经合并或者注销")
	}
	for next := []db.ID{id}; len(next) > 0; next = next[1:] {
		if err := empty(ctx, tx, next[0]); err != nil {
			return err
		}
		folded, err := mergedInto.All(ctx, tx, next[0])
		if err != nil {
			return err
		}
		next = append(next, folded...)
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "person.erase", Object: "person", ID: id.String(), Region: p.Region, Cause: reason})
}

func empty(ctx context.Context, tx *db.Tx, id db.ID) error {
	if _, err := blank.Run(ctx, tx, id, ErasedName); err != nil {
		return err
	}
	if _, err := endEvery.Run(ctx, tx, id, tx.Now, auth.From(ctx).Name); err != nil {
		return err
	}
	for _, drop := range []*db.Command{dropAddresses, dropTies, dropEveryKin, dropKnown, dropCodes, emptyChanges} {
		if _, err := drop.Run(ctx, tx, id); err != nil {
			return err
		}
	}
	return db.IndexName(ctx, tx, "person", id, "")
}

// Remove takes out an entry that was made by mistake, as if it had never been, consents included. Nothing may point to it: the caller
// has asked (db.Pointing).
func Remove(ctx context.Context, tx *db.Tx, id db.ID) error {
	p, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	if p.Version != 1 {
		return errs.WrongState("“" + p.Name + "”后来改过登记")
	}
	if wards, err := wardsOf.All(ctx, tx, id); err != nil || len(wards) > 0 {
		if err == nil {
			err = errs.WrongState("“" + p.Name + "”已经登记为别人的监护人")
		}
		return err
	}
	for _, drop := range []*db.Command{dropAddresses, dropTies, dropEveryKin, dropKnown, dropCodes, dropChanges, deleteConsents,
		deletePerson} {
		if _, err := drop.Run(ctx, tx, id); err != nil {
			return err
		}
	}
	if err := db.IndexName(ctx, tx, "person", id, ""); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "person.remove", Object: "person", ID: id.String(), Region: p.Region})
}

// Speaks sets the languages of a person; for areas above that ask about them.
func Speaks(ctx context.Context, tx *db.Tx, id db.ID, languages Codes) error {
	_, err := setLanguages.Run(ctx, tx, id, languages)
	return err
}

// Tables are those of this area that hang on an entry and go with it.
var Tables = []string{"person_address", "person_guardian", "person_kin", "person_known", "person_code", "person_change", "person_consent"}

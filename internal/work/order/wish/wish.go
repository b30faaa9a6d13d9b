// Package wish keeps what a served person would like of those who come, for all orders for him. It is never shown to volunteers.
package wish

import (
	"context"
	"slices"

	"linli/internal/people/volunteer"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Kinds of wish.
const (
	Female  = "female"
	Male    = "male"
	Prefer  = "prefer"
	Exclude = "exclude"
)

// Wish is all that one person would like.
type Wish struct {
	Sex     string  `json:"sex" doc:"female 女，male 男；空为不限"`
	Prefer  []db.ID `json:"prefer" doc:"希望是这些志愿者"`
	Exclude []db.ID `json:"exclude" doc:"请不要派这些志愿者"`
}

// New makes a wish of what somebody typed, each volunteer once.
func New(sex string, prefer, exclude []db.ID) Wish {
	return Wish{Sex: sex, Prefer: once(prefer), Exclude: once(exclude)}
}

// once never gives nil, so that JSON has a list.
func once(ids []db.ID) []db.ID {
	return append([]db.ID{}, slices.Compact(slices.Sorted(slices.Values(ids)))...)
}

// Refuses says why a volunteer is not to be asked, in words that hurt nobody, or "".
func (w Wish) Refuses(v volunteer.Profile) string {
	switch {
	case slices.Contains(w.Exclude, v.ID):
		return "服务对象另有意愿"
	case w.Sex != "" && v.Sex != w.Sex:
		return "服务对象希望由" + sexWords[w.Sex] + "志愿者服务"
	}
	return ""
}

var sexWords = map[string]string{Female: "女", Male: "男"}

// Of gives the wishes of the persons who have any.
func Of(ctx context.Context, tx *db.Tx, persons []db.ID) (map[db.ID]Wish, error) {
	out := map[db.ID]Wish{}
	for some := range slices.Chunk(persons, 2000) { // both engines take more values, but plan longer
		rows, err := db.Select[row](ctx, tx, db.In(tx.Build(`SELECT person_id, kind, volunteer_id FROM order_wish WHERE 1 = 1`),
			" AND person_id", some).Add(" ORDER BY id"))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			w := out[r.PersonID]
			switch r.Kind {
			case Prefer:
				w.Prefer = append(w.Prefer, r.VolunteerID)
			case Exclude:
				w.Exclude = append(w.Exclude, r.VolunteerID)
			default:
				w.Sex = r.Kind
			}
			out[r.PersonID] = w
		}
	}
	return out, nil
}

type row struct {
	PersonID    db.ID
	Kind        string
	VolunteerID db.ID
}

var (
	drop = db.SQL(`DELETE FROM order_wish WHERE person_id = $1`)
	add  = db.SQL(`INSERT INTO order_wish (id, person_id, kind, volunteer_id, at) VALUES ($1, $2, $3, $4, $5)`)
)

// Forget drops what a person wished.
func Forget(ctx context.Context, tx *db.Tx, person db.ID) error {
	_, err := drop.Run(ctx, tx, person)
	return err
}

// Replace writes a person's wish in place of the one before. It refuses, by prefer or exclude, unknown volunteers and one who is both
// wanted and not wanted.
func Replace(ctx context.Context, tx *db.Tx, person db.ID, w Wish) error {
	var rows []row
	if w.Sex != "" {
		rows = append(rows, row{Kind: w.Sex})
	}
	for _, id := range w.Prefer {
		rows = append(rows, row{Kind: Prefer, VolunteerID: id})
	}
	for _, id := range w.Exclude {
		rows = append(rows, row{Kind: Exclude, VolunteerID: id})
	}
	if err := w.check(ctx, tx); err != nil {
		return err
	}
	if err := Forget(ctx, tx, person); err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := add.Run(ctx, tx, tx.NewID(), person, r.Kind, r.VolunteerID, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

func (w Wish) check(ctx context.Context, tx *db.Tx) error {
	for field, ids := range map[string][]db.ID{Prefer: w.Prefer, Exclude: w.Exclude} {
		for _, id := range ids {
			switch _, err := volunteer.Get(ctx, tx, id); {
			case errs.KindOf(err) == errs.NotFound:
				return errs.Field(field, "没有找到这位志愿者")
			case err != nil:
				return err
			case field == Exclude && slices.Contains(w.Prefer, id):
				return errs.Field(field, "同一位志愿者不能既希望来又不要来")
			}
		}
	}
	return nil
}

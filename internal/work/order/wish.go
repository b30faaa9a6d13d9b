package order

import (
	"context"
	"slices"

	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
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

// Wish is what a served person would like of those who come. It is never shown to volunteers.
type Wish struct {
	Sex     string  `json:"sex" doc:"female 女，male 男；空为不限"`
	Prefer  []db.ID `json:"prefer" doc:"希望是这些志愿者"`
	Exclude []db.ID `json:"exclude" doc:"请不要派这些志愿者"`
}

// refuses says why a volunteer is not to be asked, in words that hurt nobody, or "".
func (w Wish) refuses(v volunteer.Profile) string {
	switch {
	case slices.Contains(w.Exclude, v.ID):
		return "服务对象另有意愿"
	case w.Sex != "" && v.Sex != w.Sex:
		return "服务对象希望由" + sexWords[w.Sex] + "志愿者服务"
	}
	return ""
}

var sexWords = map[string]string{Female: "女", Male: "男"}

// Wishes gives the wishes of the persons who have any.
func Wishes(ctx context.Context, tx *db.Tx, persons []db.ID) (map[db.ID]Wish, error) {
	rows, err := wishesOf(ctx, tx, persons)
	out := map[db.ID]Wish{}
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
	return out, err
}

// WishInput replaces the wishes of the person whom an order is for.
type WishInput struct {
	ID      db.ID   `path:"id"`
	Sex     string  `json:"sex" required:"false" enum:"female,male," maxLength:"10"`
	Prefer  []db.ID `json:"prefer" required:"false" maxItems:"20"`
	Exclude []db.ID `json:"exclude" required:"false" maxItems:"20"`
}

// Wish writes down what the served person would like; by himself, or by the station that handles his order. It holds for all orders
// for him.
func (s *Service) Wish(ctx context.Context, in WishInput) (Wish, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Own}, func(tx *db.Tx) (out Wish, err error) {
		o, _, err := lock(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if err := sees(ctx, tx, o); err != nil {
			return out, err
		}
		if !o.isOwner(auth.From(ctx).Person) && !handles(ctx, Own, o) {
			return out, errs.ErrDenied
		}
		out = Wish{Sex: in.Sex, Prefer: unique(in.Prefer), Exclude: unique(in.Exclude)}
		if err := out.check(ctx, tx); err != nil {
			return out, err
		}
		if err := replaceWish(ctx, tx, o.RecipientID, out); err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "order.wish", Object: "order", ID: o.ID.String(), Region: o.Region,
			Detail: map[string]any{"sex": out.Sex, "prefer": len(out.Prefer), "exclude": len(out.Exclude)}})
	})
}

// unique sorts and never gives nil, so that JSON has a list.
func unique(ids []db.ID) []db.ID {
	out := slices.Compact(slices.Sorted(slices.Values(ids)))
	if out == nil {
		out = []db.ID{}
	}
	return out
}

// check refuses unknown volunteers and one who is both wanted and not wanted.
func (w Wish) check(ctx context.Context, tx *db.Tx) error {
	for field, ids := range map[string][]db.ID{"prefer": w.Prefer, "exclude": w.Exclude} {
		for _, id := range ids {
			switch _, err := volunteer.Get(ctx, tx, id); {
			case errs.KindOf(err) == errs.NotFound:
				return errs.Field(field, "没有找到这位志愿者")
			case err != nil:
				return err
			case field == "exclude" && slices.Contains(w.Prefer, id):
				return errs.Field(field, "同一位志愿者不能既希望来又不要来")
			}
		}
	}
	return nil
}

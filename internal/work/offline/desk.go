package offline

import (
	"context"
	"encoding/json"
	"strings"

	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/notify"
	"linli/internal/platform/set"
	"linli/internal/work/homevisit"
	"linli/internal/work/pairing"
)

// HandInput names actions by the ids that the telephone gave them.
type HandInput struct {
	IDs []string `json:"ids" minItems:"1" maxItems:"200" doc:"没有收下或者对不上的事"`
}

// Handed are the actor's own items among them, as they stand now.
type Handed struct {
	Items []Item `json:"items"`
}

// HandOver gives refused and conflicting actions of the actor's own to his station (交给站点处理). What is there already stays as it is.
func (s *Service) HandOver(ctx context.Context, in HandInput) (Handed, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Send, Action: "offline.hand_over"}, func(tx *db.Tx) (Handed, error) {
		return s.own(ctx, tx, in, func(it *Item) error {
			if it.Verdict == Done || it.State != Settled {
				return nil
			}
			op := act.Op{Action: "offline.hand_over"}
			return items.Alter(ctx, tx, op, it, func(tx *db.Tx, it *Item) error {
				it.hand(tx.Now)
				return nil
			})
		})
	})
}

// Stand gives the same items without a change: what became of them at the station.
func (s *Service) Stand(ctx context.Context, in HandInput, _ string) (Handed, error) {
	return act.Read(ctx, s.db, Send, func(tx *db.Tx) (Handed, error) {
		return s.own(ctx, tx, in, func(*Item) error { return nil })
	})
}

// Ask is Stand for a telephone that wants to know.
func (s *Service) Ask(ctx context.Context, in AskInput) (Handed, error) {
	return s.Stand(ctx, HandInput(in), "")
}

// AskInput names actions by the ids that the telephone gave them.
type AskInput struct {
	IDs []string `query:"ids" maxItems:"200"`
}

func (s *Service) own(ctx context.Context, tx *db.Tx, in HandInput, do func(*Item) error) (Handed, error) {
	out := Handed{Items: []Item{}}
	for _, id := range in.IDs {
		it, has, err := db.Found(byUUID.One(ctx, tx, auth.From(ctx).Account, canonical(id)))
		if err == nil && has {
			err = do(&it)
		}
		if err != nil {
			return out, err
		}
		if has {
			out.Items = append(out.Items, it)
		}
	}
	return out, nil
}

// ListInput asks what was handed to a place.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	State  string      `query:"state" set:"offline_action.state,"`
	db.Paging
}

// Listing is one page of items, the newest first.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Item]
}

// List gives what was handed to the actor's place.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, Decide, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, sought{in, auth.ScopeOf(ctx, Decide)}, in.Paging)
		return out, err
	})
}

// GetInput names an item.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is an item with what was sent, as far as whoever decides needs it.
type Detail struct {
	Item
	Facts []Fact `json:"facts"`
	Why   string `json:"why" doc:"为什么看的人不能处理；能处理的为空"`
}

// Fact is one thing that the telephone said.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Get gives one item.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &items, in.ID, s.show(ctx))
}

func (s *Service) show(ctx context.Context) func(*db.Tx, Item) (Detail, error) {
	return func(tx *db.Tx, it Item) (Detail, error) {
		out := Detail{Item: it, Facts: []Fact{}}
		x, there, err := s.sent(it)
		if err == nil && there {
			out.Facts, err = facts(ctx, tx, it, x)
		}
		if err == nil {
			err = s.apart(ctx, tx, it)
		}
		if errs.KindOf(err) == errs.Denied {
			out.Why, err = err.Error(), nil
		}
		return out, err
	}
}

// sent opens what the telephone sent; it is gone when the person was erased.
func (s *Service) sent(it Item) (x Action, there bool, err error) {
	if len(it.Raw) == 0 {
		return x, false, nil
	}
	raw, err := s.keys.Open(it.Raw, rawAt(it.ID))
	if err == nil {
		err = json.Unmarshal(raw, &x)
	}
	return x, err == nil, err
}

// facts are what was sent without what people wrote of others: that is read where it belongs.
func facts(ctx context.Context, tx *db.Tx, it Item, x Action) ([]Fact, error) {
	at := x.At
	if it.DeviceAt != nil {
		at = clock.Words(ctx, *it.DeviceAt)
	}
	out := []Fact{{"手机上的时间", at}, {"钟", clocks.Word(it.Clock)}}
	if it.Clock == Off && it.HappenedAt != nil {
		out = append(out, Fact{"推算的时间", clock.Words(ctx, *it.HappenedAt)})
	}
	if what, has, err := db.Found(subject.One(ctx, tx, it.ObjectID, it.Kind, it.Region)); err != nil {
		return nil, err
	} else if has {
		out = append(out, Fact{"关于", what})
	}
	text := func(name string) string { s, _ := x.Body[name].(string); return s }
	if it.Kind == Visit {
		more, err := visited(ctx, tx, it, x)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if it.Kind == HomeVisit {
		more, err := came(ctx, tx, it, x)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if m := text("move"); it.Kind == Move && m != "" {
		out = append(out, Fact{"办什么", moves[m]})
	}
	if it.Kind == RollCall {
		more, err := called(ctx, tx, it, x)
		return append(out, more...), err
	}
	return out, nil
}

// visited is what a visit would note in the name of others: who adopts it stands for what he was shown.
func visited(ctx context.Context, tx *db.Tx, it Item, x Action) (out []Fact, err error) {
	in, err := fill[Seen](x.Body)
	if err != nil {
		return nil, nil // it was refused for that, and cannot be adopted as a visit
	}
	out = append(out, Fact{"结果", set.Named("pairing_visit.result").Word(in.Result)})
	if in.SecondID != 0 {
		name, _, err := db.Found(companion.One(ctx, tx, in.PairingID, in.SecondID, it.Region))
		if err != nil {
			return nil, err
		}
		out = append(out, Fact{"和谁一起", format.Or(name)})
	}
	if in.AwayUntil != 0 {
		out = append(out, Fact{"外出到", in.AwayUntil.String()})
	}
	return out, nil
}

// came is what going to a home would note, as of a visit.
func came(ctx context.Context, tx *db.Tx, it Item, x Action) (out []Fact, err error) {
	in, err := fill[Called](x.Body)
	if err != nil {
		return nil, nil // it was refused for that, and cannot be adopted
	}
	out = append(out, Fact{"结果", set.Named("home_visit.result").Word(in.Result)})
	if in.SecondID != 0 {
		name, _, err := db.Found(goer.One(ctx, tx, in.HomeID, in.SecondID, it.Region))
		if err != nil {
			return nil, err
		}
		out = append(out, Fact{"和谁一起", format.Or(name)})
	}
	if in.BackDay != 0 {
		out = append(out, Fact{"哪天回来", in.BackDay.String()})
	}
	return out, nil
}

// called are the lines of a roll call, with their names.
func called(ctx context.Context, tx *db.Tx, it Item, x Action) (out []Fact, err error) {
	in, err := fill[Roll](x.Body)
	if err != nil {
		return nil, nil // it was refused for that
	}
	for _, r := range in.Rows {
		name, has, err := db.Found(seated.One(ctx, tx, r.PlaceID, in.ActivityID, it.Region))
		if err != nil {
			return nil, err
		}
		if has {
			out = append(out, Fact{name, set.Named("activity_place.came").Word(r.Came) + " " + strings.TrimSpace(r.From+" "+r.To)})
		}
	}
	return out, nil
}

// apart refuses the actor who is not independent of who did it.
func (s *Service) apart(ctx context.Context, tx *db.Tx, it Item) error {
	return proof.Now(tx, s.persons).Apart(ctx, proof.Hands{For: it.PersonID, Place: it.place(), First: []db.ID{it.AccountID}})
}

// DecideInput ends an item.
type DecideInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	Decision string `json:"decision" enum:"adopted,aside" doc:"adopted 已补记，aside 不采用"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200" doc:"怎样补记的（补录单号、代办），或者为什么不采用"`
}

// Decide says what became of an item: somebody independent has it entered where it belongs, or puts it aside. It makes no minutes: they
// come by the paper sheet that he enters and another approves. A visit is noted on behalf of who went.
func (s *Service) Decide(ctx context.Context, in DecideInput) (out Detail, err error) {
	err = s.db.Batch(ctx, func(ctx context.Context) error {
		op := act.Op{Perm: Decide, Action: "offline.decide", ID: in.ID, Version: in.Version, From: []string{Waiting}, Cause: in.Reason}
		out, err = act.ChangeTo(ctx, s.db, &items, op, func(tx *db.Tx, it *Item) error {
			if err := s.apart(ctx, tx, *it); err != nil {
				return err
			}
			if in.Decision == Adopted {
				if err := s.onBehalf(ctx, tx, *it); err != nil {
					return err
				}
			}
			it.State, it.DecidedAt, it.DecidedBy, it.Reason = in.Decision, &tx.Now, auth.From(ctx).Name, strings.TrimSpace(in.Reason)
			it.Raw = nil
			return notify.Send(ctx, tx, notify.Message{To: it.AccountID, Kind: "offline", Link: "/my",
				Title: "没有网络时记的“" + kinds.Word(it.Kind) + "”，站里处理了", Text: states.Word(it.State) + "：" + it.Reason})
		}, s.show(ctx))
		return err
	})
	return out, err
}

// onBehalf notes a visit, of a pairing or at a home, that a telephone brought too late, as the desk notes one that it is told of.
func (s *Service) onBehalf(ctx context.Context, tx *db.Tx, it Item) error {
	if it.Kind != Visit && it.Kind != HomeVisit {
		return nil
	}
	x, there, err := s.sent(it)
	if err != nil || !there {
		return err
	}
	if it.Kind == HomeVisit {
		return s.cameFor(ctx, it, x)
	}
	in, err := fill[Seen](x.Body)
	if err != nil || it.HappenedAt == nil {
		return errs.Clash("手机送来的内容不全，记不成探访，请在结对里补记后写明")
	}
	who, has, err := db.Found(volunteerOf.One(ctx, tx, it.PersonID))
	if err != nil || !has {
		return err
	}
	_, err = s.Pairings.Visit(ctx, pairing.VisitInput{ID: in.PairingID, Result: in.Result, At: it.HappenedAt, SecondID: in.SecondID,
		AwayUntil: in.AwayUntil, Note: in.Note, VolunteerID: who})
	return err
}

// cameFor notes what came of going to a home in the name of who went.
func (s *Service) cameFor(ctx context.Context, it Item, x Action) error {
	in, err := fill[Called](x.Body)
	if err != nil || it.HappenedAt == nil {
		return errs.Clash("手机送来的内容不全，记不成走访，请在走访里补记后写明")
	}
	_, err = s.Homes.Record(ctx, homevisit.RecordInput{ID: in.HomeID, Result: in.Result, At: it.HappenedAt, GoerID: it.PersonID,
		SecondID: in.SecondID, BackDay: in.BackDay})
	return err
}

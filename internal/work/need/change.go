package need

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
	"linli/internal/work/project"
)

// AddInput enters a need.
type AddInput struct {
	PersonID  db.ID        `json:"person_id"`
	Groups    person.Codes `json:"groups" required:"false" maxItems:"9" doc:"属于哪些重点人群；不填用登记里的"`
	Kind      string       `json:"kind" required:"false" set:"need.kind" maxLength:"12" default:"other"`
	Content   string       `json:"content" minLength:"1" maxLength:"500"`
	Urgency   string       `json:"urgency" set:"need.urgency" maxLength:"8"`
	Source    string       `json:"source" set:"need.source" maxLength:"8"`
	SourceID  db.ID        `json:"source_id" required:"false" doc:"从哪次走访、哪份答卷来；要在这里"`
	FollowDay clock.Day    `json:"follow_day" required:"false" doc:"最晚哪天再看一次；不填按急不急"`
}

// Add enters a need that nobody sees to yet.
func (s *Service) Add(ctx context.Context, in AddInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "need.add", Check: func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(in.Content) != "", "content", "请写要什么")
		c.That(in.FollowDay == 0 || in.FollowDay >= clock.Today(ctx), "follow_day", "不能早于今天")
		return c.Err()
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Detail, error) {
		p, err := person.Get(ctx, tx, in.PersonID)
		if errs.KindOf(err) == errs.NotFound || err == nil && (p.State != person.Active || !auth.Can(ctx, Keep, auth.Place{Region: p.Region})) {
			return Detail{}, errs.Field("person_id", "没有登记过这个人，或者不归您管")
		}
		if err != nil {
			return Detail{}, err
		}
		n, err := s.Enter(ctx, tx, p, in)
		if err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, n.ID)
	})
}

// Enter writes a need within a transaction of the caller's, who has checked who may.
func (s *Service) Enter(ctx context.Context, tx *db.Tx, p person.Person, in AddInput) (Need, error) {
	groups, err := s.groups(ctx, tx, p, in.Groups)
	if err == nil && in.SourceID != 0 {
		err = came(ctx, tx, p, in.Source, in.SourceID)
	}
	if err != nil {
		return Need{}, err
	}
	n := Need{ID: tx.NewID(), Version: 1, Region: p.Region, PersonID: p.ID, Name: p.Name, Kind: in.Kind,
		Content: strings.TrimSpace(in.Content), Urgency: in.Urgency, Source: in.Source, SourceID: in.SourceID, State: Open,
		FollowDay: in.FollowDay, MadeBy: auth.From(ctx).Name,
		MadeAt: tx.Now}
	if n.Kind == "" {
		n.Kind = "other"
	}
	if n.FollowDay == 0 {
		n.FollowDay = clock.DayOf(tx.Now).AddDays(within[n.Urgency])
	}
	if err := s.needs.Enter(ctx, tx, act.Op{Action: "need.add", Detail: map[string]any{"kind": n.Kind, "urgency": n.Urgency}},
		&n); err != nil {
		return n, err
	}
	for _, code := range groups {
		if err := groupTable.Insert(ctx, tx, group{n.ID, s.blind(code)}); err != nil {
			return n, err
		}
	}
	return n, nil
}

// came refuses a source that there is not, or that is of another kind or place.
func came(ctx context.Context, tx *db.Tx, p person.Person, source string, id db.ID) error {
	find, known := origins[source]
	if !known {
		return errs.Field("source_id", "只有走访和问卷来的才写编号")
	}
	_, there, err := db.Found(find.One(ctx, tx, id, p.Region, p.ID))
	if err == nil && !there {
		err = errs.Field("source_id", "这里没有这次"+sources.Word(source))
	}
	return err
}

// groups are those that are said, each of the dictionary, else those of the entry.
func (s *Service) groups(ctx context.Context, tx *db.Tx, p person.Person, said person.Codes) ([]string, error) {
	codes := slices.Compact(slices.Sorted(slices.Values(said)))
	if len(codes) == 0 {
		own, err := s.persons.Groups(ctx, tx, p.ID)
		return slices.Compact(slices.Sorted(slices.Values(own))), err
	}
	words, err := setting.Words(ctx, tx, setting.Groups)
	for _, code := range codes {
		if err == nil && !slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == code && w.Active }) {
			err = errs.Field("groups", "没有这一类重点人群")
		}
	}
	return codes, err
}

// StepInput says what is done about a need.
type StepInput struct {
	ID        db.ID     `path:"id"`
	Version   int64     `json:"version" minimum:"1"`
	Note      string    `json:"note" required:"false" maxLength:"300" doc:"做了什么"`
	FollowDay clock.Day `json:"follow_day" required:"false" doc:"最晚哪天再看一次"`
}

// Follow says what was done and when it is looked at again; who does so first, or after another, has it in hand from then on.
func (s *Service) Follow(ctx context.Context, in StepInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "need.follow", ID: in.ID, Version: in.Version, From: []string{Open, InHand}, Check: func() error {
		if in.FollowDay != 0 && in.FollowDay < clock.Today(ctx) {
			return errs.Field("follow_day", "不能早于今天")
		}
		return nil
	}}
	return s.change(ctx, op, in.Note, func(tx *db.Tx, n *Need) error {
		n.take(ctx)
		if n.FollowDay = in.FollowDay; n.FollowDay == 0 {
			n.FollowDay = clock.DayOf(tx.Now).AddDays(within[n.Urgency])
		}
		return nil
	})
}

// take makes the actor the owner of a need.
func (n *Need) take(ctx context.Context) {
	me := auth.From(ctx)
	n.State, n.OwnerID, n.Owner = InHand, me.Account, me.Name
}

// change is a change of a need that leaves a step and answers with all of it.
func (s *Service) change(ctx context.Context, op act.Op, note string, fn func(tx *db.Tx, n *Need) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.needs, op, func(tx *db.Tx, n *Need) error {
		if err := fn(tx, n); err != nil {
			return err
		}
		if note = strings.TrimSpace(note); note == "" {
			return nil
		}
		return stepTable.Insert(ctx, tx, Step{ID: tx.NewID(), NeedID: n.ID, At: tx.Now, ByName: auth.From(ctx).Name, Text: note})
	}, func(tx *db.Tx, n Need) (Detail, error) { return s.detail(ctx, tx, n.ID) })
}

// EndInput ends a need.
type EndInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Result  string `json:"result" minLength:"1" maxLength:"300" doc:"办到了怎样，办不了为什么"`
}

func (in EndInput) check() error {
	if strings.TrimSpace(in.Result) == "" {
		return errs.Field("result", "请写结果")
	}
	return nil
}

// Meet says that a need was met, and how.
func (s *Service) Meet(ctx context.Context, in EndInput) (Detail, error) {
	return s.end(ctx, in, "need.meet", Met)
}

// Decline says why a need cannot be met.
func (s *Service) Decline(ctx context.Context, in EndInput) (Detail, error) {
	return s.end(ctx, in, "need.decline", Declined)
}

func (s *Service) end(ctx context.Context, in EndInput, action, state string) (Detail, error) {
	op := act.Op{Perm: Keep, Action: action, ID: in.ID, Version: in.Version, From: []string{Open, InHand}, Check: in.check}
	return s.change(ctx, op, "", func(tx *db.Tx, n *Need) error {
		if n.OwnerID == 0 {
			n.take(ctx)
		}
		n.State, n.Result, n.EndedDay = state, strings.TrimSpace(in.Result), clock.DayOf(tx.Now)
		return nil
	})
}

// OrderInput makes an order of a need: for its person, what he needs as the detail.
type OrderInput struct {
	ID          db.ID  `path:"id"`
	Version     int64  `json:"version" minimum:"1"`
	CatalogueID db.ID  `json:"catalogue_id"`
	Detail      string `json:"detail" required:"false" maxLength:"1000" doc:"不填用需求的内容"`
	Address     string `json:"address" required:"false" maxLength:"200" doc:"不填用登记的住址"`
	Needed      int64  `json:"needed" required:"false" minimum:"1" maximum:"100" default:"1"`
	Consent     string `json:"consent" maxLength:"10" enum:"spoken,paper,guardian" doc:"本人怎样同意的"`
	Risk        string `json:"risk" required:"false" maxLength:"400"`
	order.Window
}

// ToOrder makes an order of a need, through the operation of orders and in one transaction with it.
func (s *Service) ToOrder(ctx context.Context, in OrderInput) (Detail, error) {
	return s.become(ctx, "need.to_order", in.ID, in.Version, "转成了求助单", func(ctx context.Context, n *Need) error {
		if n.OrderID != 0 {
			return errs.WrongState("已经转成求助单")
		}
		if in.Detail == "" {
			in.Detail = n.Content
		}
		o, err := s.orders.Create(ctx, order.CreateInput{CatalogueID: in.CatalogueID, RecipientID: n.PersonID, Detail: in.Detail,
			Region: n.Region, Address: in.Address, Window: in.Window, Needed: in.Needed, Urgent: n.Urgency == "urgent", Consent: in.Consent,
			Risk:  in.Risk,
			Voice: order.Voice{Channel: "visit", SpokenBy: "本人"}})
		n.OrderID = o.ID
		return err
	})
}

// ProjectInput proposes a project out of a need.
type ProjectInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	project.ProposeInput
}

// ToProject proposes a project out of a need, through the operation of projects and in one transaction with it.
func (s *Service) ToProject(ctx context.Context, in ProjectInput) (Detail, error) {
	return s.become(ctx, "need.to_project", in.ID, in.Version, "转成了项目", func(ctx context.Context, n *Need) error {
		if n.ProjectID != 0 {
			return errs.WrongState("已经转成项目")
		}
		d, err := s.projects.Propose(ctx, in.ProposeInput)
		n.ProjectID = d.ID
		return err
	})
}

// PairingInput proposes a pairing for the person of a need.
type PairingInput struct {
	ID           db.ID   `path:"id"`
	Version      int64   `json:"version" minimum:"1"`
	VolunteerIDs []db.ID `json:"volunteer_ids" minItems:"1" maxItems:"6"`
	RhythmDays   int64   `json:"rhythm_days" minimum:"1" maximum:"92"`
	Consent      string  `json:"consent" set:"person_consent.how" maxLength:"8"`
}

// ToPairing proposes a pairing, through the operation of pairings and in one transaction with it.
func (s *Service) ToPairing(ctx context.Context, in PairingInput) (Detail, error) {
	return s.become(ctx, "need.to_pairing", in.ID, in.Version, "转成了结对", func(ctx context.Context, n *Need) error {
		if n.PairingID != 0 {
			return errs.WrongState("已经转成结对")
		}
		d, err := s.pairings.Propose(ctx, pairing.ProposeInput{PersonID: n.PersonID, VolunteerIDs: in.VolunteerIDs, RhythmDays: in.RhythmDays,
			Consent: in.Consent})
		n.PairingID = d.ID
		return err
	})
}

// become lets a need become something else: both in one transaction, or neither.
func (s *Service) become(ctx context.Context, action string, id db.ID, version int64, note string,
	make func(ctx context.Context, n *Need) error) (out Detail, err error) {
	err = s.db.Batch(ctx, func(ctx context.Context) error {
		op := act.Op{Perm: Keep, Action: action, ID: id, Version: version, From: []string{Open, InHand}}
		out, err = s.change(ctx, op, note, func(_ *db.Tx, n *Need) error {
			n.take(ctx)
			return make(ctx, n)
		})
		return err
	})
	return out, err
}

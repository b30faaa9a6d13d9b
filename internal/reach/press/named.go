package press

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Named is somebody whom an article names or shows. Who is in the register agrees there (公开姓名、照片和事迹), others as it says here.
type Named struct {
	ID        db.ID      `json:"id"`
	Version   int64      `json:"version"`
	ArticleID db.ID      `json:"-" db:",once"`
	PersonID  db.ID      `json:"person_id"`
	Name      string     `json:"name"`
	How       string     `json:"how"`
	Note      string     `json:"note" doc:"同意书放在哪里、谁在场"`
	ByName    string     `json:"by_name" db:",once"`
	At        time.Time  `json:"at" db:",once"`
	EndedAt   *time.Time `json:"ended_at" doc:"撤回同意的时间"`
	Agrees    bool       `json:"agrees" db:"-"`
}

// NameInput lists somebody whom an article names or shows.
type NameInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	Name     string `json:"name" minLength:"1" maxLength:"40" doc:"文中怎样写的"`
	No       string `json:"no" required:"false" maxLength:"40" doc:"志愿者编号：登记在册的人，以登记里的同意为准"`
	PersonID db.ID  `json:"person_id" required:"false" doc:"登记在册的居民"`
	How      string `json:"how" required:"false" set:"article_named.how" maxLength:"10" doc:"不在册的人怎样同意的"`
	Note     string `json:"note" required:"false" maxLength:"200" doc:"同意书放在哪里、谁在场"`
}

func (in *NameInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Name) != "", "name", "请写姓名")
	if in.No == "" && in.PersonID == 0 {
		c.That(in.How != "", "how", "不在册的人，请写他怎样同意的；在册的填志愿者编号")
		c.That(in.How == "" || strings.TrimSpace(in.Note) != "", "note", "请写同意书放在哪里，或者谁在场")
	} else {
		c.That(in.How == "", "how", "在册的人以登记里的同意为准，不用选")
	}
	return c.Err()
}

// Name lists somebody whom an article names or shows. The name must be that of the entry, so that nobody learns names by numbers.
func (s *Service) Name(ctx context.Context, in NameInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.named", ID: in.ID, Version: in.Version, From: []string{Draft}, Check: in.check,
		Wrong: "只有草稿可以加人"}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		n := Named{ID: tx.NewID(), Version: 1, ArticleID: a.ID, Name: in.Name, How: in.How, Note: in.Note,
			ByName: auth.From(ctx).Name, At: tx.Now}
		if in.No != "" || in.PersonID != 0 {
			p, err := registered.One(ctx, tx, in.No, in.PersonID)
			found, ok, err := db.Found(p, err)
			if err == nil && (!ok || spelling.Key(found.Name) != spelling.Key(in.Name)) {
				err = errs.Field("name", "编号和姓名对不上")
			}
			if err != nil {
				return err
			}
			n.PersonID, n.Name, n.Note = found.ID, found.Name, ""
		}
		return namedTable.Insert(ctx, tx, n)
	})
}

// UnnameInput takes somebody off the list of a draft that no longer names him, or ends the consent of somebody who is in no register.
type UnnameInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	NamedID db.ID `json:"named_id"`
}

// Unname takes somebody off the list of a draft that names him no longer.
func (s *Service) Unname(ctx context.Context, in UnnameInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.unnamed", ID: in.ID, Version: in.Version, From: []string{Draft}, Wrong: "只有草稿可以拿掉人"}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		if _, err := oneNamed(ctx, tx, in); err != nil {
			return err
		}
		_, err := dropNamed.Run(ctx, tx, in.NamedID, a.ID)
		return err
	})
}

// EndConsent writes down that somebody who is in no register no longer agrees. What names him is off every public page at once.
func (s *Service) EndConsent(ctx context.Context, in UnnameInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.consent_ended", ID: in.ID, Version: in.Version}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		n, err := oneNamed(ctx, tx, in)
		if err != nil {
			return err
		}
		if n.PersonID != 0 {
			return errs.Field("named_id", "登记在册的人，在他的登记里撤回")
		}
		if n.EndedAt != nil {
			return errs.WrongState("已经撤回了")
		}
		now := tx.Now
		n.EndedAt = &now
		if err := namedTable.Update(ctx, tx, &n); err != nil {
			return err
		}
		stop(a)
		return nil
	})
}

// stop takes an article off, or back, when somebody in it no longer agrees. A draft stays one; it cannot be handed in.
func stop(a *Article) {
	if a.State != Draft {
		takeOff(a, "文中的人撤回了同意")
	}
}

func oneNamed(ctx context.Context, tx *db.Tx, in UnnameInput) (Named, error) {
	n, ok, err := db.Found(namedOne.One(ctx, tx, in.NamedID, in.ID))
	if err == nil && !ok {
		err = errs.Field("named_id", "没有列着这个人")
	}
	return n, err
}

// namedIn lists whom an article names, and says of each whether he agrees.
func namedIn(ctx context.Context, tx *db.Tx, id db.ID) ([]Named, error) {
	list, err := namedOf.All(ctx, tx, id)
	for i := 0; i < len(list) && err == nil; i++ {
		n := &list[i]
		if n.Agrees = n.EndedAt == nil; n.PersonID != 0 {
			n.Agrees, err = person.HasConsent(ctx, tx, n.PersonID, person.PurposePublish)
		}
	}
	return list, err
}

// agreed refuses an article in which somebody does not agree to be.
func agreed(ctx context.Context, tx *db.Tx, id db.ID) error {
	list, err := namedIn(ctx, tx, id)
	for _, n := range list {
		if !n.Agrees {
			return errs.WrongState(n.Name + "没有同意公开姓名、照片和事迹：先征得同意并登记，或者不写他")
		}
	}
	return err
}

// Follow lets articles go with the entries and the consents of persons.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := moveNamed.Run(ctx, tx, e.From, e.To)
		return err
	})
	persons.Withdrawn.Subscribe(func(ctx context.Context, tx *db.Tx, e person.WithdrawnEvent) error {
		if e.Purpose != person.PurposePublish {
			return nil
		}
		return s.recall(ctx, tx, e.Person, nil)
	})
}

// recall takes off every article that names somebody who no longer agrees; change may do more with each.
func (s *Service) recall(ctx context.Context, tx *db.Tx, id db.ID, change func(a *Article)) error {
	list, err := naming.All(ctx, tx, id)
	for i := 0; i < len(list) && err == nil; i++ {
		if change == nil && (list[i].State == Draft || list[i].State == Withdrawn) {
			continue
		}
		err = s.kind.Alter(ctx, tx, act.Op{Action: "press.recalled"}, &list[i], func(tx *db.Tx, a *Article) error {
			stop(a)
			if change != nil {
				change(a)
			}
			return tell(ctx, tx, *a, "文中的人撤回了同意，文章撤下来了")
		})
	}
	return err
}

// held is where a person is named.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := naming.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	type entry struct {
		Title       string     `json:"title"`
		State       string     `json:"state"`
		PublishedAt *time.Time `json:"published_at"`
	}
	var out []entry
	for _, a := range list {
		out = append(out, entry{a.Title, a.State, a.PublishedAt})
	}
	return out, nil
}

// someone stands where a name was.
const someone = "某某"

// Forget takes the name of an erased person out of every article and every round of it; the articles are taken off.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := namedAs.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	without := func(text string) string {
		for _, n := range list {
			text = strings.ReplaceAll(text, n.Name, someone)
		}
		return text
	}
	if err := s.recall(ctx, tx, id, func(a *Article) {
		a.Title, a.Summary, a.Body, a.Reason = without(a.Title), without(a.Summary), without(a.Body), without(a.Reason)
	}); err != nil {
		return err
	}
	for _, n := range list {
		rounds, err := roundsOf.All(ctx, tx, n.ArticleID)
		for i := 0; i < len(rounds) && err == nil; i++ {
			r := &rounds[i]
			r.Title, r.Summary, r.Body = without(r.Title), without(r.Summary), without(r.Body)
			err = roundTable.Update(ctx, tx, r)
		}
		if err == nil {
			_, err = dropNamed.Run(ctx, tx, n.ID, n.ArticleID)
		}
		if err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "press.erase", Object: "person", ID: id.String(), Cause: reason})
}

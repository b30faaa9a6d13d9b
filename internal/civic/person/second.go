package person

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/sms"
)

// Second is the permission to decide a change that would give somebody's counted minutes to another.
const Second auth.Perm = "person.second"

// Kinds and states of a change that waits for a second person.
const (
	ChangeIdentity = "identity" // another name, identity number or day of birth
	ChangeMerge    = "merge"
	ChangeWaits    = "waits"
	ChangeDone     = "done"
	ChangeRefused  = "refused"
)

var (
	changeKinds = set.New("person_change.kind", set.Row{ChangeIdentity, "改姓名、证件或生日"}, set.Row{ChangeMerge, "合并登记"})
	changeState = set.New("person_change.state", set.Row{ChangeWaits, "等另一位复核", "wait"}, set.Row{ChangeDone, "已经改了", "done"},
		set.Row{ChangeRefused, "没有改", "alarm"})
)

// Outside is what the area asks of others about whose hours somebody has; app fills it.
type Outside struct {
	// Counted says how many minutes of a person are counted.
	Counted func(ctx context.Context, tx *db.Tx, person db.ID) (int64, error)
	// Independent says why two accounts are not.
	Independent func(ctx context.Context, tx *db.Tx, a, b db.ID) (string, error)
}

// Change is a change of who a person with counted minutes is: it waits for a second, independent person.
type Change struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	PersonID    db.ID       `json:"person_id" db:",once"`
	Region      auth.Region `json:"region" db:",once"`
	Kind        string      `json:"kind" db:",once"`
	State       string      `json:"state"`
	ByID        db.ID       `json:"by_id" db:",once"`
	ByName      string      `json:"by_name" db:",once"`
	Reason      string      `json:"reason" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	DecidedBy   db.ID       `json:"decided_by"`
	DecidedName string      `json:"decided_name"`
	DecidedAt   *time.Time  `json:"decided_at"`
	Note        string      `json:"note"`
}

// changeRow is a change with what it would do.
type changeRow struct {
	Change
	Wish []byte `db:",once"`
}

// wish is what a change would do, sealed while it waits.
type wish struct {
	Was, Next identityOf
	Sex       string
	Merge     MergeInput
}

var (
	changes      = db.NewRelation[Change]("person_change")
	newChange    = db.NewRelation[changeRow]("person_change")
	wishOf       = db.Query[[]byte](`SELECT wish FROM person_change WHERE id = $1`)
	changesOf    = changes.Where(`person_id = $1 ORDER BY id DESC`)
	dropWish     = db.SQL(`UPDATE person_change SET wish = NULL WHERE id = $1`)
	dropChanges  = db.SQL(`DELETE FROM person_change WHERE person_id = $1`)
	emptyChanges = db.SQL(`UPDATE person_change SET wish = NULL, state = CASE WHEN state = 'waits' THEN 'refused' ELSE state END,
		reason = '', note = '' WHERE person_id = $1`)
)

// Changes gives the changes of who a person is, the newest first: the history that stands beside his certificates.
func Changes(ctx context.Context, tx *db.Tx, id db.ID) ([]Change, error) {
	return changesOf.All(ctx, tx, id)
}

var changing = act.Kind[Change]{Object: "person_change", View: View, Table: changes, State: func(c Change) string { return c.State },
	Place: func(c Change) auth.Place { return auth.Place{Region: c.Region} }}

// guarded says whether any of these people has counted minutes, so that who he is cannot be changed by one hand.
func (s *Service) guarded(ctx context.Context, tx *db.Tx, people ...db.ID) (bool, error) {
	if s.Ask.Counted == nil {
		return false, nil
	}
	for _, id := range people {
		if n, err := s.Ask.Counted(ctx, tx, id); err != nil || n > 0 {
			return true, err
		}
	}
	return false, nil
}

// propose lets a change wait for a second person, and tells the number of the entry, whoever holds it after the change.
func (s *Service) propose(ctx context.Context, tx *db.Tx, p Person, kind, reason string, w wish) error {
	me := auth.From(ctx)
	if err := s.stranger(ctx, tx, me, p.ID); err != nil {
		return err
	}
	id := tx.NewID()
	plain, err := json.Marshal(w)
	if err != nil {
		return err
	}
	fresh, err := newChange.Add(ctx, tx, changeRow{Change{ID: id, Version: 1, PersonID: p.ID, Region: p.Region, Kind: kind, State: ChangeWaits,
		ByID: me.Account, ByName: me.Name, Reason: reason, At: tx.Now}, s.keys.Seal(plain, sealAt("person_change", "wish", id))})
	if err == nil && !fresh {
		err = errs.WrongState("已经有一处修改在等另一位复核，先办完那一处")
	}
	if err != nil || s.SMS == nil {
		return err
	}
	for _, whose := range []db.ID{p.ID, w.Merge.Other} {
		if err := s.warn(ctx, tx, whose, me.Name+"申请"+changeKinds.Word(kind)); err != nil {
			return err
		}
	}
	return nil
}

// warn tells the number of an entry what is about to become of it.
func (s *Service) warn(ctx context.Context, tx *db.Tx, id db.ID, what string) error {
	if id == 0 {
		return nil
	}
	o, err := s.open(ctx, tx, id)
	if err != nil || o.Phone == "" {
		return err
	}
	return s.SMS(ctx, tx, o.Phone, sms.Text{Kind: sms.Change, Words: "【邻里志愿】您名下有服务时长，" + what +
		"，要另一位复核才会改。不是您本人要办的，请马上打站里或者苏木乡镇（街道）的电话。", Vars: map[string]string{"what": what}})
}

// stranger refuses who is the person himself, or close to him: it is about whose hours they are.
func (s *Service) stranger(ctx context.Context, tx *db.Tx, me auth.Actor, id db.ID) error {
	if me.Person == 0 {
		return nil
	}
	why, err := s.Close(ctx, tx, me.Person, id)
	if err == nil && why != "" {
		err = errs.Deny("他名下有服务时长，您和他" + why + "，要由别人来改")
	}
	return err
}

// DecideInput names a change that waits.
type DecideInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Note    string `json:"note" required:"false" maxLength:"200" doc:"怎样核对的；不同意的写明原因"`
}

// decide opens a change that waits, for a second person who is independent of the first and no kin of whose hours they are.
func (s *Service) decide(ctx context.Context, action, state string, in DecideInput,
	apply func(*db.Tx, *Change, wish) error) (Change, error) {
	op := act.Op{Perm: Second, Action: action, ID: in.ID, Version: in.Version, Cause: in.Note, From: []string{ChangeWaits}, Wrong: "已经办完了"}
	return changing.Change(ctx, s.db, op, func(tx *db.Tx, c *Change) error {
		me := auth.From(ctx)
		sealed, err := wishOf.One(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		plain, err := s.keys.Open(sealed, sealAt("person_change", "wish", c.ID))
		if err != nil {
			return err
		}
		var w wish
		if err := json.Unmarshal(plain, &w); err != nil {
			return err
		}
		if err := apply(tx, c, w); err != nil {
			return err
		}
		c.State, c.DecidedBy, c.DecidedName, c.DecidedAt, c.Note = state, me.Account, me.Name, &tx.Now, in.Note
		_, err = dropWish.Run(ctx, tx, c.ID)
		return err
	})
}

// whyNot says why the reader is not the second person for a change; "" when he may be.
func (s *Service) whyNot(ctx context.Context, tx *db.Tx, c Change) (string, error) {
	me := auth.From(ctx)
	if me.System != "" || me.Account == c.ByID {
		return "这是您自己申请的，要另一位来复核", nil
	}
	why, err := s.Ask.Independent(ctx, tx, me.Account, c.ByID)
	if err != nil || why == "" {
		return "", err
	}
	return "您和申请的" + c.ByName + "不独立（" + why + "），要换人复核", nil
}

// ApproveChange lets a change happen that another asked for.
func (s *Service) ApproveChange(ctx context.Context, in DecideInput) (Change, error) {
	return s.decide(ctx, "person.approve_change", ChangeDone, in, func(tx *db.Tx, c *Change, w wish) error {
		if why, err := s.whyNot(ctx, tx, *c); err != nil || why != "" {
			return cmp.Or(err, errs.Deny(why))
		}
		for _, id := range []db.ID{c.PersonID, w.Merge.Other} {
			if id == 0 {
				continue
			}
			if err := s.stranger(ctx, tx, auth.From(ctx), id); err != nil {
				return err
			}
		}
		if c.Kind == ChangeMerge {
			keep, err := get(ctx, tx, c.PersonID)
			if err != nil {
				return err
			}
			return s.join(ctx, tx, &keep, w.Merge)
		}
		return s.rename(ctx, tx, c.PersonID, w)
	})
}

// rename gives an entry the identity that was asked for, if it is still the one that was shown.
func (s *Service) rename(ctx context.Context, tx *db.Tx, id db.ID, w wish) error {
	p, err := get(ctx, tx, id)
	if err != nil {
		return err
	}
	if p.State != Active {
		return errs.WrongState("这条登记已经合并或者注销")
	}
	was, err := s.whoIs(ctx, tx, p)
	if err != nil {
		return err
	}
	if was.who() != w.Was.who() {
		return errs.ErrStale
	}
	p.Name, p.BirthDay, p.Sex = w.Next.Name, w.Next.Birth, w.Sex
	if w.Next.Number != was.Number {
		if err := s.putNumber(ctx, tx, &p, w.Next.Number); err != nil {
			return err
		}
	}
	if err := db.IndexName(ctx, tx, "person", p.ID, p.Name); err != nil {
		return err
	}
	if err := table.Update(ctx, tx, &p); err != nil {
		return err
	}
	return s.endKnownOf(ctx, tx, p, was)
}

// RefuseChange ends a change without doing it; who asked for it may do so himself.
func (s *Service) RefuseChange(ctx context.Context, in DecideInput) (Change, error) {
	return s.decide(ctx, "person.refuse_change", ChangeRefused, in, func(*db.Tx, *Change, wish) error {
		if strings.TrimSpace(in.Note) == "" {
			return errs.Field("note", "请写明为什么不改")
		}
		return nil
	})
}

// ChangesInput asks for the changes that wait.
type ChangesInput struct{ db.Paging }

// Waiting is a change that waits, as the second person sees it.
type Waiting struct {
	Change
	Name  string   `json:"name" doc:"现在登记的姓名"`
	Place string   `json:"place" db:"-"`
	What  []string `json:"what" db:"-" doc:"从什么改成什么"`
	May   bool     `json:"may" db:"-" doc:"可以由您复核"`
	Why   string   `json:"why" db:"-" doc:"为什么不能由您复核"`
}

// Waitings is a page of changes that wait.
type Waitings struct{ db.Page[Waiting] }

type changeSearch struct{ Scope auth.Scope }

var waitingList = db.ListOf(func(b *db.Builder, in changeSearch) {
	b.Add("SELECT " + changes.Columns("c") + ", p.name FROM person_change c JOIN person p ON p.id = c.person_id WHERE c.state = 'waits'")
	in.Scope.Where(b, auth.Columns{Region: "c.region", Person: "c.person_id"})
}, func(changeSearch) db.Order[Waiting] {
	return db.Order[Waiting]{By: "c.id", Key: func(w Waiting) []any { return []any{w.ID} }}
})

// Waitings gives the changes in the actor's scope that wait for a second person, the oldest first.
func (s *Service) Waitings(ctx context.Context, in ChangesInput) (Waitings, error) {
	return act.Read(ctx, s.db, Second, func(tx *db.Tx) (out Waitings, err error) {
		out.Page, err = waitingList.Page(ctx, tx, changeSearch{auth.ScopeOf(ctx, Second)}, in.Paging)
		for i := range out.Items {
			if err == nil {
				err = s.explain(ctx, tx, &out.Items[i])
			}
		}
		return out, err
	})
}

// explain adds what a change would do, in words, and whether the reader may decide it.
func (s *Service) explain(ctx context.Context, tx *db.Tx, c *Waiting) (err error) {
	if c.Place, err = region.FullName(ctx, tx, c.Region); err != nil {
		return err
	}
	sealed, err := wishOf.One(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	plain, err := s.keys.Open(sealed, sealAt("person_change", "wish", c.ID))
	if err != nil {
		return err
	}
	var w wish
	if err := json.Unmarshal(plain, &w); err != nil {
		return err
	}
	if c.Kind == ChangeMerge {
		other, err := get(ctx, tx, w.Merge.Other)
		if err != nil {
			return err
		}
		c.What = []string{"“" + other.Name + "”（" + other.known() + "）并入“" + c.Name + "”"}
	} else {
		c.What = differences(w.Was, w.Next)
	}
	if c.Why, err = s.whyNot(ctx, tx, c.Change); err != nil {
		return err
	}
	c.May = c.Why == ""
	return nil
}

// differences says what a change of identity changes; identity numbers are masked.
func differences(was, next identityOf) (out []string) {
	day := func(d clock.Day) string {
		if d == 0 {
			return "没有"
		}
		return d.String()
	}
	for _, f := range [][3]string{{"姓名", was.Name, next.Name}, {"出生日期", day(was.Birth), day(next.Birth)},
		{"身份证号", MaskIDNumber(was.Number), MaskIDNumber(next.Number)}} {
		if f[1] != f[2] {
			out = append(out, f[0]+"："+orNothing(f[1])+" → "+orNothing(f[2]))
		}
	}
	if len(out) == 0 && was.Number != next.Number {
		out = append(out, "身份证号：中间的数字改了")
	}
	return slices.Clip(out)
}

func orNothing(text string) string {
	if text == "" {
		return "没有"
	}
	return text
}

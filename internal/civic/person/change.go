package person

import (
	"context"
	"slices"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// attach changes what hangs on an entry in force, and shows the entry anew.
func (s *Service) attach(ctx context.Context, op act.Op, fn func(*db.Tx, *Person) error) (Detail, error) {
	return s.change(ctx, &attached, op, fn)
}

func (s *Service) change(ctx context.Context, kind *act.Kind[Person], op act.Op, fn func(*db.Tx, *Person) error) (Detail, error) {
	op.From, op.Wrong = []string{Active}, "这条登记已经合并或者注销"
	return act.ChangeTo(ctx, s.db, kind, op, fn, func(tx *db.Tx, p Person) (Detail, error) {
		p, err := get(ctx, tx, p.ID)
		if err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, p)
	})
}

// UpdateInput is the whole entry as the desk wants it. Empty sealed fields stay as they are, since the desk does not see them; Clear
// empties them.
type UpdateInput struct {
	ID           db.ID       `path:"id"`
	Version      int64       `json:"version" minimum:"1"`
	Name         string      `json:"name" minLength:"1" maxLength:"80"`
	Sex          string      `json:"sex" required:"false" enum:"male,female," maxLength:"6"`
	BirthDay     clock.Day   `json:"birth_day" required:"false"`
	Region       auth.Region `json:"region"`
	IDKind       string      `json:"id_kind" required:"false" set:"identity_kind" maxLength:"10"`
	IDNumber     string      `json:"id_number" required:"false" maxLength:"80" format:"any-text"`
	Phone        string      `json:"phone" required:"false" maxLength:"80" format:"any-text"`
	Householder  string      `json:"householder" required:"false" maxLength:"80"`
	Group        string      `json:"group" required:"false" maxLength:"40"`
	Languages    Codes       `json:"languages" required:"false" maxItems:"10"`
	NoSmartphone bool        `json:"no_smartphone" required:"false"`
	Groups       Codes       `json:"groups" required:"false" maxItems:"20"`
	Addresses    []Address   `json:"addresses" required:"false" maxItems:"6" doc:"给了就全部换成这些"`
	Clear        []string    `json:"clear" required:"false" maxItems:"4" enum:"phone,id_number,groups,addresses"`
}

// Update corrects an entry under its version.
func (s *Service) Update(ctx context.Context, in UpdateInput) (Detail, error) {
	next := NewPerson{Name: in.Name, Sex: in.Sex, BirthDay: in.BirthDay, Region: in.Region, IDKind: in.IDKind,
		IDNumber: in.IDNumber, Phone: in.Phone,
		Householder: in.Householder, Group: in.Group, Languages: in.Languages, NoSmartphone: in.NoSmartphone, Groups: in.Groups,
		Addresses: in.Addresses}
	var id identity
	op := act.Op{Perm: Edit, Action: string(Edit), ID: in.ID, Version: in.Version, Detail: map[string]any{}, Check: func() (err error) {
		id, err = s.check(ctx, &next)
		return err
	}}
	return s.change(ctx, &entries, op, func(tx *db.Tx, p *Person) error {
		was, err := s.whoIs(ctx, tx, *p)
		if err != nil {
			return err
		}
		waits, err := s.hold(ctx, tx, *p, was, &next, &id, &in.Clear)
		if err != nil {
			return err
		}
		if next.Region != p.Region && !auth.Can(ctx, Edit, auth.Place{Region: next.Region}) {
			return errs.Field("region", "不在您管的范围里")
		}
		if err := inCommunity(ctx, tx, next.Region); err != nil {
			return err
		}
		if next.Name != p.Name {
			if err := db.IndexName(ctx, tx, "person", p.ID, next.Name); err != nil {
				return err
			}
		}
		op.Detail["fields"], op.Detail["waits"] = changed(*p, next, in.Clear), waits
		p.Name, p.Sex, p.BirthDay, p.Region, p.Householder = next.Name, next.Sex, next.BirthDay, next.Region, next.Householder
		p.Group, p.Languages, p.NoSmartphone = next.Group, next.Languages, next.NoSmartphone
		if err := s.setSealed(ctx, tx, p, next, id, in.Clear); err != nil {
			return err
		}
		return s.endKnownOf(ctx, tx, *p, was)
	})
}

// hold keeps back another name, identity number or day of birth of a person with counted minutes: they wait for a second person.
func (s *Service) hold(ctx context.Context, tx *db.Tx, p Person, was identityOf, next *NewPerson, id *identity,
	clear *[]string) (bool, error) {
	then := identityOf{Name: next.Name, Birth: next.BirthDay, Number: was.Number}
	if id.number != "" || slices.Contains(*clear, "id_number") {
		then.Number = id.number
	}
	if then == was.who() {
		return false, nil
	}
	if guarded, err := s.guarded(ctx, tx, p.ID); err != nil || !guarded {
		return false, err
	}
	if err := s.propose(ctx, tx, p, ChangeIdentity, "", wish{Was: was, Next: then, Sex: next.Sex}); err != nil {
		return false, err
	}
	next.Name, next.BirthDay, next.Sex, next.IDNumber, id.number = p.Name, p.BirthDay, p.Sex, "", ""
	*clear = slices.DeleteFunc(slices.Clone(*clear), func(f string) bool { return f == "id_number" })
	return true, nil
}

// setSealed writes those sealed fields that are given or cleared.
func (s *Service) setSealed(ctx context.Context, tx *db.Tx, p *Person, next NewPerson, id identity, clear []string) error {
	if id.number != "" || slices.Contains(clear, "id_number") {
		if err := s.putNumber(ctx, tx, p, id.number); err != nil {
			return err
		}
	}
	if id.phone != "" || slices.Contains(clear, "phone") {
		h := s.sealPhone(p, id.phone)
		if _, err := setPhone.Run(ctx, tx, p.ID, h.sealed, h.blind, p.Phone, h.second); err != nil {
			return err
		}
	}
	if len(next.Groups) > 0 || slices.Contains(clear, "groups") {
		if _, err := setGroups.Run(ctx, tx, p.ID, s.keys.SealText(strings.Join(next.Groups, " "), at("recipient_groups", p.ID))); err != nil {
			return err
		}
	}
	if len(next.Addresses) > 0 || slices.Contains(clear, "addresses") {
		return s.putAddresses(ctx, tx, *p, next.Addresses)
	}
	return nil
}

// putNumber sets an identity number that no other entry in force has.
func (s *Service) putNumber(ctx context.Context, tx *db.Tx, p *Person, number string) error {
	h := s.sealNumber(p, number)
	if h.blind != nil {
		if other, ok, err := db.Found(byNumber.One(ctx, tx, h.blind)); err != nil || ok && other.ID != p.ID {
			return clash(err, "id_number", "这个身份证号已经登记在另一条上，请合并")
		}
	}
	_, err := setNumber.Run(ctx, tx, p.ID, h.sealed, h.blind, p.IDNumber)
	return err
}

func clash(err error, field, msg string) error {
	if err != nil {
		return err
	}
	return errs.Field(field, msg)
}

// changed names the fields that an update touched, for the trail.
func changed(p Person, n NewPerson, clear []string) []string {
	out := slices.Clone(clear)
	for _, f := range []struct {
		name string
		is   bool
	}{
		{"name", p.Name != n.Name}, {"sex", p.Sex != n.Sex}, {"birth_day", p.BirthDay != n.BirthDay}, {"region", p.Region != n.Region},
		{"householder", p.Householder != n.Householder}, {"group", p.Group != n.Group}, {"languages", !slices.Equal(p.Languages, n.Languages)},
		{"no_smartphone", p.NoSmartphone != n.NoSmartphone}, {"id_number", n.IDNumber != ""}, {"phone", n.Phone != ""},
		{"groups", len(n.Groups) > 0}, {"addresses", len(n.Addresses) > 0}} {
		if f.is && !slices.Contains(out, f.name) {
			out = append(out, f.name)
		}
	}
	return out
}

// MergeInput joins two entries of one person: ID goes on, Other becomes a redirect to it.
type MergeInput struct {
	ID           db.ID  `path:"id"`
	Version      int64  `json:"version" minimum:"1"`
	Other        db.ID  `json:"other_id"`
	OtherVersion int64  `json:"other_version" minimum:"1"`
	Reason       string `json:"reason" minLength:"1" maxLength:"200"`
}

// Merge joins two entries of one person. What the one that goes on lacks it takes from the other, which stays as it was, pointing to
// it. Two different identity numbers are two people.
func (s *Service) Merge(ctx context.Context, in MergeInput) (Detail, error) {
	op := act.Op{Perm: Join, Action: string(Join), ID: in.ID, Version: in.Version, Cause: in.Reason,
		Detail: map[string]any{"merged": in.Other.String()}, Check: in.check}
	return s.attach(ctx, op, func(tx *db.Tx, keep *Person) error {
		other, err := get(ctx, tx, in.Other)
		if err == nil {
			err = auth.Require(ctx, Join, View, other.place())
		}
		if errs.KindOf(err) == errs.NotFound {
			return errs.Field("other_id", "没有找到这条登记")
		}
		if err != nil {
			return err
		}
		guarded, err := s.guarded(ctx, tx, keep.ID, other.ID)
		if err != nil {
			return err
		}
		if !guarded {
			return s.join(ctx, tx, keep, in)
		}
		if other.Version != in.OtherVersion || other.State != Active {
			return errs.ErrStale
		}
		op.Detail["waits"] = true
		if err := s.stranger(ctx, tx, auth.From(ctx), other.ID); err != nil {
			return err
		}
		return s.propose(ctx, tx, *keep, ChangeMerge, in.Reason, wish{Merge: in})
	})
}

// join makes one entry of two.
func (s *Service) join(ctx context.Context, tx *db.Tx, keep *Person, in MergeInput) error {
	if err := s.lockPair(ctx, tx, in); err != nil {
		return err
	}
	other, err := get(ctx, tx, in.Other)
	if err != nil {
		return err
	}
	if err := s.absorb(ctx, tx, keep, other); err != nil {
		return err
	}
	if err := follow(ctx, tx, *keep, other); err != nil {
		return err
	}
	return s.Merged.Publish(ctx, tx, MergedEvent{From: other.ID, To: keep.ID})
}

func (in MergeInput) check() error {
	if in.Other == in.ID {
		return errs.Field("other_id", "要选另一条登记")
	}
	return nil
}

// lockPair moves both rows to their next version, the smaller id first, so that two merges of the same pair cannot wait for one another.
func (s *Service) lockPair(ctx context.Context, tx *db.Tx, in MergeInput) error {
	keep := func() (int64, error) { return bump.Run(ctx, tx, in.ID, in.Version) }
	fold := func() (int64, error) { return redirect.Run(ctx, tx, in.Other, in.OtherVersion, in.ID) }
	order := []func() (int64, error){keep, fold}
	if in.Other < in.ID {
		slices.Reverse(order)
	}
	for _, step := range order {
		n, err := step()
		if err := touched(n, err, errs.ErrStale); err != nil {
			return err
		}
	}
	return nil
}

// follow leads the ties and consents of other to keep; what other areas hold follows by the topic.
func follow(ctx context.Context, tx *db.Tx, keep, other Person) error {
	for _, move := range []*db.Command{moveConsents, moveAgreed, moveWards, moveGuardians, moveKin, moveChanges} {
		if _, err := move.Run(ctx, tx, other.ID, keep.ID); err != nil {
			return err
		}
	}
	for _, drop := range []*db.Command{dropTies, dropEveryKin} {
		if _, err := drop.Run(ctx, tx, other.ID); err != nil {
			return err
		}
	}
	for _, id := range []db.ID{keep.ID, other.ID} {
		if _, err := endKnown.Run(ctx, tx, id, tx.Now); err != nil {
			return err
		}
	}
	return db.IndexName(ctx, tx, "person", other.ID, "")
}

// absorb copies what keep lacks from other.
func (s *Service) absorb(ctx context.Context, tx *db.Tx, keep *Person, other Person) error {
	mine, err := s.open(ctx, tx, keep.ID)
	if err != nil {
		return err
	}
	theirs, err := s.open(ctx, tx, other.ID)
	if err != nil {
		return err
	}
	if mine.IDNumber != "" && theirs.IDNumber != "" && mine.IDNumber != theirs.IDNumber {
		return errs.Field("other_id", "两条登记的身份证号不同，不是同一个人")
	}
	take := NewPerson{}
	var id identity
	if mine.IDNumber == "" {
		id.number = theirs.IDNumber
	}
	if mine.Phone == "" {
		id.phone = theirs.Phone
	}
	if len(mine.Groups) == 0 {
		take.Groups = theirs.Groups
	}
	own, err := addressesOf.All(ctx, tx, keep.ID)
	if err != nil {
		return err
	}
	if len(own) == 0 {
		if take.Addresses, err = s.addresses(ctx, tx, other.ID); err != nil {
			return err
		}
	}
	return s.setSealed(ctx, tx, keep, take, id, nil)
}

// RevealInput asks for sealed fields in plain.
type RevealInput struct {
	ID     db.ID    `path:"id"`
	Fields []string `json:"fields" minItems:"1" maxItems:"4" enum:"phone,id_number,addresses,groups"`
	Reason string   `json:"reason" minLength:"2" maxLength:"200" doc:"为什么需要看"`
}

// Revealed holds the fields that were asked for; the others are empty.
type Revealed struct {
	Phone     string    `json:"phone,omitempty"`
	IDNumber  string    `json:"id_number,omitempty"`
	Addresses []Address `json:"addresses,omitempty"`
	Groups    Codes     `json:"groups,omitempty"`
}

// Reveal shows sealed fields. The trail keeps who, why and which fields, never the values, and marks a minor (未成年人网络保护条例 art. 36).
func (s *Service) Reveal(ctx context.Context, in RevealInput) (Revealed, error) {
	op := act.Op{Perm: Unmask, Action: string(Unmask), ID: in.ID, Cause: in.Reason, Check: in.check,
		Detail: map[string]any{"fields": in.Fields}}
	return act.ChangeTo(ctx, s.db, &attached, op, func(tx *db.Tx, p *Person) error {
		age := Age(*p, today(tx.Now))
		op.Detail["minor"] = age >= 0 && age < Adult
		return nil
	}, func(tx *db.Tx, p Person) (Revealed, error) {
		out, err := s.plain(ctx, tx, p.ID)
		keepOnly(&out, in.Fields)
		return out, err
	})
}

func (in RevealInput) check() error {
	if strings.TrimSpace(in.Reason) == "" {
		return errs.Field("reason", "请写明为什么需要看")
	}
	return nil
}

func (s *Service) plain(ctx context.Context, tx *db.Tx, id db.ID) (out Revealed, err error) {
	o, err := s.open(ctx, tx, id)
	if err != nil {
		return out, err
	}
	out = Revealed{Phone: o.Phone, IDNumber: o.IDNumber, Groups: o.Groups}
	out.Addresses, err = s.addresses(ctx, tx, id)
	return out, err
}

func keepOnly(r *Revealed, fields []string) {
	has := func(f string) bool { return slices.Contains(fields, f) }
	if !has("phone") {
		r.Phone = ""
	}
	if !has("id_number") {
		r.IDNumber = ""
	}
	if !has("addresses") {
		r.Addresses = nil
	}
	if !has("groups") {
		r.Groups = nil
	}
}

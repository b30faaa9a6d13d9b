package person

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
	"linli/internal/platform/telephone"
)

// NewPerson is what is known of somebody who enters the register. Only name, region and consent are asked of everybody.
type NewPerson struct {
	Name         string      `json:"name" minLength:"1" maxLength:"80" doc:"姓名"`
	Sex          string      `json:"sex" required:"false" enum:"male,female," maxLength:"6"`
	BirthDay     clock.Day   `json:"birth_day" required:"false" doc:"填了身份证号时可以不填"`
	Region       auth.Region `json:"region" doc:"居住的嘎查村（社区）"`
	IDKind       string      `json:"id_kind" required:"false" set:"identity_kind" maxLength:"10" doc:"证件种类；不填按号码认"`
	IDNumber     string      `json:"id_number" required:"false" maxLength:"80" format:"any-text" doc:"点单从不需要"`
	Phone        string      `json:"phone" required:"false" maxLength:"80" format:"any-text" doc:"手机，或带区号的固定电话；最多两个，用、隔开"`
	Householder  string      `json:"householder" required:"false" maxLength:"80" doc:"户主，用来区分同名的人"`
	Group        string      `json:"group" required:"false" maxLength:"40" doc:"小组、浩特"`
	Languages    Codes       `json:"languages" required:"false" maxItems:"10"`
	NoSmartphone bool        `json:"no_smartphone" required:"false"`
	Groups       Codes       `json:"groups" required:"false" maxItems:"20" doc:"服务对象类别；加密保存，只在需要时查看"`
	Addresses    []Address   `json:"addresses" required:"false" maxItems:"6"`
	Consent      string      `json:"consent" set:"person_consent.how" maxLength:"8" doc:"怎样同意登记的"`
	GuardianID   db.ID       `json:"guardian_id" required:"false" doc:"监护人代为同意时必填"`
	Relation     string      `json:"relation" required:"false" maxLength:"20" doc:"监护人与本人的关系"`

	Evidence db.ID `json:"-"` // the photographed sheet of signatures on which the consent stands; its blob
	Imported bool  `json:"-"` // taken over from a file
}

// Address is where somebody lives from one month to another; a span may run over new year.
type Address struct {
	Kind      string      `json:"kind" required:"false" set:"person_address.kind" maxLength:"6" doc:"不填就是常住"`
	FromMonth int64       `json:"from_month" required:"false" minimum:"0" maximum:"12" doc:"0 表示全年"`
	ToMonth   int64       `json:"to_month" required:"false" minimum:"0" maximum:"12"`
	Region    auth.Region `json:"region" required:"false" doc:"不填就是居住的嘎查村（社区）"`
	Detail    string      `json:"detail" required:"false" maxLength:"200"`
	Landmark  string      `json:"landmark" required:"false" maxLength:"200" doc:"怎么走、旁边有什么"`
	Lat       float64     `json:"lat" required:"false" minimum:"0" maximum:"60"`
	Lng       float64     `json:"lng" required:"false" minimum:"0" maximum:"140"`
}

// inMonth says whether somebody lives there in the month.
func (a Address) inMonth(m int64) bool {
	if a.FromMonth <= a.ToMonth {
		return a.FromMonth <= m && m <= a.ToMonth
	}
	return m >= a.FromMonth || m <= a.ToMonth
}

// identity is what check found out about a NewPerson.
type identity struct {
	number string
	phone  string
}

// check puts the input into its stored form and finds everything that is wrong with it.
func (s *Service) check(ctx context.Context, in *NewPerson) (id identity, err error) {
	c := errs.Check{}
	in.Name, in.Householder, in.Group = spelling.Name(in.Name), spelling.Name(in.Householder), spelling.Name(in.Group)
	why := nameProblem(in.Name)
	c.That(why == "", "name", why)
	if in.IDNumber != "" {
		n, err := ParsePaper(in.IDKind, in.IDNumber, clock.Today(ctx), s.demo)
		c.Merge(err)
		if err == nil {
			c.That(in.BirthDay == 0 || n.BirthDay == 0 || in.BirthDay == n.BirthDay, "birth_day", "和身份证号里的出生日期不一样")
			c.That(in.Sex == "" || n.Sex == "" || in.Sex == n.Sex, "sex", "和身份证号里的性别不一样")
			in.BirthDay, in.Sex, id.number = cmp.Or(n.BirthDay, in.BirthDay), cmp.Or(n.Sex, in.Sex), n.Number
		}
	}
	if in.Phone != "" {
		id.phone, err = telephone.ParseAll(in.Phone, s.demo)
		c.Merge(err)
	}
	c.That(in.BirthDay == 0 || in.BirthDay >= 19000101 && in.BirthDay <= clock.Today(ctx), "birth_day", "请看看出生日期对不对")
	c.That(in.Consent != ByGuardian || in.GuardianID != 0, "guardian_id", "请写明是哪位监护人同意的")
	age := AgeOn(in.BirthDay, clock.Today(ctx))
	c.That(in.Consent == "" || age < 0 || age >= childhood || in.Consent == ByGuardian, "consent", "不满 14 周岁，要由监护人同意")
	checkAddresses(c, in.Addresses)
	return id, c.Err()
}

func checkAddresses(c errs.Check, list []Address) {
	for i := range list {
		a := &list[i]
		a.Kind = cmp.Or(a.Kind, "home")
		if a.FromMonth == 0 || a.ToMonth == 0 {
			a.FromMonth, a.ToMonth = 1, 12
		}
		c.That(strings.TrimSpace(a.Detail+a.Landmark) != "", fmt.Sprintf("addresses.%d.detail", i), "请写地址或者怎么走")
	}
}

// Add puts somebody into the register, or gives the entry that is there already: the same identity number, or the same phone and name. An
// entry found is not changed, except that a consent is added to it. The caller has checked who may.
func (s *Service) Add(ctx context.Context, tx *db.Tx, in NewPerson) (Person, error) {
	known, err := s.check(ctx, &in)
	if err != nil {
		return Person{}, err
	}
	if p, ok, err := s.find(ctx, tx, known, in.Name); err != nil || ok {
		if err == nil && in.Consent != "" {
			err = s.agree(ctx, tx, p, in)
		}
		return p, err
	}
	return s.insert(ctx, tx, in, known)
}

// find looks for the entry of the same identity number, or of the same phone and name. A number under another name is refused: a slip
// of the pen, or somebody else's number.
func (s *Service) find(ctx context.Context, tx *db.Tx, id identity, name string) (Person, bool, error) {
	if id.number != "" {
		p, ok, err := db.Found(byNumber.One(ctx, tx, s.keys.Blind("id_number", id.number)))
		if err == nil && ok && !spelling.Same(p.Name, name) {
			err = errs.Field("id_number", "这个身份证号已经用另一个姓名登记过，请核对")
		}
		if err != nil || ok {
			return p, ok, err
		}
	}
	if id.phone == "" {
		return Person{}, false, nil
	}
	same, err := s.Known(ctx, tx, id.phone, name)
	for _, p := range same {
		if id.number == "" || p.IDNumber == "" {
			return p, true, err
		}
	}
	return Person{}, false, err
}

// FindByNumber gives the entry in force of an identity number, with its check letter in capitals.
func (s *Service) FindByNumber(ctx context.Context, tx *db.Tx, number string) (Person, bool, error) {
	p, there, err := db.Found(byNumber.One(ctx, tx, s.keys.Blind("id_number", number)))
	return p, there && p.State == Active, err
}

// FindByPhone gives the entries in force that have this phone number; a family may share one. A number that is none finds nobody.
func (s *Service) FindByPhone(ctx context.Context, tx *db.Tx, phone string) (out []Person, err error) {
	numbers, err := telephone.ParseAll(phone, s.demo)
	if err != nil {
		return nil, nil
	}
	seen := map[db.ID]bool{}
	for n := range strings.SplitSeq(numbers, telephone.Between) {
		list, err := byPhone.All(ctx, tx, s.keys.Blind("phone", n))
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if !seen[p.ID] {
				seen[p.ID], out = true, append(out, p)
			}
		}
	}
	return out, nil
}

// Known gives the entries in force that have this phone number and this name, however it is spelt; two of one family may share both.
func (s *Service) Known(ctx context.Context, tx *db.Tx, phone, name string) ([]Person, error) {
	list, err := s.FindByPhone(ctx, tx, phone)
	return slices.DeleteFunc(list, func(p Person) bool { return !spelling.Same(p.Name, name) }), err
}

// One is the only entry in force of a phone number and a name; the zero one where there is none. Two are refused by the field name: they
// are told apart by their numbers in the register.
func (s *Service) One(ctx context.Context, tx *db.Tx, phone, name string) (p Person, err error) {
	list, err := s.Known(ctx, tx, phone, name)
	switch {
	case err != nil || len(list) == 0:
		return p, err
	case len(list) > 1:
		return p, errs.Field("name", "这个电话登记了同名的人，请写登记编号")
	}
	return list[0], nil
}

// By names the channel of the actor: the person himself, the desk, or a job.
func By(ctx context.Context) string {
	switch a := auth.From(ctx); {
	case a.System != "":
		return "system"
	case slices.ContainsFunc(a.Grants, func(g auth.Grant) bool { return g.Region != 0 || g.Station != 0 }):
		return "desk"
	}
	return "self"
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, in NewPerson, id identity) (Person, error) {
	by := By(ctx)
	if in.Imported {
		by = "import"
	}
	if err := inCommunity(ctx, tx, in.Region); err != nil {
		return Person{}, err
	}
	p := Person{ID: tx.NewID(), Version: 1, State: Active, Name: in.Name, Sex: in.Sex, BirthDay: in.BirthDay, Region: in.Region,
		Householder: in.Householder, Group: in.Group, Languages: in.Languages, NoSmartphone: in.NoSmartphone, RegisteredBy: by, At: tx.Now}
	number, phone, groups := s.sealNumber(&p, id.number), s.sealPhone(&p, id.phone),
		s.keys.SealText(strings.Join(in.Groups, " "), at("recipient_groups", p.ID))
	fresh, err := newTable.Add(ctx, tx, entry{p, secrets{number.sealed, phone.sealed, groups}, number.blind, phone.blind, phone.second})
	if err == nil && !fresh {
		err = errs.Field("id_number", "这个身份证号已经登记过")
	}
	if err != nil {
		return p, err
	}
	if err := db.IndexName(ctx, tx, "person", p.ID, p.Name); err != nil {
		return p, err
	}
	if err := s.putAddresses(ctx, tx, p, in.Addresses); err != nil {
		return p, err
	}
	if err := s.agree(ctx, tx, p, in); err != nil {
		return p, err
	}
	return p, audit.Write(ctx, tx, audit.Entry{Action: string(Enter), Object: "person", ID: p.ID.String(), Region: p.Region,
		Detail: map[string]any{"by": by}})
}

// agree records the consent to the registration and, with it, the guardian who gave it.
func (s *Service) agree(ctx context.Context, tx *db.Tx, p Person, in NewPerson) error {
	if in.Consent == "" {
		return nil
	}
	if in.GuardianID != 0 {
		if err := addGuardian(ctx, tx, p, in.GuardianID, in.Relation); err != nil {
			return err
		}
	}
	return ConsentOn(ctx, tx, p.ID, PurposeRegister, in.Consent, in.GuardianID, in.Evidence)
}

func inCommunity(ctx context.Context, tx *db.Tx, r auth.Region) error {
	ok, err := region.Exists(ctx, tx, r)
	if err == nil && (!ok || r.Level() != auth.LevelCommunity) {
		err = errs.Field("region", "请选到嘎查村（社区）")
	}
	return err
}

// hidden is one value as it is stored: sealed, and blind for finding; second is the blind index of a second telephone.
type hidden struct{ sealed, blind, second []byte }

func at(column string, id db.ID) string { return sealAt("person", column, id) }

func (s *Service) sealNumber(p *Person, number string) (h hidden) {
	p.IDNumber = MaskIDNumber(number)
	return s.hide("id_number", p.ID, number)
}

func (s *Service) sealPhone(p *Person, phone string) (h hidden) {
	p.Phone = telephone.Mask(phone)
	first, other, _ := strings.Cut(phone, telephone.Between)
	if h = s.hide("phone", p.ID, first); phone != first {
		h.sealed, h.second = s.keys.SealText(phone, at("phone", p.ID)), s.keys.Blind("phone", other)
	}
	return h
}

func (s *Service) hide(column string, id db.ID, value string) (h hidden) {
	if value == "" {
		return h
	}
	return hidden{sealed: s.keys.SealText(value, at(column, id)), blind: s.keys.Blind(column, value)}
}

// RegisterInput registers somebody at the desk.
type RegisterInput struct {
	NewPerson
	ConfirmNew bool `json:"confirm_new" required:"false" doc:"已看过相似的登记，确是另一个人"`
}

// Register enters somebody at the desk. An identity number that is there already is refused; entries that look like the same person are
// offered first (error of field confirm_new), and a namesake is entered once the desk has looked.
func (s *Service) Register(ctx context.Context, in RegisterInput) (Person, error) {
	var id identity
	op := act.Op{Perm: Enter, Action: string(Enter), Check: func() (err error) {
		if id, err = s.check(ctx, &in.NewPerson); err == nil && in.Consent == "" {
			err = errs.Field("consent", "请写明本人怎样同意登记")
		}
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Person, error) {
		if !auth.Can(ctx, Enter, auth.Place{Region: in.Region}) {
			return Person{}, errs.Field("region", "不在您管的范围里")
		}
		if !in.ConfirmNew {
			if err := s.offer(ctx, tx, in.NewPerson, id); err != nil {
				return Person{}, err
			}
		}
		return s.insert(ctx, tx, in.NewPerson, id)
	})
}

// Ensure is no operation of the frame, being a row of a file and not a request. It gives the entry of somebody: the one that is there
// already (the same identity number, or the same phone and name), else a new one.
func (s *Service) Ensure(ctx context.Context, in NewPerson) (p Person, made bool, err error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return p, false, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if !auth.Can(ctx, Enter, auth.Place{Region: in.Region}) {
			return errs.Field("region", "不在您管的范围里")
		}
		known, err := s.check(ctx, &in)
		if err != nil {
			return err
		}
		if p, made, err = s.find(ctx, tx, known, in.Name); err != nil || made {
			made = false
			if err == nil && !auth.Can(ctx, Enter, p.place()) {
				err = errs.Field("name", "这个人已经在别处登记，请那里的站先改登记")
			}
			return err
		}
		if err := s.offer(ctx, tx, in, known); err != nil {
			return err
		}
		made = true
		p, err = s.insert(ctx, tx, in, known)
		return err
	})
	return p, made, err
}

// offer refuses while entries that look like the same person have not been looked at. Those outside the actor's scope are only counted.
func (s *Service) offer(ctx context.Context, tx *db.Tx, in NewPerson, id identity) error {
	found, err := s.alike(ctx, tx, Person{Name: in.Name, BirthDay: in.BirthDay, Region: in.Region}, id.phone)
	if err != nil || len(found) == 0 {
		return err
	}
	words := make([]string, 0, len(found))
	for _, p := range found {
		words = append(words, s.hint(ctx, p))
	}
	return errs.Field("confirm_new", "可能已经登记过："+strings.Join(words, "；")+"。确是另一个人，请勾选后再提交")
}

// hint tells a namesake apart for the desk.
func (s *Service) hint(ctx context.Context, p Person) string {
	if !auth.Can(ctx, View, p.place()) {
		return "别处有一条同名同电话的登记"
	}
	out := []string{p.Name, p.Phone, p.BirthDay.String(), p.Group}
	if p.Householder != "" {
		out = append(out, "户主"+p.Householder)
	}
	return strings.Join(slices.DeleteFunc(out, func(w string) bool { return w == "" }), "，")
}

// alike gives other entries that may be the same person: same phone and name, or same name, day of birth and community.
func (s *Service) alike(ctx context.Context, tx *db.Tx, p Person, phone string) (out []Person, err error) {
	if phone != "" {
		if out, err = s.Known(ctx, tx, phone, p.Name); err != nil {
			return nil, err
		}
	}
	if p.BirthDay != 0 {
		same, err := bornOn.All(ctx, tx, p.BirthDay, p.Region)
		if err != nil {
			return nil, err
		}
		out = append(out, slices.DeleteFunc(same, func(o Person) bool { return !spelling.Same(o.Name, p.Name) })...)
	}
	seen := map[db.ID]bool{p.ID: true}
	return slices.DeleteFunc(out, func(o Person) bool {
		was := seen[o.ID]
		seen[o.ID] = true
		return was
	}), nil
}

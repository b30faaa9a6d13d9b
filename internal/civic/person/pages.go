package person

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Nothing is the input of an operation that takes none.
type Nothing struct{}

// choice is what the forms of an entry choose from.
type choice struct {
	Communities       []region.Step
	Languages, Groups []setting.Word
}

func (c *choice) load(ctx context.Context, tx *db.Tx, at auth.Region) (err error) {
	if c.Communities, err = region.Choices(ctx, tx, at); err != nil {
		return err
	}
	if c.Languages, err = setting.Words(ctx, tx, setting.Languages); err != nil {
		return err
	}
	c.Groups, err = setting.Words(ctx, tx, setting.Groups)
	return err
}

// BlankInput prepares the form of a new entry: Like is a name that may be in the register already, Guardian who answers for the child
// to be entered.
type BlankInput struct {
	Like     string `query:"like" maxLength:"80"`
	Guardian db.ID  `query:"guardian"`
}

// Blank is the form of a new entry.
type Blank struct {
	choice
	Guardian Person
	Like     []Person // of the same name, in the actor's scope
}

// Blank gives the form of a new entry, and who of that name is there already.
func (s *Service) Blank(ctx context.Context, in BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Enter, func(tx *db.Tx) (out Blank, err error) {
		if err := out.load(ctx, tx, auth.From(ctx).Seat()); err != nil {
			return out, err
		}
		if in.Guardian != 0 {
			if out.Guardian, err = seen(ctx, tx, in.Guardian, View); err != nil {
				return out, err
			}
		}
		if in.Like != "" {
			out.Like, err = namesakesOf(ctx, tx, in.Like)
		}
		return out, err
	})
}

// seen gives an entry to whoever holds a permission on it.
func seen(ctx context.Context, tx *db.Tx, id db.ID, perm auth.Perm) (Person, error) {
	p, err := get(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, perm, View, p.place())
	}
	return p, err
}

// most is how many entries a form offers; who needs more searches the register.
const most = 8

func namesakesOf(ctx context.Context, tx *db.Tx, name string) ([]Person, error) {
	return list.First(ctx, tx, scoped{ListInput: ListInput{Q: name}, Scope: auth.ScopeOf(ctx, View)}, most)
}

// SheetInput names an entry; Guardian looks for somebody who may answer for it.
type SheetInput struct {
	ID       db.ID  `path:"id"`
	Guardian string `query:"guardian" maxLength:"80" doc:"监护人的姓名或电话"`
}

// Sheet is the page of one entry, with what the actor may do on it.
type Sheet struct {
	Detail
	choice
	In                                    SheetInput
	Found                                 []Person // who may be a guardian
	MayReveal, MayAgree, MayEdit, MayJoin bool
	MayMeet                               bool // the reader may say that he has spoken with the person
}

// Sheet gives the desk's page of one entry, masked.
func (s *Service) Sheet(ctx context.Context, in SheetInput) (Sheet, error) {
	return act.Look(ctx, s.db, &entries, in.ID, func(tx *db.Tx, p Person) (Sheet, error) { return s.sheet(ctx, tx, p, in) })
}

func (s *Service) sheet(ctx context.Context, tx *db.Tx, p Person, in SheetInput) (out Sheet, err error) {
	if out.Detail, err = s.detail(ctx, tx, p); err != nil {
		return out, err
	}
	out.In = in
	at, active := out.place(), out.State == Active
	out.MayReveal = active && auth.Can(ctx, Unmask, at)
	out.MayAgree = active && auth.Can(ctx, Agree, at)
	out.MayEdit = active && auth.Can(ctx, Edit, at)
	out.MayMeet = active && auth.Can(ctx, Meet, at) && auth.From(ctx).Person != out.ID
	out.MayJoin = active && auth.Can(ctx, Join, at)
	if err := out.load(ctx, tx, out.Region.At(auth.LevelTown)); err != nil || in.Guardian == "" {
		return out, err
	}
	found, err := s.search(ctx, tx, ListInput{Q: in.Guardian, Paging: db.Paging{Limit: most}})
	out.Found = slices.DeleteFunc(found.Items, func(p Person) bool { return p.ID == in.ID })
	return out, err
}

// Form gives the page on which an entry is corrected; sealed fields are empty there and stay as they are.
func (s *Service) Form(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Read(ctx, s.db, Edit, func(tx *db.Tx) (out Sheet, err error) {
		p, err := seen(ctx, tx, in.ID, Edit)
		if err != nil || p.State != Active {
			return out, err
		}
		return s.sheet(ctx, tx, p, SheetInput{ID: in.ID})
	})
}

// PairInput names two entries that may be one person; Q looks for the other.
type PairInput struct {
	ID    db.ID  `path:"id"`
	Other db.ID  `query:"other_id"`
	Q     string `query:"q" maxLength:"80"`
}

// Pair is the page that shows both.
type Pair struct {
	In    PairInput
	Keep  Detail
	Other Detail // empty while none is named
	Found []Person
}

// Pair shows two entries side by side before they are joined.
func (s *Service) Pair(ctx context.Context, in PairInput) (Pair, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (Pair, error) {
		out := Pair{In: in}
		for id, into := range map[db.ID]*Detail{in.Other: &out.Other, in.ID: &out.Keep} {
			if id == 0 {
				continue
			}
			p, err := seen(ctx, tx, id, View)
			if err != nil {
				return Pair{}, err
			}
			if *into, err = s.detail(ctx, tx, p); err != nil {
				return Pair{}, err
			}
		}
		if in.Q == "" {
			return out, nil
		}
		found, err := s.search(ctx, tx, ListInput{Q: in.Q, Paging: db.Paging{Limit: most}})
		out.Found = slices.DeleteFunc(found.Items, func(p Person) bool { return p.ID == in.ID })
		return out, err
	})
}

// Shown is the page that shows sealed fields once.
type Shown struct {
	Revealed
	ID    db.ID
	Words []setting.Word
}

// Show gives sealed fields for the page; the trail has the reason.
func (s *Service) Show(ctx context.Context, in RevealInput) (out Shown, err error) {
	out.ID = in.ID
	if out.Revealed, err = s.Reveal(ctx, in); err != nil {
		return out, err
	}
	out.Words, err = act.Read(ctx, s.db, Unmask, func(tx *db.Tx) ([]setting.Word, error) { return setting.Words(ctx, tx, setting.Groups) })
	return out, err
}

// Profile is the page of one's own entry; Detail is empty for an account that stands behind nobody of the register.
type Profile struct {
	Detail
	Phone     string
	Addresses []Address
}

// Mine gives one's own entry, telephone and addresses in plain, the identity number masked as everywhere (个人信息保护法 art. 45).
func (s *Service) Mine(ctx context.Context, _ Nothing) (Profile, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Profile, err error) {
		me := auth.From(ctx).Person
		if me == 0 {
			return out, nil
		}
		p, err := Current(ctx, tx, me)
		if err != nil {
			return out, err
		}
		if out.Detail, err = s.detail(ctx, tx, p); err != nil {
			return out, err
		}
		plain, err := s.plain(ctx, tx, p.ID)
		out.Phone, out.Addresses = plain.Phone, plain.Addresses
		return out, err
	})
}

// OwnWithdrawInput names one's own consent.
type OwnWithdrawInput struct {
	Consent db.ID `json:"consent_id"`
}

// WithdrawMine ends one's own consent, without a reason.
func (s *Service) WithdrawMine(ctx context.Context, in OwnWithdrawInput) (Detail, error) {
	return s.WithdrawConsent(ctx, WithdrawInput{ID: auth.From(ctx).Person, Consent: in.Consent})
}

const (
	desk    = "/desk/persons"
	profile = "/my/profile"

	waitingPath = "/desk/person-changes"
)

func (p Person) deskPath() string { return desk + "/" + p.ID.String() }

// blankPath leads back to the refused form, with the entries of the same name beside it.
func (in RegisterInput) blankPath() string {
	return ui.Href(desk+"/new", "like", in.Name, "guardian", in.GuardianID)
}

func (p Person) version() string { return strconv.FormatInt(p.Version, 10) }

// next is the address of the next page of the same search.
func (l Listing) next() string {
	return ui.Next(desk, l.Next, "q", l.In.Q)
}

var (
	sexWords     = map[string]string{Male: "男", Female: "女"}
	addressKinds = set.New("person_address.kind",
		set.Row{"home", "常住"}, set.Row{"winter", "冬营盘"}, set.Row{"summer", "夏营盘"}, set.Row{"school", "陪读房"},
		set.Row{"other", "其他"})
	registrars = set.New("person.registered_by",
		set.Row{"self", "本人登记"}, set.Row{"desk", "站里登记"}, set.Row{"import", "成批导入"}, set.Row{"system", "系统登记"})
	kinds     = ui.Options("home", "常住", "winter", "冬营盘", "summer", "夏营盘", "school", "陪读房", "other", "其他")
	sexes     = ui.Options(Female, "女", Male, "男")
	spokenFor = ui.Options(BySpoken, "本人口头", ByPaper, "纸面签名", ByGuardian, "监护人代为同意")
)

// months are the choices of a month.
func months() (out []ui.Option) {
	for m := 1; m <= 12; m++ {
		out = append(out, ui.Option{Value: strconv.Itoa(m), Label: strconv.Itoa(m) + " 月"})
	}
	return out
}

func purposes() (out []ui.Option) {
	for _, p := range purposeWords {
		out = append(out, ui.Option{Value: p.code, Label: p.word})
	}
	return out
}

// span says in which months somebody lives at a place.
func span(from, to int64) string {
	if from == 1 && to == 12 {
		return "全年"
	}
	return strconv.FormatInt(from, 10) + " 月至 " + strconv.FormatInt(to, 10) + " 月"
}

// said is an address as people say it.
func (a Address) said() string { return strings.TrimSpace(a.Detail + " " + a.Landmark) }

// apart is what tells a person from his namesakes: whose house, which group.
func (p Person) apart() string {
	var out []string
	if p.Householder != "" {
		out = append(out, "户主 "+p.Householder)
	}
	if p.Group != "" {
		out = append(out, p.Group)
	}
	return strings.Join(out, "，")
}

// known is apart with the masked numbers, for the choice between people of one name.
func (p Person) known() string {
	out := []string{p.apart(), p.Phone}
	if p.BirthDay != 0 {
		out = append(out, p.BirthDay.String()+" 生")
	}
	return strings.Join(slices.DeleteFunc(out, func(w string) bool { return w == "" }), "，")
}

// options are people to choose one of.
func options(list []Person) (out []ui.Option) {
	for _, p := range list {
		out = append(out, ui.Option{Value: p.ID.String(), Label: p.Name, Hint: p.known()})
	}
	return out
}

func (d Detail) guardianOptions() (out []ui.Option) {
	for _, g := range d.Guardians {
		out = append(out, ui.Option{Value: g.PersonID.String(), Label: g.Name + "（" + g.Relation + "）"})
	}
	return out
}

// minorRule says what holds for somebody of this age, in the words of the desk; "" for adults and where the age is unknown.
func minorRule(age int) string {
	refuse, consent, present := MinorRule(age)
	out := ""
	switch {
	case refuse:
		out = "未满 6 周岁：不登记为志愿者。"
	case present:
		out = "6 至 9 周岁：当志愿者要监护人同意，服务时监护人在场。"
	case consent:
		out = "10 至 17 周岁：当志愿者要监护人同意；有危险的服务年满 18 周岁才能参加。"
	}
	if age >= 0 && age < childhood {
		out += "未满 14 周岁的个人信息是敏感个人信息，由监护人同意（个人信息保护法第二十八条、第三十一条）。"
	}
	return out
}

// said is one line of the log: how, by whom entered, until when.
func (c ConsentEntry) said(ctx context.Context) string {
	out := Hows.Word(c.How)
	if c.GuardianName != "" {
		out += "（" + c.GuardianName + "）"
	}
	out += "，" + clock.Words(ctx, c.At)
	if c.EnteredName != "" && c.How != BySelf {
		out += "，" + c.EnteredName + "录入"
	}
	if c.EvidenceID != 0 {
		out += "，有签名册照片"
	}
	if c.WithdrawnAt != nil {
		out += "；" + clock.Words(ctx, *c.WithdrawnAt) + "撤回"
		if c.WithdrawnName != "" {
			out += "（" + c.WithdrawnName + "）"
		}
	}
	return out
}

// compared is one line of two entries side by side.
type compared struct{ what, keep, other string }

func (c compared) differs() bool { return c.keep != "" && c.other != "" && c.keep != c.other }

func (p Pair) rows(ctx context.Context) []compared {
	a, b := p.Keep, p.Other
	born := func(d Detail) string {
		if d.BirthDay == 0 {
			return ""
		}
		return d.BirthDay.String()
	}
	guards := func(d Detail) string {
		var out []string
		for _, g := range d.Guardians {
			out = append(out, g.Name)
		}
		return strings.Join(out, "、")
	}
	lives := func(d Detail) string {
		var out []string
		for _, x := range d.Addresses {
			out = append(out, addressKinds.Word(x.Kind)+" "+x.RegionName)
		}
		return strings.Join(out, "、")
	}
	out := []compared{
		{"姓名", a.Name, b.Name}, {"性别", sexWords[a.Sex], sexWords[b.Sex]}, {"出生日期", born(a), born(b)}, {"住在", a.RegionName, b.RegionName},
		{"户主", a.Householder, b.Householder},
		{"小组、浩特", a.Group, b.Group}, {"电话", a.Phone, b.Phone}, {"身份证件号码", a.IDNumber, b.IDNumber}, {"住址", lives(a), lives(b)},
		{"监护人", guards(a), guards(b)},
		{"同意的事", strconv.Itoa(len(a.Consents)) + " 项", strconv.Itoa(len(b.Consents)) + " 项"},
		{"登记", registrars.Word(a.RegisteredBy) + "，" + clock.Words(ctx, a.At), registrars.Word(b.RegisteredBy) + "，" + clock.Words(ctx, b.At)},
	}
	return slices.DeleteFunc(out, func(c compared) bool { return c.keep+c.other == "" })
}

package person_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

type world struct {
	*attendancetest.World
	s *person.Service
}

func each(t *testing.T, test func(t *testing.T, w world)) {
	attendancetest.Each(t, func(t *testing.T, in *attendancetest.World) {
		test(t, world{in, person.New(in.DB, in.Keys, true)})
	})
}

// somebody is a new entry that nothing is wrong with.
func somebody(name string) person.RegisterInput {
	return person.RegisterInput{NewPerson: person.NewPerson{Name: name, Region: attendancetest.Gacha, Consent: person.BySpoken}}
}

func (w world) register(in person.RegisterInput) person.Person {
	w.T.Helper()
	p, err := w.s.Register(w.Manager, in)
	if err != nil {
		w.T.Fatal("register:", err)
	}
	return p
}

func (w world) get(id db.ID) person.Detail {
	w.T.Helper()
	d, err := w.s.Get(w.Head, person.GetInput{ID: id})
	if err != nil {
		w.T.Fatal("get:", err)
	}
	return d
}

// fields are those that err names.
func fields(err error) string {
	e, ok := err.(*errs.Error)
	if !ok {
		return ""
	}
	var out []string
	for f := range e.Fields {
		out = append(out, f)
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

const number = "190101198001010031" // of nobody: province 19 does not exist

// Somebody is entered with few words; what is wrong is told by its field and nothing is stored; twice is offered, not entered; outside
// one's place nobody enters or reads.
func TestRegister(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		before := w.count("person")
		for what, c := range map[string]struct {
			change func(*person.RegisterInput)
			field  string
		}{
			"no name":               {func(in *person.RegisterInput) { in.Name = "  " }, "name"},
			"signs for a name":      {func(in *person.RegisterInput) { in.Name = "张三①" }, "name"},
			"no consent":            {func(in *person.RegisterInput) { in.Consent = "" }, "consent"},
			"a town":                {func(in *person.RegisterInput) { in.Region = attendancetest.Gacha.At(auth.LevelTown) }, "region"},
			"elsewhere":             {func(in *person.RegisterInput) { in.Region = attendancetest.Far }, "region"},
			"a short phone":         {func(in *person.RegisterInput) { in.Phone = "1390000" }, "phone"},
			"a wrong number":        {func(in *person.RegisterInput) { in.IDNumber = "190101198001010030" }, "id_number"},
			"a number of no land":   {func(in *person.RegisterInput) { in.IDNumber = "000000198001010030" }, "id_number"},
			"another day of birth":  {func(in *person.RegisterInput) { in.IDNumber, in.BirthDay = number, 19810101 }, "birth_day"},
			"a child without":       {func(in *person.RegisterInput) { in.BirthDay = 20180101 }, "consent"},
			"a guardian unnamed":    {func(in *person.RegisterInput) { in.Consent = person.ByGuardian }, "guardian_id"},
			"a guardian of no land": {func(in *person.RegisterInput) { in.Consent, in.GuardianID = person.ByGuardian, 7 }, "guardian_id"},
			"an address of nowhere": {func(in *person.RegisterInput) { in.Addresses = []person.Address{{Kind: "winter"}} }, "addresses.0.detail"},
		} {
			in := somebody("萨仁")
			c.change(&in)
			if _, err := w.s.Register(w.Manager, in); !strings.Contains(fields(err), c.field) {
				t.Errorf("%s: %v, want %s", what, err, c.field)
			}
		}
		if n := w.count("person"); n != before {
			t.Errorf("%d entries were stored", n-before)
		}
		in := somebody(" 萨仁 • 高娃 ")
		in.IDNumber, in.Phone, in.Householder, in.Group, in.Groups = number, "129 0000 0099", "巴雅尔", "二小组", person.Codes{"low_income"}
		p := w.register(in)
		if p.Name != "萨仁·高娃" || p.BirthDay != 19800101 || p.Sex != person.Male || p.Phone != "129****0099" ||
			strings.Contains(p.IDNumber, "1980") {
			t.Errorf("%+v", p)
		}
		for what, change := range map[string]func(
			*person.RegisterInput){"the same phone and name": func(in *person.RegisterInput) { in.IDNumber = "" },
			"the same name and day": func(in *person.RegisterInput) { in.IDNumber, in.Phone, in.BirthDay = "", "", 19800101 }} {
			again := in
			change(&again)
			_, err := w.s.Register(w.Manager, again)
			if fields(err) != "confirm_new" || !strings.Contains(err.Error(), "户主巴雅尔") || strings.Contains(err.Error(), "12900000099") {
				t.Errorf("%s: %v", what, err)
			}
			again.ConfirmNew = true
			if other := w.register(again); other.ID == p.ID {
				t.Errorf("%s: the desk said it is another one", what)
			}
		}
		again := in
		again.ConfirmNew = true
		if _, err := w.s.Register(w.Manager, again); fields(err) != "id_number" {
			t.Errorf("the same number twice: %v", err)
		}
		for q, want := range map[string]int{"萨仁": 3, "12900000099": 2, number: 1, "129000000": 0} {
			if page, err := w.s.List(w.Head, person.ListInput{Q: q}); err != nil || len(page.Items) != want {
				t.Errorf("%q finds %d (%v), want %d", q, len(page.Items), err, want)
			}
		}
		if page, err := w.s.List(w.Elsewhere, person.ListInput{Q: number}); err != nil || len(page.Items) != 0 {
			t.Errorf("elsewhere finds %d %v", len(page.Items), err)
		}
		_, err := w.s.Get(w.Elsewhere, person.GetInput{ID: p.ID})
		w.Refused(err, "not_found", "elsewhere")
		_, err = w.s.Register(w.Resident, in)
		w.Refused(err, "denied", "a resident registers")
	})
}

func (w world) count(table string) (n int64) {
	w.Write(func(tx *db.Tx) error {
		rows, err := db.Select[int64](w.System, tx, tx.Build("SELECT COUNT(*) FROM "+table))
		n = rows[0]
		return err
	})
	return n
}

// other gives a number of nobody that differs from number in its serial.
func other(t *testing.T) string {
	t.Helper()
	for _, last := range "0123456789X" {
		if n := "19010119800101005" + string(last); n != number {
			if _, err := person.ParseIDNumber(n, 20261124, true); err == nil {
				return n
			}
		}
	}
	t.Fatal("no check character fits")
	return ""
}

// Somebody is known by his number, or by phone and name as long as one of the two entries has no number.
func TestWhoIsKnown(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := somebody("萨仁")
		in.IDNumber, in.Phone = number, "12900000099"
		known := w.register(in)
		in = somebody("高娃")
		in.Phone = "12900000098"
		unnumbered := w.register(in)
		for _, c := range []struct {
			what, name, phone, number string
			same                      db.ID // 0 for a new entry
			want                      string
		}{
			{"name and phone", "萨仁", "12900000099", "", known.ID, ""}, {"name and number", "萨仁", "", number, known.ID, ""},
			{"the number under another name", "巴图", "", number, 0, "invalid id_number: 另一个姓名"},
			{"the phone of the family", "巴图", "12900000099", "", 0, ""},
			{"another number", "萨仁", "12900000099", other(t), 0, ""}, {"a number for who had none", "高娃", "12900000098", "190101198001010031", 0,
				"invalid id_number: 另一个姓名"},
			{"name alone", "高娃", "", "", 0, ""}, {"name and phone without numbers", "高娃", "12900000098", "", unnumbered.ID, ""},
		} {
			t.Run(c.what, func(t *testing.T) {
				var got person.Person
				err := w.DB.Write(w.System, func(tx *db.Tx) (err error) {
					got, err = w.s.Add(w.System, tx, person.NewPerson{Name: c.name, Phone: c.phone, IDNumber: c.number, Region: attendancetest.Gacha,
						Consent: person.BySpoken})
					return err
				})
				errstest.Is(t, err, c.want)
				if c.want != "" {
					return
				}
				if c.same != 0 && got.ID != c.same || c.same == 0 && (got.ID == known.ID || got.ID == unnumbered.ID) {
					t.Errorf("taken for %s", got.ID)
				}
			})
		}
	})
}

// Two of one name on one telephone are told apart by their numbers in the register, never by chance; a name is known however it is spelt.
func TestNamesakesOnOneTelephone(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := somebody("萨仁·图雅")
		in.IDNumber, in.Phone = number, "12900000099"
		first := w.register(in)
		find := func(phone, name string) (p person.Person, err error) {
			err = w.DB.Read(w.System, func(tx *db.Tx) error {
				p, err = w.s.One(w.System, tx, phone, name)
				return err
			})
			return p, err
		}
		for name, want := range map[string]db.ID{"萨仁·图雅": first.ID, " 萨仁•图雅 ": first.ID, "萨仁": 0} {
			if p, err := find("129 0000 0099", name); err != nil || p.ID != want {
				t.Errorf("%q is %s, %v", name, p.ID, err)
			}
		}
		if p, err := find("12900000097", "萨仁·图雅"); err != nil || p.ID != 0 {
			t.Errorf("found on another telephone: %s, %v", p.ID, err)
		}
		in.IDNumber, in.ConfirmNew = other(t), true
		w.register(in)
		_, err := find("12900000099", "萨仁·图雅")
		errstest.Is(t, err, "invalid name: 请写登记编号")
	})
}

// A number is one person's: who has it keeps it when it is entered again, nobody else gets it.
func TestNumberIsUnique(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := somebody("萨仁")
		in.IDNumber = number
		has, lacks := w.register(in), w.register(somebody("高娃"))
		up := person.UpdateInput{ID: has.ID, Version: 1, Name: "萨仁", Region: has.Region, IDNumber: number}
		if d, err := w.s.Update(w.Manager, up); err != nil || d.IDNumber != has.IDNumber {
			t.Errorf("his own: %+v %v", d, err)
		}
		up.ID, up.Name = lacks.ID, "高娃"
		_, err := w.s.Update(w.Manager, up)
		errstest.Is(t, err, "invalid id_number: 请合并")
		up.IDNumber = other(t)
		if d, err := w.s.Update(w.Manager, up); err != nil || d.IDNumber == "" {
			t.Errorf("a new one: %+v %v", d, err)
		}
	})
}

// Page by page the list gives everybody once.
func TestListPages(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		whole, err := w.s.List(w.Head, person.ListInput{Paging: db.Paging{Limit: 100}})
		if err != nil || len(whole.Items) < 3 {
			t.Fatal(len(whole.Items), err)
		}
		var got []db.ID
		in := person.ListInput{Paging: db.Paging{Limit: 1}}
		for range whole.Items {
			page, err := w.s.List(w.Head, in)
			if err != nil || len(page.Items) != 1 {
				t.Fatalf("%+v %v", page, err)
			}
			got = append(got, page.Items[0].ID)
			if page.Next != nil {
				in.Cursor = *page.Next
			}
		}
		for i, p := range whole.Items {
			if got[i] != p.ID {
				t.Errorf("page %d is of %s, want %s", i, got[i], p.ID)
			}
		}
	})
}

// An entry is corrected under its version; sealed fields that are left empty stay; places come and go one by one.
func TestCorrect(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := somebody("萨仁")
		in.Phone = "12900000099"
		p := w.register(in)
		up := person.UpdateInput{ID: p.ID, Version: 1, Name: "萨仁高娃", Region: p.Region, Householder: "巴雅尔", Group: "东浩特",
			Languages: person.Codes{"mn"}}
		d, err := w.s.Update(w.Manager, up)
		if err != nil || d.Name != "萨仁高娃" || d.Phone != "129****0099" || d.Group != "东浩特" || d.Version != 2 {
			t.Fatalf("%+v %v", d, err)
		}
		_, err = w.s.Update(w.Manager, up)
		w.Refused(err, "stale_version", "twice")
		up.Version = 2
		_, err = w.s.Update(w.Elsewhere, up)
		w.Refused(err, "not_found", "from elsewhere")
		up.Clear = []string{"phone"}
		if d, err = w.s.Update(w.Manager, up); err != nil || d.Phone != "" {
			t.Errorf("clear: %q %v", d.Phone, err)
		}
		if _, err := w.s.AddAddress(w.Manager, person.AddressInput{ID: p.ID,
			Address: person.Address{Kind: "winter", FromMonth: 11}}); fields(err) != "detail,to_month" {
			t.Errorf("half an address: %v", err)
		}
		winter := person.AddressInput{ID: p.ID, Address: person.Address{Kind: "winter", FromMonth: 11, ToMonth: 4, Landmark: "敖包南坡蓝顶房"}}
		if d, err = w.s.AddAddress(w.Manager, winter); err != nil {
			t.Fatal(err)
		}
		if d, err = w.s.AddAddress(w.Manager, person.AddressInput{ID: p.ID, Address: person.Address{Detail: "示范路 1 号"}}); err != nil ||
			len(d.Addresses) != 2 {
			t.Fatal(d.Addresses, err)
		}
		w.Write(func(tx *db.Tx) error {
			c, err := w.s.Contact(w.System, tx, p.ID)
			if err != nil || c.Landmark != "敖包南坡蓝顶房" {
				t.Errorf("in November he lives at %+v %v", c, err)
			}
			return nil
		})
		drop := person.DropAddressInput{ID: p.ID, Address: d.Addresses[0].ID}
		if d, err = w.s.DropAddress(w.Manager, drop); err != nil || len(d.Addresses) != 1 || d.Addresses[0].Kind != "home" {
			t.Errorf("%+v %v", d.Addresses, err)
		}
		_, err = w.s.DropAddress(w.Manager, drop)
		w.Refused(err, "wrong_state", "dropped twice")
	})
}

// A child enters with a guardian, who agrees for it; the log says who entered what and who took it back.
func TestGuardiansAndConsents(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		mother := w.register(somebody("乌兰"))
		in := somebody("小明")
		in.BirthDay, in.Consent, in.GuardianID, in.Relation = 20180101, person.ByGuardian, mother.ID, "母亲"
		child := w.register(in)
		d := w.get(child.ID)
		if len(d.Guardians) != 1 || d.Guardians[0].Relation != "母亲" || len(d.Consents) != 1 || d.Consents[0].GuardianName != "乌兰" ||
			d.Consents[0].EnteredName != "站长乌云" || d.Age != 8 {
			t.Errorf("%+v", d)
		}
		if _, err := w.s.AddGuardian(w.Manager, person.GuardianInput{ID: mother.ID, GuardianID: child.ID,
			Relation: "孩子"}); fields(err) != "guardian_id" {
			t.Errorf("a child as guardian: %v", err)
		}
		if _, err := w.s.AddGuardian(w.Manager, person.GuardianInput{ID: child.ID, GuardianID: child.ID,
			Relation: "本人"}); fields(err) != "guardian_id" {
			t.Errorf("his own guardian: %v", err)
		}
		if _, err := w.s.RecordConsent(w.Manager, person.ConsentInput{ID: child.ID, Purpose: person.PurposePublish,
			How: person.BySpoken}); fields(err) != "consent" {
			t.Errorf("a child of eight by word of mouth: %v", err)
		}
		if _, err := w.s.RecordConsent(w.Manager, person.ConsentInput{ID: child.ID, Purpose: person.PurposePublish, How: person.ByGuardian,
			GuardianID: w.ResidentPerson}); fields(err) != "guardian_id" {
			t.Errorf("by a stranger: %v", err)
		}
		if _, err := w.s.RecordConsent(w.Manager, person.ConsentInput{ID: mother.ID, Purpose: person.PurposePublish,
			How: person.BySelf}); fields(err) != "how" {
			t.Errorf("the desk clicks for her: %v", err)
		}
		d, err := w.s.RecordConsent(w.Manager, person.ConsentInput{ID: mother.ID, Purpose: person.PurposePublish, How: person.ByPaper})
		if err != nil || len(d.Consents) != 2 {
			t.Fatal(d.Consents, err)
		}
		back := person.WithdrawInput{ID: mother.ID, Consent: d.Consents[0].ID}
		if d, err = w.s.WithdrawConsent(w.Head, back); err != nil || d.Consents[0].WithdrawnName != "书记巴特尔" || d.Consents[0].WithdrawnAt == nil ||
			d.Consents[1].WithdrawnAt != nil {
			t.Errorf("%+v %v", d.Consents, err)
		}
		_, err = w.s.WithdrawConsent(w.Head, back)
		w.Refused(err, "wrong_state", "withdrawn twice")
		_, err = w.s.WithdrawConsent(w.Elsewhere, back)
		w.Refused(err, "not_found", "withdrawn from elsewhere")
		drop := person.DropGuardianInput{ID: child.ID, GuardianID: mother.ID}
		if d, err = w.s.DropGuardian(w.Manager, drop); err != nil || len(d.Guardians) != 0 {
			t.Errorf("%+v %v", d.Guardians, err)
		}
		_, err = w.s.DropGuardian(w.Manager, drop)
		w.Refused(err, "wrong_state", "dropped twice")
	})
}

// Who takes back his consent to being a volunteer is one no longer.
func TestWithdrawnVolunteer(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		vs := volunteer.New(w.DB)
		w.s.Withdrawn.Subscribe(vs.OnWithdrawn)
		me := w.Vols[0]
		d := w.get(me.PersonID)
		at := slices.IndexFunc(d.Consents, func(c person.ConsentEntry) bool { return c.Purpose == person.PurposeVolunteer })
		if _, err := w.s.WithdrawMine(me.Ctx, person.OwnWithdrawInput{Consent: d.Consents[at].ID}); err != nil {
			t.Fatal(err)
		}
		v, err := vs.Get(me.Ctx, volunteer.GetInput{ID: me.ID})
		if err != nil || v.Status != volunteer.Left {
			t.Errorf("%s %v", v.Status, err)
		}
		w.verify(volunteer.Verify)
	})
}

func (w world) verify(check func(context.Context, *db.Tx, func(object, what string)) error) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		return check(w.System, tx, func(object, what string) { w.T.Error(object, what) })
	})
}

// Two entries of one person become one: what the one lacks comes from the other, and everything that hung on it follows, in every table.
func TestMerge(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		vs, rs := volunteer.New(w.DB), record.New(w.DB, w.s)
		for _, follow := range []func(context.Context, *db.Tx,
			person.MergedEvent) error{account.New(w.DB, w.Keys, account.Outside{}, true).OnMerged, vs.OnMerged, w.Orders.OnMerged, w.Att.OnMerged,
			rs.OnMerged, certificate.New(w.DB, w.Keys, w.s, certificate.Config{}).OnMerged} {
			w.s.Merged.Subscribe(follow)
		}
		w.Att.CheckedOut.Subscribe(rs.OnCheckedOut)
		w.Served(60)
		old := w.Vols[0].PersonID
		in := somebody("娜仁高娃")
		in.IDNumber, in.ConfirmNew = number, true
		keep := w.register(in)
		elsewhere := somebody("远方")
		elsewhere.Region = attendancetest.Far
		far, err := w.s.Register(w.Elsewhere, elsewhere)
		if err != nil {
			t.Fatal(err)
		}
		was := w.get(old)
		merge := person.MergeInput{ID: keep.ID, Version: 1, Other: old, OtherVersion: was.Version, Reason: "本人来站里核对"}
		for what, c := range map[string]struct {
			change func(*person.MergeInput)
			code   string
		}{
			"with itself":        {func(in *person.MergeInput) { in.Other = in.ID }, "invalid"},
			"with nobody":        {func(in *person.MergeInput) { in.Other = 7 }, "invalid"},
			"one from elsewhere": {func(in *person.MergeInput) { in.Other = far.ID }, "invalid"},
			"stale":              {func(in *person.MergeInput) { in.Version = 9 }, "stale_version"},
			"stale other":        {func(in *person.MergeInput) { in.OtherVersion = 9 }, "stale_version"},
			"two volunteers":     {func(in *person.MergeInput) { in.ID, in.Version = w.Vols[1].PersonID, 1 }, "conflict"},
		} {
			in := merge
			c.change(&in)
			_, err := w.s.Merge(w.Head, in)
			w.Refused(err, c.code, what)
		}
		_, err = w.s.Merge(w.Elsewhere, merge)
		w.Refused(err, "not_found", "from elsewhere")
		d, err := w.s.Merge(w.Head, merge)
		if err != nil {
			t.Fatal(err)
		}
		if d.Phone != "129****0001" || d.IDNumber == "" || len(d.Addresses) != 1 || len(d.Consents) != 3 || len(d.Absorbed) != 1 {
			t.Errorf("%+v", d)
		}
		w.Write(func(tx *db.Tx) error {
			tables, err := db.Tables(w.System, tx)
			if err != nil {
				return err
			}
			if left, err := db.Pointing(w.System, tx, tables, "person", old, "person_address"); err != nil || left != "" {
				t.Errorf("%s still points to the merged entry %v", left, err)
			}
			return nil
		})
		if p := w.get(old); p.State != person.Merged || p.MergedInto != keep.ID {
			t.Errorf("the other is %s into %s", p.State, p.MergedInto)
		}
		if page, err := w.s.List(w.Head, person.ListInput{Q: "娜仁高娃"}); err != nil || len(page.Items) != 1 {
			t.Errorf("found %d times %v", len(page.Items), err)
		}
		_, err = w.s.Merge(w.Head, merge)
		w.Refused(err, "stale_version", "twice")
		for _, check := range []func(context.Context, *db.Tx, func(object, what string)) error{volunteer.Verify, order.Verify, record.Verify,
			account.Verify} {
			w.verify(check)
		}
	})
}

// When two entries become one, each tie to a third stands once, and none to itself.
func TestMergedTies(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		keep, old := w.register(somebody("乌兰")), w.register(somebody("乌兰花"))
		both, his, ward, guardian := w.register(somebody("甲")), w.register(somebody("乙")), w.register(somebody("丙")), w.register(somebody("丁"))
		for _, tie := range [][2]db.ID{{keep.ID, both.ID}, {old.ID, both.ID}, {old.ID, his.ID}, {keep.ID, ward.ID}, {old.ID, keep.ID},
			{guardian.ID, keep.ID}, {guardian.ID, old.ID}} {
			if _, err := w.s.AddGuardian(w.Head, person.GuardianInput{ID: tie[1], GuardianID: tie[0], Relation: "亲属"}); err != nil {
				t.Fatal(tie, err)
			}
		}
		if _, err := w.s.Merge(w.Head, person.MergeInput{ID: keep.ID, Version: w.get(keep.ID).Version, Other: old.ID,
			OtherVersion: w.get(old.ID).Version, Reason: "同一个人"}); err != nil {
			t.Fatal(err)
		}
		names := func(list []person.Guardian) string {
			var out []string
			for _, g := range list {
				out = append(out, g.Name)
			}
			slices.Sort(out)
			return strings.Join(out, " ")
		}
		if d := w.get(keep.ID); names(d.Wards) != "丙 乙 甲" || names(d.Guardians) != "丁" {
			t.Errorf("wards %s, guardians %s", names(d.Wards), names(d.Guardians))
		}
		if d := w.get(old.ID); len(d.Wards)+len(d.Guardians) > 0 {
			t.Errorf("the other keeps %+v %+v", d.Wards, d.Guardians)
		}
	})
}

// Sealed fields are shown with a reason to whom they may be shown; the trail has reason and fields, not the values.
func TestReveal(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := somebody("萨仁")
		in.IDNumber, in.Phone, in.Groups = number, "12900000099", person.Codes{"lone_elder"}
		p := w.register(in)
		show := person.RevealInput{ID: p.ID, Fields: []string{"phone", "groups"}, Reason: "送煤前打电话"}
		out, err := w.s.Reveal(w.Manager, show)
		if err != nil || out.Phone != "12900000099" || out.IDNumber != "" || !slices.Equal(out.Groups, in.Groups) {
			t.Errorf("%+v %v", out, err)
		}
		for who, c := range map[string]struct {
			ctx  context.Context
			code string
		}{"elsewhere": {w.Elsewhere, "not_found"}, "a resident": {w.Resident, "denied"}, "a visitor": {t.Context(), "unauthenticated"}} {
			_, err := w.s.Reveal(c.ctx, show)
			w.Refused(err, c.code, who)
		}
		show.Reason = "  "
		if _, err := w.s.Reveal(w.Manager, show); fields(err) != "reason" {
			t.Errorf("no reason: %v", err)
		}
		w.Write(func(tx *db.Tx) error {
			lines, err := db.Select[string](w.System, tx,
				tx.Build("SELECT cause || ' ' || CAST(detail AS TEXT) FROM audit WHERE action = 'person.reveal'"))
			if err != nil || len(lines) != 1 || !strings.Contains(lines[0], "送煤前打电话") || !strings.Contains(lines[0], "groups") ||
				strings.Contains(lines[0], "12900000099") || strings.Contains(lines[0], "lone") {
				t.Errorf("the trail: %q %v", lines, err)
			}
			return nil
		})
	})
}

// What is erased says no more who it was, is found no more and cannot be changed; entries merged into it are empty too.
func TestErase(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := somebody("萨仁")
		in.IDNumber, in.Phone, in.Groups, in.Householder = number, "12900000099", person.Codes{"lone_elder"}, "巴雅尔"
		in.Addresses = []person.Address{{Detail: "示范路 1 号"}}
		p, twin := w.register(in), w.register(somebody("萨仁娜"))
		if _, err := w.s.Merge(w.Head, person.MergeInput{ID: p.ID, Version: 1, Other: twin.ID, OtherVersion: 1, Reason: "同一个人"}); err != nil {
			t.Fatal(err)
		}
		erase := func() (err error) {
			return w.DB.Write(w.System, func(tx *db.Tx) error { return w.s.Erase(w.System, tx, p.ID, "本人书面申请") })
		}
		if err := erase(); err != nil {
			t.Fatal(err)
		}
		w.Refused(erase(), "wrong_state", "twice")
		d := w.get(p.ID)
		if d.State != person.Erased || d.Name != person.ErasedName || d.Phone+d.IDNumber+d.Householder != "" || d.BirthDay != 0 ||
			len(d.Addresses) != 0 || d.Consents[0].WithdrawnAt == nil {
			t.Errorf("%+v", d)
		}
		if other := w.get(twin.ID); other.Name != person.ErasedName {
			t.Errorf("the merged one is still %s", other.Name)
		}
		for _, q := range []string{"萨仁", number, "12900000099"} {
			if page, err := w.s.List(w.Head, person.ListInput{Q: q}); err != nil || len(page.Items) != 0 {
				t.Errorf("%q still finds somebody %v", q, err)
			}
		}
		_, err := w.s.AddAddress(w.Manager, person.AddressInput{ID: p.ID, Address: person.Address{Detail: "示范路 2 号"}})
		w.Refused(err, "wrong_state", "an address for nobody")
		again := in
		again.ConfirmNew = true
		w.register(again) // his number is free: he may come back
	})
}

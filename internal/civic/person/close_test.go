package person_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/sms"
	"linli/internal/work/attendance/attendancetest"
)

func (w world) close(a, b db.ID) (why string) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) (err error) { why, err = w.s.Close(w.System, tx, a, b); return err })
	return why
}

// Two people are too close by entry, telephone, household, address or declared tie, either way round; neighbours are not.
func TestClose(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := func(name string, change func(*person.RegisterInput)) person.Person {
			x := somebody(name)
			x.ConfirmNew = true
			change(&x)
			return w.register(x)
		}
		plain := func(*person.RegisterInput) {}
		phone := func(x *person.RegisterInput) { x.Phone = "12900000077" }
		house := func(region string) func(x *person.RegisterInput) {
			return func(x *person.RegisterInput) { x.Addresses = []person.Address{{Detail: region}} }
		}
		host := func(name, group string) func(x *person.RegisterInput) {
			return func(x *person.RegisterInput) { x.Householder, x.Group = name, group }
		}
		a, b := in("甲", plain), in("乙", plain)
		son, ward := in("丙", plain), in("丁", plain)
		if _, err := w.s.AddKin(w.Head, person.KinInput{ID: a.ID, Other: son.ID, Kind: person.Kin, Relation: "儿子"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.AddGuardian(w.Head, person.GuardianInput{ID: ward.ID, GuardianID: a.ID, Relation: "舅舅"}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			a, b person.Person
			why  string
		}{
			"himself":                      {a, a, "同一个人"},
			"neighbours":                   {a, b, ""},
			"one telephone":                {in("戊", phone), in("己", phone), "同一个电话"},
			"declared":                     {a, son, "近亲属（儿子）"},
			"a guardian":                   {a, ward, "近亲属（舅舅）"},
			"kin of kin":                   {son, ward, ""},
			"one address":                  {in("庚", house("示范路 8 号")), in("辛", house("示范路８号")), "同一个地址"},
			"the house beside":             {in("壬", house("示范路 9 号")), in("癸", house("示范路 10 号")), ""},
			"one householder":              {in("子", host("巴雅尔", "一组")), in("丑", host("巴雅尔", "一组")), "同一户"},
			"a householder's namesake":     {in("寅", host("巴雅尔", "二组")), in("卯", host("巴雅尔", "三组")), ""},
			"the householder himself":      {in("查干", plain), in("辰", host("查干", "")), "同一户"},
			"nobody's house, in one group": {in("巳", host("", "五组")), in("午", host("", "五组")), ""},
		} {
			for _, why := range []string{w.close(c.a.ID, c.b.ID), w.close(c.b.ID, c.a.ID)} {
				if (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
					t.Errorf("%s: %q, not %q", name, why, c.why)
				}
			}
		}
		later := in("丙丙", plain)
		if _, err := w.s.Merge(w.Head, person.MergeInput{ID: later.ID, Version: 1, Other: son.ID, OtherVersion: w.get(son.ID).Version,
			Reason: "同一个人"}); err != nil {
			t.Fatal(err)
		}
		if w.close(a.ID, later.ID) == "" || w.close(a.ID, son.ID) == "" || !strings.Contains(w.close(later.ID, son.ID), "同一个人") {
			t.Error("a merged entry has lost who is close to it")
		}
	})
}

// Ties are declared once, taken back by others than those they are about, and not from elsewhere.
func TestKin(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		me := w.Vols[0]
		son := w.register(somebody("儿子"))
		tie := person.KinInput{ID: son.ID, Other: me.PersonID, Kind: person.Household, Relation: "母亲"}
		d, err := w.s.AddKin(w.Manager, tie)
		if err != nil || len(d.Kin) != 1 || d.Kin[0].Name != me.Name || d.Kin[0].Kind != person.Household || d.Kin[0].Relation != "母亲" {
			t.Fatalf("%+v %v", d.Kin, err)
		}
		_, err = w.s.AddKin(w.Manager, tie)
		w.Refused(err, "wrong_state", "twice")
		_, err = w.s.AddKin(w.Elsewhere, tie)
		w.Refused(err, "not_found", "from elsewhere")
		for what, in := range map[string]person.KinInput{"himself": {ID: son.ID, Other: son.ID}, "nobody": {ID: son.ID, Other: 7}} {
			if _, err := w.s.AddKin(w.Manager, in); fields(err) != "other_id" {
				t.Errorf("%s: %v", what, err)
			}
		}
		own := withPerson(w.Manager, me.PersonID)
		drop := person.DropKinInput{ID: son.ID, Other: me.PersonID}
		_, err = w.s.DropKin(own, drop)
		w.Refused(err, "denied", "for herself")
		if d, err = w.s.DropKin(w.Head, drop); err != nil || len(d.Kin) != 0 {
			t.Errorf("%+v %v", d.Kin, err)
		}
		_, err = w.s.DropKin(w.Head, drop)
		w.Refused(err, "wrong_state", "dropped twice")
	})
}

// withPerson is the same account, standing behind an entry of the register.
func withPerson(ctx context.Context, id db.ID) context.Context {
	a := auth.From(ctx)
	a.Person = id
	return auth.With(ctx, a)
}

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

// Somebody is known to who met him, or had him tell a code sent to his number, until person or number change; never by time.
func TestKnown(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		var sent []string
		w.s.SMS = func(_ context.Context, _ *db.Tx, phone string, m sms.Text) error {
			sent = append(sent, phone+" "+m.Words)
			return nil
		}
		in := somebody("乌日娜")
		in.Phone = "12900000066"
		p := w.register(in)
		_, err := w.s.Meet(withPerson(w.Manager, p.ID), person.MeetInput{ID: p.ID, Version: 1})
		w.Refused(err, "denied", "herself")
		_, err = w.s.Meet(w.Elsewhere, person.MeetInput{ID: p.ID, Version: 1})
		w.Refused(err, "not_found", "from elsewhere")
		_, err = w.s.Meet(w.Head, person.MeetInput{ID: p.ID, Version: 9})
		w.Refused(err, "stale_version", "what has changed")
		d, err := w.s.Meet(w.Head, person.MeetInput{ID: p.ID, Version: 1})
		if err != nil || len(d.Knowers) != 1 || d.Knowers[0].AccountID != w.HeadID || d.Knowers[0].How != person.ByMeeting {
			t.Fatalf("%+v %v", d.Knowers, err)
		}
		if _, err = w.s.EnterCode(w.Manager, person.EnterInput{ID: p.ID, Code: "123456"}); fields(err) != "code" {
			t.Errorf("a code that was never sent: %v", err)
		}
		if _, err = w.s.SendCode(w.Manager, person.GetInput{ID: p.ID}); err != nil {
			t.Fatal(err)
		}
		_, err = w.s.SendCode(w.Manager, person.GetInput{ID: p.ID})
		w.Refused(err, "too_soon", "again at once")
		code := sixDigits.FindString(strings.TrimPrefix(sent[0], "12900000066"))
		if _, err = w.s.EnterCode(w.Head, person.EnterInput{ID: p.ID, Code: code}); fields(err) != "code" {
			t.Errorf("a code that another has asked for: %v", err)
		}
		if d, err = w.s.EnterCode(w.Manager, person.EnterInput{ID: p.ID, Code: code}); err != nil || len(d.Knowers) != 2 ||
			d.Knowers[1].How != person.ByCode {
			t.Errorf("%+v %v", d.Knowers, err)
		}
		if _, err = w.s.EnterCode(w.Manager, person.EnterInput{ID: p.ID, Code: code}); fields(err) != "code" {
			t.Errorf("a code used before: %v", err)
		}
		clock.Set(attendancetest.Noon.AddDate(3, 0, 0))
		same := person.UpdateInput{ID: p.ID, Version: 1, Name: p.Name, Region: p.Region, Householder: "巴雅尔"}
		if d, err = w.s.Update(w.Manager, same); err != nil || len(d.Knowers) != 2 {
			t.Errorf("three years and a householder later: %+v %v", d.Knowers, err)
		}
		for what, change := range map[string]func(*person.UpdateInput){
			"name":   func(in *person.UpdateInput) { in.Name += "乐" },
			"birth":  func(in *person.UpdateInput) { in.BirthDay = 19790202 },
			"number": func(in *person.UpdateInput) { in.IDNumber, in.BirthDay, in.Sex = number, 0, "" },
			"phone":  func(in *person.UpdateInput) { in.Phone = "12900000067" },
			"none":   func(in *person.UpdateInput) { in.Clear = []string{"phone"} },
		} {
			now := w.get(p.ID)
			if d, err = w.s.Meet(w.Head, person.MeetInput{ID: p.ID, Version: now.Version}); err != nil || len(d.Knowers) == 0 {
				t.Fatal(what, err)
			}
			next := person.UpdateInput{ID: p.ID, Version: now.Version, Name: now.Name, Region: p.Region, BirthDay: now.BirthDay, Sex: now.Sex}
			change(&next)
			if d, err = w.s.Update(w.Manager, next); err != nil || len(d.Knowers) != 0 {
				t.Errorf("another %s: %+v %v", what, d.Knowers, err)
			}
		}
	})
}

// Five wrong codes end a code, although each was refused.
func TestWrongCodes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		var text string
		w.s.SMS = func(_ context.Context, _ *db.Tx, _ string, m sms.Text) error { text = m.Words; return nil }
		in := somebody("乌日娜")
		in.Phone = "12900000066"
		p := w.register(in)
		if _, err := w.s.SendCode(w.Manager, person.GetInput{ID: p.ID}); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if _, err := w.s.EnterCode(w.Manager, person.EnterInput{ID: p.ID, Code: "wrong1"}); fields(err) != "code" {
				t.Fatal(err)
			}
		}
		if _, err := w.s.EnterCode(w.Manager, person.EnterInput{ID: p.ID, Code: sixDigits.FindString(text)}); fields(err) != "code" {
			t.Errorf("the right code after five wrong ones: %v", err)
		}
		bare := w.register(somebody("没有电话"))
		_, err := w.s.SendCode(w.Manager, person.GetInput{ID: bare.ID})
		w.Refused(err, "wrong_state", "to who has no telephone")
	})
}

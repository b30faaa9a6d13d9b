package enrol_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/people/enrol"
	"linli/internal/people/volunteer"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/web/ui"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with the area.
type world struct {
	*attendancetest.World
	*testing.T
	s      *enrol.Service
	vols   *volunteer.Service
	banner context.Context
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, vols: volunteer.New(base.DB)}
		w.s = enrol.New(base.DB, base.Keys, base.Persons, w.vols, "https://linli.example/", true)
		w.s.Follow(base.Persons)
		w.banner, _ = w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		test(w)
		w.whole(0)
	})
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return enrol.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func line(name, phone string) enrol.EnterInput {
	return enrol.EnterInput{Region: attendancetest.Gacha, Unit: "供电所", Name: name, Phone: phone, BirthDay: 19850301,
		Identities: person.Codes{"resident"}}
}

func (w *world) enter(in enrol.EnterInput) enrol.Entry {
	w.Helper()
	return must[enrol.Entry](w)(w.s.Enter(w.Manager, in))
}

// code reads the code of somebody from the printed slips.
func (w *world) code(e enrol.Entry) string {
	w.Helper()
	f, err := w.s.Slips(w.Manager, enrol.GetInput{ID: e.GroupID})
	if err != nil {
		w.Fatal(err)
	}
	file := filepath.Join(w.TempDir(), "x.pdf")
	if err := os.WriteFile(file, f.Body, 0o600); err != nil {
		w.Fatal(err)
	}
	out, err := exec.CommandContext(w.T.Context(), "pdftotext", "-layout", file, "-").Output()
	if err != nil {
		w.Fatal("pdftotext (poppler-utils):", err)
	}
	m := regexp.MustCompile(regexp.QuoteMeta(e.Said.Name) + `[^0-9]*([0-9]{4} [0-9]{4} [0-9]{4})`).FindSubmatch(out)
	if m == nil {
		w.Fatalf("no slip of %s: %s", e.Said.Name, out)
	}
	return string(m[1])
}

func (w *world) count(q string, args ...any) (n int64) {
	w.Helper()
	w.Write(func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](w.System, tx, tx.Build(q, args...))
		return err
	})
	return n
}

// A list is taken line by line, by the place alone; who waits or serves already is not entered again.
func TestEnter(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			who    context.Context
			change func(*enrol.EnterInput)
			want   string
		}{
			{w.Manager, func(in *enrol.EnterInput) { in.Name = " 。" }, "invalid name"},
			{w.Manager, func(in *enrol.EnterInput) { in.Unit = " 供 " }, "invalid unit"},
			{w.Manager, func(in *enrol.EnterInput) { in.BirthDay = 20261125 }, "invalid birth_day"},
			{w.Manager, func(in *enrol.EnterInput) { in.Phone = "123" }, "invalid phone"},
			{w.Manager, func(in *enrol.EnterInput) { in.Region = in.Region.At(auth.LevelTown) }, "invalid region"},
			{w.Manager, func(in *enrol.EnterInput) { in.Name, in.Phone = w.Vols[0].Name, "12900000001" }, "invalid name: 已经登记为志愿者"},
			{w.Elsewhere, func(*enrol.EnterInput) {}, "not_found"},
			{w.banner, func(*enrol.EnterInput) {}, "denied"},
			{w.Resident, func(*enrol.EnterInput) {}, "denied"},
			{w.T.Context(), func(*enrol.EnterInput) {}, "unauthenticated"},
		} {
			in := line("白音仓", "12977770001")
			c.change(&in)
			_, err := w.s.Enter(c.who, in)
			errstest.Is(w, err, c.want)
		}
		a, b := w.enter(line("白音仓", "12977770001")), w.enter(line("ᠪᠠᠲᠤ", ""))
		if a.GroupID != b.GroupID || a.State != enrol.Pending || a.DueDay != 20261224 {
			w.Errorf("%+v %+v", a, b)
		}
		_, err := w.s.Enter(w.Head, line("白音仓", "12977770001"))
		errstest.Is(w, err, "invalid name: 已经在等本人同意")
		other := w.enter(line("其其格", "12977770001")) // a family shares a telephone
		d := must[enrol.Detail](w)(w.s.Get(w.Manager, enrol.GetInput{ID: other.GroupID}))
		if d.Pending != 3 || d.Claimed != 0 || len(d.Entries) != 3 || d.Entries[1].Said.Name != "ᠪᠠᠲᠤ" {
			w.Errorf("%+v", d)
		}
		if d = must[enrol.Detail](w)(w.s.Get(w.banner, enrol.GetInput{ID: other.GroupID})); d.Pending != 3 || len(d.Entries) != 0 {
			w.Errorf("the banner sees %+v", d)
		}
		_, err = w.s.Get(w.Elsewhere, enrol.GetInput{ID: other.GroupID})
		errstest.Is(w, err, "not_found")
		_, err = w.s.Slips(w.banner, enrol.GetInput{ID: other.GroupID})
		errstest.Is(w, err, "denied")
		_, err = w.s.Slips(w.Elsewhere, enrol.GetInput{ID: other.GroupID})
		errstest.Is(w, err, "not_found")
		var wg sync.WaitGroup
		var got [8]enrol.Entry
		var failed [8]error
		for i := range got {
			in := line("同时交的"+string([]rune("甲乙丙丁戊己庚辛")[i]), "")
			in.Unit = "第一中学"
			wg.Go(func() { got[i], failed[i] = w.s.Enter(w.Manager, in) })
		}
		wg.Wait()
		for i, e := range got {
			if failed[i] != nil || e.GroupID != got[0].GroupID {
				w.Errorf("lines of a new list at once: %v, %+v", failed[i], e)
			}
		}
	})
}

// With his slip somebody agrees himself or says no, once; code and name belong together, and a slip changes nothing about who is known.
func TestClaim(t *testing.T) {
	each(t, func(w *world) {
		e := w.enter(line("𠮷日格", "12977770001"))
		visitor := w.T.Context()
		in := enrol.ClaimInput{Code: w.code(e), Name: "𠮷日格", Agreed: true}
		if again := w.code(e); again != in.Code {
			w.Error("a second print has another code")
		}
		for want, change := range map[string]func(in *enrol.ClaimInput){
			"invalid code: 没有这个号码": func(in *enrol.ClaimInput) { in.Code = "000000000000" },
			"invalid code: 没有":     func(in *enrol.ClaimInput) { in.Name = "别人" },
			"invalid code: 号码是":    func(in *enrol.ClaimInput) { in.Code = in.Code[1:] },
			"invalid agreed":       func(in *enrol.ClaimInput) { in.Agreed = false },
			"invalid agreed: ":     func(in *enrol.ClaimInput) { in.Refuse = true },
		} {
			bad := in
			change(&bad)
			_, err := w.s.Claim(visitor, bad)
			errstest.Is(w, err, want)
		}
		_, err := w.s.Claim(w.Manager, in)
		errstest.Is(w, err, "denied: 替本人办的")
		_, err = w.s.Claim(w.Vols[0].Ctx, in)
		errstest.Is(w, err, "invalid name: 这不是您自己的纸条")
		var wg sync.WaitGroup
		var got [2]error
		for i := range got {
			wg.Go(func() { _, got[i] = w.s.Claim(visitor, in) })
		}
		wg.Wait()
		if (got[0] == nil) == (got[1] == nil) {
			w.Errorf("two at once: %v", got)
		}
		in.Code = "http://10.0.0.1:8080/claim?code=" + in.Code
		_, err = w.s.Claim(visitor, in)
		errstest.Is(w, err, "wrong_state: 这个号码已经用过")
		if n := w.count(`SELECT COUNT(*) FROM volunteer v JOIN person p ON p.id = v.person_id JOIN person_consent c ON c.person_id = p.id
			AND c.purpose = 'volunteer' AND c.how = 'self' WHERE p.name = '𠮷日格' AND v.status = 'pending'`); n != 1 {
			w.Errorf("%d lines in the register", n)
		}
		w.run("UPDATE volunteer SET status = 'active' WHERE status = 'pending'")
		if reg := must[enrol.Register](w)(w.s.List(w.Manager, enrol.ListInput{})); reg.Share != (enrol.Share{Counted: 4, Self: 3, Slip: 1}) {
			w.Errorf("who prints the slips could have said it: %+v", reg.Share)
		}
		no := w.enter(line("不愿意", ""))
		done := must[enrol.Done](w)(w.s.Claim(visitor, enrol.ClaimInput{Code: w.code(no), Name: "不愿意", Refuse: true}))
		d := must[enrol.Detail](w)(w.s.Get(w.Manager, enrol.GetInput{ID: no.GroupID}))
		if done.Agreed || d.Refused != 1 || d.Pending != 0 || d.Claimed != 1 {
			w.Errorf("%+v %+v", done, d)
		}
		known := w.enter(line("其木格", "12900000000")) // the resident, who has an entry
		_, err = w.s.Claim(visitor, enrol.ClaimInput{Code: w.code(known), Name: "其木格", Agreed: true})
		errstest.Is(w, err, "invalid code: 您已经有登记")
		unborn := line("没写生日", "12977770008")
		unborn.BirthDay = 0
		u := w.enter(unborn)
		slip := enrol.ClaimInput{Code: w.code(u), Name: "没写生日", Agreed: true}
		for day, want := range map[clock.Day]string{0: "invalid birth_day: 名单上没有", 20270101: "invalid birth_day: 请看看",
			20101101: "invalid consent: 未成年人"} {
			slip.BirthDay = day
			_, err = w.s.Claim(visitor, slip)
			errstest.Is(w, err, want)
		}
		_, err = w.s.Agree(w.Manager, enrol.AgreeInput{ID: u.ID, Version: u.Version, Consent: person.ByPaper})
		errstest.Is(w, err, "invalid birth_day: 名单上没有")
		_, err = w.s.Agree(w.Manager, enrol.AgreeInput{ID: u.ID, Version: u.Version, Consent: person.ByPaper, BirthDay: 20270101})
		errstest.Is(w, err, "invalid birth_day: 请看看")
		slip.BirthDay = 19900101
		if done := must[enrol.Done](w)(w.s.Claim(visitor, slip)); !done.Agreed || w.count(`SELECT COUNT(*) FROM person WHERE name = '没写生日'
			AND birth_day = 19900101`) != 1 {
			w.Errorf("the day of birth is not kept: %+v", done)
		}
		child := line("小巴特", "12977770009")
		child.BirthDay = 20121101
		c := w.enter(child)
		_, err = w.s.Claim(visitor, enrol.ClaimInput{Code: w.code(c), Name: "小巴特", Agreed: true})
		errstest.Is(w, err, "invalid consent: 未成年人要由监护人同意")
		_, err = w.s.Agree(w.Manager, enrol.AgreeInput{ID: c.ID, Version: c.Version, Consent: person.ByPaper})
		errstest.Is(w, err, "invalid consent: 未成年人")
		must[enrol.Done](w)(w.s.Agree(w.Manager, enrol.AgreeInput{ID: c.ID, Version: c.Version, Consent: person.ByGuardian,
			GuardianID: w.ResidentPerson, Relation: "母亲"}))
	})
}

// Signed in, one finds the lists with one's own name and telephone, and later who did it; what one says against it is looked at by others.
func TestOwn(t *testing.T) {
	each(t, func(w *world) {
		e := w.enter(line("其木格", "12900000000"))
		w.enter(line("别人", "12900000000"))
		mine := must[enrol.Mine](w)(w.s.Mine(w.Resident, enrol.NoInput{}))
		if len(mine.Offered) != 1 || mine.Offered[0].ID != e.ID || len(mine.Past) != 0 || mine.Shared != 1 {
			w.Errorf("%+v", mine)
		}
		_, err := w.s.Accept(w.Vols[0].Ctx, enrol.AcceptInput{ID: e.ID, Version: 1, Agreed: true})
		errstest.Is(w, err, "not_found")
		_, err = w.s.Accept(w.Resident, enrol.AcceptInput{ID: e.ID, Version: 2, Agreed: true})
		errstest.Is(w, err, "stale_version")
		_, err = w.s.Accept(w.Resident, enrol.AcceptInput{ID: e.ID, Version: 1})
		errstest.Is(w, err, "invalid agreed")
		must[enrol.Done](w)(w.s.Accept(w.Resident, enrol.AcceptInput{ID: e.ID, Version: 1, Agreed: true}))
		mine = must[enrol.Mine](w)(w.s.Mine(w.Resident, enrol.NoInput{}))
		if len(mine.Offered) != 0 || len(mine.Past) != 1 || mine.Past[0].How != enrol.ByLink || mine.Past[0].ByName != "站长乌云" ||
			mine.Past[0].Unit != "供电所" {
			w.Fatalf("%+v", mine)
		}
		in := enrol.DisputeInput{ID: e.ID, Version: mine.Past[0].Version, Reason: " "}
		_, err = w.s.Dispute(w.Resident, in)
		errstest.Is(w, err, "invalid reason")
		in.Reason = "我没有去过供电所"
		_, err = w.s.Dispute(w.Vols[0].Ctx, in)
		errstest.Is(w, err, "not_found")
		_, err = w.s.Dispute(w.Resident, in)
		if err != nil {
			w.Fatal(err)
		}
		_, err = w.s.Dispute(w.Resident, enrol.DisputeInput{ID: e.ID, Version: in.Version + 1, Reason: "再说一次"})
		errstest.Is(w, err, "wrong_state: 已经提过")
		d := must[enrol.Detail](w)(w.s.Get(w.Manager, enrol.GetInput{ID: e.GroupID}))
		if s := fmt.Sprintf("%+v", d); strings.Contains(s, in.Reason) || strings.Contains(s, enrol.Disputed) || d.Entries[0].ObjectedAt != nil {
			w.Error("who entered him reads what he says")
		}
		w.settle(e, in.Version+1)
	})
}

func (w *world) settle(e enrol.Entry, version int64) {
	w.Helper()
	in := enrol.SettleInput{ID: e.ID, Version: version, Decision: "uphold", Reason: "名单弄错了人"}
	for want, who := range map[string]context.Context{"denied": w.Manager, "not_found": w.Elsewhere} {
		_, err := w.s.Settle(who, in)
		errstest.Is(w, err, want)
	}
	both := auth.From(w.Manager)
	both.Grants = auth.From(w.Head).Grants
	_, err := w.s.Settle(auth.With(w.T.Context(), both), in)
	errstest.Is(w, err, "denied: 名单是您交的")
	w.waits(auth.With(w.T.Context(), both), 0)
	w.waits(w.Head, 1)
	himself := auth.From(w.Head)
	himself.Person = w.ResidentPerson
	_, err = w.s.Settle(auth.With(w.T.Context(), himself), in)
	errstest.Is(w, err, "denied: 名单是您交的")
	w.tookDown(e, in)
	if s := fmt.Sprintf("%+v", must[enrol.Detail](w)(w.s.Get(w.Head, enrol.GetInput{ID: e.GroupID}))); !strings.Contains(s, "供电所") {
		w.Error(s)
	}
	must[enrol.Entry](w)(w.s.Settle(w.Head, in))
	if n := w.count("SELECT COUNT(*) FROM volunteer WHERE person_id = ? AND status = 'left'", w.ResidentPerson); n != 1 {
		w.Error("he is still a volunteer")
	}
	waiting := w.enter(line("还没答复", ""))
	w.run("UPDATE enrolment SET agreed_at = (SELECT g.made_at FROM enrolment_group g WHERE g.id = group_id) WHERE id = ?", waiting.ID)
	w.whole(1)
	w.run("UPDATE enrolment SET agreed_at = NULL WHERE id = ?", waiting.ID)
	for _, q := range []string{"UPDATE enrolment SET settled_by = agreed_by WHERE state = 'settled'",
		"UPDATE enrolment SET settled_by = NULL WHERE state = 'settled'", "UPDATE enrolment SET how = '' WHERE state = 'settled'"} {
		was := w.count("SELECT settled_by FROM enrolment WHERE id = ?", e.ID)
		w.run(q)
		w.whole(1)
		w.run("UPDATE enrolment SET settled_by = ?, how = 'link' WHERE id = ?", was, e.ID)
		w.whole(0)
	}
}

// waits fails unless n disputes wait for somebody.
func (w *world) waits(who context.Context, n int) {
	w.Helper()
	got := 0
	for _, h := range must[[]ui.Heap](w)(area.Heaps(w.DB, []area.Area{w.s.Area()})(who, "desk", 9)) {
		got += h.Total
	}
	if got != n {
		w.Errorf("%d disputes wait for %s, want %d", got, auth.From(who).Name, n)
	}
}

// tookDown: who took down at the desk that somebody agreed does not judge whether he did, nor reads what he says against it.
func (w *world) tookDown(e enrol.Entry, in enrol.SettleInput) {
	w.Helper()
	was := w.count("SELECT agreed_by FROM enrolment WHERE id = ?", e.ID)
	w.run("UPDATE enrolment SET agreed_by = ? WHERE id = ?", auth.From(w.Head).Account, e.ID)
	_, err := w.s.Settle(w.Head, in)
	errstest.Is(w, err, "denied: 名单是您交的")
	d := must[enrol.Detail](w)(w.s.Get(w.Head, enrol.GetInput{ID: e.GroupID}))
	if s := fmt.Sprintf("%+v", d); strings.Contains(s, "没有去过供电所") || strings.Contains(s, enrol.Disputed) {
		w.Error("who took down that he agreed reads what he says")
	}
	w.waits(w.Head, 0)
	w.run("UPDATE enrolment SET agreed_by = ? WHERE id = ?", was, e.ID)
}

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(q, args...).Run(w.System, tx)
		return err
	})
}

// At the desk the person agrees in person: who took it down is named, with the day, and is not the person.
func TestAgree(t *testing.T) {
	each(t, func(w *world) {
		e := w.enter(line("白音仓", "12977770001"))
		in := enrol.AgreeInput{ID: e.ID, Version: e.Version, Consent: person.ByPaper}
		for want, who := range map[string]context.Context{"denied": w.banner, "not_found": w.Elsewhere} {
			_, err := w.s.Agree(who, in)
			errstest.Is(w, err, want)
		}
		stale := in
		stale.Version = 7
		_, err := w.s.Agree(w.Manager, stale)
		errstest.Is(w, err, "stale_version")
		done := must[enrol.Done](w)(w.s.Agree(w.Manager, in))
		if done.No == "" || !done.Agreed {
			w.Errorf("%+v", done)
		}
		in.Version = 2
		_, err = w.s.Agree(w.Manager, in)
		errstest.Is(w, err, "wrong_state: 本人已经同意过")
		d := must[enrol.Detail](w)(w.s.Get(w.Manager, enrol.GetInput{ID: e.GroupID}))
		if got := d.Entries[0]; got.AgreedName != "站长乌云" || got.How != enrol.AtDesk || got.Said.Name != "白音仓" {
			w.Errorf("%+v", got)
		}
		reg := must[enrol.Register](w)(w.s.List(w.Manager, enrol.ListInput{}))
		if len(reg.Items) != 1 || reg.Share != (enrol.Share{Counted: 3, Self: 3}) { // who waits for approval is not counted
			w.Errorf("%+v", reg)
		}
		own := w.enter(line("书记巴特尔", "12900000008"))
		_, err = w.s.Agree(w.Head, enrol.AgreeInput{ID: own.ID, Version: own.Version, Consent: person.BySpoken})
		errstest.Is(w, err, "denied: 自己的请用自己的账号同意")
	})
}

// Until the end of the last day somebody may answer; from midnight on in no way, whether or not the row is gone already.
func TestDue(t *testing.T) {
	each(t, func(w *world) {
		last := w.enter(line("赶上了", ""))
		code := w.code(last)
		late := w.enter(line("其木格", "12900000000"))
		lateCode := w.code(late)
		clock.Set(last.DueDay.AddDays(1).Time().Add(-1))
		if err := w.s.Lapse(w.System); err != nil {
			w.Fatal(err)
		}
		must[enrol.Done](w)(w.s.Claim(w.T.Context(), enrol.ClaimInput{Code: code, Name: "赶上了", Agreed: true}))
		clock.Set(last.DueDay.AddDays(1).Time())
		for want, answer := range map[string]func() error{
			"wrong_state: 过了答复的日子": func() error {
				_, err := w.s.Claim(w.Resident, enrol.ClaimInput{Code: lateCode, Name: "其木格", Agreed: true})
				return err
			},
			"wrong_state: 过了答复的": func() error {
				_, err := w.s.Accept(w.Resident, enrol.AcceptInput{ID: late.ID, Version: late.Version, Agreed: true})
				return err
			},
			"wrong_state: 过了": func() error {
				_, err := w.s.Agree(w.Head, enrol.AgreeInput{ID: late.ID, Version: late.Version, Consent: person.ByPaper})
				return err
			},
		} {
			errstest.Is(w, answer(), want)
		}
		if err := w.s.Lapse(w.System); err != nil || w.count("SELECT COUNT(*) FROM enrolment") != 1 {
			w.Error(err, "who is late is still there")
		}
	})
}

// The moonshot of the row: of whoever has not agreed himself there is nothing anywhere but his sealed line: no person, so nobody whom a
// minute, a team or a figure could be of. Lists are taken, answered and lapse at random; after each step nobody more is in the register
// than agreed, and at the end no column of any table has a name of who has not.
func TestUnclaimedIsNobody(t *testing.T) {
	each(t, func(w *world) {
		people, vols := w.count("SELECT COUNT(*) FROM person"), w.count("SELECT COUNT(*) FROM volunteer")
		rng := rand.New(rand.NewPCG(5, 1))
		var open []enrol.Entry
		claimed := int64(0)
		for n := range 40 {
			switch rng.IntN(5) {
			case 0, 1, 2:
				in := line(fmt.Sprintf("待同意%s", string([]rune("甲乙丙丁戊己庚辛壬癸")[n%10])+string([]rune("子丑寅卯")[n/10])), "")
				if rng.IntN(2) == 0 {
					in.Phone = fmt.Sprintf("129777700%02d", n)
				}
				open = append(open, w.enter(in))
			case 3:
				if len(open) == 0 {
					continue
				}
				e := open[0]
				if _, err := w.s.Agree(w.Head, enrol.AgreeInput{ID: e.ID, Version: e.Version, Consent: person.BySpoken}); err == nil {
					claimed++
				} else if errs.KindOf(err) != errs.NotFound {
					w.Fatal(err)
				}
				open = open[1:]
			case 4:
				clock.Set(clock.Today(w.System).AddDays(rng.IntN(20)).Time().Add(12 * 3600e9))
				if err := w.s.Lapse(w.System); err != nil {
					w.Fatal(err)
				}
			}
			p, v := w.count("SELECT COUNT(*) FROM person"), w.count("SELECT COUNT(*) FROM volunteer")
			if p != people+claimed || v != vols+claimed {
				w.Fatalf("%d agreed, and there are %d persons and %d volunteers more", claimed, p-people, v-vols)
			}
		}
		w.nowhere(open)
		clock.Set(clock.Today(w.System).AddDays(31).Time())
		if err := w.s.Lapse(w.System); err != nil || w.count("SELECT COUNT(*) FROM enrolment WHERE state = 'pending'") != 0 {
			w.Error(err, "somebody is left")
		}
		gone, all := w.count("SELECT SUM(lapsed) FROM enrolment_group"), w.count("SELECT COUNT(*) FROM enrolment")
		if gone == 0 || all != claimed {
			w.Errorf("%d gone, %d of %d rows left", gone, all, claimed)
		}
	})
}

// nowhere: no table of the database has the name of somebody who has not agreed.
func (w *world) nowhere(open []enrol.Entry) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		tables, err := db.Tables(w.System, tx)
		if err != nil {
			return err
		}
		if len(tables) < 100 {
			w.Errorf("only %d tables were looked through", len(tables))
		}
		for _, t := range tables {
			for _, c := range t.Columns {
				for _, e := range open {
					n, err := db.SelectOne[int64](w.System, tx, tx.Build(`SELECT COUNT(*) FROM `+t.Name+` WHERE CAST(`+c+` AS TEXT) LIKE ?`,
						"%"+e.Said.Name+"%"))
					if err != nil {
						return err
					}
					if n > 0 {
						w.Errorf("%s stands in %s.%s", e.Said.Name, t.Name, c)
					}
				}
			}
		}
		return nil
	})
}

// Merged, an enrolment goes on with the other entry; erased, what was said is gone; a mistake is taken out while nobody agreed.
func TestFollow(t *testing.T) {
	each(t, func(w *world) {
		e := w.enter(line("其木格", "12900000000"))
		must[enrol.Done](w)(w.s.Accept(w.Resident, enrol.AcceptInput{ID: e.ID, Version: 1, Agreed: true}))
		if _, err := w.s.Dispute(w.Resident, enrol.DisputeInput{ID: e.ID, Version: 2, Reason: "弄错了"}); err != nil {
			w.Fatal(err)
		}
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, w.ResidentPerson, "本人要求") })
		if n := w.count("SELECT COUNT(*) FROM enrolment WHERE objection <> ''"); n != 0 {
			w.Error("what he said is still there")
		}
		drop := func(id db.ID) error {
			return w.DB.Write(w.System, func(tx *db.Tx) error { return w.s.Drop(w.System, tx, id, "传错了") })
		}
		errstest.Is(w, drop(e.ID), "wrong_state: 本人已经同意")
		wrong := w.enter(line("传错了的", ""))
		for range 2 {
			if err := drop(wrong.ID); err != nil {
				w.Error(err)
			}
		}
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: w.ResidentPerson, To: w.Vols[0].PersonID})
		})
		if n := w.count("SELECT COUNT(*) FROM enrolment WHERE person_id = ? AND volunteer_id = ?", w.Vols[0].PersonID, w.Vols[0].ID); n != 1 {
			w.Error("it did not follow")
		}
	})
}

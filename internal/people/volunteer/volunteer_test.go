package volunteer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
)

const gacha auth.Region = 152502001001

type world struct {
	s       *Service
	persons *person.Service
	manager context.Context
	people  []person.Person
	ctx     []context.Context
}

var seeded = dbtest.Seeded(region.Seed, setting.Seed)

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	system := auth.AsSystem(t.Context(), "test")
	persons := person.New(d, seal.Ephemeral(), true)
	w := world{s: New(d), persons: persons}
	if err := d.Write(system, func(tx *db.Tx) error {
		for i, birth := range []clock.Day{19800101, 20100101, 20230101} {
			in := person.NewPerson{Name: "娜仁𠮷" + []string{"甲", "乙", "丙"}[i], Region: gacha, BirthDay: birth, Consent: person.BySpoken}
			if i == 2 {
				in.Consent, in.GuardianID, in.Relation = person.ByGuardian, w.people[0].ID, "父亲"
			}
			p, err := persons.Add(system, tx, in)
			if err != nil {
				return err
			}
			w.people = append(w.people, p)
			w.ctx = append(w.ctx, auth.With(t.Context(), auth.Actor{Account: db.ID(100 + i), Person: p.ID,
				Grants: []auth.Grant{{Role: auth.Resident}}}))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.manager = auth.With(t.Context(), auth.Actor{Account: 7, Name: "站长", Grants: []auth.Grant{{Role: auth.CommunityHead, Region: gacha}}})
	return w
}

func input() RegisterInput {
	return RegisterInput{Facts: Facts{Identities: person.Codes{"resident"}, Skills: person.Codes{"cooking"}, MaxKm: 5}, Agreed: true,
		Consent: person.BySelf}
}

// born sets when somebody was born, 0 for unknown.
func born(t *testing.T, d *db.DB, id db.ID, day clock.Day) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Build("UPDATE person SET birth_day = ? WHERE id = ?", day, id).Run(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Somebody registers himself, the station approves, he pauses and leaves; each step once, by the right person.
func TestLife(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := input()
		in.Agreed = false
		if _, err := w.s.Register(w.ctx[0], in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without having agreed: %v", err)
		}
		v, err := w.s.Register(w.ctx[0], input())
		if err != nil || v.Status != Pending || len(v.No) != 18 {
			t.Fatalf("%+v %v", v, err)
		}
		if _, err := w.s.Register(w.ctx[0], input()); errs.CodeOf(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		if _, err := w.s.Approve(w.ctx[0], ApproveInput{ID: v.ID, Version: 1}); errs.KindOf(err) != errs.Denied {
			t.Errorf("he approves himself: %v", err)
		}
		if _, err := w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 9}); errs.CodeOf(err) != "stale_version" {
			t.Errorf("stale: %v", err)
		}
		born(t, d, v.PersonID, 0)
		_, err = w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 1})
		errstest.Is(t, err, "invalid adult: 没有登记出生日期")
		v, err = w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 1, Decision: "approve", Adult: true})
		if err != nil || v.Status != Active {
			t.Fatal(v, err)
		}
		sheet, err := w.s.Sheet(w.manager, GetInput{ID: v.ID})
		if err != nil || sheet.History[0].What != "没有登记出生日期，核实过年满 18 周岁" {
			t.Errorf("who approved does not stand for his age: %+v %v", sheet.History, err)
		}
		born(t, d, v.PersonID, 19800101)
		if _, err := w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 2}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("approved twice: %v", err)
		}
		if v, err = w.s.Pause(w.ctx[0], PauseInput{ID: v.ID, Version: 2, From: 20261201, To: 20261210}); err != nil {
			t.Fatal(err)
		}
		if v, err = w.s.IssueTo(w.manager, IssueInput{ID: v.ID, Version: 3, Kind: "insurance", Code: "accident", From: 20260101,
			To: 20261231}); err != nil {
			t.Fatal(err)
		}
		p, err := w.s.Get(w.ctx[0], GetInput{ID: v.ID})
		if err != nil || len(p.Pauses) != 1 || len(p.Insurance) != 1 || p.Birth != 19800101 {
			t.Errorf("%+v %v", p, err)
		}
		if _, err := w.s.Get(w.ctx[1], GetInput{ID: v.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another resident: %v", err)
		}
		if found, err := w.s.List(w.manager, ListInput{Q: "𠮷甲"}); err != nil || len(found.Items) != 1 {
			t.Errorf("by name: %+v %v", found, err)
		}
		if v, err = w.s.Leave(w.ctx[0], LeaveInput{ID: v.ID, Version: 4}); err != nil || v.Status != Left {
			t.Error(v, err)
		}
		_, err = w.s.Leave(w.ctx[0], LeaveInput{ID: v.ID, Version: v.Version})
		errstest.Is(t, err, "wrong_state: 已经退出")
		_, err = w.s.Edit(w.ctx[0], EditInput{ID: v.ID, Version: v.Version, Facts: input().Facts})
		errstest.Is(t, err, "wrong_state: 已经退出")
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			return Verify(t.Context(), tx, func(object, what string) { t.Error(object, what) })
		}); err != nil {
			t.Error(err)
		}
	})
}

// A boy of sixteen needs his guardian's consent, a child of three may not at all.
func TestMinors(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(clock.Day(20261123).Time())
		t.Cleanup(clock.Reset)
		w := newWorld(t, d)
		if _, err := w.s.Register(w.ctx[1], input()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("sixteen: %v", err)
		}
		if _, err := w.s.Register(w.ctx[2], input()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("three: %v", err)
		}
		in := input()
		in.PersonID, in.Consent, in.GuardianID = w.people[1].ID, person.ByGuardian, w.people[0].ID
		if _, err := w.s.Register(w.manager, in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("by somebody who is not his guardian: %v", err)
		}
		if _, err := w.persons.AddGuardian(w.manager, person.GuardianInput{ID: in.PersonID, GuardianID: in.GuardianID,
			Relation: "父亲"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Register(w.ctx[1], in); errs.KindOf(err) != errs.Invalid {
			t.Errorf("he says so himself: %v", err)
		}
		if _, err := w.s.Register(w.manager, in); err != nil {
			t.Errorf("with his guardian: %v", err)
		}
	})
}

// What somebody says of himself is corrected whole, under its version; the history says what changed and who did it.
func TestEdit(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		v, err := w.s.Register(w.ctx[0], input())
		if err != nil {
			t.Fatal(err)
		}
		in := EditInput{ID: v.ID, Version: 1, Facts: Facts{Identities: person.Codes{"party"}, Skills: person.Codes{"cooking", "driving"},
			MaxKm: 12, Available: []string{"6am", "1pm", "6am"}, Languages: person.Codes{"mn"}, Start: "home", Lat: 43.90061, Lng: 116.10049}}
		for what, c := range map[string]struct {
			change func(*EditInput)
			field  string
		}{
			"no identity":         {func(in *EditInput) { in.Identities = nil }, "identities"},
			"an unknown skill":    {func(in *EditInput) { in.Skills = person.Codes{"magic"} }, "skills"},
			"an unknown language": {func(in *EditInput) { in.Languages = person.Codes{"xx"} }, "languages"},
			"a home of nowhere":   {func(in *EditInput) { in.Lat = 0 }, "lat"},
		} {
			bad := in
			c.change(&bad)
			_, err := w.s.Edit(w.ctx[0], bad)
			t.Run(what, func(t *testing.T) { errstest.Is(t, err, "invalid "+c.field) })
		}
		if _, err := w.s.Edit(w.ctx[1], in); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another resident: %v", err)
		}
		if v, err = w.s.Edit(w.ctx[0], in); err != nil {
			t.Fatal(err)
		}
		p, err := w.s.Get(w.manager, GetInput{ID: v.ID})
		if err != nil || p.Lat != 43.901 || p.Lng != 116.1 || !p.AtHome || saidFree(p.Available) != "周一下午；周六上午" || p.MaxKm != 12 ||
			!slices.Equal(p.Languages, in.Languages) {
			t.Errorf("%+v %v", p, err)
		}
		if _, err := w.s.Edit(w.ctx[0], in); errs.CodeOf(err) != "stale_version" {
			t.Errorf("twice: %v", err)
		}
		in.Version, in.Start, in.Available, in.Reason = 2, "station", nil, "本人来电话"
		if _, err = w.s.Edit(w.manager, in); err != nil {
			t.Fatal(err)
		}
		sheet, err := w.s.Sheet(w.manager, GetInput{ID: v.ID})
		if err != nil || sheet.AtHome || len(sheet.History) != 3 || sheet.History[0].By != "站长" || sheet.History[0].What != "什么时候有空、从哪里出发" ||
			sheet.History[2].Action != "register" {
			t.Errorf("%+v %v", sheet.History, err)
		}
	})
}

// What somebody holds ends on its day, is told before, and can be taken back with a reason.
func TestDated(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(clock.Day(20261123).Time())
		t.Cleanup(clock.Reset)
		w := newWorld(t, d)
		v, err := w.s.Register(w.ctx[0], input())
		if err == nil {
			v, err = w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.IssueTo(w.manager, IssueInput{ID: v.ID, Version: 2, Kind: "insurance", Code: "magic",
			From: 20260101}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an unknown insurance: %v", err)
		}
		for i, to := range []clock.Day{20261130, 20270630, 20261101} {
			code := []string{"accident", "first_aid", "driver"}[i]
			kind := []string{"insurance", "qualification", "qualification"}[i]
			if v, err = w.s.IssueTo(w.manager, IssueInput{ID: v.ID, Version: v.Version, Kind: kind, Code: code, From: 20260101,
				To: to}); err != nil {
				t.Fatal(err)
			}
		}
		list := func(who context.Context, days int64) string {
			page, err := w.s.ListExpiring(who, ExpiringInput{Days: days})
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, e := range page.Items {
				out += fmt.Sprintf("%s %t;", e.Label, e.Over)
			}
			return out
		}
		if got := list(w.manager, 30); got != "驾驶证 true;人身意外伤害保险 false;" {
			t.Errorf("within a month: %s", got)
		}
		elsewhere := auth.With(t.Context(), auth.Actor{Account: 9, Grants: []auth.Grant{{Role: auth.CommunityHead, Region: 150102001001}}})
		if got := list(elsewhere, 366); got != "" {
			t.Errorf("elsewhere: %s", got)
		}
		if _, err := w.s.ListExpiring(w.ctx[0], ExpiringInput{Days: 30}); errs.KindOf(err) != errs.Denied {
			t.Errorf("a resident: %v", err)
		}
		if v, err = w.s.IssueTo(w.manager, IssueInput{ID: v.ID, Version: v.Version, Kind: "insurance", Code: "accident", From: 20261201,
			To: 20271130}); err != nil {
			t.Fatal(err)
		}
		if got := list(w.manager, 30); got != "驾驶证 true;" {
			t.Errorf("renewed: %s", got)
		}
		p, err := w.s.Get(w.manager, GetInput{ID: v.ID})
		if err != nil || len(p.Qualifications) != 2 {
			t.Fatal(p.Qualifications, err)
		}
		back := WithdrawInput{ID: v.ID, Version: v.Version, Dated: p.Qualifications[0].ID, Reason: "证书是假的"}
		if _, err := w.s.Withdraw(w.ctx[0], back); errs.KindOf(err) != errs.Denied {
			t.Errorf("by himself: %v", err)
		}
		if v, err = w.s.Withdraw(w.manager, back); err != nil {
			t.Fatal(err)
		}
		var near []Profile
		if err := w.s.db.Read(t.Context(), func(tx *db.Tx) (err error) {
			near, err = InBanner(t.Context(), tx, v.Region.At(auth.LevelBanner))
			return err
		}); err != nil || len(near) != 1 || len(near[0].Qualifications) != 1 {
			t.Errorf("in the banner %+v, %v", near, err)
		}
		back.Version = v.Version
		if _, err := w.s.Withdraw(w.manager, back); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("twice: %v", err)
		}
		sheet, err := w.s.Sheet(w.manager, GetInput{ID: v.ID})
		if err != nil || len(sheet.Qualifications) != 1 || len(sheet.TakenBack) != 1 || sheet.TakenBack[0].Day != 20261123 ||
			sheet.History[0].What != "急救培训" {
			t.Errorf("%+v %+v %v", sheet.TakenBack, sheet.History[0], err)
		}
	})
}

// Who left comes back under his number, agrees anew and is approved anew.
func TestReturn(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		v, err := w.s.Register(w.ctx[0], input())
		if err != nil {
			t.Fatal(err)
		}
		back := ReturnInput{ID: v.ID, Version: 1, Agreed: true, Consent: person.BySelf}
		if _, err := w.s.Return(w.ctx[0], back); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("who never left: %v", err)
		}
		if v, err = w.s.Leave(w.ctx[0], LeaveInput{ID: v.ID, Version: 1}); err != nil {
			t.Fatal(err)
		}
		back.Version, back.Agreed = 2, false
		if _, err := w.s.Return(w.ctx[0], back); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without agreeing: %v", err)
		}
		back.Agreed = true
		if _, err := w.s.Return(w.manager, back); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the desk clicks for him: %v", err)
		}
		no := v.No
		if v, err = w.s.Return(w.ctx[0], back); err != nil || v.Status != Pending || v.No != no {
			t.Errorf("%+v %v", v, err)
		}
		if v, err = w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 3}); err != nil || v.Status != Active {
			t.Errorf("%+v %v", v, err)
		}
	})
}

// The list goes page by page in each order, narrowed by state and skill; the file holds the same with the telephones masked.
func TestList(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		system := auth.AsSystem(t.Context(), "test")
		var want []string
		for i, name := range []string{"丙", "甲", "乙", "丁", "戊"} {
			var p person.Person
			if err := d.Write(system, func(tx *db.Tx) (err error) {
				p, err = w.persons.Add(system, tx, person.NewPerson{Name: name, Region: gacha, Phone: fmt.Sprintf("1290000100%d", i),
					Consent: person.BySpoken})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			in := input()
			in.PersonID, in.Consent = p.ID, person.ByPaper
			if i%2 == 1 {
				in.Skills = person.Codes{"driving"}
			}
			v, err := w.s.Register(w.manager, in)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, v.Name)
		}
		all := func(in ListInput) (out []string) {
			in.Limit = 2
			for {
				page, err := w.s.List(w.manager, in)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range page.Items {
					out = append(out, v.Name)
				}
				if page.Next == nil {
					return out
				}
				in.Cursor = *page.Next
			}
		}
		if got := all(ListInput{Sort: "no"}); !slices.Equal(got, want) {
			t.Errorf("by number %v", got)
		}
		newest := slices.Clone(want)
		slices.Reverse(newest)
		if got := all(ListInput{}); !slices.Equal(got, newest) {
			t.Errorf("newest first %v", got)
		}
		if got := all(ListInput{Sort: "name"}); !slices.IsSorted(got) || len(got) != 5 {
			t.Errorf("by name %v", got)
		}
		if got := all(ListInput{Skill: "driving", Sort: "no"}); !slices.Equal(got, []string{"甲", "丁"}) {
			t.Errorf("who drives %v", got)
		}
		if got := all(ListInput{Status: Active}); len(got) != 0 {
			t.Errorf("active %v", got)
		}
		elsewhere := auth.With(t.Context(), auth.Actor{Account: 9, Grants: []auth.Grant{{Role: auth.CommunityHead, Region: 150102001001}}})
		if page, err := w.s.List(elsewhere, ListInput{}); err != nil || len(page.Items) != 0 {
			t.Errorf("elsewhere %d %v", len(page.Items), err)
		}
		if f, err := w.s.Export(elsewhere, ExportInput{Format: "csv"}); err != nil || strings.Count(string(f.Body), "\r\n") != 1 {
			t.Errorf("the file of elsewhere: %s %v", f.Body, err)
		}
		if _, err := w.s.List(w.manager, ListInput{Paging: db.Paging{Cursor: "bm9uc2Vuc2U"}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a made-up cursor: %v", err)
		}
		f, err := w.s.Export(w.manager, ExportInput{Format: "csv", ListInput: ListInput{Skill: "driving"}})
		if err != nil || strings.Count(string(f.Body), "\r\n") != 3 || !strings.Contains(string(f.Body), "129****1001") ||
			strings.Contains(string(f.Body), "12900001001") {
			t.Errorf("%s %v", f.Body, err)
		}
		if _, err := w.s.Export(w.ctx[0], ExportInput{}); errs.KindOf(err) != errs.Denied {
			t.Errorf("a resident takes the list away: %v", err)
		}
	})
}

// Somebody is free through a time when he said so of each part of the week that it touches.
func TestFree(t *testing.T) {
	v := Volunteer{Available: person.Codes{"2am", "2pm", "7ev"}}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, clock.Shanghai) } // the 24th is a Tuesday
	for _, c := range []struct {
		from, to time.Time
		free     bool
	}{
		{at(24, 9), at(24, 11), true}, {at(24, 9), at(24, 18), true}, {at(24, 9), at(24, 19), false}, {at(25, 9), at(25, 10), false},
		{at(29, 20), at(29, 22), true},
		{at(24, 5), at(24, 7), false}, {at(24, 11).Add(30 * time.Minute).UTC(), at(24, 12).Add(30 * time.Minute).UTC(), true},
	} {
		if free, said := v.Free(c.from, c.to); free != c.free || !said {
			t.Errorf("%s to %s: %t", c.from, c.to, free)
		}
	}
	if _, said := (Volunteer{}).Free(at(24, 9), at(24, 10)); said {
		t.Error("who said nothing said something")
	}
}

// The check digit finds every wrong digit.
func TestNumber(t *testing.T) {
	const body = "15152502260000001"
	whole := body + string(checkDigit(body))
	for i := range body {
		for c := byte('0'); c <= '9'; c++ {
			if c == body[i] {
				continue
			}
			if wrong := body[:i] + string(c) + body[i+1:]; checkDigit(wrong) == whole[17] {
				t.Errorf("%s has the check digit of %s", wrong, body)
			}
		}
	}
}

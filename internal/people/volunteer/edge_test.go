package volunteer

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
)

// somebody enters a person and registers him as a volunteer, pending.
func (w world) somebody(t *testing.T, name string, at auth.Region) Volunteer {
	t.Helper()
	system := auth.AsSystem(t.Context(), "test")
	var p person.Person
	if err := w.s.db.Write(system, func(tx *db.Tx) (err error) {
		p, err = w.persons.Add(system, tx, person.NewPerson{Name: name, Region: at, Consent: person.BySpoken})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	in := input()
	in.PersonID, in.Consent = p.ID, person.ByPaper
	v, err := w.s.Register(system, in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w world) exec(t *testing.T, text string, args ...any) {
	t.Helper()
	if err := w.s.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Build(text, args...).Run(t.Context(), tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Only who is in force is found to be asked: by the town he is in, and by the banner.
func TestOnlyActiveAreAsked(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i, state := range []string{Pending, Active, Refused, Left} {
			v := w.somebody(t, "某"+string(rune('甲'+i)), gacha)
			w.exec(t, `UPDATE volunteer SET status = ? WHERE id = ?`, state, v.ID)
		}
		for name, at := range map[string]auth.Region{"邻": 152502200201, "远": 150102001001} { // another town, another banner
			w.exec(t, `UPDATE volunteer SET status = 'active' WHERE id = ?`, w.somebody(t, name, at).ID)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			town, err := Near(t.Context(), tx, gacha.At(auth.LevelTown))
			banner, err2 := InBanner(t.Context(), tx, gacha.At(auth.LevelBanner))
			if len(town) != 1 || len(banner) != 2 || town[0].ID != banner[0].ID || err2 != nil {
				t.Errorf("of the town %d, of the banner %d, %v", len(town), len(banner), err2)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

// The first day in force stays when somebody leaves and comes back; nobody approves himself, and a refusal has its reason.
func TestFirstDayStays(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		t.Cleanup(clock.Reset)
		clock.Set(clock.Day(20260301).Time().Add(9 * time.Hour))
		w := newWorld(t, d)
		v := w.somebody(t, "巴图", gacha)
		own := auth.With(t.Context(), auth.Actor{Account: 5, Person: v.PersonID, Grants: []auth.Grant{{Role: auth.CommunityHead, Region: gacha}}})
		_, err := w.s.Approve(own, ApproveInput{ID: v.ID, Version: 1})
		errstest.Is(t, err, "denied: 自己")
		_, err = w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 1, Decision: "refuse"})
		errstest.Is(t, err, "invalid reason")
		step := func(got Volunteer, err error) {
			t.Helper()
			if v = got; err != nil {
				t.Fatal(err)
			}
		}
		step(w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: 1, Decision: "refuse", Reason: "没来面谈"}))
		if v.Status != Refused || v.ApprovedDay != 0 {
			t.Errorf("refused %+v", v)
		}
		step(w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: v.Version, Adult: true}))
		clock.Set(clock.Day(20260501).Time().Add(9 * time.Hour))
		step(w.s.Leave(w.manager, LeaveInput{ID: v.ID, Version: v.Version}))
		if v.LeftDay != 20260501 {
			t.Errorf("left on %s", v.LeftDay)
		}
		step(w.s.Return(w.manager, ReturnInput{ID: v.ID, Version: v.Version, Agreed: true, Consent: person.ByPaper}))
		step(w.s.Approve(w.manager, ApproveInput{ID: v.ID, Version: v.Version, Adult: true}))
		if v.ApprovedDay != 20260301 || v.Status != Active {
			t.Errorf("back %+v", v)
		}
	})
}

// Of two entries of one person who both are volunteers, the one that goes must have left or been refused.
func TestMergeOfTwoVolunteers(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		keep := w.somebody(t, "乌兰", gacha)
		for state, want := range map[string]string{Pending: "conflict: 编号", Active: "conflict: 编号", Refused: "", Left: ""} {
			v := w.somebody(t, "乌兰"+state, gacha)
			w.exec(t, `UPDATE volunteer SET status = ? WHERE id = ?`, state, v.ID)
			merge := func(e person.MergedEvent) error {
				return d.Write(t.Context(), func(tx *db.Tx) error { return w.s.OnMerged(t.Context(), tx, e) })
			}
			t.Run(state, func(t *testing.T) {
				errstest.Is(t, merge(person.MergedEvent{From: v.PersonID, To: keep.PersonID}), want)
			})
			errstest.Is(t, merge(person.MergedEvent{From: w.people[0].ID, To: keep.PersonID}), "") // who is none takes nothing along
			if got, err := w.s.Get(w.manager, GetInput{v.ID}); err != nil || got.PersonID != v.PersonID {
				t.Errorf("%s: the line went with %s, %v", state, got.PersonID, err)
			}
		}
		v := w.somebody(t, "其其格", gacha)
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return w.s.OnMerged(t.Context(), tx, person.MergedEvent{From: v.PersonID, To: w.people[0].ID})
		}); err != nil {
			t.Fatal(err)
		}
		if got, err := w.s.Get(w.manager, GetInput{v.ID}); err != nil || got.PersonID != w.people[0].ID {
			t.Errorf("the line did not follow: %+v %v", got, err)
		}
	})
}

// Who took his consent back may stand in the register only when he is not in force; who never gave it, not at all.
func TestVerifyConsent(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		v := w.somebody(t, "巴图", gacha)
		found := func() (n int) {
			t.Helper()
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				return Verify(t.Context(), tx, func(string, string) { n++ })
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, c := range []struct {
			text string
			want int
		}{
			{`UPDATE volunteer SET status = 'active'`, 0}, {`UPDATE person_consent SET withdrawn_at = at WHERE purpose = 'volunteer'`, 1},
			{`UPDATE volunteer SET status = 'left'`, 0}, {`UPDATE volunteer SET status = 'pending'`, 0},
			{`UPDATE person_consent SET purpose = 'service' WHERE purpose = 'volunteer'`, 1},
		} {
			w.exec(t, c.text)
			if n := found(); n != c.want {
				t.Errorf("after %s: %d found for %s", c.text, n, v.No)
			}
		}
	})
}

// What ends is told from the first to the last day of the stretch, once, page by page, as long as nothing of the kind holds longer.
func TestExpiringEdges(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		t.Cleanup(clock.Reset)
		const today clock.Day = 20261123
		clock.Set(today.Time())
		w := newWorld(t, d)
		v := w.somebody(t, "巴图", gacha)
		w.exec(t, `UPDATE volunteer SET status = 'active'`)
		for i, to := range []clock.Day{today.AddDays(-91), today.AddDays(-90), today.AddDays(-1), today, today.AddDays(30), today.AddDays(30),
			today.AddDays(31), 0} {
			w.exec(t, `INSERT INTO volunteer_dated (id, volunteer_id, kind, code, number, from_day, to_day, by_name, withdrawn_day, withdrawn_why)
				VALUES (?, ?, 'qualification', ?, '', 20200101, ?, '', 0, '')`, 100+i, v.ID, fmt.Sprint("c", i), to)
		}
		in := ExpiringInput{Days: 30, Paging: db.Paging{Limit: 1}}
		var got []string
		for {
			page, err := w.s.ListExpiring(w.manager, in)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Items {
				got = append(got, fmt.Sprint(e.Code, e.Over))
			}
			if page.Next == nil {
				break
			}
			in.Cursor = *page.Next
		}
		if want := []string{"c1true", "c2true", "c3false", "c4false", "c5false"}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		w.exec(t, `UPDATE volunteer_dated SET code = 'c4' WHERE id = 107`) // renewed without an end
		w.exec(t, `UPDATE volunteer_dated SET withdrawn_day = 20261101 WHERE id = 101`)
		in.Cursor, in.Limit = "", 50
		if page, err := w.s.ListExpiring(w.manager, in); err != nil || len(page.Items) != 3 {
			t.Errorf("renewed and withdrawn: %+v %v", page.Items, err)
		}
		w.exec(t, `UPDATE volunteer SET status = 'left'`)
		if page, err := w.s.ListExpiring(w.manager, in); err != nil || len(page.Items) != 0 {
			t.Errorf("of who left: %+v %v", page.Items, err)
		}
	})
}

// Somebody registers himself, or the desk of his own place does it for him, in a division that there is, once.
func TestWhoRegistersWhom(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		elsewhere := auth.With(t.Context(), auth.Actor{Account: 9, Grants: []auth.Grant{{Role: auth.CommunityHead, Region: 150102001001}}})
		oversees := auth.With(t.Context(), auth.Actor{Account: 9, Grants: []auth.Grant{{Role: auth.CommunityHead, Region: 150102001001},
			{Role: auth.BannerOfficer, Region: gacha.At(auth.LevelBanner)}}})
		unknown := auth.With(t.Context(), auth.Actor{Account: 10, Grants: []auth.Grant{{Role: auth.Resident}}})
		own, desk := input(), input()
		desk.PersonID, desk.Consent = w.people[0].ID, person.ByPaper
		nowhere := desk
		nowhere.Region = 152502999999
		for what, c := range map[string]struct {
			ctx  context.Context
			in   RegisterInput
			want string
		}{
			"a head of another place": {elsewhere, desk, "not_found"},
			"one who only sees him":   {oversees, desk, "denied"},
			"another resident":        {w.ctx[1], desk, "denied"},
			"the desk as if he himself": {w.manager, RegisterInput{PersonID: desk.PersonID, Facts: desk.Facts, Agreed: true,
				Consent: person.BySelf}, "invalid consent"},
			"himself as if the desk":       {w.ctx[0], RegisterInput{Facts: desk.Facts, Agreed: true, Consent: person.ByPaper}, "invalid consent"},
			"nobody in particular":         {unknown, own, "denied: 没有登记本人"},
			"a visitor":                    {t.Context(), own, "unauthenticated"},
			"a division that there is not": {w.manager, nowhere, "invalid region"},
		} {
			t.Run(what, func(t *testing.T) {
				_, err := w.s.Register(c.ctx, c.in)
				errstest.Is(t, err, c.want)
			})
		}
		_, err := w.s.EnrolOther(w.ctx[0], own)
		errstest.Is(t, err, "denied")
		_, err = w.s.EnrolOther(w.manager, own)
		errstest.Is(t, err, "invalid person_id")
		v, err := w.s.EnrolOther(w.manager, desk)
		if err != nil || len(v.No) != 18 || v.No[:8] != "15"+"152502" || Number(v.No[:10], 1) != v.No {
			t.Errorf("%+v %v", v, err)
		}
		_, err = w.s.Register(w.ctx[0], own)
		errstest.Is(t, err, "conflict: 已经登记")
		if got := checkDigit("0794"); got != '5' { // the example of ISO 7064
			t.Errorf("the check digit of 0794 is %c", got)
		}
	})
}

// Who takes back the consent to being a volunteer leaves; another consent, or somebody who is none, changes nothing.
func TestConsentTakenBack(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		v := w.somebody(t, "巴图", gacha)
		for _, c := range []struct {
			e    person.WithdrawnEvent
			want string
		}{{person.WithdrawnEvent{Person: v.PersonID, Purpose: "x"}, Pending},
			{person.WithdrawnEvent{Person: w.people[0].ID, Purpose: person.PurposeVolunteer}, Pending},
			{person.WithdrawnEvent{Person: v.PersonID, Purpose: person.PurposeVolunteer}, Left},
			{person.WithdrawnEvent{Person: v.PersonID, Purpose: person.PurposeVolunteer}, Left}} {
			if err := d.Write(w.manager, func(tx *db.Tx) error { return w.s.OnWithdrawn(w.manager, tx, c.e) }); err != nil {
				t.Fatal(err)
			}
			if got, err := w.s.Get(w.manager, GetInput{v.ID}); err != nil || got.Status != c.want || (got.LeftDay == 0) != (c.want == Pending) {
				t.Errorf("%+v: %+v %v", c.e, got.Volunteer, err)
			}
		}
	})
}

// The book of a station has who was in force on a day of the stretch: from his first day to his last.
func TestBookOfAStretch(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.exec(t, `INSERT INTO station (id, no, kind, name, name_confirmed, region, host, address, hours_note, lat, lng, cell, status,
			status_day, version)
			VALUES (7, 'S7', 'station', '站', TRUE, ?, '', '', '', 43.9, 116.1, 0, 'open', 20260101, 1)`, gacha)
		const from, until = 20260301, 20260331
		want := 0
		for i, c := range []struct {
			approved, left clock.Day
			in             bool
		}{{0, 0, false}, {until, 0, true}, {until + 1, 0, false}, {20250101, 0, true}, {20250101, from, true}, {20250101, from - 1, false}} {
			v := w.somebody(t, "某"+string(rune('甲'+i)), gacha)
			w.exec(t, `UPDATE volunteer SET approved_day = ?, left_day = ? WHERE id = ?`, c.approved, c.left, v.ID)
			if c.in {
				want++
			}
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			got, err := inLedger.All(t.Context(), tx, db.ID(7), int64(from), int64(until), 100)
			if len(got) != want {
				t.Errorf("%d in the book, want %d: %+v", len(got), want, got)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

// Who starts from the station starts where it stands.
func TestStartsAtTheStation(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.exec(t, `INSERT INTO station (id, no, kind, name, name_confirmed, region, host, address, hours_note, lat, lng, cell, status,
			status_day, version)
			VALUES (7, 'S7', 'station', '站', TRUE, ?, '', '', '', 43.9, 116.1, 0, 'open', 20260101, 1)`, gacha)
		v := w.somebody(t, "巴图", gacha)
		if v.StationID != 7 || v.Lat != 43.9 || v.Lng != 116.1 || v.AtHome {
			t.Errorf("%+v", v)
		}
		home := EditInput{ID: v.ID, Version: 1, Facts: Facts{Identities: person.Codes{"resident"}, MaxKm: 5, Start: "home", Lat: 43.8,
			Lng: 116.2}}
		v, err := w.s.Edit(w.manager, home)
		if err != nil || v.Lat != 43.8 || v.Lng != 116.2 || !v.AtHome {
			t.Errorf("%+v %v", v, err)
		}
		home.Version, home.Start = 2, ""
		if v, err = w.s.Edit(w.manager, home); err != nil || v.Lat != 43.8 || v.Lng != 116.2 || !v.AtHome {
			t.Errorf("%+v %v", v, err)
		}
		home.Version, home.Start = 3, "station"
		if v, err = w.s.Edit(w.manager, home); err != nil || v.Lat != 43.9 || v.Lng != 116.1 || v.AtHome {
			t.Errorf("%+v %v", v, err)
		}
	})
}

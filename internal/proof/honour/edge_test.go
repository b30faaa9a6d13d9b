package honour_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/honour"
	"linli/internal/work/attendance/attendancetest"
)

const league = auth.Region(152500000000)

// told fails unless just this waits for somebody.
func (w *world) told(who context.Context, shell string, want ...string) {
	w.Helper()
	areatest.IsTodo(w, w.DB, w.s.Area(), who, shell, want...)
}

// entered notes a commendation of each of two volunteers.
func (w *world) entered() (a, b honour.Commendation) {
	w.Helper()
	a, err := w.s.Enter(w.Manager, w.input(0))
	w.is(err, "")
	in := w.input(1)
	in.Title, in.Giver, in.Document = "清雪能手", "旗里", "旗发 7"
	b, err = w.s.Enter(w.Head, in)
	w.is(err, "")
	return a, b
}

// What a commendation needs is told by its field; the same may be noted of another, of another day, and again once it was refused.
func TestEnterEdges(t *testing.T) {
	each(t, func(w *world) {
		picture := blob.Upload{Name: "证书.pdf", Data: []byte("%PDF-1.4\n%%EOF\n")}
		for _, x := range []struct {
			change func(in *honour.EnterInput)
			want   string
		}{
			{func(in *honour.EnterInput) { in.Title = "  " }, "invalid title: 请写表彰名称"},
			{func(in *honour.EnterInput) { in.Giver = "  " }, "invalid giver: 请写授予单位"},
			{func(in *honour.EnterInput) { in.Day = 0 }, "invalid day: 请写授予日期"},
			{func(in *honour.EnterInput) { in.Source, in.File = honour.Government, picture }, "invalid document: 要有文号"},
			{func(in *honour.EnterInput) { in.Source, in.Document, in.File = honour.Government, "旗发 1", picture }, ""},
			{func(in *honour.EnterInput) { in.Title = " 暖心志愿者 " }, "invalid title: 登记过"},
			{func(in *honour.EnterInput) { in.Day = w.today.AddDays(-1) }, ""},
			{func(in *honour.EnterInput) { in.VolunteerNo = w.Vols[1].No }, ""},
			{func(in *honour.EnterInput) { in.Title = "别的" }, ""},
		} {
			in := w.input(0)
			x.change(&in)
			_, err := w.s.Enter(w.Manager, in)
			w.is(err, x.want)
		}
		w.run(`UPDATE commendation SET state = 'refused', decided_by = 7`)
		_, err := w.s.Enter(w.Manager, w.input(0))
		w.is(err, "")
		_, err = w.s.Enter(w.Manager, w.input(0))
		w.is(err, "invalid title: 登记过")
		_, err = w.s.Enter(w.Vols[0].Ctx, w.input(0))
		w.is(err, "denied")
	})
}

// Each step stands in its states alone.
func TestStates(t *testing.T) {
	each(t, func(w *world) {
		w.agrees(0)
		x, err := w.s.Enter(w.Manager, w.input(0))
		w.is(err, "")
		m, err := w.s.Draft(w.Manager, w.draft(w.Vols[0].No))
		w.is(err, "")
		in := func(id db.ID, version int64) honour.DecideInput {
			return honour.DecideInput{ID: id, Version: version, Reason: "有事"}
		}
		edit := honour.EditInput{ID: m.ID, Content: w.draft(w.Vols[0].No).Content}
		for name, c := range map[string]struct {
			from []string
			do   func(version int64) error
		}{
			"confirm": {[]string{honour.Entered}, func(n int64) error { return inspectiontest.Err(w.s.Confirm(w.Town, in(x.ID, n))) }},
			"refuse":  {[]string{honour.Entered}, func(n int64) error { return inspectiontest.Err(w.s.Refuse(w.Town, in(x.ID, n))) }},
			"publish": {[]string{honour.Confirmed, honour.Recalled},
				func(n int64) error { return inspectiontest.Err(w.s.Publish(w.Town, in(x.ID, n))) }},
			"recall": {[]string{honour.Published}, func(n int64) error { return inspectiontest.Err(w.s.Recall(w.Manager, in(x.ID, n))) }},
		} {
			for _, state := range []string{honour.Entered, honour.Confirmed, honour.Refused, honour.Published, honour.Recalled} {
				w.run(`UPDATE commendation SET state = ?, version = 5, decided_by = CASE WHEN ? = 'entered' THEN NULL ELSE 7 END WHERE id = ?`, state,
					state, x.ID)
				w.stands(name+" of "+state, slices.Contains(c.from, state), c.do(5))
			}
		}
		for name, c := range map[string]struct {
			from []string
			do   func(version int64) error
		}{
			"edit": {[]string{honour.Draft, honour.Returned, honour.Recalled}, func(n int64) error {
				edit.Version = n
				return inspectiontest.Err(w.s.Edit(w.Manager, edit))
			}},
			"submit": {[]string{honour.Draft, honour.Returned}, func(n int64) error {
				return inspectiontest.Err(w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: n, Checked: true}))
			}},
			"approve": {[]string{honour.Submitted}, func(n int64) error { return inspectiontest.Err(w.s.Approve(w.Town, in(m.ID, n))) }},
			"return":  {[]string{honour.Submitted}, func(n int64) error { return inspectiontest.Err(w.s.Return(w.Town, in(m.ID, n))) }},
			"publish": {[]string{honour.Approved}, func(n int64) error { return inspectiontest.Err(w.s.PublishModel(w.Town, in(m.ID, n))) }},
			"recall": {[]string{honour.Published, honour.Approved},
				func(n int64) error { return inspectiontest.Err(w.s.RecallModel(w.Manager, in(m.ID, n))) }},
		} {
			for _, state := range []string{honour.Draft, honour.Submitted, honour.Returned, honour.Approved, honour.Published, honour.Recalled} {
				w.run(`DELETE FROM model_step`)
				w.run(`UPDATE model SET state = ?, version = 5, steps = 0, holder = ? WHERE id = ?`, state, int64(town), m.ID)
				w.stands(name+" of "+state, slices.Contains(c.from, state), c.do(5))
			}
		}
		w.run(`UPDATE model SET state = 'draft'`)
		w.run(`UPDATE commendation SET state = 'entered', decided_by = NULL`)
	})
}

// stands fails unless a step was taken, or refused for the state.
func (w *world) stands(what string, ok bool, err error) {
	w.Helper()
	if ok && err != nil || !ok && errs.CodeOf(err) != "wrong_state" {
		w.Errorf("%s: %v", what, err)
	}
}

// Each list is that of the reader's place, narrowed by what he asks for.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.entered()
		_, err := w.s.Confirm(w.Town, honour.DecideInput{ID: a.ID, Version: a.Version})
		w.is(err, "")
		for _, c := range []struct {
			who  context.Context
			in   honour.ListInput
			want string
		}{
			{w.Manager, honour.ListInput{}, "清雪能手 暖心志愿者"}, {w.Town, honour.ListInput{}, "清雪能手 暖心志愿者"},
			{w.banner, honour.ListInput{}, "清雪能手 暖心志愿者"}, {w.other, honour.ListInput{}, ""}, {w.Elsewhere, honour.ListInput{}, ""},
			{w.banner, honour.ListInput{State: honour.Confirmed}, "暖心志愿者"}, {w.banner, honour.ListInput{Q: b.Subject}, "清雪能手"},
			{w.banner, honour.ListInput{Q: "能手"}, "清雪能手"}, {w.banner, honour.ListInput{Q: "没有"}, ""},
			{w.banner, honour.ListInput{Q: "能手", State: honour.Confirmed}, ""}, {w.banner, honour.ListInput{Region: town}, "清雪能手 暖心志愿者"},
			{w.banner, honour.ListInput{Region: 152502100000}, ""}, {w.other, honour.ListInput{Region: town}, ""},
		} {
			list, err := w.s.List(c.who, c.in)
			w.is(err, "")
			titles := []string{}
			for _, x := range list.Items {
				titles = append(titles, x.Title)
			}
			if got := strings.Join(titles, " "); got != c.want {
				w.Errorf("%+v: %q, want %q", c.in, got, c.want)
			}
		}
		w.told(w.Town, "gov", "别人登记的表彰，等您核实: 清雪能手, "+auth.From(w.Head).Name)
		w.told(w.Head, "desk")
		w.told(w.other, "gov")
		w.told(w.promoted(w.Head, auth.TownOfficer, town), "gov")

		_, err = w.s.Draft(w.Manager, w.draft(""))
		w.is(err, "")
		pattern := w.draft("")
		pattern.Kind, pattern.Title = "pattern", "一户一表"
		p, err := w.s.Draft(w.Head, pattern)
		w.is(err, "")
		p, err = w.s.Submit(w.Manager, honour.SubmitInput{ID: p.ID, Version: p.Version, Checked: true})
		w.is(err, "")
		for _, c := range []struct {
			who  context.Context
			in   honour.ModelsInput
			want string
		}{
			{w.Manager, honour.ModelsInput{}, "一户一表 清雪不过夜"}, {w.banner, honour.ModelsInput{}, "一户一表 清雪不过夜"},
			{w.other, honour.ModelsInput{}, ""}, {w.Elsewhere, honour.ModelsInput{}, ""},
			{w.Manager, honour.ModelsInput{Kind: "case"}, "清雪不过夜"}, {w.Manager, honour.ModelsInput{State: honour.Submitted}, "一户一表"},
			{w.Manager, honour.ModelsInput{Kind: "case", State: honour.Submitted}, ""},
		} {
			list, err := w.s.Models(c.who, c.in)
			w.is(err, "")
			titles := []string{}
			for _, x := range list.Items {
				titles = append(titles, x.Title)
			}
			if got := strings.Join(titles, " "); got != c.want {
				w.Errorf("%+v: %q, want %q", c.in, got, c.want)
			}
		}
	})
}

// A model for the league's library waits at each level in turn for its word, and then for who puts it there.
func TestModelGoesThroughTheLevels(t *testing.T) {
	each(t, func(w *world) {
		const asked, ready, back = "报上来的案例和品牌，等审: ", "审过的案例和品牌，等公开: ", "退回来的案例，等补充: "
		leagues := [2]context.Context{}
		for i := range leagues {
			leagues[i], _ = w.Actor(fmt.Sprint("盟里", i), 0, auth.Grant{Role: auth.LeagueOfficer, Region: league})
		}
		in := w.draft("")
		in.Level, in.Title = "league", " 清雪不过夜 "
		m, err := w.s.Draft(w.Manager, in)
		w.is(err, "")
		if m.Owner != league || m.Holder != town || m.Title != "清雪不过夜" || m.Kind != "case" {
			w.Errorf("%+v", m)
		}
		line := m.Title + ", " + m.Maker
		submit := func() {
			w.Helper()
			m, err = w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
			w.is(err, "")
		}
		submit()
		w.told(w.Town, "gov", asked+line)
		w.told(w.banner, "gov")
		decide := func() honour.DecideInput { return honour.DecideInput{ID: m.ID, Version: m.Version, Reason: "好"} }
		m, err = w.s.Return(w.Town, decide())
		w.is(err, "")
		w.told(w.Town, "gov")
		w.told(w.Manager, "desk", back+line)
		w.told(w.Elsewhere, "desk")
		submit()
		w.told(w.Manager, "desk")
		for i, who := range []context.Context{w.Town, w.banner, leagues[0]} {
			w.told(who, "gov", asked+line)
			m, err = w.s.Approve(who, decide())
			w.is(err, "")
			if (m.State == honour.Approved) != (i == 2) {
				w.Errorf("after level %d: %+v", i, m)
			}
		}
		w.told(leagues[1], "gov", ready+line)
		w.told(w.banner, "gov")
		w.is(inspectiontest.Err(w.s.PublishModel(w.banner2, decide())), "denied")
		m, err = w.s.PublishModel(leagues[1], decide())
		w.is(err, "")
		if m.PublishedOn != w.today {
			w.Errorf("%+v", m)
		}
		w.told(leagues[1], "gov")
		f, err := w.s.Model(w.Manager, honour.GetInput{ID: m.ID})
		w.is(err, "")
		words := ""
		for _, x := range f.Steps {
			words += fmt.Sprint(x.N, " ", x.What, " ", x.ByName, " ", x.Text, "; ")
		}
		town, banner, up := auth.From(w.Town).Name, auth.From(w.banner).Name, auth.From(w.Manager).Name
		want := fmt.Sprintf("1 submit %[1]s ; 2 return %[2]s 好; 3 submit %[1]s ; 4 approve %[2]s 好; 5 approve %[3]s 好; ", up, town, banner) +
			"6 approve 盟里0 好; 7 publish 盟里1 ; "
		if words != want {
			w.Errorf("%s\nwant %s", words, want)
		}
		for _, c := range []struct {
			in honour.CardsInput
			n  int
		}{{honour.CardsInput{}, 1}, {honour.CardsInput{Region: league}, 1}, {honour.CardsInput{Region: 150100000000}, 0},
			{honour.CardsInput{Kind: "case"}, 1}, {honour.CardsInput{Kind: "pattern"}, 0},
			{honour.CardsInput{Kind: "case", Region: 150100000000}, 0}} {
			list, err := w.s.Cards(w.Context(), c.in)
			w.is(err, "")
			if len(list.Items) != c.n || c.n > 0 && !strings.Contains(list.Items[0].Where, "宝力根") {
				w.Errorf("%+v: %+v", c.in, list.Items)
			}
		}
		// One person's word twice is not the word of two.
		w.run(`UPDATE model_step SET by_id = 7`)
		w.sound(1)
		w.run(`UPDATE model_step SET by_id = 8 WHERE n = 7`)
		w.sound(0)
		m, err = w.s.RecallModel(w.Manager, decide())
		w.is(err, "")
		m, err = w.s.Edit(w.Manager, honour.EditInput{ID: m.ID, Version: m.Version, Content: w.draft("").Content})
		w.is(err, "")
		if m.State != honour.Draft {
			w.Errorf("%+v", m)
		}
	})
}

// Before the public is what was published of a place; those who confirm, publish and recall are offered it, and nobody else.
func TestFacesAndOffers(t *testing.T) {
	each(t, func(w *world) {
		w.agrees(0)
		w.agrees(1)
		a, b := w.entered()
		site := inspectiontest.Sited(w.T, w.World, w.s.Routes, map[string]context.Context{"manager": w.Manager, "town": w.Town,
			"banner": w.banner})
		offers := func(who string, x honour.Commendation, want string) {
			w.Helper()
			base := map[string]string{"manager": "/desk/honours/"}[who]
			if base == "" {
				base = "/gov/honours/"
			}
			page, got := site.See(who, base+x.ID.String(), x.Title), ""
			for _, verb := range []string{"confirm", "refuse", "publish", "recall"} {
				if strings.Contains(page, x.ID.String()+"/"+verb+`"`) {
					got += verb + " "
				}
			}
			if got != want {
				w.Errorf("%s of %s is offered %q, want %q", who, x.State, got, want)
			}
		}
		offers("town", a, "confirm refuse ")
		offers("manager", a, "")
		for _, x := range []*honour.Commendation{&a, &b} {
			n, err := w.s.Confirm(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version})
			w.is(err, "")
			*x = n
		}
		for i := range 2 {
			if l := w.lines(i); len(l) != 1 {
				w.Errorf("volunteer %d reads %q", i, l)
			}
		}
		w.run(`UPDATE commendation SET kind = 'team' WHERE id = ?`, b.ID) // that of a team is not its leader's
		if l := w.lines(1); len(l) != 0 {
			w.Errorf("who leads a team reads %q", l)
		}
		w.run(`UPDATE commendation SET kind = 'volunteer' WHERE id = ?`, b.ID)
		if a.Decider != auth.From(w.Town).Name || a.State != honour.Confirmed {
			w.Errorf("%+v", a)
		}
		offers("town", a, "publish ")
		n, err := w.s.Publish(w.Town, honour.DecideInput{ID: a.ID, Version: a.Version})
		w.is(err, "")
		a = n
		if a.PublishedOn != w.today {
			w.Errorf("%+v", a)
		}
		offers("manager", a, "recall ")
		w.shows(1)
		for _, c := range []struct {
			in honour.PublicInput
			n  int
		}{{honour.PublicInput{Region: town}, 1}, {honour.PublicInput{Region: 152502100000}, 0}} {
			list, err := w.s.Faces(w.Context(), c.in)
			w.is(err, "")
			if len(list.Items) != c.n || c.n > 0 && (list.Items[0].Title != a.Title || !strings.Contains(list.Items[0].Where, "宝力根")) {
				w.Errorf("%+v: %+v", c.in, list.Items)
			}
		}
		site.See("", "/honours", a.Title, a.Giver)
		w.is(inspectiontest.Err(w.s.Recall(w.Manager, honour.DecideInput{ID: a.ID, Version: a.Version})), "invalid reason: 请写原因")
		a, err = w.s.Recall(w.Manager, honour.DecideInput{ID: a.ID, Version: a.Version, Reason: "写错了"})
		w.is(err, "")
		w.shows(0)
		offers("town", a, "publish ")
		if l := w.lines(0); len(l) != 1 { // what is off the public pages is still his own
			w.Error(l)
		}
		m, err := w.s.Draft(w.Manager, w.draft(w.Vols[0].No+" "+w.Vols[1].No))
		w.is(err, "")
		path := "/models/" + m.ID.String()
		page := site.See("manager", "/desk"+path, w.Vols[0].No+" "+w.Vols[1].No, `/submit"`)
		if strings.Contains(page, `/approve"`) || strings.Contains(site.See("town", "/gov"+path), `/submit"`) {
			w.Error("a draft is offered to who may not do it")
		}
		_, err = w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
		w.is(err, "")
		site.See("town", "/gov"+path, `/approve"`, `/return"`)
		if page = site.See("banner", "/gov"+path); strings.Contains(page, `/submit"`) {
			w.Error("the banner is offered the station's")
		}
		if page = site.See("manager", "/desk/models"); !strings.Contains(page, "/desk/models/new") {
			w.Error("the manager is not offered to write")
		}
		if page = site.See("town", "/gov/models"); strings.Contains(page, "/desk/models/new") {
			w.Error("the town is offered to write")
		}
	})
}

// Figures are those of the records that count: of a team from the day on which each became a member.
func TestFigures(t *testing.T) {
	each(t, func(w *world) {
		w.run(`INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day, dissolved_day,
			version) VALUES (81, ?, ?, '清雪队', 'other', '', 'active', 1, ?, '', 20200101, 0, 1)`, attendancetest.Gacha, w.Station.ID,
			attendancetest.Noon)
		for i, v := range w.Vols[:2] {
			w.run(`INSERT INTO team_member (id, team_id, person_id, volunteer_id, state, asked_by, asked_at, agreed, due_day, from_day, to_day,
				reason, version) VALUES (?, 81, ?, ?, ?, 1, ?, 'self', 0, 20261102, 0, '', 1)`, 90+i, v.PersonID, v.ID,
				[]string{"in", "left"}[i], attendancetest.Noon)
		}
		w.served(0, 20261101, "counted")
		w.served(0, 20261102, "counted")
		w.served(0, 20261103, "pending")
		w.served(1, 20261103, "counted")
		in := w.draft("")
		in.TeamID = 81
		m, err := w.s.Draft(w.Manager, in)
		w.is(err, "")
		f, err := w.s.Model(w.Manager, honour.GetInput{ID: m.ID})
		w.is(err, "")
		if want := (honour.Figures{Times: 1, People: 1, Minutes: 60}); f.Figures == nil || *f.Figures != want {
			w.Errorf("%+v, want %+v", f.Figures, want)
		}
	})
}

// served is an hour of a volunteer.
func (w *world) served(i int, day clock.Day, status string) {
	w.Helper()
	at := day.Time().Add(9 * time.Hour)
	counted := any(at)
	if status != "counted" {
		counted = nil
	}
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO service_record (id, version, volunteer_id, person_id, region, source, round, title, category, day, place,
			content, started_at, ended_at, minutes, unit, leader, status, confirmation, evidence, needs_second, why, confirmed, confirmed_by,
			counted_at, counted_day, due_day, reason, made_at)
			VALUES (?, 1, ?, ?, ?, 'import', 0, '扫雪', 'other', ?, '村里', '扫雪', ?, ?, 60, '嘎查', '书记', ?, 'reviewed', 'paper', FALSE, '', TRUE, 5,
			?, ?, 20261118, '', ?)`, tx.NewID(), w.Vols[i].ID, w.Vols[i].PersonID, int64(attendancetest.Gacha), day, at, at.Add(time.Hour), status,
			counted, map[bool]clock.Day{true: day}[counted != nil], at).Run(w.System, tx)
		return err
	})
}

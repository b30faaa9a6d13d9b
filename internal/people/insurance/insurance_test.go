package insurance_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"linli/internal/people/insurance"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// world is the gacha with the area; today is 2026-11-24.
type world struct {
	*attendancetest.World
	*testing.T
	s *insurance.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{base, t, insurance.New(base.DB, base.Keys, blob.New(base.DB, t.TempDir()))}
		w.s.Follow(base.Persons)
		test(w)
		w.whole(0)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
		return insurance.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}))
	if len(found) != n {
		w.Errorf("verify finds %v, want %d", found, n)
	}
}

const (
	first = clock.Day(20261201)
	last  = clock.Day(20261231)
)

var terms = insurance.TermsInput{Kind: "accident", From: first, To: last, Limit: "200000", Covers: "意外身故、伤残", Holder: "嘎查"}

// input is a policy of the station for December.
func (w *world) input(scope, number string) insurance.EnterInput {
	return insurance.EnterInput{Scope: scope, StationID: w.Station.ID, Region: attendancetest.Gacha, Insurer: "某保险公司", Number: number,
		TermsInput: terms}
}

func (w *world) enter(in insurance.EnterInput) insurance.Policy {
	w.Helper()
	p, err := w.s.Enter(w.Manager, in)
	w.must(err)
	return p
}

// ask says why a volunteer is not covered for a service, or the number of the policy.
func (w *world) ask(v attendancetest.Volunteer, c insurance.Case) (out string) {
	w.Helper()
	w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
		p, err := volunteer.Load(w.System, tx, v.ID)
		if err != nil {
			return err
		}
		for _, only := range []db.ID{v.ID, 0} { // the book of one and the book of all answer alike
			b, err := insurance.Around(w.System, tx, c.Region, only, c.Day)
			if err != nil {
				return err
			}
			a := b.Ask(p, c)
			got := a.Why + a.Policy.Number + a.Own.Number
			if only == 0 && got != out {
				w.Errorf("the book of the banner says %q, that of the volunteer %q", got, out)
			}
			out = got
		}
		return nil
	}))
	return out
}

func (w *world) here(day clock.Day) insurance.Case {
	return insurance.Case{Region: attendancetest.Gacha, Station: w.Station.ID, Day: day}
}

const none = "那一天没有有效的人身意外伤害保险"

// A policy for everybody covers who serves for its place or station on its days, the first and the last included, and nobody elsewhere.
func TestBlanket(t *testing.T) {
	each(t, func(w *world) {
		v := w.Vols[0]
		if got := w.ask(v, w.here(first)); got != none {
			w.Errorf("without a policy: %q", got)
		}
		for i, scope := range []string{insurance.OfStation, insurance.OfRegion} {
			p := w.enter(w.input(scope, scope))
			elsewhere := w.here(first)
			elsewhere.Station, elsewhere.Region = w.Station.ID+1, 152502200201
			for what, c := range map[string]struct {
				c    insurance.Case
				want string
			}{
				"the day before":      {w.here(first.AddDays(-1)), none + "（某保险公司 " + scope + " 号保单从 " + first.String() + " 起）"},
				"the first day":       {w.here(first), scope},
				"the last day":        {w.here(last), scope},
				"another place":       {elsewhere, none},
				"a station not there": {insurance.Case{Region: attendancetest.Gacha, Day: first}, map[int]string{0: none, 1: scope}[i]},
			} {
				if got := w.ask(v, c.c); got != c.want {
					w.Errorf("%s, %s: %q, not %q", scope, what, got, c.want)
				}
			}
			p, err := w.s.End(w.Manager, insurance.EndInput{ID: p.ID, Version: p.Version, Last: first.AddDays(4 + i), Reason: "退保"})
			w.must(err)
			if w.ask(v, w.here(first.AddDays(4+i))) != scope || !strings.HasPrefix(w.ask(v, w.here(first.AddDays(5+i))), none) ||
				p.State != insurance.Ended {
				w.Errorf("%s ended early: %+v", scope, p)
			}
			_, err = w.s.Amend(w.Manager, insurance.AmendInput{ID: p.ID, Version: p.Version, Why: "x", TermsInput: terms})
			errstest.Is(w, err, "wrong_state")
		}
		in := w.input(insurance.OfRegion, "责任")
		in.Kind = "liability"
		w.enter(in)
		if got := w.ask(v, w.here(last)); !strings.HasPrefix(got, none) || !strings.Contains(got, "号保单") {
			w.Errorf("with liability alone: %q", got)
		}
	})
}

// A policy with a list covers those on it, in their days, wherever they serve, and nobody else.
func TestNamed(t *testing.T) {
	each(t, func(w *world) {
		p := w.enter(w.input(insurance.OfNamed, "N1"))
		v, other := w.Vols[0], w.Vols[1]
		_, err := w.s.Add(w.Manager, insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: v.No + "，15000000000000000"})
		errstest.Is(w, err, "invalid numbers: 不是您管的地方的在册志愿者：15000000000000000")
		_, err = w.s.Add(w.Manager, insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: v.No, From: first.AddDays(-1)})
		errstest.Is(w, err, "invalid from: 要在保单的日子里")
		_, err = w.s.Add(w.Manager, insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: " ，"})
		errstest.Is(w, err, "invalid numbers: 一次写 1 到")
		p, err = w.s.Add(w.Manager, insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: v.No + "\n" + v.No, From: first.AddDays(1)})
		w.must(err)
		far := insurance.Case{Region: attendancetest.Far, Day: first.AddDays(1)}
		if got := w.ask(other, w.here(first.AddDays(1))); got != none {
			w.Errorf("who is not on the list: %q", got)
		}
		if !strings.Contains(w.ask(v, w.here(first)), "名单上从") || w.ask(v, w.here(first.AddDays(1))) != "N1" || w.ask(v, w.here(last)) != "N1" {
			w.Errorf("on the list: %q, %q", w.ask(v, w.here(first)), w.ask(v, w.here(last)))
		}
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			profile, err := volunteer.Load(w.System, tx, v.ID)
			if err != nil {
				return err
			}
			b, err := insurance.Around(w.System, tx, attendancetest.Far, v.ID, far.Day)
			if err == nil && b.Ask(profile, far).Policy.Number != "N1" {
				w.Errorf("his list does not go with him: %+v", b.Ask(profile, far))
			}
			return err
		}))
		strike := insurance.StrikeInput{ID: p.ID, Version: p.Version, VolunteerID: v.ID, Last: last.AddDays(1), Reason: "搬走"}
		_, err = w.s.Strike(w.Manager, strike)
		errstest.Is(w, err, "invalid last: 要在")
		strike.Last = first.AddDays(9)
		p, err = w.s.Strike(w.Manager, strike)
		w.must(err)
		if w.ask(v, w.here(first.AddDays(9))) != "N1" || !strings.Contains(w.ask(v, w.here(first.AddDays(10))), "名单上到") {
			w.Errorf("struck: %q", w.ask(v, w.here(first.AddDays(10))))
		}
		strike.Version = p.Version
		_, err = w.s.Strike(w.Manager, strike)
		errstest.Is(w, err, "wrong_state: 名单上没有")
		_, err = w.s.Add(w.Manager, insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: v.No, From: first.AddDays(20)})
		w.must(err)
		if got := w.ask(v, w.here(last)); got != "N1" {
			w.Errorf("on the list again: %q", got)
		}
		q := w.enter(w.input(insurance.OfStation, "S1"))
		_, err = w.s.Add(w.Manager, insurance.AddInput{ID: q.ID, Version: q.Version, Numbers: v.No})
		errstest.Is(w, err, "wrong_state: 这张保险单不看名单")
	})
}

// A policy is there once, is changed by an edition with its reason, and is entered where one acts.
func TestKeep(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(insurance.OfStation, "𠮷1")
		p := w.enter(in)
		_, err := w.s.Enter(w.Town, in)
		errstest.Is(w, err, "invalid number: 这家保险公司的这个保单号已经登记过")
		for _, c := range []struct {
			change func(*insurance.EnterInput)
			want   string
		}{
			{func(in *insurance.EnterInput) { in.To = in.From.AddDays(-1) }, "invalid to: 到期日不能早于"},
			{func(in *insurance.EnterInput) { in.To = 20400101 }, "invalid to: 一张保险单最长"},
			{func(in *insurance.EnterInput) { in.Limit = "很多" }, "invalid limit: 保额写成"},
			{func(in *insurance.EnterInput) { in.Kind = "magic" }, "invalid kind: 词典里没有"},
			{func(in *insurance.EnterInput) { in.Covers = " " }, "invalid covers"},
			{func(in *insurance.EnterInput) {
				in.Scope, in.StationID, in.Region = insurance.OfRegion, 0, 152502999999
			}, "invalid region"},
			{func(in *insurance.EnterInput) { in.Scope = insurance.OfTeam }, "invalid team_id: 请选"},
			{func(in *insurance.EnterInput) { in.Scope, in.Region = insurance.OfRegion, attendancetest.Far }, "not_found"},
		} {
			in := w.input(insurance.OfStation, "other")
			c.change(&in)
			_, err := w.s.Enter(w.Manager, in)
			errstest.Is(w, err, c.want)
		}
		_, err = w.s.Enter(w.Elsewhere, w.input(insurance.OfStation, "y"))
		errstest.Is(w, err, "invalid station_id: 请选您管的站点")
		same := terms
		same.To = last.AddDays(1) // one day more is a policy of one day more
		_, err = w.s.Amend(w.Elsewhere, insurance.AmendInput{ID: p.ID, Version: p.Version, Why: "x", TermsInput: same})
		errstest.Is(w, err, "not_found")
		p, err = w.s.Amend(w.Town, insurance.AmendInput{ID: p.ID, Version: p.Version, Why: "批单 1", TermsInput: same})
		w.must(err)
		d, err := w.s.Get(w.Manager, insurance.GetInput{ID: p.ID})
		w.must(err)
		if len(d.History) != 2 || d.History[0].Reason != "批单 1" || d.History[1].To != last || d.Until != last.AddDays(1) ||
			d.Limit != 20_000_000 {
			w.Errorf("%+v", d)
		}
		for day, want := range map[clock.Day]string{p.From.AddDays(-1): "invalid last", p.To: "invalid last"} {
			_, err = w.s.End(w.Manager, insurance.EndInput{ID: p.ID, Version: p.Version, Last: day, Reason: "x"})
			errstest.Is(w, err, want)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE policy SET covers = '别的' WHERE id = ?", p.ID).Run(w.System, tx)
			return err
		})
		w.whole(1)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE policy SET covers = ? WHERE id = ?", terms.Covers, p.ID).Run(w.System, tx)
			return err
		})
	})
}

// What ends soon and is followed by nothing is listed, and what lies after its last day is named, until another policy covers it.
func TestEndsSoon(t *testing.T) {
	each(t, func(w *world) {
		p := w.enter(w.input(insurance.OfStation, "S1"))
		soon := func(days int64) int {
			l, err := w.s.List(w.Manager, insurance.ListInput{Days: days})
			w.must(err)
			return len(l.Items)
		}
		today := clock.Today(w.System)
		days := int64(0)
		for today.AddDays(int(days)) < last {
			days++
		}
		if soon(days-1) != 0 || soon(days) != 1 {
			w.Errorf("within %d days: %d, a day less: %d", days, soon(days), soon(days-1))
		}
		acts := activity.New(w.DB, w.Keys, w.Att)
		_, err := acts.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "破冰", Category: w.Item.Category, Content: "清冰",
			Place: "桥", Risk: "滑", Day: last.AddDays(1), From: "09:00", To: "11:00", Checked: true, Insured: true,
			Posts: []activity.PostInput{{Name: "清冰", Needed: 3}}})
		w.must(err)
		threatened := func() int {
			d, err := w.s.Get(w.Manager, insurance.GetInput{ID: p.ID})
			w.must(err)
			return len(d.Threatened)
		}
		if n := threatened(); n != 1 {
			w.Errorf("%d things after the last day", n)
		}
		next := w.input(insurance.OfStation, "S2")
		next.From, next.To = last.AddDays(1), last.AddDays(2)
		w.enter(next)
		if threatened() != 0 || soon(days) != 0 {
			w.Errorf("followed: %d threatened, %d end soon", threatened(), soon(days))
		}
	})
}

// An activity that asks for it takes nobody without insurance on its day, before he signs up and when he does.
func TestActivity(t *testing.T) {
	each(t, func(w *world) {
		acts := activity.New(w.DB, w.Keys, w.Att)
		d, err := acts.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "破冰", Category: w.Item.Category, Content: "清冰",
			Place: "桥", Risk: "滑", Day: first, From: "09:00", To: "11:00", Checked: true, Insured: true,
			Posts: []activity.PostInput{{Name: "清冰", Needed: 3}}})
		w.must(err)
		d, err = acts.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version})
		w.must(err)
		v := w.Vols[0]
		card, err := acts.Card(v.Ctx, activity.GetInput{ID: d.ID})
		if err != nil || len(card.Cannot) != 1 || card.Cannot[0].Why != none {
			w.Errorf("%+v %v", card.Cannot, err)
		}
		_, err = acts.SignUp(v.Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "conflict: "+none)
		p := w.enter(w.input(insurance.OfStation, "S1"))
		_, err = acts.SignUp(v.Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "")
		_, err = w.s.End(w.Manager, insurance.EndInput{ID: p.ID, Version: p.Version, Last: first, Reason: "x"})
		w.must(err)
		mine, err := w.s.Mine(v.Ctx, insurance.NoInput{})
		if err != nil || !mine.Serves || len(mine.Now) != 0 {
			w.Errorf("before its first day: %+v %v", mine, err)
		}
		clock.Set(first.Time())
		if mine, err = w.s.Mine(v.Ctx, insurance.NoInput{}); err != nil || len(mine.Now) != 1 {
			w.Errorf("on its first day: %+v %v", mine, err)
		}
		shares, err := w.s.Shares(w.Manager, insurance.SharesInput{})
		if err != nil || len(shares.Items) != 1 || shares.Items[0].All != 3 || shares.Items[0].Covered != 3 {
			w.Errorf("%+v %v", shares, err)
		}
		clock.Set(first.AddDays(1).Time())
		if shares, err = w.s.Shares(w.Manager, insurance.SharesInput{}); err != nil || shares.Items[0].Covered != 0 {
			w.Errorf("after its last day: %+v %v", shares, err)
		}
	})
}

// An order that is dangerous goes to nobody without insurance on its day; the policy of the station is enough.
func TestOrder(t *testing.T) {
	each(t, func(w *world) {
		var item catalogue.Item
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE catalogue_item SET insurance_needed = ? WHERE id = ?", true, w.Item.ID).Run(w.System, tx)
			if err == nil {
				item, err = catalogue.Get(w.System, tx, w.Item.ID)
			}
			return err
		})
		o := order.Order{CatalogueID: item.ID, Region: attendancetest.Gacha, StationID: w.Station.ID, RecipientID: w.ResidentPerson, Day: first,
			WindowStart: first.Time(), WindowEnd: first.Time(), Minutes: 30}
		may := func() (why string) {
			w.Write(func(tx *db.Tx) (err error) {
				why, err = order.MayServe(w.System, tx, o, w.Vols[0].ID, first.Time())
				return err
			})
			return why
		}
		if got := may(); got != none {
			w.Errorf("%q", got)
		}
		w.enter(w.input(insurance.OfStation, "S1"))
		if got := may(); got != "" {
			w.Errorf("with a policy: %q", got)
		}
	})
}

// What happened is read by few, reported under a policy that held on its day, and closed with how it ended; erased, its fact stays.
func TestIncident(t *testing.T) {
	each(t, func(w *world) {
		in := insurance.NoteInput{StationID: w.Station.ID, VolunteerNo: w.Vols[0].No, Day: 20261124, Place: "井边", Text: "滑倒扭了脚"}
		early := in
		early.Day = 20261125
		_, err := w.s.Note(w.Manager, early)
		errstest.Is(w, err, "invalid day: 请写今天以前")
		x, err := w.s.Note(w.Manager, in)
		w.must(err)
		if x.Text != in.Text || x.Where != in.Place || x.State != insurance.Noted || x.Name != w.Vols[0].Name {
			w.Errorf("%+v", x)
		}
		for what, ctx := range map[string]context.Context{"himself": w.Vols[0].Ctx, "elsewhere": w.Elsewhere,
			"the banner": auth.With(w.Context(), auth.Actor{Account: 99, Grants: []auth.Grant{{Role: auth.BannerOfficer, Region: 152502000000}}})} {
			if _, err := w.s.Incident(ctx, insurance.GetInput{ID: x.ID}); err == nil {
				w.Errorf("%s reads it", what)
			}
		}
		p := w.enter(w.input(insurance.OfStation, "S1"))
		report := insurance.ReportInput{ID: x.ID, Version: x.Version, PolicyID: p.ID, Day: 20261124}
		_, err = w.s.Report(w.Manager, report)
		errstest.Is(w, err, "invalid policy_id: 出事那天这张保险单无效")
		now := w.input(insurance.OfStation, "S0")
		now.From, now.To = 20261124, 20261124
		p = w.enter(now)
		report.PolicyID, report.Day = p.ID, 20261123
		_, err = w.s.Report(w.Manager, report)
		errstest.Is(w, err, "invalid day: 在出事那天到今天之间")
		_, err = w.s.Close(w.Manager, insurance.CloseInput{ID: x.ID, Version: x.Version, Outcome: "paid", Paid: "1"})
		errstest.Is(w, err, "invalid outcome: 报了保险公司才有")
		y, err := w.s.Note(w.Manager, in)
		w.must(err)
		if y, err = w.s.Close(w.Manager, insurance.CloseInput{ID: y.ID, Version: y.Version, Outcome: "uninsured"}); err != nil ||
			y.State != insurance.Closed {
			w.Errorf("%+v %v", y, err)
		}
		report.Day = 20261124
		x, err = w.s.Report(w.Manager, report)
		w.must(err)
		_, err = w.s.Close(w.Manager, insurance.CloseInput{ID: x.ID, Version: x.Version, Outcome: "uninsured"})
		errstest.Is(w, err, "invalid outcome: 报了保险公司才有")
		_, err = w.s.Close(w.Manager, insurance.CloseInput{ID: x.ID, Version: x.Version, Outcome: "refused", Paid: "1"})
		errstest.Is(w, err, "invalid paid: 赔付了的写")
		x, err = w.s.Close(w.Manager, insurance.CloseInput{ID: x.ID, Version: x.Version, Outcome: "paid", Paid: "386.50"})
		w.must(err)
		if x.State != insurance.Closed || x.Paid != 38650 {
			w.Errorf("%+v", x)
		}
		held, err := w.held(x.PersonID)
		text, jerr := json.Marshal(held)
		if err != nil || jerr != nil || !strings.Contains(string(text), in.Text) {
			w.Errorf("%s %v %v", text, err, jerr)
		}
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, x.PersonID, "本人要求") })
		x, err = w.s.Incident(w.Manager, insurance.GetInput{ID: x.ID})
		if err != nil || x.Text != "" || x.Where != "" || x.Paid != 38650 {
			w.Errorf("erased: %+v %v", x, err)
		}
	})
}

func (w *world) held(id db.ID) (out any, err error) {
	return out, w.DB.Read(w.System, func(tx *db.Tx) error {
		out, err = w.s.Held(w.System, tx, id)
		return err
	})
}

// Nobody enters himself for today or for days gone by, and who was entered afterwards is shown as such, struck or not.
func TestAddLate(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(insurance.OfNamed, "N1")
		in.From = 20261101
		p := w.enter(in)
		keeper := auth.From(w.Manager)
		keeper.Person = w.Vols[0].PersonID
		self := auth.With(w.Context(), keeper)
		add := insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: w.Vols[0].No}
		for _, day := range []clock.Day{0, 20261123, 20261124} {
			add.From = day
			_, err := w.s.Add(self, add)
			errstest.Is(w, err, "invalid numbers: 您自己的")
		}
		add.From = 20261125
		p, err := w.s.Add(self, add)
		w.must(err)
		for i, day := range []clock.Day{20261123, 20261124} {
			p, err = w.s.Add(self, insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: w.Vols[1+i].No, From: day})
			w.must(err)
		}
		p, err = w.s.Strike(self, insurance.StrikeInput{ID: p.ID, Version: p.Version, VolunteerID: w.Vols[1].ID, Last: 20261124, Reason: "搬走"})
		w.must(err)
		d, err := w.s.Get(w.Manager, insurance.GetInput{ID: p.ID})
		w.must(err)
		want := map[string]string{w.Vols[0].No: "", w.Vols[1].No: "补登，2026-11-24 才登记。搬走", w.Vols[2].No: ""}
		for _, n := range d.Names.Items {
			if n.Reason != want[n.No] {
				w.Errorf("%s: %q", n.No, n.Reason)
			}
		}
	})
}

// A list takes the volunteers of one's place, and an incident is noted there and reported under a policy that is near.
func TestElsewhere(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(insurance.OfNamed, "F1")
		in.StationID, in.Region, in.From = 0, attendancetest.Far, 20261101
		p, err := w.s.Enter(w.Elsewhere, in)
		w.must(err)
		_, err = w.s.Add(w.Elsewhere, insurance.AddInput{ID: p.ID, Version: p.Version, Numbers: w.Vols[0].No})
		errstest.Is(w, err, "invalid numbers: 不是您管的地方")
		note := insurance.NoteInput{StationID: w.Station.ID, VolunteerNo: w.Vols[0].No, Day: 20261124, Place: "井边", Text: "滑倒"}
		_, err = w.s.Note(w.Elsewhere, note)
		errstest.Is(w, err, "not_found")
		x, err := w.s.Note(w.Manager, note)
		w.must(err)
		_, err = w.s.Report(w.Manager, insurance.ReportInput{ID: x.ID, Version: x.Version, PolicyID: p.ID, Day: 20261124})
		errstest.Is(w, err, "invalid policy_id: 请选管得着")
	})
}

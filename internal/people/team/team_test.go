package team_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with six volunteers and the area.
type world struct {
	*attendancetest.World
	*testing.T
	s    *team.Service
	vols *volunteer.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{base, t, team.New(base.DB), volunteer.New(base.DB)}
		w.s.Follow(base.Persons, w.vols)
		for i, name := range []string{"赵六", "钱七", "孙八"} {
			w.join(name, i+4)
		}
		test(w)
		w.whole(0)
	})
}

// join registers and approves one more volunteer.
func (w *world) join(name string, n int) {
	id := w.Person(name, n)
	ctx, acc := w.Actor(name, id, auth.Grant{Role: auth.Volunteer})
	v := must[volunteer.Volunteer](w)(w.vols.Register(ctx, volunteer.RegisterInput{Region: attendancetest.Gacha,
		Facts: volunteer.Facts{Identities: person.Codes{"party", "resident"}, MaxKm: 5}, Agreed: true, Consent: person.BySelf}))
	v = must[volunteer.Volunteer](w)(w.vols.Approve(w.Head2, volunteer.ApproveInput{ID: v.ID, Version: v.Version}))
	w.Vols = append(w.Vols, attendancetest.Volunteer{Volunteer: v, Ctx: ctx, Account: acc})
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
		return team.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func (w *world) input() team.FoundInput {
	return team.FoundInput{Name: "敬老志愿服务队", Kind: "elderly_disabled", Region: attendancetest.Gacha, Purpose: "每周看望独自在家的老人"}
}

// founded is an active team led by the first volunteer, with the next n in it, on paper.
func (w *world) founded(name string, n int) team.Detail {
	w.Helper()
	in := w.input()
	in.Name, in.LeaderID, in.Paper = name, w.Vols[0].PersonID, true
	for _, v := range w.Vols[1 : n+1] {
		in.Numbers += v.No + "\n"
	}
	d := must[team.Detail](w)(w.s.Found(w.Manager, in))
	return must[team.Detail](w)(w.s.Approve(w.Head2, team.ApproveInput{ID: d.ID, Version: d.Version}))
}

func member(d team.Detail, v attendancetest.Volunteer) (out team.Membership) {
	for _, m := range d.People {
		if m.PersonID == v.PersonID {
			out = m
		}
	}
	return out
}

func (w *world) get(id db.ID) team.Detail {
	w.Helper()
	return must[team.Detail](w)(w.s.Get(w.Manager, team.GetInput{ID: id}))
}

// A volunteer applies; those whom he names agree one by one; the station approves when there are enough, and nobody decides on his own.
func TestFounding(t *testing.T) {
	each(t, func(w *world) {
		leader := w.Vols[0]
		for _, c := range []struct {
			who    context.Context
			change func(*team.FoundInput)
			want   string
		}{
			{leader.Ctx, func(in *team.FoundInput) { in.Name = "  " }, "invalid name: 请写"},
			{leader.Ctx, func(in *team.FoundInput) { in.Purpose = " " }, "invalid purpose: 请写"},
			{leader.Ctx, func(in *team.FoundInput) { in.Region = in.Region.At(auth.LevelTown) }, "invalid region: 请选到嘎查村"},
			{leader.Ctx, func(in *team.FoundInput) { in.LeaderID = w.Vols[1].PersonID }, "invalid leader_person_id: 自己申请的"},
			{leader.Ctx, func(in *team.FoundInput) { in.Paper = true }, "invalid paper: 签名的名单由站里"},
			{leader.Ctx, func(in *team.FoundInput) { in.Members = []db.ID{w.ResidentPerson} }, "invalid members: 没有这位在册的志愿者"},
			{leader.Ctx, func(in *team.FoundInput) { in.Numbers = "15" }, "invalid numbers: 没有这位在册的志愿者"},
			{w.Resident, func(*team.FoundInput) {}, "invalid leader_person_id: 没有这位在册的志愿者"},
			{w.Manager, func(in *team.FoundInput) { in.LeaderNo = "15" }, "invalid leader_no: 没有这位在册的志愿者"},
			{w.T.Context(), func(*team.FoundInput) {}, "unauthenticated"},
		} {
			in := w.input()
			c.change(&in)
			_, err := w.s.Found(c.who, in)
			errstest.Is(w, err, c.want)
		}
		in := w.input()
		in.Members = []db.ID{w.Vols[1].PersonID, w.Vols[1].PersonID, leader.PersonID}
		in.Numbers = w.Vols[2].No + "\n" + w.Vols[1].No
		d := must[team.Detail](w)(w.s.Found(leader.Ctx, in))
		if d.State != team.Applied || d.Members != 1 || len(d.People) != 3 || d.LeaderID != leader.PersonID {
			w.Fatalf("%+v", d)
		}
		if m := member(d, w.Vols[1]); m.State != team.Asked || m.Name != "" {
			w.Errorf("who leads knows the name of who has not answered: %+v", m)
		}
		_, err := w.s.Found(leader.Ctx, w.input())
		errstest.Is(w, err, "invalid name: 这里已经有同名的队伍")
		approve := team.ApproveInput{ID: d.ID, Version: d.Version}
		_, err = w.s.Approve(leader.Ctx, approve)
		errstest.Is(w, err, "denied")
		_, err = w.s.Approve(w.Elsewhere, approve)
		errstest.Is(w, err, "not_found")
		_, err = w.s.Approve(w.Manager, approve)
		errstest.Is(w, err, "wrong_state: 答应参加的只有 1 人，至少要 5 人")
		if d.Least != 5 {
			w.Errorf("the page says that %d have to agree", d.Least)
		}
		card := must[team.Card](w)(w.s.Card(w.Vols[4].Ctx, team.GetInput{ID: d.ID})) // by the address that the leader has sent him
		if card.State != team.Applied || card.Mine != nil || !card.Serves || card.Leads {
			w.Errorf("who might join a team before it is approved sees %+v", card)
		}
		w.answers(d)
		approve.Decision = "refuse"
		_, err = w.s.Approve(w.Manager, approve)
		errstest.Is(w, err, "invalid reason: 不批准要写明原因")
		approve.Reason = "先补名单"
		d = must[team.Detail](w)(w.s.Approve(w.Manager, approve))
		if d.State != team.Refused || d.Reason != "先补名单" {
			w.Errorf("%+v", d.Team)
		}
		d = must[team.Detail](w)(w.s.Approve(w.Head, team.ApproveInput{ID: d.ID, Version: d.Version}))
		if d.State != team.Active || d.FoundedDay != clock.DayOf(attendancetest.Noon) || d.Members != 5 {
			w.Errorf("%+v", d.Team)
		}
		_, err = w.s.Approve(w.Head, team.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 已经审批过")
	})
}

// answers lets four more agree, in each way.
func (w *world) answers(d team.Detail) {
	w.Helper()
	m := member(d, w.Vols[1])
	_, err := w.s.Answer(w.Vols[2].Ctx, team.AnswerInput{ID: m.ID, Version: 1, Agree: true})
	errstest.Is(w, err, "not_found")
	_, err = w.s.Decide(w.Vols[0].Ctx, team.DecideInput{ID: m.ID, Version: 1, Agree: true})
	errstest.Is(w, err, "wrong_state: 已经答复过")
	if m = must[team.Membership](w)(w.s.Answer(w.Vols[1].Ctx,
		team.AnswerInput{ID: m.ID, Version: 1, Agree: true, How: "paper"})); m.Agreed != "self" {
		w.Errorf("his own word is %q", m.Agreed)
	}
	m = member(d, w.Vols[2])
	_, err = w.s.Answer(w.Manager, team.AnswerInput{ID: m.ID, Version: 1, Agree: true, How: "self"})
	errstest.Is(w, err, "invalid how: 替人答复")
	must[team.Membership](w)(w.s.Answer(w.Manager, team.AnswerInput{ID: m.ID, Version: 1, Agree: true, How: "spoken"}))
	for _, v := range w.Vols[3:5] {
		m := must[team.Membership](w)(w.s.Join(v.Ctx, team.JoinInput{ID: d.ID}))
		_, err := w.s.Join(v.Ctx, team.JoinInput{ID: d.ID})
		errstest.Is(w, err, "conflict: 已经在这支队伍里")
		_, err = w.s.Decide(v.Ctx, team.DecideInput{ID: m.ID, Version: 1, Agree: true})
		errstest.Is(w, err, "not_found")
		m = must[team.Membership](w)(w.s.Decide(w.Vols[0].Ctx, team.DecideInput{ID: m.ID, Version: 1, Agree: true}))
		if m.State != team.In || m.FromDay == 0 {
			w.Errorf("%+v", m)
		}
	}
	_, err = w.s.Join(w.Resident, team.JoinInput{ID: d.ID})
	errstest.Is(w, err, "denied: 先登记为志愿者")
}

// Who entered an application for somebody, or is in the team, does not approve it; a child does not lead.
func TestSecondPerson(t *testing.T) {
	each(t, func(w *world) {
		in := w.input()
		in.LeaderID, in.Paper = w.Vols[0].PersonID, true
		in.Members = []db.ID{w.Vols[1].PersonID, w.Vols[2].PersonID, w.Vols[3].PersonID, w.Vols[4].PersonID}
		d := must[team.Detail](w)(w.s.Found(w.Manager, in))
		if d.Members != 5 || member(d, w.Vols[4]).Agreed != "paper" {
			w.Errorf("%+v", d)
		}
		_, err := w.s.Approve(w.Manager, team.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "denied: 申请的人和队伍里的人不能审批")
		insider := auth.From(w.Head2)
		insider.Person = w.Vols[2].PersonID
		_, err = w.s.Approve(auth.With(w.System, insider), team.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "denied: 申请的人和队伍里的人不能审批")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE person SET birth_day = 20120101 WHERE id = ?", w.Vols[5].PersonID).Run(w.System, tx)
			return err
		})
		in.Name, in.LeaderID = "少年队", w.Vols[5].PersonID
		_, err = w.s.Found(w.Manager, in)
		errstest.Is(w, err, "invalid leader_person_id: 负责人要满十八周岁")
	})
}

// Members come and go with their days; the leader goes only when somebody else leads.
// Who was asked is told on his phone, and the leader of who wants to join.
func TestHeaps(t *testing.T) {
	each(t, func(w *world) {
		d := w.founded("一队", 4)
		heaps := area.Heaps(w.DB, []area.Area{w.s.Area()})
		is := func(who context.Context, word, what string) {
			w.Helper()
			list, err := heaps(who, "phone", 5)
			if err != nil || (word != "") != (len(list) == 1) || word != "" && (list[0].Word != word || list[0].Items[0].What != what) {
				w.Errorf("%+v, not %q %q: %v", list, word, what, err)
			}
		}
		leader, asked, wants := w.Vols[0].Ctx, w.Vols[5], w.Vols[4]
		is(asked.Ctx, "", "")
		must[team.Detail](w)(w.s.Invite(leader, team.InviteInput{ID: d.ID, Version: d.Version, No: asked.No}))
		is(asked.Ctx, "请您加入志愿服务队，等您答复", "一队")
		is(leader, "", "")
		must[team.Membership](w)(w.s.Leave(wants.Ctx, team.LeaveInput{ID: member(d, wants).ID, Version: 1}))
		m := must[team.Membership](w)(w.s.Join(wants.Ctx, team.JoinInput{ID: d.ID}))
		is(leader, "想加入您的志愿服务队，等您答复", m.Name)
		is(wants.Ctx, "", "")
	})
}

func TestMembers(t *testing.T) {
	each(t, func(w *world) {
		d := w.founded("一队", 4)
		leader, second := w.Vols[0], w.Vols[1]
		_, err := w.s.Leave(leader.Ctx, team.LeaveInput{ID: member(d, leader).ID, Version: 1})
		errstest.Is(w, err, "conflict: 负责人先把队伍交给别人")
		_, err = w.s.Remove(leader.Ctx, team.LeaveInput{ID: member(d, second).ID, Version: 1, Reason: " "})
		errstest.Is(w, err, "invalid reason")
		_, err = w.s.Remove(second.Ctx, team.LeaveInput{ID: member(d, w.Vols[2]).ID, Version: 1, Reason: "不合适"})
		errstest.Is(w, err, "not_found")
		m := must[team.Membership](w)(w.s.Remove(leader.Ctx, team.LeaveInput{ID: member(d, w.Vols[2]).ID, Version: 1, Reason: "搬走了"}))
		if m.State != team.Left || m.ToDay != clock.DayOf(attendancetest.Noon) || m.Reason != "搬走了" {
			w.Errorf("%+v", m)
		}
		_, err = w.s.Leave(w.Vols[2].Ctx, team.LeaveInput{ID: m.ID, Version: m.Version})
		errstest.Is(w, err, "wrong_state: 现在是“已离队”")
		d = must[team.Detail](w)(w.s.Appoint(leader.Ctx,
			team.AppointInput{ID: d.ID, Version: d.Version, Role: team.Deputy, PersonID: second.PersonID}))
		for _, c := range []struct {
			role   string
			person db.ID
			want   string
		}{
			{team.Leader, 0, "invalid person_id: 队伍要有负责人"}, {team.Leader, w.Vols[5].PersonID, "invalid person_id: 不是这支队伍的队员"},
			{team.Leader, leader.PersonID, "invalid person_id: 已经是负责人"}, {team.Deputy, leader.PersonID, "invalid person_id: 负责人不能兼"},
		} {
			_, err := w.s.Appoint(w.Manager, team.AppointInput{ID: d.ID, Version: d.Version, Role: c.role, PersonID: c.person})
			errstest.Is(w, err, c.want)
		}
		d = must[team.Detail](w)(w.s.Appoint(second.Ctx,
			team.AppointInput{ID: d.ID, Version: d.Version, Role: team.Leader, PersonID: second.PersonID}))
		if d.LeaderID != second.PersonID || d.DeputyID != 0 || len(d.Offices) != 3 {
			w.Errorf("%+v %+v", d.Team, d.Offices)
		}
		_, err = w.s.Get(leader.Ctx, team.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		must[team.Membership](w)(w.s.Leave(leader.Ctx, team.LeaveInput{ID: member(d, leader).ID, Version: 1}))
		if d = w.get(d.ID); d.Members != 3 {
			w.Errorf("%d members", d.Members)
		}
		card := must[team.Card](w)(w.s.Card(second.Ctx, team.GetInput{ID: d.ID}))
		if !card.Leads || card.Mine == nil || card.Mine.Office != team.Leader {
			w.Errorf("%+v", card)
		}
		mine := must[team.Mine](w)(w.s.Mine(leader.Ctx, team.NoInput{}))
		if len(mine.Items) != 0 || !mine.Volunteer {
			w.Errorf("%+v", mine)
		}
	})
}

// A team ends only when another takes over; what waited in it is settled, and the chain of successors leads to who answers today.
func TestDissolving(t *testing.T) {
	each(t, func(w *world) {
		one, two := w.founded("一队", 4), w.founded("二队", 4)
		must[team.Membership](w)(w.s.Join(w.Vols[5].Ctx, team.JoinInput{ID: one.ID}))
		var told []team.DissolvedEvent
		w.s.Dissolved.Subscribe(func(_ context.Context, _ *db.Tx, e team.DissolvedEvent) error {
			told = append(told, e)
			return nil
		})
		in := team.DissolveInput{ID: one.ID, Version: one.Version, SuccessorID: two.ID, Reason: "人太少"}
		for _, c := range []struct {
			who    context.Context
			change func(*team.DissolveInput)
			want   string
		}{
			{w.Vols[0].Ctx, func(*team.DissolveInput) {}, "denied"},
			{w.Elsewhere, func(*team.DissolveInput) {}, "not_found"},
			{w.Manager, func(in *team.DissolveInput) { in.Reason = " " }, "invalid reason"},
			{w.Manager, func(in *team.DissolveInput) { in.SuccessorID = one.ID }, "invalid successor_id: 接手的要是"},
			{w.Manager, func(in *team.DissolveInput) { in.SuccessorID = 1 }, "invalid successor_id: 接手的要是"},
		} {
			bad := in
			c.change(&bad)
			_, err := w.s.Dissolve(c.who, bad)
			errstest.Is(w, err, c.want)
		}
		d := must[team.Detail](w)(w.s.Dissolve(w.Manager, in))
		if d.State != team.Dissolved || d.Members != 0 || len(d.People) != 0 || d.LeaderID != 0 || d.Successor != "二队" || len(told) != 1 {
			w.Errorf("%+v %d", d, len(told))
		}
		in.Version = d.Version
		_, err := w.s.Dissolve(w.Manager, in)
		errstest.Is(w, err, "wrong_state: 现在是“已解散”")
		_, err = w.s.Join(w.Vols[5].Ctx, team.JoinInput{ID: one.ID})
		errstest.Is(w, err, "not_found")
		if err := w.DB.Read(w.System, func(tx *db.Tx) error {
			t, err := team.Successor(w.System, tx, one.ID)
			if t.ID != two.ID {
				w.Errorf("%s answers", t.Name)
			}
			return err
		}); err != nil {
			w.Error(err)
		}
		if m := w.get(two.ID); m.Members != 5 {
			w.Errorf("the other team has %d", m.Members)
		}
	})
}

// Each of the five professional kinds of the plan (三（一）) is founded and stands in its line, before anybody too; a kind without one is
// seen at once.
func TestFiveKinds(t *testing.T) {
	each(t, func(w *world) {
		kinds := map[string]string{"poverty_relief": "扶贫济困", "elderly_disabled": "敬老助残", "medical": "医疗服务", "safety": "平安建设",
			"technology": "科技帮扶"}
		for kind, word := range kinds {
			if team.Kinds.Word(kind) != word {
				w.Errorf("%s is %s", kind, team.Kinds.Word(kind))
			}
			in := w.input()
			in.Name, in.Kind, in.LeaderID, in.Paper = word+"队", kind, w.Vols[0].PersonID, true
			for _, v := range w.Vols[1:5] {
				in.Numbers += v.No + "\n"
			}
			d := must[team.Detail](w)(w.s.Found(w.Manager, in))
			must[team.Detail](w)(w.s.Approve(w.Head2, team.ApproveInput{ID: d.ID, Version: d.Version}))
			faces := must[team.Faces](w)(w.s.Faces(w.T.Context(), team.PublicInput{Kind: kind}))
			if len(faces.Items) != 1 || faces.Items[0].Name != word+"队" {
				w.Errorf("%s: %+v", kind, faces.Items)
			}
		}
		for _, line := range must[team.ByKind](w)(w.s.ByKind(w.Town, team.KindsInput{Region: attendancetest.Gacha})).Items {
			if want := map[bool]int64{true: 1}[kinds[line.Kind] != ""]; line.Teams != want {
				w.Errorf("%+v", line)
			}
		}
	})
}

// What anybody sees holds no name; lists, counts by kind and files are those of the place.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		d := w.founded("一队", 5)
		page := must[team.Register](w)(w.s.List(w.Town, team.ListInput{Kind: "elderly_disabled", State: team.Active, Q: "一", Sort: "name"}))
		if len(page.Items) != 1 || page.Items[0].Members != 6 || page.Items[0].LeaderName != w.Vols[0].Name {
			w.Errorf("%+v", page.Items)
		}
		for _, in := range []team.ListInput{{Kind: "medical"}, {State: team.Applied}, {Q: "三"}, {Region: attendancetest.Far}} {
			if got := must[team.Register](w)(w.s.List(w.Town, in)); len(got.Items) != 0 {
				w.Errorf("%+v gives %+v", in, got.Items)
			}
		}
		if got := must[team.Register](w)(w.s.List(w.Elsewhere, team.ListInput{})); len(got.Items) != 0 {
			w.Errorf("elsewhere: %+v", got.Items)
		}
		kinds := must[team.ByKind](w)(w.s.ByKind(w.Town, team.KindsInput{Region: attendancetest.Gacha}))
		if len(kinds.Items) != 6 || kinds.Items[1].Teams != 1 || kinds.Items[1].Members != 6 || kinds.Items[0].Teams != 0 ||
			!slices.Equal(kinds.Leading, []team.Counted{{"party", "党员干部", 3}, {"resident", "居民", 6}}) {
			w.Errorf("%+v", kinds)
		}
		faces := must[team.Faces](w)(w.s.Faces(w.T.Context(), team.PublicInput{Region: attendancetest.Gacha.At(auth.LevelTown)}))
		if len(faces.Items) != 1 || faces.Items[0].Members != 6 || strings.Contains(fmt.Sprintf("%+v", faces), w.Vols[0].Name) {
			w.Errorf("%+v", faces)
		}
		must[team.Face](w)(w.s.Face(w.T.Context(), team.GetInput{ID: d.ID}))
		for format, start := range map[string]string{"pdf": "%PDF", "xlsx": "PK", "csv": "\ufeff序号"} {
			f, err := w.s.Export(w.Town, team.ExportInput{Format: format})
			if err != nil || !bytes.HasPrefix(f.Body, []byte(start)) {
				w.Errorf("%s: %.20q %v", format, f.Body, err)
			}
			if f, err = w.s.Roster(w.Vols[0].Ctx, team.RosterInput{ID: d.ID, Format: format}); err != nil ||
				!bytes.HasPrefix(f.Body, []byte(start)) {
				w.Errorf("%s: %.20q %v", format, f.Body, err)
			}
		}
		f := must[blob.File](w)(w.s.Export(w.Town, team.ExportInput{Format: "csv"}))
		if !bytes.Contains(f.Body, []byte("1,一队,敬老助残,")) || !bytes.Contains(f.Body, []byte(",6,3,0,0,0,2026-11-24,在册")) {
			w.Errorf("%s", f.Body)
		}
		_, err := w.s.Roster(w.Vols[1].Ctx, team.RosterInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
	})
}

// A leader, deputy or member who leaves, is away or comes back, and anybody who is appointed: at every moment somebody answers for each
// team, or it stands on the station's list of teams for which nobody does.
func TestHandover(t *testing.T) {
	each(t, func(w *world) {
		var ids []db.ID
		for i := range 3 {
			ids = append(ids, w.founded(fmt.Sprintf("第%d队", i), 4).ID)
		}
		for seed := range uint64(4) {
			rng := rand.New(rand.NewPCG(seed, 1))
			for range 20 {
				w.stir(rng, ids[rng.IntN(len(ids))])
				for _, id := range ids {
					w.owned(id)
				}
			}
		}
		clock.Set(attendancetest.Noon)
	})
}

// stir makes one random move.
func (w *world) stir(rng *rand.Rand, id db.ID) {
	w.Helper()
	d := w.get(id)
	v := w.Vols[rng.IntN(len(w.Vols))]
	var profile volunteer.Volunteer
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		profile, err = volunteer.Get(w.System, tx, v.ID)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	role := []string{team.Leader, team.Deputy}[rng.IntN(2)]
	today := clock.Today(w.System)
	var err error
	switch rng.IntN(7) {
	case 0, 1:
		_, err = w.s.Appoint(w.Manager, team.AppointInput{ID: d.ID, Version: d.Version, Role: role, PersonID: v.PersonID})
	case 2:
		_, err = w.s.Leave(v.Ctx, team.LeaveInput{ID: member(d, v).ID, Version: member(d, v).Version})
	case 3:
		_, err = w.vols.Leave(v.Ctx, volunteer.LeaveInput{ID: v.ID, Version: profile.Version})
	case 4:
		_, err = w.vols.Pause(v.Ctx, volunteer.PauseInput{ID: v.ID, Version: profile.Version, From: today, To: today.AddDays(rng.IntN(3))})
	case 5:
		if profile.Status == volunteer.Left {
			profile, err = w.vols.Return(v.Ctx, volunteer.ReturnInput{ID: v.ID, Version: profile.Version, Agreed: true})
			if err == nil {
				_, err = w.vols.Approve(w.Head2, volunteer.ApproveInput{ID: v.ID, Version: profile.Version})
			}
		} else if _, err = w.s.Join(v.Ctx, team.JoinInput{ID: id}); err == nil {
			m := member(w.get(id), v)
			_, err = w.s.Decide(w.Manager, team.DecideInput{ID: m.ID, Version: m.Version, Agree: true})
		}
	case 6:
		clock.Set(today.AddDays(1).Time().Add(12 * 3600e9))
	}
	_ = err // many a move is refused; what is asked is what stands afterwards
}

// owned compares who answers for a team with the station's list of teams for which nobody does.
func (w *world) owned(id db.ID) {
	w.Helper()
	var who db.ID
	var listed int64
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		if who, _, err = team.Owner(w.System, tx, id); err != nil {
			return err
		}
		listed, err = db.SelectOne[int64](w.System, tx, tx.Build(`SELECT COUNT(*) FROM team t WHERE t.id = ? AND t.state = 'active'
			AND EXISTS (SELECT 1 FROM team_member m WHERE m.team_id = t.id AND m.state = 'in' AND m.person_id = ?)`, id, who))
		return err
	}); err != nil {
		w.Fatal(err)
	}
	heaps := must[[]string](w)(team.OwnerlessNames(w.Manager, w.DB))
	onList := slices.Contains(heaps, w.get(id).Name)
	if (who == 0) != onList || who != 0 && listed != 1 {
		w.Errorf("%s: %v answers, a member %d, on the list %v", w.get(id).Name, who, listed, onList)
	}
}

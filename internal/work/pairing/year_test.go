package pairing_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/area"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/pairing"
)

// Nobody of a key group is forgotten: in 20 made-up years, at each day, whoever has neither a pairing with somebody who goes nor an
// excuse in force stands on the list of his head and of his town, and nobody else does.
func TestNobodyForgotten(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) { years(t, newWorld(t, w), 1, 1, 40) })
	for seed := uint64(1); seed <= 20; seed++ {
		lite(t, seed)
	}
}

// The same of 2,000 years.
func TestDrillNobodyForgotten(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return
	}
	for seed := uint64(1000); seed < 3000; seed++ {
		lite(t, seed)
	}
}

func lite(t *testing.T, seed uint64) {
	t.Helper()
	t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
		clock.Set(attendancetest.Noon)
		t.Cleanup(clock.Reset)
		years(t, newWorld(t, attendancetest.New(t, attendancetest.Seeded.SQLite(t))), seed, 7, 52)
	})
}

// soul is what the test itself knows of somebody: it is told of each step and asks nobody.
type soul struct {
	id      db.ID
	name    string
	gone    bool      // of no key group any more
	excused clock.Day // until then; endless for 99991231
	pair    *pair
}

type pair struct {
	id       db.ID
	approved bool
	goes     map[int]bool // volunteers by their number here
}

type year struct {
	*world
	rng   *rand.Rand
	day   clock.Day
	souls []*soul
	away  map[int]clock.Day // volunteers who rest, until
	left  map[int]bool
	vols  *volunteer.Service
	steps map[string]int
}

// years plays steps of so many days each and compares after each.
func years(t *testing.T, w *world, seed uint64, stride, steps int) {
	y := &year{world: w, rng: rand.New(rand.NewPCG(seed, 7)), day: w.today, away: map[int]clock.Day{}, left: map[int]bool{},
		steps: map[string]int{}, vols: volunteer.New(w.DB)}
	for id, name := range map[db.ID]string{w.elder: "道尔吉", w.child: "小红"} {
		y.souls = append(y.souls, &soul{id: id, name: name})
	}
	slices.SortFunc(y.souls, func(a, b *soul) int { return strings.Compare(a.name, b.name) })
	for range steps {
		for range 1 + y.rng.IntN(3) {
			y.step()
		}
		y.compare()
		y.day = y.day.AddDays(1 + y.rng.IntN(stride*2))
		y.sweep(y.day)
		y.compare()
	}
	y.whole()
	if len(y.steps) < 8 && steps > 50 {
		t.Errorf("seed %d: only %v happened", seed, y.steps)
	}
}

func (y *year) ctx(c context.Context) context.Context { return y.at(c, y.day) }

// did notes a step that must have gone well.
func (y *year) did(what string, err error) {
	y.Helper()
	if err != nil {
		y.Fatalf("%s on %s: %v", what, y.day, err)
	}
	y.steps[what]++
}

// here says whether a volunteer can go.
func (y *year) here(n int) bool { return !y.left[n] && y.away[n] < y.day }

// covered is what the test thinks of somebody.
func (y *year) covered(s *soul) bool {
	if s.pair == nil || !s.pair.approved {
		return false
	}
	for n := range s.pair.goes {
		if y.here(n) {
			return true
		}
	}
	return false
}

// compare holds the lists against what the test knows.
func (y *year) compare() {
	y.Helper()
	var want []string
	for _, s := range y.souls {
		if !s.gone && !y.covered(s) && s.excused < y.day {
			want = append(want, s.name)
		}
	}
	slices.Sort(want)
	for who, ctx := range map[string]context.Context{"head": y.Head, "town": y.Town} {
		page, err := y.s.Unpaired(y.ctx(ctx), pairing.UnpairedInput{Paging: db.Paging{Limit: 100}})
		if err != nil {
			y.Fatal(err)
		}
		var got []string
		for _, p := range page.Items {
			got = append(got, p.Name)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			y.Fatalf("on %s the %s's list holds %v, not %v", y.day, who, got, want)
		}
	}
	list, err := area.Heaps(y.DB, []area.Area{y.s.Area()})(y.ctx(y.Head), "desk", 100)
	n := 0
	for _, h := range list {
		if h.Word == "重点人群里还没有结对的" {
			n = h.Total
		}
	}
	if err != nil || n != len(want) {
		y.Fatalf("on %s the head's heap holds %d, not %d: %v", y.day, n, len(want), err)
	}
}

// step is something that happens.
func (y *year) step() {
	s := y.souls[y.rng.IntN(len(y.souls))]
	switch y.rng.IntN(12) {
	case 0:
		y.arrive()
	case 1, 2, 3, 4:
		y.pair(s)
	case 5:
		y.end(s)
	case 6:
		y.excuse(s)
	case 7:
		y.rest()
	case 8:
		y.leave()
	case 9:
		y.follow(s)
	case 10:
		y.recover(s)
	case 11:
		y.withdraw(s)
	}
}

// arrive registers somebody of a key group.
func (y *year) arrive() {
	if len(y.souls) > 12 {
		return
	}
	name := "新来的" + string(rune('甲'+len(y.souls)))
	y.Write(func(tx *db.Tx) error {
		p, err := y.Persons.Add(y.System, tx, person.NewPerson{Name: name, Region: attendancetest.Gacha, BirthDay: 19500101,
			Groups: person.Codes{"low_income"}, Consent: person.BySpoken})
		y.souls = append(y.souls, &soul{id: p.ID, name: name})
		return err
	})
	y.steps["arrive"]++
}

// pair goes one step further with a pairing: proposed, agreed, approved, or not.
func (y *year) pair(s *soul) {
	n := y.rng.IntN(len(y.Vols))
	if s.gone || y.left[n] {
		return
	}
	if s.pair == nil {
		in := pairing.ProposeInput{PersonID: s.id, VolunteerIDs: []db.ID{y.Vols[n].ID}, RhythmDays: 30, Consent: person.BySpoken}
		if s.name == "小红" { // by two
			for m := range y.Vols {
				if m != n && !y.left[m] && len(in.VolunteerIDs) < 2 {
					in.VolunteerIDs = append(in.VolunteerIDs, y.Vols[m].ID)
				}
			}
		}
		d, err := y.s.Propose(y.ctx(y.Manager), in)
		y.did("propose", err)
		s.pair = &pair{id: d.ID, goes: map[int]bool{}}
		return
	}
	d, err := y.s.Get(y.ctx(y.Head), pairing.GetInput{ID: s.pair.id})
	y.did("look", err)
	for _, m := range d.Members {
		if m.State == pairing.Asked {
			y.answer(s, m)
			return
		}
	}
	if s.pair.approved {
		return
	}
	if d, err = y.s.Approve(y.ctx(y.Head), pairing.ApproveInput{ID: d.ID, Version: d.Version}); err == nil {
		s.pair.approved = true
		y.did("approve", nil)
		return
	}
	d, err = y.s.Get(y.ctx(y.Head), pairing.GetInput{ID: s.pair.id})
	y.did("look", err)
	_, err = y.s.Refuse(y.ctx(y.Head), pairing.ApproveInput{ID: d.ID, Version: d.Version, Reason: "没有人答应"})
	y.did("refuse", err)
	s.pair = nil
}

func (y *year) number(id db.ID) int {
	return slices.IndexFunc(y.Vols, func(v attendancetest.Volunteer) bool { return v.ID == id })
}

func (y *year) answer(s *soul, m pairing.Member) {
	in := pairing.AnswerInput{ID: s.pair.id, MemberID: m.ID}
	if y.rng.IntN(4) == 0 {
		_, err := y.s.Decline(y.ctx(y.Manager), in)
		y.did("decline", err)
		return
	}
	d, err := y.s.Agree(y.ctx(y.Manager), in)
	y.did("agree", err)
	s.pair.goes = map[int]bool{}
	for _, m := range d.Members {
		if m.State == pairing.Agreed {
			s.pair.goes[y.number(m.VolunteerID)] = true
		}
	}
}

func (y *year) end(s *soul) {
	if s.pair == nil || !s.pair.approved {
		return
	}
	d, err := y.s.Get(y.ctx(y.Head), pairing.GetInput{ID: s.pair.id})
	y.did("look", err)
	_, err = y.s.End(y.ctx(y.Head), pairing.EndInput{ID: d.ID, Version: d.Version, Kind: "refused", UntilDay: y.day.AddDays(40),
		Reason: "不想了"})
	y.did("end", err)
	s.pair, s.excused = nil, max(s.excused, y.day.AddDays(40))
}

func (y *year) excuse(s *soul) {
	if s.pair != nil || s.gone {
		return
	}
	in := pairing.ExcuseInput{ID: s.id, Kind: "refused", UntilDay: y.day.AddDays(20 + y.rng.IntN(60)), Reason: "不用"}
	s.excused = max(s.excused, in.UntilDay)
	if y.rng.IntN(5) == 0 {
		in.Kind, in.UntilDay, s.excused = "died", 0, 99991231
	}
	_, err := y.s.Excuse(y.ctx(y.Manager), in)
	y.did("excuse", err)
}

func (y *year) rest() {
	n := y.rng.IntN(len(y.Vols))
	if y.left[n] {
		return
	}
	v, err := y.vols.Get(y.ctx(y.Head), volunteer.GetInput{ID: y.Vols[n].ID})
	y.did("look", err)
	until := y.day.AddDays(1 + y.rng.IntN(30))
	_, err = y.vols.Pause(y.ctx(y.Head), volunteer.PauseInput{ID: v.ID, Version: v.Version, From: y.day, To: until, Reason: "歇几天"})
	y.did("rest", err)
	y.away[n] = max(y.away[n], until)
}

func (y *year) leave() {
	n := y.rng.IntN(len(y.Vols))
	if y.left[n] || y.rng.IntN(3) > 0 {
		return
	}
	v, err := y.vols.Get(y.ctx(y.Head), volunteer.GetInput{ID: y.Vols[n].ID})
	y.did("look", err)
	_, err = y.vols.Leave(y.ctx(y.Head), volunteer.LeaveInput{ID: v.ID, Version: v.Version, Reason: "搬走"})
	y.did("leave", err)
	y.left[n] = true
}

// follow asks a volunteer to go after another.
func (y *year) follow(s *soul) {
	n := y.rng.IntN(len(y.Vols))
	if s.pair == nil || y.left[n] || s.pair.goes[n] {
		return
	}
	d, err := y.s.Get(y.ctx(y.Head), pairing.GetInput{ID: s.pair.id})
	y.did("look", err)
	in := pairing.AskInput{ID: d.ID, Version: d.Version, VolunteerID: y.Vols[n].ID}
	for _, m := range d.Members {
		if m.State == pairing.Asked {
			return
		}
		if m.State == pairing.Agreed {
			in.FollowsID = m.ID
		}
	}
	_, err = y.s.Ask(y.ctx(y.Manager), in)
	y.did("follow", err)
}

// recover takes somebody out of his group.
func (y *year) recover(s *soul) {
	if s.gone || y.rng.IntN(3) > 0 {
		return
	}
	p, err := y.Persons.Get(y.ctx(y.Head), person.GetInput{ID: s.id})
	y.did("look", err)
	_, err = y.Persons.Update(y.ctx(y.Head), person.UpdateInput{ID: s.id, Version: p.Version, Name: s.name, Region: attendancetest.Gacha,
		BirthDay: p.BirthDay, Clear: []string{"groups"}})
	y.did("recover", err)
	s.gone = true
}

// withdraw takes back the consent to a pairing.
func (y *year) withdraw(s *soul) {
	p, err := y.Persons.Get(y.ctx(y.Head), person.GetInput{ID: s.id})
	y.did("look", err)
	for _, c := range p.Consents {
		if c.Purpose != person.PurposePairing || c.WithdrawnAt != nil {
			continue
		}
		_, err := y.Persons.WithdrawConsent(y.ctx(y.Head), person.WithdrawInput{ID: s.id, Consent: c.ID, Reason: "不想了"})
		y.did("withdraw", err)
		if s.pair != nil {
			s.pair, s.excused = nil, max(s.excused, y.day.AddDays(365))
		}
		return
	}
}

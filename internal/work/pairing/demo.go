package pairing

import (
	"context"
	"strconv"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// demoDays is how long ago the pairings of the demo began.
const demoDays = 24

// childAge is how old the child of the demo is: it speaks for itself from 14 on (个人信息保护法 article 31).
const childAge = 15

// demoPeople are made up. The child, whose day is of the demo, is visited by two.
var demoPeople = []struct {
	name, group string
	birth       clock.Day
}{{"额尔德尼", "lone_elder", 19410312}, {"其其格", "left_elder", 19480805}, {"哈斯", "disabled", 19670120}, {"宝音", "destitute", 19550617},
	{"图雅", "low_income", 19590909}, {"小满", "left_child", 0}}

// Demo registers people of key groups and pairs them with volunteers of the place: one who is visited each week but was missed once, one
// each month, one whose pairing ended, one that waits for approval, one who does not want it, and one who is on the list.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	desk, from := auth.With(ctx, v.Manager), clock.Today(ctx).AddDays(-demoDays)
	if len(v.Volunteers) < 4 {
		return nil
	}
	var ids []db.ID
	for i, x := range demoPeople {
		if x.birth == 0 {
			x.birth = clock.DayOf(from.Time().AddDate(-childAge, 0, 0))
		}
		p, err := s.persons.Register(on(desk, from), person.RegisterInput{NewPerson: person.NewPerson{Name: x.name, BirthDay: x.birth,
			Region: v.Region, Phone: "0479-82100" + strconv.Itoa(11+i), Group: "演示小组", Groups: person.Codes{x.group}, Consent: person.ByPaper,
			Addresses: []person.Address{{Kind: "home", Region: v.Region, Detail: "演示路 " + strconv.Itoa(i+1) + " 号", Landmark: "井房西边第二家"}}}})
		if err != nil {
			return err
		}
		ids = append(ids, p.ID)
	}
	if err := s.demoVisits(ctx, v, ids, from); err != nil {
		return err
	}
	if _, err := s.Propose(desk, ProposeInput{PersonID: ids[3], VolunteerIDs: []db.ID{v.Volunteers[3].Volunteer}, RhythmDays: 14,
		Consent: person.BySpoken}); err != nil {
		return err
	}
	if _, err := s.Excuse(desk, ExcuseInput{ID: ids[4], Kind: "refused", Reason: "演示：儿子天天来，不用"}); err != nil {
		return err
	}
	return s.Sweep(auth.AsSystem(ctx, "pairing.sweep"))
}

// demoVisits are three pairings with what came of them; the third is over.
func (s *Service) demoVisits(ctx context.Context, v area.Village, ids []db.ID, from clock.Day) error {
	desk := auth.With(ctx, v.Manager)
	var made []Detail
	for i, rhythm := range []int64{7, 30, 14} {
		d, err := s.demoPair(ctx, v, ids[i], i, rhythm, from)
		if err != nil {
			return err
		}
		made = append(made, d)
	}
	for _, x := range []struct {
		nth, day     int
		result, note string
	}{{0, 2, Met, "演示：血压量过，煤够烧"}, {2, 5, Phoned, ""}, {0, 9, NotFound, ""}, {0, 10, Phoned, "演示：说去看病了"}, {1, 12, Met, ""}} {
		if _, err := s.Visit(on(desk, from.AddDays(x.day)), VisitInput{ID: made[x.nth].ID, Result: x.result, Note: x.note,
			VolunteerID: made[x.nth].Members[0].VolunteerID}); err != nil {
			return err
		}
	}
	gone, err := s.Get(desk, GetInput{made[2].ID})
	if err == nil {
		_, err = s.End(on(desk, from.AddDays(13)), EndInput{ID: gone.ID, Version: gone.Version, Kind: "moved", Reason: "演示：女儿接到旗里去了"})
	}
	return err
}

// on is ten in the morning of a day.
func on(ctx context.Context, d clock.Day) context.Context {
	return clock.At(ctx, d.Time().Add(10*time.Hour))
}

// demoPair is a pairing in force from a day on.
func (s *Service) demoPair(ctx context.Context, v area.Village, id db.ID, nth int, rhythm int64, from clock.Day) (Detail, error) {
	desk, head := on(auth.With(ctx, v.Manager), from), on(auth.With(ctx, v.Head), from)
	d, err := s.Propose(desk, ProposeInput{PersonID: id, VolunteerIDs: []db.ID{v.Volunteers[nth].Volunteer}, RhythmDays: rhythm,
		Consent: person.BySpoken})
	if err != nil {
		return d, err
	}
	if d, err = s.Agree(desk, AnswerInput{ID: d.ID, MemberID: d.Members[0].ID}); err != nil {
		return d, err
	}
	return s.Approve(head, ApproveInput{ID: d.ID, Version: d.Version})
}

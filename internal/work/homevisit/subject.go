package homevisit

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Follow lets plans go with the entries of persons, and who is no volunteer any more off his days at once.
func (s *Service) Follow(persons *person.Service, volunteers *volunteer.Service) {
	volunteers.Changed.Subscribe(func(ctx context.Context, tx *db.Tx, e volunteer.ChangedEvent) error {
		_, err := s.out(ctx, tx, e.Volunteer.PersonID)
		return err
	})
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		for _, q := range []*db.Command{followHome, followMember, followGoer, followFirst, followSecond} {
			if _, err := q.Run(ctx, tx, e.From, e.To); err != nil {
				return err
			}
		}
		return nil
	})
}

// Seen is a visit, of whom it was to or who made it.
type Seen struct {
	Day    clock.Day `json:"day"`
	Result string    `json:"result" set:"home_visit.result"`
}

// held is what is kept about a person.
type held struct {
	Plans   []kept `json:"plans,omitempty"`
	Visited []Seen `json:"visited,omitempty"`
	Made    []Seen `json:"visits_made,omitempty"`
}

// kept is a plan on which somebody is, or was left out of.
type kept struct {
	Title   string    `json:"title"`
	FromDay clock.Day `json:"from_day"`
	LeftOut string    `json:"left_out"`
}

// Held is everything held about a person who is visited, or who goes: of the latter without the names of those whom he visits.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	var out held
	list, err := membersAbout.All(ctx, tx, id)
	for _, m := range list {
		if err != nil {
			return nil, err
		}
		var p Plan
		p, err = planTable.Get(ctx, tx, m.PlanID)
		out.Plans = append(out.Plans, kept{p.Title, p.FromDay, reasons.Word(m.LeftOut)})
	}
	if err != nil {
		return nil, err
	}
	if out.Visited, err = visitsAbout.All(ctx, tx, id); err != nil {
		return nil, err
	}
	out.Made, err = visitsBy.All(ctx, tx, id)
	if err != nil || len(out.Plans)+len(out.Visited)+len(out.Made) == 0 {
		return nil, err
	}
	return out, nil
}

// Forget takes an erased person off the plans: a home that went by his address is visited no more, where he goes somebody else is asked.
// Of which groups he was is taken out; that he was visited, and when, stays.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	homes, err := ofPerson.All(ctx, tx, id)
	for _, h := range homes {
		if err == nil && (h.State == Waiting || h.State == Unreached || h.State == Gone || h.HandledWhy != "") {
			err = s.homes.Alter(ctx, tx, act.Op{Action: "homevisit.drop"}, &h, func(_ *db.Tx, h *Home) error {
				if h.State == Waiting || h.HandledDay == 0 && (h.State == Unreached || h.State == Gone) {
					h.State, h.DayID, h.Place, h.LateDay, h.Rung = Dropped, 0, 0, 0, 0
				}
				h.HandledWhy = ""
				return nil
			})
		}
	}
	if err != nil {
		return err
	}
	days, err := going.All(ctx, tx, id)
	for _, day := range days {
		if err == nil {
			err = s.leave(ctx, tx, day, id)
		}
	}
	if err == nil {
		_, err = dropGroups.Run(ctx, tx, id)
	}
	return err
}

// out takes off their days those who could not be asked to go there any more, or one of them; of nobody all. It gives how many it took.
func (s *Service) out(ctx context.Context, tx *db.Tx, id db.ID) (int, error) {
	list, err := unable.All(ctx, tx, clock.DayOf(tx.Now), id)
	for _, g := range list {
		if err == nil {
			err = s.leave(ctx, tx, g.DayID, g.PersonID)
		}
	}
	return len(list), err
}

// leave takes somebody off a day.
func (s *Service) leave(ctx context.Context, tx *db.Tx, day, id db.ID) error {
	d, err := loadDay(ctx, tx, day)
	if err != nil {
		return err
	}
	return s.days.Alter(ctx, tx, act.Op{Action: "homevisit.decline"}, &d, func(tx *db.Tx, d *Day) error {
		list, err := goersOf.All(ctx, tx, d.ID)
		for i := range list {
			if err == nil && list[i].PersonID == id {
				list[i].State, list[i].ByName = Declined, auth.From(ctx).Name
				err = goerTable.Update(ctx, tx, &list[i])
			}
		}
		if err != nil {
			return err
		}
		return d.settle(ctx, tx, list)
	})
}

// Verify finds homes, days and visits that do not fit together.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, c := range []struct {
		find   *db.Rows[db.ID]
		object string
		what   string
	}{
		{stranded, "home_visit_home", "计划结束了，还等着走访"},
		{unserved, "home_visit_home", "算访到了，没有一次访到的走访"},
		{unrisen, "home_visit_home", "没有访到，不在谁的名单上"},
		{astray, "home_visit_home", "排在别的计划、过去的日子里"},
		{alone, "home_visit", "要两人同行，见面却只有一个人"},
		{nobody, "home_visit_day", "说好了，没有一个答应的人"},
	} {
		ids, err := c.find.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			report(c.object+" "+id.String(), c.what)
		}
	}
	return nil
}

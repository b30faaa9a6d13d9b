package homevisit

import (
	"context"
	"slices"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/pairing"
)

// refusalDays is how long somebody who did not want a visit is on no plan; a convention of this system.
const refusalDays = 365

// candidate is somebody of the groups of a plan.
type candidate struct {
	found
	groups []string
}

// draw fills a plan with the homes of its groups, one for each household, and keeps who is left out and why. What speaks against one of a
// household speaks against the visit; the address is that of whoever has one.
func (s *Service) draw(ctx context.Context, tx *db.Tx, p Plan) (homes, left int64, err error) {
	list, err := s.candidates(ctx, tx, p)
	if err != nil {
		return 0, 0, err
	}
	houses, err := households(ctx, tx, p, list)
	for _, house := range houses {
		if err != nil {
			return homes, left, err
		}
		lead, why := judge(house)
		var h Home
		if why == "" {
			homes++
			h = Home{ID: tx.NewID(), Version: 1, PlanID: p.ID, Region: lead.Region, No: homes, PersonID: lead.ID, State: Waiting,
				TwoVisitors: p.TwoVisitors || slices.ContainsFunc(house, func(c candidate) bool { return pairing.ByTwo(c.groups) })}
			if err = homeTable.Insert(ctx, tx, h); err != nil {
				return homes, left, err
			}
		} else {
			left += int64(len(house))
		}
		err = s.enter(ctx, tx, p, h.ID, why, house)
	}
	return homes, left, err
}

// enter writes who lives in a home, or is left out of a plan.
func (s *Service) enter(ctx context.Context, tx *db.Tx, p Plan, home db.ID, why string, house []candidate) error {
	for _, c := range house {
		m := member{ID: tx.NewID(), PlanID: p.ID, HomeID: home, PersonID: c.ID, Region: c.Region, LeftOut: why}
		if err := memberTable.Insert(ctx, tx, m); err != nil {
			return err
		}
		for _, code := range c.groups {
			if err := groupTable.Insert(ctx, tx, group{m.ID, s.blind(code)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// candidates are the people of the groups of a plan in its place; groups are opened for this and shown to nobody.
func (s *Service) candidates(ctx context.Context, tx *db.Tx, p Plan) (out []candidate, err error) {
	today := clock.DayOf(tx.Now)
	list, err := people.All(ctx, tx, drawing{At: p.Region, Since: today.AddDays(-int(p.RecentDays)), Refused: today.AddDays(-refusalDays)})
	if err != nil {
		return nil, err
	}
	if len(list) > most {
		return nil, tooMany
	}
	for _, f := range list {
		groups, err := s.persons.Groups(ctx, tx, f.ID)
		if err != nil {
			return nil, err
		}
		c := candidate{found: f}
		for _, g := range slices.Compact(slices.Sorted(slices.Values(groups))) {
			if slices.Contains(p.Groups, g) {
				c.groups = append(c.groups, g)
			}
		}
		if len(c.groups) > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

// judge says whose address a home goes by, or why nobody goes there.
func judge(house []candidate) (lead candidate, why string) {
	why = NoAddress
	for _, c := range house {
		if c.Dwellings > 0 && why == NoAddress {
			lead, why = c, ""
		}
	}
	for _, x := range []struct {
		holds func(candidate) bool
		why   string
	}{{func(c candidate) bool { return c.Planned }, Planned}, {func(c candidate) bool { return c.Recent }, Recent},
		{func(c candidate) bool { return c.Refused }, Unwanted}} {
		if slices.ContainsFunc(house, x.holds) {
			why = x.why
		}
	}
	return lead, why
}

// households puts together who lives together: declared so, or under one householder of one community and hamlet.
func households(ctx context.Context, tx *db.Tx, p Plan, list []candidate) (out [][]candidate, err error) {
	pairs, err := together.All(ctx, tx, p.Region)
	if err != nil {
		return nil, err
	}
	house := map[db.ID]db.ID{} // of each person, the first of his household
	var first func(id db.ID) db.ID
	first = func(id db.ID) db.ID {
		if up, there := house[id]; there && up != id {
			return first(up)
		}
		return id
	}
	for _, k := range pairs {
		if a, b := first(k.AID), first(k.BID); a != b {
			house[b] = a
		}
	}
	type under struct {
		region int64
		hamlet string
		name   string
	}
	heads := map[under]db.ID{}
	for _, c := range list {
		if c.Householder == "" {
			continue
		}
		at := under{int64(c.Region), c.Hamlet, c.Householder}
		if id, there := heads[at]; there && first(id) != first(c.ID) {
			house[first(c.ID)] = first(id)
		} else if !there {
			heads[at] = c.ID
		}
	}
	at := map[db.ID]int{}
	for _, c := range list {
		i, there := at[first(c.ID)]
		if !there {
			i = len(out)
			at[first(c.ID)] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], c)
	}
	return out, nil
}

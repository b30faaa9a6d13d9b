package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// WhyInput names a line of a plan.
type WhyInput struct {
	ID   db.ID `path:"id"`
	Line db.ID `path:"line"`
}

// Other is what the whole plan would come to if somebody else were asked.
type Other struct {
	VolunteerID db.ID  `json:"volunteer_id"`
	Name        string `json:"name"`
	More        int64  `json:"more" doc:"整个安排折合多绕行几分钟"`
	Travel      int64  `json:"travel" doc:"他去要多少分钟路"`
	Because     string `json:"because"`
}

// Why explains one line.
type Why struct {
	Line
	Others []Other `json:"others" doc:"换成别人会怎样，最接近的在前"`
	More   int64   `json:"more_candidates" doc:"还有几个人也能去，没有一一列出"`
}

// mostOthers is how many others a line is held against.
const mostOthers = 12

// Explain answers "why she?" and "why not he?" for a line: what the choice is made of, and by how much the whole plan, solved again as
// it was posed then, would be dearer with each of the others in that place.
func (s *Service) Explain(ctx context.Context, in WhyInput) (out Why, err error) {
	if err := auth.Allow(ctx, Plan); err != nil {
		return out, err
	}
	var p *problem
	var chosen []Line
	if err := s.db.Read(ctx, func(tx *db.Tx) error {
		line, ok, err := db.Found(oneLine(ctx, tx, auth.ScopeOf(ctx, Plan), in.ID, in.Line))
		if err == nil && !ok {
			err = errs.ErrNotFound
		}
		if err != nil {
			return err
		}
		out.Line = line
		if chosen, err = everyLine.All(ctx, tx, in.ID); err != nil {
			return err
		}
		p, err = problemOf(ctx, tx, in.ID)
		return err
	}); err != nil {
		return out, err
	}
	pairs := p.find(chosen)
	at := slices.IndexFunc(p.Orders, func(o place) bool { return o.ID == out.OrderID })
	best := p.total(pairs)
	rest := p.others(at, pairs)
	for _, c := range rest[:min(len(rest), mostOthers)] {
		q := p.with(at, out.VolunteerID, c, pairs)
		instead, _, err := q.solve(ctx)
		if err != nil {
			return out, err
		}
		h := p.People[p.Orders[at].Chosen[c].V]
		more := q.total(instead) - best
		out.Others = append(out.Others, Other{VolunteerID: h.ID, More: more, Travel: p.Orders[at].Chosen[c].Price[Travel],
			Because: p.because(at, c, out.Line, pairs, more)})
	}
	slices.SortStableFunc(out.Others, func(a, b Other) int { return cmp.Compare(a.More, b.More) })
	out.More = int64(max(0, len(rest)-mostOthers))
	return out, s.db.Read(ctx, func(tx *db.Tx) (err error) {
		for i := range out.Others {
			if out.Others[i].Name, err = nameOf.One(ctx, tx, out.Others[i].VolunteerID); err != nil {
				break
			}
		}
		return err
	})
}

// find gives the lines of a plan as pairs.
func (p *problem) find(lines []Line) (out []pair) {
	orders := map[db.ID]int{}
	for i, o := range p.Orders {
		orders[o.ID] = i
	}
	for _, l := range lines {
		i := orders[l.OrderID]
		c := slices.IndexFunc(p.Orders[i].Chosen, func(c choice) bool { return p.People[c.V].ID == l.VolunteerID })
		out = append(out, pair{i, c})
	}
	return out
}

// others are the candidates of an order that the plan does not give it, the cheapest first.
func (p *problem) others(order int, pairs []pair) (out []int) {
	for c := range p.Orders[order].Chosen {
		if !slices.Contains(pairs, pair{order, c}) {
			out = append(out, c)
		}
	}
	return out
}

// with is the problem in which an order takes another candidate in the place of one of its own; its other places stay as they are.
func (p *problem) with(order int, out db.ID, in int, pairs []pair) *problem {
	q := *p
	q.Orders = slices.Clone(p.Orders)
	kept := []choice{p.Orders[order].Chosen[in]}
	for _, x := range pairs {
		if c := p.Orders[x.order].Chosen[x.cand]; x.order == order && p.People[c.V].ID != out {
			kept = append(kept, c)
		}
	}
	q.Orders[order].Chosen = kept
	return &q
}

// because says in words why somebody else stands behind.
func (p *problem) because(order, cand int, line Line, pairs []pair, more int64) string {
	c := p.Orders[order].Chosen[cand]
	for _, x := range pairs {
		if p.Orders[x.order].Chosen[x.cand].V == c.V && (p.collide(x.order, order) || p.Most == 1) {
			return "同一时间安排他去了另一单，那里更需要他"
		}
	}
	switch way := c.Price[Travel] - line.Travel; {
	case more == 0:
		return "一样合适，可以换"
	case more >= exit:
		return "他来这里，别的单就没有人了"
	case c.Price[Busy] > 0:
		return "他说那时没有空"
	case c.Price[Foreign] > 0:
		return "不是本嘎查村（社区）的"
	case way > 0:
		return fmt.Sprintf("路上多 %d 分钟", way)
	case p.People[c.V].Month > 0:
		return fmt.Sprintf("近一个月已服务 %d 次，轮换让别人", p.People[c.V].Month)
	}
	return "没有那么熟悉"
}

// WhatIfInput asks what a plan would come to with more people.
type WhatIfInput struct {
	ID       db.ID  `path:"id"`
	Count    int64  `query:"count" minimum:"0" maximum:"50" default:"0"`
	Skill    string `query:"skill" maxLength:"40"`
	Language string `query:"language" maxLength:"40"`
}

// WhatIf is a plan beside itself with more people.
type WhatIf struct {
	Draft
	In                WhatIfInput `json:"-"`
	With              Sums        `json:"with"`
	Helps             int64       `json:"helps" doc:"这些人能做的单"`
	skills, languages []setting.Word
}

// Simulate says what a plan would have come to with some more volunteers who have a skill or speak a language, each living near the
// orders. Nothing is stored.
func (s *Service) Simulate(ctx context.Context, in WhatIfInput) (out WhatIf, err error) {
	if err := auth.Allow(ctx, Plan); err != nil {
		return out, err
	}
	out.In = in
	var p *problem
	var able []bool
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if out.Draft, err = draft(ctx, tx, in.ID); err != nil {
			return err
		}
		if out.skills, err = setting.Words(ctx, tx, setting.Skills); err != nil {
			return err
		}
		if out.languages, err = setting.Words(ctx, tx, setting.Languages); err != nil {
			return err
		}
		if p, err = problemOf(ctx, tx, in.ID); err != nil {
			return err
		}
		able, err = p.ableTo(ctx, tx, in)
		return err
	}); err != nil {
		return out, err
	}
	first := int32(len(p.People))
	for n := range in.Count {
		p.People = append(p.People, helper{ID: -1 - db.ID(n)})
	}
	for i := range p.Orders {
		if !able[i] {
			continue
		}
		out.Helps++
		for n := range in.Count {
			p.Orders[i].Chosen = append(p.Orders[i].Chosen, choice{V: first + int32(n), Price: Price{Travel: sameCommune}})
		}
	}
	pairs, _, err := p.solve(ctx)
	if err == nil {
		out.With = p.measure(pairs)
	}
	return out, err
}

// ableTo says for each order whether somebody with the skill and the language, and nothing else special, can do it.
func (p *problem) ableTo(ctx context.Context, tx *db.Tx, in WhatIfInput) ([]bool, error) {
	ids := make([]db.ID, len(p.Orders))
	for i, o := range p.Orders {
		ids[i] = o.ID
	}
	rows, err := order.Briefs(ctx, tx, auth.ScopeOf(ctx, Plan), ids, len(ids))
	if err != nil {
		return nil, err
	}
	item := map[db.ID]db.ID{}
	for _, r := range rows {
		item[r.ID] = r.CatalogueID
	}
	items := map[db.ID]catalogue.Item{}
	out := make([]bool, len(ids))
	for i, id := range ids {
		if item[id] == 0 {
			continue
		}
		it, err := itemOf(ctx, tx, items, item[id])
		if err != nil {
			return nil, err
		}
		out[i] = in.can(it)
	}
	return out, nil
}

func (in WhatIfInput) can(it catalogue.Item) bool {
	skilled := !slices.ContainsFunc(it.Skills, func(s string) bool { return s != in.Skill })
	speaks := len(it.Languages) == 0 || slices.Contains(it.Languages, in.Language)
	return skilled && speaks && it.QualificationCode == "" && it.TrainingCode == ""
}

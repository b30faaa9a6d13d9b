package homevisit

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

var tooMany = errs.Field("region", "这里的重点人群超过两千人，请分几个地方走访")

// PlanInput makes a plan.
type PlanInput struct {
	Region      auth.Region  `json:"region" doc:"走访哪里：嘎查村（社区），或者整个苏木乡镇（街道）"`
	Title       string       `json:"title" minLength:"1" maxLength:"60"`
	Groups      person.Codes `json:"groups" minItems:"1" maxItems:"20" doc:"走访哪些重点人群"`
	FromDay     clock.Day    `json:"from_day"`
	ToDay       clock.Day    `json:"to_day"`
	SurveyID    db.ID        `json:"survey_id" required:"false" doc:"走访时填的问卷，要正在问、是同一个嘎查村（社区）的"`
	TwoVisitors bool         `json:"two_visitors" required:"false" doc:"见面要两个人一起去；有未成年人的总要两个人"`
	RecentDays  int64        `json:"recent_days" required:"false" minimum:"0" maximum:"366" default:"30" doc:"这么多天以内访到过的不再去"`
}

func (in PlanInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Title) != "", "title", "请写走访的名称")
	c.That(in.ToDay >= today, "to_day", "不早于今天")
	c.That(in.FromDay <= in.ToDay, "from_day", "不晚于结束的日子")
	c.That(in.ToDay <= in.FromDay.AddDays(366), "to_day", "一个计划最长一年")
	return c.Err()
}

// Plan makes a plan with its homes: who of its groups lives in its place, one visit to a household.
func (s *Service) Plan(ctx context.Context, in PlanInput) (Sheet, error) {
	op := act.Op{Perm: Keep, Action: "homevisit.plan", Check: func() error { return in.check(clock.Today(ctx)) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Sheet, err error) {
		if in.Region.Level() < auth.LevelTown {
			return out, errs.Field("region", "请选一个苏木乡镇（街道），或者嘎查村（社区）")
		}
		if err := auth.Require(ctx, Keep, Keep, auth.Place{Region: in.Region}); err != nil {
			return out, err
		}
		there, err := region.Exists(ctx, tx, in.Region)
		if err == nil && !there {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		if err := fits(ctx, tx, in); err != nil {
			return out, err
		}
		p := Plan{ID: tx.NewID(), Version: 1, Region: in.Region, Title: strings.TrimSpace(in.Title),
			Groups: slices.Compact(slices.Sorted(slices.Values(in.Groups))), FromDay: in.FromDay, ToDay: in.ToDay, SurveyID: in.SurveyID,
			TwoVisitors: in.TwoVisitors, RecentDays: in.RecentDays, State: Open, MadeBy: auth.From(ctx).Name, MadeAt: tx.Now}
		if err := s.plans.Enter(ctx, tx, op, &p); err != nil {
			return out, err
		}
		homes, left, err := s.draw(ctx, tx, p)
		if err == nil && homes+left == 0 {
			err = errs.Field("groups", "这里的登记里没有这些重点人群")
		}
		if err != nil {
			return out, err
		}
		return s.sheet(ctx, tx, p)
	})
}

// fits refuses groups that are in no dictionary, and a survey that is not asked there.
func fits(ctx context.Context, tx *db.Tx, in PlanInput) error {
	words, err := setting.Words(ctx, tx, setting.Groups)
	for _, code := range in.Groups {
		if err == nil && !slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == code && w.Active }) {
			err = errs.Field("groups", "没有这一类重点人群")
		}
	}
	if err != nil || in.SurveyID == 0 {
		return err
	}
	asked, err := surveyAt.All(ctx, tx, in.Region)
	if err == nil && !slices.ContainsFunc(asked, func(c choice) bool { return c.ID == in.SurveyID }) {
		err = errs.Field("survey_id", "这里没有这份正在问的问卷")
	}
	return err
}

// SendInput asks people to go to homes on a day.
type SendInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	Day     clock.Day   `json:"day"`
	GoerIDs []db.ID     `json:"goer_ids" minItems:"1" maxItems:"3" doc:"请谁去：登记编号"`
	Region  auth.Region `json:"region" required:"false" doc:"去哪个嘎查村（社区）；计划只走一处的不填"`
	HomeIDs []db.ID     `json:"home_ids" required:"false" maxItems:"20" doc:"去哪几户；不选就从站点出发，由近到远排"`
	Count   int64       `json:"count" required:"false" minimum:"1" maximum:"20" default:"6" doc:"没有选户的，排几户"`
}

// Send puts homes of one place on a day, in the order of the way from the station, and asks who is to go. What they are told until they
// agree is the day, the place and how many homes.
func (s *Service) Send(ctx context.Context, in SendInput) (Sheet, error) {
	op := act.Op{Perm: Keep, Action: "homevisit.send", ID: in.ID, Version: in.Version, From: []string{Open}, Detail: map[string]any{}}
	return act.ChangeTo(ctx, s.db, &s.plans, op, func(tx *db.Tx, p *Plan) error {
		c := errs.Check{}
		c.That(in.Day >= clock.DayOf(tx.Now), "day", "不早于今天")
		c.That(in.Day >= p.FromDay && in.Day <= p.ToDay, "day", "要在走访的日子里")
		if err := c.Err(); err != nil {
			return err
		}
		stops, err := s.pick(ctx, tx, *p, in)
		if err != nil {
			return err
		}
		op.Detail["homes"], op.Detail["day"] = len(stops), int64(in.Day)
		return s.send(ctx, tx, *p, in, stops)
	}, func(tx *db.Tx, p Plan) (Sheet, error) { return s.sheet(ctx, tx, p) })
}

// pick chooses the homes of a day and puts them in order.
func (s *Service) pick(ctx context.Context, tx *db.Tx, p Plan, in SendInput) ([]stop, error) {
	at := in.Region
	if at == 0 {
		at = p.Region
	}
	all, err := homesOf.All(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	var chosen []Home
	for _, h := range all {
		free := h.State == Waiting && h.DayID == 0
		if len(in.HomeIDs) > 0 && slices.Contains(in.HomeIDs, h.ID) {
			if !free || len(chosen) > 0 && chosen[0].Region != h.Region {
				return nil, errs.Field("home_ids", "只能选同一个嘎查村（社区）里还没有安排的")
			}
			chosen = append(chosen, h)
		} else if len(in.HomeIDs) == 0 && free && h.Region == at && h.AgainDay <= in.Day {
			chosen = append(chosen, h)
		}
	}
	switch {
	case len(in.HomeIDs) > len(chosen):
		return nil, errs.Field("home_ids", "只能选这个计划里的")
	case len(chosen) == 0 && at.Level() < auth.LevelCommunity:
		return nil, errs.Field("region", "请选去哪个嘎查村（社区）")
	case len(chosen) == 0:
		return nil, errs.Field("day", "那天没有还要安排的")
	}
	stops, err := s.way(ctx, tx, chosen)
	if n := int(max(in.Count, 1)); err == nil && len(in.HomeIDs) == 0 && len(stops) > n {
		stops = stops[:n]
	}
	return stops, err
}

// way puts homes of one community in the order of the way from its station.
func (s *Service) way(ctx context.Context, tx *db.Tx, homes []Home) ([]stop, error) {
	var stops []stop
	for _, h := range homes {
		c, err := s.persons.Contact(ctx, tx, h.PersonID)
		if err != nil {
			return nil, err
		}
		stops = append(stops, stop{home: h, lat: c.Lat, lng: c.Lng, address: c.Address})
	}
	st, _, err := station.Of(ctx, tx, homes[0].Region)
	return route(st.Lat, st.Lng, stops), err
}

// send writes a day and asks who is to go.
func (s *Service) send(ctx context.Context, tx *db.Tx, p Plan, in SendInput, stops []stop) error {
	at := stops[0].home.Region
	d := Day{ID: tx.NewID(), Version: 1, PlanID: p.ID, Region: at, Day: in.Day, State: Asked, MadeBy: auth.From(ctx).Name, MadeAt: tx.Now,
		TwoVisitors: slices.ContainsFunc(stops, func(x stop) bool { return x.home.TwoVisitors })}
	who := slices.Compact(slices.Sorted(slices.Values(in.GoerIDs)))
	if err := s.may(ctx, tx, d, who, stops); err != nil {
		return err
	}
	if err := dayTable.Insert(ctx, tx, d); err != nil {
		return err
	}
	for i, x := range stops {
		h := x.home
		h.DayID, h.Place = d.ID, int64(i+1)
		if err := homeTable.Update(ctx, tx, &h); err != nil {
			return err
		}
	}
	where, err := region.Name(ctx, tx, at)
	for _, id := range who {
		if err == nil {
			err = goerTable.Insert(ctx, tx, Goer{ID: tx.NewID(), Version: 1, DayID: d.ID, PersonID: id, State: Asked,
				ByName: auth.From(ctx).Name, At: tx.Now})
		}
		if err == nil {
			err = tell(ctx, tx, id, notify.Message{Title: "站里请您去走访，请答复", Text: where + "，" + in.Day.Words(ctx), Link: mineAt})
		}
	}
	return err
}

// may refuses who cannot be asked: from elsewhere, too few, or living in one of the homes.
func (s *Service) may(ctx context.Context, tx *db.Tx, d Day, who []db.ID, stops []stop) error {
	list, err := able.All(ctx, tx, d.Region, clock.DayOf(tx.Now))
	if err != nil {
		return err
	}
	if d.TwoVisitors && len(who) < 2 {
		return errs.Field("goer_ids", "这几户里有要两个人一起去的，请选两位")
	}
	for _, id := range who {
		if !slices.ContainsFunc(list, func(c choice) bool { return c.ID == id }) {
			return errs.Field("goer_ids", "只能请这里在册的志愿者和工作人员")
		}
	}
	for _, x := range stops {
		lives, err := livesIn.All(ctx, tx, x.home.ID)
		if err != nil {
			return err
		}
		for _, l := range lives {
			if slices.Contains(who, l.PersonID) {
				return errs.Field("goer_ids", "自己家不能自己去走访")
			}
		}
	}
	return nil
}

// tell leaves a message for a person who has an account.
func tell(ctx context.Context, tx *db.Tx, id db.ID, m notify.Message) error {
	a, has, err := account.OfPerson(ctx, tx, id)
	if err != nil || !has {
		return err
	}
	m.To, m.Kind = a.ID, "homevisit"
	return notify.Send(ctx, tx, m)
}

// EndInput ends a plan.
type EndInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Close ends a plan. Whom nobody reached is on the station's list from then on, until somebody sees to it.
func (s *Service) Close(ctx context.Context, in EndInput) (Sheet, error) {
	op := act.Op{Perm: Keep, Action: "homevisit.close", ID: in.ID, Version: in.Version, From: []string{Open}, Cause: in.Reason}
	return act.ChangeTo(ctx, s.db, &s.plans, op, func(tx *db.Tx, p *Plan) error { return s.end(ctx, tx, p, Closed, in.Reason) },
		func(tx *db.Tx, p Plan) (Sheet, error) { return s.sheet(ctx, tx, p) })
}

// Cancel takes a plan back: nobody is visited because of it any more. What was found out before stays, and on the lists on which it is.
func (s *Service) Cancel(ctx context.Context, in EndInput) (Sheet, error) {
	op := act.Op{Perm: Keep, Action: "homevisit.cancel", ID: in.ID, Version: in.Version, From: []string{Open}, Cause: in.Reason}
	return act.ChangeTo(ctx, s.db, &s.plans, op, func(tx *db.Tx, p *Plan) error { return s.end(ctx, tx, p, Cancelled, in.Reason) },
		func(tx *db.Tx, p Plan) (Sheet, error) { return s.sheet(ctx, tx, p) })
}

// end ends a plan with its days and the homes that wait. The caller writes the plan.
func (s *Service) end(ctx context.Context, tx *db.Tx, p *Plan, state, why string) error {
	p.State, p.EndedBy, p.EndedDay, p.EndedWhy = state, auth.From(ctx).Name, clock.DayOf(tx.Now), strings.TrimSpace(why)
	days, err := openDays.All(ctx, tx, p.ID)
	for _, d := range days {
		if err == nil {
			err = s.over(ctx, tx, d, "走访结束了")
		}
	}
	if err != nil {
		return err
	}
	homes, err := homesOf.All(ctx, tx, p.ID)
	var left []Home
	for _, h := range homes {
		if err != nil {
			return err
		}
		if h.State != Waiting {
			continue
		}
		if state == Closed {
			left = append(left, h)
			continue
		}
		h.State, h.DayID, h.Place = Dropped, 0, 0
		err = homeTable.Update(ctx, tx, &h)
	}
	if err != nil {
		return err
	}
	return lift(ctx, tx, left)
}

// over ends a day: the homes that nobody was at go back to the list of the plan, and who was to go is told.
func (s *Service) over(ctx context.Context, tx *db.Tx, d Day, why string) error {
	op := act.Op{Action: "homevisit.over", Cause: why}
	return s.days.Alter(ctx, tx, op, &d, func(tx *db.Tx, d *Day) error {
		d.State = Over
		return free(ctx, tx, d.ID)
	})
}

// free takes the homes of a day that still wait off it.
func free(ctx context.Context, tx *db.Tx, day db.ID) error {
	homes, err := homesOn.All(ctx, tx, day)
	for _, h := range homes {
		if err != nil {
			return err
		}
		if h.State == Waiting {
			h.DayID, h.Place = 0, 0
			err = homeTable.Update(ctx, tx, &h)
		}
	}
	return err
}

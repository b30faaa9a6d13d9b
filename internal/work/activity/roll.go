package activity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
)

// early is how long before its start an activity takes the code of who arrives.
const early = 30 * time.Minute

// what is the kind under which codes of activities are made.
const what = "activity"

// ArriveInput is the code on the screen, typed by who is there.
type ArriveInput struct {
	ID   db.ID  `path:"id"`
	Code string `json:"code" minLength:"1" maxLength:"40" doc:"站点屏幕上的六位号码"`
	Out  bool   `json:"out" required:"false" doc:"要走了"`
}

// Arrive notes that somebody came, or leaves before the end, by the code on the screen.
func (s *Service) Arrive(ctx context.Context, in ArriveInput) (Seat, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Join, Action: "activity.arrive"}, func(tx *db.Tx) (Seat, error) {
		a, err := Get(ctx, tx, in.ID)
		if err != nil {
			return Seat{}, err
		}
		p, has, err := db.Found(myPlace.One(ctx, tx, a.ID, auth.From(ctx).Person))
		if err != nil {
			return Seat{}, err
		}
		switch {
		case !has:
			return Seat{}, errs.ErrNotFound
		case p.State != Held:
			return Seat{}, errs.WrongState("您还没有名额，请跟负责人说一声")
		case a.State != Open || tx.Now.Before(a.StartsAt.Add(-early)) || tx.Now.After(a.EndsAt.Add(early)):
			return Seat{}, errs.WrongState("现在不是签到的时间")
		case in.Out != (p.Came != ""):
			return Seat{}, errs.WrongState(map[bool]string{true: "还没有签到", false: "已经签到了"}[in.Out])
		case in.Out && (p.Came != ByCode || p.LeftAt != nil):
			return Seat{}, errs.WrongState("已经签退或者点过名了，要改请跟负责人说一声")
		case !s.codes.Fits(what, a.ID, tx.Now, in.Code):
			return Seat{}, errs.Field("code", "号码不对，或者已经换了；看屏幕上现在的")
		}
		if err := p.still(ctx, tx, a); err != nil && !in.Out {
			return Seat{}, err
		}
		op := act.Op{Action: "activity.arrive", Detail: map[string]any{"out": in.Out}}
		return p, s.seats.Alter(ctx, tx, op, &p, func(tx *db.Tx, p *Seat) error {
			if in.Out {
				p.LeftAt = &tx.Now
				return nil
			}
			p.Came, p.CameAt = ByCode, &tx.Now
			return nil
		})
	})
}

// Called is one line of a roll call.
type Called struct {
	PlaceID db.ID  `json:"place_id"`
	Came    string `json:"came" enum:"code,list,absent,excused," maxLength:"8" doc:"list 到了，absent 没来，excused 请假；不填是还没点到"`
	From    string `json:"from" required:"false" maxLength:"5" doc:"几点到的，09:10；不填就是开始的时候"`
	To      string `json:"to" required:"false" maxLength:"5" doc:"几点走的；不填就是结束的时候"`
	Reason  string `json:"reason" required:"false" maxLength:"100"`
}

// RollInput is the leader's list.
type RollInput struct {
	ID      db.ID    `path:"id"`
	Version int64    `json:"version" minimum:"1"`
	Rows    []Called `json:"rows" minItems:"1" maxItems:"500"`
}

// CallRoll notes who came, who did not and who had said so. It may be called again until the list is handed in.
func (s *Service) CallRoll(ctx context.Context, in RollInput) (Detail, error) {
	op := act.Op{Perm: Lead, Action: "activity.roll", ID: in.ID, Version: in.Version, From: []string{Open, HandedIn}}
	return s.change(ctx, op, func(tx *db.Tx, a *Activity) error {
		if err := a.correctable(); err != nil {
			return err
		}
		if tx.Now.Before(a.StartsAt.Add(-early)) {
			return errs.WrongState("还没有到点名的时间")
		}
		seats, err := seatsOf.All(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		byID := map[db.ID]Seat{}
		for _, p := range seats {
			byID[p.ID] = p
		}
		c := errs.Check{}
		for i, r := range in.Rows {
			p, ok := byID[r.PlaceID]
			at := fmt.Sprintf("rows.%d.", i)
			c.That(ok && p.State == Held, at+"place_id", "名单上没有这个人")
			if !ok || p.State != Held || r.Came == ByCode && p.Came == ByCode {
				continue
			}
			p.called(c, at, *a, r)
			if err := c.Err(); err != nil {
				return err
			}
			if p.Came == ByList {
				if err := p.still(ctx, tx, *a); err != nil {
					return err
				}
			}
			if err := seatTable.Update(ctx, tx, &p); err != nil {
				return err
			}
		}
		return c.Err()
	})
}

// correctable says whether the list of an activity may still be changed: until it is handed in, and again when it was returned.
func (a Activity) correctable() error {
	if a.State == HandedIn && a.SheetState != string(attendance.Returned) {
		return errs.WrongState("名单已经交了，不能再改")
	}
	return nil
}

// called takes one line over; times lie within the activity.
func (p *Seat) called(c errs.Check, at string, a Activity, r Called) {
	p.Came, p.CameAt, p.LeftAt, p.Reason = r.Came, nil, nil, strings.TrimSpace(r.Reason)
	if r.Came == ByCode {
		p.Came = ByList
	}
	if p.Came != ByList {
		return
	}
	from, to := a.StartsAt, a.EndsAt
	if r.From != "" {
		from = hour(a.Day, r.From)
	}
	if r.To != "" {
		to = hour(a.Day, r.To)
	}
	c.That(!from.Before(a.StartsAt) && from.Before(a.EndsAt), at+"from", "要在活动的时间里，写成 09:10 这样")
	c.That(to.After(from) && !to.After(a.EndsAt), at+"to", "要在活动的时间里，晚于到的时间")
	p.CameAt, p.LeftAt = &from, &to
}

// span is the time for which somebody is recorded: from when he came to when he left, within the activity.
func (p Seat) span(a Activity) (from, to time.Time) {
	from, to = a.StartsAt, a.EndsAt
	if p.CameAt != nil && p.CameAt.After(from) {
		from = p.CameAt.Truncate(time.Minute)
	}
	if p.LeftAt != nil && p.LeftAt.Before(to) {
		to = p.LeftAt.Truncate(time.Minute)
	}
	return from, to
}

// HandInInput hands the list in.
type HandInInput struct {
	ID         db.ID  `path:"id"`
	Version    int64  `json:"version" minimum:"1"`
	LateReason string `json:"late_reason" required:"false" maxLength:"200" doc:"过了十个工作日的，写明原因，由苏木乡镇（街道）复核"`
}

// HandIn ends an activity: who came goes to a second person as a list, over which he decides as over a paper sheet; then the records
// are made, each with two independent people behind it.
func (s *Service) HandIn(ctx context.Context, in HandInInput) (Detail, error) {
	op := act.Op{Perm: Lead, Action: "activity.hand_in", ID: in.ID, Version: in.Version, From: []string{Open, HandedIn}, Cause: in.LateReason}
	return s.change(ctx, op, func(tx *db.Tx, a *Activity) error {
		if err := a.correctable(); err != nil {
			return err
		}
		if tx.Now.Before(a.EndsAt) {
			return errs.WrongState("活动还没有结束")
		}
		seats, err := seatsOf.All(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		rows, err := a.rows(ctx, tx, seats)
		if err != nil {
			return err
		}
		a.State = HandedIn
		if len(rows) == 0 {
			return nil // nobody came
		}
		st, err := station.Get(ctx, tx, a.StationID)
		if err != nil {
			return err
		}
		sh, err := s.sheets.OfList(ctx, tx, st, a.SheetID, rows, strings.TrimSpace(in.LateReason))
		a.SheetID = sh.ID
		return err
	})
}

// rows are the lines of the list: who came, from when to when.
func (a Activity) rows(ctx context.Context, tx *db.Tx, seats []Seat) (out []attendance.Row, err error) {
	items, err := a.items(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, p := range seats {
		if p.State != Held || p.Came == Absent || p.Came == Excused {
			continue
		}
		if p.Came == "" {
			return nil, errs.WrongState(p.Name + "还没有点名")
		}
		from, to := p.span(a)
		minutes := int64(to.Sub(from) / time.Minute)
		if minutes < 1 {
			return nil, errs.WrongState(p.Name + "的时间不到一分钟，请改点名")
		}
		out = append(out, attendance.Row{Line: int64(len(out) + 1), VolunteerID: p.VolunteerID, PersonID: p.PersonID, Name: p.Name,
			ItemID: items[p.PostID].ID, Item: items[p.PostID].Name, ForWhom: a.Title, Day: clock.DayOf(from), StartedAt: from, EndedAt: to,
			Minutes: minutes, Signed: true})
	}
	return out, nil
}

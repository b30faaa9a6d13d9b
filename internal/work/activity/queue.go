package activity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// SignInput asks for a place on a post.
type SignInput struct {
	ID     db.ID  `path:"id"`
	PostID db.ID  `json:"post_id" required:"false" doc:"哪个岗位；只有一个的不用选"`
	No     string `json:"volunteer_no" required:"false" maxLength:"20" doc:"站里代报名时，志愿者编号"`
}

// SignUp gives somebody a place while there is one, else the next number of those who wait. It is for oneself, or the desk's for
// somebody who asked there.
func (s *Service) SignUp(ctx context.Context, in SignInput) (Seat, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Join, Action: "activity.sign_up"}, func(tx *db.Tx) (Seat, error) {
		a, err := Get(ctx, tx, in.ID)
		if err == nil && a.Published == nil {
			err = errs.ErrNotFound
		}
		if err == nil && (in.No == "" || a.State != Open || !tx.Now.Before(a.EndsAt)) {
			err = a.over(tx.Now) // who just comes along is put down by who leads
		}
		if err != nil {
			return Seat{}, err
		}
		v, err := in.who(ctx, tx, a)
		if err != nil {
			return Seat{}, err
		}
		post, err := in.post(ctx, tx, a, v)
		if err != nil {
			return Seat{}, err
		}
		if post, err = turn.One(ctx, tx, post.ID); err != nil { // from here on nobody else moves this list
			return Seat{}, err
		}
		p := Seat{ID: tx.NewID(), ActivityID: a.ID, PostID: post.ID, PersonID: v.PersonID, VolunteerID: v.ID, State: Held, WaitsNo: post.Moves,
			AskedAt: tx.Now, Version: 1}
		what := "take"
		if post.Taken >= post.Needed {
			p.State, what = Waiting, "wait"
		}
		fresh, err := seatTable.Add(ctx, tx, p)
		if err == nil && !fresh {
			err = errs.Clash("已经报过名了")
		}
		if err == nil {
			err = step(ctx, tx, &post, p.ID, what)
		}
		if err == nil {
			err = note(ctx, tx, a, "activity.sign_up", p)
		}
		if err != nil {
			return Seat{}, err
		}
		return seatByID.Get(ctx, tx, p.ID)
	})
}

func note(ctx context.Context, tx *db.Tx, a Activity, action string, p Seat) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Object: "activity_place", ID: p.ID.String(), Region: a.Region,
		Detail: map[string]any{"activity": a.ID, "to": p.State}})
}

// who is signed up: the actor himself, or the volunteer whom the desk names.
func (in SignInput) who(ctx context.Context, tx *db.Tx, a Activity) (v volunteer.Profile, err error) {
	id, has, err := db.Found(volunteerOf.One(ctx, tx, auth.From(ctx).Person))
	if in.No != "" {
		if err := auth.Require(ctx, Lead, Join, auth.Place{Region: a.Region, Station: a.StationID}); err != nil {
			return v, err
		}
		id, has, err = db.Found(volunteerByNo.One(ctx, tx, strings.TrimSpace(in.No)))
	}
	if err != nil {
		return v, err
	}
	if has {
		v, err = volunteer.Load(ctx, tx, id)
	}
	if err != nil || has && v.Status == volunteer.Active {
		return v, err
	}
	if in.No != "" {
		return v, errs.Field("volunteer_no", "没有这位在册的志愿者")
	}
	return v, errs.Deny("先登记为志愿者，审核以后就能报名")
}

var (
	volunteerOf   = db.Query[db.ID](`SELECT id FROM volunteer WHERE person_id = $1`)
	volunteerByNo = db.Query[db.ID](`SELECT id FROM volunteer WHERE no = $1`)
)

// post finds the post and says why somebody may not be on it.
func (in SignInput) post(ctx context.Context, tx *db.Tx, a Activity, v volunteer.Profile) (Post, error) {
	posts, err := postsIn(ctx, tx, a.ID)
	if err != nil {
		return Post{}, err
	}
	for _, p := range posts {
		if p.ID != in.PostID && (in.PostID != 0 || len(posts) > 1) {
			continue
		}
		if err := p.suits(ctx, tx, v, a); err != nil {
			return p, err
		}
		title, clash, err := db.Found(busy.One(ctx, tx, v.PersonID, a.StartsAt, a.EndsAt, a.ID))
		if err == nil && clash {
			err = errs.Clash("同一时间已经报了“" + title + "”")
		}
		return p, err
	}
	return Post{}, errs.Field("post_id", "请选一个岗位")
}

// unfit says why a volunteer does not suit a post on a day, in words for him; "" when he does.
func (p Post) unfit(v volunteer.Profile, day clock.Day, skills []setting.Word) string {
	age := int64(person.AgeOn(v.Birth, day))
	if age >= 0 && age < p.MinimumAge {
		return fmt.Sprintf("这个岗位要满 %d 周岁", p.MinimumAge)
	}
	for _, k := range p.Skills {
		if !contains(v.Skills, k) {
			return "这个岗位要会：" + setting.Labels(skills, []string{k})
		}
	}
	if !v.Qualified(p.Qualification, day) {
		return "这个岗位要有“" + p.word + "”资格，到那天还有效：到“培训”里看哪里能学"
	}
	return ""
}

// suits refuses a volunteer who does not suit a post of an activity, in words for him.
func (p Post) suits(ctx context.Context, tx *db.Tx, v volunteer.Profile, a Activity) error {
	skills, err := setting.Words(ctx, tx, setting.Skills)
	if err != nil {
		return err
	}
	why := p.unfit(v, a.Day, skills)
	if why == "" {
		if why, err = a.bars(ctx, tx, v); err != nil {
			return err
		}
	}
	if why != "" {
		return errs.Clash(why)
	}
	return nil
}

// still asks whether somebody on a post holds what it asks for on the day itself: it may have been taken back, or have ended.
func (p Seat) still(ctx context.Context, tx *db.Tx, a Activity) error {
	posts, err := postsIn(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(posts, func(x Post) bool { return x.ID == p.PostID })
	if i < 0 || posts[i].Qualification == "" && !a.Insured && !a.Agreement {
		return nil
	}
	v, err := volunteer.Load(ctx, tx, p.VolunteerID)
	if err != nil {
		return err
	}
	bare, err := a.bars(ctx, tx, v)
	if err == nil && bare != "" {
		err = errs.Clash(p.Name + "：" + bare)
	}
	if err == nil && !v.Qualified(posts[i].Qualification, a.Day) {
		err = errs.Clash(p.Name + "没有“" + posts[i].word + "”资格，或者到那天已经到期，不能上这个岗位")
	}
	return err
}

func contains(list []string, code string) bool {
	for _, x := range list {
		if x == code {
			return true
		}
	}
	return false
}

// step counts a move of a post's list: what it does to the places that are taken, and its line of the log. The post was locked by turn.
func step(ctx context.Context, tx *db.Tx, p *Post, place db.ID, what string) error {
	next, err := p.after(what)
	if err != nil {
		return err
	}
	p.Taken = next
	if _, err := setRoom.Run(ctx, tx, p.ID, p.Taken); err != nil {
		return err
	}
	return moveTable.Insert(ctx, tx, move{PostID: p.ID, Seq: p.Moves, PlaceID: place, What: what, Taken: p.Taken, At: tx.Now})
}

// after is how many places are taken after a move: an offer holds the place that was freed, whoever accepts it only keeps it.
func (p Post) after(what string) (int64, error) {
	n := p.Taken
	switch what {
	case "take", "offer":
		n++
	case "give_up", "expire":
		n--
	}
	if n < 0 || n > p.Needed {
		return n, fmt.Errorf("activity: %d of %d places after %s", n, p.Needed, what)
	}
	return n, nil
}

// SeatInput names a place.
type SeatInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Take accepts a place that was offered to who waited.
func (s *Service) Take(ctx context.Context, in SeatInput) (Seat, error) {
	op := act.Op{Perm: Join, Action: "activity.take", ID: in.ID, Version: in.Version, From: []string{Offered}, Wrong: "名额没有留给您，或者已经过期"}
	return s.seat(ctx, op, func(tx *db.Tx, a Activity, p *Seat) error {
		if !tx.Now.Before(*p.OfferUntil) {
			return errs.WrongState("名额没有留给您，或者已经过期")
		}
		if err := p.still(ctx, tx, a); err != nil {
			return err
		}
		post, err := turn.One(ctx, tx, p.PostID)
		if err != nil {
			return err
		}
		p.State, p.OfferUntil = Held, nil
		return step(ctx, tx, &post, p.ID, "accept")
	})
}

// GiveUp gives a place back, or one's turn; who waits longest is offered what is free.
func (s *Service) GiveUp(ctx context.Context, in SeatInput) (Seat, error) {
	op := act.Op{Perm: Join, Action: "activity.give_up", ID: in.ID, Version: in.Version, Cause: in.Reason,
		From: []string{Held, Waiting, Offered}, Wrong: "已经不在名单上"}
	return s.seat(ctx, op, func(tx *db.Tx, a Activity, p *Seat) error {
		if p.Reason = strings.TrimSpace(in.Reason); p.State == Waiting {
			return s.vacate(ctx, tx, a, p, GivenUp, "end")
		}
		return s.vacate(ctx, tx, a, p, GivenUp, "give_up")
	})
}

// seat is a change of a place before the activity begins.
func (s *Service) seat(ctx context.Context, op act.Op, fn func(tx *db.Tx, a Activity, p *Seat) error) (Seat, error) {
	return act.ChangeTo(ctx, s.db, &s.seats, op, func(tx *db.Tx, p *Seat) error {
		a, err := Get(ctx, tx, p.ActivityID)
		if err == nil {
			err = a.over(tx.Now)
		}
		if err != nil {
			return err
		}
		return fn(tx, a, p)
	}, func(tx *db.Tx, p Seat) (Seat, error) { return seatByID.Get(ctx, tx, p.ID) })
}

// vacate ends a place with its move; what is free goes to who waits longest.
func (s *Service) vacate(ctx context.Context, tx *db.Tx, a Activity, p *Seat, state, what string) error {
	post, err := turn.One(ctx, tx, p.PostID)
	if err != nil {
		return err
	}
	p.State, p.OfferUntil = state, nil
	if err := step(ctx, tx, &post, p.ID, what); err != nil {
		return err
	}
	if post.Taken == post.Needed || !tx.Now.Before(a.StartsAt) || a.State != Open {
		return nil
	}
	return s.offer(ctx, tx, a, post)
}

// offer holds what is free for who waits longest, until the offer ends.
func (s *Service) offer(ctx context.Context, tx *db.Tx, a Activity, post Post) error {
	next, some, err := db.Found(firstWait.One(ctx, tx, post.ID))
	if err != nil || !some {
		return err
	}
	if post, err = turn.One(ctx, tx, post.ID); err != nil {
		return err
	}
	hours, err := setting.Int(ctx, tx, setting.ActivityOfferHours, a.Region)
	if err != nil {
		return err
	}
	until := tx.Now.Add(time.Duration(hours) * time.Hour)
	if until.After(a.StartsAt) {
		until = a.StartsAt
	}
	next.State, next.OfferUntil = Offered, &until
	if err := seatTable.Update(ctx, tx, &next); err != nil {
		return err
	}
	if err := step(ctx, tx, &post, next.ID, "offer"); err != nil {
		return err
	}
	if err := note(ctx, tx, a, "activity.offer", next); err != nil {
		return err
	}
	return tell(ctx, tx, next.PersonID, "活动空出一个名额，给您留着", a.Title+"："+clock.Words(ctx, until)+"前答复", minePath(a.ID))
}

// Sweep ends offers whose time is over, so that the next is asked, and the waiting of those whom nothing was offered before the start.
func (s *Service) Sweep(ctx context.Context) error {
	for _, kind := range []struct {
		due         *db.Rows[Seat]
		state, what string
	}{{dueOffers, Expired, "expire"}, {begun, Ended, "end"}} {
		var due []Seat
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			due, err = kind.due.All(ctx, tx, tx.Now)
			return err
		}); err != nil {
			return err
		}
		for _, p := range due {
			op := act.Op{Perm: Join, Action: "activity." + kind.what, ID: p.ID, Version: p.Version}
			_, err := s.seats.Change(ctx, s.db, op, func(tx *db.Tx, p *Seat) error {
				a, err := Get(ctx, tx, p.ActivityID)
				if err != nil {
					return err
				}
				return s.vacate(ctx, tx, a, p, kind.state, kind.what)
			})
			if err != nil && errs.KindOf(err) != errs.Conflict { // somebody was quicker
				return err
			}
		}
	}
	return nil
}

// PlaceInput names a place.
type PlaceInput struct {
	ID db.ID `path:"id"`
}

// Place gives a place to whose it is and to whoever runs the place where it is.
func (s *Service) Place(ctx context.Context, in PlaceInput) (Seat, error) {
	return s.seats.Get(ctx, s.db, in.ID)
}

package award

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/notify"
	"linli/internal/work/project"
)

// Case is what is told of somebody who is nominated.
type Case struct {
	Story     string `json:"story" minLength:"1" maxLength:"3000" doc:"做了什么，有什么成效；不写住址、电话、病情和家庭困难"`
	Exception string `json:"exception" required:"false" maxLength:"300" doc:"有条件没有达到时，凭什么材料还提名"`
}

// NominateInput puts somebody forward.
type NominateInput struct {
	ID          db.ID  `path:"id" doc:"评选"`
	Category    int64  `json:"category" minimum:"1" maximum:"12" doc:"第几类"`
	VolunteerNo string `json:"volunteer_no" required:"false" maxLength:"40" doc:"志愿者编号"`
	VolunteerID db.ID  `json:"volunteer_id" required:"false"`
	TeamID      db.ID  `json:"team_id" required:"false"`
	ProjectID   db.ID  `json:"project_id" required:"false"`
	Case
}

// Nominate puts a volunteer, a team or a project of the actor's station forward, or its own community.
func (s *Service) Nominate(ctx context.Context, in NominateInput) (Nomination, error) {
	op := act.Op{Perm: Nominate, Action: "award.nominate"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (n Nomination, err error) {
		a, c, err := s.asked(ctx, tx, in)
		if err != nil {
			return n, err
		}
		me, seat := auth.From(ctx), auth.From(ctx).Seat()
		st, there, err := station.Of(ctx, tx, seat)
		if err == nil && !there {
			err = errs.WrongState("这里还没有站")
		}
		if err != nil {
			return n, err
		}
		n = Nomination{ID: tx.NewID(), Version: 1, AwardID: a.ID, Owner: a.Region, Category: c.N, Kind: c.Kind, Region: seat, StationID: st.ID,
			Story: strings.TrimSpace(in.Story), Exception: strings.TrimSpace(in.Exception), State: Nominated, NominatedBy: me.Account,
			Nominator: me.Name, At: tx.Now}
		if err := s.subject(ctx, tx, in, &n); err != nil {
			return n, err
		}
		if err := fresh(ctx, tx, n); err != nil {
			return n, err
		}
		if err := room(ctx, tx, a, c, seat, false); err != nil {
			return n, err
		}
		if err := fit(ctx, tx, c, n); err != nil {
			return n, err
		}
		n.arrive(seat.Parent())
		n.Steps = 1
		if err := nominationKind.Enter(ctx, tx, op, &n); err != nil {
			return n, err
		}
		if err := note(ctx, tx, n, Step{What: "nominate", Holder: seat}); err != nil {
			return n, err
		}
		return n, s.tell(ctx, tx, a, c, n)
	})
}

// hold puts a nomination into the hands of a level.
func (n *Nomination) hold(at auth.Region) { n.Holder, n.Level = at, int64(at.Level()) }

// asked gives a campaign that the actor's station may nominate for now, and the list.
func (s *Service) asked(ctx context.Context, tx *db.Tx, in NominateInput) (a Campaign, c Category, err error) {
	if a, err = campaigns.Get(ctx, tx, in.ID); err != nil {
		return a, c, err
	}
	seat, today := auth.From(ctx).Seat(), clock.DayOf(tx.Now)
	switch {
	case !a.Region.Contains(seat) && !auth.Can(ctx, View, at(a.Region)):
		return a, c, errs.ErrNotFound
	case seat.Level() != auth.LevelCommunity || !auth.Can(ctx, Nominate, at(seat)):
		return a, c, errs.ErrDenied
	case a.State != Open || today < a.FromDay || today > a.ToDay:
		return a, c, errs.WrongState("不在提名的日子里：" + a.FromDay.String() + " 至 " + a.ToDay.String())
	}
	if c, err = categories.Get(ctx, tx, a.ID, in.Category); err == errs.ErrNotFound {
		err = errs.Field("category", "没有这一类")
	}
	return a, c, err
}

// subject fills in who is put forward: of the actor's place, and agreeing to it where he is a person.
func (s *Service) subject(ctx context.Context, tx *db.Tx, in NominateInput, n *Nomination) error {
	switch n.Kind {
	case Team:
		t, err := team.Get(ctx, tx, in.TeamID)
		if err == errs.ErrNotFound || err == nil && (t.StationID != n.StationID || t.State != team.Active) {
			return errs.Field("team_id", "请选本站在册的志愿服务队")
		}
		n.TeamID, n.Subject, n.PersonID = t.ID, t.Name, t.LeaderID
		return err
	case Project:
		p, err := project.Get(ctx, tx, in.ProjectID)
		if err == errs.ErrNotFound || err == nil && (p.StationID != n.StationID || p.State != project.Active && p.State != project.Closed) {
			return errs.Field("project_id", "请选本站办着或者办完的项目")
		}
		n.ProjectID, n.Subject, n.TeamID, n.PersonID = p.ID, p.Name, p.TeamID, p.LeadID
		return err
	case Community:
		name, err := region.Name(ctx, tx, n.Region)
		n.Subject = name
		return err
	}
	return s.volunteer(ctx, tx, in, n)
}

func (s *Service) volunteer(ctx context.Context, tx *db.Tx, in NominateInput, n *Nomination) error {
	id := in.VolunteerID
	if no := strings.ToUpper(strings.TrimSpace(in.VolunteerNo)); id == 0 && no != "" {
		found, _, err := db.Found(volunteerNo.One(ctx, tx, no))
		if err != nil {
			return err
		}
		id = found
	}
	v, err := volunteer.Get(ctx, tx, id)
	if err == errs.ErrNotFound || err == nil && (v.Region != n.Region || v.Status != volunteer.Active) {
		return errs.Field("volunteer_no", "请填本地在册志愿者的编号")
	}
	if err != nil {
		return err
	}
	if ok, err := person.HasConsent(ctx, tx, v.PersonID, person.PurposePublish); err != nil || !ok {
		return orField(err, "volunteer_no", "他还没有同意公开姓名、照片和事迹：先请本人同意")
	}
	if v.PersonID == auth.From(ctx).Person {
		return errConflict("不能提名自己")
	}
	n.VolunteerID, n.PersonID, n.Subject = v.ID, v.PersonID, v.Name
	return nil
}

func orField(err error, name, words string) error {
	if err != nil {
		return err
	}
	return errs.Field(name, words)
}

var twins = db.Query[int64](`SELECT COUNT(*) FROM award_nomination n WHERE n.award_id = $1 AND n.category = $2 AND (n.volunteer_id = $3
	OR n.project_id = $4 OR n.kind = 'team' AND n.team_id = $5 OR n.kind = 'community' AND n.kind = $6 AND n.region = $7)`)

// fresh refuses who was put forward for this list before.
func fresh(ctx context.Context, tx *db.Tx, n Nomination) error {
	k, err := twins.One(ctx, tx, n.AwardID, n.Category, n.VolunteerID, n.ProjectID, n.TeamID, n.Kind, int64(n.Region))
	if err == nil && k > 0 {
		err = errs.WrongState("这一类已经提名过了")
	}
	return err
}

// room refuses what is above the quota of a division, or above the winners of a list; the campaign is held meanwhile, so that two at once
// do not both take the last place.
func room(ctx context.Context, tx *db.Tx, a Campaign, c Category, from auth.Region, choosing bool) error {
	if err := campaigns.Lock(ctx, tx, a); err != nil {
		return err
	}
	q, most := counting{Award: a.ID, Category: c.N, From: from, Chosen: choosing}, c.quota(from.Level())
	if q.Chosen {
		most = c.Winners
	}
	n, err := sent.One(ctx, tx, q)
	if err == nil && n >= most {
		err = errs.WrongState("“" + c.Name + "”名额 " + format.Int(most) + " 个，已经满了")
	}
	return err
}

// fit refuses who does not hold to the conditions, unless it is said on what grounds he is put forward all the same.
func fit(ctx context.Context, tx *db.Tx, c Category, n Nomination) error {
	f, err := figures(ctx, tx, n)
	if err != nil {
		return err
	}
	if why := unmet(conditions(c, f, clock.DayOf(tx.Now))); why != "" && n.Exception == "" {
		return errs.Field("exception", "没有达到："+why+"。有材料证明的，写明是什么材料")
	}
	return nil
}

// arrive puts a nomination into the hands of a level; the last one decides.
func (n *Nomination) arrive(at auth.Region) {
	if n.hold(at); n.Holder == n.Owner {
		n.State = Deciding
	}
}

// tell leaves word with those who hold a nomination now; what is known of one that is to be decided about is frozen.
func (s *Service) tell(ctx context.Context, tx *db.Tx, a Campaign, c Category, n Nomination) error {
	if n.State != Deciding {
		return toHolder(ctx, tx, n, "有一个推荐，请写意见")
	}
	if err := s.freeze(ctx, tx, a, c, n); err != nil {
		return err
	}
	return toHolder(ctx, tx, n, "有一个推荐，等评审")
}

func note(ctx context.Context, tx *db.Tx, n Nomination, x Step) error {
	me := auth.From(ctx)
	x.NominationID, x.N, x.ByID, x.ByName, x.At = n.ID, n.Steps, me.Account, me.Name, tx.Now
	return stepTable.Insert(ctx, tx, x)
}

// step counts a step of a nomination and writes it down.
func step(ctx context.Context, tx *db.Tx, n *Nomination, x Step) error {
	n.Steps++
	return note(ctx, tx, *n, x)
}

// toHolder leaves word with those in whose hands a nomination is; no name goes into a message.
func toHolder(ctx context.Context, tx *db.Tx, n Nomination, title string) error {
	return inspection.NotifyOfficers(ctx, tx, n.Holder, notify.Message{Title: title, Text: Kinds.Word(n.Kind),
		Link: page(govNominations, n.ID)})
}

// answer leaves word with the station.
func answer(ctx context.Context, tx *db.Tx, n Nomination, title string) error {
	return inspection.NotifyManagers(ctx, tx, n.StationID, notify.Message{Title: title, Text: Kinds.Word(n.Kind),
		Link: page(deskNominations, n.ID)})
}

// ResubmitInput is a nomination that was returned, put right.
type ResubmitInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Case
}

// Resubmit hands a returned nomination in again, at the first level.
func (s *Service) Resubmit(ctx context.Context, in ResubmitInput) (Nomination, error) {
	op := act.Op{Perm: Nominate, Action: "award.resubmit", ID: in.ID, Version: in.Version, From: []string{Returned}}
	return nominationKind.Change(ctx, s.db, op, func(tx *db.Tx, n *Nomination) error {
		_, c, err := whole(ctx, tx, *n)
		if err != nil {
			return err
		}
		n.Story, n.Exception, n.State = strings.TrimSpace(in.Story), strings.TrimSpace(in.Exception), Nominated
		if err := fit(ctx, tx, c, *n); err != nil {
			return err
		}
		n.hold(n.Region.Parent())
		if err := step(ctx, tx, n, Step{What: "resubmit", Holder: n.Region}); err != nil {
			return err
		}
		return toHolder(ctx, tx, *n, "有一个推荐补充好了，请写意见")
	})
}

// AdvanceInput sends a nomination on, or chooses it at the last level.
type AdvanceInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Opinion string `json:"opinion" minLength:"1" maxLength:"300"`
}

// turn says that the actor acts for the level that holds a nomination, or for one above it.
func turn(ctx context.Context, n Nomination) error {
	if !auth.Can(ctx, Advance, at(n.Holder)) {
		return errs.ErrDenied
	}
	return nil
}

// before are the steps whose people take no further one.
var before = []string{"nominate", "resubmit", "advance", "choose"}

// Advance is the opinion of a level, with which a nomination goes to the next, within the quota; at the level that decides it is chosen.
// Nobody takes two steps, and no judge chooses.
func (s *Service) Advance(ctx context.Context, in AdvanceInput) (Nomination, error) {
	op := act.Op{Perm: Advance, Action: "award.advance", ID: in.ID, Version: in.Version, From: []string{Nominated, Deciding},
		Cause: in.Opinion}
	return nominationKind.Change(ctx, s.db, op, func(tx *db.Tx, n *Nomination) error {
		if err := turn(ctx, *n); err != nil {
			return err
		}
		a, c, err := whole(ctx, tx, *n)
		if err != nil {
			return err
		}
		if err := s.next(ctx, tx, *n); err != nil {
			return err
		}
		if err := room(ctx, tx, a, c, n.Holder, n.State == Deciding); err != nil {
			return err
		}
		if n.State == Deciding {
			return s.choose(ctx, tx, n, in.Opinion)
		}
		if err := step(ctx, tx, n, Step{What: "advance", Text: in.Opinion, Holder: n.Holder}); err != nil {
			return err
		}
		n.arrive(n.Holder.Parent())
		return s.tell(ctx, tx, a, c, *n)
	})
}

// whole gives the campaign and the list of a nomination, while they are open.
func whole(ctx context.Context, tx *db.Tx, n Nomination) (a Campaign, c Category, err error) {
	if a, err = campaigns.Get(ctx, tx, n.AwardID); err == nil && a.State != Open {
		err = errs.WrongState("现在是“" + states.Word(a.State) + "”，不能再改")
	}
	if err == nil {
		c, err = categories.Get(ctx, tx, n.AwardID, n.Category)
	}
	return a, c, err
}

// next refuses who took a step of a nomination before, or has to keep out of it. What a level wrote before the nomination was sent back is
// no step of another: it gives its opinion once more.
func (s *Service) next(ctx context.Context, tx *db.Tx, n Nomination) error {
	all, err := stepsOf.All(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	var done []db.ID
	for _, x := range all {
		again := n.State == Nominated && x.What == "advance" && x.Holder == n.Holder
		if slices.Contains(before, x.What) && !again {
			done = append(done, x.ByID)
		}
	}
	return s.clear(ctx, tx, n, done...)
}

func (s *Service) choose(ctx context.Context, tx *db.Tx, n *Nomination, opinion string) error {
	if err := unmarked(ctx, tx, *n, "拟定由另一个人办"); err != nil {
		return err
	}
	if err := s.agrees(ctx, tx, *n); err != nil {
		return err
	}
	n.State = Chosen
	return step(ctx, tx, n, Step{What: "choose", Text: opinion, Holder: n.Holder})
}

// unmarked refuses a judge of a nomination what another person decides.
func unmarked(ctx context.Context, tx *db.Tx, n Nomination, words string) error {
	all, err := marksOf.All(ctx, tx, n.AwardID)
	me := auth.From(ctx).Account
	if err == nil && slices.ContainsFunc(all, func(m Mark) bool { return m.NominationID == n.ID && m.AccountID == me }) {
		err = errConflict("您给它打过分，" + words)
	}
	return err
}

// Return sends a nomination back to the station for what is missing.
func (s *Service) Return(ctx context.Context, in ReasonInput) (Nomination, error) {
	op := act.Op{Perm: Advance, Action: "award.return", ID: in.ID, Version: in.Version, From: []string{Nominated}, Cause: in.Reason}
	return nominationKind.Change(ctx, s.db, op, func(tx *db.Tx, n *Nomination) error {
		if err := turn(ctx, *n); err != nil {
			return err
		}
		if _, _, err := whole(ctx, tx, *n); err != nil {
			return err
		}
		if err := s.clear(ctx, tx, *n, n.NominatedBy); err != nil {
			return err
		}
		if err := step(ctx, tx, n, Step{What: "return", Text: in.Reason, Holder: n.Holder}); err != nil {
			return err
		}
		n.State = Returned
		n.hold(n.Region.Parent())
		return answer(ctx, tx, *n, "推荐退回补充")
	})
}

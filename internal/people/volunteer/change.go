package volunteer

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// change changes a line of the register, which keeps why.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, v *Volunteer) error) (Volunteer, error) {
	return s.register.Change(ctx, s.db, op, func(tx *db.Tx, v *Volunteer) error {
		v.Reason = op.Cause
		return fn(tx, v)
	})
}

// LeaveInput ends being a volunteer.
type LeaveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Leave ends it at any time, of one's own free will; records stay.
func (s *Service) Leave(ctx context.Context, in LeaveInput) (Volunteer, error) {
	op := act.Op{Perm: Manage, Action: "volunteer.leave", ID: in.ID, Version: in.Version, Cause: in.Reason,
		From: []string{Pending, Active, Refused}, Wrong: "已经退出"}
	return s.change(ctx, op, func(tx *db.Tx, v *Volunteer) error {
		v.leave(tx.Now)
		return nil
	})
}

func (v *Volunteer) leave(at time.Time) { v.Status, v.LeftDay = Left, clock.DayOf(at) }

// PauseInput sets days on which somebody does not serve.
type PauseInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	From    clock.Day `json:"from"`
	To      clock.Day `json:"to" required:"false"`
	Reason  string    `json:"reason" required:"false" maxLength:"200"`
}

// Pause takes days off; nobody has to say why.
func (s *Service) Pause(ctx context.Context, in PauseInput) (Volunteer, error) {
	op := act.Op{Perm: Manage, Action: "volunteer.pause", ID: in.ID, Version: in.Version, Cause: in.Reason,
		Check: func() error { return inTurn(in.From, in.To) }}
	return s.change(ctx, op, func(tx *db.Tx, v *Volunteer) error {
		v.what = span(in.From, in.To)
		return pauseTable.Insert(ctx, tx, stop{tx.NewID(), v.ID, Pause{in.From, in.To}, in.Reason})
	})
}

// inTurn refuses an end before the beginning.
func inTurn(from, to clock.Day) error {
	if to != 0 && to < from {
		return errs.Field("to", "不能早于开始那天")
	}
	return nil
}

// ReturnInput takes somebody up again who had left.
type ReturnInput struct {
	ID         db.ID  `path:"id"`
	Version    int64  `json:"version" minimum:"1"`
	Agreed     bool   `json:"agreed" required:"false" doc:"已看过风险说明（志愿服务条例第十二条）并同意登记"`
	Consent    string `json:"consent" required:"false" enum:"self,spoken,paper,guardian" maxLength:"8" default:"self"`
	GuardianID db.ID  `json:"guardian_id" required:"false"`
}

// Return takes somebody up again under his old number; the station approves as it did the first time.
func (s *Service) Return(ctx context.Context, in ReturnInput) (Volunteer, error) {
	op := act.Op{Perm: Manage, Action: "volunteer.return", ID: in.ID, Version: in.Version, From: []string{Left}, Wrong: "没有退出，不用重新加入"}
	return s.change(ctx, op, func(tx *db.Tx, v *Volunteer) error {
		if !in.Agreed {
			return errs.Field("agreed", "请先看过风险说明并同意")
		}
		if own := auth.From(ctx).Person == v.PersonID; own != (in.Consent == person.BySelf) {
			return errs.Field("consent", "本人在自己的账号里点选；站里代录要写明口头、纸面或监护人")
		}
		p, err := person.Get(ctx, tx, v.PersonID)
		if err != nil {
			return err
		}
		if p.State != person.Active {
			return errs.WrongState("本人的登记已经注销")
		}
		v.Status, v.LeftDay = Pending, 0
		return agree(ctx, tx, p, in.Consent, in.GuardianID, 0)
	})
}

// agree holds the rules for minors and records the consent to being registered.
func agree(ctx context.Context, tx *db.Tx, p person.Person, how string, guardian, evidence db.ID) error {
	if err := mayJoin(p, how, clock.DayOf(tx.Now)); err != nil {
		return err
	}
	if how == person.ByGuardian {
		if err := person.IsGuardian(ctx, tx, p.ID, guardian); err != nil {
			return err
		}
	}
	return person.ConsentOn(ctx, tx, p.ID, person.PurposeVolunteer, how, guardian, evidence)
}

// ofAge refuses a person of unknown age for whom nobody answers, and keeps that somebody did.
func (v *Volunteer) ofAge(ctx context.Context, tx *db.Tx, answered bool) error {
	p, err := person.Get(ctx, tx, v.PersonID)
	if err != nil || person.Age(p, clock.DayOf(tx.Now)) >= 0 {
		return err
	}
	if !answered {
		return errs.Field("adult", "没有登记出生日期：先补上，或者核实本人年满 18 周岁以后勾选")
	}
	v.what = "没有登记出生日期，核实过年满 18 周岁"
	return nil
}

// EditInput is what somebody says of himself now, the whole of it.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Facts
	Reason string `json:"reason" required:"false" maxLength:"200" doc:"站里替他改的，写明谁说的、怎么说的"`
}

// Edit corrects what a volunteer said of himself; the history says what was changed, and by whom.
func (s *Service) Edit(ctx context.Context, in EditInput) (Volunteer, error) {
	op := act.Op{Perm: Manage, Action: "volunteer.edit", ID: in.ID, Version: in.Version, Cause: in.Reason,
		From: []string{Pending, Active, Refused}, Wrong: "已经退出，重新加入以后再改"}
	return s.change(ctx, op, func(tx *db.Tx, v *Volunteer) error {
		was, err := profile.Get(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		if in.Start == "station" {
			st, _, err := station.ForCommunity(ctx, tx, v.Region)
			if err != nil {
				return err
			}
			v.Lat, v.Lng = st.Lat, st.Lng
		}
		v.what = in.corrected(was)
		return in.fill(ctx, tx, v)
	})
}

// fill puts the facts into v, who starts where he did while he says nothing else.
func (in Facts) fill(ctx context.Context, tx *db.Tx, v *Volunteer) error {
	c := errs.Check{}
	c.That(len(in.Identities) > 0, "identities", "至少选一种身份")
	c.That(in.Start != "home" || in.Lat != 0 && in.Lng != 0, "lat", "请填家的位置，或者选从站里出发")
	for field, codes := range map[string]struct {
		dictionary string
		codes      []string
	}{"identities": {setting.Identities, in.Identities}, "skills": {setting.Skills, in.Skills},
		"languages": {setting.Languages, in.Languages}} {
		words, err := setting.Words(ctx, tx, codes.dictionary)
		if err != nil {
			return err
		}
		for _, code := range codes.codes {
			c.That(slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == code }), field, "词典里没有“"+code+"”")
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	v.Identities, v.Skills, v.MaxKm, v.Available = in.Identities, in.Skills, in.MaxKm, inOrder(in.Available)
	switch in.Start {
	case "home":
		v.AtHome, v.Lat, v.Lng = true, coarse(in.Lat), coarse(in.Lng)
	case "station":
		v.AtHome = false
	}
	if len(in.Languages) > 0 {
		return person.Speaks(ctx, tx, v.PersonID, in.Languages)
	}
	return nil
}

// coarse keeps a position to about a hundred metres: enough for the way, too little for the door.
func coarse(degrees float64) float64 { return math.Round(degrees*1000) / 1000 }

// corrected names what differs from before.
func (in Facts) corrected(was Profile) string {
	var out []string
	for _, f := range []struct {
		word string
		same bool
	}{
		{"身份", slices.Equal(in.Identities, was.Identities)}, {"会什么", slices.Equal(in.Skills, was.Skills)}, {"愿意走多远", in.MaxKm == was.MaxKm},
		{"什么时候有空", slices.Equal(inOrder(in.Available), was.Available)},
		{"语言", len(in.Languages) == 0 || slices.Equal(in.Languages, was.Languages)},
		{"从哪里出发", in.Start == "" || in.Start == "station" && !was.AtHome || in.Start == "home" && was.AtHome && coarse(in.Lat) == was.Lat &&
			coarse(in.Lng) == was.Lng},
	} {
		if !f.same {
			out = append(out, f.word)
		}
	}
	return strings.Join(out, "、")
}

package offline

import (
	"cmp"
	"context"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/homevisit"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
	"linli/internal/work/survey"
)

// objectOf is the thing that an action names, as far as it can be read.
func objectOf(x Action) (id db.ID) {
	key := map[string]string{CheckIn: "order_id", CheckOut: "order_id", Move: "order_id", Visit: "pairing_id", RollCall: "activity_id",
		SurveyAnswer: "person_id", HomeVisit: "home_id"}[x.Kind]
	if text, ok := x.Body[key].(string); ok && id.UnmarshalText([]byte(text)) != nil {
		return 0
	}
	return id
}

// made is what an operation made of an action: the version of the thing, and words for who did it.
type made struct {
	version int64
	words   string
}

// do does an action by the operation of its area.
func (s *Service) do(ctx context.Context, tx *db.Tx, it Item, x Action) (made, error) {
	version, err := s.base(ctx, tx, it)
	if err != nil {
		return made{}, err
	}
	switch x.Kind {
	case CheckIn:
		return s.tap(ctx, it, x, version, "签到", s.Attendance.CheckIn)
	case CheckOut:
		return s.tap(ctx, it, x, version, "签退", s.Attendance.CheckOut)
	case Visit:
		return s.visit(ctx, it, x)
	case HomeVisit:
		return s.came(ctx, it, x)
	case RollCall:
		return s.roll(ctx, x, version)
	case Move:
		return s.move(ctx, x, version)
	}
	return s.answer(ctx, tx, it, x)
}

// base is the version on which an action builds. What the same device did before on what it saw then has moved the thing on, and that
// counts as seen.
func (s *Service) base(ctx context.Context, tx *db.Tx, it Item) (int64, error) {
	if it.BaseVersion == 0 {
		return 0, nil
	}
	version, has, err := db.Found(grown.One(ctx, tx, it.AccountID, it.Device, it.ObjectID, it.BaseVersion, it.ID))
	if err != nil || has {
		return version, err
	}
	return it.BaseVersion, nil
}

func (s *Service) tap(ctx context.Context, it Item, x Action, version int64, word string,
	do func(context.Context, attendance.CheckInput) (attendance.Checked, error)) (made, error) {
	in, err := fill[Tap](x.Body)
	if err != nil {
		return made{}, err
	}
	out, err := do(ctx, attendance.CheckInput{ID: in.OrderID, Version: version, At: it.HappenedAt, Offline: true})
	at := out.Attendance.InAt
	if out.Attendance.OutAt != nil {
		at = *out.Attendance.OutAt
	}
	return made{out.Version, word + "记下了：" + clock.Words(ctx, at) + "，时间是手机记的，再有一位看过才算时长"}, err
}

func (s *Service) visit(ctx context.Context, it Item, x Action) (made, error) {
	in, err := fill[Seen](x.Body)
	if err != nil {
		return made{}, err
	}
	out, err := s.Pairings.Visit(ctx, pairing.VisitInput{ID: in.PairingID, Result: in.Result, At: it.HappenedAt, SecondID: in.SecondID,
		AwayUntil: in.AwayUntil, Note: in.Note})
	return made{out.Version, "探访记下了：" + clock.Words(ctx, *it.HappenedAt)}, err
}

// came keeps what came of going to a home of a day of visits.
func (s *Service) came(ctx context.Context, it Item, x Action) (made, error) {
	in, err := fill[Called](x.Body)
	if err != nil {
		return made{}, err
	}
	out, err := s.Homes.Record(ctx, homevisit.RecordInput{ID: in.HomeID, Result: in.Result, At: it.HappenedAt, SecondID: in.SecondID,
		BackDay: in.BackDay})
	return made{out.Version, "走访记下了：" + clock.Words(ctx, *it.HappenedAt)}, err
}

// answer keeps an answer of a survey under the id of its action.
func (s *Service) answer(ctx context.Context, tx *db.Tx, it Item, x Action) (made, error) {
	in, err := fill[Leaf](x.Body)
	if err != nil {
		return made{}, err
	}
	_, err = s.Surveys.Record(ctx, tx, survey.AnswerInput{ID: in.SurveyID, Instance: cmp.Or(in.Instance, it.UUID), FormVersion: in.FormVersion,
		Answers: in.Answers, Consent: in.Consent, AgreedDay: in.AgreedDay, PersonID: in.PersonID, At: it.HappenedAt, Offline: true,
		Channel: survey.OnPhone})
	return made{words: "走访表收下了"}, err
}

func (s *Service) roll(ctx context.Context, x Action, version int64) (made, error) {
	in, err := fill[Roll](x.Body)
	if err == nil && version == 0 {
		err = errs.Field("base_version", "点名要带上看到的版本")
	}
	if err != nil {
		return made{}, err
	}
	out, err := s.Activities.CallRoll(ctx, activity.RollInput{ID: in.ActivityID, Version: version, Rows: in.Rows})
	return made{out.Version, "点名记下了"}, err
}

func (s *Service) move(ctx context.Context, x Action, version int64) (made, error) {
	in, err := fill[Turn](x.Body)
	if err != nil {
		return made{}, err
	}
	do := map[string]func(context.Context, order.PartInput) (order.Detail, error){"accept": s.Orders.Accept, "decline": s.Orders.Decline,
		"hand_back": s.Orders.HandBack}[in.Move]
	out, err := do(ctx, order.PartInput{Ask: order.Ask{ID: in.OrderID, Version: version, Reason: in.Reason}})
	return made{out.Version, map[string]string{"accept": "接单记下了", "decline": "已经回复不方便", "hand_back": "退单记下了"}[in.Move]}, err
}

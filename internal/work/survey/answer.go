package survey

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/xform"
)

// skew is how far the clock of a telephone may be ahead.
const skew = 5 * time.Minute

// AnswerInput is what one person said, whatever carried it. The instance is made by who asks, once: sent again it is the same answer.
type AnswerInput struct {
	ID          db.ID       `path:"id"`
	Instance    string      `json:"instance" pattern:"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" patternDescription:"小写的 UUID"`
	FormVersion int64       `json:"form_version" minimum:"1" doc:"问的是第几版"`
	Answers     xform.Given `json:"answers" required:"false" doc:"题目代号和答案"`
	Consent     string      `json:"consent" set:"person_consent.how" maxLength:"8" doc:"对方怎样同意的"`
	AgreedDay   clock.Day   `json:"consent_day" required:"false" doc:"哪天同意的；不填就是填写那天"`
	PersonID    db.ID       `json:"person_id" required:"false" doc:"问的是谁；不记名的不填"`
	At          *time.Time  `json:"at" required:"false" doc:"什么时候填的；不填就是现在"`
	Offline     bool        `json:"offline" required:"false" doc:"在没有网络的设备上填的"`
	Channel     string      `json:"channel" required:"false" set:"survey_answer.channel" maxLength:"8" default:"api"`
	Boxes       bool        `json:"boxes" required:"false" doc:"选择题写的是纸上方框的号码"`
}

// Answer keeps what one person said. The same instance with the same answers is the same answer again, by the frame or without it.
func (s *Service) Answer(ctx context.Context, in AnswerInput) (Answer, error) {
	op := act.Op{Perm: Fill, Action: "survey.answer"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Answer, error) { return s.Record(ctx, tx, in) })
}

// Record is Answer within a transaction of the caller's, for what a device kept while it had no network. It asks for the permission
// itself, and is idempotent by the instance: twice the same gives the first answer, anything else under it is a conflict.
func (s *Service) Record(ctx context.Context, tx *db.Tx, in AnswerInput) (Answer, error) {
	v, err := load(ctx, tx, in.ID)
	if err == nil {
		err = auth.Require(ctx, Fill, Fill, v.place())
	}
	if err != nil {
		return Answer{}, err
	}
	a, err := v.begin(ctx, tx, in)
	if err != nil {
		return a, err
	}
	if a.Region, err = s.about(ctx, tx, v, in.PersonID); err != nil {
		return a, err
	}
	f, err := formOf(ctx, tx, v.ID, in.FormVersion)
	if err != nil {
		return a, err
	}
	given := in.Answers
	if in.Boxes {
		if given, err = f.Boxes(given); err != nil {
			return a, err
		}
	}
	all, err := f.Check(given, a.Day)
	if err == nil {
		err = withoutPictures(f, all)
	}
	if err != nil {
		return a, err
	}
	was, there, err := db.Found(answerOf.One(ctx, tx, in.Instance))
	if err != nil {
		return a, err
	}
	if there {
		return s.again(ctx, f, was, a, all)
	}
	s.write(&a, f, all)
	return a, s.answers.Enter(ctx, tx, act.Op{Action: "survey.answer", Detail: map[string]any{"channel": a.Channel, "form": a.FormNo}}, &a)
}

// withoutPictures refuses files that were not put to this answer: each is put to it once it is kept.
func withoutPictures(f *xform.Form, all xform.Answers) error {
	c := errs.Check{}
	for name := range all {
		if i, _ := f.Index(name); f.Questions[i].Type == xform.Image {
			c.That(false, "answers."+name, "照片等答卷存好以后再传")
		}
	}
	return c.Err()
}

// begin is a new answer to a survey, if it may be answered then and with this version.
func (v Survey) begin(ctx context.Context, tx *db.Tx, in AnswerInput) (Answer, error) {
	me := auth.From(ctx)
	a := Answer{ID: tx.NewID(), Version: 1, SurveyID: v.ID, FormNo: in.FormVersion, Instance: in.Instance, StationID: v.StationID,
		PersonID: in.PersonID, AccountID: me.Account, ByName: me.Name, Channel: in.Channel, Consent: in.Consent, AgreedDay: in.AgreedDay,
		At: tx.Now, MadeAt: tx.Now, Offline: in.Offline}
	if a.Channel == "" {
		a.Channel = "api"
	}
	if in.At != nil {
		a.At = *in.At
	}
	a.Day = clock.DayOf(a.At)
	if a.AgreedDay == 0 {
		a.AgreedDay = a.Day
	}
	late := v.State == Closed && in.Offline && v.ClosedAt != nil && a.At.Before(*v.ClosedAt)
	if v.State != Open && !late {
		return a, errs.WrongState("这份问卷现在不问：" + states.Word(v.State))
	}
	c := errs.Check{}
	c.That(in.FormVersion <= v.FormNo, "form_version", "没有这一版题目")
	c.That(!a.At.After(tx.Now.Add(skew)), "at", "还没有到这个时间")
	c.That(v.OpenedAt == nil || !a.At.Before(*v.OpenedAt), "at", "那时还没有开始问")
	c.That(a.AgreedDay <= clock.DayOf(tx.Now), "consent_day", "还没有到这一天")
	return a, c.Err()
}

// about says where an answer lies: with the person of whom it is, whom the actor must be allowed to ask.
func (s *Service) about(ctx context.Context, tx *db.Tx, v Survey, id db.ID) (auth.Region, error) {
	if id == 0 {
		return v.Region, nil
	}
	p, err := person.Get(ctx, tx, id)
	if errs.KindOf(err) == errs.NotFound || err == nil && p.State != person.Active {
		return 0, errs.Field("person_id", "没有这个人，或者不归您问")
	}
	if err != nil {
		return 0, err
	}
	may := auth.Can(ctx, person.View, auth.Place{Region: p.Region, Persons: []db.ID{p.ID}})
	if me := auth.From(ctx).Person; !may && me != 0 && s.Ask.Goes != nil {
		if may, err = s.Ask.Goes(ctx, tx, me, p.ID); err != nil {
			return 0, err
		}
	}
	c := errs.Check{}
	c.That(may, "person_id", "没有这个人，或者不归您问")
	c.That(!may || v.Region.Contains(p.Region), "person_id", "这个人不住在问卷的地方")
	return p.Region, c.Err()
}

// again answers an instance that is there already: the same one, or a conflict. What can come later only, or is not in a table that was
// taken out, is not said again: pictures, and answers to sensitive questions. Who may not read those is not told whether he guessed one.
func (s *Service) again(ctx context.Context, f *xform.Form, was, now Answer, all xform.Answers) (Answer, error) {
	kept, err := s.whole(was)
	if err != nil {
		return was, err
	}
	knows := was.AccountID == now.AccountID || auth.Can(ctx, Read, was.place())
	guess := !knows && f.Secret(all)
	for name, v := range kept {
		i, _ := f.Index(name)
		q := f.Questions[i]
		if _, anew := all[name]; !anew && (q.Type == xform.Image || q.Sensitive && now.Channel == OnTable) {
			all[name] = v
		}
	}
	mine := was.AccountID == now.AccountID || auth.Can(ctx, View, was.place())
	person := now.PersonID == 0 && now.Channel == OnTable || was.PersonID == now.PersonID
	if !mine || guess || !person || was.SurveyID != now.SurveyID || was.FormNo != now.FormNo || string(kept.JSON()) != string(all.JSON()) {
		return Answer{}, errs.Clash("这个编号的答卷已经有了，内容不一样")
	}
	return was, was.unfold()
}

// answered answers a repeated request with the answer that it made.
func (s *Service) answered(ctx context.Context, _ AnswerInput, id string) (Answer, error) {
	return s.own(ctx, id)
}

// pictured answers a repeated request with the answer to which it put a picture.
func (s *Service) pictured(ctx context.Context, _ PictureInput, id string) (Answer, error) {
	return s.own(ctx, id)
}

// own is an answer for who entered it, or who may see it.
func (s *Service) own(ctx context.Context, id string) (Answer, error) {
	return act.Read(ctx, s.db, Fill, func(tx *db.Tx) (a Answer, err error) {
		var n db.ID
		if err = n.UnmarshalText([]byte(id)); err != nil {
			return a, errs.ErrNotFound
		}
		if a, err = loadAnswer(ctx, tx, n); err == nil && a.AccountID != auth.From(ctx).Account && !auth.Can(ctx, View, a.place()) {
			return Answer{}, errs.ErrNotFound
		}
		return a, err
	})
}

// PictureInput puts a picture to a question of an answer.
type PictureInput struct {
	ID       db.ID       `path:"id"`
	Version  int64       `json:"version" minimum:"1"`
	Question string      `json:"question" minLength:"1" maxLength:"40" doc:"哪一道照片题"`
	File     blob.Upload `json:"file" doc:"JPEG、PNG、WebP"`
}

// Picture puts a picture to a question of an answer that is kept, by who entered it or the desk.
func (s *Service) Picture(ctx context.Context, in PictureInput) (Answer, error) {
	op := act.Op{Perm: Fill, Action: "survey.picture", ID: in.ID, Version: in.Version, Detail: map[string]any{"question": in.Question}}
	kind := s.answers
	kind.Place = func(a Answer) auth.Place {
		p := a.place()
		if me := auth.From(ctx); a.AccountID == me.Account && me.Person != 0 {
			p.Persons = []db.ID{me.Person}
		}
		return p
	}
	kind.View = Fill
	return kind.Change(ctx, s.db, op, func(tx *db.Tx, a *Answer) error {
		f, err := formOf(ctx, tx, a.SurveyID, a.FormNo)
		if err != nil {
			return err
		}
		i, there := f.Index(in.Question)
		if !there || f.Questions[i].Type != xform.Image {
			return errs.Field("question", "这份答卷没有这道照片题")
		}
		all, err := s.whole(*a)
		if err != nil {
			return err
		}
		if all[in.Question] != "" {
			return errs.Field("question", "这道题已经有照片")
		}
		if !f.Asked(all, a.Day)[i] {
			return errs.Field("question", "按别的答案，这道题不问")
		}
		id, err := s.files.PutImage(ctx, tx, in.File, blob.Owner{Kind: "survey_answer", ID: a.ID, Region: a.Region})
		if err != nil {
			return err
		}
		all[in.Question] = id.String()
		s.write(a, f, all)
		return nil
	})
}

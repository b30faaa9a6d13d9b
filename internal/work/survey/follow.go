package survey

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/xform"
)

// Follow lets answers go with the entries of persons.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := follow.Run(ctx, tx, e.From, e.To)
		return err
	})
}

// held is one answer of a person, with the questions in words.
type held struct {
	Title   string    `json:"title"`
	Day     clock.Day `json:"day"`
	Consent string    `json:"consent" set:"person_consent.how"`
	Answers []said    `json:"answers"`
}

// said is one question and what was answered.
type said struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// Held is everything that a person answered, sealed or not.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := answersAbout.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var out []held
	for _, a := range list {
		v, err := byID.Get(ctx, tx, a.SurveyID)
		if err != nil {
			return nil, err
		}
		f, err := formOf(ctx, tx, a.SurveyID, a.FormNo)
		if err != nil {
			return nil, err
		}
		all, err := s.whole(a)
		if err != nil {
			return nil, err
		}
		out = append(out, held{v.Title, a.Day, a.Consent, inWords(f, all)})
	}
	return out, nil
}

func inWords(f *xform.Form, all xform.Answers) (out []said) {
	for _, q := range f.Questions {
		if v := all[q.Name]; v != "" {
			out = append(out, said{q.Label, f.Words(q, v)})
		}
	}
	return out
}

// Forget takes out what an erased person answered, his pictures too; that he was asked, and when, stays.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := answersAbout.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, a := range list {
		pictures, err := s.files.Of(ctx, tx, "survey_answer", a.ID)
		if err != nil {
			return err
		}
		for _, m := range pictures {
			if err := s.files.Delete(ctx, tx, m.ID); err != nil {
				return err
			}
		}
	}
	if _, err := blank.Run(ctx, tx, id); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "survey.erase", Object: "person", ID: id.String(), Region: list[0].Region, Cause: reason})
}

// Verify finds surveys without the questions that they ask, and answers that are not in the form of the version that they were given to.
func (s *Service) Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	ids, err := formless.All(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		report("survey "+id.String(), "没有正在问的那一版题目")
	}
	type version struct {
		survey db.ID
		no     int64
	}
	forms := map[version]*xform.Form{}
	if err := everyForm.Each(ctx, tx, func(row form) error {
		f, err := compiled(row.Source)
		if err == nil { // one without questions has no answers
			forms[version{row.SurveyID, row.No}] = f
		}
		return nil
	}); err != nil {
		return err
	}
	return everyAnswer.Each(ctx, tx, func(a Answer) error {
		if f := forms[version{a.SurveyID, a.FormNo}]; f == nil || !s.fits(f, a) {
			report("survey_answer "+a.ID.String(), "答案不符合它那一版的题目")
		}
		return nil
	})
}

// fits says that every answer belongs to a question of its form, sealed if that is sensitive and plain if not.
func (s *Service) fits(f *xform.Form, a Answer) bool {
	plain := xform.Answers{}
	if unmarshal(a.Plain, &plain) != nil {
		return false
	}
	all, err := s.whole(a)
	if err != nil || a.Plain != string(plain.JSON()) {
		return false
	}
	for name := range all {
		i, there := f.Index(name)
		_, open := plain[name]
		if !there || f.Questions[i].Sensitive == open {
			return false
		}
	}
	return true
}

package survey

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/xform"
)

// demoForm is made up.
var demoForm = xform.Source{Title: "演示：入冬走访", Questions: []xform.Question{
	{Type: xform.SelectOne, List: "yn", Name: "alone", Label: "平时一个人住吗", Required: true},
	{Type: xform.Integer, Name: "age", Label: "周岁", Constraint: ". >= 0 and . <= 120", ConstraintMessage: "0 到 120"},
	{Type: xform.SelectMultiple, List: "help", Name: "help", Label: "这个冬天要帮什么"},
	{Type: xform.Text, Name: "other", Label: "别的要帮的", Relevant: "selected(${help}, '4')", Required: true},
	{Type: xform.SelectOne, List: "heat", Name: "heat", Label: "怎样取暖"},
	{Type: xform.Acknowledge, Name: "alarm", Label: "一氧化碳报警器试过，会响", Relevant: "${heat} = '1'"},
	{Type: xform.Text, Name: "illness", Label: "身体有什么不舒服、常吃什么药", Sensitive: true},
	{Type: xform.Image, Name: "flue", Label: "烟道的照片", Relevant: "${heat} = '1'"},
}, Choices: []xform.Choice{{List: "yn", Name: "1", Label: "是"}, {List: "yn", Name: "2", Label: "不是"},
	{List: "help", Name: "1", Label: "买煤、买菜"}, {List: "help", Name: "2", Label: "看病取药"}, {List: "help", Name: "3", Label: "扫雪"},
	{List: "help", Name: "4", Label: "别的"},
	{List: "heat", Name: "1", Label: "烧煤"}, {List: "heat", Name: "2", Label: "集中供热"}, {List: "heat", Name: "3", Label: "电"}}}

// Demo plays a questionnaire that is being asked, with two answers, and one that is still made.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager := auth.With(ctx, v.Manager)
	d, err := s.Add(manager, AddInput{StationID: v.Station, Title: demoForm.Title, Purpose: "了解入冬以后谁家要帮什么，好安排志愿者；答案只给站里用",
		Body: Body{Questions: demoForm.Questions, Choices: demoForm.Choices}})
	if err == nil {
		d, err = s.Open(manager, StepInput{ID: d.ID, Version: d.Version})
	}
	for i, given := range []xform.Given{{"alone": {"1"}, "age": {"76"}, "help": {"1", "4"}, "other": {"换灯泡"}, "heat": {"1"},
		"alarm": {xform.Yes}, "illness": {"高血压，吃降压药（演示）"}}, {"alone": {"2"}, "help": {"3"}, "heat": {"2"}}} {
		if err != nil {
			return err
		}
		_, err = s.Answer(manager, AnswerInput{ID: d.ID, Instance: instance([16]byte{15: byte(i + 1)}, 8), FormVersion: d.FormNo, Answers: given,
			Consent: person.BySpoken, Channel: OnDesk})
	}
	if err == nil {
		_, err = s.Add(manager, AddInput{StationID: v.Station, Title: "演示：暑期孩子去哪儿", Purpose: "看看放假以后要不要办托管",
			Body: Body{Questions: demoForm.Questions[:1], Choices: demoForm.Choices[:2]}})
	}
	return err
}

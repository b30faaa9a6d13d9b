package recruit

import (
	"context"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
)

// Demo plays the campaigns of the demo: one that takes applications, with somebody accepted and somebody who waits, one that is not
// published, one that is over.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	const few = 3
	if len(v.Volunteers) < few {
		return nil // too few people for a demo of campaigns
	}
	today, manager := clock.Today(ctx), auth.With(ctx, v.Manager)
	d, err := s.Create(manager, CreateInput{Region: v.Region, Content: demoContent("演示：冬天送餐志愿者", today)})
	if err == nil {
		d, err = s.Publish(manager, MoveInput{ID: d.ID, Version: d.Version})
	}
	if err != nil {
		return err
	}
	for i, p := range v.Volunteers[len(v.Volunteers)-2:] {
		a, err := s.Apply(manager, ApplyInput{ID: d.ID, No: p.No, How: "spoken", Agreed: true, Answers: []AnswerInput{{"上午"}, {"是"}}})
		if err == nil && i == 0 {
			_, err = s.Accept(manager, DecideInput{ID: a.ID, Version: a.Version})
		}
		if err != nil {
			return err
		}
	}
	if _, err = s.Create(manager, CreateInput{Region: v.Region, Content: demoContent("演示：春天种树志愿者", today.AddDays(60))}); err != nil {
		return err
	}
	over, err := s.Create(manager, CreateInput{Region: v.Region, Content: demoContent("演示：那达慕引路志愿者", today)})
	if err == nil {
		over, err = s.Publish(manager, MoveInput{ID: over.ID, Version: over.Version})
	}
	if err == nil {
		_, err = s.Close(manager, MoveInput{ID: over.ID, Version: over.Version, Reason: "人够了"})
	}
	return err
}

// demoContent is made up.
func demoContent(title string, from clock.Day) Content {
	return Content{Title: title, Need: "冬天路滑，几位高龄老人出门买饭不方便，站里人手不够", Content: "中午把热饭送到家，坐一会儿，看看火炉和药", Place: "社区食堂取餐",
		Hours: "每周一、三、五中午", Conditions: "满十八周岁，能走路或者骑车", Needed: 6, Risk: "路滑会摔，饭盒会烫：穿防滑鞋、戴手套；站里给上意外保险", FromDay: from,
		ToDay: from.AddDays(25), Questions: []QuestionInput{{Kind: AskChoice, Label: "上午还是下午方便", Choices: "上午、下午、都行", Required: true},
			{Kind: AskYesNo, Label: "有没有自行车"}}}
}

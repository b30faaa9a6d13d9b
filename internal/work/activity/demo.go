package activity

import (
	"context"
	"strings"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
)

// Demo plans the activities of the demo: a weekly one with a waiting list, one that is a draft, one that is called off.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	if len(v.Volunteers) < 6 {
		return nil // too few people for a demo of activities
	}
	manager := auth.With(ctx, v.Manager)
	first := clock.Today(ctx).AddDays(8) // nobody of the base has appointments in the week that comes
	base := CreateInput{StationID: v.Station, Day: first, From: "09:00", To: "11:00", Checked: true, Place: "社区一楼大厅（演示）"}
	weekly := base
	weekly.Title, weekly.Category, weekly.Content = "演示：每周义剪和量血压", "health", "给来的老人理发、量血压，记在健康本上"
	weekly.Risk, weekly.Conditions = "剪刀伤手；老人久坐起身头晕，旁边要有人", "自带围裙"
	weekly.Posts = []PostInput{{Name: "义剪", Needed: 2}, {Name: "量血压", Needed: 2, MinimumAge: 18}}
	weekly.Recurrence = "FREQ=WEEKLY;BYDAY=" + strings.ToUpper(first.Time().Weekday().String()[:2]) + ";COUNT=3"
	d, err := s.Create(manager, weekly)
	if err == nil {
		d, err = s.PublishNow(manager, MoveInput{ID: d.ID, Version: d.Version, Whole: true})
	}
	if err != nil {
		return err
	}
	for i, p := range v.Volunteers[:5] {
		if _, err := s.SignUp(manager, SignInput{ID: d.ID, PostID: d.Posts[i%4/3].ID, No: p.No}); err != nil {
			return err
		}
	}
	draft := base
	draft.Title, draft.Category, draft.Content, draft.Day = "演示：清理楼道杂物", "environment", "把三号楼楼道里的杂物搬走，登记要留的", first.AddDays(3)
	draft.Posts = []PostInput{{Name: "搬运", Needed: 6, MinimumAge: 18}}
	if _, err = s.Create(manager, draft); err != nil {
		return err
	}
	off := draft
	off.Title, off.Category, off.Content, off.Risk = "演示：广场普法", "legal_aid", "发普法单子，答简单的问题", "路口车多，站在人行道上"
	if d, err = s.Create(manager, off); err == nil {
		_, err = s.Cancel(manager, MoveInput{ID: d.ID, Version: d.Version, Reason: "预报有大风"})
	}
	return err
}

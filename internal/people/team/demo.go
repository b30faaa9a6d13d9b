package team

import (
	"context"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// demoTeams are made up: a team of each professional kind but one, so that the page by kind has something to say.
var demoTeams = []struct{ name, kind, purpose string }{
	{"演示敬老志愿服务队", "elderly_disabled", "每周看望独自在家的老人，帮着买菜、打扫、量血压"},
	{"演示平安志愿服务队", "safety", "冬季用火用电入户提醒，节假日在路口疏导"},
	{"演示医疗志愿服务队", "medical", "每月一次义诊，教急救"},
	{"演示扶贫济困志愿服务队", "poverty_relief", "帮困难家庭申请救助，捐赠物品分送到户"},
}

// Demo founds the teams of the demo: led by volunteers of the place, one that waits for approval, somebody who waits for an answer, one
// team that was dissolved.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager, head := auth.With(ctx, v.Manager), auth.With(ctx, v.Head)
	const each = 6
	var made []Detail
	for i, t := range demoTeams {
		in := FoundInput{Name: t.name, Kind: t.kind, Purpose: t.purpose, Region: v.Region, Paper: true}
		for _, p := range v.Volunteers[min(i*2, len(v.Volunteers)):min(i*2+each, len(v.Volunteers))] {
			if in.LeaderID == 0 {
				in.LeaderID = p.Person
			} else {
				in.Members = append(in.Members, p.Person)
			}
		}
		if in.LeaderID == 0 || len(in.Members) < each-1 {
			return nil // too few people for a demo of teams
		}
		d, err := s.Found(manager, in)
		if err == nil {
			d, err = s.Approve(head, ApproveInput{ID: d.ID, Version: d.Version})
		}
		if err != nil {
			return err
		}
		made = append(made, d)
	}
	last := made[len(made)-1]
	if _, err := s.Dissolve(head, DissolveInput{ID: last.ID, Version: last.Version, SuccessorID: made[0].ID,
		Reason: "队员大多在敬老队里，并过去"}); err != nil {
		return err
	}
	return s.demoWaiting(ctx, v, made[1])
}

// demoWaiting leaves an application, an invitation and somebody who wants to join.
func (s *Service) demoWaiting(ctx context.Context, v area.Village, d Detail) error {
	in := FoundInput{Name: "演示科技志愿服务队", Kind: "technology", Purpose: "教老人用手机，帮牧户修电视和网络", Region: v.Region}
	outside := 0
	for _, p := range v.Volunteers {
		joined := false
		for _, m := range d.People {
			joined = joined || m.PersonID == p.Person
		}
		if joined {
			continue
		}
		var err error
		switch outside++; {
		case outside == 1:
			d, err = s.Invite(auth.With(ctx, v.Manager), InviteInput{ID: d.ID, Version: d.Version, No: p.No})
		case p.Actor.Account != 0 && in.LeaderID == 0:
			in.LeaderID = p.Person
			in.Members = []db.ID{v.Volunteers[0].Person, v.Volunteers[1].Person}
			if _, err = s.Join(auth.With(ctx, p.Actor), JoinInput{ID: d.ID}); err == nil {
				_, err = s.Found(auth.With(ctx, p.Actor), in)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

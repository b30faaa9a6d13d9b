package main

import (
	"testing"

	"linli/internal/platform/auth"
)

// Those who come to one thing: a leader sees her team, a social worker his cases, a judge scores, an auditor reads the trail, a stranger
// complains; and the pages that the guide shows of what a station, an officer and an administrator keep.
func TestTourPeople(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	leader := s.screen("team leader", phoneWidth, phoneHeight)
	leader.signIn(s.who(auth.Volunteer, true)) // who leads one of the demo's teams
	leader.open("/my/teams")
	leader.look("my-teams")
	leader.press("演示")
	leader.look("my-team")

	judge := s.screen("judge", deskWidth, deskHeight)
	judge.signIn(s.who(auth.Inspector, true))
	judge.open("/gov/awards")
	judge.press("演示：全旗志愿服务先进推荐")
	judge.press("建兴社区")
	judge.says("您打了分，才看得到别人的")
	judge.look("gov-nomination-score")

	stranger := s.screen("complainant", phoneWidth, phoneHeight)
	stranger.open("/")
	stranger.press("投诉建议")
	stranger.look("complaints")
	stranger.press("说不清是哪里")
	stranger.fill("kind", "manner", "text", "上周三打电话约好的，没有人来，也没有人说一声")
	stranger.press("交上去")
	stranger.says("请抄下来或者拍下来")
	stranger.look("complaint-receipt")

	for _, sight := range []struct {
		role  auth.Role
		pages [][2]string
	}{
		{auth.SocialWorker, [][2]string{{"/desk/cases", "desk-cases"}}},
		{auth.Auditor, [][2]string{{"/admin/audit", "admin-audit"}}},
		{auth.StationManager, [][2]string{{"/desk/home-visits", "desk-home-visits"}, {"/desk/training", "desk-training"},
			{"/desk/insurance", "desk-insurance"}, {"/desk/agreements", "desk-agreements"}}},
		{auth.BannerOfficer, [][2]string{{"/gov/funds", "gov-funds"}, {"/gov/inbound", "gov-inbound"}}},
		{auth.SystemAdmin, [][2]string{{"/admin/sms", "admin-sms"}, {"/admin/identity", "admin-identity"}, {"/admin/backups", "admin-backups"}}},
	} {
		person := s.screen(string(sight.role), deskWidth, deskHeight)
		person.signIn(s.who(sight.role, true))
		for _, page := range sight.pages {
			person.open(page[0])
			person.look(page[1])
		}
	}
}

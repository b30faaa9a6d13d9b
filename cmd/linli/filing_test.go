package main

import (
	"net/http"
	"strings"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/errs/errstest"
)

// Who administers the region sets the two numbers of the site, and they stand in the foot of every page, for visitor, resident, volunteer
// and desk, each with the way to where it is looked up; before there is nothing, and nothing for a number that is none or is a banner's.
func TestFiling(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	pages := map[string]string{"/": "", "/articles": "", "/sign-in": "", "/my": s.as(s.who(auth.Resident, true)),
		"/my/hours": s.as(s.who(auth.Volunteer, true)), "/desk": s.as(s.who(auth.StationManager, true))}
	numbers := map[string]string{"蒙ICP备20260001号-1": "https://beian.miit.gov.cn/", "蒙公网安备15010202150001号": "https://beian.mps.gov.cn/"}
	all := func(want bool) bool {
		for path, token := range pages {
			r := ask(s.base, token, "GET", path, "", "")
			for number, at := range numbers {
				link := `href="` + at + `" rel="noopener noreferrer">` + number + `</a>`
				if r.status != http.StatusOK || strings.Contains(string(r.body), link) != want {
					return false
				}
			}
			if !want && strings.Contains(string(r.body), "beian.") {
				return false
			}
		}
		return true
	}
	if !all(false) {
		t.Error("numbers stand there before they are set")
	}
	banner := s.who(auth.BannerOfficer, true)
	a := inProcess(clock.At(t.Context(), s.now), t, config.Store{DB: s.db, Data: s.dir})
	set := func(key setting.Key, value string, at auth.Region) error {
		as := auth.With(clock.At(t.Context(), s.now), auth.Actor{Name: "管理员", Grants: []auth.Grant{{Role: auth.SystemAdmin, Region: at}}})
		_, err := a.Setting.Set(as, setting.SetInput{Key: key, Region: at, Value: value, Reason: "登记过了"})
		return err
	}
	for wrong, key := range map[string]setting.Key{"ICP备1号": setting.FilingICP, "蒙ICP备1234567号": setting.FilingICP,
		"蒙公网安备1501020215000号": setting.FilingPolice, "蒙ICP备20260001号 ": setting.FilingICP} {
		errstest.Is(t, set(key, wrong, region.Top), "invalid value")
	}
	for _, err := range []error{set(setting.FilingICP, "蒙ICP备20269999号", banner.Region),
		set(setting.FilingICP, "蒙ICP备20260001号-1", region.Top), set(setting.FilingPolice, "蒙公网安备15010202150001号", region.Top)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, func() bool { return all(true) })
}

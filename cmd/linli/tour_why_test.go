package main

import (
	"testing"
	"time"

	"linli/internal/platform/auth"
)

// An officer of the region sees why a banner lags, in four clicks from the region's page down to the photo that is missing at one
// station, and reminds its manager; she finds the message on her phone, sends the photo, and the figure is another one.
func TestTourWhy(t *testing.T) {
	t.Parallel()
	s := newStage(t, small.SQLiteURL(t))
	s.play()
	station := s.Base.Station.String()
	s.do(s.who(auth.TownOfficer, true), "/api/v1/stations/"+station+"/standard/check", map[string]any{
		"findings": []map[string]any{{"item": "rules", "ok": "no", "remark": "照片上看不清是哪几项制度"}}})

	officer := s.screen("officer", deskWidth, deskHeight)
	officer.signIn(s.who(auth.RegionOfficer, true))
	officer.open("/gov")
	officer.look("gov")
	officer.press("覆盖进度")
	officer.look("gov-coverage")
	officer.press("锡林郭勒盟")
	covered := js[string](officer, figureOf)
	officer.press("太仆寺旗")
	officer.press("缺“管理制度”")
	officer.look("gov-coverage-missing")
	officer.press("缺“管理制度”") // of the first station in the list
	officer.says("照片上看不清是哪几项制度")
	js[any](officer, `document.querySelector('form[action$="/urge"]').parentElement.open = true`)
	officer.fill("note", "请重新拍一张，字要看得清")
	officer.look("gov-standard-urge")
	officer.press("发出提醒")
	officer.says("提醒补上：")

	manager := s.screen("manager", phoneWidth, phoneHeight)
	manager.signIn(s.who(auth.StationManager, true))
	manager.open("/messages")
	manager.says("站点标准：主管部门提醒，还差 1 项")
	manager.press("去看")
	manager.says("照片上看不清是哪几项制度")
	js[any](manager, `document.querySelector('#rules details').open = true; document.querySelector('#rules [name=text]').value = '墙上新拍的'`)
	js[any](manager, photo)
	manager.press("交上去")
	manager.says("墙上新拍的")

	officer.open("/gov/coverage?region=" + s.Base.League.String())
	for end := time.Now().Add(patience); js[string](officer, figureOf) == covered; officer.open("/gov/coverage?region=" +
		s.Base.League.String()) {
		if time.Now().After(end) {
			t.Fatalf("the figure is still %s", covered)
		}
	}
}

// figureOf reads how many communities of the banner have a station that meets the standard; photo puts a picture into the form of the
// rules.
const (
	figureOf = `[...document.querySelectorAll('tbody tr')].find(r => r.innerText.startsWith('太仆寺旗')).children[4].innerText`
	photo    = `(async () => {
		const canvas = document.createElement('canvas')
		const blob = await new Promise(done => canvas.toBlob(done, 'image/png'))
		const list = new DataTransfer(), input = document.querySelector('#rules input[type=file]')
		list.items.add(new File([blob], 'rules.png', { type: 'image/png' }))
		input.files = list.files
		input.dispatchEvent(new Event('change', { bubbles: true }))
	})()`
)

package linkedtest_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/linked"
	"linli/internal/platform/linked/linkedtest"
)

// The check finds what is no term, what is missing and what has the wrong value; a document in order has nothing of it.
func TestCheck(t *testing.T) {
	at := time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)
	e := linked.Activity("https://linli.example/activities/1")
	e.Name, e.Start, e.End = "义诊", linked.Moment(at), linked.Moment(at)
	e.Location, e.Organizer, e.Session = linked.At("嘎查部", ""), linked.By("服务站"), linked.Meets(at, at, "嘎查部")
	e.Roles = []linked.Role{linked.Work("量血压")}
	good, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if found := linkedtest.Check(good); len(found) != 0 {
		t.Errorf("%v", found)
	}
	for was, now := range map[string]string{
		`"startDate"`: `"startsAt"`, `"Event"`: `"Party"`, `+08:00"`: `"`, `"name":"义诊"`: `"name":" "`, `"url":"https:`: `"url":"javascript:`,
		`"@type":"Place"`: `"@type":"Organization"`, `"https://schema.org"`: `"https://example.org"`, `EventScheduled`: `EventMoved`,
		`"maximumAttendeeCapacity":0`: `"maximumAttendeeCapacity":-1`, `"isAccessibleForFree":true`: `"isAccessibleForFree":"yes"`} {
		bad := strings.Replace(string(good), was, now, 1)
		if found := linkedtest.Check([]byte(bad)); len(found) == 0 || bad == string(good) {
			t.Errorf("%s instead of %s passes", now, was)
		}
	}
}

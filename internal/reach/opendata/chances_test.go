package opendata_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/internal/people/recruit"
	"linli/internal/platform/linked/linkedtest"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

func (w *world) campaign(title string, public bool) recruit.Detail {
	w.Helper()
	d := must[recruit.Detail](w)(w.recruits.Create(w.Manager, recruit.CreateInput{Region: attendancetest.Gacha,
		Content: recruit.Content{Title: title,
			Need: "老人吃饭不方便", Needed: 2, Risk: "路滑", FromDay: 20261124, ToDay: 20261130}}))
	if !public {
		return d
	}
	return must[recruit.Detail](w)(w.recruits.Publish(w.Manager, recruit.MoveInput{ID: d.ID, Version: d.Version}))
}

// fed is what the pages of the feed say, one after another; each element in the terms of the list.
func (w *world) fed() (names []string, pages int) {
	w.Helper()
	for path := "/open/opportunities.jsonld"; path != ""; pages++ {
		rec := w.get("GET", path, "")
		tag := rec.Header().Get("ETag")
		if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/ld+json" || w.get("GET", path, tag).Code != 304 {
			w.Fatalf("%s: %d, %s", path, rec.Code, rec.Header())
		}
		var doc struct {
			Context  []any             `json:"@context"`
			Type     string            `json:"@type"`
			Elements []json.RawMessage `json:"dataFeedElement"`
			Next     string            `json:"hydra:next"`
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil || doc.Type != "DataFeed" || len(doc.Context) != 2 || doc.Elements == nil {
			w.Fatalf("%v: %.300s", err, rec.Body)
		}
		for _, raw := range doc.Elements {
			if found := linkedtest.Check(raw); len(found) != 0 {
				w.Errorf("%s: %v", path, found)
			}
			var e struct {
				Types       []string `json:"@type"`
				Name, Title string
			}
			if err := json.Unmarshal(raw, &e); err != nil {
				w.Fatal(err)
			}
			names = append(names, e.Types[0]+" "+e.Name+e.Title)
		}
		path = strings.TrimPrefix(doc.Next, base)
	}
	return names, pages
}

// What one may sign up for stands there page by page, each once: activities, then campaigns; nothing else.
func TestChances(t *testing.T) {
	each(t, func(w *world) {
		if names, pages := w.fed(); len(names) != 0 || pages != 1 {
			w.Errorf("with nothing: %v in %d", names, pages)
		}
		w.campaign("送餐志愿者", true)
		w.campaign("没有发布的", false)
		if names, _ := w.fed(); !slices.Equal(names, []string{"JobPosting 送餐志愿者"}) {
			w.Error(names)
		}
		w.activity("没有发布的", false)
		gone := w.activity("取消的", true)
		must[activity.Detail](w)(w.activities.Cancel(w.Manager, activity.MoveInput{ID: gone.ID, Version: gone.Version, Reason: "下雪"}))
		var want []string
		for n := range 101 {
			want = append(want, fmt.Sprint("Event 义诊", n))
			w.activity(fmt.Sprint("义诊", n), true)
		}
		names, pages := w.fed()
		if want = append(want, "JobPosting 送餐志愿者"); pages != 2 || !slices.Equal(names, want) {
			w.Errorf("%d pages: %v", pages, names)
		}
		for _, cursor := range []string{"x", "calls.x"} {
			if rec := w.get("GET", "/open/opportunities.jsonld?cursor="+cursor, ""); rec.Code != 422 && rec.Code != 400 {
				w.Errorf("%s: %d", cursor, rec.Code)
			}
		}
	})
}

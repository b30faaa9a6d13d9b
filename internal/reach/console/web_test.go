package console_test

import (
	"context"
	"strings"
	"testing"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/reach/console"
	"linli/internal/work/attendance/attendancetest"
)

// Each reads his own messages alone; a dead job is tried again by the administrator; the trail is found and exported by the auditor.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		inbox, err := notify.New(w.DB, w.Keys, notify.Outside{})
		if err != nil {
			t.Fatal(err)
		}
		service := console.New(w.DB, inbox)
		s := w.Web(service.Routes)
		w.Write(func(tx *db.Tx) error {
			if err := job.Enqueue(w.System, tx, "letter", 1); err != nil {
				return err
			}
			return notify.Send(w.System, tx, notify.Message{To: auth.From(w.Head).Account, Kind: "order", Title: "有新单", Text: "请看一看", Link: "/desk"})
		})
		if code, page := s.Do("head", "GET", "/messages?unread=true", ""); code != 200 || !strings.Contains(page, "有新单") {
			t.Fatalf("his messages: %d", code)
		} else {
			_, rest, _ := strings.Cut(page, `action="/messages/`)
			_, rest, _ = strings.Cut(rest, `action="/messages/`)
			id, _, _ := strings.Cut(rest, "/")
			if code, _ := s.Do("manager", "POST", "/messages/"+id+"/read", ""); code != 404 {
				t.Errorf("another reads it: %d", code)
			}
			if code, to := s.Do("head", "POST", "/messages/"+id+"/read", ""); code != 303 || to != "/desk" {
				t.Errorf("reading leads to %d %s", code, to)
			}
		}
		if _, page := s.Do("head", "GET", "/messages?unread=true", ""); strings.Contains(page, "有新单") {
			t.Error("what was read is still new")
		}
		if code, _ := s.Do("head", "GET", "/admin/jobs", ""); code != 403 {
			t.Errorf("the head sees the queue: %d", code)
		}
		admin := auth.With(context.Background(), auth.Actor{Account: 1,
			Grants: []auth.Grant{{Role: auth.SystemAdmin, Region: attendancetest.Gacha.At(1)},
				{Role: auth.AuditAdmin, Region: attendancetest.Gacha.At(1)}}})
		jobs, err := service.Jobs(admin, job.Filter{})
		if err != nil || len(jobs.Items) == 0 || jobs.Items[0].Kind != "letter" {
			t.Fatalf("the queue: %+v %v", jobs.Items, err)
		}
		if _, err := service.Retry(admin, console.RetryInput{ID: jobs.Items[0].ID}); err == nil {
			t.Error("a job that waits is tried again")
		}
		trail, err := service.Trail(admin, audit.ListInput{Filter: audit.Filter{Action: "station.create"}})
		if err != nil || len(trail.Items) != 1 || trail.Items[0].ObjectID != w.Station.ID.String() {
			t.Errorf("the trail: %+v %v", trail.Items, err)
		}
		if lines, err := service.Export(admin, audit.Filter{Action: "station.create"}); err != nil ||
			strings.Count(string(lines.Body), "\n") != 2 {
			t.Errorf("the export: %s %v", lines.Body, err)
		}
	})
}

package console_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/reach/console"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// Each reads his own messages alone; a dead job is tried again by the administrator; the trail is found and exported by the auditor.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		inbox, err := notify.New(w.DB, w.Keys, notify.Outside{})
		if err != nil {
			t.Fatal(err)
		}
		service := console.New(w.DB, w.Keys, inbox)
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
	})
}

// The trail is found by what people call things, names nobody who was served or served, and leaves as a table and as lines.
func TestTrail(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		service := console.New(w.DB, w.Keys, nil)
		door := w.Web(service.Routes)
		door.Router.Name("order 订单\norder.create 登记求助单\norder.dispatch 派单\nstation 站点\nstation.create 设立站点")
		o := w.Served(30)
		admin := auth.With(context.Background(), auth.Actor{Account: 1,
			Grants: []auth.Grant{{Role: auth.AuditAdmin, Region: attendancetest.Gacha.At(1)}}})
		manager := auth.From(w.Manager).Name
		for _, c := range []struct {
			what string
			in   audit.Filter
			word string
			want string // actions, the newest first
		}{
			{"an action", audit.Filter{Action: "station.create"}, "", "station.create"},
			{"words", audit.Filter{}, "派单", "order.dispatch"},
			{"words of none", audit.Filter{}, "飞行", ""},
			{"a kind", audit.Filter{Kind: "order", ObjectID: o.ID.String()}, "",
				"order.check-out order.check-in order.accept order.dispatch order.review order.create"},
			{"another kind", audit.Filter{Kind: "orde"}, "", ""},
			{"staff by name", audit.Filter{Kind: "order", Who: manager}, "", "order.dispatch order.review"},
			{"a volunteer by name", audit.Filter{Who: auth.From(w.Vols[0].Ctx).Name}, "", ""},
			{"a place", audit.Filter{Action: "order.create", Region: attendancetest.Gacha}, "", "order.create"},
			{"another place", audit.Filter{Action: "order.create", Region: 150100000000}, "", ""},
			{"a day", audit.Filter{Action: "order.create", From: clock.DayOf(o.WindowStart), To: clock.DayOf(o.WindowStart)}, "", "order.create"},
			{"the day after", audit.Filter{Action: "order.create", From: clock.DayOf(o.WindowStart).AddDays(1)}, "", ""},
		} {
			got, err := service.Trail(admin, console.TrailInput{ListInput: audit.ListInput{Filter: c.in}, What: c.word})
			if err != nil {
				t.Fatal(c.what, err)
			}
			var actions []string
			for _, l := range got.Items {
				actions = append(actions, l.Action)
				for _, v := range w.Vols {
					if l.Actor == auth.From(v.Ctx).Name || l.Actor == auth.From(w.Resident).Name {
						t.Errorf("%s: %s is named", c.what, l.Actor)
					}
				}
			}
			if strings.Join(actions, " ") != c.want {
				t.Errorf("%s: %v, not %s", c.what, actions, c.want)
			}
		}
		got, err := service.Trail(admin, console.TrailInput{ListInput: audit.ListInput{Filter: audit.Filter{Action: "order.create"}}})
		if err != nil || len(got.Items) != 1 || got.Items[0].What != "登记求助单" || got.Items[0].Thing != "订单" ||
			!strings.HasPrefix(got.Items[0].Actor, "居民或志愿者 ") || got.Items[0].Place == "" {
			t.Errorf("a line: %+v %v", got.Items, err)
		}
		for _, role := range []string{"", "resident", "volunteer resident", "volunteer volunteer"} {
			if !(audit.Row{AccountID: 1, Role: role}).Served() {
				t.Errorf("who is %q is named", role)
			}
		}
		if (audit.Row{AccountID: 1, Role: "volunteer station_manager"}).Served() {
			t.Error("a manager who volunteers is not named")
		}
		lines, err := service.Lines(admin, console.TrailFile{What: "派单"})
		if err != nil || strings.Count(string(lines.Body), "\n") != 1 {
			t.Errorf("lines: %s %v", lines.Body, err)
		}
		table, err := service.Sheet(admin, console.TrailFile{What: "派单"})
		if err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(table.Body))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(book.GetSheetName(0))
		if last := rows[len(rows)-1]; err != nil || last[1] != manager || last[2] != "派单" || last[3] != "订单" {
			t.Errorf("the table: %v %v", rows, err)
		}
		clock.Set(o.WindowEnd)
		behalf := w.Accepted(1, 60)
		clock.Set(behalf.WindowStart)
		if _, err := w.Att.CheckIn(w.Manager, attendance.CheckInput{ID: behalf.ID, VolunteerID: w.Vols[0].ID,
			Voice: order.Voice{Channel: "phone_call", SpokenBy: "娜仁高娃"}}); err != nil {
			t.Fatal(err)
		}
		all, err := service.Lines(admin, console.TrailFile{})
		if err != nil || !strings.Contains(string(all.Body), "attendance.check_in") || strings.Contains(string(all.Body), "娜仁高娃") {
			t.Errorf("who spoke is named, or nobody checked in: %v", err)
		}
		_, err = service.Lines(w.Manager, console.TrailFile{})
		w.Refused(err, "denied", "a manager reads the trail")
	})
}

package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/platform/sms"
	"linli/internal/reach/console"
	"linli/internal/work/attendance/attendancetest"
)

// holder acts as one who holds a role over the whole region.
func holder(role auth.Role) context.Context {
	return auth.With(context.Background(), auth.Actor{Account: 1, Grants: []auth.Grant{{Role: role, Region: attendancetest.Gacha.At(1)}}})
}

// deliver does the work of the outbox until nothing waits.
func deliver(t *testing.T, d *db.DB, s *notify.Service) {
	t.Helper()
	r := job.New(d)
	s.Work(r)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		var left int64
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			left, err = db.SelectOne[int64](t.Context(), tx, tx.Build("SELECT COUNT(*) FROM notify_outbox WHERE state = 'waiting'"))
			return err
		}); err != nil || time.Now().After(end) {
			t.Fatal("never delivered", err)
		}
		if left == 0 {
			return
		}
	}
}

// The administrator and the auditor read what became of each message, and never what it says or to which number; a refused one goes once
// more by the administrator alone.
func TestSent(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		refuse := true
		gateway := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if refuse {
				out.WriteHeader(http.StatusForbidden)
			}
		}))
		defer gateway.Close()
		mail, err := notify.New(w.DB, w.Keys, notify.Outside{Gateways: config.Gateways{SMSURL: gateway.URL},
			Contact: func(context.Context, *db.Tx, db.ID) (string, string, error) { return "12900000042", "", nil }})
		if err != nil {
			t.Fatal(err)
		}
		s := console.New(w.DB, w.Keys, mail)
		web := w.Web(s.Routes)
		web.Router.Name("order 订单")
		w.Write(func(tx *db.Tx) error {
			if err := mail.Text(w.System, tx, "12900000077", sms.Text{Kind: sms.Code, Words: "验证码 424242"}); err != nil {
				return err
			}
			return notify.Send(w.System, tx, notify.Message{To: 7, Kind: "order", Title: "题目要紧", Text: "内容要紧", SMS: true})
		})
		deliver(t, w.DB, mail)
		for _, role := range []auth.Role{auth.SystemAdmin, auth.Auditor} {
			page, err := s.Sent(holder(role), notify.SentInput{})
			if err != nil || len(page.Items) != 2 || page.Items[0].State != notify.FaultRefused || !page.Items[0].Again || page.Items[1].Again ||
				page.Items[1].Recipient != "129****0077" || len(page.Ways) != 1 || !page.Ways[0].Ill() {
				t.Fatalf("%s: %+v %v", role, page, err)
			}
			for _, secret := range []string{"424242", "要紧", "12900000077", "12900000042"} {
				if strings.Contains(fmt.Sprintf("%+v", page), secret) {
					t.Errorf("%s is told", secret)
				}
			}
		}
		if code, _ := web.Do("head", "GET", "/admin/sent", ""); code != 403 {
			t.Errorf("the head sees it: %d", code)
		}
		narrow, err := s.Sent(holder(auth.SystemAdmin), notify.SentInput{State: notify.FaultRefused, Way: "http", Kind: "order"})
		if err != nil || len(narrow.Items) != 1 {
			t.Fatalf("%+v %v", narrow, err)
		}
		id := console.AgainInput{ID: narrow.Items[0].ID}
		if _, err := s.SendAgain(holder(auth.Auditor), id); errs.KindOf(err) != errs.Denied {
			t.Errorf("the auditor sends it again: %v", err)
		}
		if _, err := s.SendAgain(holder(auth.SystemAdmin), console.AgainInput{ID: 5}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("none: %v", err)
		}
		refuse = false
		if _, err := s.SendAgain(holder(auth.SystemAdmin), id); err != nil {
			t.Fatal(err)
		}
		deliver(t, w.DB, mail)
		after, err := s.Sent(holder(auth.SystemAdmin), notify.SentInput{State: "sent"})
		if err != nil || len(after.Items) != 1 || after.Ways[0].Ill() {
			t.Errorf("%+v %v", after, err)
		}
		if _, err := s.SendAgain(holder(auth.SystemAdmin), id); errs.KindOf(err) != errs.Conflict {
			t.Errorf("what went goes again: %v", err)
		}
	})
}

// Keys are told by their names alone; backups with a warning as long as none is fresh, and whether the last one was tried.
func TestKeysAndBackups(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := console.New(w.DB, w.Keys, nil)
		ring, err := s.KeyRing(holder(auth.Auditor), console.Nothing{})
		if err != nil || len(ring.Items) != 1 || !ring.Items[0].Active || len(ring.Items[0].ID) != 8 {
			t.Fatalf("%+v %v", ring, err)
		}
		look := func() console.Backups {
			t.Helper()
			b, err := s.Backups(holder(auth.SystemAdmin), console.Nothing{})
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		note := func(kind, digest string) {
			w.Write(func(tx *db.Tx) error {
				return console.NoteBackup(w.System, tx, console.BackupRun{Kind: kind, Place: "机器 /backup/a.zip", Size: 5 << 20, Digest: digest})
			})
		}
		if b := look(); !b.Late || b.Made != nil || b.Days != 2 {
			t.Errorf("none yet: %+v", b)
		}
		note(console.BackupMade, "d1")
		if b := look(); b.Late || b.Made == nil || b.Same {
			t.Errorf("fresh: %+v", b)
		}
		note(console.BackupTried, "d1")
		if b := look(); !b.Same {
			t.Errorf("tried: %+v", b)
		}
		note(console.BackupMade, "d2")
		if b := look(); b.Same || len(b.Items) != 3 {
			t.Errorf("a newer one: %+v", b)
		}
		for hours, late := range map[int]bool{47: false, 49: true} {
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), "UPDATE backup_run SET at = $1",
					time.Now().Add(-time.Duration(hours)*time.Hour).Truncate(time.Microsecond))
				return err
			})
			if b := look(); b.Late != late {
				t.Errorf("%d hours ago: %+v", hours, b)
			}
		}
		for _, role := range []auth.Role{auth.CommunityHead, auth.AuditAdmin} {
			if _, err := s.Backups(holder(role), console.Nothing{}); errs.KindOf(err) != errs.Denied {
				t.Errorf("%s: %v", role, err)
			}
		}
	})
}

// Work is told in words, with what is late and what was given up.
func TestTasks(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := console.New(w.DB, w.Keys, nil)
		w.Write(func(tx *db.Tx) error {
			return job.Enqueue(w.System, tx, "order.sweep", 1, job.At(time.Now().Add(-time.Hour)))
		})
		for _, role := range []auth.Role{auth.SystemAdmin, auth.Auditor} {
			v, err := s.Jobs(holder(role), job.Filter{Late: true})
			if err != nil || len(v.Items) != 1 || v.Items[0].What != "求助单的时限" || !v.Items[0].Late() || v.Count.Late != 1 {
				t.Errorf("%+v %v", v, err)
			}
		}
		if _, err := s.Retry(holder(auth.Auditor), console.RetryInput{ID: 1}); errs.KindOf(err) != errs.Denied {
			t.Errorf("the auditor: %v", err)
		}
	})
}

package console_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/reach/console"
	"linli/internal/work/attendance/attendancetest"
)

// ran is an administrator's or auditor's context at business time.
func ran(w *attendancetest.World, role auth.Role) context.Context {
	return auth.With(w.System, auth.Actor{Account: 1, Name: string(role), Grants: []auth.Grant{{Role: role,
		Region: attendancetest.Gacha.At(1)}}})
}

func run(t *testing.T, w *attendancetest.World, q string, args ...any) {
	t.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// What was given up waits for who may look at background work; a way waits while the last that is known of it is a failure, on one line.
func TestHeaps(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := console.New(w.DB, w.Keys, nil)
		admin, head := ran(w, auth.SystemAdmin), w.Head
		waits := func(want ...string) {
			t.Helper()
			areatest.IsTodo(t, w.DB, s.Area(), admin, "admin", want...)
			areatest.IsTodo(t, w.DB, s.Area(), head, "admin")
		}
		const dead, way = "后台任务没有做成: ", "短信、邮件发不出去: "
		for i, state := range []string{"ready", "running", "dead"} {
			run(t, w, `INSERT INTO job (id, kind, args, every, state, due_at, tries, run, error, made_at) VALUES (?, ?, '1', 0, ?, ?, 0, 0, '', ?)`,
				i+1, "is."+state, state, time.Now().Add(time.Hour), time.Now())
		}
		waits(dead + "is.dead")
		run(t, w, `DELETE FROM job`)
		begin := time.Now().Add(-time.Hour).Truncate(time.Second)
		n := 0
		message := func(way, state, reason string, failed, ended int) {
			t.Helper()
			n++
			at := func(minutes int) any {
				if minutes == 0 {
					return nil
				}
				return begin.Add(time.Duration(minutes) * time.Minute)
			}
			run(t, w, `INSERT INTO notify_outbox (id, channel, kind, at, state, ended_at, way, recipient, tries, failed_at, reason, fault)
				VALUES (?, 'sms', 'order', ?, ?, ?, ?, '', 1, ?, ?, '')`, n, begin, state, at(ended), way, at(failed), reason)
		}
		message("", "waiting", "", 0, 0)
		message("", "waiting", "没有路", 1, 0)
		message("http", "sent", "", 0, 5)
		waits()
		message("http", "waiting", "早一些的", 6, 0)
		waits(way + "早一些的")
		message("http", "waiting", "后来的", 7, 0)
		message("http", "waiting", "同时的", 7, 0)
		message("mail", "waiting", "", 3, 0)
		waits(way+"mail", way+"同时的")
		message("http", "unsent", "", 0, 8)
		message("aliyun", "sent", "", 0, 9)
		waits(way+"mail", way+"同时的")
		message("http", "sent", "", 0, 7) // in the same moment
		waits(way + "mail")
		message("http", "waiting", "又坏了", 10, 0)
		waits(way+"mail", way+"又坏了")
	})
}

// The pages offer what each may do, in words, and keep what was asked for when they are turned.
func TestWords(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		mail, err := notify.New(w.DB, w.Keys, notify.Outside{})
		if err != nil {
			t.Fatal(err)
		}
		s := console.New(w.DB, w.Keys, mail)
		site := inspectiontest.Sited(t, w, s.Routes, map[string]context.Context{"admin": ran(w, auth.SystemAdmin), "auditor": ran(w,
			auth.Auditor),
			"trail": ran(w, auth.AuditAdmin), "security": ran(w, auth.SecurityAdmin), "head": w.Head})
		site.Name("account 账号\naccount.open 开账号\nrecord 记录\nrecord.counted 计入\norder 订单\norder.create 登记")
		run(t, w, `DELETE FROM job`)
		for i, every := range []time.Duration{0, 59 * time.Second, time.Minute, 59 * time.Minute, time.Hour, 23 * time.Hour, 24 * time.Hour} {
			run(t, w, `INSERT INTO job (id, kind, args, every, state, due_at, tries, run, error, made_at) VALUES (?, ?, '1', ?, ?, ?, 0, 0, '', ?)`, i+1,
				fmt.Sprint("kind", i), every.Microseconds(), map[bool]string{true: "dead", false: "ready"}[i == 0], time.Now().Add(time.Hour),
				time.Now())
		}
		page := site.See("admin", "/admin/jobs", "/admin/jobs/1/retry")
		words := []string{"每天", "每 23 小时", "每 1 小时", "每 59 分钟", "每 1 分钟", "一直在做", "做一次"}
		for i, rest := 0, page; i < len(words); i++ {
			_, after, ok := strings.Cut(rest, "<td>"+words[i]+"</td>")
			if !ok {
				t.Errorf("no %q in its turn", words[i])
			}
			rest = after
		}
		if strings.Contains(site.See("auditor", "/admin/jobs"), "/retry") || strings.Count(page, `/retry"`) != 1 {
			t.Error("what may not be tried again is offered")
		}
		for _, path := range []string{"/admin/jobs?state=ready&limit=2", "/admin/jobs?limit=2"} {
			next := strings.ReplaceAll(site.Find(site.See("admin", path), `href="(/admin/jobs\?[^"]*cursor=[^"]*)"`), "&amp;", "&")
			if strings.Contains(next, "state=ready") != strings.Contains(path, "state=ready") {
				t.Errorf("%s leads to %s", path, next)
			}
			site.See("admin", next, "kind")
		}
		for path, may := range map[string]string{"/admin/jobs": "admin auditor", "/admin/sent": "admin auditor", "/admin/sealing-keys": "",
			"/admin/backups": "admin auditor", "/admin/audit": "auditor trail"} {
			for _, who := range []string{"admin", "auditor", "head"} {
				code := site.Send(who, httptest.NewRequest("GET", path, nil)).Code
				if want := strings.Contains(may, who); path != "/admin/sealing-keys" && (code == 200) != want {
					t.Errorf("%s of %s: %d", path, who, code)
				}
			}
		}
		w.Write(func(tx *db.Tx) error {
			for object, id := range map[string]string{"account": "5", "record": "6", "order": "7"} {
				if err := audit.Write(w.System, tx, audit.Entry{Action: object + ".open", Object: object, ID: id,
					Region: attendancetest.Gacha}); err != nil {
					return err
				}
			}
			return audit.Write(w.System, tx, audit.Entry{Action: "account.open", Object: "account"})
		})
		page = site.See("trail", "/admin/audit?what=开账号", "开账号", "只看它的记录")
		if strings.Contains(page, "record.open") || strings.Count(page, ">打开<") > 1 {
			t.Error("more than was asked for")
		}
		for who, ctx := range map[string]context.Context{"auditor": ran(w, auth.Auditor), "trail": ran(w, auth.AuditAdmin)} {
			all := site.See(who, "/admin/audit")
			for href, may := range map[string]bool{"/admin/accounts/": false, "/desk/records/": false, "/desk/orders/7": false,
				"/admin/accounts/5": auth.Holds(ctx, "account.view"), "/desk/records/6": auth.Holds(ctx, "record.view")} {
				if strings.Contains(all, `href="`+href+`"`) != may {
					t.Errorf("%s is led to %s: %v", who, href, !may)
				}
			}
		}
		next := site.Find(site.See("trail", "/admin/audit?kind=account&limit=1"), `href="(/admin/audit\?[^"]*cursor=[^"]*)"`)
		if !strings.Contains(next, "kind=account") {
			t.Errorf("it leads to %s", next)
		}
	})
}

// A size is said in the unit that fits, at its edge; the last thirty are shown, and every kind has its entry in the trail.
func TestBackupEdges(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := console.New(w.DB, w.Keys, nil)
		site := inspectiontest.Sited(t, w, s.Routes, map[string]context.Context{"admin": ran(w, auth.SystemAdmin)})
		for size, words := range map[int64]string{1: "1 KB", 2047: "1 KB", 2048: "2 KB", 1<<20 - 1: "1023 KB", 1 << 20: "1.0 MB",
			3 << 19:   "1.5 MB",
			1<<30 - 1: "1024.0 MB", 1 << 30: "1.0 GB", 5 << 29: "2.5 GB"} {
			w.Write(func(tx *db.Tx) error {
				return console.NoteBackup(w.System, tx, console.BackupRun{Kind: console.BackupMade, Place: "/b", Size: size, Digest: "d"})
			})
			site.See("admin", "/admin/backups", "，/b，"+words)
		}
		for range 40 {
			w.Write(func(tx *db.Tx) error {
				return console.NoteBackup(w.System, tx, console.BackupRun{Kind: console.BackupTried, Place: "/b", Size: 1, Digest: "d"})
			})
		}
		b, err := s.Backups(ran(w, auth.Auditor), console.Nothing{})
		if err != nil || len(b.Items) != 30 || b.Items[0].Kind != console.BackupTried || !b.Same {
			t.Errorf("%d, %v", len(b.Items), err)
		}
		w.Write(func(tx *db.Tx) error {
			for action, want := range map[string]int64{"backup.made": 9, "backup.tried": 40} {
				n, err := db.SelectOne[int64](w.System, tx, tx.Build(`SELECT count(*) FROM audit WHERE action = ?`, action))
				if err != nil || n != want {
					t.Errorf("%s: %d %v", action, n, err)
				}
			}
			return nil
		})
		errstest.Is(t, inspectiontest.Err(s.Backups(ran(w, auth.SecurityAdmin), console.Nothing{})), "denied")
	})
}

// The newest key comes first; how long it has sealed is counted in whole days.
func TestKeyRing(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := console.New(w.DB, w.Keys, nil)
		ring, err := s.KeyRing(ran(w, auth.Auditor), console.Nothing{})
		if err != nil || ring.Days != int64(time.Since(ring.Items[0].Created)/(24*time.Hour)) || len(ring.Items) != len(w.Keys.List()) ||
			ring.Items[0].ID != w.Keys.List()[len(ring.Items)-1].ID {
			t.Errorf("%+v %v", ring, err)
		}
		errstest.Is(t, inspectiontest.Err(s.KeyRing(w.Head, console.Nothing{})), "denied")
		errstest.Is(t, inspectiontest.Err(s.Jobs(w.Head, job.Filter{})), "denied")
		errstest.Is(t, inspectiontest.Err(s.Sent(w.Head, notify.SentInput{})), "denied")
		errstest.Is(t, inspectiontest.Err(s.Trail(ran(w, auth.SystemAdmin), console.TrailInput{})), "denied")
	})
}

// Just those roles get through each door of which matrix.txt says so.
func TestDoors(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		mail, err := notify.New(w.DB, w.Keys, notify.Outside{})
		if err != nil {
			t.Fatal(err)
		}
		areatest.Doors(t, w.DB, w.Keys, console.New(w.DB, w.Keys, mail).Routes)
	})
}

// The page of what was sent says how each way is, and keeps all that was asked for when it is turned.
func TestSentPage(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		mail, err := notify.New(w.DB, w.Keys, notify.Outside{})
		if err != nil {
			t.Fatal(err)
		}
		site := inspectiontest.Sited(t, w, console.New(w.DB, w.Keys, mail).Routes, map[string]context.Context{"admin": ran(w, auth.SystemAdmin)})
		site.Name("order 订单")
		now := time.Now().Truncate(time.Second)
		for i, m := range []struct {
			way, state    string
			failed, ended any
		}{{"http", "sent", nil, now}, {"http", "sent", nil, now}, {"mail", "waiting", now, nil}, {"aliyun", "waiting", nil, nil}} {
			run(t, w, `INSERT INTO notify_outbox (id, channel, kind, at, state, ended_at, way, recipient, tries, failed_at, reason, fault)
				VALUES (?, 'sms', 'order', ?, ?, ?, ?, '', 1, ?, '', '')`, i+1, now, m.state, m.ended, m.way, m.failed)
		}
		page := site.See("admin", "/admin/sent", "订单")
		for way, word := range map[string]string{"http": "正常", "mail": "发不出去", "aliyun": "还没有用过"} {
			_, after, _ := strings.Cut(page, "<b>"+notify.Ways.Word(way)+"</b>")
			if said, _, _ := strings.Cut(after, "</p>"); !strings.Contains(said, word) {
				t.Errorf("%s is said to be %s, not %s", way, said, word)
			}
		}
		day := clock.DayOf(now).String()
		path := "/admin/sent?state=sent&way=http&kind=order&day=" + day + "&limit=1"
		next := strings.ReplaceAll(site.Find(site.See("admin", path), `href="(/admin/sent\?[^"]*cursor=[^"]*)"`), "&amp;", "&")
		for _, part := range []string{"state=sent", "way=http", "kind=order", "day=" + day} {
			if !strings.Contains(next, part) {
				t.Errorf("%s is lost: %s", part, next)
			}
		}
	})
}

package webhook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/reach/webhook"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

// texts gives what a statement of one column finds.
func (w *world) texts(q string, args ...any) (out []string) {
	w.T.Helper()
	w.must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		out, err = db.Select[string](w.System, tx, tx.Build(q, args...))
		return err
	}))
	return out
}

// Of each turn that something takes the right endpoints are told by the right type: his own, or those of the place.
func TestWhatIsTold(t *testing.T) {
	each(t, func(w *world) {
		all := []string{webhook.RecordCounted, webhook.RecordChanged, webhook.RecordRevoked, webhook.CertificateIssued,
			webhook.CertificateChanged,
			webhook.ActivityPublished, webhook.ActivityChanged, webhook.ActivityCancelled, webhook.StationChanged}
		mine := w.hook(w.Vols[0].Ctx, "/mine", all...)
		other := w.hook(w.Vols[1].Ctx, "/other", all[0])
		told := func(what string, do func(tx *db.Tx) error, want ...string) {
			w.T.Helper()
			w.Write(do)
			got := w.texts(`SELECT type FROM webhook_delivery WHERE endpoint_id = ? AND object_id = 77`, mine.ID)
			if !slices.Equal(got, want) || len(w.texts(`SELECT type FROM webhook_delivery WHERE endpoint_id = ?`, other.ID)) > 0 {
				w.Errorf("%s is told as %v, want %v", what, got, want)
			}
			w.sql(`DELETE FROM webhook_delivery`)
		}
		his := w.Vols[0].PersonID
		for _, c := range []struct {
			from, to record.Status
			want     string
		}{
			{record.Pending, record.Counted, webhook.RecordCounted}, {record.Suspended, record.Counted, webhook.RecordCounted},
			{record.Counted, record.Counted, webhook.RecordChanged}, {record.Counted, record.Void, webhook.RecordRevoked},
			{record.Counted, record.Suspended, webhook.RecordRevoked}, {record.Pending, record.Void, ""}, {record.Pending, record.Pending, ""},
		} {
			var want []string
			if c.want != "" {
				want = append(want, c.want)
			}
			told(string(c.from+c.to), func(tx *db.Tx) error {
				return w.records.Changed.Publish(w.System, tx, record.ChangedEvent{From: c.from,
					Record: record.Record{ID: 77, PersonID: his, Status: c.to}})
			}, want...)
		}
		told("issued", func(tx *db.Tx) error {
			return w.certs.Issued.Publish(w.System, tx, certificate.Certificate{ID: 77, PersonID: his})
		}, webhook.CertificateIssued)
		told("ended", func(tx *db.Tx) error {
			return w.certs.Ended.Publish(w.System, tx, certificate.Certificate{ID: 77, PersonID: his})
		}, webhook.CertificateChanged)
		for _, c := range []struct{ from, to, want string }{
			{activity.Draft, activity.Open, webhook.ActivityPublished}, {activity.Open, activity.Open, webhook.ActivityChanged},
			{activity.Open, activity.HandedIn, webhook.ActivityChanged}, {activity.Open, activity.Cancelled, webhook.ActivityCancelled},
		} {
			told(c.from+" "+c.to, func(tx *db.Tx) error {
				return w.activities.Changed.Publish(w.System, tx, activity.ChangedEvent{From: c.from,
					Activity: activity.Activity{ID: 77, Region: attendancetest.Gacha, State: c.to}})
			}, c.want)
		}
		told("turned", func(tx *db.Tx) error {
			return w.stations.Turned.Publish(w.System, tx, station.TurnedEvent{StationID: 77, Here: attendancetest.Gacha, From: attendancetest.Far})
		}, webhook.StationChanged)
		w.sql(`UPDATE webhook_endpoint SET types = ?`, webhook.StationChanged)
		told("not asked for", func(tx *db.Tx) error {
			return w.certs.Ended.Publish(w.System, tx, certificate.Certificate{ID: 77, PersonID: his})
		})
	})
}

// Each step of an endpoint stands in its states alone.
func TestEachState(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		w.publish()
		w.send()
		id, sent := e.ID, w.get(w.Resident, e.ID).Sent[0].MessageID
		turn := webhook.TurnInput{ID: id}
		for step, c := range map[string]struct {
			in map[string]string
			do func() error
		}{
			"pause": {map[string]string{"active": "", "paused": "wrong_state: 现在是“暂停了”，不能这样办", "stopped": "wrong_state: 现在是“停了”，不能这样办"},
				func() error { _, err := w.s.Pause(w.Resident, turn); return err }},
			"resume": {map[string]string{"active": "wrong_state: 现在是“在用”，不能这样办", "paused": "", "stopped": ""},
				func() error { _, err := w.s.Resume(w.Resident, turn); return err }},
			"rotate": {map[string]string{"active": "", "paused": "", "stopped": ""},
				func() error { _, err := w.s.Rotate(w.Resident, turn); return err }},
			"test": {map[string]string{"active": "", "paused": "wrong_state: 现在是“暂停了”，先恢复", "stopped": "wrong_state: 现在是“停了”，先恢复"},
				func() error { _, err := w.s.Test(w.Resident, webhook.GetInput{ID: id}); return err }},
			"resend": {map[string]string{"active": "", "paused": "wrong_state: 现在是“暂停了”，先恢复", "stopped": "wrong_state: 现在是“停了”，先恢复"},
				func() error {
					_, err := w.s.Resend(w.Resident, webhook.ResendInput{ID: id, MessageID: sent})
					return err
				}},
		} {
			for state, want := range c.in {
				w.sql(`UPDATE webhook_endpoint SET state = ?, types = ?`, state, webhook.ActivityPublished)
				w.sql(`UPDATE webhook_delivery SET state = 'delivered'`)
				if err := c.do(); err != nil || want != "" {
					w.Log(step, state)
					errstest.Is(w.T, err, want)
				}
			}
		}
		w.sql(`UPDATE webhook_endpoint SET state = 'active'`)
		again := func() error {
			_, err := w.s.Resend(w.Resident, webhook.ResendInput{ID: id, MessageID: sent})
			return err
		}
		w.sql(`UPDATE webhook_delivery SET state = 'waits'`)
		errstest.Is(w.T, again(), "wrong_state: 这条还等着送")
		w.sql(`UPDATE webhook_delivery SET state = 'failed', tries = 9`)
		w.must(again())
		if d := w.get(w.Resident, id).Sent; !slices.ContainsFunc(d, func(s webhook.Sent) bool {
			return s.MessageID == sent && s.State == webhook.Waits && s.Tries == 0 && s.DueAt.Equal(clock.In(w.System))
		}) {
			w.Errorf("%+v", d)
		}
		w.sql(`UPDATE webhook_delivery SET state = 'failed'`)
		w.sql(`UPDATE webhook_endpoint SET types = ?`, webhook.StationChanged)
		errstest.Is(w.T, again(), "wrong_state: 这个通知现在不要这种事")
		_, err := w.s.Pause(w.Resident, webhook.TurnInput{ID: id, Version: 99})
		errstest.Is(w.T, err, "stale_version")
		_, err = w.s.Resend(w.Resident, webhook.ResendInput{ID: id, MessageID: 12})
		errstest.Is(w.T, err, "not_found")
	})
}

// The trail names each step with its endpoint.
func TestTrail(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		_, err := w.s.Test(w.Resident, webhook.GetInput{ID: e.ID})
		w.must(err)
		w.mustGone(w.s.Remove(w.Resident, webhook.GetInput{ID: e.ID}))
		got := w.texts(`SELECT action || ' ' || object || ' ' || object_id FROM audit WHERE action LIKE 'webhook.%' ORDER BY seq`)
		var want []string
		for _, action := range []string{"webhook.add", "webhook.test", "webhook.remove"} {
			want = append(want, action+" webhook_endpoint "+e.ID.String())
		}
		if !slices.Equal(got, want) {
			w.Errorf("%q, want %q", got, want)
		}
	})
}

// Administrators see the last five tries, the newest first, and how many messages wait and failed.
func TestLastTries(t *testing.T) {
	each(t, func(w *world) {
		guard, _ := w.Actor("安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: 150000000000})
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		w.publish()
		message := w.get(w.Resident, e.ID).Sent[0].MessageID
		for i := range 7 {
			w.sql(`INSERT INTO webhook_attempt (id, endpoint_id, message_id, at, outcome, status, millis)
				VALUES (?, ?, ?, ?, 'status', ?, 1)`, 100+i, e.ID, message, attendancetest.Noon, 500+i)
		}
		for state, want := range map[string][2]int64{"waits": {1, 0}, "failed": {0, 1}, "delivered": {0, 0}, "dropped": {0, 0}} {
			w.sql(`UPDATE webhook_delivery SET state = ?`, state)
			v, err := w.s.Watched(guard, webhook.WatchInput{})
			w.must(err)
			var last []string
			for _, a := range v.Items[0].Last {
				last = append(last, fmt.Sprint(a.Status))
			}
			if x := v.Items[0]; x.Waiting != want[0] || x.Failed != want[1] || strings.Join(last, " ") != "506 505 504 503 502" {
				w.Errorf("%s: %d wait, %d failed, %v", state, x.Waiting, x.Failed, last)
			}
		}
		sent := w.get(w.Resident, e.ID).Sent[0]
		if len(sent.Attempts) != 7 || sent.Attempts[0].Status != 506 {
			w.Errorf("%+v", sent)
		}
	})
}

// A person is told of his endpoints, and of those of nobody else; verify names what lost its key or its line.
func TestHeldAndVerify(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Vols[0].Ctx, "/", webhook.ActivityPublished)
		here := w.s.Area()
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			for id, want := range map[db.ID]bool{w.Vols[0].PersonID: true, w.Vols[1].PersonID: false, w.Person("曾娜仁", 7): false} {
				held, err := here.Held(w.System, tx, id)
				if err != nil || (held != nil) != want {
					w.Errorf("%v %v", held, err)
				}
			}
			return nil
		}))
		var limits []string
		for _, l := range here.Limits {
			limits = append(limits, l.Name+" "+l.Value+" "+l.What)
		}
		if want := []string{"webhook.of_account 5 一个账号最多几个回调通知", "webhook.tries 10 一条回调通知最多送几次，前后约三天",
			"webhook.keep_days 30 送过的回调通知留多少天"}; !slices.Equal(limits, want) {
			w.Errorf("%q", limits)
		}
		found := func() (out []string) {
			w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
				return webhook.Verify(w.System, tx, func(object, what string) { out = append(out, object+" "+what) })
			}))
			return out
		}
		theirs := w.key(w.Resident, "public")
		w.sql(`UPDATE webhook_endpoint SET key_id = ?`, theirs.ID)
		if got := found(); !slices.Equal(got, []string{"webhook_endpoint " + e.ID.String() + " 钥匙不是主人的"}) {
			w.Errorf("%q", got)
		}
		w.sql(`UPDATE webhook_endpoint SET key_id = ?`, e.KeyID)
		w.sql(`DELETE FROM webhook_line`)
		if got := found(); !slices.Equal(got, []string{"webhook_endpoint " + e.ID.String() + " 没有发送的记录"}) {
			w.Errorf("%q", got)
		}
		w.sql(`DELETE FROM webhook_endpoint`)
	})
}

// A message is sent when its time has come, and not a second earlier.
func TestDue(t *testing.T) {
	each(t, func(w *world) {
		w.hook(w.Resident, "/", webhook.ActivityPublished)
		w.publish()
		for wait, n := range map[time.Duration]int{time.Second: 0} {
			w.sql(`UPDATE webhook_delivery SET due_at = ?`, clock.In(w.System).Add(wait))
			w.send()
			w.called("/", n)
		}
		w.sql(`UPDATE webhook_delivery SET due_at = ?`, clock.In(w.System))
		w.send()
		w.called("/", 1)
	})
}

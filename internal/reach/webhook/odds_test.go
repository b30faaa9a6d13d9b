package webhook_test

import (
	"context"
	"testing"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/reach/access"
	"linli/internal/reach/webhook"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

// sql changes rows behind the area's back.
func (w *world) sql(q string, args ...any) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(q, args...).Run(w.System, tx)
		return err
	})
}

// called waits until a path has been called n times.
func (w *world) called(path string, n int) {
	w.T.Helper()
	for end := time.Now().Add(2 * time.Minute); len(w.got(path)) < n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.T.Fatalf("%s was called %d times, not %d", path, len(w.got(path)), n)
		}
	}
}

// What is public is told to those who ask for its division or one above, and to nobody else.
func TestRegions(t *testing.T) {
	each(t, func(w *world) {
		gacha, k := attendancetest.Gacha, w.key(w.Resident, "public")
		for _, x := range []struct {
			at   auth.Region
			want int
		}{{0, 1}, {gacha, 1}, {gacha.At(auth.LevelTown), 1}, {gacha.At(auth.LevelRegion), 1}, {attendancetest.Far, 0}} {
			e, err := w.s.Add(w.Resident, webhook.AddInput{Facts: webhook.Facts{Name: "大屏", URL: w.srv.URL + "/", KeyID: k.ID, Region: x.at,
				Types: []string{webhook.ActivityPublished}}})
			w.must(err)
			w.publish()
			if n := len(w.get(w.Resident, e.ID).Sent); n != x.want {
				w.Errorf("%v: %d messages", x.at, n)
			}
			w.mustGone(w.s.Remove(w.Resident, webhook.GetInput{ID: e.ID}))
		}
	})
}

// A station that moves to another community is told to those of the one that it leaves, too, and once to each.
func TestMovesAway(t *testing.T) {
	each(t, func(w *world) {
		gacha, next, k := attendancetest.Gacha, auth.Region(152502200201), w.key(w.Resident, "public")
		var ids []db.ID
		for _, at := range []auth.Region{0, gacha, next, gacha.At(auth.LevelTown), attendancetest.Far} {
			e, err := w.s.Add(w.Resident, webhook.AddInput{Facts: webhook.Facts{Name: "大屏", URL: w.srv.URL + "/", KeyID: k.ID, Region: at,
				Types: []string{webhook.StationChanged}}})
			w.must(err)
			ids = append(ids, e.ID)
		}
		_, err := w.stations.Move(w.Town, station.MoveInput{ID: w.Station.ID, Version: w.Station.Version, Region: next, Address: "新址",
			Lat: 43.91, Lng: 116.1, Reason: "扩建"})
		w.must(err)
		for i, want := range []int{1, 1, 1, 1, 0} {
			if n := len(w.get(w.Resident, ids[i]).Sent); n != want {
				w.Errorf("endpoint %d: %d messages", i, n)
			}
		}
	})
}

// Eight that hang, and did before, leave room for one that is well.
func TestHangsLeaveRoom(t *testing.T) {
	each(t, func(w *world) {
		for i := range 8 {
			who := []context.Context{w.Resident, w.Head}[i/4]
			w.hook(who, "/hang", webhook.ActivityPublished)
		}
		w.sql("UPDATE webhook_line SET failing_since = ?", attendancetest.Noon)
		w.hook(w.Manager, "/", webhook.ActivityPublished)
		w.publish()
		done := make(chan error, 1)
		go func() { done <- w.s.Send(w.System) }()
		w.called("/", 1)
		if n := len(w.got("/hang")); n > 4 {
			w.Errorf("%d that hang were called first", n)
		}
		for range 8 {
			w.hang <- true
		}
		w.must(<-done)
	})
}

// Who removes an endpoint undoes nothing of what happens at the same moment, and is not refused for it.
func TestRemovedMeanwhile(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		w.beside(func(tx *db.Tx) error { return w.s.Area().Forget(w.System, tx, w.ResidentPerson, "申请注销") }, func() { w.publish() })
		e = w.hook(w.Resident, "/", webhook.ActivityPublished)
		w.beside(func(tx *db.Tx) error {
			return w.activities.Changed.Publish(w.System, tx, activity.ChangedEvent{From: activity.Draft,
				Activity: activity.Activity{ID: 7, Region: attendancetest.Gacha, State: activity.Open}})
		}, func() { w.mustGone(w.s.Remove(w.Resident, webhook.GetInput{ID: e.ID})) })
		w.send()
		if n := len(w.got("/")); n != 0 {
			w.Errorf("%d calls", n)
		}
	})
}

// beside lets one transaction end a moment after another thing was begun.
func (w *world) beside(first func(tx *db.Tx) error, then func()) {
	w.T.Helper()
	ready, done := make(chan bool), make(chan error, 1)
	go func() {
		done <- w.DB.Write(w.System, func(tx *db.Tx) error {
			err := first(tx)
			ready <- true
			time.Sleep(300 * time.Millisecond)
			return err
		})
	}()
	<-ready
	then()
	w.must(<-done)
}

// What goes wrong on our side is left until the lease is over, and keeps nobody else waiting.
func TestOurFault(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/ill", webhook.ActivityPublished)
		w.hook(w.Manager, "/", webhook.ActivityPublished)
		w.sql("UPDATE webhook_endpoint SET secret = ? WHERE id = ?", []byte("x"), e.ID)
		w.publish()
		ctx, cancel := context.WithTimeout(w.System, 20*time.Second)
		defer cancel()
		w.must(w.s.Send(ctx))
		if d := w.get(w.Resident, e.ID); ctx.Err() != nil || len(w.got("/")) != 1 || d.Sent[0].State != webhook.Waits || d.Sent[0].Tries != 0 {
			w.Errorf("%v, %d calls, %+v", ctx.Err(), len(w.got("/")), d.Sent)
		}
	})
}

// A word that comes after the lease went to another counts for nothing.
func TestLateWord(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/hang", webhook.ActivityPublished)
		w.publish()
		done := make(chan error, 1)
		go func() { done <- w.s.Send(w.System) }()
		w.called("/hang", 1)
		w.sql("UPDATE webhook_line SET run = 7, busy_until = ?", time.Now().Add(time.Hour))
		w.sql("UPDATE webhook_endpoint SET state = 'paused'") // the loop behind the call finds nothing to do
		w.hang <- true
		w.must(<-done)
		if d := w.get(w.Resident, e.ID); d.Sent[0].State != webhook.Waits || len(d.Sent[0].Attempts) != 0 {
			w.Errorf("%+v", d.Sent)
		}
	})
}

// What was dropped while it was on its way stays so.
func TestDroppedMeanwhile(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/late", webhook.ActivityPublished)
		w.publish()
		done := make(chan error, 1)
		go func() { done <- w.s.Send(w.System) }()
		w.called("/late", 1)
		w.mustKey(w.keys.End(w.Resident, access.EndInput{ID: e.KeyID}))
		w.must(w.s.Sweep(w.System))
		w.hang <- true
		w.must(<-done)
		if d := w.get(w.Resident, e.ID); d.Sent[0].State != webhook.Dropped || len(d.Sent[0].Attempts) != 1 {
			w.Errorf("%+v", d.Sent)
		}
	})
}

// What an endpoint no longer asks for is not sent to it, nor sent again: the key that it goes by now may not read it.
func TestAsksLess(t *testing.T) {
	each(t, func(w *world) {
		who := w.Vols[0]
		e := w.hook(who.Ctx, "/", webhook.RecordCounted, webhook.ActivityPublished)
		w.Confirm(w.Served(60).ID)
		w.publish()
		k := w.key(who.Ctx, "public")
		_, err := w.s.Edit(who.Ctx, webhook.EditInput{ID: e.ID, Version: e.Version, Facts: webhook.Facts{Name: "大屏", URL: w.srv.URL + "/",
			Types: []string{webhook.ActivityPublished}, KeyID: k.ID}})
		w.must(err)
		w.send()
		_, err = w.s.Test(who.Ctx, webhook.GetInput{ID: e.ID})
		w.must(err)
		w.send()
		sent := w.get(who.Ctx, e.ID).Sent
		if len(sent) != 3 || sent[0].State != webhook.Delivered || sent[1].State != webhook.Delivered || sent[2].State != webhook.Dropped ||
			sent[2].Type != webhook.RecordCounted || len(w.got("/")) != 2 {
			w.Errorf("%d calls, %+v", len(w.got("/")), sent)
		}
		_, err = w.s.Resend(who.Ctx, webhook.ResendInput{ID: e.ID, MessageID: sent[2].MessageID})
		w.Refused(err, "wrong_state", "sent again")
	})
}

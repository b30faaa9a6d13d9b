package webhook_test

import (
	"testing"
	"time"

	"linli/internal/platform/db"
	"linli/internal/reach/webhook"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

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

package webhook_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/webhook"
	"linli/internal/work/attendance/attendancetest"
)

// Administrators see the endpoints of their area and how they do, but no secret and of the address only the host.
func TestWatched(t *testing.T) {
	each(t, func(w *world) {
		guard, _ := w.Actor("安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: 150000000000})
		far, _ := w.Actor("外地安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: attendancetest.Far})
		bad, good := w.hook(w.Resident, "/500", webhook.ActivityPublished), w.hook(w.Manager, "/well", webhook.ActivityPublished)
		w.publish()
		w.send()
		for state, want := range map[string]int{"": 2, webhook.Active: 2, webhook.Paused: 0, webhook.Stopped: 0} {
			v, err := w.s.Watched(guard, webhook.WatchInput{State: state})
			w.must(err)
			if len(v.Items) != want {
				w.Errorf("%q: %d", state, len(v.Items))
			}
		}
		v, err := w.s.Watched(guard, webhook.WatchInput{})
		w.must(err)
		well, ill := v.Items[0], v.Items[1]
		host := strings.TrimPrefix(w.srv.URL, "https://")
		if ill.ID != bad.ID || ill.Owner == "" || ill.Host != host || ill.FailingSince == nil || ill.SentAt != nil || ill.Waiting != 1 ||
			len(ill.Last) != 1 || ill.Last[0].Status != 500 {
			w.Errorf("%+v", ill)
		}
		if well.ID != good.ID || well.FailingSince != nil || well.SentAt == nil || well.Waiting != 0 || len(well.Last) != 1 {
			w.Errorf("%+v", well)
		}
		raw, err := json.Marshal(v)
		w.must(err)
		for _, s := range []string{"/500", "/well", bad.Shared, bad.PublicKey, "secret"} {
			if strings.Contains(string(raw), s) {
				w.Errorf("administrators are told %q: %s", s, raw)
			}
		}
		if v, err := w.s.Watched(far, webhook.WatchInput{}); err != nil || len(v.Items) != 0 {
			w.Errorf("elsewhere: %+v %v", v.Items, err)
		}
		_, err = w.s.Watched(w.Resident, webhook.WatchInput{})
		errstest.Is(w.T, err, "denied")
	})
}

// An administrator stops an endpoint: what waits is dropped, its owner is told why and cannot resume it until it is let go. One that is
// ended is gone.
func TestHeld(t *testing.T) {
	each(t, func(w *world) {
		guard, _ := w.Actor("安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: 150000000000})
		far, _ := w.Actor("外地安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: attendancetest.Far})
		look, _ := w.Actor("审计管理员", 0, auth.Grant{Role: auth.AuditAdmin, Region: 150000000000})
		e := w.hook(w.Resident, "/500", webhook.ActivityPublished)
		w.publish()
		in := webhook.CurbInput{ID: e.ID, Version: e.Version, Reason: " 送到了不该送的地方 "}
		for want, ctx := range map[string]context.Context{"not_found": far, "denied": look} {
			_, err := w.s.Hold(ctx, in)
			errstest.Is(w.T, err, want)
			_, err = w.s.End(ctx, in)
			errstest.Is(w.T, err, want)
			_, err = w.s.LetGo(ctx, webhook.TurnInput{ID: e.ID, Version: e.Version})
			errstest.Is(w.T, err, want)
		}
		blank, old := in, in
		blank.Reason, old.Version = " ", e.Version+1
		for want, in := range map[string]webhook.CurbInput{"invalid reason: 请写明原因": blank, "stale_version": old} {
			_, err := w.s.Hold(guard, in)
			errstest.Is(w.T, err, want)
			_, err = w.s.End(guard, in)
			errstest.Is(w.T, err, want)
		}
		_, err := w.s.LetGo(guard, webhook.TurnInput{ID: e.ID, Version: e.Version})
		errstest.Is(w.T, err, "wrong_state: 不是管理员停的")

		out, err := w.s.Hold(guard, in)
		w.must(err)
		d := w.get(w.Resident, e.ID)
		if !out.Held || out.State != webhook.Stopped || !d.Endpoint.Held || d.Endpoint.Reason != "送到了不该送的地方" ||
			d.Sent[0].State != webhook.Dropped {
			w.Errorf("%+v %+v", out, d)
		}
		w.told("管理员停了您的一个回调通知")
		_, err = w.s.Hold(guard, webhook.CurbInput{ID: e.ID, Version: out.Version, Reason: "x"})
		errstest.Is(w.T, err, "wrong_state: 已经由管理员停了")
		_, err = w.s.Resume(w.Resident, webhook.TurnInput{ID: e.ID})
		errstest.Is(w.T, err, "wrong_state: 管理员停的，要管理员放开才能恢复")
		w.publish()
		w.send()
		if n := len(w.got("/500")); n != 0 {
			w.Errorf("%d calls to one that is held", n)
		}

		out, err = w.s.LetGo(guard, webhook.TurnInput{ID: e.ID, Version: out.Version})
		w.must(err)
		if out.Held || out.State != webhook.Stopped {
			w.Errorf("%+v", out)
		}
		w.told("管理员放开了您的一个回调通知")
		back, err := w.s.Resume(w.Resident, webhook.TurnInput{ID: e.ID})
		w.must(err)

		_, err = w.s.End(guard, webhook.CurbInput{ID: e.ID, Version: back.Version, Reason: "送到了不该送的地方"})
		w.must(err)
		w.told("管理员删了您的一个回调通知")
		_, err = w.s.Get(w.Resident, webhook.GetInput{ID: e.ID})
		errstest.Is(w.T, err, "not_found")
		_, err = w.s.End(guard, in)
		errstest.Is(w.T, err, "not_found")
	})
}

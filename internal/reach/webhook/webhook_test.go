package webhook_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"linli/internal/civic/account"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/outward"
	"linli/internal/platform/web"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/reach/access"
	"linli/internal/reach/webhook"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with keys, webhooks and one receiver, whose paths answer in their own ways.
type world struct {
	*attendancetest.World
	*testing.T
	accounts   *account.Service
	keys       *access.Service
	activities *activity.Service
	stations   *station.Service
	records    *record.Service
	certs      *certificate.Service
	s          *webhook.Service

	srv   *httptest.Server
	mu    sync.Mutex
	calls []call
	hang  chan bool // what hangs goes on when it is closed
}

// call is one that the receiver was given.
type call struct {
	path string
	head http.Header
	body string
}

// people sign in by the word resident.
type people struct {
	*account.Service
	w *world
}

func (p people) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	if token != "resident" {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return auth.From(p.w.Resident), nil
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := newWorld(t, base)
		test(w)
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			return webhook.Verify(w.System, tx, func(object, what string) { t.Errorf("%s: %s", object, what) })
		}))
	})
}

func newWorld(t *testing.T, base *attendancetest.World) *world {
	w := &world{World: base, T: t, accounts: account.New(base.DB, base.Keys, account.Outside{Persons: base.Persons}, true),
		hang: make(chan bool)}
	w.keys = access.New(base.DB, base.Keys, people{w.accounts, w})
	w.keys.Follow(w.accounts)
	w.activities, w.stations = activity.New(base.DB, base.Keys, base.Att), station.New(base.DB, base.Keys)
	w.records = record.New(base.DB, base.Persons)
	w.records.Follow(base.Persons, base.Orders, base.Att)
	w.certs = certificate.New(base.DB, base.Keys, base.Persons, certificate.Config{Demo: true})
	w.certs.Follow(base.Persons, w.records)
	w.srv = httptest.NewTLSServer(http.HandlerFunc(w.answer))
	t.Cleanup(w.srv.Close)
	t.Cleanup(func() { close(w.hang) })
	roots := x509.NewCertPool()
	roots.AddCert(w.srv.Certificate())
	w.s = w.process(w.srv.URL, roots)
	w.s.Follow(w.records, w.certs, w.activities, w.stations)
	return w
}

// process is the area as another process on the same database has it, which may call one port of this machine.
func (w *world) process(at string, roots *x509.CertPool) *webhook.Service {
	w.Helper()
	u, err := url.Parse(at)
	w.must(err)
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	w.must(err)
	out, err := outward.New(config.Outward{WebhookPorts: []uint16{443, uint16(port)}, WebhookNetworks: []string{"127.0.0.0/8"}}, true,
		outward.Options{Roots: roots})
	w.must(err)
	return webhook.New(w.DB, w.Keys, out)
}

// answer takes calls: /500 and /410 answer with that, /away leads elsewhere, /hang waits, /late too and then fails, all else is content.
func (w *world) answer(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	w.calls = append(w.calls, call{r.URL.Path, r.Header.Clone(), string(body)})
	w.mu.Unlock()
	switch r.URL.Path {
	case "/500":
		rw.WriteHeader(500)
	case "/410":
		rw.WriteHeader(410)
	case "/away":
		http.Redirect(rw, r, w.srv.URL+"/inner", http.StatusTemporaryRedirect)
	case "/hang", "/late":
		<-w.hang
		if r.URL.Path == "/late" {
			rw.WriteHeader(500)
		}
	}
}

func (w *world) got(path string) (out []call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if c.path == path {
			out = append(out, c)
		}
	}
	return out
}

func (w *world) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// key makes a key of access for who acts.
func (w *world) key(ctx context.Context, scopes ...string) access.Made {
	w.T.Helper()
	k, err := w.keys.Add(ctx, access.AddInput{Name: "数字大屏", Scopes: scopes, Days: 90})
	w.must(err)
	return k
}

// hook registers an endpoint of who acts at a path of the receiver.
func (w *world) hook(ctx context.Context, path string, types ...string) webhook.Made {
	w.T.Helper()
	k := w.key(ctx, "public", "records")
	e, err := w.s.Add(ctx, webhook.AddInput{Facts: webhook.Facts{Name: "大屏", URL: w.srv.URL + path, Types: types, KeyID: k.ID}})
	w.must(err)
	return e
}

func (w *world) send() {
	w.T.Helper()
	w.must(w.s.Send(w.System))
}

// publish lets the manager publish an activity.
func (w *world) publish() activity.Detail {
	w.T.Helper()
	d, err := w.activities.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "义诊", Category: w.Item.Category,
		Content: "量血压", Place: "嘎查部", Risk: "老人头晕", Day: 20261230, From: "09:00", To: "11:00", Checked: true,
		Posts: []activity.PostInput{{Name: "量血压", Needed: 2}}})
	w.must(err)
	d, err = w.activities.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version, Whole: true})
	w.must(err)
	return d
}

func (w *world) get(ctx context.Context, id db.ID) webhook.Detail {
	w.T.Helper()
	d, err := w.s.Get(ctx, webhook.GetInput{ID: id})
	w.must(err)
	return d
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

// The vector of Standard Webhooks, by the library that signs and that receivers use.
func TestVector(t *testing.T) {
	hook, err := standardwebhooks.NewWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got, err := hook.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("%s %v, want %s", got, err, want)
	}
}

// Each thing that happens is told once to whom it is told, thin, and a receiver in another process takes it by the official library.
func TestReceivedByAnother(t *testing.T) {
	each(t, func(w *world) {
		who := w.Vols[0]
		e := w.hook(who.Ctx, "/", webhook.RecordCounted, webhook.RecordRevoked, webhook.CertificateIssued, webhook.ActivityPublished,
			webhook.ActivityCancelled, webhook.StationChanged)
		other := w.hook(w.Vols[1].Ctx, "/others", webhook.RecordCounted, webhook.CertificateIssued)
		f := startForeign(w.T, e.Shared)
		w.s = w.process(f.url, f.roots)
		_, err := w.s.Edit(who.Ctx, webhook.EditInput{ID: e.ID, Version: e.Version, Facts: webhook.Facts{Name: "大屏", URL: f.url + "/hooks",
			Types: e.Types, KeyID: e.KeyID}})
		w.must(err)
		w.Confirm(w.Served(60).ID)
		c, err := w.certs.Issue(w.Manager, certificate.IssueInput{VolunteerID: who.ID, From: 20260101, To: 20261231})
		w.must(err)
		a := w.publish()
		_, err = w.activities.Cancel(w.Manager, activity.MoveInput{ID: a.ID, Version: a.Version, Reason: "下雪"})
		w.must(err)
		st, err := w.stations.SetStatus(w.Town, station.StatusInput{ID: w.Station.ID, Version: w.Station.Version, Status: "suspended",
			Reason: "修房子"})
		w.must(err)
		w.send()
		mine, err := w.records.OfVolunteer(who.Ctx, record.OfVolunteerInput{ID: who.ID})
		w.must(err)
		for _, want := range []struct {
			kind string
			id   db.ID
			read string
		}{{"record.counted", mine.Items[0].ID, "/api/v1/records/" + mine.Items[0].ID.String()},
			{"certificate.issued", c.ID, "/api/v1/certificates"},
			{"activity.published", a.ID, "/api/v1/public/activities/" + a.ID.String()},
			{"activity.cancelled", a.ID, "/api/v1/public/activities/" + a.ID.String()},
			{"station.changed", st.ID, "/api/v1/stations/" + st.ID.String()}} {
			var x got
			f.next(w.T, &x)
			var said struct {
				Type, Timestamp string
				Data            map[string]string
			}
			w.must(json.Unmarshal(x.Body, &said))
			at, err := time.Parse(time.RFC3339, said.Timestamp)
			if x.Verdict != "ok" || !strings.HasPrefix(x.ID, "msg_") || said.Type != want.kind || said.Data["id"] != want.id.String() ||
				said.Data["read"] != want.read || len(said.Data) != 2 || err != nil || at.IsZero() {
				w.Errorf("%s %s %s, want %+v", x.ID, x.Verdict, x.Body, want)
			}
		}
		if d := w.get(w.Vols[1].Ctx, other.ID); len(d.Sent) != 0 {
			w.Errorf("another was told %+v", d.Sent)
		}
		for _, x := range w.get(who.Ctx, e.ID).Sent {
			if x.State != webhook.Delivered || len(x.Attempts) != 1 || x.Attempts[0].Status != 200 {
				w.Errorf("%+v", x)
			}
		}
	})
}

// What is undone is not told, and what a dead process left is sent by the next one under the same id.
func TestOutbox(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		stop := errs.WrongState("so")
		err := w.DB.Write(w.System, func(tx *db.Tx) error {
			if err := w.activities.Changed.Publish(w.System, tx, activity.ChangedEvent{From: activity.Draft,
				Activity: activity.Activity{ID: 7, Region: attendancetest.Gacha, State: activity.Open}}); err != nil {
				return err
			}
			return stop
		})
		if err == nil {
			w.Fatal("not undone")
		}
		w.publish()                     // and the process that did it is killed before it sends
		w.Write(func(tx *db.Tx) error { // another was killed while it sent
			_, err := tx.Build("UPDATE webhook_line SET busy_until = ?, run = 7", time.Now().Add(time.Hour)).Run(w.System, tx)
			return err
		})
		w.send()
		if n := len(w.got("/")); n != 0 {
			w.Errorf("%d calls under another's lease", n)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE webhook_line SET busy_until = ?", time.Now().Add(-time.Second)).Run(w.System, tx)
			return err
		})
		w.send()
		w.send()
		calls, sent := w.got("/"), w.get(w.Resident, e.ID).Sent
		if len(calls) != 1 || len(sent) != 1 || calls[0].head.Get("webhook-id") != "msg_"+sent[0].MessageID.String() {
			w.Errorf("%+v %+v", calls, sent)
		}
		_, err = w.s.Resend(w.Resident, webhook.ResendInput{ID: e.ID, MessageID: sent[0].MessageID})
		w.must(err)
		w.send()
		again := w.got("/")
		if len(again) != 2 || again[1].head.Get("webhook-id") != calls[0].head.Get("webhook-id") || again[1].body != calls[0].body {
			w.Errorf("%+v", again)
		}
	})
}

// Several processes at once send each message once.
func TestManyAtOnce(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		for range 20 {
			_, err := w.s.Test(w.Resident, webhook.GetInput{ID: e.ID})
			w.must(err)
		}
		roots := x509.NewCertPool()
		roots.AddCert(w.srv.Certificate())
		var all sync.WaitGroup
		for range 3 {
			s := w.process(w.srv.URL, roots)
			all.Go(func() {
				if err := s.Send(w.System); err != nil {
					w.Error(err)
				}
			})
		}
		all.Wait()
		w.send()
		ids := map[string]int{}
		for _, c := range w.got("/") {
			ids[c.head.Get("webhook-id")]++
		}
		if len(ids) != 20 || len(w.got("/")) != 20 {
			w.Errorf("%v", ids)
		}
	})
}

// One that hangs keeps nobody waiting.
func TestHangs(t *testing.T) {
	each(t, func(w *world) {
		w.hook(w.Resident, "/hang", webhook.ActivityPublished)
		w.hook(w.Manager, "/", webhook.ActivityPublished)
		w.publish()
		w.publish()
		done := make(chan error, 1)
		go func() { done <- w.s.Send(w.System) }()
		for end := time.Now().Add(2 * time.Minute); len(w.got("/")) < 2 || len(w.got("/hang")) < 1; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				w.Fatal("the other waits")
			}
		}
		w.hang <- true
		w.hang <- true
		w.must(<-done)
	})
}

// An endpoint that answers 500 is tried ten times by the schedule, then its message is laid aside; after three days it is stopped and its
// owner told.
func TestFailsForDays(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/500", webhook.ActivityPublished)
		w.publish()
		at := attendancetest.Noon
		pauses := []time.Duration{0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
			14 * time.Hour, 20 * time.Hour}
		for i, p := range pauses {
			if i > 0 {
				clock.Set(at.Add(p - time.Microsecond))
				w.send()
				if n := len(w.got("/500")); n != i {
					w.Fatalf("%d calls before attempt %d", n, i+1)
				}
			}
			at = at.Add(p + p/10)
			clock.Set(at)
			w.send()
			if n := len(w.got("/500")); n != i+1 {
				w.Fatalf("%d calls at attempt %d", n, i+1)
			}
		}
		d := w.get(w.Resident, e.ID)
		if d.Endpoint.State != webhook.Active || d.Sent[0].State != webhook.Waits || d.Sent[0].Tries != 9 {
			w.Errorf("%+v", d)
		}
		clock.Set(at.Add(27 * time.Hour))
		w.send()
		d = w.get(w.Resident, e.ID)
		if d.Endpoint.State != webhook.Stopped || d.Sent[0].State != webhook.Failed || len(d.Sent[0].Attempts) != 10 ||
			d.Sent[0].Attempts[0].Status != 500 {
			w.Errorf("%+v", d)
		}
		w.told("一个回调通知停了")
		w.publish()
		if n := len(w.get(w.Resident, e.ID).Sent); n != 1 {
			w.Errorf("%d messages for one that is stopped", n)
		}
	})
}

func (w *world) told(title string) {
	w.T.Helper()
	n, err := notify.New(w.DB, w.Keys, notify.Outside{})
	w.must(err)
	list, err := n.List(w.Resident, notify.ListInput{})
	w.must(err)
	if len(list.Items) == 0 || list.Items[0].Title != title {
		w.Errorf("told %+v", list.Items)
	}
}

// 410 ends it at once; a redirect is a failure and leads nowhere.
func TestGoneAndAway(t *testing.T) {
	each(t, func(w *world) {
		gone, away := w.hook(w.Resident, "/410", webhook.ActivityPublished), w.hook(w.Manager, "/away", webhook.ActivityPublished)
		w.publish()
		w.publish()
		w.send()
		if d := w.get(w.Resident, gone.ID); d.Endpoint.State != webhook.Stopped || len(w.got("/410")) != 1 || d.Sent[0].State != webhook.Dropped {
			w.Errorf("%+v", d)
		}
		if d := w.get(w.Manager, away.ID); d.Sent[1].Attempts[0].Outcome != outward.Redirect || len(w.got("/inner")) != 0 {
			w.Errorf("%+v", d)
		}
	})
}

// An endpoint goes by a key and ends with it: what happened before is no longer told either.
func TestKeyEnds(t *testing.T) {
	each(t, func(w *world) {
		for name, end := range map[string]func(e webhook.Made){
			"ended":   func(e webhook.Made) { w.mustKey(w.keys.End(w.Resident, access.EndInput{ID: e.KeyID})) },
			"expired": func(webhook.Made) { clock.Set(attendancetest.Noon.AddDate(0, 0, 91)) },
			"locked": func(webhook.Made) {
				w.Write(func(tx *db.Tx) error {
					_, err := tx.Build("UPDATE account SET password_until = ? WHERE id = ?", time.Now(), auth.From(w.Resident).Account).Run(w.System, tx)
					return err
				})
			},
		} {
			e := w.hook(w.Resident, "/"+name, webhook.ActivityPublished)
			w.publish()
			end(e)
			w.send()
			if d := w.get(w.Resident, e.ID); d.Endpoint.State != webhook.Stopped || d.Sent[0].State != webhook.Dropped || len(w.got("/"+name)) != 0 {
				w.Errorf("%s: %+v", name, d)
			}
			_, err := w.s.Resume(w.Resident, webhook.TurnInput{ID: e.ID})
			w.Refused(err, "wrong_state", name)
			clock.Set(attendancetest.Noon)
			w.mustGone(w.s.Remove(w.Resident, webhook.GetInput{ID: e.ID}))
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Build("UPDATE account SET password_until = NULL").Run(w.System, tx)
				return err
			})
		}
		e := w.hook(w.Resident, "/swept", webhook.ActivityPublished)
		w.mustKey(w.keys.End(w.Resident, access.EndInput{ID: e.KeyID}))
		w.must(w.s.Sweep(w.System))
		if d := w.get(w.Resident, e.ID); d.Endpoint.State != webhook.Stopped {
			w.Errorf("%+v", d)
		}
	})
}

func (w *world) mustKey(_ access.Key, err error)       { w.Helper(); w.must(err) }
func (w *world) mustGone(_ webhook.Removed, err error) { w.Helper(); w.must(err) }

// After its exchange an old secret signs along for a day.
func TestRotate(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		fresh, err := w.s.Rotate(w.Resident, webhook.TurnInput{ID: e.ID, Version: e.Version})
		w.must(err)
		_, err = w.s.Rotate(w.Resident, webhook.TurnInput{ID: e.ID, Version: e.Version})
		w.Refused(err, "stale_version", "exchanged twice")
		if fresh.Shared == e.Shared || fresh.PublicKey == e.PublicKey {
			w.Error("the same secret")
		}
		for i, want := range []bool{true, false} {
			clock.Set(attendancetest.Noon.Add(webhook.Overlap - time.Duration(1-i)*time.Microsecond))
			w.publish()
			w.send()
			c := w.got("/")[i]
			for secret, holds := range map[string]bool{e.Shared: want, fresh.Shared: true} {
				hook, err := standardwebhooks.NewWebhook(secret)
				w.must(err)
				if err := hook.Verify([]byte(c.body), c.head); (err == nil) != holds {
					w.Errorf("call %d: %v, want %v", i, err, holds)
				}
			}
		}
	})
}

// What is refused is told by its field; others see nothing of an endpoint.
func TestRefuses(t *testing.T) {
	each(t, func(w *world) {
		k, theirs := w.key(w.Resident, "public"), w.key(w.Manager, "public")
		good := webhook.Facts{Name: "大屏", URL: "https://9.9.9.9/", Types: []string{webhook.StationChanged}, KeyID: k.ID,
			Region: attendancetest.Gacha}
		for field, spoil := range map[string]func(*webhook.Facts){
			"name":   func(f *webhook.Facts) { f.Name = " " },
			"types":  func(f *webhook.Facts) { f.Types = []string{webhook.RecordCounted} },
			"key_id": func(f *webhook.Facts) { f.KeyID = theirs.ID },
			"region": func(f *webhook.Facts) { f.Region = 150000000001 },
			"url":    func(f *webhook.Facts) { f.URL = "https://10.0.0.1/" },
		} {
			bad := good
			spoil(&bad)
			_, err := w.s.Add(w.Resident, webhook.AddInput{Facts: bad})
			w.field(err, field)
			e, err := w.s.Add(w.Resident, webhook.AddInput{Facts: good})
			w.must(err)
			_, err = w.s.Edit(w.Resident, webhook.EditInput{ID: e.ID, Version: 1, Facts: bad})
			w.field(err, field)
		}
		_, err := w.s.Add(w.Resident, webhook.AddInput{Facts: good})
		w.Refused(err, "wrong_state", "a sixth")
		mine, err := w.s.List(w.Resident, webhook.Nothing{})
		w.must(err)
		if len(mine.Items) != webhook.MaxEndpoints {
			w.Errorf("%d", len(mine.Items))
		}
		id := mine.Items[0].ID
		for what, do := range map[string]func() error{
			"get":    func() error { _, err := w.s.Get(w.Manager, webhook.GetInput{ID: id}); return err },
			"edit":   func() error { _, err := w.s.Edit(w.Manager, webhook.EditInput{ID: id, Facts: good}); return err },
			"rotate": func() error { _, err := w.s.Rotate(w.Manager, webhook.TurnInput{ID: id}); return err },
			"pause":  func() error { _, err := w.s.Pause(w.Manager, webhook.TurnInput{ID: id}); return err },
			"test":   func() error { _, err := w.s.Test(w.Manager, webhook.GetInput{ID: id}); return err },
			"resend": func() error { _, err := w.s.Resend(w.Manager, webhook.ResendInput{ID: id}); return err },
			"remove": func() error { _, err := w.s.Remove(w.Manager, webhook.GetInput{ID: id}); return err },
		} {
			w.Refused(do(), "not_found", what)
		}
	})
}

func (w *world) field(err error, name string) {
	w.Helper()
	e, ok := err.(*errs.Error)
	if !ok || len(e.Fields) != 1 || e.Fields[name] == "" {
		w.Errorf("%v, want a refusal of %s", err, name)
	}
}

// A pause holds what waits and takes nothing new; it is no way around the state.
func TestStates(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Resident, "/", webhook.ActivityPublished)
		w.publish()
		p, err := w.s.Pause(w.Resident, webhook.TurnInput{ID: e.ID, Version: e.Version})
		w.must(err)
		w.publish()
		w.send()
		_, err = w.s.Test(w.Resident, webhook.GetInput{ID: e.ID})
		w.Refused(err, "wrong_state", "tried in a pause")
		if d := w.get(w.Resident, e.ID); len(d.Sent) != 1 || len(w.got("/")) != 0 {
			w.Errorf("%+v", d)
		}
		_, err = w.s.Resume(w.Resident, webhook.TurnInput{ID: e.ID, Version: p.Version})
		w.must(err)
		w.send()
		if n := len(w.got("/")); n != 1 {
			w.Errorf("%d calls", n)
		}
		_, err = w.s.Resume(w.Resident, webhook.TurnInput{ID: e.ID})
		w.Refused(err, "wrong_state", "resumed twice")
	})
}

// What was sent is forgotten after thirty days; with its owner, all of it at once.
func TestForgotten(t *testing.T) {
	each(t, func(w *world) {
		e := w.hook(w.Vols[0].Ctx, "/", webhook.ActivityPublished)
		w.publish()
		w.send()
		clock.Set(attendancetest.Noon.AddDate(0, 0, webhook.KeepDays))
		w.must(w.s.Sweep(w.System))
		if n := len(w.get(w.Vols[0].Ctx, e.ID).Sent); n != 1 {
			w.Errorf("%d after thirty days", n)
		}
		clock.Set(attendancetest.Noon.AddDate(0, 0, webhook.KeepDays).Add(time.Minute))
		w.must(w.s.Sweep(w.System))
		if n := len(w.get(w.Vols[0].Ctx, e.ID).Sent); n != 0 {
			w.Errorf("%d after that", n)
		}
		w.publish()
		w.Write(func(tx *db.Tx) error { return w.s.Area().Forget(w.System, tx, w.Vols[0].PersonID, "申请注销") })
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			for _, table := range []string{"endpoint", "line", "delivery", "attempt"} {
				n, err := db.SelectOne[int64](w.System, tx, tx.Build("SELECT COUNT(*) FROM webhook_"+table))
				if err != nil || n != 0 {
					w.Errorf("%s: %d %v", table, n, err)
				}
			}
			return nil
		}))
	})
}

// The secret is shown once: by the answer, or on the page after the form; a repetition is answered without it.
func TestAddTwice(t *testing.T) {
	each(t, func(w *world) {
		r := web.New(web.Config{Auth: people{w.accounts, w}, Keys: w.Keys, DB: w.DB})
		w.s.Routes(r)
		k := w.key(w.Resident, "public")
		post := func(path, kind, body string, carried ...*http.Cookie) *httptest.ResponseRecorder {
			req := httptest.NewRequest("POST", path, strings.NewReader(body))
			if body == "" {
				req = httptest.NewRequest("GET", path, nil)
			}
			for _, c := range append(carried, &http.Cookie{Name: web.SessionCookie, Value: "resident"}) {
				req.AddCookie(c)
			}
			if kind == "application/json" {
				req.Header.Set("Authorization", "Bearer resident")
			}
			req.Header.Set("Content-Type", kind)
			req.Header.Set("Idempotency-Key", "once"+kind)
			rec := httptest.NewRecorder()
			r.ServeHTTP(rec, req)
			return rec
		}
		var made [2]webhook.Made
		for i := range made {
			rec := post("/api/v1/webhooks", "application/json", `{"name":"𠮷 ᠪᠠᠲᠤ","url":"https://9.9.9.9/","types":["station.changed"],"key_id":"`+k.ID.String()+`"}`)
			if rec.Code != 201 {
				w.Fatal(rec.Code, rec.Body)
			}
			w.must(json.Unmarshal(rec.Body.Bytes(), &made[i]))
		}
		if made[0].ID != made[1].ID || !strings.HasPrefix(made[0].Shared, "whsec_") || made[1].Shared != "" || made[1].Name != "𠮷 ᠪᠠᠲᠤ" {
			w.Errorf("%+v", made)
		}
		form := url.Values{"name": {"a"}, "url": {"https://9.9.9.9/"}, "types": {"station.changed"}, "key_id": {k.ID.String()}}.Encode()
		rec := post("/my/webhooks", "application/x-www-form-urlencoded", form)
		to := rec.Header().Get("Location")
		if rec.Code != 303 || !strings.HasPrefix(to, "/my/webhooks/") {
			w.Fatal(rec.Code, rec.Body)
		}
		cookies := rec.Result().Cookies()
		for i, want := range []bool{true, false} {
			page := post(to, "", "", cookies...)
			if has := strings.Contains(page.Body.String(), "whsec_"); has != want || page.Code != 200 {
				w.Errorf("look %d: %d shows %v", i+1, page.Code, has)
			}
			cookies = nil
		}
		mine, err := w.s.List(w.Resident, webhook.Nothing{})
		w.must(err)
		if raw, _ := json.Marshal(mine); strings.Contains(string(raw), "whsec_") || len(mine.Items) != 2 {
			w.Errorf("%s", raw)
		}
	})
}

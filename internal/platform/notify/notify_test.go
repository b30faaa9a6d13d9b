package notify

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
)

const reader, phone, address = db.ID(7), "12900000001", "du@example.cn"

func contact(_ context.Context, _ *db.Tx, account db.ID) (string, string, error) {
	if account != reader {
		return "", "", nil
	}
	return phone, address, nil
}

func service(t *testing.T, d *db.DB, out Outside) *Service {
	t.Helper()
	if out.Contact == nil {
		out.Contact = contact
	}
	s, err := New(d, seal.Ephemeral(), out)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func send(t *testing.T, d *db.DB, m Message) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error { return Send(t.Context(), tx, m) })
}

func run(t *testing.T, s *Service) {
	t.Helper()
	r := job.New(s.db)
	s.Work(r)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func states(t *testing.T, d *db.DB) (out map[string]int) {
	t.Helper()
	out = map[string]int{}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		list, err := db.Select[string](t.Context(), tx, tx.Build("SELECT state FROM notify_outbox"))
		for _, s := range list {
			out[s]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// A gateway that is dead, dying and busy delays messages and loses none; each arrives once it is well.
func TestDeadGatewayLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Parallel()
		dbtest.Prepare(t, d)
		var mu sync.Mutex
		tries := map[string]int{}
		got := map[string]string{}
		gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			key := r.Header.Get("Idempotency-Key")
			tries[key]++
			switch tries[key] {
			case 1:
				http.Error(w, "ill", http.StatusInternalServerError)
			case 2:
				http.Error(w, "busy", http.StatusTooManyRequests)
			case 3:
				panic(http.ErrAbortHandler)
			default:
				body, _ := io.ReadAll(r.Body)
				got[key] += r.Header.Get("X-Key") + string(body)
			}
		}))
		defer gateway.Close()
		s := service(t, d, Outside{Gateways: config.Gateways{SMSURL: gateway.URL, SMSHeader: "X-Key: k",
			SMSTemplate: `{"to":["{{.Phone}}"],"content":"【邻里】{{.Text}}"}`}})
		run(t, s)
		for i := range 5 {
			write(t, d, func(tx *db.Tx) error {
				return s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Code, Words: fmt.Sprintf(`验证码 "%06d"`, i)})
			})
		}
		eventually(t, "five messages sent", func() bool { return states(t, d)["sent"] == 5 })
		mu.Lock()
		defer mu.Unlock()
		all := fmt.Sprint(got)
		for i := range 5 {
			if want := fmt.Sprintf(`k{"to":["12900000001"],"content":"【邻里】验证码 \"%06d\""}`, i); strings.Count(all, want) != 1 {
				t.Errorf("%s is not there once: %s", want, all)
			}
		}
	})
}

// What lies in the tables while the gateway is away, and after, tells no number and no code.
func TestOutboxHidesNumberAndWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d, Outside{Dir: t.TempDir()})
		write(t, d, func(tx *db.Tx) error {
			return s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Code, Words: "验证码 123456"})
		})
		dump := func() (text string) {
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				rows, err := db.Select[parcel](t.Context(), tx, tx.Build("SELECT id, channel, kind, body FROM notify_outbox"))
				args, err2 := db.Select[string](t.Context(), tx, tx.Build("SELECT args FROM job"))
				text = fmt.Sprintf("%s %s", rows, args)
				return errors.Join(err, err2)
			})
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		if text := dump(); strings.Contains(text, phone) || strings.Contains(text, "123456") {
			t.Errorf("plain: %s", text)
		}
		run(t, s)
		eventually(t, "sent", func() bool { return states(t, d)["sent"] == 1 })
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			body, err := db.SelectOne[[]byte](t.Context(), tx, tx.Build("SELECT body FROM notify_outbox"))
			if body != nil {
				t.Error("the body stays after delivery")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestFolderHoldsEachMessage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := filepath.Join(t.TempDir(), "outbox")
		s := service(t, d, Outside{Dir: dir, BaseURL: "https://linli.example"})
		run(t, s)
		send(t, d, Message{To: reader, Kind: "order", Title: "有新的服务请您接单", Text: "张三，糖尿病，住 3 号楼", Link: "/my/orders/1", SMS: true, Mail: true})
		send(t, d, Message{To: 8, Kind: "order", Title: "没有电话的人", SMS: true})
		eventually(t, "three ends", func() bool { s := states(t, d); return s["sent"] == 2 && s["unsent"] == 1 })
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) != 2 {
			t.Fatalf("files %v, %v", files, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var l map[string]string
			if err := json.Unmarshal(data, &l); err != nil {
				t.Fatal(err)
			}
			to, text := phone, "有新的服务请您接单（登录后查看）"
			if l["channel"] == "mail" {
				to, text = address, "有新的服务请您接单\n\n请登录查看：https://linli.example/my/orders/1\n"
			}
			if l["to"] != to || l["text"] != text || l["title"] != "有新的服务请您接单" || l["kind"] != "order" || !strings.HasSuffix(l["at"], "+08:00") ||
				len(l) != 6 {
				t.Errorf("%s", data)
			}
		}
	})
}

func TestNoGateway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d, Outside{})
		err := d.Write(t.Context(), func(tx *db.Tx) error { return s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Code, Words: "1"}) })
		if errs.KindOf(err) != errs.Unavailable {
			t.Errorf("a code that nobody will get: %v", err)
		}
		send(t, d, Message{To: reader, Title: "题", SMS: true})
		run(t, s)
		eventually(t, "unsent", func() bool { return states(t, d)["unsent"] == 1 })
	})
}

func TestRolledBackIsNeverSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d, Outside{Dir: t.TempDir()})
		d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Code, Words: "1"}),
				Send(t.Context(), tx, Message{To: reader, SMS: true}), errors.New("no"))
		})
		run(t, s)
		write(t, d, func(tx *db.Tx) error { return s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Code, Words: "2"}) })
		eventually(t, "sent", func() bool { return states(t, d)["sent"] == 1 })
		if files, _ := filepath.Glob(filepath.Join(s.out.Dir, "*")); len(files) != 1 {
			t.Errorf("files %v", files)
		}
	})
}

// A gateway's refusal is an error that tells neither number nor words nor the gateway's address, for administrators read it.
func TestErrorsTellNothing(t *testing.T) {
	refuse := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "bad "+phone, 400) }))
	defer refuse.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for url, kind := range map[string]errs.Kind{refuse.URL: 0, gone.URL: errs.Unavailable} {
		routes, err := settled(Outside{Gateways: config.Gateways{SMSURL: url + "/?token=geheim"}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = routes[texting].send(t.Context(), letter{To: phone, short: sms.Text{Words: "验证码 123456"}})
		if err == nil || errs.KindOf(err) != kind {
			t.Errorf("%v", err)
		}
		for _, secret := range []string{phone, "123456", "geheim"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%v", err)
			}
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for _, g := range []config.Gateways{{SMSURL: "sms"}, {SMSURL: "http://x", SMSHeader: "key"}, {SMSURL: "http://x", SMSTemplate: "{{.Phone"},
		{SMSURL: "http://x", SMSTemplate: "{{.Mobile}}"}, {SMSURL: "http://x", SMSTemplate: `{"to":{{.Phone}}}`}, {SMTPAddr: "host"},
		{SMTPAddr: "host:25", MailFrom: "我"}} {
		if _, err := settled(Outside{Gateways: g}); err == nil {
			t.Errorf("%+v is taken", g)
		}
	}
}

// mailServer takes mail after refusing the first with a temporary error.
func mailServer(t *testing.T) (addr string, mails <-chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	out := make(chan string, 10)
	go func() {
		for refuse := true; ; refuse = false {
			c, err := l.Accept()
			if err != nil {
				return
			}
			talk(c, refuse, out)
		}
	}()
	return l.Addr().String(), out
}

func talk(c net.Conn, refuse bool, out chan<- string) {
	defer c.Close()
	in := bufio.NewScanner(c)
	say := func(s string) { fmt.Fprint(c, s+"\r\n") }
	say("220 here")
	for in.Scan() {
		switch word := strings.ToUpper(in.Text()); {
		case strings.HasPrefix(word, "RCPT") && refuse:
			say("450 busy")
		case word == "DATA":
			say("354 go on")
			var text string
			for in.Scan() && in.Text() != "." {
				text += in.Text() + "\n"
			}
			out <- text
			say("250 taken")
		case word == "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func TestMail(t *testing.T) {
	addr, mails := mailServer(t)
	d := dbtest.SQLite(t)
	s := service(t, d, Outside{Gateways: config.Gateways{SMTPAddr: addr, MailFrom: "linli@example.cn"}, BaseURL: "https://linli.example"})
	run(t, s)
	send(t, d, Message{To: reader, Title: "Title", Text: "secret", Link: "/my", Mail: true})
	eventually(t, "sent", func() bool { return states(t, d)["sent"] == 1 })
	text := <-mails
	if !strings.Contains(text, "Subject: Title") || !strings.Contains(text, address) || strings.Contains(text, "secret") {
		t.Errorf("%s", text)
	}
}

func TestInbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d, Outside{})
		for i := range 3 {
			send(t, d, Message{To: reader, Kind: "order", Title: fmt.Sprint(i), Text: "内容", Link: "/my"})
		}
		send(t, d, Message{To: 8, Title: "别人的"})
		mine := auth.With(t.Context(), auth.Actor{Account: reader})
		unread := func() int64 {
			n, err := s.Unread(mine, struct{}{})
			if err != nil {
				t.Fatal(err)
			}
			return n.Unread
		}
		page, err := s.List(mine, ListInput{Paging: db.Paging{Limit: 2}})
		if err != nil || len(page.Items) != 2 || page.Items[0].Title != "2" || page.Next == nil || unread() != 3 {
			t.Fatalf("%+v, %v, %d unread", page, err, unread())
		}
		next, err := s.List(mine, ListInput{Paging: db.Paging{Limit: 2, Cursor: *page.Next}})
		if err != nil || len(next.Items) != 1 || next.Items[0].Title != "0" || next.Next != nil {
			t.Errorf("%+v, %v", next, err)
		}
		one := ReadInput{ID: page.Items[0].ID}
		first, err := s.MarkRead(mine, one)
		again, err2 := s.MarkRead(mine, one)
		if err != nil || err2 != nil || first.ReadAt == nil || !first.ReadAt.Equal(*again.ReadAt) || unread() != 2 {
			t.Errorf("%+v %v, %+v %v", first, err, again, err2)
		}
		other := auth.With(t.Context(), auth.Actor{Account: 8})
		if _, err := s.MarkRead(other, one); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another's message: %v", err)
		}
		if list, err := s.List(mine, ListInput{Unread: true}); err != nil || len(list.Items) != 2 {
			t.Errorf("unread %+v, %v", list, err)
		}
		if _, err := s.MarkAllRead(mine, struct{}{}); err != nil || unread() != 0 {
			t.Errorf("%v, %d unread", err, unread())
		}
		if n, _ := s.Unread(other, struct{}{}); n.Unread != 1 {
			t.Errorf("another's messages were read: %d", n.Unread)
		}
		if _, err := s.List(t.Context(), ListInput{}); errs.KindOf(err) != errs.Unauthenticated {
			t.Errorf("a visitor: %v", err)
		}
	})
}

func TestClear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := service(t, d, Outside{})
		for range 3 {
			send(t, d, Message{To: reader, SMS: true})
		}
		write(t, d, func(tx *db.Tx) error {
			ids, err := db.Select[db.ID](t.Context(), tx, tx.Build("SELECT id FROM notify_outbox ORDER BY id"))
			for i, days := range []int{40, 20} {
				_, err2 := ended.Run(t.Context(), tx, ids[i], "http", "", time.Now().AddDate(0, 0, -days))
				err = errors.Join(err, err2)
			}
			return err
		})
		if err := s.clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := states(t, d); got["sent"] != 1 || got["waiting"] != 1 {
			t.Errorf("left %v", got)
		}
	})
}

// fickle is a way that cannot be asked twice; answers are what it says, one after the other, and then always yes.
type fickle struct {
	mu      sync.Mutex
	answers []error
	sent    []sms.Message
}

func (f *fickle) Name() string  { return "aliyun" }
func (f *fickle) Repeats() bool { return false }
func (f *fickle) Send(_ context.Context, m sms.Message) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, m)
	if len(f.answers) == 0 {
		return "ref-" + m.ID, nil
	}
	err := f.answers[0]
	f.answers = f.answers[1:]
	return "", err
}

func (f *fickle) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sent)
}

func outgoingOf(t *testing.T, d *db.DB, in SentInput) (out []Sent) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		page, err := Outgoing(t.Context(), tx, in)
		out = page.Items
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A way that cannot be asked twice is asked again only where it surely has not sent; each end has its reason and is told.
func TestAskedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, c := range map[string]struct {
			answers []error
			state   string
			calls   int
		}{
			"yes":     {nil, "sent", 1},
			"busy":    {[]error{sms.Later("忙"), sms.Later("忙")}, "sent", 3},
			"refused": {[]error{&sms.Refusal{Reason: "余额不足"}}, "refused", 1},
			"unclear": {[]error{sms.ErrUnclear}, "unclear", 1},
			"later":   {[]error{sms.Later("忙"), sms.ErrUnclear}, "unclear", 2},
		} {
			t.Run(name, func(t *testing.T) {
				w := &fickle{answers: c.answers}
				s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return w, nil }})
				run(t, s)
				before := len(outgoingOf(t, d, SentInput{State: c.state}))
				send(t, d, Message{To: reader, Kind: "order", Title: "有人接单", SMS: true})
				eventually(t, c.state, func() bool { return len(outgoingOf(t, d, SentInput{State: c.state})) == before+1 })
				got := outgoingOf(t, d, SentInput{})[0]
				if w.count() != c.calls || got.Tries != int64(c.calls) || got.Way != "aliyun" || got.Recipient != "129****0001" ||
					got.State != c.state ||
					got.Again != (c.state == "refused") || (got.Reason == "") != (name == "yes") {
					t.Errorf("%d calls, %+v", w.count(), got)
				}
				if m := w.sent[0]; m.Vars["title"] != "有人接单" || m.Kind != sms.Notice || m.Phone != phone {
					t.Errorf("%+v", m)
				}
			})
		}
	})
}

// What a process died over is not handed over again by another way, for nobody knows; the same way is asked again where it may be.
func TestDiedOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		diedOver(t, d, "aliyun", false, FaultUnclear)
		diedOver(t, d, "http", false, FaultUnclear)
		diedOver(t, d, "aliyun", true, FaultUnclear)
		diedOver(t, d, "http", true, stateSent)
	})
}

func diedOver(t *testing.T, d *db.DB, over string, repeats bool, state string) {
	t.Run(fmt.Sprint(over, repeats), func(t *testing.T) {
		w := &fickle{}
		var way sms.Way = w
		if repeats {
			way = patient{w}
		}
		s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return way, nil }})
		send(t, d, Message{To: reader, Kind: "order", Title: "有人接单", SMS: true})
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE notify_outbox SET begun_at = at, way = $1 WHERE state = 'waiting'", over)
			return err
		})
		run(t, s)
		eventually(t, state, func() bool { return outgoingOf(t, d, SentInput{})[0].State == state })
		if calls := w.count(); calls != 0 && state == FaultUnclear || calls != 1 && state == stateSent {
			t.Errorf("%d calls", calls)
		}
	})
}

// A message whose answer was lost goes again by the way that can tell a repetition, whatever else it says in between, and by no other.
func TestLostAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, c := range map[string]struct {
			answers []error
			other   bool
			state   string
			calls   int
		}{
			"the same":              {[]error{sms.ErrUnclear, sms.Later("忙")}, false, stateSent, 3},
			"another":               {[]error{sms.ErrUnclear}, true, FaultUnclear, 1},
			"another, after a busy": {[]error{sms.ErrUnclear, sms.Later("忙")}, true, FaultUnclear, 2},
			"another, all busy":     {[]error{sms.Later("忙"), sms.Later("忙")}, true, stateSent, 3},
		} {
			t.Run(name, func(t *testing.T) {
				w := &fickle{answers: c.answers}
				s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) {
					if w.mu.Lock(); c.other && len(w.answers) == 0 {
						defer w.mu.Unlock()
						return w, nil
					}
					w.mu.Unlock()
					return patient{w}, nil
				}})
				send(t, d, Message{To: reader, Kind: "order", Title: "有人接单", SMS: true})
				run(t, s)
				eventually(t, c.state, func() bool { return outgoingOf(t, d, SentInput{})[0].State == c.state })
				if got := outgoingOf(t, d, SentInput{})[0]; w.count() != c.calls {
					t.Errorf("%d calls, %+v", w.count(), got)
				}
			})
		}
	})
}

// What was learned while the program was ending is noted: what surely was not sent goes later.
func TestEnding(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &fickle{answers: []error{sms.Later("忙")}}
		ctx, end := context.WithCancel(t.Context())
		s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return last{w, end}, nil }})
		send(t, d, Message{To: reader, Kind: "order", Title: "有人接单", SMS: true})
		id := outgoingOf(t, d, SentInput{})[0].ID
		if err := s.deliver(ctx, task{id}); errs.KindOf(err) != errs.Unavailable {
			t.Errorf("%v", err)
		}
		if err := s.deliver(t.Context(), task{id}); err != nil {
			t.Errorf("%v", err)
		}
		if got := outgoingOf(t, d, SentInput{})[0]; got.State != stateSent || w.count() != 2 {
			t.Errorf("%d calls, %+v", w.count(), got)
		}
	})
}

// last is a way during whose answer the program ends.
type last struct {
	*fickle
	end func()
}

func (l last) Send(ctx context.Context, m sms.Message) (string, error) {
	defer l.end()
	return l.fickle.Send(ctx, m)
}

// patient is a way that may be asked twice.
type patient struct{ *fickle }

func (patient) Name() string  { return "http" }
func (patient) Repeats() bool { return true }

// placed is one of several gateways of a way that may be asked twice.
type placed struct {
	patient
	place string
}

func (p placed) Place() string { return p.place }

// A message in doubt goes again to the gateway that was handed it, and to no other of the same kind.
func TestAnotherOfTheSameKind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for second, state := range map[string]string{"a": stateSent, "b": FaultUnclear} {
			w := &fickle{answers: []error{sms.ErrUnclear}}
			place := "a"
			s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return placed{patient{w}, place}, nil }})
			send(t, d, Message{To: reader, Kind: "order", Title: "有人接单", SMS: true})
			id := outgoingOf(t, d, SentInput{})[0].ID
			if err := s.deliver(t.Context(), task{id}); errs.KindOf(err) != errs.Unavailable {
				t.Errorf("%v", err)
			}
			place = second
			if err := s.deliver(t.Context(), task{id}); err != nil {
				t.Errorf("%v", err)
			}
			if got := outgoingOf(t, d, SentInput{})[0]; got.State != state || w.count() != map[string]int{"a": 2, "b": 1}[second] {
				t.Errorf("%s: %d calls, %+v", second, w.count(), got)
			}
		}
	})
}

// A code that came too late to be of use is not sent; one in time is.
func TestLateCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &fickle{}
		s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return w, nil }})
		write(t, d, func(tx *db.Tx) error {
			return errors.Join(s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Code, Words: "1", Life: time.Nanosecond}),
				s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Check, Words: "2", Life: time.Hour}))
		})
		run(t, s)
		eventually(t, "both end", func() bool { return len(outgoingOf(t, d, SentInput{State: stateWaiting})) == 0 })
		late := outgoingOf(t, d, SentInput{State: FaultLate})
		if len(late) != 1 || late[0].Kind != sms.Code || w.count() != 1 || w.sent[0].Words != "2" {
			t.Errorf("%+v, sent %+v", late, w.sent)
		}
	})
}

// A refused message goes once more by hand; a code, what is unclear and what is old do not.
func TestAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &fickle{answers: []error{&sms.Refusal{Reason: "没有签名"}, sms.ErrUnclear, &sms.Refusal{Reason: "没有签名"}}}
		s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return w, nil }})
		run(t, s)
		again := func(id db.ID) error {
			return d.Write(t.Context(), func(tx *db.Tx) error { _, err := Again(t.Context(), tx, id); return err })
		}
		var ids []db.ID
		for _, state := range []string{"refused", "unclear", "refused"} {
			n := len(outgoingOf(t, d, SentInput{State: state}))
			if len(ids) < 2 {
				send(t, d, Message{To: reader, Kind: "order", Title: "题", SMS: true})
			} else {
				write(t, d, func(tx *db.Tx) error { return s.Text(t.Context(), tx, phone, sms.Text{Kind: sms.Code, Words: "1"}) })
			}
			eventually(t, state, func() bool { return len(outgoingOf(t, d, SentInput{State: state})) == n+1 })
			ids = append(ids, outgoingOf(t, d, SentInput{})[0].ID)
		}
		for _, id := range ids[1:] {
			if err := again(id); errs.KindOf(err) != errs.Conflict {
				t.Errorf("again: %v", err)
			}
		}
		if err := again(99); errs.KindOf(err) != errs.NotFound {
			t.Errorf("none: %v", err)
		}
		if err := again(ids[0]); err != nil {
			t.Fatal(err)
		}
		eventually(t, "sent", func() bool { return len(outgoingOf(t, d, SentInput{State: "sent"})) == 1 })
		if err := again(ids[0]); errs.KindOf(err) != errs.Conflict {
			t.Errorf("twice: %v", err)
		}
	})
}

// Each way tells when it last went well and ill.
func TestFares(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &fickle{answers: []error{nil, &sms.Refusal{Reason: "没有签名"}}}
		s := service(t, d, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return w, nil }})
		run(t, s)
		look := func() (out []Health) {
			err := d.Read(t.Context(), func(tx *db.Tx) (err error) { out, err = Fares(t.Context(), tx); return err })
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for i, ill := range []bool{false, true, false} {
			send(t, d, Message{To: reader, Kind: "order", Title: "题", SMS: true})
			eventually(t, "an end", func() bool {
				return len(outgoingOf(t, d, SentInput{Way: "aliyun"})) == i+1 && len(outgoingOf(t, d, SentInput{State: stateWaiting})) == 0
			})
			if h := look(); len(h) != 1 || h[0].Ill() != ill || h[0].OKAt == nil || (h[0].Reason == "") != (i == 0) {
				t.Errorf("%d: %+v", i, h)
			}
		}
	})
}

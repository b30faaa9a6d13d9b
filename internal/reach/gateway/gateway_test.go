package gateway_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/cmpp/cmpptest"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/platform/outward"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
	"linli/internal/reach/gateway"
)

const phone = "12900000001"

func holder(role auth.Role) context.Context {
	return auth.With(context.Background(), auth.Actor{Account: 1, Name: "系统管理员", Grants: []auth.Grant{{Role: role, Region: 150000000000}}})
}

type world struct {
	t    *testing.T
	d    *db.DB
	s    *gateway.Service
	mail *notify.Service
}

func each(t *testing.T, fn func(w world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.Ephemeral()
		guard, err := outward.NewGuard([]string{"127.0.0.0/8"})
		if err != nil {
			t.Fatal(err)
		}
		s := gateway.New(d, keys, guard)
		mail, err := notify.New(d, keys, notify.Outside{SMS: s.Way})
		if err != nil {
			t.Fatal(err)
		}
		s.Send, s.Persons = mail.Text, person.New(d, keys, true)
		fn(world{t, d, s, mail})
	})
}

// work does what is due until ok.
func (w world) work(what string, ok func() bool) {
	w.t.Helper()
	r := job.New(w.d)
	w.mail.Work(r)
	w.s.Area().Work(r)
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	}()
	for end := time.Now().Add(3 * time.Minute); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("never: " + what)
		}
	}
}

func (w world) sent() notify.Sent {
	w.t.Helper()
	var out notify.Sent
	if err := w.d.Read(w.t.Context(), func(tx *db.Tx) error {
		page, err := notify.Outgoing(w.t.Context(), tx, notify.SentInput{})
		if len(page.Items) > 0 {
			out = page.Items[0]
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w world) save(in gateway.SaveInput) gateway.Gateway {
	w.t.Helper()
	if _, err := w.s.Save(holder(auth.SystemAdmin), in); err != nil {
		w.t.Fatal(err)
	}
	return w.kept(in.Way)
}

// kept is a way as it is set now; its ID is 0 where it never was.
func (w world) kept(way string) gateway.Gateway {
	w.t.Helper()
	look, err := w.s.Look(holder(auth.SystemAdmin), gateway.LookInput{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, g := range look.Items {
		if g.Way == way {
			return g
		}
	}
	return gateway.Gateway{}
}

func (w world) test() {
	w.t.Helper()
	if out, err := w.s.Test(holder(auth.SystemAdmin), gateway.TestInput{Phone: phone}); err != nil || out.Phone != "129****0001" {
		w.t.Fatalf("%+v %v", out, err)
	}
}

func fieldsOf(err error) map[string]string {
	e, _ := errors.AsType[*errs.Error](err)
	if e == nil {
		return nil
	}
	return e.Fields
}

func cloud(address string) gateway.SaveInput {
	return gateway.SaveInput{Way: "aliyun", Address: address, KeyID: "LTAI5t", Secret: "geheim", Sign: "邻里志愿", CodeT: "SMS_1", CodeP: "code",
		TrialT: "SMS_9", TrialP: "n=code minutes"}
}

// A cloud that is set on the page carries the next message; its secret is kept sealed and told nobody, and is left when none is typed.
func TestCloud(t *testing.T) {
	each(t, func(w world) {
		var got string
		server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			got = r.URL.Query().Get("TemplateCode") + r.URL.Query().Get("TemplateParam") + r.Header.Get("Authorization")[:40]
			io.WriteString(out, `{"Code":"OK","BizId":"b7"}`)
		}))
		defer server.Close()
		if _, err := w.s.Test(holder(auth.SystemAdmin), gateway.TestInput{Phone: phone}); errs.KindOf(err) != errs.Unavailable {
			w.t.Errorf("nothing is set: %v", err)
		}
		first := w.save(cloud(server.URL))
		again := cloud(server.URL)
		again.Version, again.Secret = first.Version, ""
		second := w.save(again)
		w.test()
		w.work("sent", func() bool { return w.sent().State == "sent" })
		if want := `SMS_9{"minutes":"10","n":"123456"}ACS3-HMAC-SHA256 Credential=LTAI5t,Signe`; got != want {
			w.t.Errorf("%s", got)
		}
		look, err := w.s.Look(holder(auth.Auditor), gateway.LookInput{})
		if err != nil || len(look.Items) != 1 || !look.Items[0].Active || second.Version != 2 {
			w.t.Fatalf("%+v %v", look, err)
		}
		if strings.Contains(string(look.Items[0].Secret), "geheim") {
			w.t.Error("the secret is plain")
		}
		if _, err := w.s.Save(holder(auth.SystemAdmin), again); errs.CodeOf(err) != errs.CodeOf(errs.ErrStale) {
			w.t.Errorf("an old version: %v", err)
		}
		if _, err := w.s.Save(holder(auth.Auditor), again); errs.KindOf(err) != errs.Denied {
			w.t.Errorf("the auditor: %v", err)
		}
	})
}

// By CMPP a message goes out, and what became of it comes back.
func TestLine(t *testing.T) {
	each(t, func(w world) {
		g := cmpptest.Start(w.t, "geheim", func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Report: "DELIVRD"} })
		w.save(gateway.SaveInput{Way: "cmpp", Address: g.Addr, KeyID: "901234", Secret: "geheim", Number: "10690001", Sign: "邻里志愿", MaxOpen: 16})
		w.test()
		reported := func() (n int64) {
			if err := w.d.Read(w.t.Context(), func(tx *db.Tx) (err error) {
				n, err = db.SelectOne[int64](w.t.Context(), tx, tx.Build("SELECT COUNT(*) FROM job WHERE kind = 'gateway.report'"))
				return err
			}); err != nil {
				w.t.Fatal(err)
			}
			return n
		}
		w.work("a report", func() bool { return w.sent().State == "sent" && reported() == 1 })
		if err := w.d.Write(w.t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(w.t.Context(), "UPDATE job SET due_at = made_at WHERE kind = 'gateway.report'")
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
		w.work("delivered", func() bool { return w.sent().State == "delivered" })
		if got := g.Got(); len(got) != 1 || !strings.HasPrefix(got[0].Text, "【邻里志愿】这是一条测试短信") || got[0].Phone != phone {
			w.t.Errorf("%+v", got)
		}
		if _, err := w.s.Off(holder(auth.SystemAdmin), gateway.OffInput{}); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.s.Off(holder(auth.SystemAdmin), gateway.OffInput{}); errs.KindOf(err) != errs.Conflict {
			w.t.Errorf("off twice: %v", err)
		}
		var way sms.Way
		read := func(tx *db.Tx) (err error) { way, err = w.s.Way(w.t.Context(), tx); return err }
		if err := w.d.Read(w.t.Context(), read); err != nil || way != nil {
			w.t.Errorf("after off: %v %v", way, err)
		}
	})
}

// One way is used at a time: the last that was saved.
func TestOneAtATime(t *testing.T) {
	each(t, func(w world) {
		w.save(cloud(""))
		w.save(gateway.SaveInput{Way: "http", Address: "https://sms.example/", Secret: "X-Key: geheim"})
		look, err := w.s.Look(holder(auth.SystemAdmin), gateway.LookInput{})
		if err != nil || len(look.Items) != 2 || look.Items[0].Active || !look.Items[1].Active {
			w.t.Errorf("%+v %v", look, err)
		}
	})
}

// What cannot work is told by its field of the form, and nothing is kept.
func TestFields(t *testing.T) {
	each(t, func(w world) {
		for field, in := range map[string]gateway.SaveInput{
			"key_id":        {Way: "aliyun", Secret: "x", Sign: "邻里", CodeT: "SMS_1"},
			"secret":        {Way: "aliyun", KeyID: "k", Sign: "邻里", CodeT: "SMS_1"},
			"app":           {Way: "tencent", KeyID: "k", Secret: "x", Sign: "邻里", CodeT: "1"},
			"address":       {Way: "http", Address: "sms"},
			"body":          {Way: "http", Address: "https://x.example", Body: "{{.Phone}"},
			"address ":      {Way: "http", Address: "http://sms.example/"},
			"address  ":     {Way: "http", Address: "https://169.254.169.254/latest"},
			"address   ":    {Way: "aliyun", Address: "http://10.0.0.1", KeyID: "k", Secret: "x", Sign: "邻里", CodeT: "SMS_1"},
			"address    ":   {Way: "cmpp", Address: "10.0.0.1:7890", KeyID: "123456", Secret: "x", Number: "1", Sign: "邻里", MaxOpen: 1},
			"address     ":  {Way: "http", Address: "https://2130706433/"},
			"max_open":      {Way: "cmpp", Address: "h:1", KeyID: "123456", Secret: "x", Number: "1", Sign: "邻里"},
			"code_template": {Way: "aliyun", KeyID: "k", Secret: "x", Sign: "邻里"},
			"check_params":  {Way: "aliyun", KeyID: "k", Secret: "x", Sign: "邻里", CodeT: "SMS_1", CheckT: "SMS_2", CheckP: "who=name"},
			"notice_params": {Way: "tencent", KeyID: "k", Secret: "x", App: "1", Sign: "邻里", CodeT: "1", NoticeP: "a=title"},
		} {
			_, err := w.s.Save(holder(auth.SystemAdmin), in)
			if got := fieldsOf(err); len(got) != 1 || got[strings.TrimSpace(field)] == "" {
				w.t.Errorf("%s: %v", field, err)
			}
		}
		if look, err := w.s.Look(holder(auth.SystemAdmin), gateway.LookInput{}); err != nil || len(look.Items) != 0 {
			w.t.Errorf("%+v %v", look, err)
		}
	})
}

// What is kept secret goes to no other address than that for which it was given.
func TestSecretStaysWithItsAddress(t *testing.T) {
	each(t, func(w world) {
		first := w.save(gateway.SaveInput{Way: "http", Address: "https://sms.example/", Secret: "X-Key: geheim"})
		in := gateway.SaveInput{Way: "http", Version: first.Version, Address: "https://mine.example/"}
		if _, err := w.s.Save(holder(auth.SystemAdmin), in); fieldsOf(err)["secret"] == "" {
			w.t.Errorf("another address: %v", err)
		}
		in.Secret = "X-Key: other"
		second := w.save(in)
		in.Version, in.Secret, in.Body = second.Version, "", `{"to":"{{.Phone}}","text":"{{.Text}}"}`
		w.save(in)
	})
}

// A name that leads into an inner network is judged when the connection is made: nothing is handed over.
func TestInside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var asked atomic.Int64
		line, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer line.Close()
		go func() {
			for {
				c, err := line.Accept()
				if err != nil {
					return
				}
				asked.Add(1)
				c.Close()
			}
		}()
		_, port, _ := net.SplitHostPort(line.Addr().String())
		guard, err := outward.NewGuard(nil)
		if err != nil {
			t.Fatal(err)
		}
		s := gateway.New(d, seal.Ephemeral(), guard)
		for _, in := range []gateway.SaveInput{
			{Way: "http", Address: "https://localhost:" + port},
			{Way: "aliyun", Address: "https://localhost:" + port, KeyID: "k", Secret: "x", Sign: "邻里", CodeT: "SMS_1", CodeP: "code"},
			{Way: "tencent", Address: "https://localhost:" + port, KeyID: "k", Secret: "x", App: "1", Sign: "邻里", CodeT: "1", CodeP: "code"},
			{Way: "cmpp", Address: "localhost:" + port, KeyID: "123456", Secret: "x", Number: "1", Sign: "邻里", MaxOpen: 1},
		} {
			if _, err := s.Save(holder(auth.SystemAdmin), in); err != nil {
				t.Fatalf("%s: %v", in.Way, err)
			}
			var way sms.Way
			read := func(tx *db.Tx) (err error) { way, err = s.Way(t.Context(), tx); return err }
			if err := d.Read(t.Context(), read); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			_, err := way.Send(ctx, sms.Message{ID: "1", Phone: phone, Text: sms.Text{Kind: sms.Code, Vars: map[string]string{"code": "424242"}}})
			cancel()
			if errs.KindOf(err) != errs.Unavailable || asked.Load() != 0 {
				t.Errorf("%s: %v, asked %d times", in.Way, err, asked.Load())
			}
		}
	})
}

// By a way out go the codes of everybody: who administers a part of the region sets none.
func TestWholeRegion(t *testing.T) {
	each(t, func(w world) {
		w.save(cloud(""))
		part := auth.With(context.Background(), auth.Actor{Account: 2, Name: "旗里的管理员",
			Grants: []auth.Grant{{Role: auth.SystemAdmin, Region: 152527000000}}})
		_, err := w.s.Save(part, gateway.SaveInput{Way: "http", Address: "https://sms.example/"})
		_, err2 := w.s.Off(part, gateway.OffInput{})
		_, err3 := w.s.Test(part, gateway.TestInput{Phone: phone})
		for i, err := range []error{err, err2, err3} {
			if errs.KindOf(err) != errs.NotFound {
				w.t.Errorf("%d: %v", i, err)
			}
		}
		look, err := w.s.Look(holder(auth.SystemAdmin), gateway.LookInput{})
		if err != nil || len(look.Items) != 1 || !look.Items[0].Active {
			w.t.Errorf("%+v %v", look, err)
		}
	})
}

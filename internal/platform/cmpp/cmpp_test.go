package cmpp

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/platform/cmpp/cmpptest"
	"linli/internal/platform/errs"
	"linli/internal/platform/sms"
)

const phone = "13800000001"

func config(addr string) Config {
	return Config{Addr: addr, Source: "901234", Secret: "geheim", Service: "LINLI", Number: "10690001", Sign: "邻里志愿", Window: 4}
}

var quick = waits{answer: time.Minute, active: time.Hour, link: time.Minute, retry: 5 * time.Millisecond, control: time.Millisecond}

type reports struct {
	mu  sync.Mutex
	got []Report
}

func (r *reports) add(x Report) error {
	r.mu.Lock()
	r.got = append(r.got, x)
	r.mu.Unlock()
	return nil
}

func (r *reports) list() []Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func client(t *testing.T, c Config, w waits) (*Client, *reports) {
	t.Helper()
	r := &reports{}
	k := start(c, r.add, w)
	t.Cleanup(k.Close)
	return k, r
}

func say(words string) sms.Message {
	return sms.Message{ID: "1", Phone: phone, Text: sms.Text{Kind: sms.Code, Words: words}}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// A message arrives with its sign, its number comes back, and what became of it is told.
func TestSend(t *testing.T) {
	g := cmpptest.Start(t, "geheim", func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Report: "DELIVRD"} })
	k, told := client(t, config(g.Addr), quick)
	ref, err := k.Send(t.Context(), say("【邻里志愿】验证码 424242，𠮷 ᠪᠠᠲᠤ"))
	if err != nil || ref != Ref(0x1000) {
		t.Fatalf("%q %v", ref, err)
	}
	m := g.Got()[0]
	if m.Text != "【邻里志愿】验证码 424242，𠮷 ᠪᠠᠲᠤ" || m.Phone != phone || m.From != "10690001" || m.Source != "901234" || m.Service != "LINLI" ||
		m.Total != 1 || m.Number != 1 || m.Header != 0 || m.Format != 8 || m.Report != 1 {
		t.Errorf("%+v", m)
	}
	eventually(t, "a report", func() bool { return slices.Equal(told.list(), []Report{{0x1000, "DELIVRD"}}) })
}

// A long text goes in parts that come together again, none cut within a character.
func TestLongText(t *testing.T) {
	g := cmpptest.Start(t, "geheim", nil)
	k, _ := client(t, config(g.Addr), quick)
	words := strings.Repeat("好", 60) + strings.Repeat("𠮷", 40)
	if _, err := k.Send(t.Context(), say(words)); err != nil {
		t.Fatal(err)
	}
	var all string
	got := g.Got()
	for i, m := range got {
		if int(m.Total) != len(got) || int(m.Number) != i+1 || m.Header != 1 || m.Ref != got[0].Ref || strings.Contains(m.Text, "\ufffd") {
			t.Errorf("%+v", m)
		}
		all += m.Text
	}
	if all != "【邻里志愿】"+words || len(got) != 3 {
		t.Errorf("%d parts: %s", len(got), all)
	}
	for units, parts := range map[int]int{1: 1, 70: 1, 71: 2, 134: 2, 135: 3, 670: 10, 671: 0} {
		if got := partsOf(strings.Repeat("好", units), 1); len(got) != parts {
			t.Errorf("%d characters in %d parts, want %d", units, len(got), parts)
		}
	}
	if _, err := k.Send(t.Context(), say(strings.Repeat("好", 700))); kind(err) != "refused" {
		t.Errorf("too long: %v", err)
	}
}

// kind is what an error asks for.
func kind(err error) string {
	_, no := errors.AsType[*sms.Refusal](err)
	switch {
	case err == nil:
		return "sent"
	case errors.Is(err, sms.ErrUnclear):
		return "unclear"
	case no:
		return "refused"
	case errs.KindOf(err) == errs.Unavailable:
		return "later"
	}
	return err.Error()
}

// What a gateway does means one of four things; a message that was handed over and not answered is handed over once.
func TestAnswers(t *testing.T) {
	impatient := quick
	impatient.answer = 50 * time.Millisecond
	for name, c := range map[string]struct {
		judge func(n int, m cmpptest.Message) cmpptest.Answer
		w     waits
		want  string
		times int
	}{
		"refused": {func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Result: 7} }, quick, "refused", 1},
		"control": {func(n int, _ cmpptest.Message) cmpptest.Answer {
			if n < 2 {
				return cmpptest.Answer{Result: 8}
			}
			return cmpptest.Answer{}
		}, quick, "sent", 3},
		"always control": {func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Result: 8} }, quick, "later", tries},
		"lost":           {func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Lose: true} }, impatient, "unclear", 1},
		"closed":         {func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Close: true} }, quick, "unclear", 1},
		"late": {func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Delay: 20 * time.Millisecond} }, quick,
			"sent", 1},
	} {
		t.Run(name, func(t *testing.T) {
			g := cmpptest.Start(t, "geheim", c.judge)
			k, _ := client(t, config(g.Addr), c.w)
			_, err := k.Send(t.Context(), say("验证码 424242"))
			if kind(err) != c.want || len(g.Got()) != c.times {
				t.Errorf("%v, handed over %d times", err, len(g.Got()))
			}
			for _, secret := range []string{phone, "424242", "geheim"} {
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%s is told: %v", secret, err)
				}
			}
		})
	}
}

// A part that is refused after others were taken is told as such.
func TestHalf(t *testing.T) {
	g := cmpptest.Start(t, "geheim", func(n int, _ cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Result: byte(7 * n)} })
	k, _ := client(t, config(g.Addr), quick)
	_, err := k.Send(t.Context(), say(strings.Repeat("好", 100)))
	if kind(err) != "refused" || !strings.Contains(err.Error(), "只收下了前面几段") {
		t.Errorf("%v", err)
	}
}

// A line that broke is made anew, and the next message goes.
func TestReconnect(t *testing.T) {
	g := cmpptest.Start(t, "geheim", nil)
	k, _ := client(t, config(g.Addr), quick)
	for i := range 3 {
		eventually(t, "sent", func() bool { _, err := k.Send(t.Context(), say("好")); return err == nil })
		if logins, _ := g.Logins(); logins < i+1 {
			t.Errorf("%d logins", logins)
		}
		g.Drop()
		eventually(t, "another login", func() bool { logins, _ := g.Logins(); return logins >= i+2 })
	}
}

// A gateway that closes each line as soon as it stands is not signed in to without end.
func TestNoStorm(t *testing.T) {
	g := cmpptest.Start(t, "geheim", nil)
	w := quick
	w.retry = 20 * time.Millisecond
	client(t, config(g.Addr), w)
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		g.Drop()
	}
	if logins, _ := g.Logins(); logins > 8 { // after 20, 40, 80, 160, 320, 640 ms
		t.Errorf("%d logins in a second", logins)
	}
}

// A line that is closed while a message is on its way still hears what became of it, and takes no other.
func TestCloseWaits(t *testing.T) {
	g := cmpptest.Start(t, "geheim", func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Delay: 300 * time.Millisecond} })
	c := config(g.Addr)
	c.Window = 1
	k := start(c, func(Report) error { return nil }, quick)
	went := make(chan error, 1)
	go func() {
		_, err := k.Send(context.WithoutCancel(t.Context()), say("好"))
		went <- err
	}()
	eventually(t, "handed over", func() bool { return len(g.Got()) == 1 })
	k.Close()
	if err := <-went; err != nil {
		t.Errorf("on its way: %v", err)
	}
	if _, err := k.Send(t.Context(), say("好")); kind(err) != "later" || len(g.Got()) != 1 {
		t.Errorf("after: %v, %d", err, len(g.Got()))
	}
}

// A report that could not be kept is asked for again, one that was kept is not.
func TestReportIsAskedForAgain(t *testing.T) {
	g := cmpptest.Start(t, "geheim", func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Report: "DELIVRD"} })
	var asked atomic.Int64
	k := start(config(g.Addr), func(Report) error {
		if asked.Add(1) == 1 {
			return errors.New("no database")
		}
		return nil
	}, quick)
	t.Cleanup(k.Close)
	for n := range 2 {
		if _, err := k.Send(t.Context(), say("好")); err != nil {
			t.Fatal(err)
		}
		eventually(t, "answered", func() bool { return len(g.Told()) == n+1 })
	}
	if got := g.Told(); got[0] != busy || got[1] != 0 {
		t.Errorf("%v", got)
	}
}

// A wrong secret, and nobody there, put a message off in words; nothing is handed over.
func TestNoLine(t *testing.T) {
	g := cmpptest.Start(t, "other", nil)
	k, _ := client(t, config(g.Addr), quick)
	_, err := k.Send(t.Context(), say("好"))
	if kind(err) != "later" || !strings.Contains(err.Error(), "共享密钥不对") || len(g.Got()) != 0 {
		t.Errorf("%v", err)
	}
	short := quick
	short.link = 30 * time.Millisecond
	k, _ = client(t, config("127.0.0.1:1"), short)
	if _, err := k.Send(t.Context(), say("好")); kind(err) != "later" || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("%v", err)
	}
}

// An idle line is tested; one that is deaf is given up.
func TestActive(t *testing.T) {
	w := quick
	w.active, w.answer = 5*time.Millisecond, 2*time.Second
	g := cmpptest.Start(t, "geheim", nil)
	k, _ := client(t, config(g.Addr), w)
	if _, err := k.Send(t.Context(), say("好")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "tests of the line", func() bool { _, tests := g.Logins(); return tests >= 3 })
	w.answer = 10 * time.Millisecond
	g = cmpptest.Start(t, "geheim", nil)
	k, _ = client(t, config(g.Addr), w)
	if _, err := k.get(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, _ := k.get(t.Context())
	g.Deafen()
	eventually(t, "the line is given up", func() bool {
		select {
		case <-l.done:
			return true
		default:
			return false
		}
	})
}

// No more messages are unanswered at once than the window says.
func TestWindow(t *testing.T) {
	free := make(chan struct{})
	var mu sync.Mutex
	now, peak := 0, 0
	g := cmpptest.Start(t, "geheim", func(int, cmpptest.Message) cmpptest.Answer { return cmpptest.Answer{Delay: 20 * time.Millisecond} })
	c := config(g.Addr)
	c.Window = 2
	k, _ := client(t, c, quick)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			<-free
			if _, err := k.Send(t.Context(), say("好")); err != nil {
				t.Error(err)
			}
		})
	}
	stop := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			mu.Lock()
			now = len(k.window)
			peak = max(peak, now)
			mu.Unlock()
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	close(free)
	wg.Wait()
	close(stop)
	<-watched
	if peak > 2 || len(g.Got()) != 8 {
		t.Errorf("%d at once, %d sent", peak, len(g.Got()))
	}
}

// The example that gateways publish: MD5(source + nine zeros + secret + time).
func TestAuthenticator(t *testing.T) {
	// printf '901234\0\0\0\0\0\0\0\0\0geheim1130130000' | openssl md5
	if got := hex.EncodeToString(digest("901234", "geheim", "1130130000")); got != "72930ed4a56ffb255fcb39d3e427fb74" {
		t.Errorf("%s", got)
	}
}

func TestFields(t *testing.T) {
	for field, change := range map[string]func(*Config){
		"addr": func(c *Config) { c.Addr = "10.0.0.1" }, "source": func(c *Config) { c.Source = "12345" },
		"secret":  func(c *Config) { c.Secret = "" },
		"service": func(c *Config) { c.Service = "ABCDEFGHIJK" }, "number": func(c *Config) { c.Number = "10x" },
		"sign": func(c *Config) { c.Sign = "【邻里】" }, "window": func(c *Config) { c.Window = 65 },
	} {
		c := config("10.0.0.1:7890")
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		change(&c)
		e, _ := errors.AsType[*errs.Error](c.Check())
		if e == nil || len(e.Fields) != 1 || e.Fields[field] == "" {
			t.Errorf("%s: %v", field, e)
		}
	}
}

// Whatever a gateway sends is read or refused, never a fault of the program; what we write is read back the same.
func FuzzPacket(f *testing.F) {
	f.Add(packet{submit, 7, submitBody(config(""), phone, part{1, 1, []byte{0x59, 0x7d}})}.bytes())
	f.Add(packet{deliver, 7, make([]byte, 120)}.bytes())
	f.Add([]byte{0, 0, 0, 12})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := read(bytes.NewReader(data))
		if err != nil {
			return
		}
		if got := p.bytes(); !bytes.Equal(got, data[:len(got)]) {
			t.Errorf("%x is written as %x", data, got)
		}
		delivered(p.body)
		submitted(p.body)
		connected(config(""), make([]byte, 27), p.body)
	})
}

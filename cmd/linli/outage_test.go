package main

import (
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// line is a telephone line to the database that can be cut and mended, or frozen and thawed: then nobody answers.
type line struct {
	t      *testing.T
	target string

	ice   sync.RWMutex
	mu    sync.Mutex
	door  net.Listener
	addr  string
	conns []net.Conn
}

// newLine gives the line and the database's address behind it.
func newLine(t *testing.T, db string) (*line, string) {
	u, err := url.Parse(db)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{t: t, target: u.Host, addr: "127.0.0.1:0"}
	l.mend()
	t.Cleanup(l.cut)
	u.Host = l.addr
	return l, u.String()
}

// mend lets connections through again, at the same address.
func (l *line) mend() {
	door, err := net.Listen("tcp", l.addr)
	if err != nil {
		l.t.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.door, l.addr = door, door.Addr().String()
	go func() {
		for {
			in, err := door.Accept()
			if err != nil {
				return
			}
			go l.carry(in)
		}
	}()
}

func (l *line) carry(in net.Conn) {
	out, err := net.Dial("tcp", l.target)
	if err != nil {
		in.Close()
		return
	}
	l.mu.Lock()
	l.conns = append(l.conns, in, out)
	l.mu.Unlock()
	go func() { io.Copy(out, thawed{in, l}); out.Close() }()
	io.Copy(in, thawed{out, l})
	in.Close()
}

// thawed gives what comes while the line is not frozen.
type thawed struct {
	io.Reader
	l *line
}

func (r thawed) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.l.ice.RLock()
	defer r.l.ice.RUnlock()
	return n, err
}

// cut ends all connections and refuses new ones.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.door.Close()
	for _, c := range l.conns {
		c.Close()
	}
	l.conns = nil
}

// While the database is away people are told to come back, on every way in; when it returns so does the service, without a restart.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	l, url := newLine(t, fresh.PostgresURL(t))
	o := newOperator(t, fresh, url)
	o.start()
	o.signIn()
	station := o.station()
	point := fmt.Sprintf(`{"region":"%s","parent_id":"%s","address":"东头","lat":43.9,"lng":116.1}`, communityCode, station)
	write := func() reply { return ask(o.base, o.token, "POST", "/api/v1/stations", "gone-1", point) }

	l.cut()
	for what, r := range map[string]reply{
		"read": ask(o.base, "", "GET", "/api/v1/stations/"+station, "", ""), "signed in": o.get("/api/v1/account"), "write": write(),
		"sign-in": ask(o.base, "", "POST", "/api/v1/sessions", "", `{"login":"town1","password":"Grassland-8-horses"}`),
	} {
		if r.status != 503 || r.head.Get("Retry-After") == "" || !strings.HasPrefix(r.head.Get("Content-Type"), "application/problem+json") ||
			!strings.Contains(string(r.body), "请稍后再试") {
			t.Errorf("%s: %s", what, r)
		}
	}
	if r := ask(o.base, "", "GET", "/regions", "", ""); r.status != 503 || r.head.Get("Retry-After") == "" ||
		!strings.Contains(string(r.body), "系统暂时没有回应") {
		t.Errorf("page: %d", r.status)
	}
	if r := ask(o.base, "", "GET", "/readyz", "", ""); r.status != 503 || r.head.Get("Retry-After") == "" {
		t.Errorf("readyz: %s", r)
	}
	if r := ask(o.base, "", "GET", "/healthz", "", ""); r.status != 200 {
		t.Errorf("healthz: %s", r)
	}

	l.mend()
	eventually(t, func() bool { return ask(o.base, "", "GET", "/readyz", "", "").status == 200 })
	first, again := write(), write()
	if !first.ok() || first.text("id") != again.text("id") {
		t.Errorf("after the return: %s, then %s", first, again)
	}
	if r := o.get("/api/v1/account"); r.status != 200 {
		t.Errorf("the session after the return: %s", r)
	}
	o.must("", "verify")
}

// A database that is silent holds nobody: requests are told to come back, and what comes after the silence is served, without a
// restart.
func TestDatabaseFrozen(t *testing.T) {
	t.Parallel()
	l, url := newLine(t, fresh.PostgresURL(t))
	o := newOperator(t, fresh, url)
	o.start()
	o.signIn()
	l.ice.Lock()
	told := make(chan reply)
	for range 3 {
		go func() { told <- o.get("/api/v1/account") }()
		go func() { told <- ask(o.base, o.token, "POST", "/api/v1/account/totp", "", "{}") }()
	}
	for range 6 {
		if r := <-told; r.status != 503 || r.head.Get("Retry-After") == "" { // within the patience of the client, 20 s
			t.Errorf("while nobody answers: %s", r)
		}
	}
	if r := ask(o.base, "", "GET", "/readyz", "", ""); r.status != 503 {
		t.Errorf("readyz: %s", r)
	}
	l.ice.Unlock()
	eventually(t, func() bool { return o.get("/api/v1/account").status == 200 })
}

// A server that takes no changes for two seconds, as one that is about to be the primary, costs nobody an error.
func TestDatabaseReadOnly(t *testing.T) {
	t.Parallel()
	url := fresh.PostgresURL(t)
	o := newOperator(t, fresh, url)
	pool, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	say := func(text string) {
		if _, err := conn.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	name := `"` + strings.TrimPrefix(url[strings.LastIndex(url, "/"):], "/")
	name, _, _ = strings.Cut(name, "?")
	name += `"`
	o.start()
	o.signIn()
	station := o.station()
	say("ALTER DATABASE " + name + " SET default_transaction_read_only = on")
	say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	locked := time.AfterFunc(2*time.Second, func() { say("ALTER DATABASE " + name + " RESET default_transaction_read_only") })
	defer locked.Stop()
	done := 0
	for i := 0; done < 3; i++ {
		r := ask(o.base, o.token, "POST", "/api/v1/stations", "locked-"+strconv.Itoa(i),
			fmt.Sprintf(`{"region":"%s","parent_id":"%s","address":"东头","lat":43.9,"lng":116.1}`, communityCode, station))
		if r.ok() {
			done++
		} else if r.status != 503 || r.head.Get("Retry-After") == "" {
			t.Fatalf("write %d: %s", i, r)
		}
	}
}

// A server that starts before its database waits for it.
func TestDatabaseLate(t *testing.T) {
	t.Parallel()
	l, url := newLine(t, fresh.PostgresURL(t))
	o := newOperator(t, fresh, url)
	l.cut()
	var log lateLog
	log.waiting = func() { l.mend() }
	o.startWith(&log)
	if r := ask(o.base, "", "GET", "/readyz", "", ""); r.status != 200 {
		t.Errorf("readyz: %s", r)
	}
	if !log.told.Load() {
		t.Error("the log does not say that it waits")
	}
}

// lateLog mends the line once the server says that it waits.
type lateLog struct {
	told    atomic.Bool
	waiting func()
}

func (l *lateLog) Write(p []byte) (int, error) {
	if strings.Contains(string(p), "waiting for the database") && l.told.CompareAndSwap(false, true) {
		l.waiting()
	}
	return len(p), nil
}

func eventually(t *testing.T, fn func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !fn(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v", patience)
		}
	}
}

// A dead SMS gateway delays messages and loses none, also over a kill of the server.
func TestGatewayDead(t *testing.T) {
	t.Parallel()
	fresh.EachURL(t, func(t *testing.T, url string) {
		var alive atomic.Bool
		var refused atomic.Int64
		var taken sync.Map // body by message id
		gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !alive.Load() {
				refused.Add(1)
				http.Error(w, "down", http.StatusServiceUnavailable)
				return
			}
			body, _ := io.ReadAll(req.Body)
			taken.Store(req.Header.Get("Idempotency-Key"), string(body))
		}))
		defer gateway.Close()
		o := newOperator(t, fresh, url)
		o.start("--sms-url", gateway.URL)
		const phones = 5
		for i := range phones {
			if r := ask(o.base, "", "POST", "/api/v1/sms-codes", "", fmt.Sprintf(`{"phone":"1390000000%d","purpose":"sign_up"}`, i)); !r.ok() {
				t.Fatalf("code %d: %s", i, r)
			}
		}
		eventually(t, func() bool { return refused.Load() >= phones })
		o.kill()
		o.start("--sms-url", gateway.URL)
		alive.Store(true)
		count := func() (n int) {
			taken.Range(func(_, _ any) bool { n++; return true })
			return n
		}
		eventually(t, func() bool { return count() >= phones })
		var all strings.Builder
		taken.Range(func(_, body any) bool { all.WriteString(body.(string)); return true })
		for i := range phones {
			if phone := fmt.Sprintf("1390000000%d", i); strings.Count(all.String(), phone) != 1 {
				t.Errorf("%s is told %d times", phone, strings.Count(all.String(), phone))
			}
		}
	})
}

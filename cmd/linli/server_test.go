package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"linli/internal/platform/db/dbtest"
)

// kit is a database and the folder beside it (keys, uploads), made by commands once for each engine and copied for each test.
type kit struct {
	*dbtest.Template
	folders sync.Map // by scheme of the address
}

func kitOf(commands func(run func(stdin string, args ...string) error, dir string) error) *kit {
	k := &kit{}
	k.Template = dbtest.Made(func(url string) error {
		dir, err := os.MkdirTemp(kits, "")
		if err != nil {
			return err
		}
		k.folders.Store(schemeOf(url), dir)
		return commands(func(stdin string, args ...string) error {
			_, err := linli(url, dir, stdin, args...)
			return err
		}, dir)
	})
	return k
}

func schemeOf(url string) string { scheme, _, _ := strings.Cut(url, ":"); return scheme }

// unpack gives a folder that goes with a copy of the database.
func (k *kit) unpack(t *testing.T, url string) string {
	t.Helper()
	from, _ := k.folders.Load(schemeOf(url))
	dir := t.TempDir()
	if out, err := exec.Command("cp", "-a", from.(string)+"/.", dir).CombinedOutput(); err != nil { // keys keep their modes
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// fresh is a real database with one administrator of a town.
var fresh = kitOf(func(run func(string, ...string) error, _ string) error {
	return errors.Join(run("", "keys", "init"),
		run("Grassland-7-horses\n", "admin", "create", "town1", "--name", "乡镇经办", "--role", "town_officer", "--region", townCode,
			"--password-stdin"))
})

// operator runs commands and the server as processes of their own, over one database and folder.
type operator struct {
	t     *testing.T
	db    string
	dir   string
	token string // of a town officer
	base  string // of the running server
	serve *exec.Cmd
}

const townCode, communityCode = "152502200000", "152502200200"

// newOperator takes over a copy from a kit.
func newOperator(t *testing.T, k *kit, url string) *operator {
	t.Helper()
	o := &operator{t: t, db: url, dir: k.unpack(t, url)}
	t.Cleanup(o.kill)
	return o
}

func command(url, dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("linli", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LINLI_DB="+url, "LINLI_DATA="+dir)
	return cmd
}

// linli runs a command to its end and gives all it says.
func linli(url, dir, stdin string, args ...string) (string, error) {
	cmd := command(url, dir, args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("linli %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), err
}

// must runs a command that has to succeed.
func (o *operator) must(stdin string, args ...string) string {
	o.t.Helper()
	out, err := linli(o.db, o.dir, stdin, args...)
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// start serves and waits until the server says where.
func (o *operator) start(args ...string) {
	o.t.Helper()
	o.startWith(&bytes.Buffer{}, args...)
}

// startWith is start with a place for what the server logs.
func (o *operator) startWith(log io.Writer, args ...string) {
	o.t.Helper()
	ready := filepath.Join(o.dir, "ready")
	os.Remove(ready)
	o.serve = command(o.db, o.dir, append([]string{"serve", "--addr", "127.0.0.1:0", "--admin-addr", "", "--ready-file", ready}, args...)...)
	said, err := os.Create(o.saidFile())
	if err != nil {
		o.t.Fatal(err)
	}
	defer said.Close()
	o.serve.Stdout, o.serve.Stderr = said, log
	if err := o.serve.Start(); err != nil {
		o.t.Fatal(err)
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if base, err := os.ReadFile(ready); err == nil {
			o.base = strings.TrimSpace(string(base))
			return
		}
	}
	o.kill()
	o.t.Fatalf("the server does not start:\n%s", log)
}

// saidFile holds what the server said on its standard output.
func (o *operator) saidFile() string { return filepath.Join(o.dir, "said") }

// patience is how long a test waits for what has to come: a machine may be slow, or busy with other things.
const patience = 2 * time.Minute

// kill ends the server as a power cut does.
func (o *operator) kill() {
	if o.serve != nil {
		o.serve.Process.Kill()
		o.serve.Wait()
		o.serve = nil
	}
}

// reply is what the server said; status 0 is no answer.
type reply struct {
	status int
	head   http.Header
	body   []byte
}

func (r reply) String() string { return fmt.Sprintf("%d %s", r.status, r.body) }

// ok tells a 2xx.
func (r reply) ok() bool { return r.status/100 == 2 }

// text is one field of the JSON object.
func (r reply) text(name string) string {
	var fields map[string]json.RawMessage
	var s string
	if json.Unmarshal(r.body, &fields) == nil {
		json.Unmarshal(fields[name], &s)
	}
	return s
}

// client takes answers as they are: to press some ten thousand of them and to open them again is half of what a crawl costs.
var client = http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ask sends one request to base as the holder of token; key is the Idempotency-Key of a write.
func ask(base, token, method, path, key, body string) reply {
	req, err := http.NewRequest(method, base+path, strings.NewReader(body))
	if err != nil {
		return reply{}
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := client.Do(req)
	if err != nil {
		return reply{}
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}
	}
	return reply{res.StatusCode, res.Header, got}
}

func (o *operator) get(path string) reply { return ask(o.base, o.token, "GET", path, "", "") }

// post must succeed.
func (o *operator) post(path, body string) reply {
	o.t.Helper()
	r := ask(o.base, o.token, "POST", path, "", body)
	if !r.ok() {
		o.t.Fatalf("POST %s: %s", path, r)
	}
	if next := r.text("token"); next != "" {
		o.token = next
	}
	return r
}

// signIn goes the way of a new officer: initial password, own password, authenticator.
func (o *operator) signIn() {
	o.t.Helper()
	o.post("/api/v1/sessions", `{"login":"town1","password":"Grassland-7-horses"}`)
	o.post("/api/v1/account/password", `{"current_password":"Grassland-7-horses","new_password":"Grassland-8-horses"}`)
	o.post("/api/v1/account/totp", `{}`)
	code, err := totp.GenerateCode(strings.ReplaceAll(o.get("/api/v1/account/totp").text("secret"), " ", ""), time.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	o.post("/api/v1/account/totp/confirm", `{"otp":"`+code+`"}`)
}

// station sets up the station of the community, appoints its manager, opens it and gives its id.
func (o *operator) station() string {
	o.t.Helper()
	id := o.post("/api/v1/stations", `{"region":"`+communityCode+
		`","address":"嘎查部一楼","phone":"0479-8200000","lat":43.9,"lng":116.1}`).text("id")
	if r := ask(o.base, o.token, "POST", "/api/v1/stations/"+id+"/status", "",
		`{"version":1,"status":"open","reason":"开放"}`); r.status != 422 || !strings.Contains(string(r.body), "body.status") {
		o.t.Errorf("opened without a manager: %s", r)
	}
	o.post("/api/v1/accounts", `{"login":"manager1","name":"乌云","phone":"13900000002","role":"station_manager","role_region":"`+communityCode+
		`","reason":"会议纪要"}`)
	o.post("/api/v1/stations/"+id+"/status", `{"version":1,"status":"open","reason":"开放"}`)
	return id
}

// item gives a service of the menu that asks nothing special.
func (o *operator) item() string {
	o.t.Helper()
	var menu struct{ Items []struct{ ID string } }
	r := o.get("/api/v1/catalogue?region=" + communityCode)
	if err := json.Unmarshal(r.body, &menu); err != nil || len(menu.Items) == 0 {
		o.t.Fatalf("catalogue: %v %s", err, r)
	}
	return menu.Items[0].ID
}

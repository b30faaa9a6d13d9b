package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// product is the program over one database.
type product struct {
	engine string
	db     string // as the program names it
	dsn    string // as the driver names it
	binary string
	dir    string
	base   string // of the running server
	admin  string
	serve  *exec.Cmd
	flags  []string // of serve, besides
	drop   func() error
	manifest
}

// manifest is what the bench needs of the demo's.
type manifest struct {
	Base      struct{ Community, Station string }
	Catalogue []string
	Accounts  []struct {
		Role, Login, Password, Region string
		PersonID                      string `json:"person_id"`
		StationID                     string `json:"station_id"`
		TOTP                          string `json:"totp_secret"`
	}
}

func (b *bench) onSQLite() (*product, error) {
	path := filepath.Join(b.dir, "linli.db")
	return &product{engine: "sqlite", db: "sqlite:" + path, dsn: path, binary: b.binary, dir: filepath.Join(b.dir, "sqlite"),
		drop: func() error { return nil }}, nil
}

// onPostgres makes a database of its own on the server that scripts/withpg has started.
func (b *bench) onPostgres() (*product, error) {
	server := os.Getenv("LINLI_TEST_POSTGRES")
	if server == "" {
		return nil, errors.New("no PostgreSQL: start with `make bench`")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return nil, err
	}
	b.made++
	name := fmt.Sprintf("linli_bench_%d_%d", os.Getpid(), b.made)
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		return nil, err
	}
	u, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	u.Path = "/" + name
	p := &product{engine: "postgres", db: u.String(), dsn: u.String(), binary: b.binary, dir: filepath.Join(b.dir, "postgres")}
	p.drop = func() error { _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); return err }
	return p, errors.Join(p.command("migrate").Run())
}

// apart gives a product a database and folders of its own among several of one run.
func (p *product) apart(n int) error {
	p.dir += strconv.Itoa(n)
	if p.engine == "sqlite" {
		p.dsn = strings.TrimSuffix(p.dsn, ".db") + strconv.Itoa(n) + ".db"
		p.db = "sqlite:" + p.dsn
	}
	return os.MkdirAll(p.dir, 0o700)
}

func (p *product) close() error {
	if p.serve != nil {
		p.stop()
	}
	return p.drop()
}

func (p *product) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.binary, args...)
	cmd.Env = append(os.Environ(), "LINLI_DB="+p.db, "LINLI_DATA="+p.dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// fill measures the demo.
func (b *bench) fill(p *product) error {
	file := filepath.Join(b.dir, p.engine+".json")
	cmd := p.command("demo", "--scale", b.scale, "--manifest", file)
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if p.engine == "sqlite" {
		b.say(p.engine, "demo, seconds by the clock", time.Since(start).Seconds(), 240, "s", false)
		b.say(p.engine, "demo, seconds of processor", cmd.ProcessState.UserTime().Seconds(), 240, "s", false)
		b.say(p.engine, "demo, memory at most", float64(used.Maxrss)/1e6, 1.5, "GB", false)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, &p.manifest)
}

const idle = 5 * time.Second // until a started server has come to rest

// start serves, and measures how long that takes and what it needs at rest.
func (b *bench) start(p *product) error {
	began := time.Now()
	if err := p.start(p.db); err != nil {
		return err
	}
	b.say(p.engine, "start of the server", time.Since(began).Seconds(), 2, "s", false)
	time.Sleep(idle)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.serve.Process.Pid))
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	b.say(p.engine, "memory at rest", float64(kb)/1000, 150, "MB", false)
	return err
}

// start serves over the database of that address and waits until the server says where.
func (p *product) start(db string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.admin = l.Addr().String()
	l.Close()
	ready := filepath.Join(p.dir, "ready")
	os.Remove(ready)
	p.serve = p.command("serve", "--demo", "--db", db, "--addr", "127.0.0.1:0", "--admin-addr", p.admin, "--ready-file", ready)
	p.serve.Args = append(p.serve.Args, p.flags...)
	if err := p.serve.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if base, err := os.ReadFile(ready); err == nil {
			p.base = strings.TrimSpace(string(base))
			return nil
		}
	}
	return errors.New("the server does not start")
}

func (p *product) stop() {
	p.serve.Process.Signal(syscall.SIGTERM)
	p.serve.Wait()
	p.serve = nil
}

// signIn opens a session for the first account of a role.
func (p *product) signIn(role string) (token string, err error) {
	for _, a := range p.Accounts {
		if a.Role != role {
			continue
		}
		var out struct{ Token string }
		body, _ := json.Marshal(map[string]string{"login": a.Login, "password": a.Password})
		err := p.call(http.MethodPost, "/api/v1/sessions", "", "", body, &out)
		return out.Token, err
	}
	return "", errors.New("the demo has no " + role)
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}, Timeout: time.Minute}

// call asks the API and reads the answer into out.
func (p *product) call(method, path, token, key string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(context.Background(), method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, raw)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Limits on the generated region.
const (
	pageLimit   = 10.0 // milliseconds of the database for a page of /gov
	rawTimes    = 100.0
	keptRate    = 0.8
	staleLimit  = 1.0  // seconds
	fillMinutes = 30.0 // for all of it
	fillMemory  = 1.5  // GB
)

// region measures the pages of officers on a part of the generated region, on PostgreSQL.
func (b *bench) region(share float64) error {
	p, err := b.onPostgres()
	if err != nil {
		return err
	}
	return errors.Join(b.measureRegion(p, share), p.close())
}

func (b *bench) measureRegion(p *product, share float64) error {
	file := filepath.Join(b.dir, "region.json")
	cmd := p.command("demo", "--scale", "region", "--share", strconv.FormatFloat(share, 'f', -1, 64), "--manifest", file)
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	b.say(p.engine, fmt.Sprintf("demo, %g of the region, minutes", share), time.Since(start).Minutes(), fillMinutes, "min", false)
	b.say(p.engine, "demo, memory at most", float64(used.Maxrss)/1e6, fillMemory, "GB", false)
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &p.manifest); err != nil {
		return err
	}
	u, err := url.Parse(p.dsn)
	if err != nil {
		return err
	}
	t, err := newTap(u.Host)
	if err != nil {
		return err
	}
	defer t.Close()
	u.Host = t.Addr().String()
	if err := p.start(u.String()); err != nil {
		return err
	}
	figures, err := b.officers(p, t)
	if err != nil {
		return err
	}
	if err := b.grouped(p, figures); err != nil {
		return err
	}
	p.stop()
	if out, err := p.command("verify").Output(); err != nil { // counters equal their recount, among all else
		return fmt.Errorf("verify: %w\n%s", err, out)
	}
	fmt.Printf("%-9s verify finds nothing: all counters equal their recount\n", p.engine)
	return b.ingest(p) // last: what is sent without its changes is counted nowhere
}

// officers measures each page of /gov, asked by an officer of the region, and gives the milliseconds of the page of figures.
func (b *bench) officers(p *product, t *tap) (figures float64, err error) {
	token, err := p.enter("region_officer")
	if err != nil {
		return 0, err
	}
	t.take("")
	time.Sleep(3 * time.Second)
	background := map[string]bool{}
	for _, s := range t.take("") {
		background[s.text] = true
	}
	paths, err := p.govPages()
	if err != nil {
		return 0, err
	}
	c, err := pgconn.Connect(context.Background(), p.dsn)
	if err != nil {
		return 0, err
	}
	defer c.Close(context.Background())
	for _, path := range paths {
		t.take("")
		if _, _, err := p.fetch(path, token); err != nil {
			fmt.Printf("%-9s %-46s not measured: %v\n", p.engine, path, err)
			continue
		}
		time.Sleep(50 * time.Millisecond) // until the tap has heard the end
		script := slices.DeleteFunc(t.take(""), func(s statement) bool {
			return background[s.text] || !strings.HasPrefix(strings.TrimSpace(s.text), "SELECT") && !strings.HasPrefix(s.text, "WITH")
		})
		ms, err := timed(c, script)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		b.say(p.engine, fmt.Sprintf("%s, %d statements", path, len(script)), ms, pageLimit, "ms", false)
		if path == "/gov/indicators" {
			figures = ms
		}
	}
	return figures, nil
}

// timed sends the statements of a page again and again, and gives the milliseconds that they took together at best: on a shared
// machine the others hold the median.
func timed(c *pgconn.PgConn, script []statement) (float64, error) {
	ctx := context.Background()
	names := map[string]string{}
	for _, s := range script {
		if _, there := names[s.text]; !there {
			names[s.text] = fmt.Sprintf("%x", sha1.Sum([]byte(s.text)))
			if _, err := c.Prepare(ctx, names[s.text], s.text, nil); err != nil {
				return 0, err
			}
		}
	}
	var rounds []float64
	for range 21 {
		began := time.Now()
		for _, s := range script {
			if res := c.ExecPrepared(ctx, names[s.text], s.values, s.formats, []int16{1}).Read(); res.Err != nil {
				return 0, res.Err
			}
		}
		rounds = append(rounds, time.Since(began).Seconds()*1000)
	}
	for _, name := range names {
		if err := c.Deallocate(ctx, name); err != nil {
			return 0, err
		}
	}
	return slices.Min(rounds), nil
}

// grouped compares the whole page of figures with one of its figures, hours by league this year, made from the records.
func (b *bench) grouped(p *product, page float64) error {
	d, err := sql.Open("pgx", p.dsn)
	if err != nil {
		return err
	}
	defer d.Close()
	var rounds []float64
	year := time.Now().In(shanghai).Year() * 10000
	for range 3 {
		began := time.Now()
		rows, err := d.Query(`SELECT region/10000000000, category, SUM(minutes) FROM service_record
			WHERE status = 'counted' AND day BETWEEN $1 AND $2 GROUP BY 1, 2`, year, year+9999)
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		rounds = append(rounds, time.Since(began).Seconds()*1000)
	}
	raw := slices.Min(rounds)
	fmt.Printf("%-9s hours by kind from the records: %.1f ms\n", p.engine, raw)
	b.say(p.engine, "all figures from counters, beside one from rows", raw/page, rawTimes, "x", true)
	return nil
}

// ingest sends the statements of one order with and without those that leave changes for the counters, while the server folds, and
// looks how long the fold needs after.
func (b *bench) ingest(p *product) error {
	if err := p.start(p.db); err != nil {
		return err
	}
	script, made, err := b.record(p)
	if err != nil {
		return err
	}
	without := slices.DeleteFunc(slices.Clone(script), func(s statement) bool { return strings.Contains(s.text, "stats_delta") })
	var rate [2][]float64
	for i := range 2 * b.rounds {
		which := i % 2
		list := script
		if which == 1 {
			list = without
		}
		r, err := newReplay(p.dsn, list, made)
		if err != nil {
			return err
		}
		n := len(b.times(r.run))
		r.close()
		rate[which] = append(rate[which], float64(n)/b.slice.Seconds())
	}
	b.say(p.engine, "orders a second with counters, beside without", quantile(rate[0], 0.5)/quantile(rate[1], 0.5), keptRate, "x", true)
	d, err := sql.Open("pgx", p.dsn)
	if err != nil {
		return err
	}
	defer d.Close()
	began, n := time.Now(), 1
	for n > 0 && err == nil && time.Since(began) < time.Minute {
		time.Sleep(20 * time.Millisecond)
		err = d.QueryRow("SELECT count(*) FROM stats_delta").Scan(&n)
	}
	b.say(p.engine, "seconds until the last change is in the figures", time.Since(began).Seconds(), staleLimit, "s", false)
	return err
}

// govPages are the pages of officers that need no further word.
func (p *product) govPages() (out []string, err error) {
	raw, err := p.command("routes", "--json").Output()
	if err != nil {
		return nil, err
	}
	var all []struct{ Method, Path, Kind string }
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Method == http.MethodGet && r.Kind == "page" && strings.HasPrefix(r.Path, "/gov") && !strings.Contains(r.Path, "{") {
			out = append(out, r.Path)
		}
	}
	return out, nil
}

// enter signs somebody in who needs a second factor.
func (p *product) enter(role string) (token string, err error) {
	for _, a := range p.Accounts {
		if a.Role == role {
			body, _ := json.Marshal(map[string]string{"login": a.Login, "password": a.Password, "otp": otp(a.TOTP, time.Now())})
			var out struct{ Token string }
			err := p.call(http.MethodPost, "/api/v1/sessions", "", "", body, &out)
			return out.Token, err
		}
	}
	return "", errors.New("the demo has no " + role)
}

// otp is the six digits of RFC 6238.
func otp(secret string, at time.Time) string {
	key, err := base32.StdEncoding.DecodeString(secret)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff)%1_000_000)
}

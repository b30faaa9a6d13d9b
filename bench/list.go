package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite"
)

// The bare handler: the same driver, a look-up of the session, the same rows as JSON, and nothing else. No scope, no check of the
// input, no masking, no metrics, no headers.
type order struct {
	ID          string   `json:"id"`
	No          string   `json:"no"`
	State       string   `json:"state"`
	Version     int64    `json:"version"`
	Title       string   `json:"title"`
	Region      string   `json:"region"`
	StationID   string   `json:"station_id"`
	WindowStart string   `json:"window_start"`
	WindowEnd   string   `json:"window_end"`
	Needed      int64    `json:"needed"`
	Urgent      bool     `json:"urgent"`
	Volunteers  []helper `json:"volunteers"`

	Category    string `json:"category"`
	CatalogueID string `json:"catalogue_id"`
	Level       string `json:"level"`
	StateAt     string `json:"state_at"`
	Channel     string `json:"channel"`
	Consent     string `json:"consent"`
	Rating      int64  `json:"rating"`
	Comment     string `json:"comment"`
	Evidence    string `json:"evidence"`
	NeedsSecond bool   `json:"needs_second"`
	Round       int64  `json:"round"`
	CreatedAt   string `json:"created_at"`
}

type helper struct {
	VolunteerID string `json:"volunteer_id"`
	Name        string `json:"name"`
	State       string `json:"state"`
	At          string `json:"at"`
}

const (
	sessionSQL = `SELECT s.account_id, g.station_id FROM session s JOIN role_grant g ON g.account_id = s.account_id
		AND g.ended_at IS NULL WHERE s.token_hash = $1 AND s.expires_at > $2`
	ordersSQL = `SELECT id, no, state, version, title, region, station_id, window_start, window_end, needed, urgent, category, catalogue_id,
		level, state_at, channel, consent,
		rating, comment, evidence, needs_second, round, created_at FROM orders WHERE station_id = $1 AND state = $2 ORDER BY id DESC LIMIT 21`
	helpersSQL = `SELECT a.order_id, a.volunteer_id, p.name, a.state, a.at FROM assignment a JOIN orders o ON o.id = a.order_id
		AND o.round = a.round JOIN person p ON p.id = a.person_id WHERE a.order_id IN (`
)

var shanghai = time.FixedZone("", 8*3600)

// bare serves the list until its input ends, and prints its address first.
func bare(engine, dsn string) error {
	driver := "pgx"
	if engine == "sqlite" {
		driver, dsn = "sqlite",
			"file:"+dsn+"?_time_integer_format=unix_micro&_inttotime=1&_pragma=busy_timeout(10000)&_pragma=query_only(1)&_pragma=cache_size(-16384)"
	}
	d, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	n := 24
	if engine == "sqlite" {
		n = 8
	}
	d.SetMaxOpenConns(n)
	d.SetMaxIdleConns(n)
	spell := func(q string) string { return q }
	if engine == "sqlite" {
		spell = func(q string) string { return strings.ReplaceAll(q, "$", "?") }
	}
	h, err := prepare(d, spell)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(l, h)
	fmt.Println("http://" + l.Addr().String())
	io.Copy(io.Discard, os.Stdin)
	return nil
}

// lister holds the three statements, prepared.
type lister struct{ session, orders, helpers *sql.Stmt }

const pageSize = 20

func prepare(d *sql.DB, spell func(string) string) (*lister, error) {
	marks := make([]string, pageSize)
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	var l lister
	var err, e1, e2 error
	l.session, err = d.Prepare(spell(sessionSQL))
	l.orders, e1 = d.Prepare(spell(ordersSQL))
	l.helpers, e2 = d.Prepare(spell(helpersSQL + strings.Join(marks, ", ") + `) ORDER BY a.id`))
	return &l, errors.Join(err, e1, e2)
}

func (l *lister) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	hash := sha256.Sum256([]byte(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")))
	var account, station int64
	err := l.session.QueryRow(hash[:], time.Now().UTC()).Scan(&account, &station)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	items, more, err := l.list(req.Context(), station, req.URL.Query().Get("state"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	body, err := json.Marshal(map[string]any{"items": items, "next": more})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(body)
}

func (l *lister) list(ctx context.Context, station int64, state string) ([]order, *string, error) {
	rows, err := l.orders.QueryContext(ctx, station, state)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var out []order
	for rows.Next() {
		var o order
		var start, end, at, made time.Time
		err := rows.Scan(&o.ID, &o.No, &o.State, &o.Version, &o.Title, &o.Region, &o.StationID, &start, &end, &o.Needed, &o.Urgent, &o.Category,
			&o.CatalogueID, &o.Level, &at, &o.Channel, &o.Consent, &o.Rating, &o.Comment, &o.Evidence, &o.NeedsSecond, &o.Round, &made)
		if err != nil {
			return nil, nil, err
		}
		o.WindowStart, o.WindowEnd, o.StateAt, o.CreatedAt = stamp(start), stamp(end), stamp(at), stamp(made)
		o.Volunteers = []helper{}
		out = append(out, o)
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		return out, nil, err
	}
	var more *string
	if len(out) > pageSize {
		out = out[:pageSize]
		more = &out[pageSize-1].ID
	}
	return out, more, l.help(ctx, out)
}

// help fills in who serves.
func (l *lister) help(ctx context.Context, orders []order) error {
	args, at := make([]any, pageSize), map[string]int{}
	for i := range args {
		args[i] = orders[min(i, len(orders)-1)].ID
	}
	for i, o := range orders {
		at[o.ID] = i
	}
	rows, err := l.helpers.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var h helper
		var id string
		var t time.Time
		if err := rows.Scan(&id, &h.VolunteerID, &h.Name, &h.State, &t); err != nil {
			return err
		}
		h.At = stamp(t)
		o := &orders[at[id]]
		o.Volunteers = append(o.Volunteers, h)
	}
	return rows.Err()
}

func stamp(t time.Time) string { return t.In(shanghai).Format(time.RFC3339Nano) }

// list measures the list of orders beside the bare handler, which must first give the same rows.
func (b *bench) list(p *product) error {
	token, err := p.signIn("station_manager")
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, "bare", p.engine, p.dsn)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer cmd.Wait()
	defer in.Close()
	base, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return err
	}
	const path = "/api/v1/orders?state=closed"
	anchor := product{base: strings.TrimSpace(base)}
	if err := same(p, &anchor, path, token); err != nil {
		return err
	}
	limit := map[string]float64{"sqlite": 0.7, "postgres": 0.6}[p.engine]
	get := func(p *product) float64 {
		return b.rate(func(int) error { return p.call(http.MethodGet, path, token, "", nil, nil) })
	}
	var ratios []float64
	var ours, plain float64
	for range b.rounds { // A B B A
		a1, b1, b2, a2 := get(p), get(&anchor), get(&anchor), get(p)
		ratios = append(ratios, (a1+a2)/(b1+b2))
		ours, plain = ours+(a1+a2)/2, plain+(b1+b2)/2
	}
	fmt.Printf("%-9s %-46s %9.0f and %.0f a second, ratios %.2f to %.2f\n", p.engine, "list of orders, ours and bare", ours/float64(b.rounds),
		plain/float64(b.rounds), quantile(ratios, 0), quantile(ratios, 1))
	b.say(p.engine, "list of orders beside a bare handler", quantile(ratios, 0.5), limit, "x", true)
	return nil
}

// same fails unless both sides give the same rows.
func same(a, b *product, path, token string) error {
	var left, right struct{ Items []order }
	if err := errors.Join(a.call(http.MethodGet, path, token, "", nil, &left),
		b.call(http.MethodGet, path, token, "", nil, &right)); err != nil {
		return err
	}
	if len(left.Items) != pageSize || !reflect.DeepEqual(left, right) {
		return fmt.Errorf("the bare handler gives other rows: %+v, %+v", left.Items[:min(1, len(left.Items))],
			right.Items[:min(1, len(right.Items))])
	}
	return nil
}

// callers is how many ask at once.
const callers = 16

// rate gives how often in a second do succeeds for all callers together; the number it gets is different each time.
func (b *bench) rate(do func(n int) error) float64 {
	times := b.times(do)
	return float64(len(times)) / b.slice.Seconds()
}

// times gives how long each call took.
func (b *bench) times(do func(n int) error) (all []time.Duration) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	end := time.Now().Add(b.slice)
	for c := range callers {
		wg.Go(func() {
			var own []time.Duration
			for n := c; time.Now().Before(end); n += callers {
				start := time.Now()
				if err := do(n); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				own = append(own, time.Since(start))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, own...)
		})
	}
	wg.Wait()
	return all
}

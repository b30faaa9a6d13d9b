package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// statement is one that the program sent, with its values as they went over the wire.
type statement struct {
	text    string
	values  [][]byte
	formats []int16
}

// tap stands between the program and PostgreSQL and listens: what one request does can so be repeated without the program.
type tap struct {
	net.Listener
	server string
	mu     sync.Mutex
	done   [][]statement // transactions, as they ended
}

func newTap(server string) (*tap, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	t := &tap{Listener: l, server: server}
	if err == nil {
		go t.accept()
	}
	return t, err
}

func (t *tap) accept() {
	for {
		c, err := t.Accept()
		if err != nil {
			return
		}
		go t.listen(c)
	}
}

func (t *tap) listen(c net.Conn) {
	defer c.Close()
	up, err := net.Dial("tcp", t.server)
	if err != nil {
		return
	}
	defer up.Close()
	go io.Copy(c, up)
	from := pgproto3.NewBackend(io.TeeReader(c, up), io.Discard)
	if _, err := from.ReceiveStartupMessage(); err != nil {
		return
	}
	texts, names := map[string]string{}, ""
	var open []statement
	for {
		m, err := from.Receive()
		if err != nil {
			return
		}
		switch m := m.(type) {
		case *pgproto3.Parse:
			texts[m.Name] = m.Query
		case *pgproto3.Bind:
			names = m.PreparedStatement
			s := statement{text: texts[names], formats: slices.Clone(m.ParameterFormatCodes)}
			for _, v := range m.Parameters {
				s.values = append(s.values, bytes.Clone(v))
			}
			open = append(open, s)
		case *pgproto3.Query:
			open = append(open, statement{text: m.String})
		}
		if n := len(open); n > 0 && (strings.HasPrefix(open[n-1].text, "commit") || strings.HasPrefix(open[n-1].text, "rollback")) {
			t.mu.Lock()
			t.done = append(t.done, open)
			t.mu.Unlock()
			open = nil
		}
	}
}

// take gives the transactions since the last call that hold one of the words.
func (t *tap) take(words ...string) (out []statement) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, tx := range t.done {
		if slices.ContainsFunc(tx, func(s statement) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s.text, w) })
		}) {
			out = append(out, tx...)
		}
	}
	t.done = nil
	return out
}

// write measures ordering by sixteen callers beside the very statements that one order makes, sent by sixteen connections without the
// program.
func (b *bench) write(p *product) error {
	script, made, err := b.record(p)
	if err != nil {
		return err
	}
	token, err := p.signIn("station_manager")
	if err != nil {
		return err
	}
	bare, err := newReplay(p.dsn, script, made)
	if err != nil {
		return err
	}
	defer bare.close()
	n := 0
	ours := func() []time.Duration {
		n++
		return b.times(func(i int) error { _, err := p.order(token, fmt.Sprintf("bench-%d-%d", n, i), i); return err })
	}
	plain := func() []time.Duration { return b.times(bare.run) }
	var a, c []time.Duration
	for range b.rounds { // A B B A
		a = append(a, ours()...)
		c = append(append(c, plain()...), plain()...)
		a = append(a, ours()...)
	}
	if len(a) == 0 || len(c) == 0 {
		return errors.New("no order was written")
	}
	x, y := quantile(a, 0.99), quantile(c, 0.99)
	fmt.Printf("%-9s %-46s p50 %v and %v, p99 %v and %v, %d statements\n", p.engine, "orders by 16 callers, ours and bare",
		quantile(a, 0.5).Round(10*time.Microsecond), quantile(c, 0.5).Round(10*time.Microsecond), x.Round(10*time.Microsecond),
		y.Round(10*time.Microsecond), len(script))
	b.say(p.engine, "p99 of a write beside its statements", float64(x)/float64(y), 3, "x", false)
	return nil
}

// made is what stands in the recorded order alone: a repetition needs other ones.
type made struct {
	ID, No, key string
}

// record lets the program make one order while the tap listens.
func (b *bench) record(p *product) ([]statement, made, error) {
	u, err := url.Parse(p.dsn)
	if err != nil {
		return nil, made{}, err
	}
	t, err := newTap(u.Host)
	if err != nil {
		return nil, made{}, err
	}
	defer t.Close()
	u.Host = t.Addr().String()
	p.stop()
	if err := p.start(u.String()); err != nil {
		return nil, made{}, err
	}
	token, err := p.signIn("station_manager")
	if err != nil {
		return nil, made{}, err
	}
	t.take("")
	out, err := p.order(token, "bench-recorded", 0)
	script := t.take("FROM session", "INSERT INTO orders")
	p.stop()
	if err == nil && len(script) < 10 {
		err = errors.New("the order's statements were not heard")
	}
	return script, out, errors.Join(err, p.start(p.db))
}

// order makes one, for a resident of the base community.
func (p *product) order(token, key string, n int) (out made, err error) {
	var residents []string
	for _, a := range p.Accounts {
		if a.Role == "resident" && a.Region == p.Base.Community {
			residents = append(residents, a.PersonID)
		}
	}
	start := time.Now().In(shanghai).AddDate(0, 0, 3+n%20).Truncate(24 * time.Hour).Add(2 * time.Hour)
	body, _ := json.Marshal(map[string]any{"catalogue_id": p.Catalogue[0], "recipient_id": residents[n%len(residents)], "title": "量一量有多快",
		"detail": "", "region": p.Base.Community, "address": "示范路 1 号", "window_start": start, "window_end": start.Add(time.Hour), "needed": 1,
		"urgent": false, "channel": "phone_call", "spoken_by": "本人", "consent": "spoken", "risk": ""})
	err = p.call(http.MethodPost, "/api/v1/orders", token, key, body, &out)
	out.key = key
	return out, err
}

// replay sends a script over connections of its own.
type replay struct {
	script []statement
	made
	conns []*pgconn.PgConn
}

func newReplay(dsn string, script []statement, m made) (*replay, error) {
	r := &replay{script: script, made: m}
	for range callers {
		c, err := pgconn.Connect(context.Background(), dsn)
		if err != nil {
			return nil, err
		}
		r.conns = append(r.conns, c)
		for i, s := range script {
			if s.formats == nil {
				continue
			}
			if _, err := c.Prepare(context.Background(), strconv.Itoa(i), s.text, nil); err != nil {
				return nil, fmt.Errorf("%s: %w", s.text, err)
			}
		}
	}
	return r, nil
}

func (r *replay) close() {
	for _, c := range r.conns {
		c.Close(context.Background())
	}
}

var nth struct {
	sync.Mutex
	n int64
}

// run sends the script once, on the connection of its caller.
func (r *replay) run(call int) error {
	nth.Lock()
	nth.n++
	n := nth.n
	nth.Unlock()
	c, ctx := r.conns[call%callers], context.Background()
	for i, s := range r.script {
		if s.formats == nil && len(s.values) == 0 {
			if _, err := c.Exec(ctx, s.text).ReadAll(); err != nil {
				return err
			}
			continue
		}
		res := c.ExecPrepared(ctx, strconv.Itoa(i), r.fresh(s, n), s.formats, []int16{1}).Read()
		if res.Err != nil {
			return fmt.Errorf("%s: %w", s.text, res.Err)
		}
		if strings.HasPrefix(s.text, "INSERT") && res.CommandTag.RowsAffected() == 0 {
			return fmt.Errorf("%s: nothing was inserted", s.text)
		}
	}
	return nil
}

// leased is above every number but those that a server has given: ids of the demo, divisions, times.
const leased = 1 << 50

// fresh gives a statement's values with ids, number and key of its own.
func (r *replay) fresh(s statement, n int64) [][]byte {
	out := slices.Clone(s.values)
	for i, v := range out {
		binaryForm := len(s.formats) == 1 && s.formats[0] == 1 || len(s.formats) > i && s.formats[i] == 1
		switch {
		case binaryForm && len(v) == 8:
			if id := binary.BigEndian.Uint64(v); id > leased && id < 1<<62 {
				out[i] = binary.BigEndian.AppendUint64(nil, id+uint64(n)<<30)
			}
		case !binaryForm && string(v) == r.No || string(v) == r.key:
			out[i] = fmt.Appendf(nil, "%s-%d", v, n)
		}
	}
	return out
}

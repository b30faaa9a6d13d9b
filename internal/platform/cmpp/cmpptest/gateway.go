// Package cmpptest is a gateway of CMPP 2.0 for tests: it reads packets by the offsets of the document, with no code of the client, and
// loses, delays, refuses and closes as it is told.
package cmpptest

import (
	"crypto/md5"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
)

// Message is one short message that an SP handed over.
type Message struct {
	Total, Number, Report, Header, Format byte
	Service, Source, From, Phone          string
	Ref                                   byte // of the parts of one text
	Text                                  string
	ID                                    uint64
}

// Answer is what the gateway does about a message: the result that it answers, and whether it does not answer, or closes.
type Answer struct {
	Result      byte
	Lose, Close bool
	Delay       time.Duration
	Report      string // the status report that follows; none when empty
}

// Gateway is one that listens.
type Gateway struct {
	Addr string

	secret string
	judge  func(n int, m Message) Answer

	mu     sync.Mutex
	got    []Message
	logins int
	tests  int
	told   []byte
	conns  map[net.Conn]bool
	deaf   bool
}

// Start listens until the test ends. judge says what is done about the nth message; nil takes each.
func Start(t testing.TB, secret string, judge func(n int, m Message) Answer) *Gateway {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if judge == nil {
		judge = func(int, Message) Answer { return Answer{} }
	}
	g := &Gateway{Addr: l.Addr().String(), secret: secret, judge: judge, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		l.Close()
		g.Drop()
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			g.mu.Lock()
			g.conns[c] = true
			g.mu.Unlock()
			go g.talk(c)
		}
	}()
	return g
}

// Drop closes all connections.
func (g *Gateway) Drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		c.Close()
		delete(g.conns, c)
	}
}

// Deafen lets the gateway answer nothing any more, with its connections open.
func (g *Gateway) Deafen() {
	g.mu.Lock()
	g.deaf = true
	g.mu.Unlock()
}

// Got are the messages that came, in order.
func (g *Gateway) Got() []Message {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Message(nil), g.got...)
}

// Logins and tests of the line that were answered.
func (g *Gateway) Logins() (logins, tests int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.logins, g.tests
}

// Told are the results with which reports were answered, in order.
func (g *Gateway) Told() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]byte(nil), g.told...)
}

// talk serves one connection.
func (g *Gateway) talk(c net.Conn) {
	defer c.Close()
	var writing sync.Mutex
	say := func(command, seq uint32, body []byte) {
		out := binary.BigEndian.AppendUint32(nil, uint32(12+len(body)))
		out = binary.BigEndian.AppendUint32(out, command)
		out = append(binary.BigEndian.AppendUint32(out, seq), body...)
		writing.Lock()
		defer writing.Unlock()
		c.Write(out)
	}
	for {
		head := make([]byte, 12)
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
		command, seq := binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[8:])
		body := make([]byte, binary.BigEndian.Uint32(head)-12)
		if _, err := io.ReadFull(c, body); err != nil {
			return
		}
		g.mu.Lock()
		deaf := g.deaf
		g.mu.Unlock()
		switch {
		case deaf:
		case command == 1:
			if !g.admit(seq, body, say) {
				return
			}
		case command == 4:
			if !g.take(c, seq, body, say) {
				return
			}
		case command == 0x80000005:
			g.mu.Lock()
			g.told = append(g.told, body[8])
			g.mu.Unlock()
		case command == 8:
			g.mu.Lock()
			g.tests++
			g.mu.Unlock()
			say(0x80000008, seq, []byte{0})
		}
	}
}

// admit judges a sign-in.
func (g *Gateway) admit(seq uint32, body []byte, say func(command, seq uint32, body []byte)) bool {
	at := binary.BigEndian.Uint32(body[23:])
	digits := make([]byte, 10)
	for i := 9; i >= 0; i-- {
		digits[i], at = byte('0'+at%10), at/10
	}
	want := md5.Sum([]byte(string(body[:6]) + strings.Repeat("\x00", 9) + g.secret + string(digits)))
	status := byte(0)
	if string(want[:]) != string(body[6:22]) {
		status = 3
	} else if body[22] != 0x20 {
		status = 4
	}
	mine := md5.Sum([]byte(string([]byte{status}) + string(body[6:22]) + g.secret))
	say(0x80000001, seq, append(append([]byte{status}, mine[:]...), 0x20))
	if status == 0 {
		g.mu.Lock()
		g.logins++
		g.mu.Unlock()
	}
	return status == 0
}

// take does about a message what the test says; false closes the connection.
func (g *Gateway) take(c net.Conn, seq uint32, body []byte, say func(command, seq uint32, body []byte)) bool {
	m := parse(body)
	g.mu.Lock()
	n := len(g.got)
	m.ID = uint64(0x1000 + n)
	g.got = append(g.got, m)
	g.mu.Unlock()
	a := g.judge(n, m)
	switch {
	case a.Close:
		return false
	case a.Lose:
		return true
	}
	go func() {
		if a.Delay > 0 {
			time.Sleep(a.Delay)
		}
		say(0x80000004, seq, append(binary.BigEndian.AppendUint64(nil, m.ID), a.Result))
		if a.Report != "" {
			say(5, uint32(0x70000000+n), report(m, a.Report))
		}
	}()
	return true
}

func field(b []byte) string { return strings.TrimRight(string(b), "\x00") }

// parse reads a submit by the offsets of the document.
func parse(b []byte) (m Message) {
	m.Total, m.Number, m.Report, m.Service = b[8], b[9], b[10], field(b[12:22])
	m.Header, m.Format, m.Source = b[45], b[46], field(b[47:53])
	m.From, m.Phone = field(b[95:116]), field(b[117:138])
	content := b[139 : 139+int(b[138])]
	if m.Header == 1 {
		m.Ref = content[3]
		content = content[6:]
	}
	var units []uint16
	for i := 0; i+1 < len(content); i += 2 {
		units = append(units, uint16(content[i])<<8|uint16(content[i+1]))
	}
	m.Text = string(utf16.Decode(units))
	return m
}

// report is a deliver that tells what became of m.
func report(m Message, stat string) []byte {
	pad := func(s string, n int) []byte { return append([]byte(s), make([]byte, n-len(s))...) }
	content := binary.BigEndian.AppendUint64(nil, m.ID)
	content = append(content, pad(stat, 7)...)
	content = append(content, "26113013002611301300"...)
	content = append(content, pad(m.Phone, 21)...)
	content = append(content, 0, 0, 0, 1)
	out := binary.BigEndian.AppendUint64(nil, 99)
	out = append(out, pad(m.From, 21)...)
	out = append(out, pad(m.Service, 10)...)
	out = append(out, 0, 0, 0)
	out = append(out, pad(m.Phone, 21)...)
	out = append(out, 1, byte(len(content)))
	return append(append(out, content...), make([]byte, 8)...)
}

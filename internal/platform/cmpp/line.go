package cmpp

import (
	"context"
	"encoding/binary"
	"net"
	"sync"
	"time"

	"linli/internal/platform/sms"
)

// line is one connection on which an SP has signed in.
type line struct {
	conn   net.Conn
	w      waits
	report func(Report) error
	done   chan struct{} // closed when it is over

	mu    sync.Mutex
	seq   uint32
	asked map[uint32]chan []byte // by the number of the question

	writing sync.Mutex
}

// next is a number that no packet of this line had.
func (l *line) next() uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	return l.seq
}

// write puts one packet on the line, whole; none says that no byte of it left.
func (l *line) write(p packet) (none bool, err error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.conn.SetWriteDeadline(time.Now().Add(l.w.answer))
	n, err := l.conn.Write(p.bytes())
	return n == 0, err
}

// ask asks and waits for the answer. Without one nobody knows whether it was done; where nothing left it surely was not.
func (l *line) ask(ctx context.Context, command uint32, body []byte) ([]byte, error) {
	seq, got := l.next(), make(chan []byte, 1)
	l.mu.Lock()
	l.asked[seq] = got
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.asked, seq)
		l.mu.Unlock()
	}()
	select {
	case <-l.done:
		return nil, sms.Later("短信网关断开了")
	default:
	}
	if none, err := l.write(packet{command, seq, body}); err != nil {
		l.conn.Close()
		if none {
			return nil, sms.Later("短信网关断开了")
		}
		return nil, sms.ErrUnclear
	}
	select {
	case body := <-got:
		return body, nil
	case <-l.done:
		select {
		case body := <-got: // it came before the end
			return body, nil
		default:
		}
	case <-time.After(l.w.answer):
	case <-ctx.Done():
	}
	return nil, sms.ErrUnclear
}

// serve reads the line until it breaks or ctx ends, and tests it while nothing else is said.
func (l *line) serve(ctx context.Context) {
	go l.test(ctx)
	go func() {
		select {
		case <-ctx.Done():
			l.write(packet{terminate, l.next(), nil})
		case <-l.done:
		}
		l.conn.Close()
	}()
	defer l.conn.Close()
	defer close(l.done)
	for {
		p, err := read(l.conn)
		if err != nil || !l.heed(p) {
			return
		}
	}
}

// heed does what a packet asks; false ends the line.
func (l *line) heed(p packet) bool {
	switch {
	case p.command&answer != 0:
		l.mu.Lock()
		got := l.asked[p.seq]
		delete(l.asked, p.seq)
		l.mu.Unlock()
		if got != nil {
			got <- p.body
		}
		return true
	case p.command == activeTest:
		_, err := l.write(packet{activeTest | answer, p.seq, []byte{0}})
		return err == nil
	case p.command == deliver:
		id, r, ok, err := delivered(p.body)
		if err != nil {
			return false
		}
		result := byte(0)
		if ok && l.report(r) != nil {
			result = busy // it is told again
		}
		_, err = l.write(packet{deliver | answer, p.seq, append(binary.BigEndian.AppendUint64(nil, id), result)})
		return err == nil
	case p.command == terminate:
		l.write(packet{terminate | answer, p.seq, nil})
		return false
	}
	return true // what this protocol does not know is passed over
}

// test asks now and then whether the other side is there, and gives the line up when it is not.
func (l *line) test(ctx context.Context) {
	missed := 0
	for {
		select {
		case <-l.done:
			return
		case <-ctx.Done():
			return
		case <-time.After(l.w.active):
		}
		if _, err := l.ask(ctx, activeTest, nil); err == nil {
			missed = 0
		} else if missed++; missed == misses {
			l.conn.Close()
			return
		}
	}
}

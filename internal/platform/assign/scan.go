package assign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
)

// scanner reads the few kinds of JSON that an instance is made of, in one pass with a fixed buffer. The first error stays; after it
// everything reads as nothing, so that callers ask once at the end of each loop.
type scanner struct {
	ctx      context.Context
	r        io.Reader
	buf      []byte
	pos, end int
	passed   int64 // bytes before buf
	err      error
}

const bufferSize = 256 << 10

func newScanner(ctx context.Context, r io.Reader) *scanner {
	return &scanner{ctx: ctx, r: r, buf: make([]byte, bufferSize)}
}

// fill makes more bytes available and says whether there are any.
func (s *scanner) fill() bool {
	if s.err != nil {
		return false
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return false
	}
	s.passed += int64(s.pos)
	s.end = copy(s.buf, s.buf[s.pos:s.end])
	s.pos = 0
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		switch {
		case n > 0:
			return true
		case err == io.EOF:
			return false
		case err != nil:
			s.err = err
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// peek skips blanks and gives the next byte without taking it; 0 at the end.
func (s *scanner) peek() byte {
	for {
		for s.pos < s.end {
			switch c := s.buf[s.pos]; c {
			case ' ', '\n', '\r', '\t':
				s.pos++
			default:
				return c
			}
		}
		if !s.fill() {
			return 0
		}
	}
}

// take takes the next byte if it is c.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.err != nil {
		return false
	}
	s.pos++
	return true
}

// want takes c and fails if something else is there.
func (s *scanner) want(c byte) {
	if !s.take(c) {
		s.unexpected(fmt.Sprintf("%q", c))
	}
}

func (s *scanner) unexpected(wanted string) {
	c := s.peek()
	switch at := s.passed + int64(s.pos); {
	case s.err != nil:
	case c == 0 && s.pos == s.end:
		s.fail(fmt.Errorf("byte %d: %s expected, the file ends", at, wanted))
	default:
		s.fail(fmt.Errorf("byte %d: %s expected, %q found", at, wanted, c))
	}
}

func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.pos, s.end = 0, 0
}

var errFraction = errors.New("whole numbers only")

// number reads a whole number of 64 bits.
func (s *scanner) number() int64 {
	c := s.peek()
	minus := c == '-'
	if minus {
		s.pos++
		c = s.digit()
	}
	if c < '0' || c > '9' {
		s.unexpected("a whole number")
		return 0
	}
	first, n, count := c, uint64(0), 0
	for c >= '0' && c <= '9' {
		n = n*10 + uint64(c-'0')
		count++
		s.pos++
		c = s.digit()
	}
	return s.whole(n, minus, c, count > maxDigits+1 || n > math.MaxInt64 || first == '0' && count > 1)
}

// digit is the next byte as it is, 0 at the end.
func (s *scanner) digit() byte {
	if s.pos == s.end && !s.fill() {
		return 0
	}
	return s.buf[s.pos]
}

func (s *scanner) whole(n uint64, minus bool, next byte, odd bool) int64 {
	at := s.passed + int64(s.pos)
	switch {
	case next == '.' || next == 'e' || next == 'E':
		s.fail(fmt.Errorf("byte %d: %w", at, errFraction))
	case odd:
		s.fail(fmt.Errorf("byte %d: a number is too long, or begins with 0", at))
	case minus:
		return -int64(n)
	}
	return int64(n)
}

// key reads the name of a field and its colon. Names are short and plain.
func (s *scanner) key(name []byte) []byte {
	s.want('"')
	for {
		c := s.digit()
		if s.err != nil || c == 0 || c == '\\' || len(name) == cap(name) {
			s.unexpected("the name of a field")
			return nil
		}
		s.pos++
		if c == '"' {
			s.want(':')
			return name
		}
		name = append(name, c)
	}
}

// couple reads [n,m] as programs write it, without blanks, signs or needless zeros, and leaves everything else to its caller. Nearly
// all of a file is this.
func (s *scanner) couple() (n, m int64, ok bool) {
	b := s.buf[s.pos:s.end]
	if len(b) < 2*maxDigits+4 || b[0] != '[' {
		return 0, 0, false
	}
	n, i := digits(b, 1)
	if i == 0 || b[i] != ',' {
		return 0, 0, false
	}
	m, i = digits(b, i+1)
	if i == 0 || b[i] != ']' {
		return 0, 0, false
	}
	s.pos += i + 1
	return n, m, true
}

const maxDigits = 18

// digits reads a number from b[i:], which is long enough, and gives where it ends; 0 when there is none, or a longer one.
func digits(b []byte, i int) (n int64, end int) {
	end = i
	for c := b[end] - '0'; c <= 9; c = b[end] - '0' {
		n = n*10 + int64(c)
		if end++; end-i > maxDigits {
			return 0, 0
		}
	}
	if end == i || b[i] == '0' && end-i > 1 {
		return 0, 0
	}
	return n, end
}

// list calls each for every element of a list. each gets its index.
func (s *scanner) list(each func(i int)) {
	s.want('[')
	if s.take(']') {
		return
	}
	for i := 0; s.err == nil; i++ {
		each(i)
		if s.take(']') {
			return
		}
		s.want(',')
	}
}

// object calls each for every field. A field that is unknown, stands twice or is missing fails.
func (s *scanner) object(fields []string, each func(name string)) {
	var room [32]byte
	seen := 0
	s.want('{')
	for s.err == nil && !s.take('}') {
		if seen > 0 {
			s.want(',')
		}
		k := s.known(fields, s.key(room[:0]))
		if s.err != nil {
			return
		}
		if seen&(1<<k) != 0 {
			s.fail(fmt.Errorf("field %q stands twice", fields[k]))
			return
		}
		seen |= 1 << k
		each(fields[k])
	}
	for k, f := range fields {
		if seen&(1<<k) == 0 {
			s.fail(fmt.Errorf("field %q is missing", f))
		}
	}
}

func (s *scanner) known(fields []string, name []byte) int {
	for k, f := range fields {
		if string(name) == f {
			return k
		}
	}
	s.fail(fmt.Errorf("unknown field %q", string(name))) // a copy, so that names need no memory of their own
	return 0
}

// sizes counts the opening brackets and braces of a file that can be read twice, which bounds what it describes; 0 for any other.
func sizes(r io.Reader) (lists, objects int) {
	f, ok := r.(io.ReadSeeker)
	if !ok {
		return 0, 0
	}
	start, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, 0
	}
	for buf := make([]byte, bufferSize); err == nil; {
		var n int
		n, err = f.Read(buf)
		lists += bytes.Count(buf[:n], []byte{'['})
		objects += bytes.Count(buf[:n], []byte{'{'})
	}
	if _, err := f.Seek(start, io.SeekStart); err != nil {
		return 0, 0
	}
	return min(lists, math.MaxInt32), min(objects, math.MaxInt32)
}

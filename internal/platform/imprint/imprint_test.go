package imprint

import (
	"slices"
	"testing"
	"time"
)

func plain(_ string, data []byte) []byte { return append(slices.Clone(data), make([]byte, Size)...) }

// Values of both engines are written alike, columns in any order; every other value gives other bytes.
func TestDigest(t *testing.T) {
	at := time.UnixMicro(1_700_000_000_123_456)
	a := NewShape("t", []string{"id", "b", "a"}, []string{"id"}, nil)
	b := NewShape("t", []string{"a", "id", "b"}, []string{"id"}, nil)
	_, x := a.Digest(plain, []any{int64(7), true, at}, nil)
	_, y := b.Digest(plain, []any{at.UnixMicro(), int64(7), int64(1)}, nil)
	if string(x) != string(y) {
		t.Errorf("%q\n%q", x, y)
	}
	seen := map[string]bool{}
	values := []any{nil, int64(0), int64(1), 1.0, "", "1", "b", []byte("b"), "is"}
	for _, v := range values {
		_, z := a.Digest(plain, []any{int64(7), v, at}, nil)
		seen[string(z)] = true
	}
	if len(seen) != len(values) {
		t.Errorf("%d of %d values differ", len(seen), len(values))
	}
	out := NewShape("t", []string{"id", "b", "a"}, []string{"id"}, []string{"t.b"})
	_, x = out.Digest(plain, []any{int64(7), "one", at}, nil)
	if _, y = out.Digest(plain, []any{int64(7), "two", at}, nil); string(x) != string(y) {
		t.Error("a column that is left out counts")
	}
}

// What was put into a body comes out of it in order, and bytes that are none are refused.
func TestBody(t *testing.T) {
	one := NewShape("one", []string{"id"}, []string{"id"}, nil)
	two := NewShape("two", []string{"x", "y"}, []string{"x", "y"}, nil)
	var b Body
	b.Row(plain, one, false, []any{int64(5)})
	b.Row(plain, one, true, []any{int64(6)})
	b.Row(plain, two, false, []any{"甲", int64(-1)})
	b.Row(plain, one, false, []any{int64(-7)})
	body := b.Take()
	var got []string
	err := Each(body, func(table, key string, sum Digest) {
		got = append(got, table+" "+KeyText(key)+map[bool]string{true: " gone"}[sum == Gone])
	})
	want := []string{"one 5", "one 6 gone", "two 甲/-1", "one -7"}
	if err != nil || !slices.Equal(got, want) || len(b.Bytes) != 0 {
		t.Errorf("%q %v", got, err)
	}
	for i := 1; i < len(body); i++ {
		if err := Each(body[:i], func(string, string, Digest) {}); err == nil && i != 25 && i != 25+22 && i != 25+22+25 {
			n := 0
			Each(body[:i], func(string, string, Digest) { n++ })
			if n == 4 {
				t.Errorf("cut at %d it reads whole", i)
			}
		}
	}
}

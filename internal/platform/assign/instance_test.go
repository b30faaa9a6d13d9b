package assign

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// answer is what Write writes.
type answer struct {
	Objective, Bound int64
	Assigned         [][2]int64
	Unserved         []int64
	MS               float64
}

func solveText(text string) (a answer, err error) {
	in, err := ReadInstance(context.Background(), strings.NewReader(text))
	if err != nil {
		return a, err
	}
	if err := in.Solve(context.Background()); err != nil {
		return a, err
	}
	var out bytes.Buffer
	if err := in.Write(context.Background(), &out); err != nil {
		return a, err
	}
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	return a, d.Decode(&a)
}

// text writes a problem as a file, with ids that are not its indexes.
func text(p Problem) string {
	var b strings.Builder
	b.WriteString(`{"orders":[`)
	for i, o := range p.Orders {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"need":%d,"exit":%d,"cands":[`, orderID(i), o.Need, o.Exit)
		for k, c := range o.Cands {
			if k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "[%d,%d]", volunteerID(int(c.Volunteer)), c.Cost)
		}
		b.WriteString("]}")
	}
	b.WriteString(`],"volunteers":[`)
	for v, x := range p.Volunteers {
		if v > 0 {
			b.WriteByte(',')
		}
		slots := x.Slots
		if slots == nil {
			slots = []int64{}
		}
		s, _ := json.Marshal(slots)
		fmt.Fprintf(&b, `{"slots":%s,"id":%d}`, s, volunteerID(v))
	}
	b.WriteString("]}")
	return b.String()
}

func orderID(i int) int64     { return int64(i)*1_000_000_007 - 3 }
func volunteerID(v int) int64 { return int64(v)*5_000_000 + 7 }

// plan translates the answer back to indexes.
func (a answer) plan() (p Plan) {
	p.Objective = a.Objective
	for _, x := range a.Assigned {
		p.Pairs = append(p.Pairs, [2]int32{int32((x[0] + 3) / 1_000_000_007), int32((x[1] - 7) / 5_000_000)})
	}
	for _, id := range a.Unserved {
		p.Unserved = append(p.Unserved, int32((id+3)/1_000_000_007))
	}
	return p
}

func TestInstance(t *testing.T) {
	for seed := range uint64(500) {
		p := small(rand.New(rand.NewPCG(seed, 3)))
		a, err := solveText(text(p))
		if err != nil {
			t.Fatal(err)
		}
		want, err := Solve(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		if a.Objective != want.Objective || a.Bound != want.Bound || len(a.Assigned) != len(want.Pairs) || len(a.Unserved) != len(want.Unserved) {
			t.Fatalf("seed %d: %+v, want %+v", seed, a, want)
		}
		verify(t, p, a.plan())
	}
}

func TestInstanceSpecial(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"orders":[],"volunteers":[]}`, "{0 0 [] [] 0}"},
		{" {\n\"volunteers\" : [ ] ,\t\"orders\" : [ ] } \n", "{0 0 [] [] 0}"},
		{`{"orders":[{"id":7,"need":2,"exit":5,"cands":[]}],"volunteers":[]}`, "{10 10 [] [7 7] 0}"},
		{`{"orders":[{"id":7,"need":1,"exit":5,"cands":[[1,6]]}],"volunteers":[{"id":1,"slots":[0]}]}`, "{5 5 [] [7] 0}"},
		{`{"orders":[{"id":7,"need":1,"exit":5,"cands":[[1,0]]}],"volunteers":[{"id":1,"slots":[]}]}`, "{5 5 [] [7] 0}"},
		{`{"orders":[{"id":7,"need":2,"exit":5,"cands":[[-1,1]]}],"volunteers":[{"id":-1,"slots":[1,1,1]},{"id":2,"slots":[0]}]}`,
			"{7 7 [[7 -1]] [7] 0}"},
		{`{"orders":[{"id":7,"need":1,"exit":1000000000,"cands":[[1,999999999]]}],"volunteers":[{"id":1,"slots":[0]}]}`,
			"{999999999 999999999 [[7 1]] [] 0}"},
		{`{"volunteers":[{"id":1,"slots":[0]}],"orders":[{"cands":[[1,2]],"exit":9,"need":1,"id":9007199254740993}]}`,
			"{2 2 [[9007199254740993 1]] [] 0}"},
		{`{"volunteers":[{"id":9223372036854775807,"slots":[0]}],"orders":[{"cands":[[9223372036854775807,2]],"exit":9,"need":1,"id":-9223372036854775807}]}`,
			"{2 2 [[-9223372036854775807 9223372036854775807]] [] 0}"},
	} {
		a, err := solveText(c.text)
		a.MS = 0
		if got := fmt.Sprint(a); err != nil || got != c.want {
			t.Errorf("%s\n got %s, %v\nwant %s", c.text, got, err, c.want)
		}
	}
}

func TestInstanceRefused(t *testing.T) {
	const volunteers = `"volunteers":[{"id":1,"slots":[0]}]`
	one := func(order string) string { return `{"orders":[` + order + `],` + volunteers + `}` }
	for _, c := range []struct{ text, want string }{
		{``, `byte 0: '{' expected, the file ends`},
		{`[]`, `byte 0: '{' expected, '[' found`},
		{`{}`, `field "orders" is missing`},
		{`{"orders":[]}`, `field "volunteers" is missing`},
		{`{"orders":[],"volunteers":[]} x`, `byte 30: the end expected, 'x' found`},
		{`{"orders":[],"volunteers":[],"more":1}`, `unknown field "more"`},
		{`{"orders":[],"orders":[],"volunteers":[]}`, `field "orders" stands twice`},
		{`{"orders":[],"volunteers":[]`, `byte 28: ',' expected, the file ends`},
		{`{"orders":[,],"volunteers":[]}`, `orders[0]: byte 11: '{' expected, ',' found`},
		{`{"orders":{},"volunteers":[]}`, `byte 10: '[' expected, '{' found`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[],"colour":2}`), `orders[0]: unknown field "colour"`},
		{one(`{"id":1,"need":1,"cands":[]}`), `orders[0]: field "exit" is missing`},
		{one(`{"id":1,"need":0,"exit":1,"cands":[]}`), `orders[0]: need 0 is not between 1 and 100000`},
		{one(`{"id":1,"need":1,"exit":-1,"cands":[]}`), `orders[0]: exit -1 is not between 0 and 1000000000`},
		{one(`{"id":1,"need":1,"exit":1000000001,"cands":[]}`), `orders[0]: exit 1000000001 is not between 0 and 1000000000`},
		{one(`{"id":1,"need":1,"exit":99999999999999999999,"cands":[]}`), `orders[0]: byte 55: a number is too long, or begins with 0`},
		{one(`{"id":1,"need":1,"exit":9223372036854775808,"cands":[]}`), `orders[0]: byte 54: a number is too long, or begins with 0`},
		{one(`{"id":1,"need":1.5,"exit":1,"cands":[]}`), `orders[0]: byte 27: whole numbers only`},
		{one(`{"id":1,"need":1e2,"exit":1,"cands":[]}`), `orders[0]: byte 27: whole numbers only`},
		{one(`{"id":01,"need":1,"exit":1,"cands":[]}`), `orders[0]: byte 19: a number is too long, or begins with 0`},
		{one(`{"id":"1","need":1,"exit":1,"cands":[]}`), `orders[0]: byte 17: a whole number expected, '"' found`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[[1,-5]]}`), `orders[0]: cands[0]: cost -5 is not between 0 and 1000000000`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[[1,5],[1,6]]}`), `orders[0]: cands[1]: volunteer 1 stands twice`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[[1,5],[2,6]]}`), `orders[0]: cands[1]: no volunteer has the id 2`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[[1,05]]}`), `orders[0]: byte 51: a number is too long, or begins with 0`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[[1,5.0]]}`), `orders[0]: byte 50: whole numbers only`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[[1]]}`), `orders[0]: byte 48: ',' expected, ']' found`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[[1,2,3]]}`), `orders[0]: byte 50: ']' expected, ',' found`},
		{one(`{"id":1,"need":1,"exit":1,"cands":[]},{"id":1,"need":1,"exit":1,"cands":[]}`), `orders[1]: id 1 stands twice`},
		{`{"orders":[],"volunteers":[{"id":1,"slots":[3,2]}]}`, `volunteers[0]: slots[1]: 2 is less than the slot before, 3`},
		{`{"orders":[],"volunteers":[{"id":1,"slots":[-3]}]}`, `volunteers[0]: slots[0]: -3 is not between 0 and 1000000000`},
		{`{"orders":[],"volunteers":[{"id":1,"slots":[]},{"id":1,"slots":[]}]}`, `volunteers[1]: id 1 stands twice`},
		{`{"orders":[],"volunteers":[{"id":1}]}`, `volunteers[0]: field "slots" is missing`},
	} {
		if _, err := solveText(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestReading reads the same instance in pieces of one byte and from a reader that fails, and stops when told to.
func TestReading(t *testing.T) {
	whole := text(small(rand.New(rand.NewPCG(5, 3))))
	if _, err := ReadInstance(context.Background(), iotest.OneByteReader(strings.NewReader(whole))); err != nil {
		t.Error(err)
	}
	for n := range len(whole) - 1 {
		if _, err := ReadInstance(context.Background(), strings.NewReader(whole[:n])); err == nil {
			t.Errorf("%s was taken", whole[:n])
		}
	}
	if _, err := ReadInstance(context.Background(),
		iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(whole)))); err != iotest.ErrTimeout {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadInstance(ctx, strings.NewReader(whole)); err != context.Canceled {
		t.Error(err)
	}
}

// FuzzInstance compares the reader with encoding/json: what the one takes the other takes too, and an answer is always proven.
func FuzzInstance(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(text(small(rand.New(rand.NewPCG(seed, 3)))))
	}
	f.Fuzz(func(t *testing.T, s string) {
		in, err := ReadInstance(context.Background(), strings.NewReader(s))
		if err != nil {
			return
		}
		if !json.Valid([]byte(s)) {
			t.Fatalf("taken, and no JSON: %q", s)
		}
		units := int32(0)
		for _, r := range in.state.rows {
			units += r.need
		}
		if units > 1000 {
			return
		}
		a, err := solveText(s)
		if err != nil || a.Objective != a.Bound || a.Objective < 0 {
			t.Fatalf("%+v, %v", a, err)
		}
	})
}

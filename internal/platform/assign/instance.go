package assign

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"
	"time"
)

// Instance is a problem read from a file, with the names that the file gives.
type Instance struct {
	state  State
	orders names
	people names
	spent  time.Duration
}

// names gives numbers from 0 to the ids of a file, in the order in which they are first met: a hash table with linear probing, at most
// half full.
type names struct {
	ids   []int64
	table []int32 // 1 more than the number; 0 is empty
	shift int
}

// of is the number of an id, which gets one if it has none.
func (n *names) of(id int64) int32 {
	if 2*len(n.ids) >= len(n.table) {
		n.grow()
	}
	at := n.find(id)
	if n.table[at] == 0 {
		n.ids = append(n.ids, id)
		n.table[at] = int32(len(n.ids))
	}
	return n.table[at] - 1
}

// find is the place of an id in the table, or the empty one where it belongs.
func (n *names) find(id int64) int {
	at := int(uint64(id) * 0x9e3779b97f4a7c15 >> n.shift)
	for n.table[at] != 0 && n.ids[n.table[at]-1] != id {
		at = (at + 1) & (len(n.table) - 1)
	}
	return at
}

func (n *names) grow() {
	n.table = make([]int32, max(1024, 2*len(n.table)))
	n.shift = 64 - bits.TrailingZeros(uint(len(n.table)))
	for k, id := range n.ids {
		n.table[n.find(id)] = int32(k) + 1
	}
}

// reader fills an instance. Volunteers may be named before they are described; seats[v].lo is -1 meanwhile. What a list calls for each
// element is made once, in newReader, and speaks of the element at hand through fields: a million closures would need more memory than
// the instance.
type reader struct {
	*scanner
	in     *Instance
	named  []int32 // by volunteer: 1 more than the last order that named him
	orders bool    // all orders are read: a volunteer not named so far never will be

	index      int   // of the order or volunteer at hand
	need, exit int64 // of the order
	described  int32 // the volunteer
	firstSlot  int   // where his slots begin

	orderField, volunteerField func(name string)
	cand, slot                 func(k int)
}

var (
	instanceFields  = []string{"orders", "volunteers"}
	orderFields     = []string{"id", "need", "exit", "cands"}
	volunteerFields = []string{"id", "slots"}
)

func newReader(ctx context.Context, r io.Reader) *reader {
	f := &reader{scanner: newScanner(ctx, r), in: &Instance{}}
	f.orderField, f.volunteerField, f.cand, f.slot = f.readOrderField, f.readVolunteerField, f.readCand, f.readSlot
	return f
}

// ReadInstance reads {"orders":[{"id","need","exit","cands":[[volunteer,cost],…]}],"volunteers":[{"id","slots":[…]}]}, all whole
// numbers within the limits of Problem. An error names the place: an unknown field or id, one that stands twice, a number outside its
// limits. A file that can be read twice needs less memory.
func ReadInstance(ctx context.Context, r io.Reader) (*Instance, error) {
	f := newReader(ctx, r)
	lists, objects := sizes(r)
	s := &f.in.state
	s.arcs, s.rows, s.seats, s.slots = make([]arc, 0, lists), make([]row, 0, objects), make([]seat, 0, objects), make([]int32, 0, 2*objects)
	f.named, f.in.people.ids, f.in.orders.ids = make([]int32, 0, objects), make([]int64, 0, objects), make([]int64, 0, objects)
	f.object(instanceFields, func(name string) {
		if name == "orders" {
			f.list(f.order)
			f.orders = true
		} else {
			f.list(f.volunteer)
		}
	})
	if f.err == nil && f.peek() != 0 {
		f.unexpected("the end")
	}
	f.finish()
	if f.err != nil {
		return nil, f.err
	}
	f.in.people.table, f.in.orders.table = nil, nil
	return f.in, nil
}

// place puts the place before an error that happened in it.
func (f *reader) place(name string, i int) {
	if f.err != nil && f.ctx.Err() == nil {
		f.err = fmt.Errorf("%s[%d]: %w", name, i, f.err)
	}
}

func (f *reader) order(i int) {
	s := &f.in.state
	from := len(s.arcs)
	f.index = i
	f.object(orderFields, f.orderField)
	s.addRow(int(f.need), f.exit, from)
	f.place("orders", i)
}

func (f *reader) readOrderField(name string) {
	switch name {
	case "id":
		f.fresh(&f.in.orders, f.index)
	case "need":
		f.need = f.within(1, MaxNeed, name)
	case "exit":
		f.exit = f.within(0, MaxCost, name)
	case "cands":
		f.list(f.cand)
	}
}

// fresh reads an id that must be the next new one.
func (f *reader) fresh(n *names, number int) {
	id := f.number()
	if f.err == nil && int(n.of(id)) != number {
		f.fail(fmt.Errorf("id %d stands twice", id))
	}
}

func (f *reader) within(low, high int64, name string) int64 {
	n := f.number()
	if f.err == nil && (n < low || n > high) {
		f.fail(fmt.Errorf("%s %d is not between %d and %d", name, n, low, high))
	}
	return n
}

// readCand reads [volunteer, cost].
func (f *reader) readCand(k int) {
	id, c, ok := f.couple()
	if !ok {
		f.want('[')
		id = f.number()
		f.want(',')
		c = f.number()
		f.want(']')
	}
	if f.err == nil && uint64(c) <= MaxCost {
		s := &f.in.state
		now := int32(len(s.rows)) + 1
		if v := f.name(id); f.named[v] != now {
			f.named[v] = now
			s.arcs = append(s.arcs, newArc(int32(c), v))
			return
		}
	}
	f.refuse(k, id, c)
}

func (f *reader) refuse(k int, id, c int64) {
	if c < 0 || c > MaxCost {
		f.fail(fmt.Errorf("cands[%d]: cost %d is not between 0 and %d", k, c, MaxCost))
	}
	f.fail(fmt.Errorf("cands[%d]: volunteer %d stands twice", k, id))
}

// name is the number of a volunteer.
func (f *reader) name(id int64) int32 {
	v := f.in.people.of(id)
	for s := &f.in.state; int(v) >= len(s.seats); {
		s.seats = append(s.seats, seat{lo: -1})
		f.named = append(f.named, 0)
	}
	return v
}

func (f *reader) volunteer(i int) {
	s := &f.in.state
	f.firstSlot = len(s.slots)
	f.object(volunteerFields, f.volunteerField)
	switch {
	case f.err != nil:
		f.place("volunteers", i)
	case int(f.described) < len(s.seats):
		s.seats[f.described] = seat{lo: int32(f.firstSlot), size: int32(len(s.slots) - f.firstSlot)}
	default: // nobody asks for him
		s.slots = s.slots[:f.firstSlot]
	}
}

func (f *reader) readVolunteerField(name string) {
	if name == "slots" {
		f.list(f.slot)
	} else {
		f.described = f.describe()
	}
}

// describe reads the id of a volunteer who was not described before.
func (f *reader) describe() int32 {
	id, before := f.number(), len(f.in.people.ids)
	if f.err != nil {
		return 0
	}
	if f.orders {
		if v := f.in.people.of(id); int(v) == before || int(v) < len(f.in.state.seats) && f.in.state.seats[v].lo < 0 {
			return v
		}
	} else if v := f.name(id); f.in.state.seats[v].lo < 0 {
		return v
	}
	f.fail(fmt.Errorf("id %d stands twice", id))
	return 0
}

func (f *reader) readSlot(k int) {
	s := &f.in.state
	c, n := f.number(), len(s.slots)
	switch {
	case f.err != nil:
	case c < 0 || c > MaxCost:
		f.fail(fmt.Errorf("slots[%d]: %d is not between 0 and %d", k, c, MaxCost))
	case n > f.firstSlot && c < int64(s.slots[n-1]):
		f.fail(fmt.Errorf("slots[%d]: %d is less than the slot before, %d", k, c, s.slots[n-1]))
	default:
		s.slots = append(s.slots, int32(c))
	}
}

// finish looks whether everybody named is described.
func (f *reader) finish() {
	s := &f.in.state
	if len(s.arcs) > math.MaxInt32 || len(s.slots) > math.MaxInt32 {
		f.fail(fmt.Errorf("more than %d candidates or slots", math.MaxInt32))
	}
	for v := range s.seats {
		if s.seats[v].lo < 0 && f.err == nil {
			f.err = f.stranger(int32(v))
		}
	}
}

// stranger names the first place of a volunteer who is not described.
func (f *reader) stranger(v int32) error {
	s := &f.in.state
	for i, r := range s.rows {
		for k, a := range s.arcs[r.lo:r.hi] {
			if a.volunteer() == v {
				return fmt.Errorf("orders[%d]: cands[%d]: no volunteer has the id %d", i, k, f.in.people.ids[v])
			}
		}
	}
	return nil
}

// Solve finds the optimum. When ctx ends it gives its error at once.
func (in *Instance) Solve(ctx context.Context) error {
	start := time.Now()
	err := in.state.solve(ctx)
	in.spent = time.Since(start)
	return err
}

// Write writes {"objective","bound","assigned":[[order,volunteer],…],"unserved":[…],"ms"} with the file's ids; ms is the time that
// Solve took.
func (in *Instance) Write(ctx context.Context, to io.Writer) error {
	plan, err := in.state.Plan(ctx)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(to, bufferSize)
	fmt.Fprintf(w, `{"objective":%d,"bound":%d,"assigned":[`, plan.Objective, plan.Bound)
	var line []byte
	for i, p := range plan.Pairs {
		line = append(comma(line[:0], i), '[')
		line = append(strconv.AppendInt(line, in.orders.ids[p[0]], 10), ',')
		line = append(strconv.AppendInt(line, in.people.ids[p[1]], 10), ']')
		w.Write(line)
	}
	w.WriteString(`],"unserved":[`)
	for i, o := range plan.Unserved {
		w.Write(strconv.AppendInt(comma(line[:0], i), in.orders.ids[o], 10))
	}
	fmt.Fprintf(w, "],\"ms\":%.3f}\n", float64(in.spent.Microseconds())/1000)
	return w.Flush()
}

func comma(line []byte, i int) []byte {
	if i > 0 {
		return append(line, ',')
	}
	return line
}

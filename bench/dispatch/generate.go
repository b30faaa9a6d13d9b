package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"

	"linli/internal/platform/assign"
)

// instance is a made-up peak day: clustered communities, skewed skills, weekly windows with peak demand, five languages. An order's
// candidates are the nearest who suit; costs are metres, and more for who has served much or comes from elsewhere. Everything follows
// from the seed.
type instance struct {
	rowStart, vol, cost, exit []int32 // candidates of order i: rowStart[i] to rowStart[i+1]
	slotStart, slot           []int32
}

type point struct{ x, y float64 }

type person struct {
	point
	skills, windows uint32
	languages       uint8
	served, slots   int32
	community       int
}

const (
	cell       = 1500.0 // metres
	candidates = 50
	windows    = 21
	hot        = 0.7 // share of the orders in a fifth of the communities
)

type square struct{ x, y int32 }

func squareOf(p point) square {
	return square{int32(math.Floor(p.x / cell)), int32(math.Floor(p.y / cell))}
}

type generator struct {
	*rand.Rand
	communities []point
	people      []person
	grid        map[square][]int32
}

// generate makes an instance of so many orders and volunteers.
func generate(orders, volunteers int, seed uint64) *instance {
	g, in := prepare(volunteers, seed)
	for range orders {
		g.order(in)
	}
	return in
}

// prepare makes the volunteers, and an instance without orders.
func prepare(volunteers int, seed uint64) (*generator, *instance) {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 42)), grid: map[square][]int32{}}
	g.settle(volunteers)
	g.enrol(volunteers)
	in := &instance{rowStart: []int32{0}, slotStart: []int32{0}}
	for _, p := range g.people {
		for s := range p.slots {
			in.slot = append(in.slot, s*s*400+s*300) // 0, 700, 2200
		}
		in.slotStart = append(in.slotStart, int32(len(in.slot)))
	}
	return g, in
}

func (g *generator) settle(volunteers int) {
	n := max(20, volunteers/357) // as many a community as 5 million people give 14,000
	side := math.Sqrt(float64(n)) * 1200
	towns := make([]point, max(1, n/60))
	for i := range towns {
		towns[i] = point{g.Float64() * side, g.Float64() * side}
	}
	g.communities = make([]point, n)
	for i := range g.communities {
		g.communities[i] = g.near(towns[g.IntN(len(towns))], 3500)
	}
}

func (g *generator) near(p point, metres float64) point {
	x := p.x + g.NormFloat64()*metres
	return point{x, p.y + g.NormFloat64()*metres}
}

func (g *generator) skill() uint32 { // 24, the first ones common
	return 1 << uint32(math.Min(23, math.Floor(-math.Log(1-g.Float64())*5)))
}

func (g *generator) enrol(volunteers int) {
	for i := range volunteers {
		p := person{community: g.IntN(len(g.communities)), languages: 1}
		p.point = g.near(g.communities[p.community], 400)
		for range 1 + g.IntN(4) {
			p.skills |= g.skill()
		}
		for range 2 + g.IntN(5) {
			p.windows |= 1 << uint(g.IntN(windows))
		}
		if g.IntN(4) == 0 {
			p.languages |= 2 << uint(g.IntN(4))
		}
		p.served = int32(g.ExpFloat64() * 6)
		p.slots = 1 + int32(g.IntN(3))
		g.people = append(g.people, p)
		g.grid[squareOf(p.point)] = append(g.grid[squareOf(p.point)], int32(i))
	}
}

type candidate struct {
	volunteer, cost int32
	metres          float64
}

// want makes an order, and the window in which it is to be served.
func (g *generator) want() (o person, window int) {
	c := g.IntN(len(g.communities))
	if g.Float64() < hot {
		c = g.IntN(max(1, len(g.communities)/5))
	}
	o = person{community: c, languages: 1}
	o.point, o.skills = g.near(g.communities[c], 400), g.skill()
	window = g.IntN(windows)
	if g.IntN(3) > 0 { // two thirds of the demand in five of the windows
		window = g.IntN(5)
	}
	o.windows = 1 << uint(window)
	if g.IntN(10) == 0 {
		o.languages = 2 << uint(g.IntN(4))
	}
	return o, window
}

func (g *generator) exit() int32 { return 40_000 + int32(g.IntN(4))*20_000 }

func (g *generator) order(in *instance) {
	o, _ := g.want()
	found := g.search(&o)
	slices.SortFunc(found, func(a, b candidate) int {
		if a.metres != b.metres {
			return int(math.Copysign(1, a.metres-b.metres))
		}
		return int(a.volunteer - b.volunteer)
	})
	for _, x := range found[:min(len(found), candidates)] {
		in.vol, in.cost = append(in.vol, x.volunteer), append(in.cost, x.cost)
	}
	in.rowStart = append(in.rowStart, int32(len(in.vol)))
	in.exit = append(in.exit, g.exit())
}

// search goes outwards ring by ring until twice the candidates wanted are found.
func (g *generator) search(o *person) (found []candidate) {
	at := squareOf(o.point)
	for ring := int32(0); ring <= 6 && len(found) < 2*candidates; ring++ {
		for x := at.x - ring; x <= at.x+ring; x++ {
			for y := at.y - ring; y <= at.y+ring; y++ {
				if max(x-at.x, at.x-x, y-at.y, at.y-y) == ring {
					found = g.look(o, square{x, y}, found)
				}
			}
		}
	}
	return found
}

func (g *generator) look(o *person, at square, found []candidate) []candidate {
	for _, v := range g.grid[at] {
		p := &g.people[v]
		if p.skills&o.skills == 0 || p.windows&o.windows == 0 || p.languages&o.languages == 0 {
			continue
		}
		metres := math.Hypot(p.x-o.x, p.y-o.y)
		found = append(found, candidate{v, g.cost(p, o, metres), metres})
	}
	return found
}

// cost is the way in metres, and more for who has served much or comes from elsewhere.
func (g *generator) cost(p, o *person, metres float64) int32 {
	cost := metres + float64(p.served)*60 + float64(g.IntN(100))
	if p.community != o.community {
		cost += 300
	}
	return int32(cost) + 1
}

// binary writes it for the peer: numbers of 32 bits, little endian.
func (in *instance) binary(path string) error {
	return writeFile(path, func(w *bufio.Writer) error {
		head := []int32{0x44535031, int32(len(in.exit)), int32(len(in.slotStart) - 1), int32(len(in.vol))}
		for _, a := range [][]int32{head, in.rowStart, in.vol, in.cost, in.exit, in.slotStart, in.slot} {
			if err := binary.Write(w, binary.LittleEndian, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// json writes it for linli dispatch solve.
func (in *instance) json(path string) error {
	return writeFile(path, func(w *bufio.Writer) error {
		var line []byte
		w.WriteString(`{"orders":[`)
		for i, exit := range in.exit {
			line = fmt.Appendf(line[:0], `%s{"id":%d,"need":1,"exit":%d,"cands":[`, comma(i), i, exit)
			for k := in.rowStart[i]; k < in.rowStart[i+1]; k++ {
				line = append(append(line, comma(int(k-in.rowStart[i]))...), '[')
				line = append(strconv.AppendInt(line, int64(in.vol[k]), 10), ',')
				line = append(strconv.AppendInt(line, int64(in.cost[k]), 10), ']')
			}
			w.Write(append(line, "]}\n"...))
		}
		w.WriteString(`],"volunteers":[`)
		for v := range len(in.slotStart) - 1 {
			line = fmt.Appendf(line[:0], `%s{"id":%d,"slots":[`, comma(v), v)
			for k, c := range in.slot[in.slotStart[v]:in.slotStart[v+1]] {
				line = strconv.AppendInt(append(line, comma(k)...), int64(c), 10)
			}
			w.Write(append(line, "]}\n"...))
		}
		_, err := w.WriteString("]}\n")
		return err
	})
}

// problem is the same for the program's own interface.
func (in *instance) problem() (p assign.Problem) {
	for i, exit := range in.exit {
		o := assign.Order{ID: int64(i), Need: 1, Exit: int64(exit)}
		for k := in.rowStart[i]; k < in.rowStart[i+1]; k++ {
			o.Cands = append(o.Cands, assign.Cand{Volunteer: in.vol[k], Cost: int64(in.cost[k])})
		}
		p.Orders = append(p.Orders, o)
	}
	for v := range len(in.slotStart) - 1 {
		x := assign.Volunteer{ID: int64(v)}
		for _, c := range in.slot[in.slotStart[v]:in.slotStart[v+1]] {
			x.Slots = append(x.Slots, int64(c))
		}
		p.Volunteers = append(p.Volunteers, x)
	}
	return p
}

func comma(i int) string {
	if i > 0 {
		return ","
	}
	return ""
}

func writeFile(path string, write func(*bufio.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

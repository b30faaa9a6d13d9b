package demo

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
)

//go:embed names
var lists embed.FS

// namer makes people who cannot be anybody: names from word lists without those of well-known people, ID numbers of the unassigned
// province code 19, telephone numbers of the unassigned prefix 129. No number is given twice.
type namer struct {
	rng     *rand.Rand
	family  []string // as often as its weight says
	given   map[string][]string
	mongol  map[string][]string
	blocked map[string]bool
	numbers map[string]bool
	phones  uint64
}

func newNamer(rng *rand.Rand) *namer {
	n := &namer{rng: rng, blocked: map[string]bool{}, numbers: map[string]bool{},
		given:  map[string][]string{person.Male: words("han-given-male"), person.Female: words("han-given-female")},
		mongol: map[string][]string{person.Male: words("mongol-male"), person.Female: words("mongol-female")}}
	for _, line := range words("han-family") {
		name, weight, _ := strings.Cut(line, " ")
		w, _ := strconv.Atoi(weight)
		for range max(w, 1) {
			n.family = append(n.family, name)
		}
	}
	for _, name := range words("blocklist") {
		n.blocked[name] = true
	}
	return n
}

// words reads one list, a word or a word with its weight a line. The lists are part of the program, so they are there.
func words(list string) []string {
	data, err := lists.ReadFile("names/" + list + ".txt")
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// mongolShare is how many of a hundred people have a Mongolian name and language; a demo weight for the middle of the region.
const mongolShare = 35

// somebody is a made-up person before he is registered.
type somebody struct {
	name, sex, phone, number string
	birth                    clock.Day
	languages                person.Codes
}

// somebody makes a grown-up of the division, born between two years.
func (n *namer) somebody(at auth.Region, from, to int) somebody {
	s := somebody{sex: pick(n.rng, []string{person.Male, person.Female}), phone: n.phone(), languages: person.Codes{"zh"}}
	mongol := n.rng.IntN(100) < mongolShare
	if mongol {
		s.languages = append(s.languages, "mn")
	}
	s.name = n.name(s.sex, mongol)
	s.birth = clock.Day((from+n.rng.IntN(to-from+1))*10000 + (1+n.rng.IntN(12))*100 + 1 + n.rng.IntN(28))
	s.number = n.number(at, s.birth, s.sex)
	return s
}

// name makes one that belongs to nobody who is well known.
func (n *namer) name(sex string, mongol bool) (name string) {
	for name == "" || n.blocked[name] {
		name = pick(n.rng, n.family) + pick(n.rng, n.given[sex])
		if mongol {
			name = pick(n.rng, n.mongol[sex])
		}
	}
	return name
}

// phone gives the next number.
func (n *namer) phone() string {
	n.phones++
	return phoneOf(n.phones)
}

// phoneOf gives the nth number; a step prime to 10⁸ lets no number come back.
func phoneOf(n uint64) string { return fmt.Sprintf("129%08d", n*7_368_787%100_000_000) }

// number gives an ID number that no other of this demo has (GB 11643, province code 19).
func (n *namer) number(at auth.Region, birth clock.Day, sex string) string {
	for {
		serial := n.rng.IntN(500) * 2
		if sex == person.Male {
			serial++
		}
		body := fmt.Sprintf("19%04d%08d%03d", int64(at)/1_000_000%10_000, birth, serial)
		if !n.numbers[body] {
			n.numbers[body] = true
			return body + checkDigit(body)
		}
	}
}

// checkDigit is ISO 7064 MOD 11-2 over 17 digits.
func checkDigit(body string) string {
	p := 0
	for i := range len(body) {
		p = (p + int(body[i]-'0')) * 2 % 11
	}
	return "10X98765432"[p : p+1]
}

// token gives twelve letters that stand nowhere else.
func (n *namer) token() string {
	out := []byte("zq")
	for range 10 {
		out = append(out, byte('a'+n.rng.IntN(26)))
	}
	return string(out)
}

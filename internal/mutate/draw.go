package main

import (
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
)

// draw puts the places into the order in which they are broken: one of each kind in turn, at random within a kind, so that the many
// comparisons do not hide the few permissions. What cannot be noticed is left out.
func draw(places []Place, same equivalents, area string, seed uint64) []Place {
	h := fnv.New64a()
	h.Write([]byte(area))
	random := rand.New(rand.NewPCG(seed, h.Sum64()))
	kinds := map[string][]Place{}
	for _, p := range places {
		if !same.has(p) {
			kinds[p.Kind] = append(kinds[p.Kind], p)
		}
	}
	names := slices.Sorted(maps.Keys(kinds))
	for _, k := range names {
		random.Shuffle(len(kinds[k]), func(i, j int) { kinds[k][i], kinds[k][j] = kinds[k][j], kinds[k][i] })
	}
	random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var out []Place
	for i, more := 0, true; more; i++ {
		more = false
		for _, k := range names {
			if i < len(kinds[k]) {
				out, more = append(out, kinds[k][i]), true
			}
		}
	}
	return out
}

// equivalents are the places whose damage changes nothing that anybody could see, each with its reason; "*" stands for every kind,
// damage or line of a file.
type equivalents []equivalent

type equivalent struct{ file, kind, what, text string }

// readEquivalents reads blocks of three lines or more: file and damage as the tool prints them, the line of the file, the reason.
func readEquivalents(name string) (equivalents, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var out equivalents
	for block := range strings.SplitSeq(strings.TrimSpace(string(content)), "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if strings.HasPrefix(lines[0], "#") || lines[0] == "" {
			continue
		}
		head := strings.SplitN(lines[0], " ", 3)
		if len(lines) < 3 || len(head) != 3 {
			return nil, fmt.Errorf("%s: needs file and damage, line, reason: %s", name, lines[0])
		}
		out = append(out, equivalent{head[0], strings.TrimSuffix(head[1], ":"), head[2], strings.TrimSpace(lines[1])})
	}
	return out, nil
}

func (e equivalents) has(p Place) bool {
	return slices.ContainsFunc(e, func(e equivalent) bool {
		return e.file == p.File && fits(e.kind, p.Kind) && fits(e.what, p.What) && fits(e.text, p.Text)
	})
}

func fits(listed, is string) bool { return listed == "*" || listed == is }

// check refuses entries of an area that name no place any more.
func (e equivalents) check(area string, places []Place) error {
	var out []error
	for _, entry := range e {
		if strings.HasPrefix(entry.file, area+"/") && !slices.ContainsFunc(places, func(p Place) bool { return equivalents{entry}.has(p) }) {
			out = append(out, fmt.Errorf("equivalents.txt: %s has no place for %s %q in %q", entry.file, entry.kind, entry.what, entry.text))
		}
	}
	return errors.Join(out...)
}

package web

import (
	"maps"
	"slices"
	"strings"
)

// Name takes the words of operations and areas, a line each: "order.create 登记求助单", and without a dot the area itself. It is called
// before their routes.
func (r *Router) Name(lines string) {
	for line := range strings.Lines(lines) {
		if name, words, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			r.words[name] = words
		}
	}
}

// Words is what people call an operation (order.create) or an area (order); "" where nobody gave it words.
func (r *Router) Words(name string) string { return r.words[name] }

// Named gives the names of all operations and areas that have words.
func (r *Router) Named() []string { return slices.Sorted(maps.Keys(r.words)) }

// areaOf is the area of an operation: what stands before the dot.
func areaOf(operation string) string {
	area, _, _ := strings.Cut(operation, ".")
	return area
}

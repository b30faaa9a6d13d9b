package web

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
)

//go:embed operations.txt
var operationsText string

var operationWords = parseOperations(operationsText)

func parseOperations(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		if name, words, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name != "#" {
			out[name] = words
		}
	}
	return out
}

// Words is what people call an operation (order.create) or an area (order); "" where it has no line in operations.txt.
func Words(name string) string { return operationWords[name] }

// Named gives the names of all operations and areas that have words.
func Named() []string { return slices.Sorted(maps.Keys(operationWords)) }

// areaOf is the area of an operation: what stands before the dot.
func areaOf(operation string) string {
	area, _, _ := strings.Cut(operation, ".")
	return area
}

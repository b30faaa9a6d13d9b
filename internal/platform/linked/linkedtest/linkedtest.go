// Package linkedtest says where a document is no JSON-LD in the terms that this system uses: a written list of classes and properties,
// with what each takes.
package linkedtest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// terms lists for each class its properties, each with what it takes: text, time, day, number, truth, address, or classes.
//
//go:embed terms.txt
var terms string

type property struct {
	takes  []string
	needed bool
}

// vocabulary reads the list: a line "Class: property!=kind …", where ! says that none goes without.
func vocabulary() map[string]map[string]property {
	out := map[string]map[string]property{}
	for line := range strings.Lines(terms) {
		class, rest, is := strings.Cut(strings.TrimSpace(line), "> ")
		if !is || strings.HasPrefix(class, "#") {
			continue
		}
		out[class] = map[string]property{}
		for _, word := range strings.Fields(rest) {
			name, takes, _ := strings.Cut(word, "=")
			plain, needed := strings.CutSuffix(name, "!")
			out[class][plain] = property{strings.Split(takes, "|"), needed}
		}
	}
	return out
}

// Check lists what is wrong with a document.
func Check(document []byte) []string {
	var doc map[string]any
	if err := json.Unmarshal(document, &doc); err != nil {
		return []string{err.Error()}
	}
	c := &checker{classes: vocabulary()}
	want := []any{"https://schema.org", map[string]any{"volunteering": "https://ns.volunteeringdata.io/"}}
	if !reflect.DeepEqual(doc["@context"], want) {
		c.say("", "@context is %v", doc["@context"])
	}
	delete(doc, "@context")
	c.node("", doc)
	return c.problems
}

// InPage gives the documents that a page carries.
func InPage(page string) (out [][]byte) {
	const open = `<script type="application/ld+json">`
	for {
		_, rest, found := strings.Cut(page, open)
		if !found {
			return out
		}
		body, after, _ := strings.Cut(rest, "</script>")
		out, page = append(out, []byte(body)), after
	}
}

type checker struct {
	classes  map[string]map[string]property
	problems []string
}

func (c *checker) say(path, format string, args ...any) {
	c.problems = append(c.problems, strings.TrimPrefix(path+": ", ": ")+fmt.Sprintf(format, args...))
}

func (c *checker) node(path string, node map[string]any) {
	var classes []string
	switch t := node["@type"].(type) {
	case string:
		classes = []string{t}
	case []any:
		for _, x := range t {
			classes = append(classes, fmt.Sprint(x))
		}
	}
	if len(classes) == 0 {
		c.say(path, "no type")
	}
	known := map[string]property{}
	for _, class := range classes {
		if c.classes[class] == nil {
			c.say(path, "class %s is not on the list", class)
		}
		for name, p := range c.classes[class] {
			known[name] = p
		}
	}
	for name, p := range known {
		if _, there := node[name]; p.needed && !there {
			c.say(path, "%s is missing", name)
		}
	}
	for name, value := range node {
		p, there := known[name]
		switch {
		case name == "@type":
		case name == "@id":
			c.value(path+".@id", property{takes: []string{"address"}}, value)
		case !there:
			c.say(path, "%s is no property of %s", name, strings.Join(classes, ", "))
		default:
			c.value(path+"."+name, p, value)
		}
	}
}

func (c *checker) value(path string, p property, value any) {
	if list, many := value.([]any); many {
		for _, v := range list {
			c.value(path, p, v)
		}
		return
	}
	if node, is := value.(map[string]any); is {
		if !slices.ContainsFunc(p.takes, func(class string) bool { return class == node["@type"] }) {
			c.say(path, "takes %v, not %v", p.takes, node["@type"])
		}
		c.node(path, node)
		return
	}
	if !slices.ContainsFunc(p.takes, func(kind string) bool { return fits(kind, value) }) {
		c.say(path, "%v is no %s", value, strings.Join(p.takes, " or "))
	}
}

func fits(kind string, value any) bool {
	s, isText := value.(string)
	switch kind {
	case "text":
		return isText && strings.TrimSpace(s) != ""
	case "time":
		_, err := time.Parse(time.RFC3339, s)
		return err == nil
	case "day":
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case "address":
		return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "/")
	case "number":
		n, is := value.(float64)
		return is && n >= 0
	case "truth":
		_, is := value.(bool)
		return is
	}
	return isText && s == kind // one of a closed set
}

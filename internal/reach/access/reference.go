package access

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/web/ui"
)

// ReferenceInput asks for the operations of the interface.
type ReferenceInput struct {
	Area string `query:"area" maxLength:"40" doc:"哪一类；不填为接口钥匙能读的和公开的"`
	Q    string `query:"q" maxLength:"40" doc:"地址或者名称里的字"`
}

// Reference is the interface as people read it, made from its own document (OpenAPI), with nothing from outside.
type Reference struct {
	In    ReferenceInput
	Areas []chapter
	Doors []door
}

// chapter is an area of the interface.
type chapter struct {
	Name, Word string
	N          int
}

// door is one operation of the interface.
type door struct {
	Method, Path, Summary, Area, Operation string
	Public                                 bool
	Scopes                                 []string // words of those that open it
}

// document is what the reference reads of the OpenAPI document.
type document struct {
	Tags []struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"tags"`
	Paths map[string]map[string]json.RawMessage `json:"paths"`
}

type operation struct {
	Summary   string            `json:"summary"`
	Tags      []string          `json:"tags"`
	Operation string            `json:"x-operation"`
	Security  []json.RawMessage `json:"security"`
}

var methods = []string{"get", "post", "delete"}

// referenceOf makes the operation that shows the interface of a document.
func referenceOf(printed func() ([]byte, error)) func(context.Context, ReferenceInput) (Reference, error) {
	return func(ctx context.Context, in ReferenceInput) (out Reference, err error) {
		if err := auth.Allow(ctx, Look); err != nil {
			return out, err
		}
		raw, err := printed()
		if err != nil {
			return out, err
		}
		var doc document
		if err := json.Unmarshal(raw, &doc); err != nil {
			return out, err
		}
		doors, err := doc.doors()
		out = Reference{In: in, Areas: doc.chapters(doors)}
		for _, d := range doors {
			if in.shows(d) {
				out.Doors = append(out.Doors, d)
			}
		}
		return out, err
	}
}

// shows says whether a door is among those asked for.
func (in ReferenceInput) shows(d door) bool {
	switch {
	case in.Q != "":
		return strings.Contains(d.Path+" "+d.Summary+" "+d.Operation, in.Q)
	case in.Area != "":
		return d.Area == in.Area
	}
	return d.Method == "GET" && (d.Public || len(d.Scopes) > 0)
}

// doors are the operations of a document by their address.
func (doc document) doors() (out []door, err error) {
	for path, item := range doc.Paths {
		for _, method := range methods {
			raw, has := item[method]
			if !has {
				continue
			}
			var x operation
			if err := json.Unmarshal(raw, &x); err != nil {
				return nil, err
			}
			out = append(out, door{strings.ToUpper(method), path, x.Summary, strings.Join(x.Tags, " "), x.Operation, len(x.Security) == 0,
				openers(x.Operation)})
		}
	}
	slices.SortFunc(out, func(a, b door) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
	return out, nil
}

// openers are the words of the scopes that open an operation.
func openers(operation string) (out []string) {
	for _, row := range scopeWords.Rows() {
		if slices.Contains(scopes[row.Code()].doors, operation) {
			out = append(out, row.Word())
		}
	}
	return out
}

// chapters count the operations of each area, by their words.
func (doc document) chapters(doors []door) (out []chapter) {
	words, count := map[string]string{}, map[string]int{}
	for _, t := range doc.Tags {
		words[t.Name] = t.Description
	}
	for _, d := range doors {
		count[d.Area]++
	}
	for name, n := range count {
		out = append(out, chapter{name, cmp.Or(words[name], name), n})
	}
	slices.SortFunc(out, func(a, b chapter) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// heading says what of the interface is shown.
func (v Reference) heading() string {
	if v.In.Q != "" {
		return "找到的接口"
	}
	for _, c := range v.Areas {
		if c.Name == v.In.Area {
			return c.Word
		}
	}
	return "公开的和接口钥匙能读的"
}

// leave says who may use a door.
func (d door) leave() string {
	switch {
	case d.Public:
		return "谁都能用"
	case d.Method == "GET" && len(d.Scopes) > 0:
		return "登录，或者有这个范围的钥匙：" + strings.Join(d.Scopes, "；")
	}
	return "登录以后，按职务"
}

func areaPath(name string) string { return ui.Href(reference, "area", name) }

package portal

import (
	"context"
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"

	"linli/internal/platform/auth"
)

// Clause is one sentence of the plan that this program serves (《内蒙古自治区城乡社区志愿服务站（点）建设方案》), with what does it here.
type Clause struct {
	Part  string   `json:"part" doc:"方案的哪一条"`
	Rows  []string `json:"rows" doc:"本系统的哪几部分做它（M1 到 M27）"`
	Text  string   `json:"text" doc:"方案的原话"`
	Does  string   `json:"does" doc:"本系统怎样做"`
	Pages []Leaf   `json:"pages" doc:"在哪些页面上做"`
	// Tests perform the deed: a package and a function of the program's own source.
	Tests []string `json:"tests" doc:"由哪些测试证明"`
}

// Leaf is a page of the program.
type Leaf struct {
	Label string `json:"label"`
	Href  string `json:"href"`
}

// Scheme is the whole plan, sentence by sentence.
type Scheme struct{ Clauses []Clause }

// SchemeInput asks for one chapter of the plan, counted from 1.
type SchemeInput struct {
	Chapter int64 `query:"chapter" minimum:"1" maximum:"4" default:"1"`
}

// Chapter is one chapter of the plan beside the names of all.
type Chapter struct {
	Scheme
	In    SchemeInput
	Names []string
	All   int // sentences of the whole plan
}

// schemeText is the plan with the pages and tests of each sentence; scheme_test.go holds it to the plan's own text, to the routes and to
// the source.
//
//go:embed scheme.csv
var schemeText string

var scheme = readScheme()

// readScheme reads the embedded file, whose form the program's own tests hold.
func readScheme() (out Scheme) {
	rows, err := csv.NewReader(strings.NewReader(schemeText)).ReadAll()
	if err != nil {
		panic(err)
	}
	for _, r := range rows[1:] {
		c := Clause{Part: r[0], Rows: strings.Fields(r[1]), Text: r[2], Does: r[3], Tests: strings.Split(r[5], "|")}
		for p := range strings.SplitSeq(r[4], "|") {
			label, href, _ := strings.Cut(p, " ")
			c.Pages = append(c.Pages, Leaf{label, href})
		}
		out.Clauses = append(out.Clauses, c)
	}
	return out
}

// parts gives the sentences under their headings, in the plan's order.
func (s Scheme) parts() (out [][]Clause) {
	for c := range slices.Values(s.Clauses) {
		if n := len(out); n > 0 && out[n-1][0].Part == c.Part {
			out[n-1] = append(out[n-1], c)
			continue
		}
		out = append(out, []Clause{c})
	}
	return out
}

// chapters gives the sentences by the plan's chapters, with their names.
func (s Scheme) chapters() (names []string, out []Scheme) {
	for _, c := range s.Clauses {
		name := strings.Fields(c.Part)[0]
		if n := len(names); n == 0 || names[n-1] != name {
			names, out = append(names, name), append(out, Scheme{})
		}
		last := &out[len(out)-1]
		last.Clauses = append(last.Clauses, c)
	}
	return names, out
}

// Scheme tells what of the program does each sentence of a chapter of the plan; public. It comes chapter by chapter, so that a phone with a
// slow network reads it too.
func (s *Service) Scheme(ctx context.Context, in SchemeInput) (Chapter, error) {
	names, all := scheme.chapters()
	return Chapter{all[in.Chapter-1], in, names, len(scheme.Clauses)}, auth.Allow(ctx, View)
}

// PlanItem is a sentence of the plan as programs read it.
type PlanItem struct {
	Clause string   `json:"clause" doc:"方案的哪一条"`
	Text   string   `json:"text" doc:"方案的原话"`
	Does   string   `json:"does" doc:"本系统怎样做"`
	Rows   []string `json:"rows" doc:"本系统的哪几部分做它（M1 到 M27）"`
	Links  []string `json:"links" doc:"在哪些页面上做"`
	Tests  []string `json:"tests" doc:"由哪些测试证明：包和函数"`
}

// Plan is the whole plan for programs, in its order.
type Plan struct {
	Items []PlanItem `json:"items"`
}

// Plan gives every sentence of the plan with what does it here; public.
func (s *Service) Plan(ctx context.Context, _ Nothing) (out Plan, err error) {
	for _, c := range scheme.Clauses {
		item := PlanItem{Clause: c.Part, Text: c.Text, Does: c.Does, Rows: c.Rows, Tests: c.Tests}
		for _, p := range c.Pages {
			item.Links = append(item.Links, p.Href)
		}
		out.Items = append(out.Items, item)
	}
	return out, auth.Allow(ctx, View)
}

package ui

import (
	"context"

	"github.com/a-h/templ"

	"linli/internal/platform/linked"
)

// Describe adds to the head of the page what it shows as JSON-LD, for programs that read pages; make is given the address of the system.
func Describe[T any](ctx context.Context, make func(base string) T) {
	p := From(ctx)
	p.linked = make(p.Base)
}

// document is JSON-LD within a page. It is data and no script: nothing in it runs, and no text in it ends it, since < > and & are written
// as escapes.
func document(v any) templ.Component { return templ.JSONScript("", v).WithType(linked.Type) }

package batch

import (
	"context"
	"embed"
	"path"
	"slices"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
)

// Look is reading what the format is.
const Look auth.Perm = "batch.look"

// vectors are a sound batch in both forms, the key that signed it, and a second implementation of the signature in shell.
//
//go:embed vectors
var vectors embed.FS

// Nothing is an input without fields.
type Nothing struct{}

// Book is the page of the format.
type Book struct {
	Files []string `json:"files"`
}

// FileInput names a published file.
type FileInput struct {
	File string `path:"file" maxLength:"60"`
}

// Routes mounts the published format.
func Routes(r *web.Router) {
	web.Page(r, "GET /schemas", "batch.book", Look, book, bookPage)
	web.File(r, "GET "+SchemaAt+"{file}", "batch.file", Look, file)
}

func names() (out []string) {
	for _, kind := range append([]string{"line"}, kinds...) {
		out = append(out, SchemaName(kind))
	}
	list, _ := vectors.ReadDir("vectors") // embedded
	for _, e := range list {
		out = append(out, e.Name())
	}
	return out
}

func book(context.Context, Nothing) (Book, error) { return Book{Files: names()}, nil }

// file gives a schema or a vector.
func file(_ context.Context, in FileInput) (blob.File, error) {
	if !slices.Contains(names(), in.File) {
		return blob.File{}, errs.ErrNotFound
	}
	if kind, ok := strings.CutPrefix(strings.TrimSuffix(in.File, ".json"), SchemaName("")[:len(SchemaName(""))-len(".json")]); ok {
		return blob.File{Name: in.File, Type: "application/schema+json", Body: Schema(kind), Show: true}, nil
	}
	body, err := vectors.ReadFile(path.Join("vectors", in.File))
	return blob.File{Name: in.File, Type: "text/plain; charset=utf-8", Body: body, Show: true}, err
}

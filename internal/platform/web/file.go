package web

import (
	"net/http"
	"net/url"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
)

// File serves op's file.
func File[In any](r *Router, pattern, operation string, perm auth.Perm, op Op[In, blob.File], opts ...Option) {
	route := mount(r, pattern, KindFile, operation, perm, op, opts)
	r.handle(route, func(w http.ResponseWriter, req *http.Request) {
		out, _, err := r.run(route, w, req, route.input(), nil)
		switch {
		case err != nil && isAPI(req):
			r.problem(w, req, route, err)
		case err != nil:
			r.fail(w, req, route, err)
		default:
			writeFile(w, req, out.(blob.File))
		}
	})
}

func writeFile(w http.ResponseWriter, req *http.Request, f blob.File) {
	if f.Tag != "" && unchangedSince(w, req, f.Tag) {
		return
	}
	how := "attachment"
	if f.Show {
		how = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", how+"; filename*=UTF-8''"+url.PathEscape(f.Name))
	switch {
	case f.Keep:
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	case f.Tag != "":
		tagged(w, f.Tag)
	default:
		h.Set("Cache-Control", "private, no-store")
	}
	if f.Stream != nil && req.Method == http.MethodHead {
		return // what would be written nobody reads
	}
	if f.Send(w, h.Set) != nil {
		panic(http.ErrAbortHandler) // so that nobody takes what came for the whole
	}
}

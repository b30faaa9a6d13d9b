package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"linli/internal/platform/auth"
	"linli/internal/platform/web/ui"
)

// Fresh serves the pages of a route to visitors as they were made before, while edition says that nothing of them has changed. A page
// carries its tag, so that a browser that has it is told so; none is shown without having asked. Who is signed in has his pages made anew.
func Fresh(edition func(context.Context) (string, error)) Option {
	return func(r *Route) { r.edition = edition }
}

// kept is a page that was made, as text and packed: packing it for each reader would cost more than all else about it.
type kept struct{ text, packed []byte }

func keep(page []byte) *kept {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(page) // into memory, which takes it
	z.Close()
	return &kept{page, out.Bytes()}
}

func (k *kept) send(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	page := k.text
	if takesPacked(req) {
		packed(h)
		page = k.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(page)))
	w.Write(page)
}

// shelf keeps made pages, at most so many bytes of them; they are no truth, and any may be thrown away.
type shelf struct {
	mu    sync.RWMutex
	pages map[string]*kept
	size  int
}

const shelfBytes = 32 << 20

func (s *shelf) get(tag string) *kept {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.pages[tag]
}

func (s *shelf) put(tag string, page *kept) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(page.text) + len(page.packed)
	if s.pages == nil || s.size+size > shelfBytes {
		s.pages, s.size = map[string]*kept{}, 0
	}
	s.pages[tag], s.size = page, s.size+size
	return page
}

// serveFresh answers from the shelf, or with 304; if neither fits it names what is to be made, "" for a page that is its reader's own.
func (r *Router) serveFresh(route *Route, w http.ResponseWriter, req *http.Request) (tag string, done bool, err error) {
	ctx := req.Context()
	p := ui.From(ctx)
	if route.edition == nil || auth.From(ctx).SignedIn() || p.Flash != "" {
		return "", false, nil
	}
	edition, err := route.edition(ctx)
	if err != nil {
		return "", false, err
	}
	foot := p.Filed(ctx)
	what := []string{edition, req.URL.RequestURI(), p.Size, p.Theme, string(p.Lang), ui.Asset("linli.css"), foot.ICP, foot.Police}
	sum := sha256.Sum256([]byte(strings.Join(what, "\n")))
	tag = hex.EncodeToString(sum[:12])
	if unchangedSince(w, req, tag) {
		return tag, true, nil
	}
	page := r.made.get(tag)
	if page != nil {
		tagged(w, tag)
		page.send(w, req)
	}
	return tag, page != nil, nil
}

// tagged names the content that is sent: no cache between keeps it, and none uses it without asking.
func tagged(w http.ResponseWriter, tag string) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", `"`+tag+`"`)
}

// unchangedSince answers 304 if the asker has the content of that name already.
func unchangedSince(w http.ResponseWriter, req *http.Request, tag string) bool {
	for seen := range strings.SplitSeq(req.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(seen), "W/") == `"`+tag+`"` {
			tagged(w, tag)
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

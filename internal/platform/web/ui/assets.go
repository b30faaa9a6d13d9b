package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"linli/internal/platform/format"
)

//go:embed assets
var files embed.FS

// StaticPath is where Static must be mounted.
const StaticPath = "/static/"

var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".webmanifest": "application/manifest+json", ".png": "image/png",
}

type asset struct {
	url, kind string
	body      []byte
	packed    func() (gz, br []byte)
}

// assets are named by their content: a changed file has a new address, so that browsers may keep the old one for ever.
var byName, byURL = load()

// named is how a file of the assets names another one, which names none itself: "@favicon.svg".
var named = regexp.MustCompile(`"@[a-z]+\.[a-z]+"`)

func load() (map[string]*asset, map[string]*asset) {
	names, urls := map[string]*asset{}, map[string]*asset{}
	list, err := files.ReadDir("assets")
	if err != nil {
		panic(err)
	}
	for _, naming := range []bool{false, true} { // what names others comes after them
		for _, e := range list {
			kind, known := types[path.Ext(e.Name())]
			if !known {
				continue
			}
			body, err := files.ReadFile("assets/" + e.Name())
			if err != nil {
				panic(err)
			}
			if named.Match(body) != naming {
				continue
			}
			body = named.ReplaceAllFunc(body, func(at []byte) []byte { return []byte(`"` + names[string(at[2:len(at)-1])].url + `"`) })
			a := newAsset(e.Name(), kind, body)
			names[e.Name()], urls[a.url] = a, a
		}
	}
	return names, urls
}

func newAsset(name, kind string, body []byte) *asset {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	return &asset{
		url:  StaticPath + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext,
		kind: kind, body: body,
		packed: sync.OnceValues(func() ([]byte, []byte) { return gzipped(body), brotlied(body) }),
	}
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

func brotlied(body []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// Asset is the address of an embedded file; an unknown name is a mistake of the programmer and panics.
func Asset(name string) string {
	a, ok := byName[name]
	if !ok {
		panic(fmt.Sprintf("ui: no asset %q", name))
	}
	return a.url
}

// Static serves the embedded files below StaticPath: immutable, with brotli or gzip as the browser takes it.
func Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		h.Set("X-Content-Type-Options", "nosniff")
		body := a.body
		gz, br := a.packed()
		switch accepts := r.Header.Get("Accept-Encoding"); {
		case strings.Contains(accepts, "br"):
			h.Set("Content-Encoding", "br")
			body = br
		case strings.Contains(accepts, "gzip"):
			h.Set("Content-Encoding", "gzip")
			body = gz
		}
		h.Set("Content-Length", format.Int(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body)
		}
	})
}

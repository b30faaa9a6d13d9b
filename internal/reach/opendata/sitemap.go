package opendata

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// perMap is how many addresses a file of sitemaps.org may hold.
const perMap = 50_000

const (
	sitemap  = "/sitemap.xml"
	sitemaps = "/sitemaps"
	robots   = "/robots.txt"
)

// fixed are the public pages of which there is one.
var fixed = []string{"/", "/stations", "/activities", "/articles", "/figures", "/regions", offers, open, "/scheme", "/developers",
	"/privacy",
	"/accessibility"}

// closed is where nothing public stands.
var closed = []string{"/admin", "/api/", "/desk", "/gov", "/my", "/sign-in"}

// shelf is public pages of one kind.
type shelf struct {
	code, path string
	ids        *db.Rows[db.ID] // so many, after so many
	mark       *db.Rows[mark]
}

var shelves = []shelf{{"stations", "/stations/", stationPages, stationPagesMark},
	{"activities", "/activities/", activityPages, activityPagesMark},
	{"articles", "/articles/", articlePages, articlePagesMark}}

// parts are the files of a kind.
func (m mark) parts() int64 { return (m.N + perMap - 1) / perMap }

// Sitemap lists the files that name the public pages.
func (s *Service) Sitemap(ctx context.Context, _ NoInput) (blob.File, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (blob.File, error) {
		names := []string{"pages-1"}
		for _, k := range shelves {
			m, err := k.mark.One(ctx, tx)
			if err != nil {
				return blob.File{}, err
			}
			for n := range m.parts() {
				names = append(names, k.code+"-"+strconv.FormatInt(n+1, 10))
			}
		}
		var out bytes.Buffer
		_, _ = out.WriteString(xml.Header + `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for _, n := range names {
			_ = entry(&out, "sitemap", s.base+sitemaps+"/"+n+".xml") // a buffer takes all
		}
		_, _ = out.WriteString("</sitemapindex>\n")
		return blob.File{Name: "sitemap.xml", Type: mapType, Body: out.Bytes(), Show: true, Tag: tagOf(out.String())}, nil
	})
}

const mapType = "application/xml"

// entry writes an address as sitemaps.org has it.
func entry(w io.Writer, kind, address string) error {
	_, err := io.WriteString(w, "\n<"+kind+"><loc>")
	return cmp.Or(err, xml.EscapeText(w, []byte(address)), second(io.WriteString(w, "</loc></"+kind+">")))
}

func second[T any](_ T, err error) error { return err }

func tagOf(parts ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, parts...))
	return hex.EncodeToString(sum[:12])
}

// MapInput names a file of the sitemap.
type MapInput struct {
	File string `path:"file" maxLength:"40" doc:"种类和第几个，例如 stations-1.xml"`
}

// Map gives one file of addresses, written as it is read.
func (s *Service) Map(ctx context.Context, in MapInput) (blob.File, error) {
	name, isXML := strings.CutSuffix(in.File, ".xml")
	code, number, _ := strings.Cut(name, "-")
	n, err := strconv.ParseInt(number, 10, 32)
	if !isXML || err != nil || n < 1 {
		return blob.File{}, errs.ErrNotFound
	}
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (blob.File, error) {
		list, tag, err := s.addresses(ctx, tx, code, n)
		return blob.File{Name: in.File, Type: mapType, Show: true, Tag: tagOf(s.base, in.File, tag), Stream: func(w io.Writer) error {
			out := bufio.NewWriter(w)
			_, err := out.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
			for _, a := range list {
				err = cmp.Or(err, entry(out, "url", s.base+a))
			}
			return cmp.Or(err, second(out.WriteString("</urlset>\n")), out.Flush())
		}}, err
	})
}

// addresses are those of the nth file of a kind, with what tells whether they are those of before.
func (s *Service) addresses(ctx context.Context, tx *db.Tx, code string, n int64) (list []string, tag any, err error) {
	if code == "pages" && n == 1 {
		list = append(list, fixed...)
		for _, d := range s.sets {
			list = append(list, d.path())
		}
		return list, list, nil
	}
	for _, k := range shelves {
		if k.code != code {
			continue
		}
		m, err := k.mark.One(ctx, tx)
		if err == nil && n > m.parts() {
			err = errs.ErrNotFound
		}
		if err != nil {
			return nil, nil, err
		}
		err = k.ids.Each(ctx, tx, func(id db.ID) error {
			list = append(list, k.path+id.String())
			return nil
		}, perMap, (n-1)*perMap)
		return list, m, err
	}
	return nil, nil, errs.ErrNotFound
}

// Robots tells programs that read the web where the public pages are listed, and where there are none.
func (s *Service) Robots(ctx context.Context, _ NoInput) (blob.File, error) {
	if err := auth.Allow(ctx, Look); err != nil {
		return blob.File{}, err
	}
	out := "User-agent: *\n"
	for _, path := range closed {
		out += "Disallow: " + path + "\n"
	}
	out += "Sitemap: " + s.base + sitemap + "\n"
	return blob.File{Name: "robots.txt", Type: "text/plain; charset=utf-8", Body: []byte(out), Show: true, Tag: tagOf(out)}, nil
}

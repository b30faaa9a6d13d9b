package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Limits of a phone on 400 kbit/s, in bytes as they are sent.
const (
	firstLoad = 60_000
	nextLoad  = 8_000
)

// phonePages are what residents and volunteers open, by role.
var phonePages = map[string][]string{
	"":          {"/", "/stations", "/verify", "/sign-in"},
	"resident":  {"/my", "/my/orders", "/my/orders/new", "/messages"},
	"volunteer": {"/my", "/my/tasks", "/my/hours", "/my/certificates"},
}

// pages measures how much a phone must fetch, and how long the server takes for a page with everything it asks the database.
func (b *bench) pages(p *product) error {
	first, next, slowest, where := 0, 0, 0.0, ""
	for role, paths := range phonePages {
		token := ""
		if role != "" {
			var err error
			if token, err = p.signIn(role); err != nil {
				return err
			}
		}
		for _, path := range paths {
			page, assets, err := p.weigh(path, token)
			if err != nil {
				return err
			}
			first, next = max(first, page+assets), max(next, page)
			if path == "/verify" { // takes few questions from one address
				continue
			}
			ms, err := p.rendered(path, token)
			if err != nil {
				return err
			}
			if ms > slowest {
				slowest, where = ms, path
			}
		}
	}
	b.say(p.engine, "phone page, first load", float64(first)/1000, firstLoad/1000, "kB", false)
	b.say(p.engine, "phone page, next load", float64(next)/1000, nextLoad/1000, "kB", false)
	b.say(p.engine, "page in the server, p50, slowest ("+where+")", slowest, 1, "ms", false)
	return nil
}

var assetAddress = regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)`)

// weigh gives the bytes of a page and of all that it refers to.
func (p *product) weigh(path, token string) (page, assets int, err error) {
	page, html, err := p.fetch(path, token)
	seen := map[string]bool{}
	for _, m := range assetAddress.FindAllStringSubmatch(html, -1) {
		if err != nil || seen[m[1]] {
			continue
		}
		var n int
		n, _, err = p.fetch(m[1], "")
		seen[m[1]], assets = true, assets+n
	}
	return page, assets, err
}

// fetch gives the bytes as sent, and the text.
func (p *product) fetch(path, token string) (n int, text string, err error) {
	req, err := http.NewRequest(http.MethodGet, p.base+path, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	if token != "" {
		req.AddCookie(&http.Cookie{Name: "linli_session", Value: token})
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "gzip" {
		return 0, "", fmt.Errorf("%s: %s, encoding %q", path, res.Status, res.Header.Get("Content-Encoding"))
	}
	sent := &counter{r: res.Body}
	z, err := gzip.NewReader(sent)
	if err != nil {
		return 0, "", err
	}
	plain, err := io.ReadAll(z)
	return sent.n, string(plain), err
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += n
	return n, err
}

// asks is how often a page is asked for its median.
const asks = 200

// rendered gives the median of the milliseconds that the server's own clock counts for a page, from its histogram; within a bucket it
// is taken as spread evenly.
func (p *product) rendered(path, token string) (float64, error) {
	before, err := p.buckets(path)
	if err != nil {
		return 0, err
	}
	for range asks {
		if _, _, err := p.fetch(path, token); err != nil {
			return 0, err
		}
	}
	after, err := p.buckets(path)
	if err != nil {
		return 0, err
	}
	below, lower := 0.0, 0.0
	for i, b := range after {
		n := b.n
		if i < len(before) {
			n -= before[i].n
		}
		if n >= asks/2 {
			return 1000 * (lower + (b.le-lower)*(asks/2-below)/(n-below)), nil
		}
		below, lower = n, b.le
	}
	return 0, fmt.Errorf("%s is not in the server's figures", path)
}

type bucket struct{ le, n float64 }

var bucketLine = regexp.MustCompile(`linli_request_seconds_bucket\{route="GET ([^"]+)",status="2xx",le="([0-9.]+)"\} (\d+)`)

func (p *product) buckets(path string) (out []bucket, err error) {
	res, err := client.Get("http://" + p.admin + "/metrics")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	for _, m := range bucketLine.FindAllStringSubmatch(string(raw), -1) {
		if strings.TrimSuffix(m[1], "{$}") == path {
			le, _ := strconv.ParseFloat(m[2], 64)
			n, _ := strconv.ParseFloat(m[3], 64)
			out = append(out, bucket{le, n})
		}
	}
	return out, err
}

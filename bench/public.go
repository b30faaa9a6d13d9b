package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Limits of what the public sees, with many articles and pictures.
const (
	publicRate  = 0.5
	searchLimit = 10.0 // milliseconds
	startMore   = 1.1  // of a start with few: as good as unchanged
	starts      = 6    // rounds of four
	searches    = 300
)

// public measures the pages that everybody reads on a database with many articles and pictures, and its start beside that of one with few.
func (b *bench) public(articles, pictures int, open func() (*product, error)) error {
	few, err := open()
	if err != nil {
		return err
	}
	defer func() { few.close() }()
	many, err := open()
	if err != nil {
		return err
	}
	defer func() { many.close() }()
	for _, p := range []*product{few, many} {
		if err := b.small(p); err != nil {
			return err
		}
	}
	begun := time.Now()
	if err := write(many, articles, pictures); err != nil {
		return err
	}
	fmt.Printf("%-9s %d articles and %d pictures written in %.0f s\n", many.engine, articles, pictures, time.Since(begun).Seconds())
	if err := b.startsAlike(few, many); err != nil {
		return err
	}
	if err := many.start(many.db); err != nil {
		return err
	}
	if err := b.beside(many); err != nil {
		return err
	}
	return b.search(many)
}

// small fills a database with the small demo.
func (b *bench) small(p *product) error {
	p.flags = []string{"--trusted-proxy", "127.0.0.1/32"} // as an operator's proxy names each visitor
	return p.command("demo", "--scale", "small", "--manifest", p.dir+".json").Run()
}

// startsAlike compares how long the server needs to start with many and with few, in turn.
func (b *bench) startsAlike(few, many *product) error {
	took := map[*product][]float64{}
	once := func(p *product, counts bool) error {
		begun := time.Now()
		if err := p.start(p.db); err != nil {
			return err
		}
		if counts {
			took[p] = append(took[p], time.Since(begun).Seconds())
		}
		p.stop()
		return nil
	}
	for _, p := range []*product{few, many} { // both files are read once before
		if err := once(p, false); err != nil {
			return err
		}
	}
	var ratios []float64
	for range starts {
		for _, p := range []*product{few, many, many, few} {
			if err := once(p, true); err != nil {
				return err
			}
		}
		f, m := took[few], took[many]
		ratios = append(ratios, (m[len(m)-2]+m[len(m)-1])/(f[len(f)-2]+f[len(f)-1]))
	}
	fmt.Printf("%-9s %-46s %.2f and %.2f s, ratios %.2f to %.2f\n", many.engine, "start with many and with few", quantile(took[many], 0.5),
		quantile(took[few], 0.5), quantile(ratios, 0), quantile(ratios, 1))
	b.say(many.engine, "start with many, beside few", quantile(ratios, 0.5), startMore, "x", false)
	return nil
}

// visitors is how many read a page in one measurement, each as often as a visitor may.
const visitors = 4096

// visitor is the address of one of very many.
func visitor(n int) string { return fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255) }

// ask gets a page as another visitor each time and gives what was sent.
func ask(address string, n int) (body []byte, h http.Header, err error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("X-Forwarded-For", visitor(n))
	res, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s: %s", address, res.Status)
	}
	body, err = io.ReadAll(res.Body)
	return body, res.Header, err
}

// beside measures public pages beside a bare server that has the same bytes in memory.
func (b *bench) beside(p *product) error {
	one, err := oneOf(p)
	if err != nil {
		return err
	}
	seen := 0
	for _, page := range []struct{ what, path string }{{"front page", "/"}, {"articles", "/articles"}, {"an article", "/articles/" + one}} {
		body, h, err := ask(p.base+page.path, seen)
		if err != nil {
			return err
		}
		bare, stop, err := serveBytes(body, h)
		if err != nil {
			return err
		}
		get := func(base string) float64 {
			seen += visitors
			return b.rate(func(n int) error { _, _, err := ask(base, seen+n%visitors); return err })
		}
		var ratios []float64
		for range b.rounds { // A B B A
			var r [4]float64
			for i, base := range []string{p.base + page.path, bare, bare, p.base + page.path} {
				r[i] = get(base)
			}
			ratios = append(ratios, (r[0]+r[3])/(r[1]+r[2]))
			fmt.Printf("%-9s %-46s %.0f and %.0f a second\n", p.engine, page.what+", ours and bare", (r[0]+r[3])/2, (r[1]+r[2])/2)
		}
		stop()
		b.say(p.engine, page.what+" beside its bytes from memory", quantile(ratios, 0.5), publicRate, "x", true)
	}
	return nil
}

// serveBytes lets a process of its own serve a page from memory, until stop.
func serveBytes(body []byte, h http.Header) (base string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(self, "bytes", h.Get("Content-Type"), h.Get("Content-Encoding"))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	if _, err = fmt.Fprintf(in, "%d\n%s", len(body), body); err == nil {
		base, err = bufio.NewReader(out).ReadString('\n')
	}
	return strings.TrimSpace(base), func() { in.Close(); cmd.Wait() }, err
}

// plain is that process: it reads the page and serves it until its input ends.
func plain(kind, encoding string) error {
	in := bufio.NewReader(os.Stdin)
	var n int
	if _, err := fmt.Fscanf(in, "%d\n", &n); err != nil {
		return err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(in, body); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		w.Write(body)
	}))
	fmt.Println("http://" + l.Addr().String())
	io.Copy(io.Discard, in)
	return nil
}

// oneOf is the id of the newest article.
func oneOf(p *product) (string, error) {
	var out struct{ Items []struct{ ID string } }
	err := p.call(http.MethodGet, "/api/v1/search", "", "", nil, &out)
	if err == nil && len(out.Items) == 0 {
		err = errors.New("nothing is published")
	}
	if err != nil {
		return "", err
	}
	return out.Items[0].ID, nil
}

// search measures searches for words of two characters, each by another visitor: words that stand in many articles and words in few.
func (b *bench) search(p *product) error {
	for _, kind := range []struct {
		what  string
		words []string
	}{{"in very many", common}, {"in some", vocabulary}, {"in none", absent}} {
		var took []float64
		for n := range searches {
			q := url.QueryEscape(kind.words[n%len(kind.words)])
			begun := time.Now()
			if _, _, err := ask(p.base+"/api/v1/search?q="+q, 1<<23+n); err != nil {
				return err
			}
			took = append(took, time.Since(begun).Seconds()*1000)
		}
		slices.Sort(took)
		fmt.Printf("%-9s %-46s p99 %.1f ms\n", p.engine, "search for a word that stands "+kind.what, took[len(took)*99/100])
		b.say(p.engine, "search for a word that stands "+kind.what+", p50", took[len(took)/2], searchLimit, "ms", false)
	}
	return nil
}

// publics measures on both engines.
func (b *bench) publics(articles, pictures int) error {
	made := 0
	for _, open := range []func() (*product, error){b.onSQLite, b.onPostgres} {
		if err := b.public(articles, pictures, func() (*product, error) {
			p, err := open()
			if err == nil {
				made++
				err = p.apart(made)
			}
			return p, err
		}); err != nil {
			return err
		}
	}
	return nil
}

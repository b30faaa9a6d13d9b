package award_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/internal/oversight/award"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
)

// Before the notice is over nothing publishes: no page, no call, no work that is done unasked, no import, and not the database itself.
// The first day on which it goes is the day after the fifth working day. What the rest of the program does is tried in internal/app.
func TestNothingPublishesEarly(t *testing.T) {
	each(t, func(w *world) {
		e := w.early()
		if w.a.NoticeUntil != 20261201 { // Tuesday the 24th, and five working days
			w.Errorf("notice until %v", w.a.NoticeUntil)
		}
		for days := range 8 {
			w.after(days)
			for _, who := range []context.Context{w.Banner, w.banner2, w.League, w.Region} {
				w.is(w.publishes(who), "notice_running: 公示到 2026-12-01")
			}
			e.all(days == 0 || days == 7)
			w.unasked()
			w.behind()
			e.hidden("the day")
		}
		e.ends()
	})
}

// unasked says that the area does no work unasked, and that no import makes or unmakes a result.
func (w *world) unasked() {
	if a := w.s.Area(); a.Work != nil || a.Removals != nil || a.Seed != nil {
		w.Error("the area works unasked: see that it publishes nothing")
	}
}

// behind tries it behind the area's back.
func (w *world) behind() {
	today := clock.Today(w.System)
	for _, q := range []string{
		`UPDATE award SET state = 'published', result_day = ?, published_by = 1 WHERE id = ?`,
		`UPDATE award SET result_day = ? WHERE id = ?`,
	} {
		if err := w.DB.Write(w.System, func(tx *db.Tx) error {
			_, err := tx.Build(q, today, w.a.ID).Run(w.System, tx)
			return err
		}); err == nil {
			w.Errorf("the database took it: %s", q)
		}
	}
}

// hiding are things that are not to be learnt from any page: who may see them, and how they come about.
var hiding = []struct {
	name string
	sees []string // who may
	do   func(w *world, n award.Nomination)
}{
	{"a judge is called", []string{"banner", "banner2", "league", "region", "inspector2"}, func(w *world, _ award.Nomination) {
		_, err := w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.judge2})
		w.is(err, "")
	}},
	{"a judge scores", []string{"banner", "banner2", "league", "region", "inspector"}, func(w *world, n award.Nomination) {
		_, err := w.s.Score(w.Inspector, award.ScoreInput{ID: n.ID, Points: 12, Text: "不好"})
		w.is(err, "")
	}},
	{"a judge has a conflict", []string{"banner", "banner2", "league", "region", "inspector2"}, func(w *world, n award.Nomination) {
		_, err := w.s.Declare(w.Inspector2, award.DeclareInput{ID: n.ID, Text: "老同学"})
		w.is(err, "")
	}},
}

// Who may not see a score, a judge or a conflict does not learn of it: every page and answer of the area is the same, byte for byte and
// with its headers, with and without it.
func TestNonInterference(t *testing.T) {
	each(t, func(w *world) {
		n, other := w.world2()
		crowd := w.crowd()
		for _, h := range hiding {
			before := w.all(crowd, nil, n, other)
			h.do(w, n)
			after := w.all(crowd, nil, n, other)
			changed := 0
			for key := range before {
				who, _, _ := strings.Cut(key, " ")
				if before[key] == after[key] {
					continue
				}
				if changed++; !slices.Contains(h.sees, who) {
					w.Errorf("%s: %s learns of it:\n%s", h.name, key, diff(before[key], after[key]))
				}
			}
			if changed == 0 {
				w.Errorf("%s: nobody sees it", h.name)
			}
		}
	})
}

// The comparison finds a count, an order and a header for the cache that tell of a score.
func TestLeaksAreFound(t *testing.T) {
	count := func(w *world) (n int64) {
		w.Write(func(tx *db.Tx) (err error) {
			n, err = marked.One(w.System, tx)
			return err
		})
		return n
	}
	for name, leak := range map[string]func(w *world, rec *httptest.ResponseRecorder){
		"count": func(w *world, rec *httptest.ResponseRecorder) { fmt.Fprintf(rec.Body, "%d", count(w)) },
		"order": func(w *world, rec *httptest.ResponseRecorder) {
			if count(w) > 0 {
				rec.Body = reversed(rec.Body)
			}
		},
		"cache": func(w *world, rec *httptest.ResponseRecorder) { rec.Header().Set("ETag", fmt.Sprint(count(w))) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				n, other := w.world2()
				crowd := w.crowd()
				spoil := func(rec *httptest.ResponseRecorder) { leak(w, rec) }
				before := w.all(crowd, spoil, n, other)
				hiding[1].do(w, n)
				after := w.all(crowd, spoil, n, other)
				for _, who := range []string{"", "manager", "town", "inspector2"} {
					if !slices.ContainsFunc(slices.Collect(maps.Keys(before)), func(key string) bool {
						return strings.HasPrefix(key, who+" ") && before[key] != after[key]
					}) {
						t.Errorf("%q does not learn by the %s", who, name)
					}
				}
			})
		})
	}
}

var marked = db.Query[int64](`SELECT COUNT(*) FROM award_mark`)

// world2 is a campaign with two volunteers at the level that decides, and one judge.
func (w *world) world2() (n, other award.Nomination) {
	w.opens()
	n, other = w.up(0), w.up(1)
	_, err := w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: w.judge1})
	w.is(err, "")
	return n, other
}

// people sign in by name.
type people map[string]auth.Actor

func (p people) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	return p[token], nil
}

// crowd is everybody who might look, and nobody.
func (w *world) crowd() people {
	out := people{"": {}}
	for name, ctx := range map[string]context.Context{"manager": w.Manager, "head": w.Head, "town": w.Town, "othertown": w.OtherTown,
		"far":    w.Far,
		"banner": w.Banner, "banner2": w.banner2, "league": w.League, "region": w.Region, "inspector": w.Inspector, "inspector2": w.Inspector2,
		"volunteer": w.Vols[0].Ctx, "resident": w.Resident, "elsewhere": w.Elsewhere} {
		out[name] = auth.From(ctx)
	}
	return out
}

// random is what differs each time a page is made.
var random = regexp.MustCompile(`value="[0-9a-f-]{20,}"|[A-Za-z0-9_-]{22,}`)

// all opens everything of the area as everybody; spoil may tell more than it should.
func (w *world) all(crowd people, spoil func(*httptest.ResponseRecorder), list ...award.Nomination) map[string]string {
	site := web.New(web.Config{Auth: crowd, Keys: w.Keys, DB: w.DB, Demo: true})
	w.s.Routes(site)
	out := map[string]string{}
	for _, r := range site.Routes() {
		if r.Method != "GET" {
			continue
		}
		paths := []string{r.Path}
		if strings.Contains(r.Path, "{id}") {
			paths = nil
			for _, id := range []db.ID{w.a.ID, list[0].ID, list[1].ID} {
				paths = append(paths, strings.ReplaceAll(r.Path, "{id}", id.String()))
			}
		}
		for _, path := range paths {
			for who := range crowd {
				req := httptest.NewRequest("GET", path, nil)
				if who != "" {
					req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
				}
				rec := httptest.NewRecorder()
				if site.ServeHTTP(rec, req); spoil != nil {
					spoil(rec)
				}
				rec.Header().Del("Content-Security-Policy")
				out[who+" "+path] = fmt.Sprint(rec.Code, rec.Header(), random.ReplaceAllString(rec.Body.String(), ""))
			}
		}
	}
	return out
}

// diff is where two answers part.
func diff(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	return a[max(0, i-80):min(len(a), i+120)] + "\n->\n" + b[max(0, i-80):min(len(b), i+120)]
}

func reversed(body *bytes.Buffer) *bytes.Buffer {
	text := body.Bytes()
	slices.Reverse(text)
	return bytes.NewBuffer(text)
}

package award_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"linli/internal/oversight/award"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
	"linli/internal/work/attendance/attendancetest"
)

// early is a selection whose notice runs, with what every operation of the area could be tried on, and everybody who might try.
type early struct {
	*world
	crowd                               people
	site                                *web.Router
	chosen, returned, nominated, judged award.Nomination
	met                                 map[string]bool // each end of each try, and whether somebody met it
	reached                             bool            // somebody who may came as far as one of them by this door
	sent                                int
}

// try is an operation on one thing: the right version, everything that it asks for, and how it may end while a notice runs for those who
// hold the permission there; "" is that it is done. Each end must be met, so that no try stops at something else than what it is about.
type try struct {
	id    db.ID
	body  map[string]any
	ends  []string
	award award.Campaign   // where it is done to another selection than the one before the public
	of    award.Nomination // who is chosen there
}

// early makes all kinds of things before the notice begins: afterwards nobody could.
func (w *world) early() *early {
	w.Helper()
	e := &early{world: w, crowd: w.crowd(), met: map[string]bool{}}
	e.crowd["town2"], e.crowd["mate"] = auth.From(w.town2), auth.From(w.Vols[1].Ctx)
	for role, at := range map[auth.Role]auth.Region{auth.Editor: banner, auth.Auditor: banner, auth.SystemAdmin: 150000000000,
		auth.SecurityAdmin: banner, auth.AuditAdmin: banner, auth.TeamLeader: attendancetest.Gacha, auth.SocialWorker: attendancetest.Gacha,
		auth.PartnerContact: attendancetest.Gacha} {
		ctx, _ := w.Actor(string(role), 0, auth.Grant{Role: role, Region: at})
		e.crowd[string(role)] = auth.From(ctx)
	}
	e.site = web.New(web.Config{Auth: e.crowd, Keys: w.Keys, DB: w.DB, Demo: true})
	w.s.Routes(e.site)
	in := w.input()
	in.Categories[0].QuotaStation, in.Categories[0].QuotaTown = 4, 4
	var err error
	w.a, err = w.s.Create(w.Banner, in)
	w.is(err, "")
	e.judged, e.returned = w.up(2), w.puts(1)
	for _, id := range []db.ID{w.judge1, auth.From(w.Banner).Account} {
		_, err = w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: id})
		w.is(err, "")
	}
	e.returned, err = w.s.Return(w.Town, award.ReasonInput{ID: e.returned.ID, Version: e.returned.Version, Reason: "缺事迹"})
	w.is(err, "")
	e.nominated, err = w.s.Nominate(w.Manager, award.NominateInput{ID: w.a.ID, Category: 2, Case: award.Case{Story: "邻里互助"}})
	w.is(err, "")
	e.chosen, err = w.advances(w.banner2, w.up(0))
	w.is(err, "")
	w.a, err = w.s.Notice(w.Banner, award.MoveInput{ID: w.a.ID, Version: w.a.Version})
	w.is(err, "")
	return e
}

// another is a recommendation whose notice has begun today, with one volunteer chosen.
func (e *early) another() (award.Campaign, award.Nomination) {
	e.Helper()
	was := e.a
	defer func() { e.a = was }()
	in := e.input()
	in.Mode, in.Title, in.AuthorityNo = award.Recommend, "先进推荐", ""
	var err error
	e.a, err = e.s.Create(e.Banner, in)
	e.is(err, "")
	n, err := e.advances(e.banner2, e.up(0))
	e.is(err, "")
	a, err := e.s.Notice(e.Banner, award.MoveInput{ID: e.a.ID, Version: e.a.Version})
	e.is(err, "")
	return a, n
}

// tries says how each operation that changes something is tried; one that is not here fails the test.
func (e *early) tries() map[string]func() []try {
	const over = "wrong_state: 公示"
	move := func(n award.Nomination, more map[string]any, ends ...string) try {
		body := map[string]any{"version": n.Version}
		maps.Copy(body, more)
		return try{id: n.ID, body: body, ends: ends}
	}
	one := func(x try) func() []try { return func() []try { return []try{x} } }
	text := func(name, words string) map[string]any { return map[string]any{name: words} }
	all := []award.Nomination{e.chosen, e.returned, e.nominated, e.judged}
	for i := range all { // an objection that is answered changes one of them
		all[i] = e.sees(e.Region, all[i]).Nomination
	}
	return map[string]func() []try{
		"award.publish": one(try{id: e.a.ID, body: map[string]any{"version": e.a.Version}, ends: []string{"notice_running: 公示到"}}),
		"award.notice":  one(try{id: e.a.ID, body: map[string]any{"version": e.a.Version}, ends: []string{over}}),
		"award.cancel": func() []try {
			a, n := e.another()
			return []try{{id: a.ID, body: map[string]any{"version": a.Version, "reason": "文件改了"}, ends: []string{""}, award: a, of: n}}
		},
		"award.create": one(try{body: map[string]any{"title": "先进推荐", "mode": "recommend", "from": e.today.String(),
			"to": e.today.AddDays(30).String(), "categories": []any{map[string]any{"kind": "team", "name": "好队伍", "winners": 1}}},
			ends: []string{""}}),
		"award.add_judge": one(try{id: e.a.ID, body: map[string]any{"account_id": e.judge2.String()}, ends: []string{over}}),
		"award.nominate": one(try{id: e.a.ID, body: map[string]any{"category": 3, "volunteer_id": e.Vols[1].ID.String(), "story": "送饭三年"},
			ends: []string{"wrong_state: 不在提名的日子里"}}),
		"award.resubmit": func() (out []try) {
			for _, n := range all {
				end := over
				if n.State != award.Returned {
					end = "wrong_state"
				}
				out = append(out, move(n, text("story", "补了今年的"), end))
			}
			return out
		},
		"award.advance": func() (out []try) {
			for _, n := range all {
				out = append(out, move(n, text("opinion", "同意"), "wrong_state"))
			}
			return out
		},
		"award.return": func() (out []try) {
			for _, n := range all {
				out = append(out, move(n, text("reason", "缺材料"), "wrong_state"))
			}
			return out
		},
		"award.declare": func() (out []try) {
			for _, n := range all[1:] {
				out = append(out, try{id: n.ID, body: text("text", "老同事"), ends: []string{"", "wrong_state: 已经声明过"}})
			}
			a, n := e.another() // who keeps out of the one before the public answers no objection any more
			return append(out, try{id: n.ID, body: text("text", "老同事"), ends: []string{""}, award: a, of: n})
		},
		"award.score": one(try{id: e.judged.ID, body: map[string]any{"points": 82, "text": "材料齐"},
			ends: []string{over, "denied: 不是这次的评委"}}),
		"award.object": one(try{id: e.a.ID, body: map[string]any{"nomination_id": e.chosen.ID.String(), "text": "没有这样的事"},
			ends: []string{""}}),
		"award.answer": func() []try {
			return []try{{id: e.objection(), body: map[string]any{"version": 1, "outcome": "dismissed", "answer": "查过了"},
				ends: []string{"", "conflict_of_interest"}}}
		},
	}
}

// objection is one that waits for its answer.
func (e *early) objection() db.ID {
	e.Helper()
	_, err := e.s.Object(e.T.Context(), award.ObjectInput{ID: e.a.ID, NominationID: e.chosen.ID, Text: "没有这样的事"})
	e.is(err, "")
	v, err := e.s.Campaign(e.League, award.GetInput{ID: e.a.ID})
	e.is(err, "")
	i := slices.IndexFunc(v.Objections, func(o award.Filed) bool { return o.State == award.Waits })
	return v.Objections[i].ID
}

// all presses each operation that changes something by its form and by its call: as everybody who holds its permission, with all that it
// asks for, and, where everybody may, as nobody. Nothing of the result is anywhere afterwards.
func (e *early) all(thorough bool) {
	e.Helper()
	if !thorough {
		return
	}
	tries := e.tries()
	for _, r := range e.site.Routes() {
		if r.Method == "GET" {
			continue
		}
		make, there := tries[r.Operation]
		if !there {
			e.Errorf("%s changes something and is not tried", r.Operation)
			continue
		}
		e.reached = false
		for _, who := range slices.Sorted(maps.Keys(e.crowd)) {
			if auth.Allow(auth.With(e.T.Context(), e.crowd[who]), r.Permission) != nil {
				continue
			}
			for i, x := range make() {
				e.press(r, who, fmt.Sprintf("%s %d", r.Operation, i), x)
			}
		}
		if !e.reached {
			e.Errorf("%s %s ends with 403 or 404 for everybody", r.Method, r.Path)
		}
	}
}

// press tries an operation as somebody.
func (e *early) press(r web.Route, who, nth string, x try) {
	e.Helper()
	raw, _ := json.Marshal(x.body)
	body, kind := string(raw), "application/json"
	if r.Kind == web.KindForm {
		form := url.Values{}
		flat("", x.body, form)
		body, kind = form.Encode(), "application/x-www-form-urlencoded"
	}
	req := httptest.NewRequest(r.Method, strings.ReplaceAll(r.Path, "{id}", x.id.String()), strings.NewReader(body))
	e.sent++
	req.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1", e.sent>>8, e.sent&255) // who objects is counted by where he comes from
	req.Header.Set("Content-Type", kind)
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	rec := httptest.NewRecorder()
	e.site.ServeHTTP(rec, req)
	for _, end := range x.ends {
		if key := nth + " " + end; !e.met[key] {
			e.met[key] = false
		}
	}
	if i := slices.IndexFunc(x.ends, func(end string) bool { return ended(rec, end) }); i >= 0 {
		e.met[nth+" "+x.ends[i]], e.reached = true, true
	} else if rec.Code != http.StatusForbidden && rec.Code != http.StatusNotFound {
		e.Errorf("%s %s %s with %s: %d %.300s", who, r.Method, req.URL.Path, body, rec.Code, rec.Body)
	}
	if e.hidden(r.Operation); x.award.ID != 0 {
		e.nowhere(r.Operation, x.award, x.of)
	}
}

// flat says a body as a form does.
func flat(name string, v any, form url.Values) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			flat(strings.TrimPrefix(name+"."+k, "."), x, form)
		}
	case []any:
		for i, x := range v {
			flat(name+"."+strconv.Itoa(i), x, form)
		}
	default:
		form.Add(name, fmt.Sprint(v))
	}
}

// ended says whether an answer is that end: done, or a refusal by its code (of which a page shows only the status) and words.
func ended(rec *httptest.ResponseRecorder, end string) bool {
	code, words, _ := strings.Cut(end, ": ")
	if code == "" {
		return rec.Code/100 == 2 || rec.Code == http.StatusSeeOther && !strings.HasPrefix(rec.Header().Get("Location"), "/sign-in")
	}
	status := http.StatusConflict
	if code == "denied" {
		status = http.StatusForbidden
	}
	said := strings.Contains(rec.Body.String(), "urn:linli:problem:"+code+`"`) || strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html")
	return rec.Code == status && said && strings.Contains(rec.Body.String(), words)
}

// hidden fails unless nothing is public of the result of the selection that is before the public.
func (e *early) hidden(after string) {
	e.Helper()
	e.nowhere(after, e.a, e.chosen)
}

// result is what only a result says: its day, its state, the number of a certificate.
var result = regexp.MustCompile(`\d{4}-\d\d-\d\d 公布|>公布<|已公布|"state":"(published|awarded)"|RY20\d\d-`)

// nowhere fails when anything is public of the result of a selection: its row and those nominated, its pages and answers, the certificate,
// the honours of who was chosen.
func (e *early) nowhere(after string, a award.Campaign, n award.Nomination) {
	e.Helper()
	for what, q := range map[string]string{
		"selections with a result": `SELECT COUNT(*) FROM award WHERE state = 'published' OR result_day <> 0 OR published_by <> 0`,
		"awarded or numbered":      `SELECT COUNT(*) FROM award_nomination WHERE state = 'awarded' OR no <> ''`,
		"granted":                  `SELECT COUNT(*) FROM award_step WHERE action = 'grant'`,
	} {
		if k := e.count(q); k != 0 {
			e.Fatalf("after %s: %d %s", after, k, what)
		}
	}
	for _, path := range []string{"/awards", "/awards/" + a.ID.String(), "/api/v1/public/awards", "/api/v1/public/awards/" + a.ID.String()} {
		rec := httptest.NewRecorder()
		e.site.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if said := result.FindString(rec.Body.String()); said != "" || rec.Code != 200 && rec.Code != 404 {
			e.Errorf("after %s: %s says %d %s", after, path, rec.Code, said)
		}
	}
	_, err := e.s.MyPaper(e.Vols[0].Ctx, award.GetInput{ID: n.ID})
	e.is(err, "not_found")
	for _, who := range []context.Context{e.Manager, e.Banner, e.Region} {
		_, err = e.s.Paper(who, award.GetInput{ID: n.ID})
		e.is(err, "not_found")
	}
	mine, err := e.s.Mine(e.Vols[0].Ctx, award.MineInput{})
	if e.is(err, ""); len(mine.Items) != 0 {
		e.Errorf("after %s he has %+v", after, mine.Items)
	}
	e.Write(func(tx *db.Tx) error {
		lines, err := award.OfPerson(e.System, tx, n.PersonID)
		if len(lines) != 0 {
			e.Errorf("after %s his page says %v", after, lines)
		}
		return err
	})
}

func (e *early) count(q string) (n int64) {
	e.Helper()
	e.Write(func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](e.System, tx, tx.Build(q))
		return err
	})
	return n
}

// ends says that on the day after the notice it goes, once nothing waits for an answer, and that the looks of nowhere find a result then.
func (e *early) ends() {
	e.Helper()
	for end, met := range e.met {
		if !met {
			e.Errorf("nobody met %q: it stops at something else", end)
		}
	}
	e.after(8)
	v, err := e.s.Campaign(e.League, award.GetInput{ID: e.a.ID})
	e.is(err, "")
	for _, o := range v.Objections {
		if o.State == award.Waits {
			_, err = e.s.Answer(e.League, award.AnswerInput{ID: o.ID, Version: 1, Outcome: award.Dismissed, Answer: "查过了"})
			e.is(err, "")
		}
	}
	e.is(e.publishes(e.banner2), "")
	for _, path := range []string{"/awards/" + e.a.ID.String(), "/api/v1/public/awards/" + e.a.ID.String()} {
		rec := httptest.NewRecorder()
		e.site.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if !result.MatchString(rec.Body.String()) {
			e.Errorf("%s does not show a result: %.300s", path, rec.Body)
		}
	}
	if _, err := e.s.MyPaper(e.Vols[0].Ctx, award.GetInput{ID: e.chosen.ID}); err != nil {
		e.Error(err)
	}
}

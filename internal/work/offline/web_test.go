package offline_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
	"linli/internal/platform/xform"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/offline"
	"linli/internal/work/order"
	"linli/internal/work/survey"
)

// The door: as many as 200 at once, the same answer under the same key, and a list that the desk works through.
func TestDoor(t *testing.T) {
	each(t, func(w *world) {
		site := w.Web(func(r *web.Router) { w.s.Routes(r) })
		clock.Set(w.o.WindowStart.Add(80 * time.Hour))
		x := w.action(offline.CheckIn, w.o.WindowStart, w.order())
		body := func(list ...offline.Action) string {
			raw, err := json.Marshal(offline.SyncInput{Device: "phone", Actions: list})
			if err != nil {
				w.Fatal(err)
			}
			return strings.Replace(string(raw), `"account_id":"",`, "", 1)
		}
		many := make([]offline.Action, 201)
		for i := range many {
			many[i] = w.action("sing", w.o.WindowStart, map[string]any{})
		}
		if code, said := site.Do("volunteer", "POST", "/api/v1/sync", body(many...)); code != 422 {
			w.Errorf("201 at once: %d %.200s", code, said)
		}
		if code, said := site.Do("volunteer", "POST", "/api/v1/sync", body(many[:200]...)); code != 200 || strings.Count(said, "refused") != 200 {
			w.Errorf("200 at once: %d %.200s", code, said)
		}
		var first string
		for range 2 {
			code, said := site.Do("volunteer", "POST", "/api/v1/sync", body(x), "Idempotency-Key", "k")
			if first == "" {
				first = said
			}
			if code != 200 || said != first || !strings.Contains(said, `"verdict":"done"`) {
				w.Errorf("%d %s", code, said)
			}
		}
		if code, _ := site.Do("", "POST", "/api/v1/sync", body(x)); code != 401 {
			w.Errorf("a visitor syncs: %d", code)
		}
		code, page := site.Do("head", "GET", "/desk/offline", "")
		if code != 200 || !strings.Contains(page, "娜仁高娃 · 签到") || !strings.Contains(page, "等站点处理") {
			w.Errorf("%d %.300s", code, page)
		}
		list, err := w.s.List(w.Head2, offline.ListInput{})
		if err != nil || len(list.Items) != 1 {
			w.Fatalf("%d, %v", len(list.Items), err)
		}
		at := "/desk/offline/" + list.Items[0].ID.String()
		if code, page = site.Do("head2", "GET", at, ""); code != 200 || !strings.Contains(page, "送一顿午饭") || !strings.Contains(page, "补录单") {
			w.Errorf("%d %.300s", code, page)
		}
		if code, to := site.Do("head2", "POST", at+"/decide", "version=1&decision=adopted&reason=%E8%A1%A5%E5%BD%95%E5%8D%95+12"); code != 303 ||
			to != "/desk/offline" {
			w.Errorf("%d %s", code, to)
		}
	})
}

// door is the routes for one telephone, whose session ends when it is revoked.
type door struct {
	*world
	*web.Router
	actor   auth.Actor
	revoked bool
}

func (w *world) door(who context.Context) *door {
	d := &door{world: w, actor: auth.From(who)}
	d.Router = web.New(web.Config{Auth: d, Keys: w.Keys, DB: w.DB, Demo: true})
	w.s.Routes(d.Router)
	return d
}

// Authenticate knows the telephone until it is revoked.
func (d *door) Authenticate(context.Context, string) (auth.Actor, error) {
	if d.revoked {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	return d.actor, nil
}

// bring sends actions through the door and gives the verdicts.
func (d *door) bring(list ...offline.Action) (int, []string) {
	d.Helper()
	raw, err := json.Marshal(map[string]any{"device": "phone", "actions": list})
	if err != nil {
		d.Fatal(err)
	}
	req := httptest.NewRequest("POST", "/api/v1/sync", strings.NewReader(string(raw)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer phone")
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, req)
	var out offline.Results
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		d.Fatal(err)
	}
	said := []string{}
	for _, r := range out.Results {
		said = append(said, r.Verdict+" "+r.Words)
	}
	return rec.Code, said
}

// An offered order is taken and given back by one telephone that saw it once, and declined by another; each move is done once.
func TestMoves(t *testing.T) {
	each(t, func(w *world) {
		o, err := w.Orders.Create(w.Resident, order.CreateInput{CatalogueID: w.Item.ID, Title: "扫院子", Region: attendancetest.Gacha, Needed: 1,
			Window: order.Window{WindowStart: attendancetest.Noon.Add(48 * time.Hour), WindowEnd: attendancetest.Noon.Add(49 * time.Hour)}})
		if err != nil {
			t.Fatal(err)
		}
		d, err := w.Orders.Review(w.Manager, order.ReviewInput{Ask: order.Ask{ID: o.ID, Version: o.Version}, Decision: "accept"})
		if err == nil {
			d, err = w.Orders.Dispatch(w.Manager, order.DispatchInput{Ask: order.Ask{ID: d.ID, Version: d.Version},
				VolunteerIDs: []db.ID{w.Vols[0].ID, w.Vols[1].ID}})
		}
		if err != nil {
			t.Fatal(err)
		}
		clock.Set(attendancetest.Noon.Add(time.Hour))
		move := func(what, reason string, base int64) offline.Action {
			x := w.action(offline.Move, attendancetest.Noon.Add(30*time.Minute), map[string]any{"order_id": d.ID.String(), "move": what,
				"reason": reason})
			x.BaseVersion = base
			return x
		}
		_, said := w.door(w.Vols[1].Ctx).bring(move("decline", "孩子病了", d.Version))
		w.are(said, "done: 不方便")
		if d, err = w.Orders.Get(w.Manager, order.GetInput{ID: d.ID}); err != nil {
			t.Fatal(err)
		}
		mine := w.door(w.me)
		_, said = mine.bring(move("accept", "", d.Version-1))
		w.are(said, "conflict: 改过")
		both := []offline.Action{move("accept", "", d.Version), move("hand_back", "车坏了", d.Version)}
		for _, want := range []string{"done", "duplicate"} {
			_, said = mine.bring(both...)
			w.are(said, want+": 接单", want+": 退单")
		}
		if n := w.count(`SELECT COUNT(*) FROM assignment WHERE order_id = ? AND (state = 'handed_back' AND volunteer_id = ?
			OR state = 'declined' AND volunteer_id = ?)`, d.ID, w.Vols[0].ID, w.Vols[1].ID); n != 2 {
			t.Errorf("%d parts stand as they were moved", n)
		}
	})
}

// asked is an open questionnaire with a sensitive question, which the volunteer may ask the old man.
func (w *world) asked() survey.Detail {
	w.Helper()
	w.asks.Ask.Goes = func(_ context.Context, _ *db.Tx, who, id db.ID) (bool, error) {
		return who == auth.From(w.me).Person && id == w.resident, nil
	}
	v, err := w.asks.Add(w.Manager, survey.AddInput{StationID: w.Station.ID, Title: "入户走访", Purpose: "安排服务", Body: survey.Body{
		Questions: []xform.Question{{Type: "text", Name: "wish", Label: "要什么"}, {Type: "select_one", List: "ill", Name: "illness",
			Label: "病", Sensitive: true}},
		Choices: []xform.Choice{{List: "ill", Name: "hyper", Label: "高血压"}, {List: "ill", Name: "sugar", Label: "糖尿病"}}}})
	if err == nil {
		v, err = w.asks.Open(w.Manager, survey.StepInput{ID: v.ID, Version: v.Version})
	}
	if err != nil {
		w.Fatal(err)
	}
	return v
}

// An answer of a survey is kept once, marked as one that was given without a network, at the time of the telephone; of a person whom the
// volunteer does not go to see, it is refused. What is sensitive stands in no row of what was sent.
func TestSurveyAnswer(t *testing.T) {
	each(t, func(w *world) {
		v := w.asked()
		at := attendancetest.Noon.Add(time.Hour)
		clock.Set(at.Add(2 * time.Hour))
		leaf := func(of db.ID, illness string) offline.Action {
			return w.action(offline.SurveyAnswer, at, map[string]any{"survey_id": v.ID.String(), "form_version": 1, "consent": person.BySpoken,
				"person_id": of.String(), "answers": map[string]any{"wish": "𠮷 ᠪᠠᠲᠤ", "illness": illness}})
		}
		list := []offline.Action{leaf(w.resident, "sugar"), leaf(w.ResidentPerson, "sugar"), leaf(w.resident, "哮喘")}
		mine := w.door(w.me)
		for _, want := range []string{"done", "duplicate"} {
			code, said := mine.bring(list...)
			w.are(said, want+": 走访表", "refused: 不归您问", "refused: 选项")
			if code != 200 || strings.Contains(said[2], "哮喘") {
				t.Errorf("%d %s", code, said)
			}
		}
		for query, want := range map[string]int64{
			`SELECT COUNT(*) FROM survey_answer`: 1,
			`SELECT COUNT(*) FROM survey_answer WHERE offline AND channel = 'phone' AND sealed IS NOT NULL AND instance = '` + list[0].ID + `'`: 1,
			`SELECT COUNT(*) FROM offline_action WHERE words LIKE '%哮喘%'`:                                                                       0,
		} {
			if n := w.count(query); n != want {
				t.Errorf("%s: %d", query, n)
			}
		}
		if n := w.count(`SELECT COUNT(*) FROM survey_answer WHERE at = ? AND person_id = ?`, at, w.resident); n != 1 {
			t.Error("not at the time of the telephone")
		}
	})
}

// A session that is revoked between two parcels: what was taken stays taken, the rest is refused at the door and leaves nothing, and after
// a new sign-in all of it can be sent again.
func TestRevoked(t *testing.T) {
	each(t, func(w *world) {
		clock.Set(w.o.WindowStart.Add(time.Hour))
		in := w.action(offline.CheckIn, w.o.WindowStart, w.order())
		out := w.action(offline.CheckOut, w.o.WindowStart.Add(50*time.Minute), w.order())
		mine := w.door(w.me)
		_, said := mine.bring(in)
		w.are(said, "done: 签到")
		mine.revoked = true
		if code, said := mine.bring(out); code != 401 || len(said) != 0 {
			t.Errorf("%d %s", code, said)
		}
		if n := w.count(`SELECT COUNT(*) FROM offline_action`); n != 1 {
			t.Errorf("%d rows", n)
		}
		mine.revoked = false
		_, said = mine.bring(in, out)
		w.are(said, "duplicate: 签到", "done: 签退")
	})
}

// The page that telephones keep is one for everybody and names nobody; its script lists what it is made of, all of it small; what somebody
// takes along is served to him alone and to no cache.
func TestPocket(t *testing.T) {
	each(t, func(w *world) {
		site := w.Web(func(r *web.Router) { w.s.Routes(r) })
		get := func(who, path string) *httptest.ResponseRecorder {
			req := httptest.NewRequest("GET", path, nil)
			req.Header.Set("Accept-Encoding", "br")
			if who != "" {
				req.Header.Set("Cookie", web.SessionCookie+"="+who+"; size=")
			}
			rec := httptest.NewRecorder()
			site.ServeHTTP(rec, req)
			return rec
		}
		page, mine := get("", "/my/pocket"), get("volunteer", "/my/pocket")
		if page.Code != 200 || page.Body.String() != mine.Body.String() || strings.Contains(mine.Body.String(), "娜仁高娃") {
			w.Errorf("%d: the page is not the same for everybody: %.300s", page.Code, mine.Body)
		}
		script := get("", "/my/pocket.js")
		if script.Code != 200 || !strings.HasPrefix(script.Header().Get("Content-Type"), "text/javascript") ||
			!strings.Contains(script.Header().Get("Cache-Control"), "no-cache") {
			w.Errorf("%d %v", script.Code, script.Header())
		}
		whole := page.Body.Len()
		_, list, _ := strings.Cut(script.Body.String(), "files = '")
		list, _, _ = strings.Cut(list, "'")
		for _, at := range strings.Fields(list) {
			one := get("", at)
			if whole += one.Body.Len(); one.Code != 200 {
				w.Errorf("%s: %d", at, one.Code)
			}
		}
		for _, m := range regexp.MustCompile(`(?:src|href)="(/static/[^"#]+)`).FindAllStringSubmatch(page.Body.String(), -1) {
			if !strings.Contains(list, m[1]) {
				w.Errorf("the page needs %s, which is not kept", m[1])
			}
		}
		if w.Logf("kept are %d bytes", whole); whole > 60<<10 {
			w.Errorf("the first load, all of which is kept, is %d bytes", whole)
		}
		if kit := get("", "/my/pocket/kit"); kit.Code == 200 {
			w.Error("a visitor takes something along")
		}
		kit := get("volunteer", "/my/pocket/kit")
		for _, piece := range []string{"送一顿午饭", "道尔吉", "12911110001", `value="check_in"`, "记下探访"} {
			if kit.Code != 200 || !strings.Contains(kit.Body.String(), piece) {
				w.Errorf("%d: he does not take along %q: %.500s", kit.Code, piece, kit.Body)
			}
		}
		if at := kit.Header().Get("Cache-Control"); at != "private, no-store" {
			w.Errorf("what is somebody's is kept by a cache: %s", at)
		}
		if other := get("other", "/my/pocket/kit").Body.String(); strings.Contains(other, "道尔吉") || !strings.Contains(other, "现在没有要带出去的事") {
			w.Errorf("somebody else takes along %.500s", other)
		}
	})
}

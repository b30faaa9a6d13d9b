package order

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/account"
	"linli/internal/network/office/home"
	"linli/internal/network/office/roster"
	"linli/internal/network/office/workplan"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// tokens stands for the sign-in: a token is the name of an actor.
type tokens map[string]auth.Actor

func (t tokens) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	a, ok := t[token]
	if !ok {
		return a, errs.ErrUnauthenticated
	}
	return a, nil
}

type site struct {
	*world
	srv *httptest.Server
}

func newSite(t *testing.T, w *world) *site {
	who := tokens{}
	for name, ctx := range map[string]context.Context{"resident": w.resident, "manager": w.manager, "head": w.head, "town": w.town,
		"volunteer": w.vols[0].ctx} {
		who[name] = auth.From(ctx)
	}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		accounts := account.New(w.d, seal.Ephemeral(), account.Outside{}, true)
		a, err := accounts.Create(ctx, tx, account.NewAccount{PersonID: w.residentID, Name: "娜仁", Region: gacha})
		actor := who["resident"]
		actor.Account = a.ID
		who["resident"] = actor
		return err
	})
	r := web.New(web.Config{Auth: who, Keys: seal.Ephemeral(), DB: w.d, Demo: true, Asked: func(route web.Route, asked []auth.Perm) {
		for _, p := range asked {
			if p == route.Permission {
				return
			}
		}
		t.Errorf("%s %s states %s and asks for %v", route.Method, route.Path, route.Permission, asked)
	}})
	w.s.Routes(r)
	srv := httptest.NewServer(r)
	t.Cleanup(srv.Close)
	return &site{w, srv}
}

func (s *site) do(who, method, path, kind string, body io.Reader, key string) (int, string, http.Header) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.srv.URL+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+who)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	req.Header.Set("Origin", s.srv.URL)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	out, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(out), res.Header
}

func (s *site) post(who, path string, body map[string]any, key string) (int, map[string]any) {
	s.t.Helper()
	b, _ := json.Marshal(body)
	status, text, _ := s.do(who, "POST", path, "application/json", bytes.NewReader(b), key)
	out := map[string]any{}
	json.Unmarshal([]byte(text), &out)
	return status, out
}

// TestContract walks the loop with the bodies of the contract.
func TestContract(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newSite(t, w)
		body := map[string]any{"catalogue_id": w.item.ID.String(), "title": "送一顿午饭", "detail": "少盐", "region": gacha.String(), "address": "东头第三家",
			"window_start": noon.Add(3 * time.Hour).Format(time.RFC3339), "window_end": noon.Add(4 * time.Hour).Format(time.RFC3339), "needed": 1,
			"urgent": false, "channel": "web",
			"consent": "self", "risk": ""}
		if status, _ := s.post("resident", "/api/v1/orders", body, ""); status != 400 {
			t.Errorf("without a key: %d", status)
		}
		status, o := s.post("resident", "/api/v1/orders", body, "k1")
		if status != 201 {
			t.Fatalf("create: %d %v", status, o)
		}
		if _, again := s.post("resident", "/api/v1/orders", body, "k1"); again["id"] != o["id"] ||
			again["confirmation_code"] != o["confirmation_code"] {
			t.Errorf("repeated: %v", again)
		}
		for _, f := range strings.Split("id no state version title region station_id window_start window_end needed urgent volunteers "+
			"confirmation_code", " ") {
			if _, ok := o[f]; !ok {
				t.Errorf("an order has no %s", f)
			}
		}
		if at, _ := o["window_start"].(string); !strings.HasSuffix(at, "+08:00") {
			t.Errorf("window_start %s", at)
		}
		path := fmt.Sprint("/api/v1/orders/", o["id"])
		code := o["confirmation_code"]
		step := func(who, verb string, body map[string]any, want State) {
			t.Helper()
			status, got := s.post(who, path+"/"+verb, body, "")
			if status != 200 || got["state"] != string(want) {
				t.Fatalf("%s: %d %v", verb, status, got)
			}
			o = got
		}
		if status, got := s.post("manager", path+"/review", map[string]any{"decision": "accept"}, ""); status != 422 {
			t.Errorf("without a version: %d %v", status, got)
		}
		step("manager", "review", map[string]any{"version": o["version"], "decision": "accept"}, Queued)
		if status, got := s.post("manager", path+"/dispatch", map[string]any{"version": 1, "volunteer_ids": []string{w.vols[0].id.String()}},
			""); status != 409 || got["type"] != "urn:linli:problem:stale_version" {
			t.Errorf("stale: %d %v", status, got)
		}
		step("manager", "dispatch", map[string]any{"version": o["version"], "volunteer_ids": []string{w.vols[0].id.String()}}, Offered)
		step("volunteer", "accept", map[string]any{}, Accepted)
		clock.Set(noon.Add(3 * time.Hour))
		id, _ := parseID(fmt.Sprint(o["id"]))
		w.in(id, w.vols[0])
		clock.Set(noon.Add(3*time.Hour + 30*time.Minute))
		w.out(id, w.vols[0])
		step("resident", "confirm", map[string]any{"evidence": "code", "code": code}, Confirmed)
		step("resident", "evaluate", map[string]any{"rating": 5, "comment": ""}, Closed)
		if status, text, _ := s.do("resident", "GET", path+"/timeline", "", nil, ""); status != 200 ||
			!strings.Contains(text, `"on_behalf_of"`) && !strings.Contains(text, `"actor"`) {
			t.Errorf("timeline: %d %s", status, text)
		}
		if status, text, _ := s.do("manager", "GET", "/api/v1/orders?state=closed&limit=5", "", nil, ""); status != 200 ||
			!strings.Contains(text, `"next":null`) {
			t.Errorf("list: %d %s", status, text)
		}
		if status, _, _ := s.do("manager", "GET", "/api/v1/orders?colour=red", "", nil, ""); status != 422 && status != 400 {
			t.Errorf("unknown query: %d", status)
		}
	})
}

func parseID(s string) (id db.ID, err error) { err = id.UnmarshalText([]byte(s)); return id, err }

// desk is the manager's own.
func (w *world) desk() home.Desk {
	w.t.Helper()
	out, err := w.s.Today(w.manager, TodayInput{})
	if err != nil || len(out.Desks) != 1 {
		w.t.Fatalf("%d desks: %v", len(out.Desks), err)
	}
	return out.Desks[0]
}

// TestPages opens every page in the states that change it.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newSite(t, w)
		see := func(who, path string, words ...string) {
			t.Helper()
			status, text, h := s.do(who, "GET", path, "", nil, "")
			if status != 200 || !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
				t.Errorf("%s %s: %d", who, path, status)
				return
			}
			for _, word := range words {
				if !strings.Contains(text, word) {
					t.Errorf("%s %s does not say %s", who, path, word)
				}
			}
		}
		see("manager", "/desk", "没有要打电话、要签字的", "今天没有排值班的人", w.desk().Roster())
		shifts := roster.New(w.d, w.s.keys)
		k, err := shifts.AddKeeper(w.manager, roster.AddKeeperInput{ID: w.desk().Station.ID,
			KeeperFacts: roster.KeeperFacts{Name: "值班的乌云", Post: "站点管理员", Phone: "0479-8200101"}})
		if err == nil {
			_, err = shifts.Assign(w.manager, roster.AssignInput{ID: k.StationID, KeeperID: k.ID, Day: clock.Today(w.manager), From: "08:30",
				Until: "18:00"})
		}
		if err == nil {
			_, err = workplan.New(w.d).Add(w.manager, workplan.AddInput{ID: k.StationID,
				Facts: workplan.Facts{What: "走访", Who: "站长", DueDay: clock.Today(w.manager).AddDays(-1)}})
		}
		if err != nil {
			t.Fatal(err)
		}
		see("head", "/desk", "值班的乌云", `href="tel:0479-8200101"`, "08:30–18:00", "有 1 项超期没完成", w.desk().OverduePlan())
		if _, page, _ := s.do("town", "GET", "/desk", "", nil, ""); strings.Contains(page, "今天值班") {
			t.Error("an officer over several stations sees a roster")
		}
		see("resident", "/my/orders", "还没有点过单")
		see("volunteer", "/my/tasks", "现在没有任务")
		see("resident", "/my/orders/new", w.item.Name)
		see("resident", "/my/orders/new?catalogue_id="+w.item.ID.String(), "东头第三家", "宝力根嘎查志愿服务站")
		see("manager", "/desk/orders/new", w.item.Name, "来电号码")
		see("town", "/desk/orders/new", "来电号码")
		urgent := func(in *CreateInput) { in.Urgent = true }
		for i, make := range []func() Detail{
			func() Detail { return w.create(urgent) }, func() Detail { return w.queued() }, func() Detail { return w.offered(1) },
			func() Detail { return w.accepted() }, w.inService, w.served, w.confirmed, w.disputed, w.closed} {
			clock.Set(noon.AddDate(0, 0, i))
			w.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE assignment SET state = 'withdrawn' WHERE state IN ('offered', 'accepted', 'checked_in')`)
				return err
			})
			o := make()
			see("manager", o.deskPath(), o.No, o.Title)
			see("resident", o.myPath(), o.Title)
			see("manager", "/desk/board/cards/"+o.ID.String(), o.Title)
			if len(w.get(w.manager, o.ID).Volunteers) > 0 {
				see("volunteer", o.taskPath(), o.Title)
			}
		}
		see("manager", "/desk", "加急")
		see("manager", "/desk/board", `id="board"`, "/desk/board/events")
		see("manager", "/desk/board/cards", `id="board"`)
		see("manager", "/desk/orders?q=娜仁&sort=window", "送一顿午饭")
		see("manager", "/desk/orders?q=9999999-", "没有找到")
		see("manager", "/desk/handover", "宝力根嘎查志愿服务站")
		see("town", "/desk/cards", "还没有发过卡")
		see("resident", "/my/orders", "送一顿午饭")
		open := w.must(w.s.Open(w.manager, OpenInput{ask(w.queued())}))
		see("volunteer", "/my/tasks", open.Title, "适合您的新单")
	})
}

// TestDeskForm enters an order by phone with the form alone, and sees a refused one again with its words.
func TestDeskForm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newSite(t, w)
		form := url.Values{"recipient_phone": {"12900000000"}, "catalogue_id": {w.item.ID.String()}, "title": {"送一顿午饭"},
			"region": {gacha.String()}, "window_start": {noon.Add(3 * time.Hour).Format(time.RFC3339)},
			"window_end": {noon.Add(4 * time.Hour).Format(time.RFC3339)}, "channel": {"phone_call"},
			"consent": {"spoken"}, "reviewed": {"true"}, "idempotency_key": {"f1"}}
		post := func(path string) (int, string, http.Header) {
			return s.do("manager", "POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), "")
		}
		status, text, h := post("/desk/orders")
		if status != 303 {
			t.Fatalf("%d %s", status, text)
		}
		page := h.Get("Location")
		if _, text, _ = s.do("manager", "GET", page, "", nil, ""); !strings.Contains(text, "娜仁") || !strings.Contains(text, "待派单") ||
			!strings.Contains(text, "念给他听") || !strings.Contains(text, "电话尾号 0000") {
			t.Error("the person of the telephone number was not found, the order does not wait for dispatch, or is not read back")
		}
		page = strings.TrimSuffix(page, readBack)
		if _, text, _ = s.do("manager", "GET", page, "", nil, ""); strings.Contains(text, "念给他听") {
			t.Error("an order is read back when nobody rings")
		}
		if status, body, _ := s.do("manager", "GET", page+"/slip.pdf", "", nil, ""); status != 200 || !strings.HasPrefix(body, "%PDF") {
			t.Errorf("slip: %d", status)
		}
		form.Set("recipient_phone", "12988887777")
		form.Set("idempotency_key", "f2")
		if status, text, _ = post("/desk/orders"); status != 422 || !strings.Contains(text, "12988887777") || !strings.Contains(text, "请写姓名") {
			t.Errorf("an unknown number without a name: %d", status)
		}
		form = url.Values{"version": {"1"}, "reason": {"不要了"}}
		if status, text, _ = post(page + "/cancel"); status != 409 || !strings.Contains(text, "刚被别人改过") {
			t.Errorf("stale form: %d", status)
		}
		for _, format := range []string{"csv", "xlsx"} {
			if status, body, _ := s.do("manager", "GET", "/desk/orders/export?format="+format, "", nil, ""); status != 200 || len(body) < 100 {
				t.Errorf("%s: %d", format, status)
			}
		}
	})
}

// TestPrintedCode lets the manager print the code of an order that he entered: with it he confirms, but a second person must look.
func TestPrintedCode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.input()
		in.RecipientID, in.Consent, in.Channel, in.Reviewed = w.residentID, "spoken", "desk", true
		out, err := w.s.Create(w.manager, in)
		if err != nil {
			t.Fatal(err)
		}
		o := w.must(w.s.Dispatch(w.manager, DispatchInput{Ask: ask(out.Detail), VolunteerIDs: []db.ID{w.vols[0].id}}))
		w.must(w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}))
		if _, err := w.s.Slip(w.manager, GetInput{o.ID}); err != nil {
			t.Fatal(err)
		}
		code := w.get(w.resident, o.ID).ConfirmationCode
		clock.Set(o.WindowStart)
		w.in(o.ID, w.vols[0])
		w.out(o.ID, w.vols[0])
		o = w.must(w.s.Confirm(w.manager, ConfirmInput{Ask: saidBy(w.get(w.manager, o.ID), "娜仁"), Evidence: "code", Code: code}))
		if !o.NeedsSecond {
			t.Error("a code that the account has printed counts alone")
		}
	})
}

// TestWatch hears of a change within a moment, and of none outside the scope.
func TestWatch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := newSite(t, w)
		req, _ := http.NewRequestWithContext(t.Context(), "GET", s.srv.URL+"/desk/board/events", nil)
		req.Header.Set("Authorization", "Bearer manager")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		lines := make(chan string)
		go func() {
			for sc := bufio.NewScanner(res.Body); sc.Scan(); {
				lines <- sc.Text()
			}
		}()
		<-lines // connected
		w.create(func(in *CreateInput) { in.Region = lonely })
		o := w.create()
		timeout := time.After(2 * time.Minute)
		for {
			select {
			case line := <-lines:
				if strings.HasPrefix(line, "data:") {
					if want := fmt.Sprintf(`data: {"id":"%s","version":1}`, o.ID); line != want {
						t.Errorf("got %s, want %s", line, want)
					}
					return
				}
			case <-timeout:
				t.Fatal("no news")
			}
		}
	})
}

// picture is a white point.
var picture = func() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

// TestSignature keeps the picture of the slip, at which a second person looks: it is no hand.
func TestSignature(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.served()
		out := w.must(w.s.Confirm(w.manager, ConfirmInput{Ask: saidBy(o, "娜仁"), Evidence: "signature",
			Photo: blob.Upload{Name: "slip.png", Data: picture}}))
		if !out.NeedsSecond || out.PhotoID == 0 {
			t.Errorf("a signature with its picture counts by itself: %+v", out.Order)
		}
	})
}

// TestReachable refuses an order of somebody whom nobody could find, unless it is said how; its title is that of the service.
func TestReachable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.input()
		in.RecipientID, in.RecipientName, in.RecipientPhone, in.Address, in.Title = 0, "无名氏", "", "", ""
		in.Consent = "spoken"
		_, err := w.s.Create(w.manager, in)
		errstest.Is(t, err, "invalid unreachable: 怎么找到他")
		in.Unreachable = "每天上午在站里"
		out, err := w.s.Create(w.manager, in)
		if err != nil || out.Title != w.item.Name {
			t.Errorf("it is said how he is found: %q %v", out.Title, err)
		}
	})
}

package access_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/civic/account"
	"linli/internal/people/partner"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/web"
	"linli/internal/proof/record"
	"linli/internal/reach/access"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/pairing"
)

// world is the gacha behind a router that takes keys of access.
type world struct {
	*attendancetest.World
	*testing.T
	s        *access.Service
	accounts *account.Service
	partners *partner.Service
	router   *web.Router
}

// people sign in by the word resident or head; their password is checked as always.
type people struct {
	*account.Service
	w *world
}

func (p people) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	if ctx, known := map[string]context.Context{"resident": p.w.Resident, "head": p.w.Head}[token]; known {
		return auth.From(ctx), nil
	}
	return auth.Actor{}, errs.ErrUnauthenticated
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, accounts: account.New(base.DB, base.Keys, account.Outside{Persons: base.Persons}, true)}
		w.partners = partner.New(base.DB, base.Persons)
		w.s = w.process()
		w.s.Follow(w.accounts)
		w.router = w.door()
		test(w)
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			return access.Verify(w.System, tx, func(object, what string) { t.Errorf("%s: %s", object, what) })
		}))
	})
}

// process is the area as another process on the same database has it.
func (w *world) process() *access.Service { return access.New(w.DB, w.Keys, people{w.accounts, w}) }

func (w *world) door() *web.Router {
	r := web.New(web.Config{Auth: w.s, Gate: w.s.Gate, Keys: w.Keys, DB: w.DB})
	w.s.Routes(r)
	record.New(w.DB, w.Persons).Routes(r)
	activity.New(w.DB, w.Keys, w.Att).Routes(r)
	pairing.New(w.DB, w.Keys, w.Persons).Routes(r)
	w.partners.Routes(r)
	return r
}

func (w *world) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// key makes one for who acts.
func (w *world) key(ctx context.Context, in access.AddInput) access.Made {
	w.T.Helper()
	in.Name = "数字大屏"
	if in.Days == 0 {
		in.Days = 90
	}
	k, err := w.s.Add(ctx, in)
	w.must(err)
	return k
}

// ask sends a request with a key and gives the answer's status and body.
func (w *world) ask(token, method, path string) (int, string) {
	req := httptest.NewRequest(method, path, strings.NewReader("{}"))
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.router.ServeHTTP(rec, req)
	if rec.Code == http.StatusTooManyRequests && rec.Header().Get("Retry-After") == "" {
		w.Error("429 without Retry-After")
	}
	return rec.Code, rec.Body.String()
}

// expect asks and compares the status.
func (w *world) expect(token, method, path string, status int) string {
	w.T.Helper()
	code, body := w.ask(token, method, path)
	if code != status {
		w.T.Errorf("%s %s: %d %s, want %d", method, path, code, body, status)
	}
	return body
}

// What a key lacks is told by its field.
func TestAddRefuses(t *testing.T) {
	each(t, func(w *world) {
		for want, in := range map[string]access.AddInput{
			"invalid name: 请写明给哪个程序用":           {Name: " ", Scopes: []string{"public"}, Days: 90},
			"invalid scopes: 至少选一样":             {Name: "x", Days: 90},
			"invalid scopes: 单位的钥匙只读单位的和公开的":    {Name: "x", Scopes: []string{"records"}, PartnerID: 1, Days: 90},
			"invalid partner_id: 您现在不是这个单位的联系人": {Name: "x", Scopes: []string{"partner"}, PartnerID: 1, Days: 90},
		} {
			_, err := w.s.Add(w.Vols[0].Ctx, in)
			errstest.Is(w.T, err, want)
		}
		_, err := w.s.Add(auth.With(w.System, auth.Actor{}), access.AddInput{Name: "x", Scopes: []string{"public"}, Days: 90})
		errstest.Is(w.T, err, "unauthenticated")
		for range access.MaxKeys {
			w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		}
		_, err = w.s.Add(w.Resident, access.AddInput{Name: "x", Scopes: []string{"public"}, Days: 90})
		errstest.Is(w.T, err, "wrong_state: 已经有 20 把在用的钥匙")
	})
}

// A key reads what it says, over its owner alone, and what is public; it does nothing, opens no page, and is no cookie.
func TestKeyOnlyReads(t *testing.T) {
	each(t, func(w *world) {
		w.Seat(w.Vols[0].Ctx)
		w.Seat(w.Head)
		k := w.key(w.Vols[0].Ctx, access.AddInput{Scopes: []string{"records", "records", "public"}})
		if !slices.Equal(k.Scopes, []string{"public", "records"}) || k.UntilDay != clock.DayOf(attendancetest.Noon).AddDays(90) ||
			!strings.HasSuffix(k.Token, k.Hint) {
			w.Errorf("%+v", k)
		}
		w.expect(k.Token, "GET", "/api/v1/records", 200)
		w.expect(k.Token, "GET", "/api/v1/public/activities", 200)
		for path, words := range map[string]string{"/api/v1/activity-places": "没有这个范围", "/api/v1/keys-of-access": "没有这个范围",
			"/my/keys": "不能看网页", "/desk/records.csv": "没有这个范围"} {
			if body := w.expect(k.Token, "GET", path, 403); !strings.Contains(body, words) {
				w.Errorf("%s: %s", path, body)
			}
		}
		for _, path := range []string{"/api/v1/keys-of-access", "/api/v1/pairings", "/api/v1/activities"} {
			if body := w.expect(k.Token, "POST", path, 403); !strings.Contains(body, "只能读") {
				w.Errorf("%s: %s", path, body)
			}
		}
		w.expect(k.Token+"x", "GET", "/api/v1/public/activities", 401)
		req := httptest.NewRequest("GET", "/api/v1/records", nil)
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: k.Token})
		rec := httptest.NewRecorder()
		if w.router.ServeHTTP(rec, req); rec.Code != 401 {
			w.Errorf("as a cookie: %d", rec.Code)
		}
	})
}

// The Gate lets a key read data and files, what it opens and what is public, and there it is nobody; routes served as nobody's are no way
// around it.
func TestGate(t *testing.T) {
	each(t, func(w *world) {
		by := auth.Actor{Account: 1, Key: &auth.Key{ID: 1, PerMinute: access.OfficeRate, Doors: []string{"record.list"}}}
		judge := func(method string, route web.Route) (auth.Actor, error) {
			req := httptest.NewRequest(method, "/", nil).WithContext(auth.With(w.Context(), by))
			req, err := w.s.Gate(&route, req)
			return auth.From(req.Context()), err
		}
		for _, kind := range []string{web.KindPage, web.KindForm, web.KindStream} {
			_, err := judge("GET", web.Route{Kind: kind, Operation: "record.list", Public: true})
			errstest.Is(w.T, err, "denied")
		}
		for _, kind := range []string{web.KindJSON, web.KindFile} {
			for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
				_, err := judge(method, web.Route{Kind: kind, Operation: "record.list", Public: true})
				errstest.Is(w.T, err, "denied")
			}
			_, err := judge("HEAD", web.Route{Kind: kind, Operation: "record.get"})
			errstest.Is(w.T, err, "denied")
			if a, err := judge("HEAD", web.Route{Kind: kind, Operation: "record.list"}); err != nil || a.Account != 1 {
				w.Errorf("%+v %v", a, err)
			}
			if a, err := judge("GET", web.Route{Kind: kind, Operation: "record.get", Public: true}); err != nil || a.SignedIn() {
				w.Errorf("%+v %v", a, err)
			}
		}
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		w.router = web.New(web.Config{Auth: w.s, Gate: w.s.Gate, Keys: w.Keys, DB: w.DB})
		web.JSON(w.router, "POST /api/v1/x", "access.reference", access.Look,
			func(context.Context, access.Nothing) (access.Nothing, error) { return access.Nothing{}, nil }, web.Nobody)
		w.expect(k.Token, "POST", "/api/v1/x", 403)
	})
}

// Of what the head may read in his place his key reads the figures, and of records, activities and units his own alone.
func TestKeyOfAnOffice(t *testing.T) {
	each(t, func(w *world) {
		w.Seat(w.Head)
		k := w.key(w.Head, access.AddInput{Scopes: []string{"records", "places", "partner", "figures"}})
		a, err := w.s.Authenticate(w.bearing(k.Token), k.Token)
		w.must(err)
		for perm, want := range map[auth.Perm]bool{record.View: false, activity.Join: false, partner.View: false, pairing.Figures: true} {
			at := auth.Place{Region: attendancetest.Gacha}
			if !auth.Can(w.Head, perm, at) || auth.Can(auth.With(w.System, a), perm, at) != want {
				w.Errorf("%s: want %v", perm, want)
			}
		}
	})
}

// strict is a sign-in that knows one password.
type strict struct{ people }

func (strict) Reauthenticate(_ context.Context, given string) error {
	if given != "right" {
		return errs.Field("password", "密码不对")
	}
	return nil
}

// Who makes a key gives his password again.
func TestAddAsksThePassword(t *testing.T) {
	each(t, func(w *world) {
		s := access.New(w.DB, w.Keys, strict{people{w.accounts, w}})
		in := access.AddInput{Name: "x", Scopes: []string{"public"}, Days: 1, Password: "wrong"}
		_, err := s.Add(w.Resident, in)
		errstest.Is(w.T, err, "invalid password")
		in.Password = "right"
		_, err = s.Add(w.Resident, in)
		w.must(err)
	})
}

// Around a refused page stands nobody: a key tells neither who its owner is nor what waits for him.
func TestKeyHidesItsOwner(t *testing.T) {
	each(t, func(w *world) {
		w.Seat(w.Head)
		k := w.key(w.Head, access.AddInput{Scopes: []string{"public"}})
		for path, status := range map[string]int{"/my/keys": 403, "/developers": 403, "/nosuch": 404} {
			body := w.expect(k.Token, "GET", path, status)
			for _, secret := range []string{auth.From(w.Head).Name, w.HeadID.String(), auth.CommunityHead.Word()} {
				if strings.Contains(body, secret) {
					w.Errorf("%s tells %s", path, secret)
				}
			}
		}
	})
}

// What a key is refused takes nothing of what its owner may do in an hour.
func TestRefusalsCountForNobody(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		for range access.PersonRate {
			w.expect(k.Token, "POST", "/api/v1/keys-of-access", 403)
		}
		w.expect(k.Token, "POST", "/api/v1/keys-of-access", 429)
		w.expect("resident", "POST", "/api/v1/keys-of-access", 422)
	})
}

// Several at once make no more keys than one after the other; whom his account owes something makes none.
func TestAddAtOnce(t *testing.T) {
	each(t, func(w *world) {
		in := access.AddInput{Name: "x", Scopes: []string{"public"}, Days: 90}
		for range access.MaxKeys - 1 {
			w.key(w.Resident, in)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.s.Add(w.Resident, in); err != nil && !strings.Contains(err.Error(), "已经有 20 把") {
					w.Error(err)
				}
			})
		}
		all.Wait()
		mine, err := w.s.List(w.Resident, access.Nothing{})
		w.must(err)
		if len(mine.Items) != access.MaxKeys {
			w.Errorf("%d keys", len(mine.Items))
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE account SET password_until = ? WHERE id = ?", time.Now(), w.HeadID).Run(w.System, tx)
			return err
		})
		_, err = w.s.Add(w.Head, in)
		errstest.Is(w.T, err, "wrong_state: 先改好密码")
	})
}

// Only the digest of a key is kept; its list shows its last four, to its owner alone.
func TestKeyIsShownOnce(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		mine, err := w.s.List(w.Resident, access.Nothing{})
		w.must(err)
		raw, _ := json.Marshal(mine)
		if len(mine.Items) != 1 || bytes.Contains(raw, []byte(k.Token)) || !bytes.Contains(raw, []byte(k.Hint)) {
			w.Errorf("%s", raw)
		}
		if other, err := w.s.List(w.Manager, access.Nothing{}); err != nil || len(other.Items) != 0 {
			w.Errorf("%+v %v", other.Items, err)
		}
		for _, ctx := range []context.Context{w.Manager, w.Town} {
			_, err := w.s.End(ctx, access.EndInput{ID: k.ID})
			errstest.Is(w.T, err, "not_found")
		}
	})
}

// A request that is repeated makes one key, and is answered without the key itself, which is not kept.
func TestAddTwice(t *testing.T) {
	each(t, func(w *world) {
		send := func() (out access.Made) {
			req := httptest.NewRequest("POST", "/api/v1/keys-of-access", strings.NewReader(`{"name":"𠮷 ᠪᠠᠲᠤ","scopes":["public"]}`))
			req.Header.Set("Authorization", "Bearer resident")
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Idempotency-Key", "once")
			rec := httptest.NewRecorder()
			if w.router.ServeHTTP(rec, req); rec.Code != 201 {
				w.Fatal(rec.Code, rec.Body)
			}
			w.must(json.Unmarshal(rec.Body.Bytes(), &out))
			return out
		}
		first, second := send(), send()
		if first.Token == "" || second.Token != "" || second.ID != first.ID || second.Name != "𠮷 ᠪᠠᠲᠤ" ||
			second.UntilDay != clock.DayOf(attendancetest.Noon).AddDays(90) {
			w.Errorf("%+v\n%+v", first, second)
		}
	})
}

// The page shows a new key once, after the form that made it.
func TestPageShowsTheKeyOnce(t *testing.T) {
	each(t, func(w *world) {
		who := "resident"
		send := func(method, body string, carried ...*http.Cookie) *httptest.ResponseRecorder {
			req := httptest.NewRequest(method, "/my/keys", strings.NewReader(body))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for _, c := range append(carried, &http.Cookie{Name: web.SessionCookie, Value: who}) {
				req.AddCookie(c)
			}
			rec := httptest.NewRecorder()
			w.router.ServeHTTP(rec, req)
			return rec
		}
		made := send("POST", "name=a&scopes=public&days=30")
		if made.Code != 303 || made.Header().Get("Location") != "/my/keys" {
			w.Fatal(made.Code, made.Body)
		}
		cookies := made.Result().Cookies()
		who = "head"
		if body := send("GET", "", cookies...).Body.String(); strings.Contains(body, "linli_") || !strings.Contains(body, "还没有") {
			w.Error("another account is shown the key")
		}
		who = "resident"
		page := send("GET", "", cookies...)
		if !strings.Contains(page.Body.String(), "linli_") || !strings.Contains(page.Body.String(), "只显示这一次") {
			w.Error("the new key is not shown")
		}
		for _, c := range cookies {
			if raw, _ := base64.RawURLEncoding.DecodeString(c.Value); bytes.Contains(raw, []byte("linli_")) {
				w.Error("the cookie holds the key in plain")
			}
		}
		gone := slices.ContainsFunc(page.Result().Cookies(), func(c *http.Cookie) bool { return c.Name == "linli_made" && c.MaxAge < 0 })
		if again := send("GET", ""); !gone || strings.Contains(again.Body.String(), "linli_") {
			w.Error("the key is shown twice")
		}
	})
}

// A key ends at once for every process, and once.
func TestKeyEnds(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		bearer := func() context.Context { return w.bearing(k.Token) }
		other := w.process()
		_, err := other.Authenticate(bearer(), k.Token)
		w.must(err)
		_, err = w.s.End(w.Resident, access.EndInput{ID: k.ID})
		w.must(err)
		for _, s := range []*access.Service{w.s, other} {
			_, err = s.Authenticate(bearer(), k.Token)
			errstest.Is(w.T, err, "unauthenticated")
		}
		_, err = w.s.End(w.Resident, access.EndInput{ID: k.ID})
		errstest.Is(w.T, err, "wrong_state: 这把钥匙已经作废")
	})
}

// bearing is the context of a request that carries a token in its header.
func (w *world) bearing(token string) (ctx context.Context) {
	r := web.New(web.Config{Auth: catch{&ctx}})
	req := httptest.NewRequest("GET", "/", nil).WithContext(w.Context())
	req.Header.Set("Authorization", "Bearer "+token)
	r.ServeHTTP(httptest.NewRecorder(), req)
	return ctx
}

type catch struct{ at *context.Context }

func (c catch) Authenticate(ctx context.Context, _ string) (auth.Actor, error) {
	*c.at = ctx
	return auth.Actor{}, nil
}

// A key carries what its owner holds today: a post that ended, an account that is shut, sessions that were all ended take it along.
func TestKeyFollowsItsOwner(t *testing.T) {
	each(t, func(w *world) {
		w.Seat(w.Head)
		const rate = "/api/v1/pairings/rate"
		k := w.key(w.Head, access.AddInput{Scopes: []string{"figures"}})
		w.expect(k.Token, "GET", rate, 200)
		set := func(q string, args ...any) {
			w.T.Helper()
			w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
		}
		set("UPDATE account SET password_until = ? WHERE id = ?", time.Now(), w.HeadID)
		w.expect(k.Token, "GET", rate, 401) // he owes a password of his own
		set("UPDATE account SET password_until = NULL WHERE id = ?", w.HeadID)
		w.expect(k.Token, "GET", rate, 200)
		set("UPDATE role_grant SET until_day = 20260102, from_day = 20260101 WHERE account_id = ?", w.HeadID)
		w.expect(k.Token, "GET", rate, 403)
		set("UPDATE role_grant SET until_day = 0, from_day = 20990101 WHERE account_id = ?", w.HeadID)
		w.expect(k.Token, "GET", rate, 403) // his term has not begun
		set("UPDATE role_grant SET from_day = 20260101 WHERE account_id = ?", w.HeadID)
		w.expect(k.Token, "GET", rate, 200)
		set("UPDATE account SET state = 'locked' WHERE id = ?", w.HeadID)
		w.expect(k.Token, "GET", rate, 401)
		set("UPDATE account SET state = 'active' WHERE id = ?", w.HeadID)
		w.expect(k.Token, "GET", rate, 200)
		w.Write(func(tx *db.Tx) error { return w.accounts.Shut.Publish(w.System, tx, w.HeadID) })
		w.expect(k.Token, "GET", rate, 401)
		mine, err := w.s.List(w.Head, access.Nothing{})
		w.must(err)
		if mine.Items[0].EndReason != "账号的登录全部退出" {
			w.Errorf("%+v", mine.Items[0])
		}
	})
}

// Who is appointed, also from tomorrow on, signs in anew as his post asks, and makes his keys anew.
func TestAppointmentEndsKeys(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public", "figures"}})
		w.expect(k.Token, "GET", "/api/v1/pairings/rate", 403)
		_, err := w.accounts.Appoint(w.System, account.AppointInput{ID: k.AccountID, Post: account.Post{Role: auth.SocialWorker,
			Region: attendancetest.Gacha, From: clock.DayOf(attendancetest.Noon).AddDays(1), Reason: "会议"}})
		w.must(err)
		w.expect(k.Token, "GET", "/api/v1/public/activities", 401)
	})
}

// A unit's key reads the unit, for as long as its maker speaks for it.
func TestPartnerKey(t *testing.T) {
	each(t, func(w *world) {
		p, err := w.partners.Create(w.Manager, partner.CreateInput{Region: attendancetest.Gacha, Kind: "school",
			Facts: partner.Facts{Name: "示范小学", Open: true}})
		w.must(err)
		who := w.Person("乌玛", 4)
		uma, _ := w.Actor("乌玛", who, auth.Grant{Role: auth.Resident})
		p, err = w.partners.Appoint(w.Manager, partner.AppointInput{ID: p.ID, Version: p.Version, PersonID: who, Post: "办公室"})
		w.must(err)
		k := w.key(uma, access.AddInput{Scopes: []string{"partner"}, PartnerID: p.ID})
		if body := w.expect(k.Token, "GET", "/api/v1/my-partners", 200); !strings.Contains(body, "示范小学") || k.Partner != "示范小学" {
			w.Errorf("%+v %s", k, body)
		}
		w.expect(k.Token, "GET", "/api/v1/partners/"+p.ID.String(), 200)
		if a, err := w.s.Authenticate(w.bearing(k.Token), k.Token); err != nil || a.Key.PerMinute != access.OfficeRate {
			w.Errorf("%+v %v", a.Key, err)
		}
		w.expect(k.Token, "GET", "/api/v1/partners", 403)
		other, err := w.partners.Create(w.Manager, partner.CreateInput{Region: attendancetest.Gacha, Kind: "school",
			Facts: partner.Facts{Name: "别的小学", Open: true}})
		w.must(err)
		_, err = w.partners.Appoint(w.Manager, partner.AppointInput{ID: other.ID, Version: other.Version, PersonID: who, Post: "办公室"})
		w.must(err)
		own := w.key(uma, access.AddInput{Scopes: []string{"partner"}})
		for path, code := range map[string]int{"/api/v1/my-partners": 200, "/api/v1/partners/" + other.ID.String(): 200,
			"/api/v1/partners/" + other.ID.String() + "/statement": 200} {
			if body := w.expect(own.Token, "GET", path, code); !strings.Contains(body, "别的小学") {
				w.Errorf("%s: %s", path, body)
			}
			if code, body := w.ask(k.Token, "GET", path); strings.Contains(body, "别的小学") || code != 200 && code != 404 {
				w.Errorf("in the name of one unit %s: %d %s", path, code, body)
			}
		}
		_, err = w.partners.Release(w.Manager, partner.EndInput{ID: p.ID, Version: p.Version, Reason: "调走了"})
		w.must(err)
		w.expect(k.Token, "GET", "/api/v1/my-partners", 401)
	})
}

// A key works on its last day and not after; its owner is told when it is made, and once fourteen days before.
func TestKeyRunsOut(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}, Days: 30})
		count := func() (n int64) {
			w.must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
				n, err = db.SelectOne[int64](w.System, tx, tx.Build("SELECT COUNT(*) FROM notify_inbox WHERE account_id = ?", k.AccountID))
				return err
			}))
			return n
		}
		for _, c := range []struct {
			day  int
			told int64
			code int
		}{{15, 1, 200}, {16, 2, 200}, {17, 2, 200}, {30, 2, 200}, {31, 2, 401}} {
			clock.Set(attendancetest.Noon.AddDate(0, 0, c.day))
			w.must(w.s.Sweep(w.System))
			if n := count(); n != c.told {
				w.Errorf("day %d: told %d times", c.day, n)
			}
			w.expect(k.Token, "GET", "/api/v1/public/activities", c.code)
		}
		if k.State(k.UntilDay) != "active" || k.State(k.UntilDay.AddDays(1)) != "expired" {
			w.Error("states of its last day")
		}
	})
}

// A key has a rate of its own, by what its owner is.
func TestKeyRate(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		other := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		codes := map[int]int{}
		for range access.PersonRate + 1 {
			code, _ := w.ask(k.Token, "GET", "/api/v1/public/activities")
			codes[code]++
		}
		if codes[200] != access.PersonRate || codes[429] != 1 {
			w.Errorf("%v", codes)
		}
		w.expect(other.Token, "GET", "/api/v1/public/activities", 200)
		w.Seat(w.Head)
		for what, key := range map[string]access.Made{fmt.Sprint(access.OfficeRate): w.key(w.Head, access.AddInput{Scopes: []string{"figures"}}),
			fmt.Sprint(access.PersonRate): other} {
			a, err := w.s.Authenticate(w.bearing(key.Token), key.Token)
			w.must(err)
			if fmt.Sprint(a.Key.PerMinute) != what {
				w.Errorf("%d, want %s", a.Key.PerMinute, what)
			}
		}
	})
}

// The security administrator sees who holds keys and ends one with a reason, which its owner is told.
func TestRevoke(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		guard, _ := w.Actor("安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: 150000000000})
		far, _ := w.Actor("外地安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: attendancetest.Far})
		look, _ := w.Actor("审计管理员", 0, auth.Grant{Role: auth.AuditAdmin, Region: 150000000000})
		for state, want := range map[string]int{"": 1, "active": 1, "ended": 0, "expired": 0} {
			v, err := w.s.Holders(guard, access.ListInput{State: state})
			w.must(err)
			if len(v.Items) != want {
				w.Errorf("%q: %d", state, len(v.Items))
			}
		}
		in := access.RevokeInput{ID: k.ID, Version: k.Version, Reason: "泄露在公开的代码里"}
		for want, ctx := range map[string]context.Context{"not_found": far, "denied": look} {
			_, err := w.s.Revoke(ctx, in)
			errstest.Is(w.T, err, want)
		}
		_, err := w.s.Revoke(guard, access.RevokeInput{ID: k.ID, Version: k.Version, Reason: " "})
		errstest.Is(w.T, err, "invalid reason: 请写明原因")
		out, err := w.s.Revoke(guard, in)
		w.must(err)
		if out.EndReason != in.Reason {
			w.Errorf("%+v", out)
		}
		w.expect(k.Token, "GET", "/api/v1/public/activities", 401)
		_, err = w.s.Revoke(guard, access.RevokeInput{ID: k.ID, Version: out.Version, Reason: "x"})
		errstest.Is(w.T, err, "wrong_state")
	})
}

// What is held about a person has his keys; when he is erased they are gone.
func TestErasure(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		here := w.s.Area()
		w.Write(func(tx *db.Tx) error {
			held, err := here.Held(w.System, tx, w.ResidentPerson)
			raw, _ := json.Marshal(held)
			if !bytes.Contains(raw, []byte("数字大屏")) {
				w.Errorf("%s", raw)
			}
			if err == nil {
				err = here.Forget(w.System, tx, w.ResidentPerson, "本人要求")
			}
			return err
		})
		w.expect(k.Token, "GET", "/api/v1/public/activities", 401)
		if err := w.s.Demo(w.System, area.Village{Head: auth.From(w.Head)}); err != nil {
			w.Error(err)
		}
		if _, err := w.s.End(w.Resident, access.EndInput{ID: k.ID}); errs.KindOf(err) != errs.NotFound {
			w.Error(err)
		}
	})
}

// The interface is described from its own document: what is public and what a key opens first, each area, and what is looked for.
func TestReference(t *testing.T) {
	each(t, func(w *world) {
		for query, c := range map[string]struct{ has, not string }{
			"":             {"/api/v1/public/activities", "POST /api/v1/pairings"},
			"?area=nosuch": {"没有这样的接口", "/api/v1/records"},
			"?area=record": {"/api/v1/records", "/api/v1/partners"},
			"?q=partners":  {"/api/v1/partners/{id}", "/api/v1/records"},
		} {
			rec := httptest.NewRecorder()
			w.router.ServeHTTP(rec, httptest.NewRequest("GET", "/developers"+query, nil))
			table, _, _ := strings.Cut(rec.Body.String(), "全部接口，按类")
			if rec.Code != 200 || !strings.Contains(table, c.has) || strings.Contains(table, c.not) {
				w.Errorf("%q: %d\n%s", query, rec.Code, table)
			}
			if strings.Contains(rec.Body.String(), "https://") || strings.Contains(rec.Body.String(), "http://") {
				w.Error("something from outside is on the page")
			}
		}
	})
}

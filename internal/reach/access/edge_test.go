package access_test

import (
	"context"
	"fmt"
	"html"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/web"
	"linli/internal/reach/access"
	"linli/internal/work/attendance/attendancetest"
)

func (w *world) run(q string, args ...any) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// texts gives what a statement of one column finds, in its order.
func (w *world) texts(q string, args ...any) (out []string) {
	w.T.Helper()
	w.must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		out, err = db.Select[string](w.System, tx, tx.Build(q, args...))
		return err
	}))
	return out
}

// aged are three keys of the resident: one that runs, one that has run out, and one that was ended, also after its last day.
func (w *world) aged() (out map[string]access.Made) {
	w.T.Helper()
	out = map[string]access.Made{}
	today := clock.Today(w.System)
	for state, last := range map[string]clock.Day{"active": today, "expired": today.AddDays(-1), "ended": today.AddDays(-1)} {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		if state == "ended" {
			_, err := w.s.End(w.Resident, access.EndInput{ID: k.ID})
			w.must(err)
		}
		w.run(`UPDATE access_key SET until_day = ?, name = ? WHERE id = ?`, last, state, k.ID)
		out[state] = k
	}
	return out
}

// Keys are listed by their state, each to whom its owner's division is, and to the owner himself; the newest first.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		w.aged()
		guard, _ := w.Actor("安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: 150000000000})
		far, _ := w.Actor("外地安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: attendancetest.Far})
		look, _ := w.Actor("审计管理员", 0, auth.Grant{Role: auth.AuditAdmin, Region: 150000000000})
		today := clock.Today(w.System)
		for _, who := range []context.Context{guard, far, look} {
			for state, want := range map[string]string{"": "active ended expired", "active": "active", "expired": "expired", "ended": "ended"} {
				v, err := w.s.Holders(who, access.ListInput{State: state})
				w.must(err)
				var got []string
				for _, k := range v.Items {
					if k.State(today) != k.Name || k.Owner == "" {
						w.Errorf("%s is %s of %q", k.Name, k.State(today), k.Owner)
					}
					got = append(got, k.Name)
				}
				if !slices.IsSortedFunc(v.Items, func(a, b access.Key) int { return int(b.ID - a.ID) }) {
					w.Error("not the newest first")
				}
				slices.Sort(got)
				if who == far {
					want = ""
				}
				if strings.Join(got, " ") != want {
					w.Errorf("%q: %v, want %s", state, got, want)
				}
			}
		}
		for who, want := range map[context.Context]string{w.Resident: "denied", w.Manager: "denied"} {
			_, err := w.s.Holders(who, access.ListInput{})
			errstest.Is(w.T, err, want)
		}
		for who, n := range map[context.Context]int{w.Resident: 3, w.Manager: 0} {
			v, err := w.s.List(who, access.Nothing{})
			w.must(err)
			if len(v.Items) != n || v.Today != today {
				w.Errorf("%d of his own on %v, want %d", len(v.Items), v.Today, n)
			}
		}
	})
}

// Only what runs counts against the most that one may have, opens anything, and is offered for webhooks; on its last day it does.
func TestWhatRuns(t *testing.T) {
	each(t, func(w *world) {
		keys := w.aged()
		for state, k := range keys {
			w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
				a, err := access.Holder(w.System, tx, k.ID)
				if want := map[bool]string{true: "", false: "unauthenticated"}[state == "active"]; want == "" {
					if err != nil || a.Account != k.AccountID || a.Key.ID != k.ID {
						w.Errorf("%+v %v", a, err)
					}
				} else {
					errstest.Is(w.T, err, want)
				}
				return nil
			}))
		}
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			_, err := access.Holder(w.System, tx, 12)
			errstest.Is(w.T, err, "unauthenticated")
			running, err := access.Running(w.System, tx, keys["active"].AccountID)
			if len(running) != 1 || running[0].Name != "active" {
				w.Errorf("%+v", running)
			}
			return err
		}))
		in := access.AddInput{Name: "x", Scopes: []string{"public"}, Days: 90}
		for range access.MaxKeys - 1 { // with the one that runs
			w.key(w.Resident, in)
		}
		_, err := w.s.Add(w.Resident, in)
		errstest.Is(w.T, err, "wrong_state: 已经有 20 把在用的钥匙")
		clock.Set(attendancetest.Noon.AddDate(0, 0, 1)) // that one has run out
		w.key(w.Resident, in)
	})
}

// When an account is shut what ran of it ends; what had ended keeps its reason, and others keep their keys.
func TestShut(t *testing.T) {
	each(t, func(w *world) {
		keys := w.aged()
		w.key(w.Manager, access.AddInput{Scopes: []string{"public"}})
		w.Write(func(tx *db.Tx) error { return w.s.OnShut(w.System, tx, keys["active"].AccountID) })
		got := w.texts(`SELECT name || ' ' || version || ' ' || end_reason FROM access_key ORDER BY name`)
		want := []string{"active 2 账号的登录全部退出", "ended 2 自己作废", "expired 2 账号的登录全部退出", "数字大屏 1 "}
		if !slices.Equal(got, want) {
			w.Errorf("%q", got)
		}
	})
}

// The owner is told of each key that is made, taken from him or runs out, in words that say which.
func TestTold(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}, Days: access.TellDays})
		guard, _ := w.Actor("安全管理员", 0, auth.Grant{Role: auth.SecurityAdmin, Region: 150000000000})
		ended := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}, Days: 1})
		_, err := w.s.Revoke(guard, access.RevokeInput{ID: ended.ID, Version: ended.Version, Reason: "泄露了"})
		w.must(err)
		w.key(w.Resident, access.AddInput{Scopes: []string{"public"}, Days: access.TellDays + 1})
		w.must(w.s.Sweep(w.System))
		w.must(w.s.Sweep(w.System))
		until := func(days int) string { return clock.Today(w.System).AddDays(days).String() }
		got := w.texts(`SELECT title || '：' || text || link FROM notify_inbox WHERE account_id = ? ORDER BY id`, k.AccountID)
		made := func(days int) string {
			return "您的账号做了一把接口钥匙：“数字大屏”，可以用到 " + until(days) + "。不是您做的，马上作废它、退出所有登录并改密码。/my/keys"
		}
		want := []string{made(14), made(1), "您的一把接口钥匙被作废：“数字大屏”（尾号 " + ended.Hint + "）：泄露了/my/keys", made(15),
			"您的一把接口钥匙快到期了：“数字大屏”（尾号 " + k.Hint + "）可以用到 " + until(14) + "，还要用就换一把新的。/my/keys"}
		if !slices.Equal(got, want) {
			w.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		clock.Set(attendancetest.Noon.AddDate(0, 0, 16)) // the last has run out by now: too late to be told
		w.must(w.s.Sweep(w.System))
		if n := len(w.texts(`SELECT title FROM notify_inbox WHERE account_id = ?`, k.AccountID)); n != len(want) {
			w.Errorf("told %d times", n)
		}
	})
}

// What a key is made of: a name and scopes in their order, once each; a unit's reads the unit and what is public.
func TestWhatAKeyIs(t *testing.T) {
	each(t, func(w *world) {
		k, err := w.s.Add(w.Resident, access.AddInput{Name: " 大屏 ", Scopes: []string{"records", "public", "records"}, Days: 1})
		w.must(err)
		if k.Name != "大屏" || !slices.Equal(k.Scopes, []string{"public", "records"}) || k.Hint != k.Token[len(k.Token)-4:] ||
			k.UntilDay != clock.Today(w.System).AddDays(1) || len(k.Token) != len("linli_")+43 || k.Version != 1 {
			w.Errorf("%+v", k)
		}
		for scope, want := range map[string]string{"partner": "invalid partner_id", "public": "invalid partner_id", "figures": "invalid scopes",
			"places": "invalid scopes"} {
			_, err := w.s.Add(w.Resident, access.AddInput{Name: "x", Scopes: []string{"public", scope}, Days: 1, PartnerID: 7})
			errstest.Is(w.T, err, want)
		}
		a, err := w.s.Authenticate(w.bearing(k.Token), k.Token)
		w.must(err)
		if want := []string{"record.list", "record.get", "certificate.list", "timebank.account"}; !slices.Equal(a.Key.Doors, want) {
			w.Errorf("%v", a.Key.Doors)
		}
		if first := w.texts(`SELECT COALESCE(CAST(seen_at AS TEXT), '') FROM access_key`); first[0] == "" {
			w.Error("its use is not kept")
		}
		for ago, kept := range map[time.Duration]bool{4 * time.Minute: true, 6 * time.Minute: false} {
			at := time.Now().Add(-ago).Truncate(time.Second)
			w.run(`UPDATE access_key SET seen_at = ?`, at)
			_, err = w.s.Authenticate(w.bearing(k.Token), k.Token)
			w.must(err)
			v, err := w.s.List(w.Resident, access.Nothing{})
			w.must(err)
			if v.Items[0].SeenAt.Equal(at) != kept {
				w.Errorf("used %v ago: now %v", ago, v.Items[0].SeenAt)
			}
		}
	})
}

// Verify says which key ended without a reason, and which outlives its owner.
func TestVerify(t *testing.T) {
	each(t, func(w *world) {
		k := w.key(w.Resident, access.AddInput{Scopes: []string{"public"}})
		found := func() (out []string) {
			w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
				return access.Verify(w.System, tx, func(object, what string) { out = append(out, object+" "+what) })
			}))
			return out
		}
		login := w.texts(`SELECT login FROM account WHERE id = ?`, k.AccountID)[0]
		w.run(`UPDATE account SET login = 'erased-7' WHERE id = ?`, k.AccountID)
		if got := found(); !slices.Equal(got, []string{"access_key " + k.ID.String() + " 主人已经注销，钥匙还在"}) {
			w.Errorf("%q", got)
		}
		w.run(`UPDATE access_key SET ended_at = made_at, end_reason = 'x'`)
		if got := found(); got != nil {
			w.Errorf("%q", got)
		}
		w.run(`UPDATE account SET login = ? WHERE id = ?`, login, k.AccountID)
	})
}

// What an administrator reads of the limits.
func TestLimits(t *testing.T) {
	each(t, func(w *world) {
		var got []string
		for _, l := range w.s.Area().Limits {
			got = append(got, fmt.Sprint(l.Name, " ", l.Value, " ", l.What))
		}
		want := []string{"key.of_account 20 一个账号在用的接口钥匙最多几把", "key.days 365 一把接口钥匙最多用多少天",
			"key.person_rate 60/min 个人的接口钥匙每分钟请求次数", "key.office_rate 600/min 单位、任职的人的接口钥匙每分钟请求次数"}
		if !slices.Equal(got, want) {
			w.Errorf("%q", got)
		}
	})
}

var tags = regexp.MustCompile(`(?s)<[^>]*>|\s`)

// The reference says of each door its method, address and name, and who may use it; each area how many doors it has.
func TestReferenceSays(t *testing.T) {
	each(t, func(w *world) {
		for query, words := range map[string][]string{
			"": {"公开的和接口钥匙能读的", "GET/api/v1/records", "登录，或者有这个范围的钥匙：我的服务记录、证明和时间账户", "GET/api/v1/public/activities",
				"谁都能用"},
			"?area=access":          {"POST/api/v1/keys-of-access", "登录以后，按职务", "GET/api/v1/keys-of-access"},
			"?q=keys-of-access":     {"找到的接口", "POST/api/v1/keys-of-access/{id}/end"},
			"?q=access.add_key":     {"POST/api/v1/keys-of-access"},
			"?q=nosuch&area=record": {"没有这样的接口"},
		} {
			rec := httptest.NewRecorder()
			w.router.ServeHTTP(rec, httptest.NewRequest("GET", "/developers"+query, nil))
			text := html.UnescapeString(tags.ReplaceAllString(rec.Body.String(), ""))
			for _, word := range words {
				if !strings.Contains(text, word) {
					w.Errorf("%s does not say %s: %s", query, word, text)
				}
			}
			if !strings.Contains(rec.Body.String(), `href="/developers?area=access"`) || !strings.Contains(text, "access（5）") {
				w.Errorf("%s does not lead to the doors of an area", query)
			}
			if cookies := rec.Result().Cookies(); len(cookies) > 0 {
				w.Errorf("a page that shows nothing once sets %v", cookies)
			}
		}
	})
}

// The reference asks for the permission that it states, and a new key is carried for two minutes.
func TestAsksAndCarries(t *testing.T) {
	each(t, func(w *world) {
		var asked []auth.Perm
		r := web.New(web.Config{Auth: w.s, Keys: w.Keys, DB: w.DB, Asked: func(_ web.Route, p []auth.Perm) { asked = p }})
		w.s.Routes(r)
		rec := httptest.NewRecorder()
		if r.ServeHTTP(rec, httptest.NewRequest("GET", "/developers", nil)); rec.Code != 200 || !slices.Contains(asked, access.Look) {
			w.Errorf("%d, asks for %v", rec.Code, asked)
		}
		req := httptest.NewRequest("POST", "/my/keys", strings.NewReader("name=a&scopes=public&days=30"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Cookie", "linli_session=resident")
		rec = httptest.NewRecorder()
		r.ServeHTTP(rec, req)
		for _, c := range rec.Result().Cookies() {
			if c.Name == "linli_made" && c.MaxAge == 120 {
				return
			}
		}
		w.Errorf("%d %v", rec.Code, rec.Result().Cookies())
	})
}

// The page of one's own keys takes nothing from who has nothing to take, and drops what it cannot read.
func TestNothingCarried(t *testing.T) {
	each(t, func(w *world) {
		for value, dropped := range map[string]bool{"": false, "%%%": false, "AAAA": true} {
			req := httptest.NewRequest("GET", "/my/keys", nil)
			req.Header.Set("Cookie", "linli_session=resident; linli_made="+value)
			rec := httptest.NewRecorder()
			w.router.ServeHTTP(rec, req)
			if got := strings.Contains(strings.Join(rec.Header().Values("Set-Cookie"), " "), "linli_made"); rec.Code != 200 || got != dropped {
				w.Errorf("%q: %d %v", value, rec.Code, rec.Header())
			}
		}
	})
}

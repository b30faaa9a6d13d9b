package portal_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/stats"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/web"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

var update = flag.Bool("update", false, "write golden files anew")

// Who finds which line of a menu, and where it leads.
func TestMenu(t *testing.T) {
	var out strings.Builder
	for _, e := range portal.New(nil, nil, nil).Area().Menu {
		fmt.Fprintf(&out, "%s %s %s:", e.Shell, e.Label, e.Href)
		for _, role := range auth.Roles {
			if auth.Holds(auth.With(t.Context(), auth.Actor{Account: 1, Person: 1, Grants: []auth.Grant{{Role: role}}}), e.Perm) {
				out.WriteString(" " + string(role))
			}
		}
		out.WriteString("\n")
	}
	const golden = "testdata/menu.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || string(want) != out.String() {
		t.Errorf("%s is not what the menu says now (%v); if that is meant, run go test -update:\n%s", golden, err, out.String())
	}
}

// Each page asks for the permission that it states, also where that is everybody's.
func TestAsks(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		var asked []auth.Perm
		r := web.New(web.Config{Auth: areatest.Holders{}, Keys: w.Keys, DB: w.DB, Asked: func(_ web.Route, p []auth.Perm) { asked = p }})
		portal.New(w.DB, stats.New(w.DB), w.Persons).Routes(r)
		n := 0
		for _, route := range r.Routes() {
			for _, role := range []auth.Role{"", auth.StationManager, auth.SystemAdmin} {
				asked = nil
				rec := httptest.NewRecorder()
				r.ServeHTTP(rec, areatest.Request(route, string(role)))
				if rec.Code == 200 && route.Method == "GET" {
					if n++; !slices.Contains(asked, route.Permission) {
						t.Errorf("%s states %s and asks for %v", route.Path, route.Permission, asked)
					}
				}
			}
		}
		if n < 15 {
			t.Errorf("%d pages only", n)
		}
	})
}

// found says what a search gives somebody: each kind with its hits as "name|line|why|address", and where all are.
func found(t *testing.T, w *attendancetest.World, who context.Context, q string) map[string]string {
	t.Helper()
	out := map[string]string{}
	v, err := portal.New(w.DB, nil, nil).Find(who, portal.FindInput{Q: q})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range v.Kinds {
		for _, h := range k.Hits {
			out[k.Word] += strings.Join([]string{h.Name, h.Line, h.Why, h.Href}, "|") + "\n"
		}
		out[k.Word] += fmt.Sprint(k.Total, " ", k.More)
	}
	return out
}

// one is a kind of which one thing was found.
func one(hit string) string { return hit + "\n1 " }

// Each kind is found by what it is called, says why, and leads to its page where the reader has one; he who has none finds nothing.
func TestFindsOfEachKind(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		o := w.Accepted(1, 60)
		id, noon := w.Person("曾娜仁", 7), attendancetest.Noon
		run(w, `INSERT INTO team (id, region, station_id, name, kind, purpose, state, applied_by, applied_at, reason, founded_day,
			dissolved_day, version) VALUES (71, ?, ?, '扫雪队', 'other', '', 'active', 1, ?, '', 20261101, 0, 1)`,
			attendancetest.Gacha, w.Station.ID, noon)
		run(w, `INSERT INTO activity (id, version, region, station_id, rule, title, category, content, place, conditions, risk, guide_unit,
			state, starts_at, ends_at, day, made_by, made_at, due_day, reason) VALUES (72, 1, ?, ?, '', '扫雪日', 'poverty', '', '东街', '', '', '',
			'open', ?, ?, 20261125, 1, ?, 0, '')`, attendancetest.Gacha, w.Station.ID, noon, noon.Add(time.Hour), noon)
		banner, _ := w.Actor("旗里经办", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		gacha := "伊利勒特嘎查"
		for _, c := range []struct {
			who     context.Context
			q, kind string
			want    string
		}{
			{w.Head, "曾娜仁", "居民", one("曾娜仁|129****0007，" + gacha + "||/desk/persons/" + id.String())},
			{w.Head, "znr", "居民", one("曾娜仁|129****0007，" + gacha + "|拼音对得上|/desk/persons/" + id.String())},
			{w.Head, "129-0000 0007", "居民", one("曾娜仁|129****0007，" + gacha + "|电话号码对得上|/desk/persons/" + id.String())},
			{w.Head, "扫雪", "志愿服务队", one("扫雪队|" + w.Station.Name + "，" + gacha + "||/desk/teams/71")},
			{banner, "扫雪", "志愿服务队", one("扫雪队|" + w.Station.Name + "，" + gacha + "||/gov/teams/71")},
			{w.Head, "扫雪", "活动", one("扫雪日|东街，" + gacha + "||/desk/activities/72")},
			{banner, "扫雪", "活动", one("扫雪日|东街，" + gacha + "||/gov/activities?q=%E6%89%AB%E9%9B%AA")},
			{w.Head, w.Vols[0].Name, "志愿者", one(w.Vols[0].Name + "|编号 " + w.Vols[0].No + "，" + gacha + "||/desk/volunteers/" +
				w.Vols[0].ID.String())},
			{w.Head, w.Vols[0].No, "志愿者", one(w.Vols[0].Name + "|编号 " + w.Vols[0].No + "，" + gacha + "|编号对得上|/desk/volunteers/" +
				w.Vols[0].ID.String())},
			{w.Head, o.No, "求助单", one(o.Title + "|" + o.No + "，" + o.Recipient + "，" + gacha + "|单号或来电号码对得上|/desk/orders/" + o.ID.String())},
			{w.Head, o.Recipient, "求助单", one(o.Title + "|" + o.No + "，" + o.Recipient + "，" + gacha + "||/desk/orders/" + o.ID.String())},
			{w.Head, w.Station.Name, "站点", one(w.Station.Name + "|嘎查部一楼，" + gacha + "||/desk/stations/" + w.Station.ID.String())},
			{banner, w.Station.Name, "站点", one(w.Station.Name + "|嘎查部一楼，" + gacha + "||/gov/stations/" + w.Station.ID.String())},
		} {
			if got := found(t, w, c.who, c.q); got[c.kind] != c.want {
				t.Errorf("%s finds of %s %q, want %q", c.q, c.kind, got[c.kind], c.want)
			}
			if got := found(t, w, w.Elsewhere, c.q); got[c.kind] != "" {
				t.Errorf("%s finds of %s in another league %q", c.q, c.kind, got[c.kind])
			}
		}
		for q, kinds := range map[string][]string{"0007": {"居民"}, "7": nil, "007": nil, "": nil, "  ": nil} {
			got := found(t, w, w.Head, q)
			if len(got) != len(kinds) || len(kinds) > 0 && got[kinds[0]] == "" {
				t.Errorf("%q finds %v", q, got)
			}
		}
		run(w, `UPDATE activity SET title = '扫雪日20261130'`)
		run(w, `UPDATE team SET name = '扫雪队20261130'`)
		worker, _ := w.Actor("社工", 0, auth.Grant{Role: auth.SocialWorker, Region: attendancetest.Gacha, Station: w.Station.ID})
		for _, c := range []struct {
			who   context.Context
			q     string
			kinds []string
		}{{w.Head, "20261130", nil}, {banner, "20261130", nil}, {w.Head, "扫雪", []string{"志愿服务队", "活动"}}, {banner, "扫雪日", []string{"活动"}},
			{worker, "扫雪日", nil}} {
			got := slices.Sorted(maps.Keys(found(t, w, c.who, c.q)))
			if slices.Sort(c.kinds); !slices.Equal(got, c.kinds) {
				t.Errorf("%s finds %v, want %v", c.q, got, c.kinds)
			}
		}
		for state, n := range map[string]int{"applied": 1, "active": 1, "refused": 0, "dissolved": 0} {
			run(w, `UPDATE team SET state = ?`, state)
			if got := found(t, w, w.Head, "扫雪队"); len(got) != n {
				t.Errorf("a team that is %s: %v", state, got)
			}
		}
		run(w, `UPDATE team SET state = 'active'`)
		for q, spoil := range map[string]string{"扫雪日": `UPDATE activity SET state = 'cancelled'`, "扫雪队": `UPDATE team SET state = 'dissolved'`,
			w.Station.Name: `UPDATE station SET status = 'closed'`, w.Vols[0].No: `UPDATE volunteer SET status = 'left'`,
			"曾娜仁": `UPDATE person SET state = 'erased' WHERE name = '曾娜仁'`} {
			run(w, spoil)
			if got := found(t, w, w.Head, q); len(got) != 0 {
				t.Errorf("%s finds %v", q, got)
			}
		}
	})
}

// mostShown is how many of a kind one search shows.
const mostShown = 8

// Of many the newest are shown, how many there are is said, and where all of them stand.
func TestFindsOfMany(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		for i := range mostShown + 1 {
			if i == mostShown {
				if got := found(t, w, w.Head, "毕力格")["居民"]; !strings.HasSuffix(got, "\n8 ") {
					t.Errorf("eight of eight: %s", got)
				}
			}
			w.Person("毕力格"+string(rune('甲'+i)), i+1)
		}
		got := found(t, w, w.Head, "毕力格")["居民"]
		if strings.Count(got, "\n") != 8 || !strings.HasSuffix(got, "\n9 /desk/persons?q=%E6%AF%95%E5%8A%9B%E6%A0%BC") {
			t.Error(got)
		}
	})
}

// Places lead officers to the figures of their division, and everybody else to the register.
func TestFindsOfPlaces(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		banner, _ := w.Actor("旗里经办", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		for _, c := range []struct {
			who     context.Context
			q, want string
		}{{banner, "锡林浩特市", "/gov/coverage?region=152502000000"}, {w.Head, "伊利勒特嘎查", "/regions?code=152502200200"},
			{banner, "伊利勒特嘎查", "/regions?code=152502200200"}} {
			got := found(t, w, c.who, c.q)["地方"]
			if !strings.Contains(got, "|"+c.want+"\n") || strings.Count(got, "\n") > 8 {
				t.Errorf("%s: %q, want %s", c.q, got, c.want)
			}
		}
		if got := found(t, w, banner, "1525")["地方"]; got != "" {
			t.Error(got)
		}
	})
}

// Who rings is told his last three services, each once, of what is still offered; the number of who is served while there is something
// to talk about.
func TestCallers(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		o := w.Accepted(1, 60)
		s := portal.New(w.DB, nil, person.New(w.DB, w.Keys, true))
		v, err := s.Caller(w.Manager, portal.CallerInput{Phone: "12900000000"})
		if err != nil || len(v.Items) != 1 || len(v.Items[0].Orders) != 1 || v.Items[0].Name != o.Recipient ||
			v.Items[0].Address == "" {
			t.Fatalf("%+v %v", v, err)
		}
		if e := v.Items[0].Orders[0]; e.CatalogueID != o.CatalogueID || e.Item != w.Item.Name || e.Title != o.Title || e.When == "" {
			t.Errorf("%+v", e)
		}
		run(w, `UPDATE catalogue_item SET active = FALSE WHERE id = ?`, w.Item.ID)
		if v, err = s.Caller(w.Manager, portal.CallerInput{Phone: "12900000000"}); err != nil || len(v.Items) != 1 ||
			len(v.Items[0].Orders) != 0 {
			t.Errorf("%+v %v", v, err)
		}
		for _, state := range []order.State{order.Submitted, order.NeedsInfo, order.Rejected, order.Queued, order.Open, order.Offered,
			order.Accepted, order.InService, order.Served, order.Unconfirmed, order.Confirmed, order.Disputed, order.Closed, order.Cancelled} {
			run(w, `UPDATE orders SET state = ? WHERE id = ?`, string(state), o.ID)
			r, err := s.Call(w.Manager, order.GetInput{ID: o.ID})
			if slices.Contains([]order.State{order.Rejected, order.Closed, order.Cancelled}, state) {
				errstest.Is(t, err, "wrong_state: 这一单已经办完")
			} else if err != nil || r.Phone != "12900000000" || r.Name != o.Recipient || r.Title != o.Title || r.No != o.No || r.OrderID != o.ID {
				t.Errorf("%s: %+v %v", state, r, err)
			}
		}
		run(w, `UPDATE orders SET state = 'open' WHERE id = ?`, o.ID)
		site := w.Web(s.Routes)
		at := "/desk/orders/" + o.ID.String()
		if _, page := site.Do("manager", "POST", at+"/call", ""); !strings.Contains(page, "129 0000 0000") ||
			!strings.Contains(page, `href="`+at+`"`) {
			t.Errorf("%s", page)
		}
		var trail []string
		w.Write(func(tx *db.Tx) (err error) {
			trail, err = db.Select[string](w.System, tx,
				tx.Build(`SELECT object || ' ' || object_id || ' ' || region FROM audit WHERE action = 'portal.call'`))
			return err
		})
		if len(trail) == 0 || trail[0] != "order "+o.ID.String()+" "+attendancetest.Gacha.String() {
			t.Errorf("%q", trail)
		}
	})
}

// The front page counts stations, volunteers and hours; officers see how their place stands, each figure in its turn.
func TestHomes(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := portal.New(w.DB, stats.New(w.DB), nil)
		home, err := s.Home(w.System, portal.Nothing{})
		sum := int64(0)
		for _, l := range home.Leagues {
			sum += l.Communities
		}
		if err != nil || len(home.Leagues) != 12 || home.Communities != sum || home.Leagues[0].Name == "" {
			t.Errorf("%d leagues, %d communities, %+v, %v", len(home.Leagues), home.Communities, home.Figures, err)
		}
		banner, _ := w.Actor("旗里经办", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		seat, err := s.Gov(banner, portal.Nothing{})
		var codes []string
		for _, x := range seat.Said {
			codes = append(codes, x.Code)
		}
		if want := []string{"coverage", "standard_rate", "registered", "hours", "open_orders", "satisfaction"}; err != nil ||
			!slices.Equal(codes, want) || seat.Where != "锡林郭勒盟锡林浩特市" {
			t.Errorf("%q of %q, %v", codes, seat.Where, err)
		}
		for _, who := range []context.Context{w.Manager, w.Resident} { // who sees no figures
			if seat, err := s.Gov(who, portal.Nothing{}); err != nil || seat.Where != "" || seat.Said != nil {
				t.Errorf("%+v %v", seat, err)
			}
		}
		nobody := auth.With(w.System, auth.Actor{})
		_, err = s.Gov(nobody, portal.Nothing{})
		errstest.Is(t, err, "unauthenticated")
		_, err = s.Open(nobody, portal.Nothing{})
		errstest.Is(t, err, "unauthenticated")
		if _, err = s.Text(nobody, portal.Nothing{}); err != nil {
			t.Error(err)
		}
	})
}

// The plan is shown chapter by chapter, each with the names of all.
func TestChapters(t *testing.T) {
	s, total := portal.New(nil, nil, nil), 0
	for n := int64(1); n <= 4; n++ {
		c, err := s.Scheme(t.Context(), portal.SchemeInput{Chapter: n})
		if err != nil || len(c.Names) != 4 || c.In.Chapter != n || len(c.Clauses) == 0 {
			t.Fatalf("%d: %+v %v", n, c, err)
		}
		for _, x := range c.Clauses {
			if !strings.HasPrefix(x.Part, c.Names[n-1]) || x.Pages[0].Label == "" || !strings.HasPrefix(x.Pages[0].Href, "/") {
				t.Errorf("%+v is not of %s", x, c.Names[n-1])
			}
		}
		if total += len(c.Clauses); n == 4 && total != c.All {
			t.Errorf("%d sentences of %d", total, c.All)
		}
	}
}

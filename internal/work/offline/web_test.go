package offline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/web"
	"linli/internal/work/offline"
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

package portal_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"linli/internal/oversight/stats"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance/attendancetest"
)

// A visitor who has the front page is told that it still stands; when something is published, what it says changes, or he asks in another
// language, he gets a new one. Who is signed in gets his own.
func TestFrontIsKept(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		edition := "1"
		s := portal.New(w.DB, stats.New(w.DB), w.Persons).Keep(func(context.Context) (string, error) { return edition, nil })
		site := w.Web(s.Routes)
		ask := func(who, tag, lang string) (int, string) {
			req := httptest.NewRequest("GET", "/", nil)
			req.Header.Set("If-None-Match", tag)
			req.Header.Set("Cookie", lang+"; "+web.SessionCookie+"="+who)
			rec := httptest.NewRecorder()
			site.ServeHTTP(rec, req)
			return rec.Code, rec.Header().Get("ETag")
		}
		code, tag := ask("", "", "")
		if code != 200 || tag == "" {
			t.Fatalf("the first: %d %q", code, tag)
		}
		if code, _ := ask("", tag, ""); code != 304 {
			t.Errorf("the same again: %d", code)
		}
		if code, other := ask("", tag, "lang=en"); code != 200 || other == tag {
			t.Errorf("in English: %d %q", code, other)
		}
		if code, other := ask("resident", tag, ""); code != 200 || other != "" {
			t.Errorf("signed in: %d %q", code, other)
		}
		edition = "2"
		if code, other := ask("", tag, ""); code != 200 || other == tag {
			t.Errorf("something was published: %d %q", code, other)
		}
		_, tag = ask("", "", "")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Raw().ExecContext(t.Context(), "UPDATE region SET name = '𠮷林盟' WHERE code = 152500000000")
			return err
		})
		code = 304
		for end := time.Now().Add(time.Minute); code == 304 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			code, _ = ask("", tag, "")
		}
		if code != 200 {
			t.Errorf("what the page says has changed, and it still stands: %d", code)
		}
	})
}

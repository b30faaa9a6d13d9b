package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// note is a thing of the tests below: it is counted, renamed and thrown away.
type note struct {
	ID      db.ID  `json:"id"`
	Name    string `json:"name" maxLength:"100"`
	Secret  string `json:"-"`
	Version int64  `json:"version"`
}

// noted is a note as its page shows it, with other things.
type noted struct {
	Beside string `json:"beside"`
	Note   note   `json:"note"`
}

type ticket struct {
	Code string `json:"code"`
}

type noteInput struct {
	ID   db.ID  `path:"id"`
	Name string `json:"name,omitempty" maxLength:"100"`
}

// notes are the operations on notes. They lie in memory: what is tested is what the request is answered.
type notes struct {
	sync.Mutex
	d    *db.DB
	of   map[db.ID]note
	runs int
}

func (n *notes) write(ctx context.Context, fn func(*db.Tx) (note, error)) (note, error) {
	return db.Do(ctx, n.d, func(tx *db.Tx) (note, error) {
		n.Lock()
		defer n.Unlock()
		out, err := fn(tx)
		if err == nil {
			n.runs++
		}
		return out, err
	})
}

func (n *notes) add(ctx context.Context, in struct {
	Name string `json:"name" maxLength:"100"`
}) (note, error) {
	return n.write(ctx, func(tx *db.Tx) (note, error) {
		x := note{tx.NewID(), in.Name, "s3cret", 1}
		n.of[x.ID] = x
		return x, nil
	})
}

// drop looks first whether there is such a note, as many operations do.
func (n *notes) drop(ctx context.Context, in noteInput) (note, error) {
	if _, err := n.get(ctx, in); err != nil {
		return note{}, err
	}
	return n.write(ctx, func(*db.Tx) (note, error) {
		x := n.of[in.ID]
		delete(n.of, in.ID)
		return x, nil
	})
}

func (n *notes) rename(ctx context.Context, in noteInput) (note, error) {
	return n.write(ctx, func(*db.Tx) (note, error) {
		x := n.of[in.ID]
		x.Name, x.Version = in.Name, x.Version+1
		n.of[in.ID] = x
		return x, nil
	})
}

func (n *notes) get(_ context.Context, in noteInput) (note, error) {
	n.Lock()
	defer n.Unlock()
	x, ok := n.of[in.ID]
	if !ok {
		return x, errs.ErrNotFound
	}
	return x, nil
}

func (n *notes) show(ctx context.Context, in noteInput) (noted, error) {
	x, err := n.get(ctx, in)
	return noted{"x", x}, err
}

func (n *notes) ticket(ctx context.Context, _ noteInput) (ticket, error) {
	return db.Do(ctx, n.d, func(*db.Tx) (ticket, error) {
		n.runs++
		return ticket{fmt.Sprint("娜仁-", n.runs)}, nil
	})
}

func (n *notes) quiet(ctx context.Context, in noteInput) (note, error) {
	return n.write(ctx, func(*db.Tx) (note, error) { return n.of[in.ID], nil })
}

// named signs in by an account's number.
type named struct{}

func (named) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	id, err := strconv.ParseInt(token, 10, 64)
	return auth.Actor{Account: db.ID(id), Name: token}, err
}

func again(t *testing.T, test func(t *testing.T, n *notes, do func(who, path, key, body string) (int, string))) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := &notes{d: d, of: map[db.ID]note{}}
		r := New(Config{Auth: named{}, Keys: seal.Ephemeral(), DB: d})
		JSON(r, "POST /api/v1/notes", "note.add", testPerm, n.add, Status(201))
		JSON(r, "POST /api/v1/notes/{id}/drop", "note.drop", testPerm, n.drop)
		JSON(r, "POST /api/v1/notes/{id}/rename", "note.rename", testPerm, n.rename)
		JSON(r, "POST /api/v1/notes/{id}/ticket", "note.ticket", testPerm, n.ticket)
		JSON(r, "POST /api/v1/notes/{id}/quiet", "note.quiet", testPerm, n.quiet, Status(204))
		JSON(r, "GET /api/v1/notes/{id}", "note.get", testPerm, n.show)
		Page(r, "GET /notes/{id}", "note.show", testPerm, n.show, func(noted) templ.Component { return templ.NopComponent })
		page := func(in noteInput) string { return "/notes/" + in.ID.String() }
		Form(r, "POST /notes/{id}/rename", "note.rename", testPerm, n.rename, page,
			func(in noteInput, out note) string { return page(in) + "?v=" + fmt.Sprint(out.Version) })
		Form(r, "POST /notes/{id}/drop", "note.drop", testPerm, n.drop, page,
			func(_ noteInput, out note) string { return "/notes?last=" + out.Secret })
		test(t, n, func(who, path, key, body string) (int, string) {
			req := httptest.NewRequest("POST", path, strings.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			if !strings.HasPrefix(path, "/api/") {
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			req.Header.Set("Authorization", "Bearer "+who)
			if key != "" {
				req.Header.Set("Idempotency-Key", key)
			}
			w := httptest.NewRecorder()
			r.ServeHTTP(w, req)
			return w.Code, w.Header().Get("Location") + w.Body.String() + w.Header().Get("Set-Cookie")
		})
	})
}

// The second press of a button is answered as the first was, whatever the operation finds meanwhile, and does nothing.
func TestAnsweredAgain(t *testing.T) {
	again(t, func(t *testing.T, n *notes, do func(who, path, key, body string) (int, string)) {
		status, first := do("7", "/api/v1/notes", "k", `{"name":"面粉"}`)
		if status != 201 || !strings.Contains(first, `"name":"面粉"`) {
			t.Fatalf("added: %d %s", status, first)
		}
		if status, got := do("7", "/api/v1/notes", "k", `{"name":"面粉"}`); status != 201 || got != first {
			t.Errorf("added again: %d %s, first %s", status, got, first)
		}
		var id string
		for x := range n.of {
			id = x.String()
		}
		for path, body := range map[string]string{"/notes/" + id + "/rename": "name=a", "/api/v1/notes/" + id + "/ticket": `{}`,
			"/api/v1/notes/" + id + "/quiet": "{}"} {
			status, first := do("7", path, "k", body)
			if again, got := do("7", path, "k", body); status >= 400 || again != status || got != first {
				t.Errorf("%s: %d %s, first %d %s", path, again, got, status, first)
			}
		}
		if _, to := do("7", "/notes/"+id+"/rename", "k", "name=a"); !strings.HasPrefix(to, "/notes/"+id+"?v=2") ||
			!strings.Contains(to, doneCookie+"=note.rename+") {
			t.Errorf("the form led to %s", to)
		}
		if n.runs != 4 {
			t.Errorf("%d effects, want 4", n.runs)
		}
		// The object as it is now.
		do("7", "/api/v1/notes/"+id+"/rename", "", `{"name":"大米"}`)
		if status, got := do("7", "/api/v1/notes", "k", `{"name":"面粉"}`); status != 201 || !strings.Contains(got, `"name":"大米"`) {
			t.Errorf("renamed meanwhile: %d %s", status, got)
		}
		for range 2 {
			if status, to := do("7", "/notes/"+id+"/drop", "gone", ""); status != 303 ||
				!strings.HasPrefix(to, "/notes?last=s3cret"+doneCookie+"=note.drop;") { // where it leads, the page says what was done
				t.Errorf("dropped: %d %s", status, to)
			}
		}
		if status, _ := do("7", "/notes/"+id+"/drop", "another", ""); status != 404 {
			t.Errorf("dropped under another key: %d", status)
		}
	})
}

// A key belongs to an account, an operation and a body; what failed leaves nothing under it.
func TestKeyIsBound(t *testing.T) {
	again(t, func(t *testing.T, n *notes, do func(who, path, key, body string) (int, string)) {
		long := strings.Repeat("k", MaxKey)
		_, first := do("7", "/api/v1/notes", long, `{"name":"a"}`)
		if status, got := do("7", "/api/v1/notes", long, `{"name":"b"}`); status != 422 || !strings.Contains(got, "idempotency_conflict") {
			t.Errorf("another body: %d %s", status, got)
		}
		if status, got := do("8", "/api/v1/notes", long, `{"name":"a"}`); status != 201 || got == first {
			t.Errorf("another account: %d %s", status, got)
		}
		if status, _ := do("7", "/api/v1/notes/1/drop", long, `{}`); status != 404 {
			t.Errorf("another operation: %d", status)
		}
		if status, _ := do("7", "/api/v1/notes/1/drop", "f", `{}`); status != 404 {
			t.Errorf("what is not there: %d", status)
		}
		n.of[1] = note{ID: 1}
		for range 2 {
			if status, got := do("7", "/notes/1/drop", "f", ""); status != 303 {
				t.Errorf("under the key that failed: %d %s", status, got)
			}
		}
		if status, _ := do("7", "/api/v1/notes", strings.Repeat("k", MaxKey+1), `{"name":"a"}`); status != 400 {
			t.Errorf("a key too long: %d", status)
		}
	})
}

// Of many at once one has an effect, and all get the same answer.
func TestPressedAtOnce(t *testing.T) {
	again(t, func(t *testing.T, n *notes, do func(who, path, key, body string) (int, string)) {
		answers := make([]string, 12)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				status, got := do("7", "/api/v1/notes", "k", `{"name":"a"}`)
				answers[i] = fmt.Sprint(status, got)
			})
		}
		wg.Wait()
		for _, got := range answers {
			if got != answers[0] || !strings.HasPrefix(got, "201") {
				t.Errorf("%s, another %s", got, answers[0])
			}
		}
		if n.runs != 1 {
			t.Errorf("%d effects", n.runs)
		}
	})
}

type keptRow struct {
	Operation, Key string
	Hash, Answer   []byte
}

var keptRows = db.Query[keptRow](`SELECT operation, key, hash, answer FROM idempotency`)

// A row of the store is small and says nothing to who reads it.
func TestKeptRowIsSmall(t *testing.T) {
	again(t, func(t *testing.T, n *notes, do func(who, path, key, body string) (int, string)) {
		n.of[1] = note{ID: 1, Name: strings.Repeat("长", 100), Secret: "娜仁高娃的地址"}
		for i, path := range []string{"/api/v1/notes/1/rename", "/notes/1/rename", "/api/v1/notes/1/ticket", "/api/v1/notes/1/quiet",
			"/notes/1/drop"} {
			body := `{"name":"` + strings.Repeat("长", 100) + `"}`
			if strings.HasPrefix(path, "/notes") {
				body = "name=" + strings.Repeat("长", 100)
			}
			if status, got := do("7", path, fmt.Sprint("3f2b8c1e-77aa-4e0c-9b0d-2f6a5c1d0e0", i), body); status >= 400 {
				t.Fatalf("%s: %d %s", path, status, got)
			}
		}
		var rows []keptRow
		err := n.d.Read(t.Context(), func(tx *db.Tx) (err error) {
			rows, err = keptRows.All(t.Context(), tx)
			return err
		})
		if err != nil || len(rows) != 5 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, x := range rows {
			const numbers = 16 // account and time
			if size := numbers + len(x.Operation) + len(x.Key) + len(x.Hash) + len(x.Answer); size > 300 {
				t.Errorf("%s keeps %d bytes", x.Operation, size)
			}
			for _, secret := range []string{"/notes", "娜仁", "长", "note", `"id"`} {
				if strings.Contains(string(x.Answer), secret) {
					t.Errorf("%s: %q can be read in what is kept", x.Operation, secret)
				}
			}
		}
	})
}

package app_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"

	"linli/internal/platform/web"
)

// odd are values that a careless program sends for anything.
var odd = []any{nil, "", "x", -1.0, 0.0, 1e18, true, []any{}, []any{nil}, map[string]any{}}

// bent gives the bodies that differ from one that is right in one field, at any depth, and besides in each field that it leaves out.
func bent(body string, fields []string, values []any) (out []string) {
	var right map[string]any
	if err := json.Unmarshal([]byte(cmp.Or(body, "{}")), &right); err != nil {
		panic(err)
	}
	say := func() {
		raw, err := json.Marshal(right)
		if err != nil {
			panic(err)
		}
		out = append(out, string(raw))
	}
	for _, name := range fields {
		if _, given := right[name]; !given {
			for _, v := range values {
				right[name] = v
				say()
			}
			delete(right, name)
		}
	}
	var bend func(at any)
	bend = func(at any) {
		try := func(v any, put func(any)) {
			for _, w := range values {
				put(w)
				say()
			}
			put(v)
			bend(v)
		}
		switch at := at.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(at)) {
				try(at[k], func(w any) { at[k] = w })
			}
		case []any:
			for i := range at {
				try(at[i], func(w any) { at[i] = w })
			}
		}
	}
	bend(right)
	return out
}

// No input of any operation is a fault of ours: on things that exist, by who may do it, with all else right, each field in turn is
// empty, missing or of another kind. In the drill each field of the input is tried, with every value, and a stage on which one was
// taken is replaced.
func oddInputs(t *testing.T, values []any, drill bool) {
	router := program(t, seeded.SQLite(t)).Router
	routes := facesOf(router)
	raw, err := router.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, x := range readDuties(t) {
		f := routes[x.operation]
		if f == nil || x.left["json"] != "" { // TestDuties says so
			continue
		}
		at := slices.IndexFunc(f.json, func(r web.Route) bool { return r.Method == http.MethodPost })
		if at < 0 {
			continue
		}
		r := f.json[at]
		tried++
		var fields []string
		if in := doc.open(doc.Paths[r.Path]["post"].RequestBody.Content["application/json"].Schema); in != nil && drill {
			fields = slices.Sorted(maps.Keys(in.Properties))
		}
		t.Run(x.operation, func(t *testing.T) {
			t.Parallel()
			var s *stage
			var row map[string]string
			for i := 0; ; i++ {
				if s == nil {
					s = newStage(t, village.SQLite(t), x)
					row = s.set()
				}
				all := bent(s.fill(x.body, row), fields, values)
				if i >= len(all) {
					return
				}
				w := s.send(r, row, x.by, all[i], "odd-"+strconv.Itoa(i))
				if w.Code >= 500 {
					t.Errorf("%.300s: %d %.300s", all[i], w.Code, w.Body)
				}
				if w.Code < 300 && drill {
					s = nil
				}
			}
		})
	}
	if tried < 100 {
		t.Errorf("only %d operations were tried", tried)
	}
}

// What came through once.
func TestOddInputs(t *testing.T) { oddInputs(t, []any{nil}, false) }

func TestDrillOddInputs(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return
	}
	oddInputs(t, odd, true)
}

// What is tried is all of it.
func TestBent(t *testing.T) {
	got := fmt.Sprint(bent(`{"a":1,"b":[{"c":"x"}]}`, []string{"a", "d"}, []any{nil}))
	want := `[{"a":1,"b":[{"c":"x"}],"d":null} {"a":null,"b":[{"c":"x"}]} {"a":1,"b":null} {"a":1,"b":[null]} {"a":1,"b":[{"c":null}]}]`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

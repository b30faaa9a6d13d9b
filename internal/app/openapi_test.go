package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"linli/internal/app"
	"linli/internal/platform/config"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// apiDoc is the OpenAPI document, as far as the tests look into it.
type apiDoc struct {
	text  []byte
	all   object
	paths map[string]object // operations by path
}

type object = map[string]any

func printed(t *testing.T) (apiDoc, *web.Router) {
	t.Helper()
	a, err := app.New(nil, seal.Ephemeral(), config.Store{}, config.Server{})
	if err != nil {
		t.Fatal(err)
	}
	d := read(t, a.Router)
	w := httptest.NewRecorder()
	a.Router.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/openapi.json", nil))
	if !bytes.Equal(w.Body.Bytes(), d.text) {
		t.Error("the served document is not the printed one")
	}
	return d, a.Router
}

func read(t *testing.T, r *web.Router) apiDoc {
	t.Helper()
	text, err := r.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	d := apiDoc{text: text, all: object{}, paths: map[string]object{}}
	if err := json.Unmarshal(text, &d.all); err != nil {
		t.Fatal(err)
	}
	for path, item := range d.all["paths"].(object) {
		d.paths[path] = item.(object)
	}
	return d
}

// describes says whether the document knows that the route may answer so. Names of holes may differ from the route's.
func (d apiDoc) describes(r web.Route, status int) bool {
	for path, item := range d.paths {
		op, ok := item[strings.ToLower(r.Method)].(object)
		if ok && hole.ReplaceAllString(path, "{}") == hole.ReplaceAllString(r.Path, "{}") {
			return op["responses"].(object)[strconv.Itoa(status)] != nil
		}
	}
	return false
}

// homes are the folders of areas whose operations bear another name.
var homes = map[string]string{"dictionary": "setting", "calendar": "setting", "sheet": "attendance", "message": "console", "job": "console",
	"audit": "console", "keys": "console", "backup": "console", "office": "home", "case": "casework"}

// home is the testdata folder of the area that an operation belongs to.
func home(t *testing.T, operation string) string {
	t.Helper()
	area, _, _ := strings.Cut(operation, ".")
	if other, ok := homes[area]; ok {
		area = other
	}
	found := areaFolders()[area]
	if len(found) != 1 {
		t.Fatalf("%s: its area lies in %v; give its folder in homes", operation, found)
	}
	return filepath.Join(found[0], "testdata")
}

// areaFolders are the folders of areas by their last name.
var areaFolders = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, pattern := range []string{"../*/*/area.go", "../*/*/*/area.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			panic(err)
		}
		for _, file := range found {
			folder := filepath.Dir(file)
			out[filepath.Base(folder)] = append(out[filepath.Base(folder)], folder)
		}
	}
	return out
})

// ARCHITECTURE leads from each operation of `linli routes` to its package and function: the package is named by the floor's row there,
// and the function is one that a reader can look up.
func TestOperationsAreFound(t *testing.T) {
	_, door := printed(t)
	page, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range door.Routes() {
		pkg, function, _ := strings.Cut(r.Function, ".")
		folder := "internal/" + strings.TrimPrefix(filepath.Dir(home(t, r.Operation)), "../")
		part := strings.HasPrefix(pkg, folder+"/") || strings.HasPrefix(folder, pkg+"/") // one below the other
		if pkg != folder && !part && !strings.HasPrefix(pkg, "internal/platform/") {
			t.Errorf("%s is done in %s and not in its area %s", r.Operation, r.Function, folder)
		}
		if strings.Contains(function, "func") && !strings.HasPrefix(function, "(") {
			t.Errorf("%s is done by a function without a name: %s", r.Operation, r.Function)
		}
		if !strings.Contains(string(page), filepath.Base(folder)) {
			t.Errorf("ARCHITECTURE.md does not name %s", folder)
		}
	}
}

// The outward interface changes only on purpose. Each area keeps its part of the document: its operations, and the schemas that it
// alone uses; what several use lies with this package.
func TestOpenAPI(t *testing.T) {
	d, _ := printed(t)
	parts := split(t, d)
	kept, err := filepath.Glob("../*/*/testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	deeper, _ := filepath.Glob("../*/*/*/testdata/openapi.json")
	for _, path := range append(kept, deeper...) {
		if _, ok := parts[filepath.Dir(path)]; ok {
			continue
		}
		if !*update {
			t.Errorf("%s is of no area now: run go test ./internal/app -update", path)
		} else if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
	for folder, part := range parts {
		if *update {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		golden(t, filepath.Join("..", folder, "openapi.json"), []byte(layout(part, "")+"\n"))
	}
}

// split divides the document by the folder of its areas.
func split(t *testing.T, d apiDoc) map[string]object {
	shared := maps.Clone(d.all)
	delete(shared, "paths")
	delete(shared, "tags")
	parts, users := map[string]object{}, map[string]map[string]bool{}
	schemas := d.all["components"].(object)["schemas"].(object)
	for path, item := range d.paths {
		for method, op := range item {
			folder := home(t, op.(object)["x-operation"].(string))
			if parts[folder] == nil {
				parts[folder] = object{"paths": object{}, "schemas": object{}}
			}
			parts[folder]["paths"].(object)[strings.ToUpper(method)+" "+path] = op
			for name := range references(op, schemas, map[string]bool{}) {
				if users[name] == nil {
					users[name] = map[string]bool{}
				}
				users[name][folder] = true
			}
		}
	}
	common := object{}
	for name, schema := range schemas {
		if of := slices.Collect(maps.Keys(users[name])); len(of) == 1 {
			parts[of[0]]["schemas"].(object)[name] = schema
		} else {
			common[name] = schema
		}
	}
	components := maps.Clone(shared["components"].(object))
	components["schemas"] = common
	shared["components"] = components
	parts["testdata"] = shared
	return parts
}

// references collects the schemas that v leads to.
func references(v any, schemas object, found map[string]bool) map[string]bool {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			references(x, schemas, found)
		}
	case object:
		ref, _ := v["$ref"].(string)
		if name, ok := strings.CutPrefix(ref, "#/components/schemas/"); ok && !found[name] {
			found[name] = true
			references(schemas[name], schemas, found)
		}
		for _, x := range v {
			references(x, schemas, found)
		}
	}
	return found
}

const width = 140 // what fits into this many columns stands on one line

// layout writes JSON for reading and comparing: an object or list stands on one line where it fits, else each of its parts on its own.
func layout(v any, indent string) string {
	flat, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	if len(indent)+utf8.RuneCount(flat) <= width {
		return string(flat)
	}
	var parts []string
	ends := "{}"
	switch v := v.(type) {
	case []any:
		ends = "[]"
		for _, x := range v {
			parts = append(parts, layout(x, indent+" "))
		}
	case object:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, fmt.Sprintf("%q: %s", name, layout(v[name], indent+" ")))
		}
	default:
		return string(flat)
	}
	return ends[:1] + "\n" + indent + " " + strings.Join(parts, ",\n"+indent+" ") + "\n" + indent + ends[1:]
}

// keywords are those of JSON Schema 2020-12 and OpenAPI 3.1 that the document may use; a stranger's tool refuses any other.
var keywords = strings.Fields(
	`$ref additionalProperties contentEncoding contentMediaType default description enum examples exclusiveMaximum exclusiveMinimum format items
	maxItems maxLength maximum minItems minLength minimum multipleOf oneOf pattern properties readOnly required title type uniqueItems`)

// What redocly's recommended rules ask (make openapi-check runs them themselves), and that every operation has its words.
func TestOpenAPIRules(t *testing.T) {
	d, door := printed(t)
	routes := door.Routes()
	public := map[string]bool{}
	for _, r := range routes {
		area, _, _ := strings.Cut(r.Operation, ".")
		if door.Words(r.Operation) == "" || door.Words(area) == "" {
			t.Errorf("%s or its area has no words in operations.txt of its area", r.Operation)
		}
		if r.Kind == "form" && strings.HasSuffix(door.Words(r.Operation), "）") { // a page says 已办好：… with them
			t.Errorf("%s: %s does not read as what was done", r.Operation, door.Words(r.Operation))
		}
		public[r.Operation] = r.Public
	}
	ids, shapes := map[string]string{}, map[string]string{}
	for path, item := range d.paths {
		shape := hole.ReplaceAllString(path, "{}")
		if other, ok := shapes[shape]; ok {
			t.Errorf("%s and %s are one path to OpenAPI", path, other)
		}
		shapes[shape] = path
		for method, x := range item {
			op, at := x.(object), method+" "+path
			id, _ := op["operationId"].(string)
			if other, ok := ids[id]; ok || id == "" {
				t.Errorf("%s has the id %q of %s", at, id, other)
			}
			ids[id] = at
			checkOperation(t, door, at, op, public[op["x-operation"].(string)])
		}
	}
	checkKeywords(t, "", d.all["components"].(object)["schemas"])
	trail := leftInTrail(t)
	for _, name := range door.Named() {
		area, _, _ := strings.Cut(name, ".")
		if trail[name] != "" || trail[area+"."] != "" {
			continue
		}
		known := slices.ContainsFunc(routes, func(r web.Route) bool { return r.Operation == name || strings.HasPrefix(r.Operation, name+".") })
		if !known {
			t.Errorf("operations.txt names %s, which no route has and nothing leaves in the trail", name)
		}
	}
}

func checkOperation(t *testing.T, door *web.Router, at string, op object, public bool) {
	t.Helper()
	if words, _ := op["summary"].(string); words == "" || words != door.Words(op["x-operation"].(string)) {
		t.Errorf("%s has the summary %q", at, words)
	}
	if security, ok := op["security"].([]any); !ok || (len(security) == 0) != public {
		t.Errorf("%s has the security %v", at, op["security"])
	}
	responses := op["responses"].(object)
	if !slices.ContainsFunc(slices.Collect(maps.Keys(responses)), func(code string) bool { return code[0] == '4' }) {
		t.Errorf("%s describes no refusal", at)
	}
	if responses["401"] == nil && !public {
		t.Errorf("%s does not describe 401", at)
	}
}

// checkKeywords looks at a map of schemas, and at all within them.
func checkKeywords(t *testing.T, at string, schemas any) {
	t.Helper()
	for name, x := range schemas.(object) {
		schema, ok := x.(object)
		if !ok {
			continue
		}
		for word, part := range schema {
			here := at + "/" + name + "/" + word
			if !slices.Contains(keywords, word) {
				t.Errorf("%s is no keyword", here)
			}
			switch word {
			case "properties":
				checkKeywords(t, here, part)
			case "items", "additionalProperties":
				if _, ok := part.(object); ok {
					checkKeywords(t, here, object{"": part})
				}
			}
		}
	}
}

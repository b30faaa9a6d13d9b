package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// document is what is put together of the routes for programs; paths are those it has, by their shape.
type document struct {
	*huma.OpenAPI
	words func(string) string // of operations and areas
	paths map[string]string
}

func newDocument(words func(string) string) *document {
	return &document{words: words, paths: map[string]string{}, OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "邻里志愿 Linli", Version: "1", Description: "城乡社区志愿服务站（点）信息系统的接口。编号是字符串，时长是整分钟，时间带 +08:00。",
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
		Servers: []*huma.Server{{URL: "/", Description: "给出本文档的服务器"}},
		Components: &huma.Components{
			Schemas:         schemas,
			Responses:       refusals(),
			Parameters:      map[string]*huma.Param{onceGiven: onceParam(false), onceNeeded: onceParam(true)},
			SecuritySchemes: map[string]*huma.SecurityScheme{"session": {Type: "http", Scheme: "bearer"}},
		},
		Paths: map[string]*huma.PathItem{},
	}}
}

// Names of the shared descriptions of the Idempotency-Key.
const (
	onceGiven  = "IdempotencyKey"
	onceNeeded = "IdempotencyKeyNeeded"
)

func onceParam(needed bool) *huma.Param {
	return &huma.Param{Name: "Idempotency-Key", In: "header", Required: needed, Schema: &huma.Schema{Type: "string"},
		Description: "重复提交时带同一个值：只办一次，得到第一次的答复"}
}

// refusal is an answer that does not do what was asked, described once for the whole document.
type refusal struct{ status, name, words string }

var (
	malformed       = refusal{"400", "Unreadable", "请求读不懂"}
	unauthenticated = refusal{"401", "Unauthenticated", "没有登录，或者登录已经结束"}
	denied          = refusal{"403", "Denied", "没有权限办这件事"}
	missed          = refusal{"404", "NotFound", "没有，或者不在管的范围里"}
	conflicting     = refusal{"409", "Conflict", "别人已经改过，状态不对，或者和已有的冲突"}
	tooLarge        = refusal{"413", "TooLarge", "内容太大"}
	unsupported     = refusal{"415", "Unsupported", "不接受这种内容"}
	invalid         = refusal{"422", "Invalid", "有填得不对的地方，逐项列出"}
	tooMany         = refusal{"429", "TooMany", "太频繁，请稍后再试"}
	failed          = refusal{"default", "Failed", "没有办成"}
)

var refused = schemas.Schema(reflect.TypeFor[problem](), true, "")

func refusals() map[string]*huma.Response {
	out := map[string]*huma.Response{}
	for _, x := range []refusal{malformed, unauthenticated, denied, missed, conflicting, tooLarge, unsupported, invalid, tooMany, failed} {
		out[x.name] = &huma.Response{Description: x.words, Content: map[string]*huma.MediaType{"application/problem+json": {Schema: refused}}}
	}
	return out
}

// refusals says how a route may refuse. Who is signed in may be missing himself from what he asks for.
func (route *Route) refusals() []refusal {
	out := []refusal{failed, malformed}
	if !route.Public {
		out = append(out, unauthenticated, denied)
	}
	if !route.Public || route.names() {
		out = append(out, missed)
	}
	if len(route.in.fields) > 0 {
		out = append(out, invalid)
	}
	if route.Method != http.MethodGet {
		out = append(out, conflicting)
	}
	if route.takesBody() {
		out = append(out, tooLarge, unsupported)
	}
	if len(route.rates) > 0 {
		out = append(out, tooMany)
	}
	return out
}

// names says whether a request names something that may not exist, or lie outside one's scope.
func (route *Route) names() bool {
	return slices.ContainsFunc(route.in.fields, func(f field) bool {
		return f.in == "path" || f.name == "region" || strings.HasSuffix(f.name, "_id") || strings.HasSuffix(f.name, "_ids")
	})
}

func (route *Route) takesBody() bool {
	return len(route.in.body.Properties) > 0 && route.Method != http.MethodGet
}

// describe adds a JSON endpoint to the document, from the same schemas that check its input.
func (d *document) describe(route *Route) {
	op := &huma.Operation{
		OperationID: operationID(route), Method: route.Method, Summary: d.words(route.Operation), Tags: []string{areaOf(route.Operation)},
		Security: []map[string][]string{}, Responses: map[string]*huma.Response{},
		Extensions: map[string]any{"x-permission": string(route.Permission), "x-operation": route.Operation},
	}
	d.tag(op.Tags[0])
	holes := d.place(op, route)
	for _, f := range route.in.fields {
		if f.in != "body" {
			name := cmp.Or(holes[f.name], f.name)
			op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: f.in, Required: f.required, Schema: f.schema,
				Description: f.schema.Description})
		}
	}
	if route.Method == http.MethodPost {
		name := onceGiven
		if route.needKey {
			name = onceNeeded
		}
		op.Parameters = append(op.Parameters, &huma.Param{Ref: "#/components/parameters/" + name})
	}
	if route.takesBody() {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: route.in.body}}}
	}
	if !route.Public {
		op.Security = []map[string][]string{{"session": {}}}
	}
	ok := &huma.Response{Description: "成功"}
	if route.status == http.StatusNoContent || route.Method == http.MethodDelete {
		op.Responses["204"] = ok
	} else {
		ok.Content = map[string]*huma.MediaType{"application/json": {Schema: route.answer}}
		op.Responses[strconv.Itoa(route.status)] = ok
	}
	for _, x := range route.refusals() {
		op.Responses[x.status] = &huma.Response{Ref: "#/components/responses/" + x.name}
	}
	d.AddOperation(op)
}

// tag lists an area once.
func (d *document) tag(area string) {
	if !slices.ContainsFunc(d.Tags, func(t *huma.Tag) bool { return t.Name == area }) {
		d.Tags = append(d.Tags, &huma.Tag{Name: area, Description: d.words(area)})
	}
}

var hole = regexp.MustCompile(`\{[^}]*\}`)

// place gives the operation its path. Two paths that differ only in the names of their holes are one to OpenAPI: the later takes the
// names of the earlier, and holes says which became which.
func (d *document) place(op *huma.Operation, route *Route) (holes map[string]string) {
	shape := hole.ReplaceAllString(route.Path, "{}")
	if d.paths[shape] == "" {
		d.paths[shape] = route.Path
	}
	op.Path = d.paths[shape]
	holes = map[string]string{}
	there := hole.FindAllString(op.Path, -1)
	for i, name := range hole.FindAllString(route.Path, -1) {
		holes[strings.Trim(name, "{}")] = strings.Trim(there[i], "{}")
	}
	return holes
}

// operationID is unique: several routes may serve one operation.
func operationID(route *Route) string {
	if route.Method == http.MethodGet || !strings.Contains(route.Path, "{") {
		return strings.ToLower(route.Method) + "." + route.Operation
	}
	return route.Operation
}

// schemaName keeps equal type names of different areas apart: order.Line → OrderLine, db.Page[order.Line] → DbPageOrderLine.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.PkgPath() == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	var name strings.Builder
	for _, part := range strings.FieldsFunc(t.String(), func(r rune) bool { return strings.ContainsRune("[],*", r) }) {
		pkg, typ, _ := strings.Cut(path.Base(part), ".")
		if !strings.HasPrefix(strings.ToLower(typ), pkg) {
			name.WriteString(capital(pkg))
		}
		name.WriteString(capital(typ))
	}
	return name.String()
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// OpenAPI is the document, the same bytes as served at /api/v1/openapi.json; it is put together once, when somebody first asks for it.
func (r *Router) OpenAPI() ([]byte, error) { return r.printed() }

func (r *Router) print() ([]byte, error) {
	building.Lock()
	defer building.Unlock()
	d := newDocument(r.Words)
	for _, route := range r.routes {
		if route.Kind == KindJSON {
			d.describe(route)
		}
	}
	raw, err := d.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, err
	}
	standard(out)
	return json.Marshal(out)
}

// standard moves what is said of a pattern, for which the binder's schemas have a keyword of their own, into the description.
func standard(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			standard(x)
		}
	case map[string]any:
		if words, ok := v["patternDescription"].(string); ok {
			delete(v, "patternDescription")
			before, _ := v["description"].(string)
			v["description"] = strings.TrimPrefix(before+"；"+words, "；")
		}
		for _, x := range v {
			standard(x)
		}
	}
}

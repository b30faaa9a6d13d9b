package web

import (
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

func newDocument() *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "邻里志愿 Linli", Version: "1", Description: "城乡社区志愿服务站（点）信息系统的接口。编号是字符串，时长是整分钟，时间带 +08:00。"},
		Components: &huma.Components{
			Schemas:         schemas,
			SecuritySchemes: map[string]*huma.SecurityScheme{"session": {Type: "http", Scheme: "bearer"}},
		},
		Paths: map[string]*huma.PathItem{},
	}
}

// describe adds a JSON endpoint to the document, from the same schemas that check its input.
func (r *Router) describe(route *Route, out reflect.Type) {
	op := &huma.Operation{
		OperationID: operationID(route), Method: route.Method, Path: route.Path, Responses: map[string]*huma.Response{},
		Extensions: map[string]any{"x-permission": string(route.Permission), "x-operation": route.Operation},
	}
	for _, f := range route.in.fields {
		if f.in != "body" {
			op.Parameters = append(op.Parameters, &huma.Param{Name: f.name, In: f.in, Required: f.required, Schema: f.schema, Description: f.schema.Description})
		}
	}
	if route.Method == http.MethodPost {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Required: route.needKey, Schema: &huma.Schema{Type: "string"}})
	}
	if len(route.in.body.Properties) > 0 && route.Method != http.MethodGet {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: route.in.body}}}
	}
	if !route.Public {
		op.Security = []map[string][]string{{"session": {}}}
	}
	ok := &huma.Response{Description: "成功"}
	if route.status == http.StatusNoContent || route.Method == http.MethodDelete {
		op.Responses["204"] = ok
	} else {
		ok.Content = map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(out, true, "")}}
		op.Responses[strconv.Itoa(route.status)] = ok
	}
	problemSchema := schemas.Schema(reflect.TypeFor[problem](), true, "")
	op.Responses["default"] = &huma.Response{Description: "没有办成", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problemSchema}}}
	r.document.AddOperation(op)
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

// OpenAPI is the document, the same bytes as served at /api/v1/openapi.json.
func (r *Router) OpenAPI() ([]byte, error) { return r.document.MarshalJSON() }

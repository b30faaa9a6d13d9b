package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"linli/internal/platform/blob"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/set"
)

// field is one value of an input struct and where it comes from.
type field struct {
	name     string
	in       string // path, query or body
	index    []int
	schema   *huma.Schema
	required bool
	list     bool
	upload   bool // a file
}

// input is what the binder knows of an input type: one flat struct whose fields come from the path, the query or the body. The same
// schemas check a JSON body and a form, so both faces refuse the same things with the same words.
type input struct {
	fields []field
	body   *huma.Schema // nil when nothing comes from the body
	file   string       // the field that takes a file; "" where none or several do
	byName map[string]int
}

// inputs are those that were made before: several routers may be built at once, and a schema must not be written once it is in use.
var inputs sync.Map // of reflect.Type to *input

func inputOf(reg huma.Registry, t reflect.Type) *input {
	if in, known := inputs.Load(t); known {
		return in.(*input)
	}
	in := &input{byName: map[string]int{}}
	in.collect(reg, t, nil)
	body := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: false}
	var files []string
	for i, f := range in.fields {
		in.byName[f.name] = i
		if f.in == "body" {
			body.Properties[f.name] = f.schema
			if f.required {
				body.Required = append(body.Required, f.name)
			}
			if f.upload {
				files = append(files, f.name)
			}
		}
		f.schema.PrecomputeMessages()
	}
	body.PrecomputeMessages()
	in.body = body
	if len(files) == 1 {
		in.file = files[0]
	}
	inputs.Store(t, in)
	return in
}

// located names the field of a refused file. Who looks a file over does not know where it was entered; where an input takes one file,
// it is that.
func (in *input) located(err error, kinds ...errs.Kind) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || in.file == "" || len(e.Fields) > 0 || !slices.Contains(kinds, e.Kind) {
		return err
	}
	return &errs.Error{Kind: e.Kind, Code: e.Code, Msg: e.Msg, Fields: map[string]string{in.file: e.Msg}}
}

// query gives the names of the query's fields, and of those that take any text.
func (in *input) query() (names, texts []string) {
	for _, f := range in.fields {
		if f.in != "query" {
			continue
		}
		names = append(names, f.name)
		if f.schema.Type == huma.TypeString && len(f.schema.Enum) == 0 && f.schema.Pattern == "" && f.schema.Format == "" {
			texts = append(texts, f.name)
		}
	}
	return names, texts
}

func (in *input) collect(reg huma.Registry, t reflect.Type, at []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		ix := append(slices.Clone(at), i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			in.collect(reg, f.Type, ix)
			continue
		}
		x := field{index: ix, upload: f.Type == reflect.TypeFor[blob.Upload]()}
		jsonName, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Tag.Get("path") != "":
			x.name, x.in, x.required = f.Tag.Get("path"), "path", true
		case f.Tag.Get("query") != "":
			x.name, x.in, x.required = f.Tag.Get("query"), "query", f.Tag.Get("required") == "true"
		case jsonName != "" && jsonName != "-":
			x.name, x.in = jsonName, "body"
			x.required = !strings.Contains(opts, "omitempty") && f.Tag.Get("required") != "false" && f.Tag.Get("default") == ""
		default:
			continue
		}
		x.schema = huma.SchemaFromField(reg, f, t.Name()+f.Name)
		x.schema = resolve(x.schema)
		members(x.schema, f)
		x.list = x.schema.Type == huma.TypeArray
		in.fields = append(in.fields, x)
	}
}

// members gives a field of a closed set its values, and so the fields of what it is made of.
func members(s *huma.Schema, f reflect.StructField) {
	t, items := f.Type, s
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		if t = t.Elem(); items.Items != nil {
			items = resolve(items.Items)
		}
	}
	if codes := set.Tagged(f.Tag); len(items.Enum) == 0 && codes != nil {
		for _, code := range codes {
			items.Enum = append(items.Enum, code)
		}
		items.PrecomputeMessages()
	}
	if t.Kind() != reflect.Struct || len(items.Properties) == 0 {
		return
	}
	for _, g := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(g.Tag.Get("json"), ",")
		if p := items.Properties[name]; p != nil && len(p.Enum) == 0 {
			members(resolve(p), g)
		}
	}
}

// shares are what WeChat writes into an address that is passed on, under a name that is a day or a place on pages.
var shares = []string{"singlemessage", "groupmessage", "timeline", "favorites", "message", "moments", "qrcode", "weixin", "wechat"}

// bind fills the struct that v points to. It collects every fault of the request, each with its location.
func (in *input) bind(w http.ResponseWriter, r *http.Request, v any, strict bool, maxBody int64) (got body, err error) {
	faults := &faults{}
	values := map[string]any{}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return got, errs.New(errs.Unreadable, "unreadable", "地址里的参数读不懂")
	}
	if !strict && slices.Contains(shares, query.Get("from")) {
		query.Del("from")
	}
	in.address(r, query, values, faults, strict)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		got, err = in.readBody(w, r, maxBody)
		if err != nil {
			in.assign(reflect.ValueOf(v).Elem(), values, nil, faults) // what the address says, so that the page of the form is found again
			return got, err
		}
		if err := unpack(r, &got); err != nil {
			return got, err
		}
		tidy("body", got.values, in.body, faults)
		check(in.body, "body", got.values, faults)
		in.checkFiles(got.files, faults)
		maps.Copy(values, got.values)
	}
	in.assign(reflect.ValueOf(v).Elem(), values, got.files, faults)
	return got, faults.err()
}

// address reads path and query.
func (in *input) address(r *http.Request, query url.Values, values map[string]any, faults *faults, strict bool) {
	for _, f := range in.fields {
		var texts []string
		switch f.in {
		case "path":
			texts = []string{r.PathValue(f.name)}
		case "query":
			texts = query[f.name]
		default:
			continue
		}
		if len(texts) == 0 || len(texts) == 1 && texts[0] == "" && f.in == "query" {
			if f.required {
				faults.add(f.in+"."+f.name, "必填")
			}
			continue
		}
		value, err := parse(f.schema, texts)
		if err != nil {
			faults.add(f.in+"."+f.name, err.Error())
			continue
		}
		holder := map[string]any{f.name: value}
		tidy(f.in, holder, &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{f.name: f.schema}}, faults)
		check(f.schema, f.in+"."+f.name, holder[f.name], faults)
		values[f.name] = holder[f.name]
	}
	if !strict {
		return
	}
	for name := range query {
		if i, ok := in.byName[name]; !ok || in.fields[i].in != "query" {
			faults.add("query."+name, "没有这个参数")
		}
	}
}

// put stores texts at a dotted path; what does not parse stays text, so that the schema check names it.
func put(obj map[string]any, s *huma.Schema, path []string, texts []string) {
	var child *huma.Schema
	if s = resolve(s); s != nil {
		if s.Type == huma.TypeArray {
			child = s.Items
		} else {
			child = property(s, path[0])
		}
	}
	if len(path) > 1 {
		next, ok := obj[path[0]].(map[string]any)
		if !ok {
			next = map[string]any{}
			obj[path[0]] = next
		}
		put(next, child, path[1:], texts)
		return
	}
	if child = resolve(child); child == nil {
		obj[path[0]] = texts[0]
		return
	}
	value, err := parse(child, texts)
	if err != nil {
		value = texts[0]
	}
	obj[path[0]] = value
}

// lists turns objects whose keys are all numbers into arrays, in the order of the numbers.
func lists(v any) any {
	obj, ok := v.(map[string]any)
	if !ok {
		return v
	}
	numbers := []int{}
	for k, x := range obj {
		obj[k] = lists(x)
		if n, err := strconv.Atoi(k); err == nil && n >= 0 {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 || len(numbers) != len(obj) {
		return obj
	}
	slices.Sort(numbers)
	out := []any{}
	for _, n := range numbers {
		out = append(out, obj[strconv.Itoa(n)])
	}
	return out
}

// parse gives texts the type of the schema.
func parse(s *huma.Schema, texts []string) (any, error) {
	switch s = resolve(s); s.Type {
	case huma.TypeArray:
		out := []any{}
		for _, t := range texts {
			if t == "" {
				continue
			}
			v, err := parse(s.Items, []string{t})
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case huma.TypeInteger:
		if s.Format == Fen {
			n, err := format.ReadYuan(texts[0])
			return float64(n), err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(texts[0]), 10, 64)
		if err != nil {
			return nil, errors.New("应是整数")
		}
		return float64(n), nil
	case huma.TypeNumber:
		n, err := strconv.ParseFloat(strings.TrimSpace(texts[0]), 64)
		if err != nil || n != n {
			return nil, errors.New("应是数字")
		}
		return n, nil
	case huma.TypeBoolean:
		switch texts[len(texts)-1] {
		case "true", "on", "1":
			return true, nil
		case "false", "off", "0":
			return false, nil
		}
		return nil, errors.New("应是“是”或“否”")
	}
	if len(texts) > 1 && s.Type == "" { // of any kind
		out := []any{}
		for _, t := range texts {
			out = append(out, t)
		}
		return out, nil
	}
	if len(texts) > 1 {
		return nil, errors.New("只能填一个")
	}
	return texts[0], nil
}

// check validates a value against its schema.
func check(s *huma.Schema, at string, value any, faults *faults) {
	pb := huma.NewPathBuffer(nil, 0)
	for _, part := range strings.SplitN(at, ".", 2) {
		pb.Push(part)
	}
	res := &huma.ValidateResult{}
	huma.Validate(schemas, s, pb, huma.ModeWriteToServer, value, res)
	for _, e := range res.Errors {
		d, ok := e.(*huma.ErrorDetail)
		if !ok {
			continue
		}
		if name, ok := strings.CutPrefix(d.Message, missing); ok {
			faults.add(d.Location+"."+name, "必填")
			continue
		}
		faults.add(d.Location, d.Message)
	}
}

// assign moves the checked values into the struct. What a type refuses although the schema took it is a fault of its field.
func (in *input) assign(v reflect.Value, values map[string]any, files map[string][]byte, faults *faults) {
	for _, f := range in.fields {
		value, ok := values[f.name]
		if ok = ok && value != nil; !ok && f.schema.Default != nil { // null is absent
			value, ok = f.schema.Default, true
		}
		if !ok || faults.has(f.in+"."+f.name) {
			continue
		}
		raw, err := json.Marshal(value)
		if err == nil {
			err = json.Unmarshal(raw, v.FieldByIndex(f.index).Addr().Interface())
		}
		if err != nil {
			faults.add(f.in+"."+f.name, plainWords(err))
		}
		if data, sent := files[f.name]; sent && f.upload {
			v.FieldByIndex(f.index).Addr().Interface().(*blob.Upload).Data = data
		}
	}
}

// plainWords keeps the words of our own types' errors and hides those of the JSON library.
func plainWords(err error) string {
	msg := err.Error()
	for _, r := range msg {
		if r >= 0x4e00 && r <= 0x9fff {
			return msg
		}
	}
	return "格式不对"
}

// faults are the field errors of one request, by location.
type faults struct {
	at  []string
	msg map[string]string
}

// mostFaults are as many as anybody reads; a body of very many would be answered with a larger one.
const mostFaults = 50

func (f *faults) add(location, msg string) {
	if len(f.at) == mostFaults {
		return
	}
	if f.msg == nil {
		f.msg = map[string]string{}
	}
	if _, seen := f.msg[location]; !seen {
		f.at = append(f.at, location)
		f.msg[location] = msg
	}
}

func (f *faults) has(location string) bool {
	_, ok := f.msg[location]
	return ok
}

func (f *faults) err() error {
	if len(f.at) == 0 {
		return nil
	}
	return &bindError{f}
}

// bindError is Invalid with locations such as body.rows[0].name or query.limit.
type bindError struct{ *faults }

func (e *bindError) Error() string {
	parts := []string{}
	for _, at := range e.at {
		parts = append(parts, fmt.Sprintf("%s: %s", at, e.msg[at]))
	}
	return strings.Join(parts, "; ")
}

// fields drops the location's first word, as a form names its fields: rows[0].name → rows.0.name.
func (e *bindError) fields() map[string]string {
	out := map[string]string{}
	for at, msg := range e.msg {
		_, name, _ := strings.Cut(at, ".")
		if file, ok := strings.CutSuffix(name, ".data"); ok { // of a form the file alone is known
			name, msg = file, "这个文件太大，请换一个小一些的"
		}
		out[strings.NewReplacer("[", ".", "]", "").Replace(name)] = msg
	}
	return out
}

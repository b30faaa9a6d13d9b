package web

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// What is kept of a request with an Idempotency-Key is what its repetition needs to be answered alike: of a form where it led, of JSON
// which object it gave. The object is read again under its id by the operation that serves it, so that the answer is never older than the
// object and nothing of it lies in the row. Only a small answer that nothing serves is kept whole. All is sealed.
const (
	keptLead   = 'l' // and the address
	keptDone   = 'd' // the same, and it is the page that the form stands on
	keptObject = 'o' // and the id
	keptWhole  = 'w' // and the JSON, deflated
)

// keeper says what is kept of a result.
type keeper func(out any) ([]byte, error)

// shortKey is the longest key that is kept as it is; of a longer one its digest does.
const shortKey = 44

// once reads the idempotency key, of the header or the form; nil where there is none.
func (r *Router) once(req *http.Request, route *Route, got body, keep keeper) (*db.Once, error) {
	key := req.Header.Get("Idempotency-Key")
	if key == "" && route.Kind == KindForm {
		key = req.PostFormValue(keyField)
	}
	if key == "" {
		if route.needKey && route.Kind == KindJSON {
			return nil, errs.New(errs.Unreadable, "idempotency_key_required", "请带上 Idempotency-Key 请求头")
		}
		return nil, nil
	}
	if len(key) > MaxKey || spelling.Deceives(key, true) != "" {
		return nil, errs.New(errs.Unreadable, "unreadable", "Idempotency-Key 无效")
	}
	if len(key) > shortKey {
		sum := sha256.Sum256([]byte(key))
		key = base64.RawStdEncoding.EncodeToString(sum[:])
	}
	digest, err := got.digest()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append(digest, req.URL.Path...))
	once := &db.Once{Account: auth.From(req.Context()).Account, Operation: route.Operation, Key: key, Hash: sum[:16], Gives: route.gives}
	once.Answer = func(out any) ([]byte, error) {
		plain, err := keep(out)
		return r.cfg.Keys.Seal(plain, bound(once)), err
	}
	return once, nil
}

// bound ties a kept answer to its request.
func bound(o *db.Once) string {
	return "idempotency:" + o.Account.String() + ":" + o.Operation + ":" + o.Key
}

// answered gives the answer that was kept under the key of a request whose operation failed with err; err itself where none was.
func (r *Router) answered(req *http.Request, once *db.Once, err error) ([]byte, error) {
	if r.cfg.DB == nil {
		return nil, err
	}
	sealed, other := r.cfg.DB.Answer(req.Context(), once)
	switch {
	case errors.Is(other, db.ErrOtherBody):
		return nil, other
	case other != nil || sealed == nil:
		return nil, err
	}
	plain, open := r.cfg.Keys.Open(sealed, bound(once))
	if open != nil || len(plain) == 0 || !strings.ContainsRune("ldow", rune(plain[0])) {
		return nil, errs.Clash("这件事已经办过了") // by a version of the program that kept answers otherwise
	}
	return plain, nil
}

// keepForm is where a form leads.
func keepForm(page, to string) []byte {
	there, _, _ := strings.Cut(to, "?")
	if here, _, _ := strings.Cut(page, "?"); there == here {
		return append([]byte{keptDone}, to...)
	}
	return append([]byte{keptLead}, to...)
}

// lead answers a form that is done; where it leads, the page says what was done.
func (r *Router) lead(w http.ResponseWriter, req *http.Request, route *Route, answer []byte) {
	if own := answer[0] == keptDone; own || auth.From(req.Context()).SignedIn() {
		r.setDone(w, route.Operation+map[bool]string{true: ownPage}[own], doneSeconds)
	}
	http.Redirect(w, req, string(answer[1:]), http.StatusSeeOther)
}

// Again says how the object of an answer is read once more, where no route of the table serves it under its id: from the same input, and
// the id where the answer has one.
func Again[In, Out any](read func(ctx context.Context, in In, id string) (Out, error)) Option {
	return func(r *Route) {
		r.again = func(ctx context.Context, in any, id string) (any, error) { return read(ctx, *in.(*In), id) }
	}
}

// reader is an operation that serves objects of a type under their id.
type reader struct {
	route *Route
	name  string // of the value in the path
	field []int  // of the object in what the operation gives; nil when it is all of it
}

// findReaders looks through the table for what can be read again: by an operation that gives nothing else, else by one that gives it with
// other things.
func (r *Router) findReaders() map[reflect.Type]reader {
	out := map[reflect.Type]reader{}
	add := func(t reflect.Type, x reader) {
		if _, known := out[t]; !known && idOf(reflect.Zero(t), x.name) != nil {
			out[t] = x
		}
	}
	for _, part := range []bool{false, true} {
		for _, kind := range []string{KindJSON, KindPage} {
			for _, route := range r.routes {
				name, one := route.in.onlyPath()
				if route.Method != http.MethodGet || route.Kind != kind || !one {
					continue
				}
				if !part {
					add(route.gives, reader{route: route, name: name})
					continue
				}
				for i := 0; route.gives.Kind() == reflect.Struct && i < route.gives.NumField(); i++ {
					if f := route.gives.Field(i); f.IsExported() && f.Type.Kind() == reflect.Struct {
						add(f.Type, reader{route, name, f.Index})
					}
				}
			}
		}
	}
	return out
}

// onlyPath gives the name of the path value of an input that has one only.
func (in *input) onlyPath() (name string, one bool) {
	for _, f := range in.fields {
		if f.in == "path" {
			name, one = f.name, name == ""
		}
	}
	return name, one
}

// idOf finds the field of an object that the JSON calls name, its own or of what it embeds; nil when there is none.
func idOf(v reflect.Value, name string) any {
	if v.Kind() != reflect.Struct {
		return nil
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.IsExported() && tag == name:
			return v.Field(i).Interface()
		case f.Anonymous:
			if id := idOf(v.Field(i), name); id != nil {
				return id
			}
		}
	}
	return nil
}

// keepJSON is what is kept of the result of a JSON endpoint.
func (r *Router) keepJSON(route *Route, out any) ([]byte, error) {
	if route.silent() {
		return []byte{keptObject}, nil
	}
	name := "id"
	x, found := r.readers()[route.gives]
	if found && route.again == nil {
		name = x.name
	}
	if found || route.again != nil {
		id := idOf(reflect.ValueOf(out), name)
		if id == nil {
			id = ""
		}
		return fmt.Append([]byte{keptObject}, id), nil
	}
	body, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	return route.deflate(body), nil
}

// reread gives the object of a kept answer, as it is now.
func (r *Router) reread(ctx context.Context, route *Route, in any, answer []byte) (any, error) {
	id := string(answer[1:])
	x, found := r.readers()[route.gives]
	switch {
	case answer[0] == keptWhole:
		return route.inflate(answer)
	case route.silent():
		return nil, nil
	case route.again != nil:
		return route.again(ctx, in, id)
	case !found:
		return nil, errs.Clash("这件事已经办过了")
	}
	get := x.route.input()
	faults := &faults{}
	values := map[string]any{}
	for _, f := range x.route.in.fields {
		if f.in == "path" {
			value, err := parse(f.schema, []string{id})
			if err != nil {
				return nil, err
			}
			values[f.name] = value
		}
	}
	x.route.in.assign(reflect.ValueOf(get).Elem(), values, nil, faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	out, err := x.route.op(ctx, get)
	if err != nil || x.field == nil {
		return out, err
	}
	return reflect.ValueOf(out).FieldByIndex(x.field).Interface(), nil
}

// dictionary is what every answer of a route has in common: the JSON of an empty one.
func (r *Route) dictionary() []byte {
	empty, _ := json.Marshal(reflect.Zero(r.gives).Interface()) // no dictionary where that cannot be
	return empty
}

func (r *Route) deflate(body []byte) []byte {
	out := bytes.NewBuffer([]byte{keptWhole})
	w, err := flate.NewWriterDict(out, flate.BestCompression, r.dictionary())
	if err == nil {
		w.Write(body)
		w.Close()
	}
	return out.Bytes()
}

func (r *Route) inflate(answer []byte) (json.RawMessage, error) {
	return io.ReadAll(flate.NewReaderDict(bytes.NewReader(answer[1:]), r.dictionary()))
}

package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2/validation"

	"linli/internal/platform/errs"
)

// body is what a request brought: a JSON object, and beside it the files of a form, which never become text.
type body struct {
	values map[string]any
	files  map[string][]byte // by field; the name of each stands in values
}

// formMemory is how much of a form's files is held in memory while it is read; the rest waits on the disk.
const formMemory = 256 << 10

// readBody gives the body, from JSON, a form, or a form with files.
func (in *input) readBody(w http.ResponseWriter, r *http.Request, maxBody int64) (out body, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return out, errs.New(errs.Unsupported, "unsupported", "看不懂内容的类型")
	}
	switch kind {
	case "", "application/json":
		out.values, err = readJSON(r.Body)
		return out, err
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return out, unreadable(err)
		}
		return in.fromForm(r.PostForm, nil)
	case "multipart/form-data":
		if err := r.ParseMultipartForm(formMemory); err != nil {
			return out, unreadable(err)
		}
		defer r.MultipartForm.RemoveAll()
		return in.fromForm(r.MultipartForm.Value, r.MultipartForm.File)
	}
	return out, errs.New(errs.Unsupported, "unsupported", "只接受 application/json")
}

func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.New(errs.TooLarge, "too_large", "内容太大")
	}
	return errs.New(errs.Unreadable, "unreadable", "内容读不懂")
}

func readJSON(body io.Reader) (map[string]any, error) {
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, unreadable(err)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return map[string]any{}, nil
	}
	if !utf8.Valid(raw) {
		return nil, errs.New(errs.Unreadable, "unreadable", "内容不是 UTF-8 文字")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, errs.New(errs.Unreadable, "unreadable", "内容不是有效的 JSON")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errs.New(errs.Unreadable, "unreadable", "内容不是有效的 JSON")
	}
	obj, ok := v.(map[string]any)
	if !ok {
		return nil, errs.New(errs.Unreadable, "unreadable", "内容应是一个 JSON 对象")
	}
	return obj, nil
}

// controls are form fields of the page itself, not of the operation.
var controls = []string{keyField, ofField, keptField}

const keyField = "idempotency_key"

// fromForm turns form fields into the JSON object that they stand for: `name`, repeated `list`, `rows.0.name`. Empty fields count as
// absent.
func (in *input) fromForm(form url.Values, files map[string][]*multipart.FileHeader) (body, error) {
	out, data := map[string]any{}, map[string][]byte{}
	for name, texts := range form {
		if slices.Contains(controls, name) {
			continue
		}
		if !slices.ContainsFunc(texts, func(s string) bool { return s != "" }) {
			if _, known := in.body.Properties[name]; known || strings.Contains(name, ".") {
				continue
			}
		}
		put(out, in.body, strings.Split(name, "."), texts)
	}
	for name, heads := range files {
		for _, h := range heads {
			if h.Size == 0 && h.Filename == "" {
				continue
			}
			out[name] = map[string]any{"name": h.Filename, "data": ""}
			var err error
			if data[name], err = readFile(h); err != nil {
				return body{}, unreadable(err)
			}
		}
	}
	return body{lists(out).(map[string]any), data}, nil
}

// readFile reads a file once, into as much memory as it takes.
func readFile(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, h.Size)
	_, err = io.ReadFull(f, data)
	return data, err
}

// checkFiles refuses a file that would be too large as JSON, with the words of the schema.
func (in *input) checkFiles(files map[string][]byte, faults *faults) {
	for name, data := range files {
		if i, known := in.byName[name]; known && in.fields[i].upload {
			if most := in.fields[i].schema.Properties["data"].MaxLength; most != nil && base64.StdEncoding.EncodedLen(len(data)) > *most {
				faults.add("body."+name+".data", fmt.Sprintf(validation.MsgExpectedMaxLength, *most))
			}
		}
	}
}

// digest is of all that a body says; of its files by their own digests.
func (b body) digest() ([]byte, error) {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		file := sha256.Sum256(b.files[name])
		sum.Write(file[:])
	}
	raw, err := json.Marshal(b.values)
	sum.Write(raw)
	return sum.Sum(nil), err
}

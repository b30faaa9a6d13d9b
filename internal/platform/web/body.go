package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"linli/internal/platform/errs"
)

// readBody gives the body as a JSON object, from JSON, a form, or a form with files.
func (in *input) readBody(w http.ResponseWriter, r *http.Request, maxBody int64) (map[string]any, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, errs.New(errs.Unsupported, "unsupported", "看不懂内容的类型")
	}
	switch kind {
	case "", "application/json":
		return readJSON(r.Body)
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, unreadable(err)
		}
		return in.fromForm(r.PostForm, nil)
	case "multipart/form-data":
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			return nil, unreadable(err)
		}
		defer r.MultipartForm.RemoveAll()
		return in.fromForm(r.MultipartForm.Value, r.MultipartForm.File)
	}
	return nil, errs.New(errs.Unsupported, "unsupported", "只接受 application/json")
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
var controls = []string{keyField}

const keyField = "idempotency_key"

// fromForm turns form fields into the JSON object that they stand for: `name`, repeated `list`, `rows.0.name`. Empty fields count as
// absent.
func (in *input) fromForm(form url.Values, files map[string][]*multipart.FileHeader) (map[string]any, error) {
	out := map[string]any{}
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
			file, err := readFile(h)
			if err != nil {
				return nil, unreadable(err)
			}
			if s := in.body.Properties[name]; s != nil && s.Type == huma.TypeArray {
				list, _ := out[name].([]any)
				out[name] = append(list, file)
			} else {
				out[name] = file
			}
		}
	}
	return lists(out).(map[string]any), nil
}

func readFile(h *multipart.FileHeader) (map[string]any, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return map[string]any{"name": h.Filename, "data": base64.StdEncoding.EncodeToString(data)}, nil
}

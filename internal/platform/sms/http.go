package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"text/template"
	"text/template/parse"

	"golang.org/x/net/http/httpguts"

	"linli/internal/platform/errs"
)

// HTTP is a gateway that takes a POST of JSON. The Idempotency-Key tells it when it is handed the same message again.
type HTTP struct {
	url, header, value string
	body               *template.Template

	Transport http.RoundTripper // by which it is asked; the usual one when nil
}

// repeatHeader tells a gateway that it is handed the same message again.
const repeatHeader = "Idempotency-Key"

// DefaultBody is what is posted where nothing else is set.
const DefaultBody = `{"phone":"{{.Phone}}","text":"{{.Text}}"}`

// NewHTTP makes the way; header is "Name: value" or empty. What cannot work is an error of its field.
func NewHTTP(address, header, body string) (*HTTP, error) {
	c := errs.Check{}
	u, err := url.Parse(address)
	c.That(err == nil && complete(u), "url", "要写完整的地址，以 http:// 或 https:// 开头，里面没有用户名和密码")
	name, value, ok := strings.Cut(header, ":")
	c.That(header == "" || ok && sendable(strings.TrimSpace(name), strings.TrimSpace(value)), "header", "要写成“名称: 内容”")
	if body == "" {
		body = DefaultBody
	}
	w := &HTTP{url: address, header: strings.TrimSpace(name), value: strings.TrimSpace(value)}
	w.body, err = template.New("sms").Parse(body)
	if err == nil && !fills(w.body) {
		err = errors.New("more than number and words")
	}
	if err == nil {
		err = w.probe()
	}
	c.That(err == nil, "body", "套上号码和内容以后不是 JSON；{{.Phone}} 和 {{.Text}} 要写在引号里面")
	return w, c.Err()
}

// sendable says whether a header can be sent, and is none of ours.
func sendable(name, value string) bool {
	return httpguts.ValidHeaderFieldName(name) && httpguts.ValidHeaderFieldValue(value) && !strings.EqualFold(name, repeatHeader) &&
		!strings.EqualFold(name, "Content-Type")
}

// fills says whether a body holds number and words alone: what an administrator types is no program that runs here.
func fills(t *template.Template) bool {
	if t.Tree == nil || len(t.Templates()) != 1 {
		return false
	}
	for _, n := range t.Root.Nodes {
		_, text := n.(*parse.TextNode)
		if !text && n.String() != "{{.Phone}}" && n.String() != "{{.Text}}" {
			return false
		}
	}
	return true
}

// probe tries the body with what needs care.
func (w *HTTP) probe() error {
	body, err := w.render(Message{Phone: `1"`, Text: Text{Words: `\`}})
	if err == nil && !json.Valid(body) {
		err = errors.New("not JSON")
	}
	return err
}

func (w *HTTP) render(m Message) ([]byte, error) {
	inside := func(s string) string {
		b, _ := json.Marshal(s) // a string always has a JSON form
		return string(b[1 : len(b)-1])
	}
	var out bytes.Buffer
	err := w.body.Execute(&out, struct{ Phone, Text string }{inside(m.Phone), inside(m.Words)})
	return out.Bytes(), err
}

// Name is what rows call it.
func (w *HTTP) Name() string { return "http" }

// Repeats is true by the Idempotency-Key.
func (w *HTTP) Repeats() bool { return true }

// Place tells one gateway from another without naming it.
func (w *HTTP) Place() string {
	place, _, _ := strings.Cut(w.url, "?")
	return sum([]byte(place))[:16]
}

// Send posts m.
func (w *HTTP) Send(ctx context.Context, m Message) (string, error) {
	body, err := w.render(m)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(repeatHeader, m.ID)
	if w.header != "" {
		req.Header.Set(w.header, w.value)
	}
	res, err := do(w.Transport, req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode < 300:
		return "", nil
	case res.StatusCode == http.StatusRequestTimeout:
		return "", ErrUnclear
	}
	return "", wholly(res.StatusCode)
}

package sms

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"linli/internal/platform/errs"
)

// Cloud is what both clouds need: an account with them, the sign that they have approved, and their templates.
type Cloud struct {
	Endpoint  string // https://host; the public one when empty
	KeyID     string
	Secret    string
	App       string // SmsSdkAppId, of 腾讯云 alone
	Sign      string
	Region    string
	Templates map[string]Template // by kind
	Transport http.RoundTripper   // by which it is asked; the usual one when nil
}

// Template is an approved text. Params say what fills it: of 阿里云 name=variable, of 腾讯云 variables in order.
type Template struct {
	Code   string   `json:"code"`
	Params []string `json:"params,omitempty"`
}

// ParamsOf are the parameters of a kind where nobody wrote others: each variable under its own name.
func ParamsOf(kind string) (out []string) {
	for _, v := range Vars[kind] {
		out = append(out, v.Name)
	}
	return out
}

// Known says whether a kind of SMS has such a variable.
func Known(kind, variable string) bool {
	for _, v := range Vars[kind] {
		if v.Name == variable {
			return true
		}
	}
	return false
}

// check says what cannot work, by field.
func (c Cloud) check(app bool) error {
	e := errs.Check{}
	u, err := url.Parse(c.Endpoint)
	e.That(c.Endpoint == "" || err == nil && complete(u), "endpoint",
		"要写完整的地址，以 https:// 开头，里面没有用户名和密码；不填用公开的地址")
	e.That(plain.MatchString(c.KeyID), "key_id", "请填访问密钥的编号，只有字母和数字")
	e.That(c.Secret != "", "secret", "请填访问密钥")
	e.That(strings.TrimSpace(c.Sign) != "" && !strings.ContainsAny(c.Sign, "【】"), "sign", "请填审核通过的签名，不写【】")
	e.That(!app || plain.MatchString(c.App), "app", "请填短信应用的 SdkAppId")
	return e.Err()
}

// complete says whether an address names a host, and nobody who signs in there: it is shown on a page.
func complete(u *url.URL) bool {
	return u.Host != "" && u.User == nil && (u.Scheme == "http" || u.Scheme == "https")
}

// base is the address of a call.
func (c Cloud) base(public string) *url.URL {
	if c.Endpoint != "" {
		public = c.Endpoint
	}
	u, err := url.Parse(public)
	if err != nil {
		u = &url.URL{}
	}
	u.Path = "/"
	return u
}

// template is that of a message; without one it cannot go.
func (c Cloud) template(m Message) (Template, error) {
	t := c.Templates[m.Kind]
	if t.Code == "" {
		return t, &Refusal{"没有填“" + Kinds.Word(m.Kind) + "”的模板编号"}
	}
	return t, nil
}

// value is what fills a variable; a template is not filled by halves.
func (t Text) value(variable string) (string, error) {
	v, ok := t.Vars[variable]
	if !ok {
		return "", &Refusal{"这条短信没有变量 " + variable + "，套不进模板"}
	}
	return v, nil
}

// short cuts a text that has more characters than most.
func short(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	return string(r[:most-1]) + "…"
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func keyed(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

// longestAnswer bounds what is read of an answer.
const longestAnswer = 64 << 10

// answer reads an answer of JSON into v; the status alone judges one that is none.
func answer(res *http.Response, v any) error {
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		return ErrUnclear
	}
	if err := json.Unmarshal(body, v); err != nil {
		if res.StatusCode < 300 {
			return ErrUnclear
		}
		return wholly(res.StatusCode)
	}
	return nil
}

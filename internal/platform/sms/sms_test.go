package sms

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/errs"
)

const number, secretCode = "13800000001", "424242"

// trial is a message with everything that must not be told.
var trial = Message{ID: "77", Phone: number, Text: Text{Kind: Code, Words: "验证码 " + secretCode,
	Vars: map[string]string{"code": secretCode, "minutes": "10"}}}

func cloud(endpoint string) Cloud {
	return Cloud{Endpoint: endpoint, KeyID: "LTAI5tExample", Secret: "geheim", App: "1400000000", Sign: "邻里志愿", Region: "cn-hangzhou",
		Templates: map[string]Template{Code: {Code: "SMS_1", Params: []string{"code", "minutes"}}}}
}

// The published example: 阿里云 “V3版本请求体&签名机制”, fixed parameters.
func TestAliyunVector(t *testing.T) {
	a := Aliyun{Cloud{KeyID: "YourAccessKeyId", Secret: "YourAccessKeySecret"}}
	req := httptest.NewRequest(http.MethodPost,
		"https://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai", nil)
	a.sign(req, "RunInstances", "2014-05-26", time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC), "3156853299f313e23d1673dc12e1703d")
	const want = "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;" +
		"x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got := req.Header.Get("Authorization"); got != want {
		t.Errorf("%s", got)
	}
	if got := encoded(url.Values{"a": {"x y*~/+好"}}); got != "a=x%20y%2A~%2F%2B%E5%A5%BD" {
		t.Errorf("%s", got)
	}
}

// The published example: 腾讯云 “签名方法 v3”, whose key is the asterisks that stand there.
func TestTencentVector(t *testing.T) {
	stars := strings.Repeat("*", 32)
	c := Tencent{Cloud{KeyID: "AKID" + stars, Secret: stars, Region: "ap-guangzhou"}}
	body := []byte(`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`)
	req := httptest.NewRequest(http.MethodPost, "https://cvm.tencentcloudapi.com/", nil)
	c.sign(req, "cvm", "DescribeInstances", "2017-03-12", body, time.Unix(1551113065, 0))
	want := "TC3-HMAC-SHA256 Credential=AKID" + stars + "/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, " +
		"Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
	if got := req.Header.Get("Authorization"); got != want {
		t.Errorf("%s", got)
	}
}

// openssl computes with a program that is not ours.
func openssl(t *testing.T, text string, args ...string) string {
	t.Helper()
	cmd := exec.Command("openssl", append([]string{"dgst", "-sha256", "-r"}, args...)...)
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	digest, _, _ := strings.Cut(string(out), " ")
	return digest
}

func hmacHex(t *testing.T, key, text string) string {
	t.Helper()
	return openssl(t, text, "-mac", "HMAC", "-macopt", "hexkey:"+hex.EncodeToString([]byte(key)))
}

// signedByAliyun checks a call as their document says, from what arrived on the wire.
func signedByAliyun(t *testing.T, r *http.Request, body string) bool {
	t.Helper()
	_, auth, _ := strings.Cut(r.Header.Get("Authorization"), "SignedHeaders=")
	signed, signature, _ := strings.Cut(auth, ",Signature=")
	names := strings.Split(signed, ";")
	if !slices.IsSorted(names) || r.Header.Get("X-Acs-Content-Sha256") != openssl(t, body) {
		return false
	}
	lines := []string{r.Method, "/", r.URL.RawQuery}
	for _, n := range names {
		v := r.Header.Get(n)
		if n == "host" {
			v = r.Host
		}
		lines = append(lines, n+":"+v)
	}
	lines = append(lines, "", signed, openssl(t, body))
	at, err := time.Parse("2006-01-02T15:04:05Z", r.Header.Get("X-Acs-Date"))
	return err == nil && time.Since(at).Abs() < 15*time.Minute && len(r.Header.Get("X-Acs-Signature-Nonce")) >= 16 &&
		hmacHex(t, "geheim", "ACS3-HMAC-SHA256\n"+openssl(t, strings.Join(lines, "\n"))) == signature
}

// signedByTencent checks a call as their document says, from what arrived on the wire.
func signedByTencent(t *testing.T, r *http.Request, body string) bool {
	t.Helper()
	auth := r.Header.Get("Authorization")
	_, signature, _ := strings.Cut(auth, "Signature=")
	stamp := r.Header.Get("X-TC-Timestamp")
	var unix int64
	fmt.Sscan(stamp, &unix)
	day := time.Unix(unix, 0).UTC().Format(time.DateOnly)
	canonical := strings.Join([]string{r.Method, "/", "", "content-type:" + r.Header.Get("Content-Type"), "host:" + r.Host,
		"x-tc-action:" + strings.ToLower(r.Header.Get("X-TC-Action")), "", "content-type;host;x-tc-action", openssl(t, body)}, "\n")
	key := "TC3geheim"
	for _, part := range []string{day, "sms", "tc3_request"} {
		raw, err := hex.DecodeString(hmacHex(t, key, part))
		if err != nil {
			t.Fatal(err)
		}
		key = string(raw)
	}
	text := "TC3-HMAC-SHA256\n" + stamp + "\n" + day + "/sms/tc3_request\n" + openssl(t, canonical)
	return time.Since(time.Unix(unix, 0)).Abs() < 5*time.Minute && hmacHex(t, key, text) == signature
}

func TestAliyunCall(t *testing.T) {
	for _, secret := range []string{"geheim", "other"} {
		var got url.Values
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if got = r.URL.Query(); !signedByAliyun(t, r, string(body)) {
				w.WriteHeader(400)
				io.WriteString(w, `{"Code":"SignatureDoesNotMatch","Message":"x"}`)
				return
			}
			io.WriteString(w, `{"Code":"OK","Message":"OK","BizId":"9000^0","RequestId":"r"}`)
		}))
		defer server.Close()
		c := cloud(server.URL)
		c.Secret = secret
		a, err := NewAliyun(c)
		if err != nil {
			t.Fatal(err)
		}
		ref, err := a.Send(t.Context(), trial)
		if secret != "geheim" {
			if refusal, ok := errors.AsType[*Refusal](err); !ok || refusal.Reason != "访问密钥不对（SignatureDoesNotMatch）" {
				t.Errorf("a wrong secret: %v", err)
			}
			continue
		}
		if err != nil || ref != "9000^0" {
			t.Errorf("%q %v", ref, err)
		}
		want := url.Values{"PhoneNumbers": {number}, "SignName": {"邻里志愿"}, "TemplateCode": {"SMS_1"}, "OutId": {"77"},
			"TemplateParam": {`{"code":"424242","minutes":"10"}`}, "RegionId": {"cn-hangzhou"}}
		if got.Encode() != want.Encode() {
			t.Errorf("%v", got)
		}
	}
}

func TestTencentCall(t *testing.T) {
	for _, secret := range []string{"geheim", "other"} {
		var got tencentCall
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			json.Unmarshal(body, &got)
			if !signedByTencent(t, r, string(body)) || r.Header.Get("X-TC-Version") != "2021-01-11" || r.Header.Get("X-TC-Region") != "cn-hangzhou" {
				io.WriteString(w, `{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"x"},"RequestId":"r"}}`)
				return
			}
			io.WriteString(w, `{"Response":{"SendStatusSet":[{"SerialNo":"2023:1","Code":"Ok","Message":"send success"}],"RequestId":"r"}}`)
		}))
		defer server.Close()
		c := cloud(server.URL)
		c.Secret = secret
		w, err := NewTencent(c)
		if err != nil {
			t.Fatal(err)
		}
		ref, err := w.Send(t.Context(), trial)
		if secret != "geheim" {
			if refusal, ok := errors.AsType[*Refusal](err); !ok || refusal.Reason != "访问密钥不对（AuthFailure.SignatureFailure）" {
				t.Errorf("a wrong secret: %v", err)
			}
			continue
		}
		if err != nil || ref != "2023:1" {
			t.Errorf("%q %v", ref, err)
		}
		if got.PhoneNumberSet[0] != "+86"+number || got.SignName != "邻里志愿" || got.TemplateId != "SMS_1" || got.SmsSdkAppId != "1400000000" ||
			!slices.Equal(got.TemplateParamSet, []string{secretCode, "10"}) {
			t.Errorf("%+v", got)
		}
	}
}

type outcome string

const (
	sent    outcome = "sent"
	later   outcome = "later"
	refuse  outcome = "refused"
	unclear outcome = "unclear"
)

func outcomeOf(err error) outcome {
	_, no := errors.AsType[*Refusal](err)
	switch {
	case err == nil:
		return sent
	case errors.Is(err, ErrUnclear):
		return unclear
	case no:
		return refuse
	case errs.KindOf(err) == errs.Unavailable:
		return later
	}
	return outcome(err.Error())
}

// Each answer means one of four things, and no error tells number, code, secret or address.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status        int
		aliyun, other string
		want          outcome
	}{
		{200, `{"Code":"OK","BizId":"1"}`, `{"Response":{"SendStatusSet":[{"Code":"Ok"}]}}`, sent},
		{200, `{"Code":"isv.BUSINESS_LIMIT_CONTROL"}`, `{"Response":{"SendStatusSet":[{"Code":"LimitExceeded.PhoneNumberThirtySecondLimit"}]}}`, later},
		{400, `{"Code":"Throttling.User"}`, `{"Response":{"Error":{"Code":"RequestLimitExceeded"}}}`, later},
		{503, ``, ``, later},
		{429, `busy`, `busy`, later},
		{200, `{"Code":"isv.AMOUNT_NOT_ENOUGH"}`, `{"Response":{"SendStatusSet":[{"Code":"FailedOperation.InsufficientBalanceInSmsPackage"}]}}`, refuse},
		{200, `{"Code":"isv.NEW` + number + ` ` + secretCode + `"}`, `{"Response":{"Error":{"Code":"` + secretCode + ` ` + number + `"}}}`, refuse},
		{403, ``, ``, refuse},
		{302, ``, ``, refuse},
		{500, ``, ``, unclear},
		{200, `<html>`, `<html>`, unclear},
		{502, `<html>`, `<html>`, unclear},
		{200, `{"Code":"isp.SYSTEM_ERROR"}`, `{"Response":{"Error":{"Code":"InternalError.Timeout"}}}`, unclear},
		{200, `{"Co`, `{"Response":{}}`, unclear},
		{200, `{}`, `{"Response":{"SendStatusSet":[{}]}}`, unclear}, // half an answer says nothing
		{200, `null`, `null`, unclear},
		{500, `{"Code":"Broken"}`, `{"Response":{"Error":{"Code":"Broken"}}}`, unclear},
		{403, `{"Code":"Forbidden.New"}`, `{"Response":{"Error":{"Code":"Forbidden.New"}}}`, refuse},
		{0, ``, ``, unclear}, // the connection is cut
	} {
		answers := map[string]string{"aliyun": c.aliyun, "tencent": c.other}
		if !strings.HasPrefix(c.aliyun, "{") && c.status != 200 {
			answers["http"] = c.aliyun // its status says all
		}
		for name, text := range answers {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if c.status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(c.status)
				io.WriteString(w, text)
			}))
			a, err := NewAliyun(cloud(server.URL))
			b, err2 := NewTencent(cloud(server.URL))
			h, err3 := NewHTTP(server.URL, "", "")
			if err := errors.Join(err, err2, err3); err != nil {
				t.Fatal(err)
			}
			_, err = map[string]Way{"aliyun": a, "tencent": b, "http": h}[name].Send(t.Context(), trial)
			if got := outcomeOf(err); got != c.want {
				t.Errorf("%s %d %s: %s, want %s", name, c.status, text, got, c.want)
			}
			tellsNothing(t, err)
			server.Close()
		}
	}
}

func tellsNothing(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{number, secretCode, "geheim", "127.0.0.1"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q is told: %v", secret, err)
		}
	}
}

// Where nobody listens nothing was handed over.
func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	l.Close()
	a, _ := NewAliyun(cloud(address))
	b, _ := NewTencent(cloud(address))
	h, _ := NewHTTP(address+"/?token=geheim", "", "")
	for _, w := range []Way{a, b, h} {
		_, err := w.Send(t.Context(), trial)
		if got := outcomeOf(err); got != later {
			t.Errorf("%s: %s", w.Name(), got)
		}
		tellsNothing(t, err)
	}
}

// A gateway is the same under another token of its address, and another at another.
func TestPlace(t *testing.T) {
	place := func(address string) string {
		w, err := NewHTTP(address, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return w.Place()
	}
	one := place("https://x.example/send?token=geheim")
	if one != place("https://x.example/send?token=other") || one == place("https://y.example/send") || strings.Contains(one, "example") {
		t.Errorf("%s", one)
	}
}

// Without a template nothing is asked of the cloud.
func TestNoTemplate(t *testing.T) {
	a, _ := NewAliyun(cloud("http://127.0.0.1:1"))
	m := trial
	m.Kind = Notice
	_, err := a.Send(t.Context(), m)
	if r, ok := errors.AsType[*Refusal](err); !ok || r.Reason != "没有填“消息提醒”的模板编号" {
		t.Errorf("%v", err)
	}
}

func TestFields(t *testing.T) {
	fields := func(err error) string {
		e, _ := errors.AsType[*errs.Error](err)
		if e == nil {
			return ""
		}
		var out []string
		for f := range e.Fields {
			out = append(out, f)
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	_, err := NewAliyun(Cloud{})
	if got := fields(err); got != "key_id secret sign" {
		t.Errorf("%s", got)
	}
	_, err = NewTencent(Cloud{Endpoint: "sms", KeyID: "a b", Sign: "【邻里】"})
	if got := fields(err); got != "app endpoint key_id secret sign" {
		t.Errorf("%s", got)
	}
	_, err = NewHTTP("sms", "key", `{"to":{{.Phone}}}`)
	if got := fields(err); got != "body header url" {
		t.Errorf("%s", got)
	}
	_, err = NewHTTP("https://u:p@x.example/", "X Key: k", "")
	if got := fields(err); got != "header url" {
		t.Errorf("%s", got)
	}
	_, err = NewHTTP("https://x.example/", "idempotency-key: k", "")
	if got := fields(err); got != "header" {
		t.Errorf("%s", got)
	}
	_, err = NewAliyun(Cloud{Endpoint: "https://u:p@x.example", KeyID: "k", Secret: "s", Sign: "邻里"})
	if got := fields(err); got != "endpoint" {
		t.Errorf("%s", got)
	}
	if _, err = NewHTTP("https://x.example/", "X-Key: k", ""); err != nil {
		t.Error(err)
	}
}

// What an administrator types as the body holds number and words and is no program: nothing in it runs.
func TestBodyIsNoProgram(t *testing.T) {
	for _, body := range []string{`{"a":"{{range 3}}x{{end}}"}`, `{"a":"{{printf \"%9d\" 1}}"}`, `{"a":"{{.Phone | len}}"}`, `{"a":"{{$x := .Phone}}"}`,
		`{{define "x"}}{{end}}{"a":1}`, `{{define "x"}}{"a":1}{{end}}`, `{"a":"{{if .Text}}x{{end}}"}`, `{"a":"{{.}}"}`} {
		if _, err := NewHTTP("https://x.example/", "", body); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", body, err)
		}
	}
	w, err := NewHTTP("https://x.example/", "", `{"to":"+86{{ .Phone }}","a":["{{.Text}}"]}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := w.render(Message{Phone: number, Text: Text{Words: "a\"b"}}); err != nil || string(got) != `{"to":"+8613800000001","a":["a\"b"]}` {
		t.Errorf("%s %v", got, err)
	}
}

// A template is filled wholly or not sent, and 阿里云 gets no value that is longer than it takes.
func TestVariables(t *testing.T) {
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.Query().Get("TemplateParam")
		io.WriteString(w, `{"Code":"OK","BizId":"1"}`)
	}))
	defer server.Close()
	c := cloud(server.URL)
	c.Templates[Notice] = Template{Code: "SMS_2", Params: []string{"t=title"}}
	a, err := NewAliyun(c)
	b, err2 := NewTencent(c)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{35, 36} {
		title := strings.Repeat("邻", n)
		want := title
		if n > 35 {
			want = strings.Repeat("邻", 34) + "…"
		}
		text := Text{Kind: Notice, Vars: map[string]string{"title": title}}
		if _, err := a.Send(t.Context(), Message{ID: "1", Phone: number, Text: text}); err != nil {
			t.Error(err)
		}
		if got != `{"t":"`+want+`"}` {
			t.Errorf("%d: %s", n, got)
		}
	}
	got = ""
	for _, w := range []Way{a, b} {
		_, err := w.Send(t.Context(), Message{ID: "1", Phone: number, Text: Text{Kind: Code, Words: "验证码"}})
		if r, ok := errors.AsType[*Refusal](err); !ok || r.Reason != "这条短信没有变量 code，套不进模板" || got != "" {
			t.Errorf("%s: %v %s", w.Name(), err, got)
		}
	}
}

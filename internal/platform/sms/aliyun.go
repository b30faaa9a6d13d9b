package sms

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Aliyun is 阿里云短信服务: SendSms of 2017-05-25, signed by ACS3-HMAC-SHA256 (V3 版本请求体&签名机制).
type Aliyun struct{ Cloud }

// NewAliyun makes the way; what cannot work is an error of its field.
func NewAliyun(c Cloud) (*Aliyun, error) { return &Aliyun{c}, c.check(false) }

// Name is what rows call it.
func (a *Aliyun) Name() string { return "aliyun" }

// Repeats is false: nothing in the call keeps a second one from being sent.
func (a *Aliyun) Repeats() bool { return false }

// Send asks for one SMS.
func (a *Aliyun) Send(ctx context.Context, m Message) (string, error) {
	t, err := a.template(m)
	if err != nil {
		return "", err
	}
	params := map[string]string{}
	for _, p := range t.Params {
		name, variable, ok := strings.Cut(p, "=")
		if !ok {
			variable = name
		}
		value, err := m.value(variable)
		if err != nil {
			return "", err
		}
		params[name] = short(value, aliyunLongest)
	}
	filled, _ := json.Marshal(params) // texts always have a JSON form
	query := url.Values{"PhoneNumbers": {m.Phone}, "SignName": {a.Sign}, "TemplateCode": {t.Code}, "OutId": {m.ID}}
	if len(params) > 0 {
		query.Set("TemplateParam", string(filled))
	}
	if a.Region != "" {
		query.Set("RegionId", a.Region)
	}
	u := a.base("https://dysmsapi.aliyuncs.com")
	u.RawQuery = encoded(query)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), nil)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, 16)
	rand.Read(nonce) // never fails
	a.sign(req, "SendSms", "2017-05-25", time.Now(), hex.EncodeToString(nonce))
	res, err := do(a.Transport, req)
	if err != nil {
		return "", err
	}
	var out struct{ Code, BizID string }
	if err := answer(res, &out); err != nil {
		return "", err
	}
	return out.BizID, aliyunSays(out.Code, res.StatusCode)
}

// aliyunLongest is how many characters a variable of a template may have (变量规范: 1~35 个字符).
const aliyunLongest = 35

// sign puts the signature of a call without a body on req.
func (a *Aliyun) sign(req *http.Request, action, version string, at time.Time, nonce string) {
	set := map[string]string{"host": req.URL.Host, "x-acs-action": action, "x-acs-version": version,
		"x-acs-date": at.UTC().Format("2006-01-02T15:04:05Z"), "x-acs-signature-nonce": nonce, "x-acs-content-sha256": sum(nil)}
	names := make([]string, 0, len(set))
	for name, value := range set {
		names = append(names, name)
		if name != "host" {
			req.Header.Set(name, value)
		}
	}
	slices.Sort(names)
	canonical := req.Method + "\n/\n" + req.URL.RawQuery + "\n"
	for _, name := range names {
		canonical += name + ":" + set[name] + "\n"
	}
	signed := strings.Join(names, ";")
	canonical += "\n" + signed + "\n" + sum(nil)
	mac := keyed([]byte(a.Secret), "ACS3-HMAC-SHA256\n"+sum([]byte(canonical)))
	req.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+a.KeyID+",SignedHeaders="+signed+",Signature="+hex.EncodeToString(mac))
}

// encoded is a query in the order and spelling that are signed: RFC 3986, a space as %20.
func encoded(q url.Values) string { return strings.ReplaceAll(q.Encode(), "+", "%20") }

// aliyunSays reads the code of an answer.
func aliyunSays(code string, status int) error {
	switch {
	case code == "OK":
		return nil
	case strings.HasPrefix(code, "Throttling"), code == "isv.BUSINESS_LIMIT_CONTROL", code == "ServiceUnavailable":
		return Later("短信服务商限流（" + code + "）")
	case code == "isp.SYSTEM_ERROR", code == "InternalError", code == "isp.GATEWAY_ERROR":
		return ErrUnclear
	}
	return refused(aliyunWords, code, status)
}

// aliyunWords are the refusals that are told in words (短信服务 API 错误码).
var aliyunWords = map[string]string{
	"isv.SMS_SIGNATURE_ILLEGAL":       "签名没有审核通过，或者不是这个账号的",
	"isv.SMS_SIGN_ILLEGAL":            "签名没有审核通过，或者不是这个账号的",
	"isv.SMS_TEMPLATE_ILLEGAL":        "模板没有审核通过，或者编号不对",
	"isv.TEMPLATE_MISSING_PARAMETERS": "模板的变量没有填全",
	"isv.TEMPLATE_PARAMS_ILLEGAL":     "模板的变量不合规定",
	"isv.INVALID_JSON_PARAM":          "模板的变量不合规定",
	"isv.PARAM_LENGTH_LIMIT":          "变量太长",
	"isv.INVALID_PARAMETERS":          "参数不对",
	"isv.MOBILE_NUMBER_ILLEGAL":       "手机号不对",
	"isv.MOBILE_COUNT_OVER_LIMIT":     "手机号太多",
	"isv.BLACK_KEY_CONTROL_LIMIT":     "内容里有不能发的字",
	"isv.AMOUNT_NOT_ENOUGH":           "账户余额不足",
	"isv.OUT_OF_SERVICE":              "账户已停机",
	"isv.ACCOUNT_NOT_EXISTS":          "没有这个账户",
	"isv.ACCOUNT_ABNORMAL":            "账户异常",
	"isv.PRODUCT_UN_SUBSCRIPT":        "没有开通短信服务",
	"isv.DAY_LIMIT_CONTROL":           "超过了账户每天的上限",
	"isv.MONTH_LIMIT_CONTROL":         "超过了账户每月的上限",
	"isp.RAM_PERMISSION_DENY":         "访问密钥没有发短信的权限",
	"isv.DENY_IP_RANGE":               "服务器的地址不在允许的范围",
	"InvalidAccessKeyId.NotFound":     "没有这个访问密钥",
	"InvalidAccessKeyId.Inactive":     "访问密钥已停用",
	"SignatureDoesNotMatch":           "访问密钥不对",
	"InvalidTimeStamp.Expired":        "服务器的时钟不准",
	"NoPermission":                    "访问密钥没有发短信的权限",
}

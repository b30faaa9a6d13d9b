package sms

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Tencent is 腾讯云短信: SendSms of 2021-01-11, signed by TC3-HMAC-SHA256 (签名方法 v3).
type Tencent struct{ Cloud }

// NewTencent makes the way; what cannot work is an error of its field.
func NewTencent(c Cloud) (*Tencent, error) {
	if c.Region == "" {
		c.Region = "ap-guangzhou"
	}
	return &Tencent{c}, c.check(true)
}

// Name is what rows call it.
func (t *Tencent) Name() string { return "tencent" }

// Repeats is false: nothing in the call keeps a second one from being sent.
func (t *Tencent) Repeats() bool { return false }

type tencentCall struct {
	PhoneNumberSet   []string
	SmsSdkAppId      string //nolint:revive // the name of the document
	SignName         string
	TemplateId       string   //nolint:revive // the name of the document
	TemplateParamSet []string `json:",omitempty"`
	SessionContext   string
}

type tencentAnswer struct {
	Response struct {
		Error         *struct{ Code string }
		SendStatusSet []struct{ SerialNo, Code string }
	}
}

// Send asks for one SMS.
func (t *Tencent) Send(ctx context.Context, m Message) (string, error) {
	tpl, err := t.template(m)
	if err != nil {
		return "", err
	}
	call := tencentCall{PhoneNumberSet: []string{"+86" + m.Phone}, SmsSdkAppId: t.App, SignName: t.Sign, TemplateId: tpl.Code,
		SessionContext: m.ID}
	for _, variable := range tpl.Params {
		value, err := m.value(variable)
		if err != nil {
			return "", err
		}
		call.TemplateParamSet = append(call.TemplateParamSet, value)
	}
	body, _ := json.Marshal(call) // texts always have a JSON form
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base("https://sms.tencentcloudapi.com").String(), bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	t.sign(req, "sms", "SendSms", "2021-01-11", body, time.Now())
	res, err := do(t.Transport, req)
	if err != nil {
		return "", err
	}
	var out tencentAnswer
	if err := answer(res, &out); err != nil {
		return "", err
	}
	switch r := out.Response; {
	case r.Error != nil:
		return "", tencentSays(r.Error.Code, res.StatusCode)
	case len(r.SendStatusSet) == 1:
		return r.SendStatusSet[0].SerialNo, tencentSays(r.SendStatusSet[0].Code, res.StatusCode)
	case res.StatusCode >= 300:
		return "", wholly(res.StatusCode)
	}
	return "", ErrUnclear
}

// sign puts the signature of a call on req.
func (t *Tencent) sign(req *http.Request, service, action, version string, body []byte, at time.Time) {
	const kind, signed = "application/json; charset=utf-8", "content-type;host;x-tc-action"
	stamp, day := strconv.FormatInt(at.Unix(), 10), at.UTC().Format(time.DateOnly)
	canonical := req.Method + "\n/\n\ncontent-type:" + kind + "\nhost:" + req.URL.Host + "\nx-tc-action:" + strings.ToLower(action) + "\n\n" +
		signed + "\n" + sum(body)
	scope := day + "/" + service + "/tc3_request"
	key := keyed(keyed(keyed([]byte("TC3"+t.Secret), day), service), "tc3_request")
	mac := keyed(key, "TC3-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+sum([]byte(canonical)))
	for name, value := range map[string]string{"Content-Type": kind, "X-TC-Action": action, "X-TC-Version": version, "X-TC-Timestamp": stamp,
		"X-TC-Region": t.Region, "Authorization": "TC3-HMAC-SHA256 Credential=" + t.KeyID + "/" + scope + ", SignedHeaders=" + signed +
			", Signature=" + hex.EncodeToString(mac)} {
		req.Header.Set(name, value)
	}
}

// tencentSays reads a code of an answer.
func tencentSays(code string, status int) error {
	switch {
	case code == "Ok":
		return nil
	case strings.HasPrefix(code, "LimitExceeded"), strings.HasPrefix(code, "RequestLimitExceeded"):
		return Later("短信服务商限流（" + code + "）")
	case strings.HasPrefix(code, "InternalError"):
		return ErrUnclear
	}
	return refused(tencentWords, code, status)
}

// tencentWords are the refusals that are told in words (短信 API 错误码).
var tencentWords = map[string]string{
	"FailedOperation.SignatureIncorrectOrUnapproved":            "签名没有审核通过，或者不是这个账号的",
	"FailedOperation.TemplateIncorrectOrUnapproved":             "模板没有审核通过，或者编号不对",
	"FailedOperation.TemplateUnapprovedOrNotExist":              "模板没有审核通过，或者编号不对",
	"FailedOperation.TemplateParamSetNotMatchApprovedTemplate":  "变量的个数与模板不符",
	"FailedOperation.ContainSensitiveWord":                      "内容里有不能发的字",
	"FailedOperation.InsufficientBalanceInSmsPackage":           "套餐包余量不足",
	"FailedOperation.PhoneNumberInBlacklist":                    "这个手机号在免打扰名单里",
	"FailedOperation.MissingSignature":                          "没有签名",
	"FailedOperation.NotEnterpriseCertification":                "账户没有做企业认证",
	"InvalidParameterValue.IncorrectPhoneNumber":                "手机号不对",
	"InvalidParameterValue.TemplateParameterFormatError":        "模板的变量不合规定",
	"InvalidParameterValue.TemplateParameterLengthLimit":        "变量太长",
	"InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": "变量里不能有网址",
	"UnauthorizedOperation.SmsSdkAppIdVerifyFail":               "SdkAppId 不是这个账号的",
	"UnauthorizedOperation.RequestIpNotInWhitelist":             "服务器的地址不在允许的范围",
	"UnauthorizedOperation.ServiceSuspendDueToArrears":          "账户欠费停服",
	"AuthFailure.SecretIdNotFound":                              "没有这个访问密钥",
	"AuthFailure.SignatureFailure":                              "访问密钥不对",
	"AuthFailure.SignatureExpire":                               "服务器的时钟不准",
	"AuthFailure.UnauthorizedOperation":                         "访问密钥没有发短信的权限",
}

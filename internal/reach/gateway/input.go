package gateway

import (
	"encoding/json"
	"regexp"
	"strings"

	"linli/internal/platform/errs"
	"linli/internal/platform/sms"
)

// SaveInput sets one way. Of each kind of SMS there is the number of its template and what fills it; of an HTTP gateway the secret is a
// header, of CMPP the key is the 企业代码.
type SaveInput struct {
	Way     string `path:"way" set:"sms_gateway.way" maxLength:"10"`
	Version int64  `json:"version" required:"false" doc:"看到的版本；第一次填 0"`
	Address string `json:"address" required:"false" maxLength:"300" doc:"地址"`
	KeyID   string `json:"key_id" required:"false" maxLength:"80" doc:"访问密钥编号，或企业代码"`
	Secret  string `json:"secret" required:"false" maxLength:"300" format:"any-text" doc:"密钥；不填为不改"`
	App     string `json:"app" required:"false" maxLength:"40" doc:"腾讯云的 SdkAppId"`
	Sign    string `json:"sign" required:"false" maxLength:"30" doc:"签名，不写【】"`
	Zone    string `json:"zone" required:"false" maxLength:"40" pattern:"^[a-z0-9-]*$" doc:"地域"`
	Service string `json:"service" required:"false" maxLength:"10" doc:"业务代码"`
	Number  string `json:"number" required:"false" maxLength:"21" doc:"接入号"`
	Body    string `json:"body" required:"false" maxLength:"2000" doc:"HTTP 网关的内容"`
	MaxOpen int64  `json:"max_open" required:"false" minimum:"0" maximum:"64" doc:"同时几条没有答复"`

	CodeT     string `json:"code_template" required:"false" maxLength:"40"`
	CodeP     string `json:"code_params" required:"false" maxLength:"200"`
	StrangerT string `json:"stranger_template" required:"false" maxLength:"40"`
	StrangerP string `json:"stranger_params" required:"false" maxLength:"200"`
	CheckT    string `json:"check_template" required:"false" maxLength:"40"`
	CheckP    string `json:"check_params" required:"false" maxLength:"200"`
	ChangeT   string `json:"change_template" required:"false" maxLength:"40"`
	ChangeP   string `json:"change_params" required:"false" maxLength:"200"`
	AccountT  string `json:"account_template" required:"false" maxLength:"40"`
	AccountP  string `json:"account_params" required:"false" maxLength:"200"`
	NoticeT   string `json:"notice_template" required:"false" maxLength:"40"`
	NoticeP   string `json:"notice_params" required:"false" maxLength:"200"`
	TrialT    string `json:"trial_template" required:"false" maxLength:"40"`
	TrialP    string `json:"trial_params" required:"false" maxLength:"200"`
}

// filled gives number and parameters of a kind as they were typed.
func (in SaveInput) filled() map[string][2]string {
	return map[string][2]string{sms.Code: {in.CodeT, in.CodeP}, sms.Stranger: {in.StrangerT, in.StrangerP}, sms.Check: {in.CheckT, in.CheckP},
		sms.Change: {in.ChangeT, in.ChangeP}, sms.Account: {in.AccountT, in.AccountP}, sms.Notice: {in.NoticeT, in.NoticeP},
		sms.Trial: {in.TrialT, in.TrialP}}
}

var number = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

func params(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、\t", r) })
}

// check judges the templates: each variable is one that the kind has.
func (in SaveInput) check() error {
	c := errs.Check{}
	if in.Way != aliyun && in.Way != tencent {
		return nil
	}
	for kind, t := range in.filled() {
		c.That(number.MatchString(strings.TrimSpace(t[0])), kind+"_template", "模板编号只有字母、数字和下划线")
		for _, p := range params(t[1]) {
			name, variable, ok := strings.Cut(p, "=")
			if !ok {
				variable = name
			}
			c.That(sms.Known(kind, variable), kind+"_params", "这类短信没有变量 "+variable)
			c.That(in.Way == aliyun || !ok, kind+"_params", "腾讯云的变量按顺序写，不写等号")
		}
	}
	c.That(in.CodeT != "", "code_template", "至少要填验证码的模板编号")
	return c.Err()
}

// fill gives the way as it was typed.
func (in SaveInput) fill(g Facts) Facts {
	g.Address, g.KeyID, g.App, g.Sign = strings.TrimSpace(in.Address), strings.TrimSpace(in.KeyID), strings.TrimSpace(in.App),
		strings.TrimSpace(in.Sign)
	g.Zone, g.Body, g.MaxOpen = in.Zone, in.Body, in.MaxOpen
	g.Service, g.Number = strings.TrimSpace(in.Service), strings.TrimSpace(in.Number)
	list := map[string]sms.Template{}
	for kind, t := range in.filled() {
		if code := strings.TrimSpace(t[0]); code != "" {
			list[kind] = sms.Template{Code: code, Params: params(t[1])}
		}
	}
	text, _ := json.Marshal(list) // texts always have a JSON form
	g.Templates = string(text)
	return g
}

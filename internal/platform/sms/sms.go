// Package sms hands single SMS to a gateway: one that takes a POST of JSON, 阿里云 or 腾讯云. The calls of the clouds are made from their
// published documents and have never been tried on the live services.
package sms

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strconv"
	"sync/atomic"
	"time"

	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// The kinds of SMS. A cloud sends each by a template of its own, which it has approved.
const (
	Code     = "code"     // to sign in, sign up, or prove a device
	Stranger = "stranger" // somebody tried to sign in with a number that has no account
	Check    = "check"    // a code that is told on the telephone
	Change   = "change"   // whose hours they are is about to change
	Account  = "account"  // something was done to one's account
	Notice   = "notice"   // the title of a message
	Trial    = "trial"    // of the administrator, to see whether a way works
)

// Kinds are the words of the kinds.
var Kinds = set.New("kind_of_sms",
	set.Row{Code, "登录、注册验证码"}, set.Row{Stranger, "号码没有账号"}, set.Row{Check, "电话核对码"}, set.Row{Change, "时长归属变更提醒"},
	set.Row{Account, "账号变动提醒"}, set.Row{Notice, "消息提醒"}, set.Row{Trial, "测试短信"})

// Vars are the names of what fills the template of each kind, in order, with their words.
var Vars = map[string][]Var{
	Code:     {{"code", "验证码"}, {"minutes", "几分钟有效"}},
	Stranger: {},
	Check:    {{"who", "谁在打电话"}, {"code", "验证码"}, {"minutes", "几分钟有效"}},
	Change:   {{"what", "要改什么"}},
	Account:  {{"who", "谁办的"}, {"what", "办了什么"}},
	Notice:   {{"title", "消息的标题"}},
	Trial:    {{"code", "测试数字"}, {"minutes", "几分钟有效"}},
}

// Var is one variable of a template.
type Var struct{ Name, Word string }

// Text is what an SMS says: in words, for a gateway that takes any, and as what fills an approved template.
type Text struct {
	Kind  string            `json:"kind"`
	Words string            `json:"words,omitempty"`
	Vars  map[string]string `json:"vars,omitempty"`
	Life  time.Duration     `json:"life,omitempty"` // how long it is of use; always when 0
}

// ToTell asks somebody who is being telephoned to tell the code in it.
func ToTell(who, code string, life time.Duration) Text {
	minutes := strconv.Itoa(int(life.Minutes()))
	return Text{Kind: Check, Words: "【邻里志愿】" + who + "正在打电话核对您的登记，请把这个码报给他：" + code + "，" + minutes +
		" 分钟内有效。没有人给您打电话，就不用理会。", Vars: map[string]string{"who": who, "code": code, "minutes": minutes}, Life: life}
}

// Message is one SMS on its way out.
type Message struct {
	ID    string // of its own, the same when it is handed over again
	Phone string
	Text
}

// Way is a gateway. An error of kind Unavailable means that it was surely not sent and that trying later helps, a Refusal that it was
// not sent and never will be, ErrUnclear that nobody knows. No error holds number, words or secrets.
type Way interface {
	// Name is what rows call it.
	Name() string
	// Repeats says whether the same message may be handed over twice and is still sent once.
	Repeats() bool
	// Send hands m over and gives the number that the other side keeps it under, if it tells one.
	Send(ctx context.Context, m Message) (ref string, err error)
}

// Refusal says that a gateway does not send a message, whoever asks again.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return "短信没有收下：" + r.Reason }

// ErrUnclear says that nobody knows whether a message went out: handed over again it might be sent twice.
var ErrUnclear = errors.New("短信交出去了，没有等到回答")

// Later says that a message was surely not sent and that trying again helps.
func Later(reason string) error { return errs.New(errs.Unavailable, "unavailable", reason) }

// patience is how long a gateway may take for one message.
const patience = 15 * time.Second

// do sends a request and tells a failure before anything was handed over from one after it. No error holds the address, which may hold
// a secret, a number or a code. Redirects are not followed: a signed call does not go elsewhere.
func do(by http.RoundTripper, req *http.Request) (*http.Response, error) {
	var handed atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { handed.Store(true) }}
	client := http.Client{Transport: by, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	switch {
	case err == nil:
		return res, nil
	case handed.Load():
		return nil, ErrUnclear
	}
	return nil, Later("连不上短信网关")
}

// wholly judges the status of an answer that says nothing else. One of success without the word that goes with it says nothing.
func wholly(status int) error {
	switch {
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return Later("短信网关忙（" + strconv.Itoa(status) + "）")
	case status >= 500, status < 300:
		return ErrUnclear
	}
	return &Refusal{"短信网关回了 " + strconv.Itoa(status)}
}

var plain = regexp.MustCompile(`^[A-Za-z0-9._-]{1,80}$`)

// refused is a refusal by the words of its code; of one that we do not know, the code alone: what else a gateway says may hold the number.
// A fault over there, or no code at all, is none.
func refused(words map[string]string, code string, status int) error {
	if w, ok := words[code]; ok {
		return &Refusal{w + "（" + code + "）"}
	}
	if code == "" || status >= 500 {
		return wholly(status)
	}
	if !plain.MatchString(code) {
		return &Refusal{"短信服务商没有说明原因"}
	}
	return &Refusal{"短信服务商不收（" + code + "）"}
}

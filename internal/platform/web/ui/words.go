package ui

import (
	"unicode/utf8"

	"github.com/a-h/templ"
)

// initial is the first character of a name, for its face.
func initial(name string) string {
	r, _ := utf8.DecodeRuneInString(name)
	if r == utf8.RuneError {
		return "·"
	}
	return string(r)
}

// toneIcon is the picture that belongs to a tone.
func toneIcon(tone string) string {
	switch tone {
	case "alarm":
		return "alert"
	case "wait":
		return "clock"
	case "done":
		return "check"
	case "ask":
		return "phone"
	}
	return "info"
}

// problemWords is what a failure says when nobody knows better.
type problemWords struct {
	icon, title, detail string
	alarm, again        bool
}

func (w problemWords) attrs() templ.Attributes {
	if w.alarm {
		return templ.Attributes{"data-tone": "alarm"}
	}
	return nil
}

func wordsFor(status int) problemWords {
	switch status {
	case 400, 413, 415, 422:
		return problemWords{icon: "alert", title: "这次没有收好", detail: "送来的内容读不懂或者太大。请退回上一页，看看再送一次。"}
	case 401:
		return problemWords{icon: "key", title: "请先登录", detail: "登录以后会回到这一页，填了一半的内容还在。"}
	case 403:
		return problemWords{icon: "lock", title: "您的身份不能办这件事", detail: "需要办的话，请找站里的管理员，或者换一个身份登录。"}
	case 404:
		return problemWords{icon: "search", title: "没有找到", detail: "地址可能写错了，内容可能已经撤下，或者不在您能看的范围里。"}
	case 409:
		return problemWords{icon: "info", title: "情况刚刚变了", detail: "别人先办了一步。请看过最新的情况再决定。", again: true}
	case 429:
		return problemWords{icon: "clock", title: "点得太快了", detail: "请等一分钟再试。填好的内容不会丢。", again: true}
	case 503:
		return problemWords{icon: "clock", title: "系统正忙", detail: "现在办不了，请过几分钟再试。急事请直接打站里的电话。", again: true}
	}
	return problemWords{icon: "alert", title: "系统出了点问题", detail: "已经记下来了，我们会查。请过一会儿再试，急事请打站里的电话。", alarm: true, again: true}
}

func (s Step) attrs(kind string) templ.Attributes {
	if s.State == "now" {
		return templ.Attributes{"aria-current": kind}
	}
	return templ.Attributes{"class": s.State}
}

// threes cuts a code into groups that the eye can hold.
func threes(s string) []string {
	var out []string
	for r := []rune(s); len(r) > 0; {
		n := min(3, len(r))
		out = append(out, string(r[:n]))
		r = r[n:]
	}
	return out
}

// spaced makes a reader speak each digit.
func spaced(s string) string {
	out := ""
	for i, r := range s {
		if i > 0 {
			out += " "
		}
		out += string(r)
	}
	return out
}

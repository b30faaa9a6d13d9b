package agreement

import (
	"strings"

	"linli/internal/platform/clock"
	"linli/internal/platform/web/ui"
)

// proves says what a drawn signature is worth.
const proves = "手写签名图样是图，不是电子认证服务机构的签名：它说明用这个账号登录的人，在看到这份全文以后画了它。全文改一个字，签名就对不上。"

// no is the number of an agreement.
func (a Agreement) no() string { return "XY" + a.ID.String() }

func (a Agreement) span() string { return a.From.String() + " 至 " + a.Until.String() }

func (a Agreement) expired(today clock.Day) bool { return a.State == Signed && a.Until < today }

func (a Agreement) word(today clock.Day) string {
	if a.expired(today) {
		return "过期了"
	}
	return states.Word(a.State)
}

func (a Agreement) tone(today clock.Day) string {
	if a.expired(today) {
		return "alarm"
	}
	return states.Tone(a.State)
}

// lines are those of the text below its title.
func (a Agreement) lines() []string {
	if a.Body == "" {
		return nil
	}
	return strings.Split(a.Body, "\n")[1:]
}

// sides are those that sign it.
func (a Agreement) sides() []string {
	if a.GuardianID == 0 {
		return []string{First, Second}
	}
	return []string{First, Guardian, Second}
}

// of gives the signature of a side, if it is there.
func (d Detail) of(side string) (Signature, bool) {
	for _, x := range d.Signatures {
		if x.Side == side {
			return x, true
		}
	}
	return Signature{}, false
}

// path is a drawing as a path of SVG.
func path(strokes string) string {
	var out strings.Builder
	for stroke := range strings.SplitSeq(strokes, ";") {
		verb := "M"
		for dot := range strings.FieldsSeq(stroke) {
			out.WriteString(verb + dot)
			verb = " L"
		}
	}
	return out.String()
}

func options(list []choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return out
}

// only is the value of the only choice there is.
func only(list []choice) string {
	if len(list) == 1 {
		return list[0].ID.String()
	}
	return ""
}

func (b Blank) templateOptions() (out []ui.Option) {
	for _, t := range b.Templates {
		out = append(out, ui.Option{Value: t.ID.String(), Label: t.Name, Hint: kinds.Word(t.Kind)})
	}
	return out
}

func crumb(base string) string {
	if base == my {
		return "我的协议"
	}
	return "志愿服务协议"
}

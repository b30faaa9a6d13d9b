package batch

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// fields judges the fields of a line one by one.
func (c *checker) fields(l Line, g *Group) {
	for name := range l.Values {
		if name != "kind" && g.field(name) == nil {
			c.say(l.N, name, g.Word+"里没有这一项")
		}
	}
	for _, f := range g.Fields {
		v, ok := l.Values[f.Name]
		switch {
		case !ok && f.Needed:
			c.say(l.N, f.Name, "缺“"+f.Word+"”")
		case ok:
			if words := f.judge(v); words != "" {
				c.say(l.N, f.Name, "“"+f.Word+"”"+words)
			}
		}
	}
}

// judge says what is wrong with a value, "" for nothing.
func (f Field) judge(v any) string {
	n, number := v.(int64)
	if number != f.Number {
		return map[bool]string{true: "要整数", false: "要文字"}[f.Number]
	}
	if f.Number {
		if n < f.Least || n > f.Most {
			return fmt.Sprintf("要在 %d 到 %d 之间", f.Least, f.Most)
		}
		return ""
	}
	s := v.(string)
	switch {
	case s == "":
		return "是空的；没有的不写"
	case int64(utf8.RuneCountInString(s)) > f.Most:
		return fmt.Sprintf("最多 %d 个字", f.Most)
	case strings.ContainsFunc(s, Hidden):
		return "里有看不见的字符或者换行"
	case strings.TrimSpace(s) != s:
		return "前后有空格"
	case f.Const != "" && s != f.Const:
		return "要写成 " + f.Const
	case f.Codes != nil && !f.has(s):
		return "没有这个代码：" + s
	case f.Pattern != nil && !f.Pattern.MatchString(s), f.real != nil && !f.real(s):
		return "要是" + f.Say
	}
	return ""
}

func (f Field) has(code string) bool {
	for _, c := range f.Codes {
		if c.Code == code {
			return true
		}
	}
	return false
}

// Hidden says of a character that no text of a batch holds it: controls, line separators, marks of direction, and what stands for a
// character that could not be read.
func Hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError ||
		unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff'
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// isIDNumber computes the check digit of an identity number (GB 11643) and reads the day of birth in it.
func isIDNumber(s string) bool {
	if len(s) != 18 || !isDay(s[6:10]+"-"+s[10:12]+"-"+s[12:14]) {
		return false
	}
	sum, weight := 0, 1
	for i := 17; i >= 0; i-- {
		d := int(s[i] - '0')
		if s[i] == 'X' {
			d = 10
		}
		sum += d * weight
		weight = weight * 2 % 11
	}
	return sum%11 == 1
}

// known takes down an item by its number, also where something else is wrong with it, so that what leans on it is not wrong too. It
// says no where the number stood before.
func (c *checker) known(l Line, g *Group) bool {
	if g.Count == "" || l.Text("id") == "" {
		return true
	}
	key := l.Kind + "/" + l.Text("id")
	if _, twice := c.seen[key]; twice {
		c.say(l.N, "id", "前面有过这个编号："+l.Text("id"))
		return false
	}
	c.seen[key] = l.Text("person")
	return true
}

// rules judges what fields of a line say together, and with the lines before it.
func (c *checker) rules(l Line, g *Group) {
	switch {
	case l.Kind == Head:
		c.head(l)
		return
	case g.Count == "":
		return
	}
	if l.Kind == Person {
		c.person(l)
	} else if _, ok := c.seen[Person+"/"+l.Text("person")]; !ok {
		c.say(l.N, "person", "本批里没有这个人："+l.Text("person"))
	}
	made := c.Header.Text("made_at")
	if made != "" && l.Text("changed_at") > made {
		c.say(l.N, "changed_at", "比本批生成的时间还晚")
	}
	if d := l.Text("day"); d != "" && c.Header.N > 0 && (d < c.Header.Text("from") || d > c.Header.Text("to")) {
		c.say(l.N, "day", "不在本批的起止日期里")
	}
	switch l.Kind {
	case Service:
		c.service(l)
	case Evaluation:
		whose, ok := c.seen[Service+"/"+l.Text("service")]
		if !ok {
			c.say(l.N, "service", "本批里没有这次服务："+l.Text("service"))
		} else if whose != l.Text("person") {
			c.say(l.N, "person", "不是这次服务的志愿者")
		}
	}
}

func (c *checker) head(l Line) {
	if l.Text("from") > l.Text("to") {
		c.say(l.N, "to", "止早于起")
	}
	made, err := time.Parse(time.RFC3339, l.Text("made_at"))
	if err == nil && made.After(c.now.Add(24*time.Hour)) {
		c.say(l.N, "made_at", "在将来")
	}
	if l.Text("to") > l.Text("made_at")[:len(time.DateOnly)] {
		c.say(l.N, "to", "比生成的那天还晚")
	}
}

func (c *checker) person(l Line) {
	born, no := l.Text("birth_day"), l.Text("id_number")
	if made := c.Header.Text("made_at"); made != "" && born > made[:len(time.DateOnly)] {
		c.say(l.N, "birth_day", "在将来")
	}
	if no == "" {
		return
	}
	if born != "" && strings.ReplaceAll(born, "-", "") != no[6:14] {
		c.say(l.N, "birth_day", "和身份证件号码不相符")
	}
	if sex := l.Text("sex"); sex != "" && (sex == "male") != ((no[16]-'0')%2 == 1) {
		c.say(l.N, "sex", "和身份证件号码不相符")
	}
}

func (c *checker) service(l Line) {
	from, to := l.Text("started_at"), l.Text("ended_at")
	begin, err1 := time.Parse(time.RFC3339, from)
	end, err2 := time.Parse(time.RFC3339, to)
	switch {
	case err1 != nil || err2 != nil:
		return
	case !begin.Before(end):
		c.say(l.N, "ended_at", "结束不晚于开始")
	case l.Number("minutes") > int64(end.Sub(begin)/time.Minute):
		c.say(l.N, "minutes", "比开始到结束还长")
	}
	if l.Text("day") != from[:len(time.DateOnly)] {
		c.say(l.N, "day", "不是开始的那天")
	}
	if made := c.Header.Text("made_at"); made != "" && to > made {
		c.say(l.N, "ended_at", "比本批生成的时间还晚")
	}
}

// Package batch is the file in which registers go from one platform to another: what stands in it, how it is signed, and the kit that
// checks one. It is this system's own proposal (本系统建议格式) on the five groups of 民政部令第67号 (basic data, services, trainings,
// commendations, evaluations), until a platform publishes its own. It knows no database.
//
// A batch is a text of lines. The first is the header, which says whose it is and how many lines of each group follow; then the
// groups in their order; the last is the signature. Each line is one flat JSON object of texts and whole numbers (JSON Lines), or one
// row of a table with the same names as its columns (CSV): both say the same and bear the same signature, which is made over the
// canonical form (RFC 8785) of the lines.
//
// Nouns: group, field, line, batch, violation. Verbs: Check, Writer.Add, Schema.
package batch

import (
	"regexp"
	"slices"

	"linli/internal/platform/set"
	"linli/internal/work/catalogue"
)

// Format is the name of the format with its version, and Label what each batch says of it.
const (
	Format = "linli-exchange/1"
	Label  = "本系统建议格式"
)

// The kinds of lines, in the order in which they stand.
const (
	Head         = "header"
	Person       = "person"
	Service      = "service"
	Training     = "training"
	Commendation = "commendation"
	Evaluation   = "evaluation"
	Signature    = "signature"
)

// Platforms are the platforms of the plan that batches go to and come from; linli is another installation of this system.
var Platforms = set.New("exchange_platform", set.Row{"national", "全国志愿服务信息系统"}, set.Row{"beijiang", "志愿北疆"},
	set.Row{"civilization", "新时代文明实践中心平台"}, set.Row{"cloud", "志愿云内蒙古"}, set.Row{"linli", "另一处邻里志愿"})

// Code is one value that a field may have.
type Code struct{ Code, Word string }

// Field is one field of a group. Its rules stand in the JSON Schema too, as far as a schema can say them.
type Field struct {
	Name, Word string
	Number     bool // a whole number from Least to Most; else a text of at most Most characters
	Needed     bool
	Least      int64
	Most       int64
	Codes      []Code
	Const      string
	Pattern    *regexp.Regexp
	Say        string // what a value must be like, where it has a pattern
	real       func(string) bool
}

// Group is one kind of line with its fields.
type Group struct {
	Kind, Word string
	Count      string // field of the header that counts its lines; none for header and signature
	Fields     []Field
}

var (
	idPattern     = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._:-]{0,63}$`)
	dayPattern    = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	timePattern   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00$`)
	regionPattern = regexp.MustCompile(`^[1-9][0-9]{11}$`)
	phonePattern  = regexp.MustCompile(`^\+?[0-9-]{5,20}$`)
	idnoPattern   = regexp.MustCompile(`^[1-9][0-9]{16}[0-9X]$`)
	hashPattern   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	keyPattern    = regexp.MustCompile(`^[A-Za-z0-9+/]{43}=$`)
	signPattern   = regexp.MustCompile(`^[A-Za-z0-9+/]{86}==$`)
	kinds         = []string{Head, Person, Service, Training, Commendation, Evaluation, Signature}
)

func text(name, word string, most int64) Field { return Field{Name: name, Word: word, Most: most} }
func number(name, word string, least, most int64) Field {
	return Field{Name: name, Word: word, Number: true, Least: least, Most: most}
}
func matching(name, word string, p *regexp.Regexp, say string) Field {
	return Field{Name: name, Word: word, Most: 100, Pattern: p, Say: say}
}
func fixed(name, word, value string) Field {
	return Field{Name: name, Word: word, Most: 100, Const: value}
}
func coded(name, word string, codes ...Code) Field {
	return Field{Name: name, Word: word, Most: 40, Codes: codes}
}
func of(s *set.Set) (out []Code) {
	for _, r := range s.Rows() {
		out = append(out, Code{r.Code(), r.Word()})
	}
	return out
}
func id(name, word string) Field {
	return matching(name, word, idPattern, "1–64 个字母、数字和 . _ : -")
}
func region(name, word string) Field {
	return matching(name, word, regionPattern, "12 位区划代码")
}

func day(name, word string) Field {
	f := matching(name, word, dayPattern, "日期，写成 2026-11-23，并且真有这一天")
	f.real = isDay
	return f
}

func moment(name, word string) Field {
	f := matching(name, word, timePattern, "时间，写成 2026-11-23T09:00:00+08:00，并且真有这一刻")
	f.real = isTime
	return f
}

func needed(f Field) Field {
	f.Needed = true
	return f
}

func optional(f Field) Field { return f }

// item are the fields that each line of a group begins and ends with.
func item(owner bool, fields ...Field) []Field {
	out := []Field{needed(id("id", "条目编号"))}
	if owner {
		out = append(out, needed(id("person", "志愿者（本批里的条目编号）")))
	}
	return append(append(out, fields...), optional(text("origin", "来处（原来的系统和编号）", 200)), needed(moment("changed_at", "最后改动的时间")))
}

// Groups are all kinds of lines in their order.
var Groups = []Group{
	{Kind: Head, Word: "批次的开头", Fields: []Field{
		needed(fixed("format", "格式和版本", Format)), needed(fixed("label", "格式的说明", Label)),
		needed(id("batch", "批次编号")), needed(id("installation", "发出的系统")), needed(coded("platform", "平台", of(Platforms)...)),
		needed(text("unit", "发出的单位", 80)), needed(region("region", "地区")), needed(day("from", "起")), needed(day("to", "止")),
		needed(moment("made_at", "生成的时间")), needed(number("persons", "志愿者人数", 0, 9999999)),
		needed(number("services", "服务条数", 0, 9999999)), needed(number("trainings", "培训条数", 0, 9999999)),
		needed(number("commendations", "表彰条数", 0, 9999999)), needed(number("evaluations", "评价条数", 0, 9999999)),
	}},
	{Kind: Person, Word: "个人基本信息", Count: "persons", Fields: item(false,
		needed(text("name", "姓名", 80)), optional(coded("sex", "性别", Code{"male", "男"}, Code{"female", "女"})),
		optional(day("birth_day", "出生日期")), optional(idNumber()), needed(region("region", "居住区域")),
		optional(matching("phone", "联系方式", phonePattern, "电话号码，只写数字和 -")), optional(text("skills", "专业技能", 200)),
		optional(text("categories", "服务类别", 200)), optional(text("volunteer_no", "志愿者编号", 40)),
		optional(day("registered_on", "注册日期")),
		needed(coded("ground", "依据", Code{"law", "依法报送"}, Code{"consent", "本人同意"})),
	)},
	{Kind: Service, Word: "志愿服务情况", Count: "services", Fields: item(true,
		needed(text("title", "活动名称", 120)), needed(day("day", "活动日期")), optional(text("place", "活动地点", 120)),
		needed(text("content", "服务内容", 400)), needed(moment("started_at", "开始")), needed(moment("ended_at", "结束")),
		needed(number("minutes", "服务时间（分钟）", 1, 1440)), needed(text("unit", "活动组织单位", 80)),
		optional(text("leader", "活动负责人", 80)), optional(coded("category", "类别", of(catalogue.Categories)...)),
		needed(region("region", "服务地区")),
		optional(coded("confirmation", "确认方式", Code{"both", "双方确认"}, Code{"sign_in", "签到"}, Code{"reviewed", "复核"})),
		needed(coded("state", "状态", Code{"counted", "已计入"}, Code{"void", "作废"})),
	)},
	{Kind: Training, Word: "培训情况", Count: "trainings", Fields: item(true,
		needed(text("title", "培训名称", 120)), optional(text("content", "主要内容", 400)),
		needed(number("minutes", "学习时长（分钟）", 1, 100000)), needed(text("unit", "培训举办单位", 80)), needed(day("day", "培训日期")),
	)},
	{Kind: Commendation, Word: "表彰奖励", Count: "commendations", Fields: item(true,
		needed(text("title", "表彰名称", 120)), needed(day("day", "日期")), needed(text("unit", "授予单位", 80)),
		optional(text("document", "文号", 80)),
	)},
	{Kind: Evaluation, Word: "评价情况", Count: "evaluations", Fields: item(true,
		needed(id("service", "评价的服务（本批里的条目编号）")), needed(number("rating", "服务质量评价", 1, 5)), needed(day("day", "评价日期")),
	)},
	{Kind: Signature, Word: "签名", Fields: []Field{
		needed(fixed("alg", "算法", "Ed25519")), needed(id("batch", "批次编号")),
		needed(matching("digest", "摘要", hashPattern, "64 位小写十六进制的 SHA-256")),
		needed(matching("key", "公钥", keyPattern, "32 字节公钥的 base64")),
		needed(matching("signature", "签名", signPattern, "64 字节签名的 base64")),
	}},
}

func idNumber() Field {
	f := matching("id_number", "身份证件号码", idnoPattern, "18 位居民身份证号码，校验码相符")
	f.real = isIDNumber
	return f
}

func groupOf(kind string) *Group {
	if i := slices.Index(kinds, kind); i >= 0 {
		return &Groups[i]
	}
	return nil
}

func (g *Group) field(name string) *Field {
	for i := range g.Fields {
		if g.Fields[i].Name == name {
			return &g.Fields[i]
		}
	}
	return nil
}

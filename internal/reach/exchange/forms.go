package exchange

import (
	"context"
	"slices"

	"linli/internal/civic/setting"
	"linli/internal/platform/geo"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
	"linli/internal/work/catalogue"
)

// guide tells how a column is filled in: what is asked, an example, and what may be chosen.
type guide struct {
	how, sample string
	words       []string
	many        bool
}

// guides are those of the columns that need one, by their names.
var guides = map[string]guide{
	"name": {how: "必填。按身份证上的字写，不用空格补齐", sample: "娜仁高娃"}, "sex": {how: "可以不填", sample: "女", words: []string{"男", "女"}},
	"birth_day": {how: "未成年人要填", sample: "1980-01-31"}, "region": {how: "嘎查村（社区）的名称或十二位代码；您只管一个的可以不填", sample: "宝力根嘎查"},
	"phone":     {how: "手机，或带区号的固定电话；两个用、隔开", sample: "13900000000、0479-5221234"},
	"id_number": {how: "可以空着；身份证、居住证、护照等，护照前面写“护照”", sample: ""},
	"languages": {how: "可以不填", sample: "蒙古语、汉语", many: true}, "groups": {how: "可以不填", many: true},
	"identities": {how: "必填，至少一种", sample: "居民", many: true}, "skills": {how: "可以不填", many: true},
	"consent":     {how: "必填。纸面的要附同意签名册的照片", sample: "口头", words: []string{"口头", "纸面"}},
	"confirm_new": {how: "核对过相似的登记、确是另一个人才填", words: []string{"是", "否"}},
	"available":   {how: "可以不填", sample: "周一上午、周六下午"}, "max_km": {how: "公里，1 到 300", sample: "5"},
	"insurance_to": {how: "和保险单号一起填", sample: "2027-06-30"}, "no": {how: "不填，编号由系统给"},
	"kind": {how: "必填", sample: "站", words: []string{"站", "点"}}, "hours": {how: "可以不填", sample: "周一至周五 9:00–12:00、14:00–17:30"},
	"lat": {how: "必填，37 到 54 之间", sample: "43.9446"}, "lng": {how: "必填，97 到 127 之间", sample: "116.0481"},
	"datum": {how: "从地图上抄的要填，会换算过来", words: wordsOf(geo.Datums)}, "on_holidays": {how: "可以不填", words: []string{"是", "否"}},
	"category":   {how: "必填", sample: "环境保护", words: wordsOf(catalogue.Categories)},
	"started_at": {how: "必填", sample: "2026-01-31 09:30"}, "ended_at": {how: "必填", sample: "2026-01-31 11:00"},
	"unit": {how: "必填", sample: "宝昌镇供电所"}, "part": {how: "可以不填", sample: "三年级二班"},
	"volunteer_no": {how: "必填"}, "content": {how: "必填", sample: "清扫积雪"}, "recording_unit": {how: "必填，原来记录的单位"},
	"address": {how: "到门牌", sample: "东街 1 号"},
}

// dictionaries are the columns whose words are a dictionary's.
var dictionaries = map[string]string{"languages": setting.Languages, "groups": setting.Groups, "identities": setting.Identities,
	"skills": setting.Skills}

func wordsOf(s *set.Set) (out []string) {
	for _, code := range s.Codes() {
		out = append(out, s.Word(code))
	}
	return out
}

// form gives the empty table of a register with what is known of its columns.
func (s *Service) form(ctx context.Context, k kind) ([]byte, error) {
	var names []string
	for _, c := range k.columns {
		if d, ok := dictionaries[c.name]; ok && !slices.Contains(names, d) {
			names = append(names, d)
		}
	}
	dict, err := words(ctx, s.db, names...)
	if err != nil {
		return nil, err
	}
	fields := make([]sheet.Field, 0, len(k.columns))
	for _, c := range k.columns {
		g := guides[c.name]
		for _, w := range dict[dictionaries[c.name]] {
			g.words = append(g.words, w.Label)
		}
		fields = append(fields, sheet.Field{Word: c.word, How: g.how, Sample: g.sample, Words: g.words, Many: g.many})
	}
	return sheet.Form(fields)
}

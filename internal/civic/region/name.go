package region

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// SignName takes the words for the committee off a statistical name: “第一嘎查村民委员会” → 第一嘎查, “毫沁营村委会” → 毫沁营村, “公主府社区居委会” →
// 公主府社区. sure is false where the name does not tell (“新村村委会” may be 新村 or 新村村; “金龙居委会” does not say 社区): then a person must be asked.
func SignName(name string) (sign string, sure bool) {
	for _, word := range []string{"嘎查", "社区"} {
		if at := strings.LastIndex(name, word); at > 0 && tail.MatchString(name[at+len(word):]) {
			return name[:at+len(word)], true
		}
	}
	if stem, ok := cutAny(name, "村民委员会", "村委员会", "村委会", "村委"); ok {
		if strings.HasSuffix(stem, "村") {
			// 王家圪旦村村委会 says the word twice; after so short a stem as in 新村村委会 the first may belong to the name.
			return stem, utf8.RuneCountInString(stem) > 2
		}
		return stem + "村", true
	}
	if stem, ok := cutAny(name, "居民委员会", "居委会"); ok {
		return stem + "社区", false
	}
	return name, strings.HasSuffix(name, "村")
}

// tail is what may follow 嘎查 or 社区 at the end of a name.
var tail = regexp.MustCompile(`^(村?(村民|居民)?委员会|村|村?村委会|居委会|居民委员会|村民委员会)?$`)

func cutAny(name string, suffixes ...string) (string, bool) {
	for _, s := range suffixes {
		if stem, ok := strings.CutSuffix(name, s); ok && stem != "" {
			return stem, true
		}
	}
	return name, false
}

// noCommunity matches the statistical units that are plainly no communities of people who govern themselves.
var noCommunity = regexp.MustCompile(`(虚拟社区|生活区|管理区|队)$`)

// countsByName guesses from its name whether a unit counts as a community.
func countsByName(name string) (bool, string) {
	if word := noCommunity.FindString(name); word != "" {
		return false, "名称为“" + word + "”，不是嘎查村（社区）"
	}
	return true, ""
}

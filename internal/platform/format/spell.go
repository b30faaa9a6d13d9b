package format

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Spellings writes a name as people type it in Latin letters: whole, and by the first letters of its characters: “建兴” is jianxing and jx.
// A first character that is read in several ways (曾, 单, 解) gives a pair for each; the later ones have their usual reading. Latin letters
// and digits stand for themselves, all else is left out.
func Spellings(name string) (out []string) {
	heads, tail, initials := []string{}, strings.Builder{}, strings.Builder{}
	for i, r := range []rune(strings.ToLower(name)) {
		sounds := readings(r)
		switch {
		case len(sounds) == 0:
		case i == 0:
			heads = sounds
		default:
			tail.WriteString(sounds[0])
			initials.WriteString(sounds[0][:1])
		}
	}
	if len(heads) == 0 {
		heads = []string{""}
	}
	seen := map[string]bool{"": true}
	for _, h := range heads {
		for _, s := range []string{h + tail.String(), h[:min(1, len(h))] + initials.String()} {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// heard are characters that a general dictionary reads otherwise than names of people and places here do; the usual sound first.
var heard = map[rune][]string{
	'勒': {"le"}, '都': {"du"}, '长': {"chang", "zhang"}, '重': {"chong", "zhong"}, '什': {"shi", "shen"}, '朝': {"chao", "zhao"},
	'单': {"dan", "shan"}, '曾': {"zeng", "ceng"}, '解': {"jie", "xie"}, '仇': {"qiu", "chou"}, '查': {"cha", "zha"}, '朴': {"piao", "pu"},
	'盖': {"gai", "ge"}, '区': {"qu", "ou"}, '乐': {"le", "yue"}, '覃': {"qin", "tan"}, '翟': {"zhai", "di"}, '员': {"yuan", "yun"},
	'黑': {"hei", "he"}, '尉': {"wei", "yu"}, '缪': {"miao", "mou"}, '贾': {"jia", "gu"}, '冼': {"xian"}, '秘': {"bi", "mi"},
	'繁': {"fan", "po"}, '折': {"zhe", "she"}, '牟': {"mu", "mou"}, '宿': {"su", "xiu"}, '行': {"xing", "hang"}, '盛': {"sheng", "cheng"},
}

// readings are the sounds of a character without tones, the usual one first; none for a sign.
func readings(r rune) []string {
	if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return []string{string(r)}
	}
	if out := heard[r]; out != nil {
		return out
	}
	return pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal})
}

// Spelled says whether a text is one that may be a spelling: Latin letters alone, two at least. It comes back as Spellings writes it.
func Spelled(text string) (string, bool) {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	ok := len(text) > 1 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == ""
	return text, ok
}

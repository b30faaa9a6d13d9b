package spelling

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// dots are what people and input methods put between the parts of a name.
const dots = ".．•・･⋅‧∙●﹒·ᐧ⸱⸳・᛫ㆍꞏ"

// middle is the one kind that is stored.
const middle = '·'

// private are characters that old Chinese fonts and GBK tables keep in the private use area, by GB 18030-2005 and 2022.
var private = map[rune]rune{
	0xe816: 0x20087, 0xe817: 0x20089, 0xe818: 0x200cc, 0xe831: 0x215d7, 0xe83b: 0x2298f, 0xe855: 0x241fe,
	0xe81e: 0x9fb4, 0xe826: 0x9fb5, 0xe82b: 0x9fb6, 0xe82c: 0x9fb7, 0xe832: 0x9fb8, 0xe843: 0x9fb9, 0xe854: 0x9fba, 0xe864: 0x9fbb,
	0xe863: 0x4dae, 0xe815: 0x2e81, 0xe819: 0x2e84, 0xe81a: 0x3473, 0xe81b: 0x3447, 0xe81c: 0x2e88, 0xe81d: 0x2e8b, 0xe81f: 0x359e,
	0xe820: 0x361a, 0xe821: 0x360e, 0xe822: 0x2e8c, 0xe823: 0x2e97, 0xe824: 0x396e, 0xe825: 0x3918, 0xe827: 0x39cf, 0xe828: 0x39df,
	0xe829: 0x3a73, 0xe82a: 0x39d0, 0xe82d: 0x3b4e, 0xe82e: 0x3c6e, 0xe82f: 0x3ce0, 0xe830: 0x2ea7, 0xe833: 0x2eaa, 0xe834: 0x4056,
	0xe835: 0x415f, 0xe836: 0x2eae, 0xe837: 0x4337, 0xe838: 0x2eb3, 0xe839: 0x2eb6, 0xe83a: 0x2eb7, 0xe83c: 0x43b1, 0xe83d: 0x43ac,
	0xe83e: 0x2ebb, 0xe83f: 0x43dd, 0xe840: 0x44d6, 0xe841: 0x4661, 0xe842: 0x464c, 0xe844: 0x4723, 0xe845: 0x4729, 0xe846: 0x477c,
	0xe847: 0x478d, 0xe848: 0x2eca, 0xe849: 0x4947, 0xe84a: 0x497a, 0xe84b: 0x497d, 0xe84c: 0x4982, 0xe84d: 0x4983, 0xe84e: 0x4985,
	0xe84f: 0x4986, 0xe850: 0x499f, 0xe851: 0x499b, 0xe852: 0x49b7, 0xe853: 0x49b6, 0xe856: 0x4ca3, 0xe857: 0x4c9f, 0xe858: 0x4ca0,
	0xe859: 0x4ca1, 0xe85a: 0x4c77, 0xe85b: 0x4ca2, 0xe85c: 0x4d13, 0xe85d: 0x4d14, 0xe85e: 0x4d15, 0xe85f: 0x4d16, 0xe860: 0x4d17,
	0xe861: 0x4d18, 0xe862: 0x4d19,
}

// Han says whether a rune is a Chinese character: of the blocks up to extension J, which is newer than Go's own tables, or 〇.
func Han(r rune) bool {
	return r == '〇' || r >= 0x3400 && r <= 0x4dbf || r >= 0x4e00 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff ||
		r >= 0x20000 && r <= 0x2fa1f || r >= 0x30000 && r <= 0x3347f
}

// Mongolian says whether a rune is written in the vertical script, its vowel separator and variation selectors included.
func Mongolian(r rune) bool {
	return r >= 0x1807 && r <= 0x18af && !unicode.IsDigit(r)
}

// joiner are marks that shape Mongolian words; between other characters they are nothing.
func joiner(r rune) bool {
	return r == 0x200c || r == 0x200d || r == 0x202f || r >= 0x180b && r <= 0x180f
}

func selector(r rune) bool { return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef }

// Name puts a name into the form in which it is stored and shown: composed and narrow characters, radicals and private ones as the
// characters that they stand for, no spaces between Chinese characters, one kind of dot without spaces around it, nothing unseen.
func Name(s string) string {
	s = norm.NFC.String(strings.Map(letter, Seen(s)))
	runes := []rune(strings.Join(strings.FieldsFunc(s, space), " "))
	out := make([]rune, 0, len(runes))
	for i, r := range runes {
		before, after := near(out), rest(runes, i)
		switch {
		case joiner(r) && !Mongolian(before) && !Mongolian(after):
			continue
		case r == ' ' && (before == middle || Han(before) && (Han(after) || dot(after)) || !Mongolian(before) && wideDot(after)):
			continue
		case r == ' ' && dot(before) && Han(after):
			continue
		case dot(r) && r != '.' && r != '．', dot(r) && Han(before) && (Han(after) || after == ' ' || dot(after)):
			r = middle
		case r == '．':
			r = '.'
		}
		if r == middle && before == middle {
			continue
		}
		out = append(out, r)
	}
	return strings.Trim(string(out), " ·")
}

func space(r rune) bool { return unicode.IsSpace(r) && r != 0x202f }

func dot(r rune) bool { return strings.ContainsRune(dots, r) }

func wideDot(r rune) bool { return dot(r) && r != '.' }

// letter is the plain form of one rune; -1 for selectors of a glyph, which change no name.
func letter(r rune) rune {
	if selector(r) {
		return -1
	}
	if p, ok := private[r]; ok {
		r = p
	}
	switch {
	case r >= 0x2e80 && r <= 0x2fdf: // radicals
		if k := []rune(norm.NFKC.String(string(r))); len(k) == 1 {
			r = k[0]
		}
		if k, ok := radicals[r]; ok {
			r = k
		}
	case r >= 0xf900 && r <= 0xfaff && !dot(r), r >= 0x2f800 && r <= 0x2fa1f:
		return r // composed by NFC
	case r == 0x00a0, r == 0x3000:
		return ' '
	case !dot(r):
		if n := width.LookupRune(r).Narrow(); n != 0 && r >= 0xff01 && r <= 0xff5e {
			r = n
		}
	}
	return r
}

// radicals are those of the supplement that NFKC leaves, as far as they stand for a character of a name.
var radicals = map[rune]rune{0x2e81: 0x5382, 0x2e8b: 0x353e, 0x2ea0: 0x6c11, 0x2ec4: 0x897f, 0x2ec5: 0x89c1, 0x2ec9: 0x8d1d,
	0x2ecb: 0x8f66, 0x2ed3: 0x957f, 0x2ed4: 0x95e8, 0x2ed8: 0x9752, 0x2ed9: 0x97e6, 0x2eda: 0x9875, 0x2edb: 0x98ce, 0x2edc: 0x98de,
	0x2edd: 0x98df, 0x2ee2: 0x9a6c, 0x2ee4: 0x9b3c, 0x2ee5: 0x9c7c, 0x2ee6: 0x9e1f, 0x2ee7: 0x5364, 0x2ee8: 0x9ea6, 0x2ee9: 0x9ec4,
	0x2eec: 0x9f50, 0x2eee: 0x9f7f, 0x2ef0: 0x9f99, 0x2ef3: 0x9f9f}

func near(out []rune) rune {
	if len(out) == 0 {
		return 0
	}
	return out[len(out)-1]
}

func rest(runes []rune, i int) rune {
	if i+1 < len(runes) {
		return runes[i+1]
	}
	return 0
}

// Key is what two writings of one name have in common: without dots, spaces and marks, without case. Names are compared by it.
func Key(s string) string {
	return strings.Map(func(r rune) rune {
		if dot(r) || unicode.IsSpace(r) || joiner(r) || strings.ContainsRune("-'’‘", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, Name(s))
}

// Same says whether two writings mean one name.
func Same(a, b string) bool { return Key(a) == Key(b) }

// Fault says which character of a name in its stored form cannot stand in a name, or "".
func Fault(name string) string {
	for _, r := range name {
		switch {
		case Han(r), Mongolian(r), joiner(r), unicode.IsLetter(r), unicode.IsMark(r), strings.ContainsRune(" ·.-'’", r):
		case r >= 0xe000 && r <= 0xf8ff, r >= 0xf0000:
			return fmt.Sprintf("姓名里有一个自造字（U+%04X），别处认不出：请按身份证上的字用五笔或部首再输一次，输不出就先用同音字并在备注写明", r)
		default:
			return fmt.Sprintf("姓名里的“%c”（U+%04X）不是名字里的字：只写文字和间隔号", r, r)
		}
	}
	return ""
}

// Letters says whether a name holds any letter at all.
func Letters(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool { return Han(r) || Mongolian(r) && !joiner(r) || unicode.IsLetter(r) })
}

package person

import (
	"regexp"
	"strings"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/spelling"
)

// Kinds of paper that prove who somebody is.
const (
	Card      = "card"      // 居民身份证，港澳台居民居住证：18 digits
	Foreigner = "foreigner" // 外国人永久居留身份证
	HongKong  = "hongkong"  // 港澳居民来往内地通行证
	Taiwan    = "taiwan"    // 台湾居民来往大陆通行证
	Passport  = "passport"
	Network   = "network" // 国家网络身份认证的网号
)

// paperWords begin the number of a paper that is no card, as it is kept and shown: 护照 E12345678.
var paperWords = map[string]string{Foreigner: "永居证", HongKong: "港澳通行证", Taiwan: "台胞证", Passport: "护照", Network: "网号"}

var papers = set.New("identity_kind", set.Row{Card, "身份证、居住证（18 位）"}, set.Row{Foreigner, "外国人永久居留身份证"}, set.Row{HongKong, "港澳居民来往内地通行证"},
	set.Row{Taiwan, "台湾居民来往大陆通行证"}, set.Row{Passport, "护照"}, set.Row{Network, "网号"})

// What the number of each kind looks like; 18 digits are looked at more closely.
var (
	oldForeigner = regexp.MustCompile(`^[A-Z]{3}\d{12}$`)
	hongKong     = regexp.MustCompile(`^[HM]\d{8}(?:\d{2})?$`)
	taiwan       = regexp.MustCompile(`^(?:\d{8}|\d{10}[A-Z]?)$`)
	passport     = regexp.MustCompile(`^[A-Z0-9]{6,9}$`)
	lettered     = regexp.MustCompile(`^[A-Z]{1,2}\d{6,8}[A-Z]?$`)
	network      = regexp.MustCompile(`^[A-Z0-9+/=]{16,64}$`)
	science      = regexp.MustCompile(`^\d(?:\.\d+)?E\+?\d+$`)
)

// kindOf tells the kind of a paper by its number, where nobody said it.
func kindOf(n string) string {
	switch {
	case len(n) == 18 && n[0] == '9', oldForeigner.MatchString(n):
		return Foreigner
	case hongKong.MatchString(n):
		return HongKong
	case len(n) == 8 && taiwan.MatchString(n):
		return Taiwan
	case lettered.MatchString(n):
		return Passport
	}
	return Card
}

// ParsePaper reads the number of a paper that proves who somebody is; kind may be empty and is then told by the number. A refusal is the
// error of field id_number. Papers other than the 18 digits say neither birth nor sex.
func ParsePaper(kind, written string, today clock.Day, demo bool) (Identity, error) {
	for k, word := range paperWords {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(spelling.Seen(written)), word); ok {
			kind, written = k, strings.TrimLeft(rest, "号码:： ")
		}
	}
	n := spelling.Digits(written)
	if kind == "" {
		kind = kindOf(n)
	}
	shape, ask := map[string]*regexp.Regexp{HongKong: hongKong, Taiwan: taiwan, Passport: passport, Network: network}[kind], map[string]string{
		HongKong: "港澳居民来往内地通行证是 H 或 M 加 8 位数字", Taiwan: "台湾居民来往大陆通行证是 8 位数字",
		Passport: "护照号是 6 到 9 位字母和数字", Network: "网号是 16 位以上的字母和数字"}[kind]
	switch {
	case shape != nil && !shape.MatchString(n):
		return Identity{}, errs.Field("id_number", ask)
	case shape != nil, kind == Foreigner && oldForeigner.MatchString(n):
		return Identity{Number: paperWords[kind] + " " + n}, nil
	case kind == Foreigner:
		return foreigner(n, today)
	case science.MatchString(n):
		return Identity{}, errs.Field("id_number", "Excel 把证件号变成了科学计数：请先把这一列设成“文本”，再重新填")
	}
	return ParseIDNumber(n, today, demo)
}

// foreigner reads the 18 digits of the card for foreigners: 9, two digits of a province, three of a country, birth, sequence and check.
func foreigner(n string, today clock.Day) (Identity, error) {
	if len(n) != 18 || strings.Trim(n[:17], "0123456789") != "" || n[0] != '9' || !strings.Contains(provinces, " "+n[1:3]+" ") {
		return Identity{}, errs.Field("id_number", "外国人永久居留身份证是 9 开头的 18 位数字，旧证是 3 个字母加 12 位数字")
	}
	if n[17] != idCheck(n[:17]) {
		return Identity{}, errs.Field("id_number", "证件号校验不对，请再看一遍")
	}
	id, err := born(n, today)
	id.Number = paperWords[Foreigner] + " " + n
	return id, err
}

// born reads birth and sex of 18 digits whose check is right.
func born(n string, today clock.Day) (Identity, error) {
	birth, err := clock.ParseDay(n[6:10] + "-" + n[10:12] + "-" + n[12:14])
	if err != nil || birth < 19000101 || birth > today {
		return Identity{}, errs.Field("id_number", "身份证号里的出生日期不对")
	}
	sex := Female
	if n[16]%2 == 1 {
		sex = Male
	}
	return Identity{Number: n, BirthDay: birth, Sex: sex}, nil
}

// spoilt tells of 18 digits what a spreadsheet does to them, or what is wrong with their check.
func spoilt(n string) string {
	if len(n) == 18 && (strings.HasSuffix(n, "000") || strings.HasSuffix(n, "0020")) {
		return "身份证号校验不对：Excel 把超过 15 位的数字后三位变成了 0。请先把这一列设成“文本”，再重新填"
	}
	return "身份证号校验不对，请再看一遍"
}

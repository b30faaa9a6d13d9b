// Package telephone reads telephone numbers of the mainland as people write them: mobile ones, to which a message can be sent, and
// landlines, which can only be called.
package telephone

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Between parts the numbers of one field.
const Between = "、"

// demoStart starts the mobile numbers that belong to nobody: allowed in demo mode alone.
const demoStart = "129"

// mostPhones is how many numbers of a person are kept: his own, and one where he can be asked for.
const mostPhones = 2

var (
	landline  = regexp.MustCompile(`^(010|02\d|0[3-9]\d{2})(\d{7,8})$`)
	service   = regexp.MustCompile(`^[48]00\d{7}$`)
	extension = regexp.MustCompile(`^(.*?)(?:转|分机|EXT\.?|X|\*|#)\s*(\d{1,6})$`)
	trailing  = regexp.MustCompile(`^((?:\(?0\d{2,3}\)?[-\s]*)\d{7,8})-(\d{1,6})$`)
	mobile    = regexp.MustCompile(`^1\d{10}$`)
	bare      = regexp.MustCompile(`^\d{7,8}$`)
)

// ParseMobile reads a mobile number of 11 digits, to which a message can be sent; spaces, dashes, wide digits and the code of the country
// do not matter. A refusal is the error of field phone.
func ParseMobile(written string, demo bool) (string, error) {
	n := national(written)
	if !mobile.MatchString(n) {
		if landline.MatchString(n) || bare.MatchString(n) {
			return "", errs.Field("phone", "这里要手机号：固定电话收不到短信")
		}
		return "", errs.Field("phone", "手机号是 11 位数字")
	}
	if strings.HasPrefix(n, demoStart) && demo {
		return n, nil
	}
	if n[1] < '3' {
		return "", errs.Field("phone", "没有这样的手机号段，请再看一遍")
	}
	return n, nil
}

// national folds a number and takes the code of the country off.
func national(written string) string {
	n := strings.NewReplacer("(", "", ")", "", ".", "").Replace(spelling.Digits(written))
	for _, code := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(n, code); ok && (mobile.MatchString(rest) || code == "+86" || code == "0086") {
			return rest
		}
	}
	return n
}

// Parse reads one number on which somebody can be called: a mobile one, or a landline with its area code and perhaps an
// extension, which is stored as 0479-5221234转801.
func Parse(written string, demo bool) (string, error) {
	plain := strings.ToUpper(width.Fold.String(strings.TrimSpace(spelling.Seen(written))))
	plain, inner := strings.NewReplacer("—", "-", "–", "-", "－", "-", "−", "-").Replace(plain), ""
	for _, shape := range []*regexp.Regexp{extension, trailing} {
		if m := shape.FindStringSubmatch(plain); m != nil && inner == "" && !mobile.MatchString(national(plain)) {
			plain, inner = m[1], m[2]
		}
	}
	n := national(plain)
	if len(n) > 3 && n[0] != '0' && n[0] != '1' && strings.HasPrefix(spelling.Digits(plain), "+86") {
		n = "0" + n // +86 479 …: abroad the zero of the area code falls away
	}
	if m := landline.FindStringSubmatch(n); m != nil {
		n = m[1] + "-" + m[2]
	} else if service.MatchString(n) {
		inner = ""
	} else if bare.MatchString(n) {
		return "", errs.Field("phone", "固定电话请带区号，如 0479-5221234")
	} else {
		return ParseMobile(n, demo)
	}
	if inner != "" {
		n += "转" + inner
	}
	return n, nil
}

// ParseAll reads the numbers of one field, at most two: 13900000000/0479-5221234. They are stored with 、 between, the first is
// the person's own.
func ParseAll(written string, demo bool) (string, error) {
	var out []string
	for _, part := range telephones(written) {
		n, err := Parse(part, demo)
		if err != nil {
			return "", err
		}
		out = append(out, n)
	}
	if len(out) > mostPhones {
		return "", errs.Field("phone", "最多登记两个电话")
	}
	return strings.Join(out, Between), nil
}

// telephones parts a field; a space parts numbers that are whole on both sides of it.
func telephones(written string) (out []string) {
	for _, part := range strings.FieldsFunc(written, func(r rune) bool { return strings.ContainsRune("、/／,，;；|\n或和", r) }) {
		words := strings.Fields(part)
		whole := len(words) > 1
		for _, w := range words {
			whole = whole && (mobile.MatchString(national(w)) || landline.MatchString(national(w)))
		}
		if !whole {
			words = []string{part}
		}
		for _, w := range words {
			if w = strings.TrimSpace(w); w != "" {
				out = append(out, w)
			}
		}
	}
	return out
}

// Dial is what a device dials: the first of the numbers, its extension after a pause.
func Dial(numbers string) string {
	first, _, _ := strings.Cut(numbers, Between)
	return strings.Replace(first, "转", ",", 1)
}

// Mask keeps of each number the first three digits and the last four: 138****0001; of a landline the area code and the last two.
func Mask(phone string) string {
	if phone == "" {
		return ""
	}
	parts := strings.Split(phone, Between)
	for i, n := range parts {
		area, number, ok := strings.Cut(n, "-")
		switch {
		case ok && len(number) > 2:
			number, _, _ = strings.Cut(number, "转")
			parts[i] = area + "-****" + number[len(number)-2:]
		case len(n) == 11:
			parts[i] = n[:3] + "****" + n[7:]
		default:
			parts[i] = strings.Repeat("*", len(n))
		}
	}
	return strings.Join(parts, Between)
}

package person

import (
	"strings"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Identity is what a citizen's identity number says about its holder.
type Identity struct {
	Number   string // 18 characters, X upper case
	BirthDay clock.Day
	Sex      string
}

// provinces are the first two digits that GB/T 2260 knows.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

// demoProvince and demoPhone start the identities that belong to nobody: allowed in demo mode alone.
const (
	demoProvince = "19"
	demoPhone    = "129"
)

// ParseIDNumber reads a citizen's identity number by GB 11643: 6 digits of a division, the day of birth, 3 of sequence (odd for men)
// and the check character of ISO 7064 MOD 11-2. Nobody is born after today. Spaces and wide digits do not matter. A refusal is the
// error of field id_number.
func ParseIDNumber(written string, today clock.Day, demo bool) (Identity, error) {
	n := spelling.Digits(written)
	refused := func(why string) (Identity, error) { return Identity{}, errs.Field("id_number", why) }
	if len(n) != 18 || strings.Trim(n[:17], "0123456789") != "" || !strings.Contains("0123456789X", n[17:]) {
		return refused("身份证号是 18 位，最后一位可以是 X")
	}
	if n[17] != idCheck(n[:17]) {
		return refused("身份证号校验不对，请再看一遍")
	}
	if province := n[:2]; !strings.Contains(provinces, " "+province+" ") && (!demo || province != demoProvince) {
		return refused("身份证号开头的地区代码不存在")
	}
	birth, err := clock.ParseDay(n[6:10] + "-" + n[10:12] + "-" + n[12:14])
	if err != nil || birth < 19000101 || birth > today {
		return refused("身份证号里的出生日期不对")
	}
	sex := Female
	if n[16]%2 == 1 {
		sex = Male
	}
	return Identity{Number: n, BirthDay: birth, Sex: sex}, nil
}

// idCheck is the check character of ISO 7064 MOD 11-2 over 17 digits.
func idCheck(n string) byte {
	p := 0
	for i := range n {
		p = (p + int(n[i]-'0')) * 2 % 11
	}
	return "10X98765432"[p]
}

// ParsePhone reads a mobile number of 11 digits; spaces, hyphens, wide digits and +86 do not matter. A refusal is the error of field phone.
func ParsePhone(written string, demo bool) (string, error) {
	n := strings.TrimPrefix(spelling.Digits(written), "+86")
	if len(n) != 11 || strings.Trim(n, "0123456789") != "" {
		return "", errs.Field("phone", "手机号是 11 位数字")
	}
	if strings.HasPrefix(n, demoPhone) && demo {
		return n, nil
	}
	if n[0] != '1' || n[1] < '3' {
		return "", errs.Field("phone", "没有这样的手机号段，请再看一遍")
	}
	return n, nil
}

// MaxName is the longest name, in characters: names of thirty and more exist.
const MaxName = 60

// nameProblem says what is wrong with a name in its stored form, or "".
func nameProblem(name string) string {
	switch {
	case len([]rune(name)) > MaxName:
		return "姓名太长"
	case spelling.Fault(name) != "":
		return spelling.Fault(name)
	case !spelling.Letters(name):
		return "请填姓名"
	}
	return ""
}

// MaskName keeps the first character: 娜***.
func MaskName(name string) string {
	r := []rune(name)
	if len(r) == 0 {
		return ""
	}
	return string(r[0]) + strings.Repeat("*", max(1, min(len(r)-1, 3)))
}

// MaskPhone keeps the first three digits and the last four: 138****0001.
func MaskPhone(phone string) string {
	if len(phone) != 11 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + "****" + phone[7:]
}

// MaskIDNumber keeps the province and the last two characters.
func MaskIDNumber(number string) string {
	if len(number) != 18 {
		return strings.Repeat("*", len(number))
	}
	return number[:2] + strings.Repeat("*", 14) + number[16:]
}

// AgeOn gives full years on a day, by the Shanghai calendar; −1 when the day of birth is unknown.
func AgeOn(birth, day clock.Day) int {
	if birth == 0 {
		return -1
	}
	years := int(day/10000 - birth/10000)
	if day%10000 < birth%10000 {
		years--
	}
	return years
}

// Ages of the rules for minors.
const (
	registrable = 6  // younger children are not registered as volunteers
	attended    = 10 // younger ones serve only beside a guardian
	childhood   = 14 // younger: sensitive personal information, consent of a guardian (个人信息保护法 art. 28, 31)
	Adult       = 18
)

// MinorRule says what holds for a volunteer of this age: below 6 refused; 6–9 a guardian consents and is present; 10–17 a guardian
// consents. 志愿服务条例 art. 15 (fit to age) names no ages: these are this system's own convention. Unknown age (−1) counts as adult here;
// who needs the age for sure asks for it.
func MinorRule(age int) (refuse, needsConsent, needsPresence bool) {
	known := age >= 0
	return known && age < registrable, known && age < Adult, known && age < attended
}

// today is the day of a transaction's one instant.
func today(at time.Time) clock.Day { return clock.DayOf(at) }

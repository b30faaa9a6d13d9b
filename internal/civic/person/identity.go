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

// demoProvince starts the numbers that belong to nobody: allowed in demo mode alone.
const demoProvince = "19"

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
		return refused(spoilt(n))
	}
	if province := n[:2]; !strings.Contains(provinces, " "+province+" ") && (!demo || province != demoProvince) {
		return refused("身份证号开头的地区代码不存在")
	}
	return born(n, today)
}

// idCheck is the check character of ISO 7064 MOD 11-2 over 17 digits.
func idCheck(n string) byte {
	p := 0
	for i := range n {
		p = (p + int(n[i]-'0')) * 2 % 11
	}
	return "10X98765432"[p]
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

// MaskIDNumber keeps the province and the last two characters; of another paper its word, and as much of its number.
func MaskIDNumber(number string) string {
	word, n, other := strings.Cut(number, " ")
	switch {
	case other && len(n) > 5:
		return word + " " + n[:2] + strings.Repeat("*", len(n)-4) + n[len(n)-2:]
	case other || len(number) != 18:
		return strings.Repeat("*", len([]rune(number)))
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

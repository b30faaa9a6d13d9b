package spelling

import "testing"

// What one person is called, in all the ways in which it comes, is one stored form where that is sure, and one key.
func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"王　芳": "王芳", "王 芳": "王芳", " 王\u00a0 芳\u200b": "王芳", "古丽.买买提": "古丽·买买提", "古丽 · 买买提": "古丽·买买提",
		"古丽．买买提": "古丽·买买提", "古丽⋅买买提": "古丽·买买提", "古丽•买买提": "古丽·买买提", "古丽●买买提": "古丽·买买提",
		"古丽･买买提": "古丽·买买提", "古丽﹒买买提": "古丽·买买提", "古丽 . 买买提": "古丽·买买提", "Ｂａｔ　Ｂｏｌｄ": "Bat Bold",
		"B．Bold": "B.Bold", "J. Smith": "J. Smith", "王⽟": "王玉", "陈\ue863": "陈䶮", "葛\U000e0100": "葛", "李〇": "李〇",
		"王\U0002ebf0": "王\U0002ebf0", "ᠲᠤᠶ\u180eᠠ": "ᠲᠤᠶ\u180eᠠ", "ᠠ\u202fᠶᠢᠨ": "ᠠ\u202fᠶᠢᠨ", "王\u200d芳": "王芳",
		"Бат Болд": "Бат Болд", "·王·": "王", "王\u202e芳": "王芳", "e\u0301": "é",
	} {
		got := Name(in)
		if got != want || Name(got) != got {
			t.Errorf("%+q: %+q, then %+q, want %+q", in, got, Name(got), want)
		}
		if !Same(in, want) {
			t.Errorf("%+q and %+q: %q %q", in, want, Key(in), Key(want))
		}
		if why := Fault(got); why != "" {
			t.Errorf("%s: %s", got, why)
		}
	}
	if Same("王芳", "王方") || !Same("古丽买买提", "古丽·买买提") || !Same("BAT BOLD", "Batbold") {
		t.Error("the key")
	}
	for _, bad := range []string{"王(大)", "王1", "张三/李四", "\uf123", "王?"} {
		if Fault(Name(bad)) == "" {
			t.Errorf("%q passes", bad)
		}
	}
}

// A code means the same however it was typed, pasted or scanned.
func TestCode(t *testing.T) {
	for _, in := range []string{"8F3K-2M7Q", "８ｆ３ｋ２ｍ７ｑ", "8F3K－2M7Q。", "\u200b8f3k 2m7q\r\n", "8F3K—2M7Q", "https://x.cn/verify/8F3K-2M7Q",
		"8F3K–2M7Q，", "https://x.cn/verify/8F3K2M7Q/?from=singlemessage#a", "8F3K_2M7Q", "8F3K‐2M7Q"} {
		if got := Code(in); got != "8F3K2M7Q" {
			t.Errorf("%+q: %q", in, got)
		}
	}
	for in, want := range map[string]string{"９９６７９７": "996797", "+８６ 139－0000—0001": "+8613900000001",
		"\u202d13900000001\u202c": "13900000001"} {
		if got := Digits(in); got != want {
			t.Errorf("%+q: %q", in, got)
		}
	}
}

package clock

import "testing"

// A day and a time mean the same in all the ways in which people and spreadsheets write them.
func TestReadDay(t *testing.T) {
	for _, s := range []string{"1980-01-31", "1980/1/31", "1980.1.31", "1980年1月31日", "1980年01月31号", "19800131", "1980-01-31 00:00:00",
		"１９８０－１－３１", "一九八〇年一月三十一日", "1980 年 1 月 31 日", "1980/1/31 0:00", "1980年1月31日 星期四", "1980—1—31"} {
		if d, ok := ReadDay(s); !ok || d != 19800131 {
			t.Errorf("%s: %v %v", s, d, ok)
		}
	}
	for _, s := range []string{"", "01-31-80", "31/1/1980", "1980-02-30", "1980-13-01", "198001", "1980-01-31 08:00", "1980", "1980-01-311",
		"今天"} {
		if d, ok := ReadDay(s); ok {
			t.Errorf("%s: %v", s, d)
		}
	}
}

func TestReadTime(t *testing.T) {
	for _, s := range []string{"2025-01-31 15:30", "2025/1/31 15:30", "2025/1/31 15:30:00", "2025-01-31T15:30", "2025年1月31日 下午3:30",
		"2025年1月31日下午3点半", "2025年1月31日15时30分", "2025-1-31 15：30", "20250131 15:30", "2025/1/31 3:30 PM", "2025.1.31 15:30", "二〇二五年一月三十一日下午三点半",
		"2025年1月31日星期五 15:30"} {
		got, ok := ReadTime(s)
		if !ok || got.Format("2006-01-02 15:04:05") != "2025-01-31 15:30:00" {
			t.Errorf("%s: %v %v", s, got, ok)
		}
	}
	if got, ok := ReadTime("2025-01-31 24:00"); !ok || got.Format("2006-01-02 15:04") != "2025-02-01 00:00" {
		t.Error(got, ok)
	}
	for _, s := range []string{"", "2025-01-31", "2025-01-31 25:00", "2025-01-31 9:60", "15:30", "2025-02-29 9:00", "2025-01-31 24:01"} {
		if got, ok := ReadTime(s); ok {
			t.Errorf("%s: %v", s, got)
		}
	}
}

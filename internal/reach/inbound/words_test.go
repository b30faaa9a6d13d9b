package inbound

import (
	"testing"

	"linli/internal/reach/batch"
)

// A line of each kind is told in its own words; of a person only the masked name.
func TestWords(t *testing.T) {
	values := map[string]any{"name": "曾娜仁", "day": "2026-10-03", "service": "s1", "rating": int64(4), "title": "助老", "unit": "社区",
		"minutes": int64(90)}
	for kind, want := range map[string]string{batch.Person: "曾**", batch.Evaluation: "2026-10-03 服务 s1：4 分",
		batch.Commendation: "2026-10-03　助老　社区",
		batch.Service:      "2026-10-03　助老　90 分钟　社区", batch.Training: "2026-10-03　助老　90 分钟　社区"} {
		if got := words(batch.Line{Kind: kind, Values: values}); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
	for n, want := range map[int]string{0: "", 1: "一", 2: "一二", 3: "一二", 4: "一二"} {
		if got := clip("一二", n); got != want {
			t.Errorf("%d of two: %s", n, got)
		}
	}
}

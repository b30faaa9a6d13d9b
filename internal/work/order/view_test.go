package order

import (
	"strings"
	"testing"

	"linli/internal/work/catalogue"
)

// A group chat learns the service, the community and the address of the page, and nothing that anybody wrote or that tells who asks.
func TestCall(t *testing.T) {
	d := DeskOrder{Item: catalogue.Item{Name: "送餐上门"}, Place: "第一嘎查", Phone: "129****0001"}
	d.ID, d.Title, d.Detail.Detail, d.Recipient, d.Needed = 7, "给王奶奶送饭", "眼睛不好", "王桂兰", 2
	text := d.call(t.Context(), "https://linli.example")
	for _, want := range []string{"送餐上门", "第一嘎查", "2 人", "https://linli.example/my/tasks/7"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %s", text, want)
		}
	}
	for _, never := range []string{d.Title, d.Detail.Detail, d.Recipient, d.Phone} {
		if strings.Contains(text, never) {
			t.Errorf("%q tells %s", text, never)
		}
	}
}

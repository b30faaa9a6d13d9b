package ui

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"linli/internal/platform/linked"
	"linli/internal/platform/linked/linkedtest"
)

// A title that would end the data and begin a script stays a title.
func TestDocumentEndsWhereItEnds(t *testing.T) {
	ctx, p := context.Background(), &Page{Base: "https://linli.example"}
	ctx = With(ctx, p)
	const title = `</script><script>alert(1)</script> <!-- 𠮷 ᠪᠠᠲᠤ & ]]> `
	Describe(ctx, func(base string) linked.Event {
		e := linked.Activity(base + "/activities/1")
		e.Name = title
		return e
	})
	var b strings.Builder
	if err := Layout("活动").Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(b.String(), "</head>")
	docs := linkedtest.InPage(head)
	if len(docs) != 1 || strings.Contains(head, "alert(1)</") || strings.Count(head, "<!--") != 0 {
		t.Fatalf("%d documents in\n%s", len(docs), head)
	}
	var e linked.Event
	if err := json.Unmarshal(docs[0], &e); err != nil || e.Name != title || e.ID != "https://linli.example/activities/1" {
		t.Errorf("%+v, %v", e, err)
	}
}

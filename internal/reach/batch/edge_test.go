package batch_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/area/areatest"
	"linli/internal/reach/batch"
)

// Just those roles get through each door of which matrix.txt says so.
func TestDoors(t *testing.T) { areatest.Doors(t, nil, nil, batch.Routes) }

// What the format is, is a promise to other programs: each field of each kind with its limits and words.
func TestSchemasStand(t *testing.T) {
	var out bytes.Buffer
	for _, kind := range []string{"line", "header", "person", "service", "training", "commendation", "evaluation", "signature"} {
		out.Write(batch.Schema(kind))
	}
	if batch.Schema("horse") != nil {
		t.Error("there is a schema of what there is not")
	}
	const path = "testdata/schemas.txt"
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || !bytes.Equal(want, out.Bytes()) {
		t.Errorf("%s is not what the schemas say now (%v); if that is meant, run go test -update", path, err)
	}
}

// Each field takes what is just within its limits, alone and in the writer, and no more.
func TestLimitsOfFields(t *testing.T) {
	n := 0
	for _, l := range sound() {
		kind := fmt.Sprint(l["kind"])
		for _, g := range batch.Groups {
			for _, f := range g.Fields {
				_, written := l[f.Name]
				if g.Kind != kind || !written || f.Pattern != nil || f.Const != "" || f.Codes != nil {
					continue
				}
				for good, values := range map[bool][]any{true: {f.Least, f.Most}, false: {f.Least - 1, f.Most + 1}} {
					for _, v := range values {
						if !f.Number {
							v = strings.Repeat("长", int(max(1, v.(int64))))
							if !good && v == "长" {
								continue
							}
						}
						changed := without(l, "kind")
						changed[f.Name] = v
						if _, err := batch.Pack(kind, changed); (err == nil) != good {
							t.Errorf("%s.%s %v: %v", kind, f.Name, v, err)
						}
						n++
					}
				}
			}
		}
	}
	if n < 60 {
		t.Errorf("%d values only", n)
	}
}

// The kit takes what stands just on the edge of a rule of several fields, and names what stands just behind it.
func TestEdgesOfRules(t *testing.T) {
	made := "2026-11-23T09:00:00+08:00"
	put := func(at int, pairs ...any) func([]line) {
		return func(l []line) {
			for i := 0; i < len(pairs); i += 2 {
				l[at-1][pairs[i].(string)] = pairs[i+1]
			}
		}
	}
	for name, c := range map[string]struct {
		change func([]line)
		want   string
	}{
		"made a day ahead":           {put(1, "made_at", "2026-11-25T17:00:00+08:00"), ""},
		"made a second more ahead":   {put(1, "made_at", "2026-11-25T17:00:01+08:00"), "1 made_at"},
		"to on the day it was made":  {put(1, "to", "2026-11-23"), ""},
		"to before from":             {put(1, "from", "2026-11-23", "to", "2026-11-22"), "1 to"},
		"born on the day it is made": {put(3, "birth_day", "2026-11-23"), ""},
		"born a day later":           {put(3, "birth_day", "2026-11-24"), "3 birth_day"},
		"a number and no birthday":   {func(l []line) { delete(l[1], "birth_day") }, ""},
		"a number and no sex":        {func(l []line) { delete(l[1], "sex") }, ""},
		"a birthday and no number":   {func(l []line) { delete(l[1], "id_number") }, ""},
		"a man's number, a woman":    {put(2, "sex", "female"), "2 sex"},
		"as long as from to to":      {put(4, "minutes", 90), ""},
		"a minute longer":            {put(4, "minutes", 91), "4 minutes"},
		"a second short of it":       {put(4, "ended_at", "2026-10-08T10:29:59+08:00"), "4 minutes"},
		"ends when it is made":       {put(5, "ended_at", made), ""},
		"ends a second later":        {put(5, "ended_at", "2026-11-23T09:00:01+08:00"), "5 ended_at"},
		"on the first day":           {put(6, "day", "2026-10-01"), ""},
		"on the day before":          {put(6, "day", "2026-09-30"), "6 day"},
		"on the last day":            {put(6, "day", "2026-11-22"), ""},
		"on the day after":           {put(6, "day", "2026-11-23"), "6 day"},
		"changed when it is made":    {put(6, "changed_at", made), ""},
		"changed a second later":     {put(6, "changed_at", "2026-11-23T09:00:01+08:00"), "6 changed_at"},
		"the worst rating":           {put(10, "rating", 1), ""},
		"no rating":                  {put(10, "rating", 0), "10 rating"},
		"X at the end of a number":   {put(2, "id_number", "11010519900307002X", "birth_day", "1990-03-07"), "2 id_number"},
		"a right X":                  {put(2, "id_number", "11010519491231002X", "birth_day", "1949-12-31", "sex", "female"), ""},
	} {
		lines := copies()
		c.change(lines)
		want := strings.Fields(c.want)
		if c.want != "" {
			want = []string{c.want}
		}
		found := check(t, sign(t, lines))
		if name == "to before from" { // then no day is within
			found = found[:min(1, len(found))]
		}
		if !slices.Equal(found, want) {
			t.Errorf("%s: %v, want %v", name, found, want)
		}
	}
}

// A line may have so many bytes and no more; a check names so many faults and says that it stopped.
func TestLimitsOfFiles(t *testing.T) {
	long := func(n int) string {
		const frame = len(`{"kind":""}` + "\n")
		return `{"kind":"` + strings.Repeat("x", n-frame) + `"}` + "\n"
	}
	for n, want := range map[int]string{batch.MaxLine: "没有这一种：xxxx", batch.MaxLine + 1: "一行不能超过 16384 字节",
		batch.MaxLine + 2: "一行不能超过 16384 字节", batch.MaxLine + 9: "一行不能超过 16384 字节"} {
		r, err := batch.Check(strings.NewReader(long(n)+"{}\n"), now, nil)
		if err != nil || !strings.HasPrefix(r.Violations[0].Words, want) || r.More != (n > batch.MaxLine+2) || r.Good() {
			t.Errorf("%d bytes: %.60v %v %v", n, r.Violations[0].Words, r.More, err)
		}
	}
	for n, more := range map[int]bool{batch.MaxViolations - 1: false, batch.MaxViolations + 1: true} {
		r, err := batch.Check(strings.NewReader(strings.Repeat("{\"x\":1}\n", n)), now, nil)
		if err != nil || r.More != more || len(r.Violations) != min(n, batch.MaxViolations) {
			t.Errorf("%d faults: %d named, more %v, %v", n, len(r.Violations), r.More, err)
		}
	}
	r, err := batch.Check(strings.NewReader(""), now, nil)
	if err != nil || len(r.Violations) != 1 || r.Violations[0].Words != "文件是空的" || r.Violations[0].Line != 1 || r.Lines != 0 {
		t.Errorf("an empty file: %+v %v", r, err)
	}
	r, err = batch.Check(bytes.NewReader(sign(t, sound())), now, nil)
	if err != nil || r.Lines != 12 || r.Header.N != 1 || !r.Good() || r.Header.Number("persons") != 2 || r.Header.Text("persons") != "" {
		t.Errorf("%+v %v", r, err)
	}
}

// How the numbers of the header and the faults of several lines are said.
func TestWordsOfTheKit(t *testing.T) {
	lines := copies()
	lines[0]["services"], lines[4]["minutes"], lines[4]["day"] = 3, 91, "2026-11-21"
	r, err := batch.Check(bytes.NewReader(sign(t, lines)), now, nil)
	var said []string
	for _, v := range r.Violations {
		said = append(said, fmt.Sprintf("%d %s %s", v.Line, v.Field, v.Words))
	}
	want := []string{"1 services 开头写的是 3，实际有 2 行", "5 day 不是开始的那天", "5 minutes 比开始到结束还长"}
	if err != nil || !slices.Equal(said, want) {
		t.Errorf("%q %v", said, err)
	}
	lines = slices.Delete(copies(), 3, 4)
	lines = slices.Insert(lines, 1, sound()[3])
	r, err = batch.Check(bytes.NewReader(sign(t, lines)), now, nil)
	if err != nil || len(r.Violations) < 2 || r.Violations[0].Words != "本批里没有这个人：p1" || r.Violations[1].Line != 3 ||
		r.Violations[1].Words != "个人基本信息要在志愿服务情况前面" {
		t.Errorf("%+v %v", r.Violations, err)
	}
}

// One bad value does not hold up a batch: it is left out, or said not to be there, where words may stand.
func TestFit(t *testing.T) {
	for _, c := range []struct {
		kind, name string
		v, want    any
	}{
		{"service", "title", "送饭", "送饭"}, {"service", "title", "", "未填写"}, {"service", "title", "两\n行", "未填写"},
		{"service", "place", "两\n行", ""}, {"service", "minutes", int64(0), int64(0)}, {"service", "region", "x", "x"},
		{"service", "state", "x", "x"}, {"person", "phone", "x", ""}, {"person", "sex", "x", ""}, {"person", "sex", "male", "male"},
	} {
		if got := batch.Fit(c.kind, c.name, c.v); got != c.want {
			t.Errorf("%s.%s %q becomes %q", c.kind, c.name, c.v, got)
		}
	}
	for want, fields := range map[string]map[string]any{
		"batch: no nickname in evaluation":    {"nickname": "x"},
		"batch: evaluation without id":        {"rating": 3},
		"batch: evaluation.rating要在 1 到 5 之间": {"rating": 6},
	} {
		if _, err := batch.Pack("evaluation", fields); err == nil || err.Error() != want {
			t.Errorf("%v: %v", fields, err)
		}
	}
	if _, err := batch.Pack("horse", nil); err == nil || err.Error() != "batch: no kind horse" {
		t.Error(err)
	}
	packed, err := batch.Pack("training", without(sound()[6], "kind"))
	l, wrong := batch.Unpack(packed)
	if err != nil || wrong != nil || l.Kind != "training" || l.Text("title") != "上岗培训" || l.Number("minutes") != 60 ||
		!bytes.Equal(l.JSON, packed) {
		t.Errorf("%+v %v %v", l, err, wrong)
	}
	if _, err := batch.Unpack([]byte("{")); err == nil {
		t.Error("half a line is read")
	}
}

// The page names each file of the format, and each is given; nothing else is.
func TestFilesOfTheFormat(t *testing.T) {
	var want []string
	for _, kind := range []string{"line", "header", "person", "service", "training", "commendation", "evaluation", "signature"} {
		want = append(want, batch.SchemaName(kind))
	}
	vectors, err := os.ReadDir("vectors")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range vectors {
		want = append(want, e.Name())
	}
	page := ask(t, "/schemas")
	for _, name := range want {
		rec := ask(t, "/schemas/"+name)
		wantType := "text/plain; charset=utf-8"
		body, err := os.ReadFile("vectors/" + name)
		if strings.HasSuffix(name, ".json") {
			kind := strings.TrimSuffix(strings.TrimPrefix(name, "linli-exchange-1."), ".json")
			wantType, body, err = "application/schema+json", batch.Schema(kind), nil
		}
		if err != nil || rec.Code != 200 || rec.Header().Get("Content-Type") != wantType || !bytes.Equal(rec.Body.Bytes(), body) {
			t.Errorf("%s: %d %s %v", name, rec.Code, rec.Header().Get("Content-Type"), err)
		}
		if !strings.Contains(page.Body.String(), `"/schemas/`+name+`"`) {
			t.Errorf("the page does not lead to %s", name)
		}
	}
	for _, how := range []string{"整数，1 到 1440", "文字，最多 120 个字", "male 男，female 女", "Ed25519", "18 位居民身份证号码，校验码相符"} {
		if !strings.Contains(page.Body.String(), how) {
			t.Errorf("the page does not say %s", how)
		}
	}
	for _, name := range []string{"linli-exchange-1.horse.json", "linli-exchange-1..json", "batch", "vectors"} {
		if rec := ask(t, "/schemas/"+name); rec.Code != 404 {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
}

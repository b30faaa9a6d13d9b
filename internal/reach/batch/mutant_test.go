package batch_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/reach/batch"
)

// mutant is one change of a sound batch with the place that the kit must name. A loose one makes other lines wrong too: what cannot be
// read is neither counted nor in the digest, and nobody may lean on it.
type mutant struct {
	name  string
	file  []byte
	line  int
	field string
	loose bool
}

// found says whether the kit named the place, and nothing before it but a count of the header.
func (m mutant) found(list []string) bool {
	want := strings.TrimSpace(fmt.Sprintf("%d %s", m.line, m.field))
	if !m.loose {
		return slices.Equal(list, []string{want})
	}
	for _, v := range list {
		if v == want {
			return true
		}
		if !strings.HasPrefix(v, "1 ") {
			return false
		}
	}
	return false
}

func copies() []line {
	out := sound()
	for i := range out {
		out[i] = maps.Clone(out[i])
	}
	return out
}

// values changes each field of each line in each way that its kind allows.
func values(t *testing.T) (out []mutant) {
	for at, l := range sound() {
		kind := fmt.Sprint(l["kind"])
		for _, name := range slices.Sorted(maps.Keys(l)) {
			for what, v := range spoilt(name, l[name]) {
				lines := copies()
				lines[at][name] = v
				leant := kind == "header" || name == "kind" || name == "id" || name == "person" // what other lines lean on
				out = append(out, mutant{fmt.Sprintf("%d %s.%s %s", at+1, kind, name, what), sign(t, lines), at + 1, name, leant})
			}
		}
		lines := copies()
		lines[at]["nickname"] = "x"
		out = append(out, mutant{fmt.Sprintf("%d unknown field", at+1), sign(t, lines), at + 1, "nickname", true})
	}
	return out
}

// spoilt are wrong values in place of a right one.
func spoilt(name string, v any) map[string]any {
	if n, ok := v.(int); ok {
		return map[string]any{"as text": fmt.Sprint(n), "below": -1, "above": 10000000}
	}
	out := map[string]any{"empty": "", "as number": 7, "a control": fmt.Sprint(v) + "\u0007", "a mark of direction": "\u202e" + fmt.Sprint(v),
		"too long": strings.Repeat("长", 401), "a blank before": " " + fmt.Sprint(v), "what could not be read": "\ufffd"}
	switch name {
	case "from", "to", "day", "birth_day", "registered_on":
		out["no such day"], out["other writing"] = "2026-02-30", "2026/11/01"
	case "made_at", "started_at", "ended_at", "changed_at":
		out["no such hour"], out["another zone"] = "2026-11-01T25:00:00+08:00", "2026-11-01T09:00:00Z"
	case "platform", "sex", "ground", "category", "confirmation", "state":
		out["no such code"] = "other"
	case "region":
		out["a short code"] = "1501050"
	case "phone":
		out["words"] = "问邻居"
	case "id_number":
		out["a wrong check digit"], out["no such day of birth"] = "110105199003070012", "110105199002300019"
	case "format", "label":
		out["another"] = "linli-exchange/9"
	}
	return out
}

// together changes what fields say together, with other lines, and with the clock.
func together(t *testing.T) (out []mutant) {
	add := func(name string, n int, field string, change func([]line) []line) {
		out = append(out, mutant{name, sign(t, change(copies())), n, field, true})
	}
	put := func(at int, field string, v any) func([]line) []line {
		return func(l []line) []line {
			l[at-1][field] = v
			return l
		}
	}
	add("made in the future", 1, "made_at", put(1, "made_at", "2026-11-26T09:00:00+08:00"))
	add("to after the day it was made", 1, "to", put(1, "to", "2026-11-24"))
	add("born in the future", 3, "birth_day", put(3, "birth_day", "2027-01-01"))
	add("another birthday than the number", 2, "birth_day", put(2, "birth_day", "1990-03-08"))
	add("another sex than the number", 2, "sex", put(2, "sex", "female"))
	add("ends before it begins", 4, "ended_at", put(4, "ended_at", "2026-10-08T08:00:00+08:00"))
	add("ends when it begins", 4, "ended_at", put(4, "ended_at", "2026-10-08T09:00:00+08:00"))
	add("longer than from to to", 4, "minutes", put(4, "minutes", 91))
	add("another day than its begin", 4, "day", put(4, "day", "2026-10-09"))
	add("ends after the batch was made", 5, "ended_at", put(5, "ended_at", "2026-11-23T09:00:01+08:00"))
	for at := 2; at <= 11; at++ {
		add(fmt.Sprintf("%d changed after the batch was made", at), at, "changed_at", put(at, "changed_at", "2026-11-23T09:00:01+08:00"))
	}
	for at := 6; at <= 11; at++ {
		add(fmt.Sprintf("%d before the days of the batch", at), at, "day", put(at, "day", "2026-09-30"))
		add(fmt.Sprintf("%d after the days of the batch", at), at, "day", put(at, "day", "2026-11-23"))
	}
	for at := 4; at <= 11; at++ {
		add(fmt.Sprintf("%d nobody of the batch", at), at, "person", put(at, "person", "p9"))
	}
	add("no service of the batch", 10, "service", put(10, "service", "s9"))
	add("another's service", 10, "person", put(10, "service", "s2"))
	for at := 3; at <= 11; at += 2 {
		add(fmt.Sprintf("%d id of the line before", at), at, "id", func(l []line) []line { l[at-1]["id"] = l[at-2]["id"]; return l })
	}
	for _, field := range []string{"persons", "services", "trainings", "commendations", "evaluations"} {
		add(field+" one too many", 1, field, put(1, field, 3))
		add(field+" one too few", 1, field, put(1, field, 1))
	}
	for at, field := range map[int]string{7: "trainings", 9: "commendations", 11: "evaluations"} {
		add(field+" a line less", 1, field, func(l []line) []line { return slices.Delete(l, at-1, at) })
	}
	return out
}

// order puts lines where they may not stand.
func order(t *testing.T) (out []mutant) {
	add := func(name string, lines []line, n int, field string, loose bool) {
		out = append(out, mutant{name, sign(t, lines), n, field, loose})
	}
	for at := 2; at <= 11; at++ {
		lines := copies()
		add(fmt.Sprintf("%d twice", at), slices.Insert(lines, at, lines[at-1]), at+1, "id", true)
		lines = copies()
		add(fmt.Sprintf("%d a second header", at), slices.Insert(lines, at, lines[0]), at+1, "kind", false)
	}
	for at := 3; at <= 9; at += 2 { // the last of a group behind the first of the next
		lines := copies()
		lines[at-1], lines[at] = lines[at], lines[at-1]
		add(fmt.Sprintf("%d and %d changed places", at, at+1), lines, at+1, "kind", false)
	}
	lines := copies()
	out = append(out, mutant{"no header", sign(t, lines[1:]), 1, "kind", true})
	return out
}

// raw spoils the bytes of each line.
func raw(t *testing.T) (out []mutant) {
	file := sign(t, sound())
	rows := bytes.SplitAfter(file, []byte("\n"))
	rows = rows[:len(rows)-1]
	end := len(rows)
	for at := 1; at <= end; at++ {
		text := bytes.TrimSuffix(rows[at-1], []byte("\n"))
		for name, c := range map[string]struct{ text, field string }{
			"cut":                {string(text[:len(text)/2]), ""},
			"latin":              {strings.Replace(string(text), `"kind"`, "\"\xe9\":1,\"kind\"", 1), ""},
			"a name twice":       {`{"kind":"x",` + string(text[1:]), "kind"},
			"an object in it":    {`{"extra":{},` + string(text[1:]), "extra"},
			"a list in it":       {`{"extra":[1],` + string(text[1:]), "extra"},
			"null":               {`{"extra":null,` + string(text[1:]), "extra"},
			"true":               {`{"extra":true,` + string(text[1:]), "extra"},
			"a fraction":         {`{"extra":1.5,` + string(text[1:]), "extra"},
			"an exponent":        {`{"extra":1e2,` + string(text[1:]), "extra"},
			"something after it": {string(text) + ",", ""},
			"a list":             {"[" + string(text) + "]", ""},
			"empty":              {"", ""},
			"too long":           {`{"extra":"` + strings.Repeat("x", batch.MaxLine) + `",` + string(text[1:]), ""},
		} {
			if at == 1 && (name == "a list" || name == "empty") {
				continue // then it is a table, and no table either: below
			}
			change := slices.Clone(rows)
			change[at-1] = []byte(c.text + "\n")
			out = append(out, mutant{fmt.Sprintf("line %d %s", at, name), bytes.Join(change, nil), at, c.field, true})
		}
		out = append(out, mutant{fmt.Sprintf("the file ends before line %d", at), bytes.Join(rows[:at-1], nil), at,
			map[bool]string{true: "", false: "kind"}[at == 1], true})
	}
	for name, data := range map[string]string{"a mark of order": "\xef\xbb\xbf" + string(file), "a list": "[" + string(file),
		"UTF-16":              "\xff\xfe{\x00",
		"an empty line first": "\n" + string(file), "words": "各位好\n"} {
		m := mutant{name, []byte(data), 1, "", true}
		if !strings.HasPrefix(data, "\xef") {
			r, err := batch.Check(strings.NewReader(data), now, nil)
			if err != nil || len(r.Violations) == 0 || r.Violations[0].Line != 1 {
				t.Errorf("%s: %+v %v", name, r, err)
			}
			continue
		}
		out = append(out, m)
	}
	return out
}

// signature changes the signature, and what was signed.
func signature(t *testing.T) (out []mutant) {
	file := string(sign(t, sound()))
	last := file[strings.LastIndex(strings.TrimSuffix(file, "\n"), "\n")+1:]
	body := strings.TrimSuffix(file, last)
	change := func(name, data string, n int, field string) {
		if data == file {
			t.Fatalf("%s changes nothing", name)
		}
		out = append(out, mutant{name, []byte(data), n, field, true})
	}
	swap := func(name, field, from, to string) { change(name, body+strings.Replace(last, from, to, 1), 12, field) }
	swap("another algorithm", "alg", "Ed25519", "RSA")
	swap("another batch", "batch", "B-20261123-1", "B-20261123-2")
	swap("a short digest", "digest", `"digest":"`, `"digest":"0`)
	swap("no digest", "digest", `"digest":`, `"digests":`)
	swap("a short key", "key", `"key":"`, `"key":"A`)
	swap("no key", "key", `"key":`, `"keys":`)
	swap("no signature", "signature", `"signature":`, `"signatures":`)
	swap("no base64", "signature", `"signature":"`, `"signature":"*`)
	at := strings.Index(last, `"signature":"`) + len(`"signature":"`)
	for i := range 20 { // a bit of the signature, and of the key
		c := map[bool]string{true: "B", false: "A"}[last[at+i] == 'A']
		change(fmt.Sprintf("signature character %d", i), body+last[:at+i]+c+last[at+i+1:], 12, "signature")
		k := strings.Index(last, `"key":"`) + len(`"key":"`) + i
		c = map[bool]string{true: "B", false: "A"}[last[k] == 'A']
		change(fmt.Sprintf("key character %d", i), body+last[:k]+c+last[k+1:], 12, "signature")
	}
	change("signed twice", file+last, 13, "kind")
	change("a line behind the signature", file+strings.Replace(strings.Split(body, "\n")[1], `"p1"`, `"p8"`, 1)+"\n", 13, "kind")
	for from, to := range map[string]string{"王主任": "李主任", `"minutes":90`: `"minutes":89`, `"rating":5`: `"rating":4`, "ᠪᠠᠲᠤ": "ᠪᠠᠲ",
		`"state":"void"`: `"state":"counted"`, "赛罕区民政局": "新城区民政局"} {
		change("after signing "+from, strings.Replace(file, from, to, 1), 12, "digest")
	}
	rows := strings.SplitAfter(file, "\n")
	rows[1], rows[2] = rows[2], rows[1]
	change("two lines changed places after signing", strings.Join(rows, ""), 12, "digest")
	return out
}

// Every change of a sound batch is named by its line and field, more than 300 of them; and the sound one is sound, with spaces too.
func TestMutants(t *testing.T) {
	if found := check(t, sign(t, sound())); len(found) > 0 {
		t.Fatal(found)
	}
	if found := check(t, bytes.ReplaceAll(sign(t, sound()), []byte(`,"`), []byte(` , "`))); len(found) > 0 {
		t.Errorf("with spaces: %v", found)
	}
	list := slices.Concat(values(t), together(t), order(t), raw(t), signature(t))
	missed := 0
	for _, m := range list {
		if found := check(t, m.file); !m.found(found) {
			t.Errorf("%s: %d %q was to be named, and not %v", m.name, m.line, m.field, found)
			if missed++; missed > 20 {
				t.Fatal("and more")
			}
		}
	}
	if len(list) < 300 {
		t.Errorf("%d changes only", len(list))
	}
	t.Logf("%d changes", len(list))
}

// Each change of a table's line is named by the same line as in JSON Lines, one further for the names of the columns.
func TestTable(t *testing.T) {
	file := string(write(t, sound(), true))
	rows := strings.SplitAfter(file, "\n")
	for name, c := range map[string]struct{ data, want string }{
		"a column more":      {strings.Replace(file, "kind,", "kind,nickname,", 1), "1 nickname"},
		"a column twice":     {strings.Replace(file, "kind,", "kind,kind,", 1), "1 kind"},
		"no kind":            {strings.Replace(file, "kind,", "", 1), "1 kind"},
		"a cell more":        {strings.Replace(file, rows[4], strings.TrimSuffix(rows[4], "\n")+",x\n", 1), "5"},
		"a number in words":  {strings.Replace(file, ",90,", ",九十,", 1), "5 minutes"},
		"an open quote":      {strings.Replace(file, "王主任", "\"王主任", 1), "5"},
		"another name":       {strings.Replace(file, "王主任", "李主任", 1), "13 digest"},
		"cut":                {strings.Join(rows[:8], ""), "9 kind"},
		"no such category":   {strings.Replace(file, "elderly_disabled", "elderly", 1), "5 category"},
		"a mark in a number": {strings.Replace(file, ",90,", ",+90,", 1), "5 minutes"},
	} {
		found := check(t, []byte(c.data))
		if i := slices.IndexFunc(found, func(v string) bool { return !strings.HasPrefix(v, "2 ") }); i < 0 || found[i] != c.want {
			t.Errorf("%s: %q was to be named, and not %v", name, c.want, found)
		}
	}
}

// A schema takes what the kit takes of a line alone and refuses what it refuses.
func TestSchema(t *testing.T) {
	schemas := schemasOf(t)
	n := 0
	for at, l := range sound() {
		if err := schemas(l); err != nil {
			t.Errorf("line %d: %v", at+1, err)
		}
		for name, v := range l {
			for what, wrong := range spoilt(name, v) {
				changed := maps.Clone(l)
				changed[name] = wrong
				_, err := batch.Pack(fmt.Sprint(changed["kind"]), without(changed, "kind"))
				if got := schemas(changed); (got == nil) != (err == nil) && !beyond(what) {
					t.Errorf("%d %s %s: the schema says %v, the kit %v", at+1, name, what, got, err)
				}
				n++
			}
		}
	}
	if n < 300 {
		t.Errorf("%d values only", n)
	}
}

// beyond are what a schema does not know: calendars, check digits, invisible characters.
func beyond(what string) bool {
	return slices.Contains([]string{"empty", "no such day", "no such hour", "a wrong check digit", "no such day of birth", "a control",
		"a mark of direction",
		"what could not be read"}, what)
}

// Whoever is named only before the file ends is not given to each: a bad line is passed over, and the rest comes in its order.
func TestEach(t *testing.T) {
	lines := copies()
	lines[3]["rating"] = 1
	var got []string
	r, err := batch.Check(bytes.NewReader(sign(t, lines)), now, func(l batch.Line) error {
		got = append(got, l.Text("id"))
		return nil
	})
	if err != nil || len(r.Violations) == 0 || strings.Join(got, " ") != " p1 p2 s2 t1 t2 c1 c2 e1 e2" {
		t.Errorf("%q %+v %v", got, r, err)
	}
	if _, err := batch.Check(strings.NewReader(""), time.Time{}, nil); err != nil {
		t.Error(err)
	}
}

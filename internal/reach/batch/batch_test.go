package batch_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/internal/reach/batch"
)

var update = flag.Bool("update", false, "write the vectors anew")

// signer signs with a key that everybody knows.
type signer struct{ ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey  { return s.PrivateKey.Public().(ed25519.PublicKey) }
func (s signer) Sign(message []byte) []byte { return ed25519.Sign(s.PrivateKey, message) }

var key = signer{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))}

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// line is one line before it is written.
type line map[string]any

// changed is when the lines of the sound batch last changed.
const changed = "2026-11-20T10:00:00+08:00"

// sound is a batch with at least two lines of each group and every field.
func sound() []line {
	return []line{
		{"kind": "header", "format": batch.Format, "label": batch.Label, "batch": "B-20261123-1", "installation": "nmg-1", "platform": "national",
			"unit": "赛罕区民政局", "region": "150105000000", "from": "2026-10-01", "to": "2026-11-22", "made_at": "2026-11-23T09:00:00+08:00",
			"persons": 2, "services": 2, "trainings": 2, "commendations": 2, "evaluations": 2},
		{"kind": "person", "id": "p1", "name": "𠮷田 <b>&", "sex": "male", "birth_day": "1990-03-07", "id_number": "110105199003070017",
			"region": "150105001001", "phone": "13800138000", "skills": "=急救、\"包扎\"", "categories": "助老助残", "volunteer_no": "150105-2026-0001",
			"registered_on": "2026-01-05", "ground": "law", "changed_at": changed},
		{"kind": "person", "id": "p2", "name": "ᠪᠠᠲᠤ", "region": "150105001002", "ground": "consent", "changed_at": changed, "origin": "nmg-2/81",
			"sex": "female", "birth_day": "1988-01-01"},
		{"kind": "service", "id": "s1", "person": "p1", "title": "助老服务", "day": "2026-10-08", "place": "建兴社区", "content": "助老助残",
			"started_at": "2026-10-08T09:00:00+08:00", "ended_at": "2026-10-08T10:30:00+08:00", "minutes": 90, "unit": "建兴社区居委会",
			"leader": "王主任", "category": "elderly_disabled", "region": "150105001001", "confirmation": "both", "state": "counted",
			"changed_at": changed},
		{"kind": "service", "id": "s2", "person": "p2", "title": "清洁日", "day": "2026-11-22", "content": "环境保护",
			"started_at": "2026-11-22T23:00:00+08:00", "ended_at": "2026-11-23T00:30:00+08:00", "minutes": 80, "unit": "建兴社区居委会",
			"region": "150105001001", "state": "void", "changed_at": "2026-11-23T09:00:00+08:00"},
		{"kind": "training", "id": "t1", "person": "p1", "title": "急救员培训", "content": "心肺复苏", "minutes": 240, "unit": "红十字会",
			"day": "2026-10-01", "changed_at": changed},
		{"kind": "training", "id": "t2", "person": "p2", "title": "上岗培训", "minutes": 60, "unit": "建兴社区站", "day": "2026-10-02",
			"changed_at": changed},
		{"kind": "commendation", "id": "c1", "person": "p1", "title": "最美志愿者", "day": "2026-11-05", "unit": "旗委宣传部", "document": "旗宣〔2026〕5号",
			"changed_at": changed},
		{"kind": "commendation", "id": "c2", "person": "p2", "title": "优秀志愿者", "day": "2026-11-06", "unit": "建兴社区", "changed_at": changed},
		{"kind": "evaluation", "id": "e1", "person": "p1", "service": "s1", "rating": 5, "day": "2026-10-09", "changed_at": changed},
		{"kind": "evaluation", "id": "e2", "person": "p2", "service": "s2", "rating": 3, "day": "2026-11-22", "changed_at": changed},
	}
}

// sign gives the lines as JSON Lines with the signature over what they are, right or wrong; made here by hand, and not by the writer.
func sign(t *testing.T, lines []line) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, l := range lines {
		b, err := batch.Canonical(l)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	return closed(t, out.Bytes(), fmt.Sprint(lines[0]["batch"]))
}

// closed adds the signature to the bytes of the lines before it.
func closed(t *testing.T, before []byte, no string) []byte {
	t.Helper()
	last := fmt.Sprintf(`{"alg":"Ed25519","batch":%q,"digest":"%x","key":%q,"kind":"signature"}`, no, sha256.Sum256(before),
		base64.StdEncoding.EncodeToString(key.Public()))
	sig := base64.StdEncoding.EncodeToString(key.Sign([]byte(last)))
	return append(bytes.Clone(before), (strings.TrimSuffix(last, "}") + `,"signature":"` + sig + "\"}\n")...)
}

// check reads a file and says what is wrong as "line field".
func check(t *testing.T, file []byte) []string {
	t.Helper()
	r, err := batch.Check(bytes.NewReader(file), now, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, v := range r.Violations {
		if v.Words == "" {
			t.Errorf("no words for %d %s", v.Line, v.Field)
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s", v.Line, v.Field)))
	}
	return out
}

// write lets the writer write the same.
func write(t *testing.T, lines []line, table bool) []byte {
	t.Helper()
	var out bytes.Buffer
	header := maps.Clone(lines[0])
	delete(header, "kind")
	w, err := batch.NewWriter(&out, table, header)
	for _, l := range lines[1:] {
		fields := maps.Clone(l)
		delete(fields, "kind")
		if err == nil {
			err = w.Add(fmt.Sprint(l["kind"]), fields)
		}
	}
	if err == nil {
		err = w.Close(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The writer's file is the one made by hand, byte by byte; the table says the same and bears the same signature; both are sound.
func TestWriter(t *testing.T) {
	file, table := write(t, sound(), false), write(t, sound(), true)
	if want := sign(t, sound()); !bytes.Equal(file, want) {
		t.Errorf("the writer's file:\n%s\nby hand:\n%s", file, want)
	}
	for name, data := range map[string][]byte{"batch.jsonl": file, "batch.csv": table,
		"table with a mark of order": append([]byte("\xef\xbb\xbf"), table...)} {
		if found := check(t, data); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
	a, _ := batch.Check(bytes.NewReader(file), now, nil)
	b, _ := batch.Check(bytes.NewReader(table), now, nil)
	if a.Digest != b.Digest || a.Key != b.Key || a.Digest == "" || a.Batch != "B-20261123-1" {
		t.Errorf("file %+v, table %+v", a, b)
	}
	vector(t, "batch.jsonl", file)
	vector(t, "batch.csv", table)
	pub, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	vector(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pub}))
}

// vector compares a published file with what is made now.
func vector(t *testing.T, name string, want []byte) {
	t.Helper()
	path := filepath.Join("vectors", name)
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what is published: %v", name, err)
	}
}

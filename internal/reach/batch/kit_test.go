package batch_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"linli/internal/reach/batch"
)

func without(l line, name string) map[string]any {
	out := maps.Clone(map[string]any(l))
	delete(out, name)
	return out
}

// schemasOf reads the published schemas with a validator that is not ours, and gives what it says of a line.
func schemasOf(t *testing.T) func(line) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	for _, g := range batch.Groups {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(batch.Schema(g.Kind)))
		if err == nil {
			err = c.AddResource("https://x/schemas/"+batch.SchemaName(g.Kind), doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(batch.Schema("line")))
	if err == nil {
		err = c.AddResource("https://x/schemas/"+batch.SchemaName("line"), doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://x/schemas/" + batch.SchemaName("line"))
	if err != nil {
		t.Fatal(err)
	}
	return func(l line) error {
		b, err := json.Marshal(l)
		if err != nil {
			return err
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			return err
		}
		return s.Validate(v)
	}
}

// A second implementation, of shell and openssl, with jq and without, passes the vectors and refuses a changed one.
func TestShell(t *testing.T) {
	for _, tool := range []string{"openssl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatal(err) // scripts/setup installs it
		}
	}
	good, err := os.ReadFile("vectors/batch.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key := "vectors/key.pem"
	other := put("other.pem", []byte("-----BEGIN PUBLIC KEY-----\n"+
		"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"))
	for name, c := range map[string]struct {
		file, key, env string
		good           bool
	}{
		"the vector":                {"vectors/batch.jsonl", key, "", true},
		"the vector, without jq":    {"vectors/batch.jsonl", key, "NO_JQ=1", true},
		"with spaces":               {put("spaces", bytes.ReplaceAll(good, []byte(`,"`), []byte(` , "`))), key, "", true},
		"a changed minute":          {put("minute", bytes.Replace(good, []byte(`"minutes":90`), []byte(`"minutes":91`), 1)), key, "", false},
		"a changed minute, no jq":   {put("minute2", bytes.Replace(good, []byte(`"minutes":90`), []byte(`"minutes":91`), 1)), key, "NO_JQ=1", false},
		"a line less":               {put("less", bytes.Replace(good, good[:bytes.IndexByte(good, '\n')+1], nil, 1)), key, "", false},
		"a changed line of the end": {put("end", bytes.Replace(good, []byte(`"alg":"Ed25519","batch":"B`), []byte(`"alg":"Ed25519","batch":"C`), 1)), key, "", false},
		"another's key":             {"vectors/batch.jsonl", other, "", false},
	} {
		cmd := exec.Command("vectors/batch-verify.sh", c.file, c.key)
		cmd.Env = append(os.Environ(), c.env)
		if out, err := cmd.CombinedOutput(); (err == nil) != c.good {
			t.Errorf("%s: %v\n%s", name, err, strings.TrimSpace(string(out)))
		}
	}
}

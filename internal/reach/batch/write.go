package batch

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
)

// Signer signs; the signing key of an installation is one.
type Signer interface {
	Public() ed25519.PublicKey
	Sign(message []byte) []byte
}

// Writer writes a batch line by line, as a table or as JSON Lines.
type Writer struct {
	out   io.Writer
	table *csv.Writer
	batch string
	sum   hash.Hash
	line  int
}

// NewWriter begins a batch; header is the first line without its kind, format and label.
func NewWriter(out io.Writer, table bool, header map[string]any) (*Writer, error) {
	w := &Writer{out: out, sum: sha256.New()}
	if table {
		w.table = csv.NewWriter(out)
		if err := w.table.Write(Columns); err != nil {
			return nil, err
		}
	}
	header = maps.Clone(header)
	header["format"], header["label"] = Format, Label
	w.batch, _ = header["batch"].(string)
	return w, w.Add(Head, header)
}

// Add writes one line. A field that is empty is left out; one that breaks a rule of its own is refused, for nobody would take it.
func (w *Writer) Add(kind string, fields map[string]any) error {
	line, err := Pack(kind, fields)
	if err != nil {
		return err
	}
	return w.Put(line)
}

// Put writes a line as Pack made it.
func (w *Writer) Put(line []byte) error {
	w.line++
	w.sum.Write(line)
	w.sum.Write([]byte("\n"))
	return w.write(line)
}

// Close writes the signature.
func (w *Writer) Close(by Signer) error {
	fields := map[string]any{"kind": Signature, "alg": "Ed25519", "batch": w.batch, "digest": w.Digest(),
		"key": base64.StdEncoding.EncodeToString(by.Public())}
	message, err := Canonical(fields)
	if err != nil {
		return err
	}
	fields["signature"] = base64.StdEncoding.EncodeToString(by.Sign(message))
	line, err := Canonical(fields)
	if err == nil {
		err = w.write(line)
	}
	if err == nil && w.table != nil {
		w.table.Flush()
		err = w.table.Error()
	}
	return err
}

// Digest is that of the lines so far.
func (w *Writer) Digest() string { return hex.EncodeToString(w.sum.Sum(nil)) }

func (w *Writer) write(line []byte) error {
	if w.table == nil {
		_, err := w.out.Write(append(line, '\n'))
		return err
	}
	found, bad := parse(line)
	if bad != nil {
		return errors.New("batch: " + bad.words)
	}
	return w.table.Write(row(found))
}

// Pack makes the canonical form of a line of its fields: texts and whole numbers, empty texts left out.
func Pack(kind string, fields map[string]any) ([]byte, error) {
	g := groupOf(kind)
	if g == nil {
		return nil, errors.New("batch: no kind " + kind)
	}
	found := map[string]any{"kind": kind}
	for name, v := range fields {
		if v == "" {
			continue
		}
		f := g.field(name)
		if f == nil {
			return nil, fmt.Errorf("batch: no %s in %s", name, kind)
		}
		if n, ok := v.(int); ok {
			v = int64(n)
		}
		if words := f.judge(v); words != "" {
			return nil, fmt.Errorf("batch: %s.%s%s", kind, name, words)
		}
		found[name] = v
	}
	for _, f := range g.Fields {
		if _, ok := found[f.Name]; !ok && f.Needed {
			return nil, fmt.Errorf("batch: %s without %s", kind, f.Name)
		}
	}
	return Canonical(found)
}

// Fit gives a value as a line may have it: one that breaks a rule of its field is left out, or, where the field is needed, replaced by
// words that say so, so that one bad value does not hold up all others.
func Fit(kind, name string, v any) any {
	f := groupOf(kind).field(name)
	switch words := f.judge(v); {
	case words == "":
		return v
	case f.Needed && !f.Number && f.Pattern == nil && f.Codes == nil:
		return "未填写"
	case f.Needed:
		return v // Pack refuses it
	}
	return ""
}

// Unpack reads a line that Pack made.
func Unpack(line []byte) (Line, error) {
	found, bad := parse(line)
	if bad != nil {
		return Line{}, errors.New("batch: " + bad.words)
	}
	l := Line{Values: found, JSON: bytes.Clone(line)}
	l.Kind = l.Text("kind")
	return l, nil
}

// verified says whether the signature of a line of signature holds over its other fields.
func verified(l Line) bool {
	rest := maps.Clone(l.Values)
	delete(rest, "signature")
	message, err1 := Canonical(rest)
	key, err2 := base64.StdEncoding.Strict().DecodeString(l.Text("key"))
	sig, err3 := base64.StdEncoding.Strict().DecodeString(l.Text("signature"))
	return errors.Join(err1, err2, err3) == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, sig)
}

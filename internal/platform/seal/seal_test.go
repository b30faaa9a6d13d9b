package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/platform/errs"
)

const place = "person/id_number/7"

// each runs test on fresh keys in a directory, once for each suite.
func each(t *testing.T, test func(t *testing.T, dir string, k *Keys)) {
	for _, suite := range []string{International, SM} {
		t.Run(suite, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "keys")
			if err := Init(dir, suite); err != nil {
				t.Fatal(err)
			}
			test(t, dir, open(t, dir))
		})
	}
}

func open(t *testing.T, dir string) *Keys {
	t.Helper()
	k, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func mustOpen(t *testing.T, k *Keys, sealed []byte, want string) {
	t.Helper()
	if got, err := k.OpenText(sealed, place); err != nil || got != want {
		t.Errorf("opens to %q, %v; want %q", got, err, want)
	}
}

func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, dir string, k *Keys) {
		const plain = "190101199001010014"
		sealed := k.SealText(plain, place)
		mustOpen(t, k, sealed, plain)
		mustOpen(t, open(t, dir), sealed, plain)
		if bytes.Contains(sealed, []byte(plain)) || bytes.Equal(sealed, k.SealText(plain, place)) {
			t.Error("the ciphertext shows its text")
		}
		if k.SealText("", place) != nil {
			t.Error("empty text is not nil")
		}
		mustOpen(t, k, nil, "")
		if empty, err := k.Open(k.Seal(nil, place), place); err != nil || len(empty) != 0 {
			t.Errorf("nothing opens to %x, %v", empty, err)
		}
	})
}

func TestOpensNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, _ string, k *Keys) {
		sealed := k.SealText("13900000000", At("person", "phone", 7))
		for _, ad := range []string{At("person", "phone", 8), At("person", "phone2", 7), At("order", "phone", 7), ""} {
			if got, err := k.OpenText(sealed, ad); !errors.Is(err, ErrSealed) || got != "" {
				t.Errorf("opens at %q: %q, %v", ad, got, err)
			}
		}
	})
}

func TestAlteredDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, _ string, k *Keys) {
		sealed := k.SealText("乌兰", place)
		for i := range sealed {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1
			if _, err := k.Open(bad, place); !errors.Is(err, ErrSealed) {
				t.Errorf("byte %d altered: %v", i, err)
			}
			if _, err := k.Open(sealed[:i], place); !errors.Is(err, ErrSealed) {
				t.Errorf("cut to %d bytes: %v", i, err)
			}
		}
		if _, err := Ephemeral().Open(sealed, place); !errors.Is(err, ErrSealed) {
			t.Errorf("other keys: %v", err)
		}
	})
}

func TestRotation(t *testing.T) {
	each(t, func(t *testing.T, dir string, k *Keys) {
		serving := open(t, dir) // another process that does not know of the rotation
		old, oldSigner, message := k.SealText("旧", place), k.Signer(), []byte("记录")
		blind, mac := k.Blind("phone", "139"), k.MAC("audit", message)
		if err := k.Rotate(); err != nil {
			t.Fatal(err)
		}
		fresh := k.SealText("新", place)
		if bytes.Equal(old[:headerSize], fresh[:headerSize]) {
			t.Error("the old key still seals")
		}
		signer := k.Signer()
		signature := signer.Sign(message)
		if signer.ID() == oldSigner.ID() {
			t.Error("the old key still signs")
		}
		if !serving.Verify(signer.ID(), message, signature) {
			t.Error("a serving process does not learn of the new signer")
		}
		for _, k := range []*Keys{k, open(t, dir), serving} {
			mustOpen(t, k, old, "旧")
			mustOpen(t, k, fresh, "新")
			if !k.Verify(oldSigner.ID(), message, oldSigner.Sign(message)) {
				t.Error("the old signature no longer holds")
			}
			if !bytes.Equal(k.Blind("phone", "139"), blind) || !bytes.Equal(k.MAC("audit", message), mac) {
				t.Error("rotation changed a blind index or a MAC")
			}
		}
		list := open(t, dir).List()
		if len(list) != 2 || list[0].Active || !list[1].Active || list[1].ID != signer.ID() || list[0].ID != oldSigner.ID() {
			t.Errorf("%+v", list)
		}
		if public, err := base64.StdEncoding.DecodeString(list[1].Public); err != nil || !bytes.Equal(public, signer.Public()) {
			t.Errorf("public key %x, %v", public, err)
		}
	})
}

func TestStaleProcessRotates(t *testing.T) {
	each(t, func(t *testing.T, dir string, a *Keys) {
		b := open(t, dir)
		if err := errors.Join(a.Rotate(), b.Rotate(), a.Rotate()); err != nil {
			t.Fatal(err)
		}
		if list := open(t, dir).List(); len(list) != 4 {
			t.Errorf("%d generations after three rotations", len(list))
		}
	})
}

func TestBlindAndMAC(t *testing.T) {
	each(t, func(t *testing.T, _ string, k *Keys) {
		seen := map[string]string{}
		for what, value := range map[string][]byte{
			"phone 139":  k.Blind("phone", "139"),
			"id 139":     k.Blind("id", "139"),
			"phone 138":  k.Blind("phone", "138"),
			"phone1 39":  k.Blind("phone1", "39"),
			"mac":        k.MAC("phone", []byte("139")),
			"mac other":  k.MAC("code", []byte("139")),
			"other keys": Ephemeral().Blind("phone", "139"),
		} {
			if other, dup := seen[string(value)]; dup || len(value) != 32 {
				t.Errorf("%s: %x, also %s", what, value, other)
			}
			seen[string(value)] = what
		}
		if !bytes.Equal(k.Blind("phone", "139"), k.Blind("phone", "139")) {
			t.Error("a blind index is not stable")
		}
	})
}

// TestStoredForms holds what old databases depend on: fixed secrets must for ever give these values.
func TestStoredForms(t *testing.T) {
	for suite, want := range map[string]struct{ id, blind, mac, sealed string }{
		International: {
			"939d8c99", "3aaebd04ac948e6a860d80e80223c1a34f4ee45e8432b8c3f980e39b757d4e05",
			"aab6648096766c013a416a7f01b3c96efc6870a23f8b7ad1d0ef1d4a47b66503",
			"01939d8c99be61d4e5536819518aaf6eda34448b5948a582c4a0c6a76269a8cb72acb1ea1198d9",
		},
		SM: {
			"5db95cc7", "5b9a05e9229663d5681dcae88fab0e2acfc2bd60aa25a0be3c46a40cc63ca5ad",
			"fd2d327d3e3f5bc83843b4fe4124af438848b1e9910bcb93d074c72c5621dd29",
			"025db95cc77862bfe230fc293d58d11b077cc7788d34fd9963e199bee348e7c9f663ef560328ff",
		},
	} {
		f := keyFile{Suite: suite, Secret: bytes.Repeat([]byte{1}, secretSize), Root: bytes.Repeat([]byte{2}, secretSize)}
		r, err := newRing([]keyFile{f})
		if err != nil {
			t.Fatal(err)
		}
		k := keysOf("", r)
		got := []string{k.Signer().ID(), hex.EncodeToString(k.Blind("phone", "139")), hex.EncodeToString(k.MAC("audit", []byte("x")))}
		if fmt.Sprint(got) != fmt.Sprint([]string{want.id, want.blind, want.mac}) {
			t.Errorf("%s: %q", suite, got)
		}
		sealed, _ := hex.DecodeString(want.sealed)
		if text, err := k.OpenText(sealed, place); err != nil || text != "邻里" {
			t.Errorf("%s: %q, %v; now it is %x", suite, text, err, k.SealText("邻里", place))
		}
	}
}

func TestSignatures(t *testing.T) {
	k := Ephemeral()
	s, message := k.Signer(), []byte("第 1 页")
	signature := s.Sign(message)
	if !k.Verify(s.ID(), message, signature) {
		t.Error("a good signature does not verify")
	}
	if k.Verify(s.ID(), []byte("第 2 页"), signature) || k.Verify("00000000", message, signature) || k.Verify(s.ID(), message, nil) {
		t.Error("a bad signature verifies")
	}
}

func TestKeyFiles(t *testing.T) {
	each(t, func(t *testing.T, dir string, k *Keys) {
		if err := k.Rotate(); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%v, %v", entries, err)
		}
		for _, e := range entries {
			if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
				t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
			}
		}
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("directory: %v, %v", info.Mode(), err)
		}

		path := filepath.Join(dir, "key-0001.json")
		before, _ := os.ReadFile(path)
		if err := Init(dir, International); errs.KindOf(err) != errs.Conflict {
			t.Errorf("Init over keys: %v", err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Error("Init touched the keys")
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil {
			t.Error("a key file that others may read was accepted")
		}
	})
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
	if err := Init(t.TempDir(), "rot13"); errs.KindOf(err) != errs.Invalid {
		t.Errorf("unknown suite: %v", err)
	}
}

func TestNothingPrintsKeys(t *testing.T) {
	each(t, func(t *testing.T, dir string, k *Keys) {
		r := k.ring.Load()
		seed, err := derive(r.suite, r.files[0].Secret, "signature", ed25519.SeedSize)
		if err != nil {
			t.Fatal(err)
		}
		secrets := [][]byte{r.files[0].Secret, r.files[0].Root, r.indexKey, r.macKey, seed}
		path := filepath.Join(dir, "key-0001.json")
		text, _ := os.ReadFile(path)
		for _, broken := range [][]byte{text[:len(text)-5], bytes.Replace(text, []byte(`"secret": "`), []byte(`"secret": "AAAA`), 1)} {
			if err := os.WriteFile(path, broken, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir)
			if err == nil {
				t.Fatal("a broken key file was accepted")
			}
			var said strings.Builder
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				fmt.Fprintf(&said, verb+verb+verb, k, k.Signer(), struct {
					keys   *Keys
					signer Signer
				}{k, k.Signer()})
			}
			said.WriteString(err.Error())
			for _, s := range secrets {
				for _, form := range []string{string(s), hex.EncodeToString(s), base64.StdEncoding.EncodeToString(s),
					strings.Trim(fmt.Sprint(s), "[]")} {
					if strings.Contains(said.String(), form) {
						t.Errorf("shows a secret: %s", said.String())
					}
				}
			}
		}
	})
}

func TestExport(t *testing.T) {
	const passphrase = "草原上的一百只羊和马群"
	each(t, func(t *testing.T, _ string, k *Keys) {
		if _, err := k.Export("short"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a short passphrase: %v", err)
		}
		old := k.SealText("旧", place)
		if err := k.Rotate(); err != nil {
			t.Fatal(err)
		}
		exported, err := k.Export(passphrase + "。")
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "restored")
		if err := Import(dir, passphrase+"！", exported); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a wrong passphrase: %v", err)
		}
		if err := Import(dir, passphrase+"。", exported[:len(exported)/2]); errs.KindOf(err) != errs.Invalid {
			t.Errorf("half a file: %v", err)
		}
		if err := Import(dir, passphrase+"。", exported); err != nil {
			t.Fatal(err)
		}
		restored := open(t, dir)
		mustOpen(t, restored, old, "旧")
		mustOpen(t, restored, k.SealText("新", place), "新")
		if !bytes.Equal(restored.Blind("phone", "139"), k.Blind("phone", "139")) {
			t.Error("the blind index is another one")
		}
		if err := Import(dir, passphrase+"。", exported); errs.KindOf(err) != errs.Conflict {
			t.Errorf("Import over keys: %v", err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	k := Ephemeral()
	sealed := k.Seal([]byte("邻里"), place)
	f.Add(sealed, place)
	f.Add(sealed[:headerSize+nonceSize], place)
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, value []byte, ad string) {
		plain, err := k.Open(value, ad)
		if genuine := bytes.Equal(value, sealed) && ad == place; genuine != (err == nil) {
			t.Fatalf("Open(%x, %q) = %x, %v", value, ad, plain, err)
		}
	})
}

func BenchmarkSealOpen(b *testing.B) {
	for _, suite := range []string{International, SM} {
		k := ephemeral(suite)
		b.Run(suite, func(b *testing.B) {
			for b.Loop() {
				if _, err := k.Open(k.Seal([]byte("190101199001010014"), place), place); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A running process takes up a generation that another one has added.
func TestRefresh(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if err := Init(dir, International); err != nil {
		t.Fatal(err)
	}
	serving, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	command, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if fresh, err := serving.Refresh(); fresh || err != nil {
		t.Error("nothing was added", err)
	}
	if err := command.Rotate(); err != nil {
		t.Fatal(err)
	}
	if fresh, err := serving.Refresh(); !fresh || err != nil || serving.Active() != command.Active() || len(serving.List()) != 2 {
		t.Errorf("%v %v %v", fresh, err, serving.List())
	}
	if fresh, err := Ephemeral().Refresh(); fresh || err != nil {
		t.Error("keys without a folder", err)
	}
}

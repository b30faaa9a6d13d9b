package seal

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io/fs"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"linli/internal/platform/errs"
)

// MinPassphrase is the shortest passphrase for an export, in characters.
const MinPassphrase = 12

// exportLabel is bound to the ciphertext of an export and names the format and its costs: argon2id, 64 MiB, 3 passes.
const exportLabel = "linli keys 1"

type exportFile struct {
	Format string `json:"format"`
	Salt   []byte `json:"salt"`
	Data   []byte `json:"data"` // nonce and AES-256-GCM of all key files
}

// Export gives all keys in one file, encrypted under a passphrase, for keeping apart from the backups of the database. Without
// it, or the directory itself, no backup can be read again.
func (k *Keys) Export(passphrase string) ([]byte, error) {
	if utf8.RuneCountInString(passphrase) < MinPassphrase {
		return nil, errs.Field("passphrase", "口令至少要 12 个字")
	}
	plain, err := json.Marshal(k.ring.Load().files)
	if err != nil {
		return nil, err
	}
	f := exportFile{Format: exportLabel, Salt: random(16)}
	box, err := suites[0].aead(stretch(passphrase, f.Salt))
	if err != nil {
		return nil, err
	}
	nonce := random(nonceSize)
	f.Data = box.Seal(nonce, nonce, plain, []byte(exportLabel))
	return json.MarshalIndent(f, "", "  ")
}

// Import puts exported keys into dir, which must not hold any (Conflict). A wrong passphrase or an altered file is Invalid.
func Import(dir, passphrase string, exported []byte) error {
	files, err := decrypt(passphrase, exported)
	if err != nil {
		return err
	}
	if _, err := newRing(files); err != nil {
		return err
	}
	if _, err := load(dir); !errors.Is(err, fs.ErrNotExist) {
		return errs.Clash("这个目录里已经有密钥，不能覆盖")
	}
	for n := len(files); n > 0; n-- { // the first last: until it is there, the directory holds no keys
		if err := add(dir, n, files[n-1]); err != nil {
			return err
		}
	}
	return nil
}

// Imported gives the keys of an export without putting them anywhere.
func Imported(passphrase string, exported []byte) (*Keys, error) {
	files, err := decrypt(passphrase, exported)
	if err != nil {
		return nil, err
	}
	r, err := newRing(files)
	if err != nil {
		return nil, err
	}
	return keysOf("", r), nil
}

func decrypt(passphrase string, exported []byte) (files []keyFile, err error) {
	refused := errs.Field("passphrase", "口令不对，或者文件已损坏")
	var f exportFile
	if json.Unmarshal(exported, &f) != nil || f.Format != exportLabel || len(f.Data) < nonceSize {
		return nil, refused
	}
	box, err := suites[0].aead(stretch(passphrase, f.Salt))
	if err != nil {
		return nil, err
	}
	plain, err := box.Open(nil, f.Data[:nonceSize], f.Data[nonceSize:], []byte(exportLabel))
	if err != nil || json.Unmarshal(plain, &files) != nil || len(files) == 0 {
		return nil, refused
	}
	return files, nil
}

// stretch makes a guess of the passphrase cost about an eighth of a second and 64 MiB.
func stretch(passphrase string, salt []byte) []byte {
	return argon2.IDKey([]byte(passphrase), salt, 3, 64*1024, 1, sha256.Size)
}

package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"hash"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"

	"linli/internal/platform/errs"
)

// The two suites. Signatures are Ed25519 in both: the signed note of the public log knows no other kind.
const (
	International = "international" // AES-256-GCM, HMAC-SHA-256
	SM            = "sm"            // SM4-GCM, HMAC-SM3: GB/T 32907, GB/T 32905
)

// suite is the set of algorithms that a generation works with.
type suite struct {
	name    string
	code    byte // first byte of every sealed value; never reused
	keySize int
	block   func(key []byte) (cipher.Block, error)
	hash    func() hash.Hash
}

var suites = []*suite{
	{International, 1, 32, aes.NewCipher, sha256.New},
	{SM, 2, sm4.BlockSize, sm4.NewCipher, sm3.New},
}

func suiteNamed(name string) (*suite, error) {
	for _, s := range suites {
		if s.name == name {
			return s, nil
		}
	}
	return nil, errs.Field("suite", "算法套件只有 international 和 sm")
}

func (s *suite) aead(key []byte) (cipher.AEAD, error) {
	block, err := s.block(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

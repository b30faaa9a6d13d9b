// Package seal keeps secrets out of the database: field encryption, blind indexes, keyed values and signing keys. The keys lie
// in a directory of their own, never in the database and never in a backup of it (see Init, Rotate and Export).
//
// Three kinds of keys, all derived by HKDF from the random secrets in the key files:
//
//   - One field key and one signing key per generation. Rotate adds a generation: new values are sealed and signed with it, and
//     every older one still opens and verifies.
//   - One index key and one MAC key for the life of the installation, derived from the first file, so that rotation leaves every
//     blind index and chain value as it is. To change these two, start a new key directory and write every row anew: read it
//     with the old Keys, seal and index it with the new ones, in one transaction per table, while nobody writes.
//
// 个人信息保护法 §51(3) asks for encryption and de-identification; GB/T 39786 §8.4 is why a suite of national algorithms exists.
package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
)

// A sealed value is suite (1 byte) · key id (4) · nonce (12) · ciphertext · tag (16).
const (
	idSize     = 4
	headerSize = 1 + idSize
	nonceSize  = 12
)

// ErrSealed says that a value does not open: another key, another place, or altered. Which of them is never told.
var ErrSealed = errors.New("seal: value does not open here")

// Keys holds all generations of one installation. It is safe for concurrent use, and prints without its secrets.
type Keys struct {
	dir  string // "" for Ephemeral
	ring atomic.Pointer[ring]
}

// At names the place of a sealed field; a ciphertext moved to another table, column or row does not open there.
func At(table, column string, id int64) string { return fmt.Sprintf("%s/%s/%d", table, column, id) }

// Seal encrypts plain under the active key for the place ad (see At). One generation is good for 2³² values, because nonces are
// random: rotate well before.
func (k *Keys) Seal(plain []byte, ad string) []byte {
	g := k.ring.Load().active()
	out := make([]byte, headerSize+nonceSize, headerSize+nonceSize+len(plain)+g.aead.Overhead())
	header, nonce := out[:headerSize], out[headerSize:]
	copy(header, g.header[:])
	rand.Read(nonce) // never fails
	return g.aead.Seal(out, nonce, plain, bind(header, ad))
}

// Open decrypts what Seal made for the same place, with any generation; anything else is ErrSealed.
func (k *Keys) Open(sealed []byte, ad string) ([]byte, error) {
	if len(sealed) < headerSize+nonceSize {
		return nil, ErrSealed
	}
	header, nonce, body := sealed[:headerSize], sealed[headerSize:headerSize+nonceSize], sealed[headerSize+nonceSize:]
	g := k.find(func(g *generation) bool { return string(g.header[:]) == string(header) })
	if g == nil {
		return nil, ErrSealed
	}
	plain, err := g.aead.Open(nil, nonce, body, bind(header, ad))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// find gives the generation that matches, or nil. An unknown one may have been added by another process since we read the
// directory, so it is read once more.
func (k *Keys) find(matches func(*generation) bool) *generation {
	if g := k.ring.Load().find(matches); g != nil || k.reload() != nil {
		return g
	}
	return k.ring.Load().find(matches)
}

func (r *ring) find(matches func(*generation) bool) *generation {
	if i := slices.IndexFunc(r.generations, matches); i >= 0 {
		return r.generations[i]
	}
	return nil
}

// SealText is Seal for text. Empty text becomes nil, NULL in the database: whether something is there is not secret.
func (k *Keys) SealText(plain, ad string) []byte {
	if plain == "" {
		return nil
	}
	return k.Seal([]byte(plain), ad)
}

// OpenText is Open for what SealText made; nil opens to "".
func (k *Keys) OpenText(sealed []byte, ad string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := k.Open(sealed, ad)
	return string(plain), err
}

// Blind gives the 32-byte blind index of a value, equal for equal kind and value, through which an encrypted column is found
// and kept unique. The caller normalises (upper case, no spaces); kind ("phone", "id_number") keeps columns incomparable.
func (k *Keys) Blind(kind, normalised string) []byte {
	r := k.ring.Load()
	return r.keyed(r.indexKey, kind, []byte(normalised))
}

// MAC gives 32 bytes that only this installation can compute: chain values, codes derived from ids. Rotation does not change
// them; different purposes are independent of one another. Compare with hmac.Equal.
func (k *Keys) MAC(purpose string, data []byte) []byte {
	r := k.ring.Load()
	return r.keyed(r.macKey, purpose, data)
}

// keyed is HMAC over the length of the label, the label and the data, so that no label runs into its data.
func (r *ring) keyed(key []byte, label string, data []byte) []byte {
	mac := hmac.New(r.suite.hash, key)
	mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(label))))
	io.WriteString(mac, label)
	mac.Write(data)
	return mac.Sum(nil)
}

// bind is the associated data: the header as well as the place.
func bind(header []byte, ad string) []byte { return append(header[:headerSize:headerSize], ad...) }

// Format prints which keys these are, never the keys, under every verb.
func (k *Keys) Format(s fmt.State, _ rune) {
	g := k.ring.Load().active()
	fmt.Fprintf(s, "seal.Keys(%s, active %s)", g.suite.name, g.id())
}

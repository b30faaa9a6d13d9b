package seal

import (
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"linli/internal/platform/errs"
)

const secretSize = 32

// keyFile is one generation as it lies in the directory: key-0001.json, key-0002.json, … Files are only ever added, so that no
// rotation, however interrupted, can lose a key. The first one also holds the root of the index and MAC keys.
type keyFile struct {
	Suite   string    `json:"suite"`
	Created time.Time `json:"created"`
	Secret  []byte    `json:"secret"`
	Root    []byte    `json:"root,omitempty"`
}

// ring is what the files hold, with all keys derived. It never changes once made.
type ring struct {
	suite            *suite // of the index and MAC keys
	indexKey, macKey []byte
	generations      []*generation // oldest first; the last one is active
	files            []keyFile
}

type generation struct {
	header  [headerSize]byte // suite code and id, as they stand before every sealed value
	suite   *suite
	created time.Time
	aead    cipher.AEAD
	public  ed25519.PublicKey
	sign    func(message []byte) []byte // a function, because fmt would print a key through any pointer
}

// KeyInfo describes one generation without its secrets.
type KeyInfo struct {
	ID      string    `json:"id"` // 8 hex digits, derived from the key: the same wherever the key lies
	Suite   string    `json:"suite"`
	Created time.Time `json:"created"`
	Active  bool      `json:"active"`
	Public  string    `json:"public"` // Ed25519 public key, base64
}

// Init makes the first keys in dir, under the suite International or SM. A directory that holds keys is a Conflict and stays as
// it is.
func Init(dir, suite string) error {
	if _, err := suiteNamed(suite); err != nil {
		return err
	}
	return add(dir, 1, first(suite))
}

// Open reads the keys in dir. A directory without keys is fs.ErrNotExist; a key file that others may read is refused.
func Open(dir string) (*Keys, error) {
	r, err := load(dir)
	if err != nil {
		return nil, err
	}
	return keysOf(dir, r), nil
}

// Ephemeral makes keys that no file holds. Only tests use it.
func Ephemeral() *Keys { return ephemeral(International) }

func ephemeral(suite string) *Keys {
	r, err := newRing([]keyFile{first(suite)})
	if err != nil {
		panic(err) // only if our own algorithms refuse their own key sizes
	}
	return keysOf("", r)
}

func keysOf(dir string, r *ring) *Keys {
	k := &Keys{dir: dir}
	k.ring.Store(r)
	return k
}

// Rotate adds a generation and makes it the active one; all others still open. A serving process takes it up when it next asks Refresh,
// or when it meets the first value that was sealed with it.
func (k *Keys) Rotate() error {
	if err := k.reload(); err != nil {
		return err
	}
	old := k.ring.Load()
	next := generate(old.active().suite.name)
	r, err := newRing(append(slices.Clone(old.files), next))
	if err != nil {
		return err
	}
	if k.dir != "" {
		if err := add(k.dir, len(r.files), next); err != nil {
			return err
		}
	}
	k.ring.Store(r)
	return nil
}

// Refresh takes up generations that another process has added, and says whether there were any.
func (k *Keys) Refresh() (bool, error) {
	next := filepath.Join(k.dir, fileName(len(k.ring.Load().files)+1))
	if _, err := os.Stat(next); k.dir == "" || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return true, k.reload()
}

// Active describes the generation that seals and signs.
func (k *Keys) Active() KeyInfo {
	list := k.List()
	return list[len(list)-1]
}

// reload reads the directory again, if there is one.
func (k *Keys) reload() error {
	if k.dir == "" {
		return nil
	}
	r, err := load(k.dir)
	if err == nil {
		k.ring.Store(r)
	}
	return err
}

// List describes all generations, oldest first.
func (k *Keys) List() []KeyInfo {
	r := k.ring.Load()
	infos := make([]KeyInfo, len(r.generations))
	for i, g := range r.generations {
		infos[i] = KeyInfo{
			ID: g.id(), Suite: g.suite.name, Created: g.created, Active: g == r.active(),
			Public: base64.StdEncoding.EncodeToString(g.public),
		}
	}
	return infos
}

func generate(suite string) keyFile {
	return keyFile{Suite: suite, Created: time.Now().UTC().Truncate(time.Second), Secret: random(secretSize)}
}

func first(suite string) keyFile {
	f := generate(suite)
	f.Root = random(secretSize)
	return f
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

func fileName(n int) string { return fmt.Sprintf("key-%04d.json", n) }

// load reads key-0001.json and on, as far as they go.
func load(dir string) (*ring, error) {
	var files []keyFile
	for {
		f, err := readFile(filepath.Join(dir, fileName(len(files)+1)))
		if errors.Is(err, fs.ErrNotExist) && len(files) > 0 {
			return newRing(files)
		}
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		files = append(files, f)
	}
}

func readFile(path string) (f keyFile, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return f, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return f, fmt.Errorf("密钥文件 %s 别人也能读，请先 chmod 600", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return f, err
	}
	if json.Unmarshal(text, &f) != nil { // its error could quote the file
		return f, fmt.Errorf("密钥文件 %s 已损坏", path)
	}
	return f, nil
}

// add writes the nth key file of dir: complete or not at all, readable by its owner only, and never over another one.
func add(dir string, n int, f keyFile) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(text, '\n'))
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	err = os.Link(tmp.Name(), filepath.Join(dir, fileName(n)))
	if errors.Is(err, fs.ErrExist) {
		return errs.Clash("这个目录里已经有密钥，不能覆盖：" + filepath.Join(dir, fileName(n)))
	}
	return errors.Join(err, syncDir(dir))
}

// syncDir makes the new name survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func newRing(files []keyFile) (*ring, error) {
	s, err := suiteNamed(files[0].Suite)
	if err != nil {
		return nil, err
	}
	r := &ring{suite: s, files: files}
	if r.indexKey, err = derive(s, files[0].Root, "blind index", secretSize); err != nil {
		return nil, err
	}
	if r.macKey, err = derive(s, files[0].Root, "mac", secretSize); err != nil {
		return nil, err
	}
	for _, f := range files {
		g, err := newGeneration(f)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(r.generations, func(o *generation) bool { return o.header == g.header }) {
			return nil, fmt.Errorf("seal: two keys are named %s", g.id())
		}
		r.generations = append(r.generations, g)
	}
	return r, nil
}

func newGeneration(f keyFile) (*generation, error) {
	s, err := suiteNamed(f.Suite)
	if err != nil {
		return nil, err
	}
	g := &generation{suite: s, created: f.Created}
	id, err := derive(s, f.Secret, "key id", idSize)
	if err != nil {
		return nil, err
	}
	g.header[0] = s.code
	copy(g.header[1:], id)
	field, err := derive(s, f.Secret, "field encryption", s.keySize)
	if err != nil {
		return nil, err
	}
	if g.aead, err = s.aead(field); err != nil {
		return nil, err
	}
	seed, err := derive(s, f.Secret, "signature", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	private := ed25519.NewKeyFromSeed(seed)
	g.public = private.Public().(ed25519.PublicKey)
	g.sign = func(message []byte) []byte { return ed25519.Sign(private, message) }
	return g, nil
}

// derive makes an independent key for one use; the words are part of every stored value and never change.
func derive(s *suite, secret []byte, use string, size int) ([]byte, error) {
	if len(secret) != secretSize {
		return nil, errors.New("seal: key file without a whole secret")
	}
	return hkdf.Key(s.hash, secret, nil, "linli "+use, size)
}

func (r *ring) active() *generation { return r.generations[len(r.generations)-1] }

func (g *generation) id() string { return hex.EncodeToString(g.header[1:]) }

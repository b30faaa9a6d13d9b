// Package password keeps passwords as hashes, judges how good a new one is, and makes initial ones.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"math/big"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"linli/internal/platform/errs"
)

// Cost of argon2id, as OWASP recommends for servers: 19 MiB, two passes, one lane.
const (
	hashMemory = 19 * 1024 // KiB
	hashTime   = 2
	hashSize   = 32
)

// SaltSize is how many random bytes make equal secrets different.
const SaltSize = 16

// What holds passwords together. Nothing else in the package names a number of its own.
const (
	AtOnce = 2                // argon2id runs side by side: each holds 19 MiB for about 40 ms
	Wait   = 15 * time.Second // how long one waits for its turn before somebody is told to come back
	Min    = 10               // characters, or
	Mixed  = 8                // of at least three classes
	Max    = 128
)

// Hasher lets only so many hashes run side by side: each is an easy way to overload the server.
type Hasher struct {
	Slots        chan struct{}
	Memory, Time uint32 // less in tests alone
}

// NewHasher makes the one of a program.
func NewHasher() Hasher {
	return Hasher{make(chan struct{}, max(AtOnce, runtime.GOMAXPROCS(0))), hashMemory, hashTime}
}

// Enter waits for a turn, at most Wait; leave must be called. Nobody may wait here inside a transaction.
func (h Hasher) Enter(ctx context.Context) (leave func(), err error) {
	wait := time.NewTimer(Wait)
	defer wait.Stop()
	select {
	case h.Slots <- struct{}{}:
		return func() { <-h.Slots }, nil
	case <-wait.C:
		return nil, errs.New(errs.Unavailable, "busy", "现在登录的人太多，请过一会儿再试")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Hash gives the form in which a password is kept. It takes about 40 ms and waits for its turn: never call it in a transaction.
func (h Hasher) Hash(ctx context.Context, password string) (string, error) {
	leave, err := h.Enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, SaltSize)
	rand.Read(salt)
	return encodeHash(salt, h.Stretch(password, salt)), nil
}

// Stretch makes a secret costly to guess; the caller holds a turn.
func (h Hasher) Stretch(secret string, salt []byte) []byte {
	return argon2.IDKey([]byte(secret), salt, h.Time, h.Memory, 1, hashSize)
}

func encodeHash(salt, hash []byte) string {
	b := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, hashMemory, hashTime, b(salt), b(hash))
}

// nobody is the hash against which the password of an unknown login is judged, so that both take the same time.
var nobody = encodeHash(make([]byte, SaltSize), make([]byte, hashSize))

// Matches judges a password; the caller holds a turn of the hasher. No password matches an empty hash, after the same time.
func (h Hasher) Matches(encoded, password string) bool {
	if encoded == "" {
		encoded = nobody
	}
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	return err == nil && subtle.ConstantTimeCompare(want, h.Stretch(password, salt)) == 1
}

//go:embed common.txt
var commonText string

// common holds the passwords that everybody tries first and that the rule of length lets through, in lower case.
var common = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out[line] = true
		}
	}
	return out
})

// own are words of this system that make a password easy to guess.
var own = []string{"linli", "邻里", "zhiyuan", "志愿", "neimenggu", "内蒙古", "volunteer"}

// Check says what is wrong with a password as an error of the field; known are the login, name and telephone of its owner.
func Check(field, password string, known ...string) error {
	n, low := utf8.RuneCountInString(password), strings.ToLower(password)
	c := errs.Check{}
	c.Thatf(n >= Min || n >= Mixed && classes(password) >= 3, field, "密码至少 %d 个字符；有大写、小写、数字、符号中的三类，%d 个也行", Min,
		Mixed)
	c.Thatf(n <= Max, field, "密码最多 %d 个字符", Max)
	c.That(!common()[low] && !plain(low), field, "这个密码太常见，请换一个")
	for _, w := range append(own, known...) {
		c.That(utf8.RuneCountInString(w) < 2 || !strings.Contains(low, strings.ToLower(w)), field, "密码里不要有账号、姓名、手机号或本系统的名字")
	}
	return c.Err()
}

// classes counts the kinds of characters: small, capital, digit, other.
func classes(s string) int {
	var small, capital, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			small = 1
		case unicode.IsUpper(r):
			capital = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return small + capital + digit + other
}

// plain finds one character repeated, and runs such as 0123456789 or zyxwvuts.
func plain(s string) bool {
	r := []rune(s)
	for step := rune(-1); step <= 1; step++ {
		run := 1
		for i := 1; i < len(r) && r[i]-r[i-1] == step; i++ {
			run++
		}
		if run == len(r) {
			return true
		}
	}
	return false
}

// New makes an initial password that can be read out: 16 letters and digits without look-alikes, about 80 bits.
func New() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	b := make([]byte, 0, 19)
	for len(b) < cap(b) {
		if len(b)%5 == 4 {
			b = append(b, '-')
			continue
		}
		b = append(b, letters[Draw(len(letters))])
	}
	return string(b)
}

// Draw gives a number below n that nobody can foresee.
func Draw(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand never fails on the systems that Go supports
	}
	return int(v.Int64())
}

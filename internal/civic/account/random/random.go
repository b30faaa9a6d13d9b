// Package random draws what a person or his browser holds: random tokens with the hash under which they are kept, and codes of digits.
package random

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"linli/internal/civic/account/password"
)

// Token gives 256 random bits as text, and the hash under which they are kept.
func Token() (secret string, hash []byte) {
	b := make([]byte, 32)
	rand.Read(b)
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, Hash(secret)
}

// Hash is what is kept of a token.
func Hash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// Digits draws n decimal digits.
func Digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + password.Draw(10))
	}
	return string(b)
}

// Groups writes a text in groups of n characters, as it is read out and typed.
func Groups(s string, n int) string {
	var out []string
	for len(s) > n {
		out, s = append(out, s[:n]), s[n:]
	}
	return strings.Join(append(out, s), " ")
}

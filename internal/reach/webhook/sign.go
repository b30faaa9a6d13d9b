package webhook

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

// Prefixes of Standard Webhooks.
const (
	secretPrefix = "whsec_"
	publicPrefix = "whpk_"
)

// half is the length of the secret for HMAC, and of the seed of the signing key behind it.
const half = 32

// secret is what an endpoint's calls are signed with: a shared secret, and the seed of a key pair of its own, so that a call to one
// endpoint proves nothing to another.
type secret []byte

func newSecret() secret {
	s := make(secret, 2*half)
	rand.Read(s)
	return s
}

// shared is the secret as its owner is given it.
func (s secret) shared() string { return secretPrefix + base64.StdEncoding.EncodeToString(s[:half]) }

func (s secret) key() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(s[half:]) }

// public is the key by which anybody can check what the other half signed.
func (s secret) public() string {
	return publicPrefix + base64.StdEncoding.EncodeToString(s.key().Public().(ed25519.PublicKey))
}

// sign signs a message both ways: v1 is HMAC-SHA256, v1a Ed25519.
func (s secret) sign(id string, at time.Time, body []byte) (string, error) {
	w, err := standardwebhooks.NewWebhookRaw(s[:half])
	if err != nil {
		return "", err
	}
	v1, err := w.Sign(id, at, body)
	if err != nil {
		return "", err
	}
	said := fmt.Appendf(nil, "%s.%d.%s", id, at.Unix(), body)
	return v1 + " v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(s.key(), said)), nil
}

// seal hides a secret for a column of an endpoint's row.
func (s *Service) seal(column string, id db.ID, x secret) []byte {
	return s.seals.Seal(x, seal.At("webhook_endpoint", column, int64(id)))
}

func (s *Service) open(column string, id db.ID, sealed []byte) (secret, error) {
	return s.seals.Open(sealed, seal.At("webhook_endpoint", column, int64(id)))
}

// signatures are those of a message to an endpoint: after its secret was exchanged, for a day the old one's too.
func (s *Service) signatures(e Endpoint, id string, at, now time.Time, body []byte) (string, error) {
	type half struct {
		column string
		sealed []byte
	}
	in := []half{{"secret", e.Secret}}
	if e.OldUntil != nil && now.Before(*e.OldUntil) {
		in = append(in, half{"old_secret", e.OldSecret})
	}
	var out []string
	for _, x := range in {
		key, err := s.open(x.column, e.ID, x.sealed)
		if err != nil {
			return "", err
		}
		text, err := key.sign(id, at, body)
		if err != nil {
			return "", err
		}
		out = append(out, text)
	}
	return strings.Join(out, " "), nil
}

// message is the id under which all attempts of a delivery go.
func (d Delivery) message() string { return "msg_" + d.MessageID.String() }

// payload is what is sent: the same bytes at each attempt.
func (d Delivery) payload() ([]byte, error) {
	type thing struct {
		ID   db.ID  `json:"id"`
		Read string `json:"read"`
	}
	return json.Marshal(struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      thing     `json:"data"`
	}{d.Type, d.At.In(clock.Shanghai), thing{d.ObjectID, reads(d.Type, d.ObjectID)}})
}

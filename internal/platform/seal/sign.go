package seal

import "crypto/ed25519"

// Signer signs with the key of one generation.
type Signer struct{ g *generation }

// Signer gives the active signing key.
func (k *Keys) Signer() Signer { return Signer{k.ring.Load().active()} }

// ID names the key, as in List; store it beside the signature.
func (s Signer) ID() string { return s.g.id() }

// Public gives the key with which anyone can verify.
func (s Signer) Public() ed25519.PublicKey { return s.g.public }

// Sign gives the Ed25519 signature of message.
func (s Signer) Sign(message []byte) []byte { return s.g.sign(message) }

// Verify tells whether the key named id, of whatever generation, signed message.
func (k *Keys) Verify(id string, message, signature []byte) bool {
	g := k.find(func(g *generation) bool { return g.id() == id })
	return g != nil && ed25519.Verify(g.public, message, signature)
}

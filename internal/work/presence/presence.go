// Package presence is the code that a screen shows and that changes every half minute: who types it was there. It proves a place and a
// moment and nothing else; nobody's word stands on it.
//
// Nouns: code. Verbs: Code, Fits.
package presence

import (
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/spelling"
)

// Step is how long a code is shown. It is taken for Slack steps more, for who types slowly or whose network waits, and one step early,
// for a screen whose clock is ahead.
const (
	Step  = 30 * time.Second
	Slack = 3
)

// Codes makes and knows the codes of this installation.
type Codes struct{ keys *seal.Keys }

// New makes codes under the installation's keys.
func New(keys *seal.Keys) Codes { return Codes{keys} }

// Code is the six digits of a thing at a moment. What says what kind of thing it is, so that two of one number differ.
func (c Codes) Code(what string, id db.ID, at time.Time) string {
	return c.of(what, id, at.Unix()/int64(Step/time.Second))
}

func (c Codes) of(what string, id db.ID, step int64) string {
	mac := c.keys.MAC("presence-code", fmt.Appendf(nil, "%s/%d/%d", what, id, step))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(mac)%1_000_000)
}

// Fits says whether what was typed is the code of the moment, or one that was shown just now.
func (c Codes) Fits(what string, id db.ID, at time.Time, typed string) bool {
	step, got := at.Unix()/int64(Step/time.Second), []byte(spelling.Code(typed))
	fits := 0
	for n := step - Slack; n <= step+1; n++ {
		fits |= subtle.ConstantTimeCompare(got, []byte(c.of(what, id, n)))
	}
	return fits == 1
}

// Package held keeps for a day what somebody typed into a form that could not be taken: because his session had ended, or because the form
// had an error while a photo was already chosen. It is sealed, bound to his account, and nobody else's.
package held

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"linli/internal/platform/db"
)

const (
	// Life is how long a form is kept.
	Life = 24 * time.Hour
	// Most is how many forms are kept of one account; the oldest goes first.
	Most = 5
)

// Form is what was typed.
type Form struct {
	Action string          `json:"action"` // where it was sent
	Page   string          `json:"page"`   // the page that it stands on
	Key    string          `json:"key"`    // its idempotency key: sent again, it counts once
	Values url.Values      `json:"values"`
	Files  map[string]File `json:"files,omitempty"` // by field
	Sent   bool            `json:"-"`
}

// File is a chosen file.
type File struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// Names are the files' names by field.
func (f Form) Names() map[string]string {
	out := make(map[string]string, len(f.Files))
	for field, x := range f.Files {
		out[field] = x.Name
	}
	return out
}

// Sealer seals what is kept.
type Sealer interface {
	Seal(plain []byte, ad string) []byte
	Open(sealed []byte, ad string) ([]byte, error)
}

// Store is the table.
type Store struct {
	db   *db.DB
	keys Sealer
}

// New gives the store.
func New(d *db.DB, keys Sealer) *Store { return &Store{d, keys} }

type row struct {
	Sealed []byte
	Sent   bool
}

var (
	add  = db.SQL(`INSERT INTO held_form (id, account_id, sealed, sent, made_at) VALUES ($1, $2, $3, FALSE, $4)`)
	get  = db.Query[row](`SELECT sealed, sent FROM held_form WHERE id = $1 AND account_id = $2 AND made_at > $3`)
	send = db.SQL(`UPDATE held_form SET sent = TRUE WHERE id = $1 AND account_id = $2`)
	trim = db.SQL(`DELETE FROM held_form WHERE account_id = $1 AND id NOT IN (SELECT h.id FROM held_form h WHERE h.account_id = $1
		ORDER BY h.id DESC LIMIT $2)`)
	sweep = db.SQL(`DELETE FROM held_form WHERE made_at < $1`)
)

// Keep keeps a form for an account and gives the number under which it is found.
func (s *Store) Keep(ctx context.Context, account db.ID, f Form) (id db.ID, err error) {
	plain, err := json.Marshal(f)
	if err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		id = tx.NewID()
		if _, err := add.Run(ctx, tx, id, account, s.keys.Seal(plain, place(account, id)), tx.Now); err != nil {
			return err
		}
		_, err := trim.Run(ctx, tx, account, Most)
		return err
	})
	return id, err
}

// Get gives a form that is kept for an account; false when there is none. One that was sent is still there for the second press of its
// button, and says so.
func (s *Store) Get(ctx context.Context, account db.ID, id string) (f Form, found bool, err error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || account == 0 {
		return f, false, nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		x, ok, err := db.Found(get.One(ctx, tx, n, account, tx.Now.Add(-Life)))
		if err != nil || !ok {
			return err
		}
		plain, err := s.keys.Open(x.Sealed, place(account, db.ID(n)))
		if err != nil {
			return err
		}
		found, f.Sent = true, x.Sent
		return json.Unmarshal(plain, &f)
	})
	return f, found, err
}

// Send marks a form of an account as sent.
func (s *Store) Send(ctx context.Context, account db.ID, id string) error {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := send.Run(ctx, tx, n, account)
		return err
	})
}

// Sweep deletes what is older than Life.
func (s *Store) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := sweep.Run(ctx, tx, tx.Now.Add(-Life))
		return err
	})
}

func place(account, id db.ID) string { return "held_form/" + account.String() + "/" + id.String() }

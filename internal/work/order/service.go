package order

import (
	"crypto/rand"
	"io"

	"linli/internal/civic/person"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/work/order/card"
	"linli/internal/work/order/live"
)

// Service holds the operations.
type Service struct {
	Topics
	// Random is where one-time codes come from; the demo gives a seeded source, so that equal seeds give equal data.
	Random io.Reader

	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
	blobs   *blob.Store
	live    *live.Hub
	cards   *card.Service
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, blobs *blob.Store) *Service {
	s := &Service{db: d, keys: keys, persons: persons, blobs: blobs, Random: rand.Reader, live: live.NewHub(d)}
	s.cards = card.New(d, keys, s.newCode)
	return s
}

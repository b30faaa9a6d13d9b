package press

import (
	"context"
	"strconv"
	"sync"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// mark remembers for a moment how often something has changed before the public. Each process asks the database once a second at most; what
// it has changed itself it knows at once.
type mark struct {
	mu sync.Mutex
	n  int64
	at time.Time // machine time at which it was asked; zero for never
}

const markAge = time.Second

// forget lets the next reader ask anew.
func (m *mark) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = time.Time{}
}

// Edition names what the public sees: what has changed so far, and the day, which pages speak of.
func (s *Service) Edition(ctx context.Context) (string, error) {
	s.mark.mu.Lock()
	defer s.mark.mu.Unlock()
	if now := time.Now(); s.mark.at.IsZero() || now.Sub(s.mark.at) > markAge {
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			s.mark.n, err = turned.One(ctx, tx)
			return err
		}); err != nil {
			return "", err
		}
		s.mark.at = now
	}
	return strconv.FormatInt(s.mark.n, 10) + " " + clock.Today(ctx).String(), nil
}

package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	"linli/internal/platform/clock"
)

// front remembers for a moment what the front page says: each process reads its figures once a second at most, however many visitors ask.
// What is published it follows as the pages of articles do.
type front struct {
	mu      sync.Mutex
	press   string // edition of what is published
	at      time.Time
	edition string
}

const frontAge = time.Second

// Keep lets visitors see the front page as it was made while nothing of it has changed; published names what is published.
func (s *Service) Keep(published func(context.Context) (string, error)) *Service {
	s.published = published
	return s
}

// edition names what the front page says. With each minute it is another one, so that no page outlives what it was made of for longer.
func (s *Service) edition(ctx context.Context) (string, error) {
	press, err := s.published(ctx)
	if err != nil {
		return "", err
	}
	s.front.mu.Lock()
	defer s.front.mu.Unlock()
	now := time.Now()
	if press == s.front.press && now.Sub(s.front.at) < frontAge {
		return s.front.edition, nil
	}
	home, err := s.Home(ctx, Nothing{})
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(home)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	s.front.press, s.front.at = press, now
	s.front.edition = press + " " + clock.In(ctx).Format("2006-01-02 15:04") + " " + hex.EncodeToString(sum[:12])
	return s.front.edition, nil
}

package order

import (
	"context"
	"time"

	"linli/internal/platform/auth"
)

// watchMost ends a live page; it connects anew.
const watchMost = 10 * time.Minute

// Watch tells, until ctx ends, which orders of the actor's scope change: id and version only.
func (s *Service) Watch(ctx context.Context, _ TodayInput) (<-chan string, error) {
	if err := auth.Allow(ctx, Handle); err != nil {
		return nil, err
	}
	b := &board{out: make(chan string, 16)}
	for _, p := range auth.ScopeOf(ctx, Handle).Roots() {
		b.roots = append(b.roots, root{p.Station, p.Region})
	}
	if err := s.hub.join(ctx, b); err != nil {
		return nil, err
	}
	ctx, end := context.WithTimeout(ctx, watchMost)
	context.AfterFunc(ctx, func() {
		end()
		s.hub.leave(b)
	})
	return b.out, nil
}

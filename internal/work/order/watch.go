package order

import (
	"context"

	"linli/internal/platform/auth"
)

// Watch tells, until ctx ends, which orders of the actor's scope change: id and version only.
func (s *Service) Watch(ctx context.Context, _ TodayInput) (<-chan string, error) {
	if err := auth.Allow(ctx, Handle); err != nil {
		return nil, err
	}
	return s.live.Watch(ctx, auth.ScopeOf(ctx, Handle).Roots())
}

package standard

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// ListInput asks for the stations of a division by how they stand today.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Status string      `query:"status" enum:"met,unmet," maxLength:"10"`
	db.Paging
}

// Summary is one station of the list.
type Summary struct {
	ID      db.ID       `json:"id"`
	Name    string      `json:"name"`
	Kind    string      `json:"kind"`
	Region  auth.Region `json:"region"`
	Met     bool        `json:"met"`
	Grade   string      `json:"grade"`
	Missing string      `json:"missing" doc:"缺的必备项，空格隔开；还没有任何证据时为空"`
	Bare    bool        `json:"bare" doc:"还没有任何证据"`
}

// Summaries is one page of them.
type Summaries struct {
	In     ListInput         `json:"-"`
	Labels map[string]string `json:"-"`
	base   string
	db.Page[Summary]
}

// List gives open and suspended stations with how they stand today.
func (s *Service) List(ctx context.Context, in ListInput) (Summaries, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Summaries, err error) {
		out.In = in
		if out.Page, err = list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View), clock.DayOf(tx.Now)}, in.Paging); err != nil {
			return out, err
		}
		out.Labels, err = Labels(ctx, tx)
		return out, err
	})
}

package standard

import (
	"context"

	"linli/internal/platform/auth"
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
func (s *Service) List(ctx context.Context, in ListInput) (out Summaries, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	out.In = in
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := list(ctx, tx, auth.ScopeOf(ctx, View), in, more, after)
		if err != nil {
			return err
		}
		out.Page = db.PageOf(rows, in.Paging, func(x Summary) []string { return db.Key(x.ID) })
		out.Labels, err = Labels(ctx, tx)
		return err
	})
	return out, err
}

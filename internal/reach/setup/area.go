package setup

import (
	"context"
	_ "embed"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

const path = "/admin/setup"

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "setup", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{{Shell: "admin", Rank: 15, Perm: Follow, Href: path, Label: "首次启用", Icon: "check", Line: "到接第一单还差哪几步"}},
		Waits: []area.Wait{{Shell: "admin", Rank: 5, Perm: Follow, Href: path, Word: "首次启用还没有办完", Button: "去看", Own: s.left,
			Page: func(db.ID) string { return path }}},
	}
}

// left are the steps that are not done; a demo is made up and has none.
func (s *Service) left(ctx context.Context, tx *db.Tx, most int) (out []area.Own, total int, err error) {
	if s.demo {
		return nil, 0, nil
	}
	list, err := s.steps(ctx, tx)
	if err != nil || list.Left == 0 {
		return nil, 0, err
	}
	since, err := began.One(ctx, tx)
	for _, x := range list.Items {
		if !x.Done && len(out) < most {
			out = append(out, area.Own{What: x.Word, At: since})
		}
	}
	return out, list.Left, err
}

package region

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// BrowseInput asks for a page of the tree: what lies below a division, or what is called Q.
type BrowseInput struct {
	Code auth.Region `query:"code"`
	Q    string      `query:"q" maxLength:"40"`
	db.Paging
}

// Browsing is one page of the tree as a person walks it.
type Browsing struct {
	Q     string
	Path  []Step // from the top to Here
	Here  Division
	Items []Division
	Next  string // address of the next page, "" on the last
}

// Browse gives a division with those below it, or the divisions found by name; public.
func (s *Service) Browse(ctx context.Context, in BrowseInput) (Browsing, error) {
	ask := ListInput{Parent: in.Code, Q: in.Q, Paging: in.Paging}
	if in.Code == 0 && in.Q == "" {
		in.Code, ask.Parent = Top, Top
	}
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Browsing, err error) {
		out.Q = in.Q
		if in.Code != 0 {
			if out.Here, err = Get(ctx, tx, in.Code); err != nil {
				return out, err
			}
			if out.Path, err = Path(ctx, tx, in.Code); err != nil {
				return out, err
			}
		}
		found, err := page(ctx, tx, ask)
		out.Items = found.Items
		if found.Next != nil {
			out.Next = address(in.Code, in.Q) + "&cursor=" + *found.Next
		}
		return out, err
	})
}

package spotcheck

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

// ListInput asks for the spot checks of a division.
type ListInput struct {
	Region auth.Region `query:"region"`
	db.Paging
}

// Checks is one page of them.
type Checks struct {
	In      ListInput `json:"-"`
	Percent int64     `json:"-"` // proposed
	Least   int64     `json:"-"`
	Lead    string    `json:"-"`
	samples bool
	seat    auth.Region
	db.Page[Check]
}

// List lists spot checks of everywhere, from their announcement on, the newest first; public.
func (s *Service) List(ctx context.Context, in ListInput) (out Checks, err error) {
	return s.spots(ctx, Public, in)
}

// spots lists spot checks in the scope of a permission.
func (s *Service) spots(ctx context.Context, perm auth.Perm, in ListInput) (Checks, error) {
	return act.Read(ctx, s.db, perm, func(tx *db.Tx) (out Checks, err error) {
		out.In = in
		out.Page, err = checkList.Page(ctx, tx, listed{in, auth.ScopeOf(ctx, perm)}, in.Paging)
		return out, err
	})
}

// PublicDetail is a spot check as everybody sees it.
type PublicDetail struct {
	Check
	Lead   string  `json:"lead"`
	Forced []db.ID `json:"forced" doc:"疑点核查：必须抽的编号；封存以后公布"`
	Units  []Unit  `json:"units" doc:"抽中的；公布以后带核查结果"`
	Result *Result `json:"result" doc:"公布以后才有"`
}

// Get gives a spot check: announced, its commitment; frozen, the list and what is forced; drawn, the seed and the sample; published,
// the result. It holds no personal data. Public.
func (s *Service) Get(ctx context.Context, in GetInput) (PublicDetail, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (PublicDetail, error) { return public(ctx, tx, in.ID) })
}

func public(ctx context.Context, tx *db.Tx, id db.ID) (out PublicDetail, err error) {
	c, err := checkByID.Get(ctx, tx, id)
	if err != nil {
		return out, err
	}
	out = PublicDetail{Check: c, Forced: []db.ID{}, Units: []Unit{}}
	if out.Lead, err = inspection.LeadOf(ctx, tx, c.Region); err != nil {
		return out, err
	}
	units, err := unitsOf.All(ctx, tx, id)
	if err != nil {
		return out, err
	}
	for _, u := range units {
		if u.Forced {
			out.Forced = append(out.Forced, u.ID)
		}
		if c.State != Published {
			u = Unit{ID: u.ID, Forced: u.Forced, Minutes: u.Minutes}
		}
		if c.Seed != "" {
			out.Units = append(out.Units, u)
		}
	}
	if c.State == Published {
		err = json.Unmarshal([]byte(c.Outcome), &out.Result)
	}
	return out, err
}

// PopulationFile gives the list that a sample was drawn from, one id a line; public as soon as it is frozen.
func (s *Service) PopulationFile(ctx context.Context, in GetInput) (blob.File, error) {
	return s.list(ctx, in.ID, "population", func(tx *db.Tx, _ PublicDetail) (string, error) { return populationOf.One(ctx, tx, in.ID) })
}

// ForcedFile gives the ids that had to be in the sample, one a line; public as soon as the list is frozen.
func (s *Service) ForcedFile(ctx context.Context, in GetInput) (blob.File, error) {
	return s.list(ctx, in.ID, "forced", func(_ *db.Tx, c PublicDetail) (string, error) {
		if len(c.Forced) == 0 {
			return "", nil
		}
		return Lines(texts(c.Forced)), nil
	})
}

func (s *Service) list(ctx context.Context, id db.ID, name string,
	content func(*db.Tx, PublicDetail) (string, error)) (blob.File, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out blob.File, err error) {
		out = blob.File{Name: name + "-" + id.String() + ".txt", Type: "text/plain; charset=utf-8"}

		c, err := public(ctx, tx, id)
		if err == nil && c.Hash == "" {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		text, err := content(tx, c)
		out.Body = []byte(text)
		return out, err
	})
}

// ResultFile gives one line per unit of a published spot check, with the letters of the ten items; public.
func (s *Service) ResultFile(ctx context.Context, in GetInput) (out blob.File, err error) {
	c, err := s.Get(ctx, in)
	if err == nil && c.State != Published {
		err = errs.ErrNotFound
	}
	if err != nil {
		return out, err
	}
	head := []string{"编号", "怎样抽中", "分钟", "不实分钟"}
	for i, item := range Items {
		head = append(head, fmt.Sprintf("%d %s", i+1, item.Label))
	}
	table := [][]string{head}
	for _, u := range c.Units {
		row := []string{u.ID.String(), drawnHow(u), strconv.FormatInt(u.Minutes, 10), strconv.FormatInt(u.Wrong, 10)}
		for _, letter := range u.Answers {
			row = append(row, letterWords[letter])
		}
		table = append(table, row)
	}
	return sheet.File("csv", "抽查结果-"+in.ID.String(), sheet.Plain(table))
}

func drawnHow(u Unit) string {
	if u.Forced {
		return "疑点核查"
	}
	return "抽签"
}

var letterWords = map[rune]string{'y': "符合", 'n': "不符合", '-': "不适用"}

package region

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Editions of the divisions, as the administrator sees them.
type editionsPage struct {
	db.Page[Edition]
	Now Division // the autonomous region
}

// overview gives the editions with the one in force.
func (s *Service) overview(ctx context.Context, in EditionsInput) (out editionsPage, err error) {
	if out.Page, err = s.Editions(ctx, in); err != nil {
		return out, err
	}
	out.Now, err = s.Get(ctx, GetInput{Top})
	return out, err
}

// open says whether an edition waits to be ended, so that there is no room for another.
func (v editionsPage) open() bool {
	return len(v.Items) > 0 && (v.Items[0].State == Preview || v.Items[0].State == Moving)
}

func (v editionsPage) next() string {
	return ui.Next(editionsPath, v.Next)
}

func (e Edition) path() string { return editionsPath + "/" + e.ID.String() }

// editionSheet is one edition with a page of its changes.
type editionSheet struct {
	In ChangesInput
	Edition
	Lines     []changeLine
	Next      string
	Obstacles []Obstacle
	Large     bool // it closes so much that it may be the wrong file
}

// changeLine is a change with where it lies and what is live there.
type changeLine struct {
	Change
	Where, Live string
}

// manyClosed is the part of all divisions that no real edition has ever closed at once; the page warns above it. This system's own
// convention.
const manyClosed = 0.05

// sheet gives an edition as a page; without a kind its changes of the kind that matters most.
func (s *Service) sheet(ctx context.Context, in ChangesInput) (editionSheet, error) {
	return act.Look(ctx, s.db, &editions, in.ID, func(tx *db.Tx, e Edition) (out editionSheet, err error) {
		if in.Kind == "" {
			in.Kind = e.first()
		}
		out.In, out.Edition = in, e
		page, err := changeList.Page(ctx, tx, in, in.Paging)
		if err != nil {
			return out, err
		}
		if page.Next != nil {
			out.Next = out.tab(in.Kind) + "&cursor=" + *page.Next
		}
		ask, err := s.weigh(ctx, tx, &out)
		if err != nil {
			return out, err
		}
		for _, c := range page.Items {
			l := changeLine{Change: c, Live: strings.Join(ask.Live[c.Code], "、")}
			if l.Where, err = whereIn(ctx, tx, in.ID, c.Code); err != nil {
				return out, err
			}
			out.Lines = append(out.Lines, l)
		}
		return out, nil
	})
}

// weigh finds what stands against an edition that is looked at.
func (s *Service) weigh(ctx context.Context, tx *db.Tx, v *editionSheet) (ask ClosingEvent, err error) {
	if v.State != Preview {
		return ask, nil
	}
	n, err := rowCount.One(ctx, tx)
	if err != nil {
		return ask, err
	}
	v.Large = float64(v.Closed) > manyClosed*float64(n)
	ask, closed, err := s.closing(ctx, tx, v.Edition)
	v.Obstacles = ask.obstacles(closed)
	return ask, err
}

// whereIn names what a division of an edition lies in, from the banner down, as the edition calls it.
func whereIn(ctx context.Context, tx *db.Tx, id db.ID, code auth.Region) (string, error) {
	var out strings.Builder
	for level := min(auth.LevelBanner, max(code.Level()-1, auth.LevelRegion)); level < code.Level(); level++ {
		name, _, err := db.Found(nameIn.One(ctx, tx, id, int64(code.At(level))))
		if err != nil {
			return "", err
		}
		out.WriteString(name)
	}
	return out.String(), nil
}

// first is the kind of change to look at first.
func (e Edition) first() string {
	switch {
	case e.Closed > 0:
		return Closed
	case e.Added > 0:
		return Added
	case e.Renamed > 0:
		return Renamed
	case e.Classed > 0:
		return Classed
	}
	return Closed
}

func (e Edition) tab(kind string) string { return e.path() + "?kind=" + kind }

// ReviewInput asks which units count as communities.
type ReviewInput struct {
	Q      string `query:"q" maxLength:"40" doc:"名称里的字"`
	Counts string `query:"counts" enum:"yes,no" doc:"计入的，不计入的"`
	db.Paging
}

// review is a page of the units at community level.
type review struct {
	In ReviewInput
	db.Page[reviewed]
}

// reviewed is a unit with what it lies in.
type reviewed struct {
	Division
	Where string `json:"where" db:"where_name"`
}

// review lists the units of the community level that are in force, by code, to look through which of them count.
func (s *Service) review(ctx context.Context, in ReviewInput) (review, error) {
	return act.ReadAt(ctx, s.db, Edit, Top, func(tx *db.Tx) (out review, err error) {
		out.In = in
		out.Page, err = unitList.Page(ctx, tx, in, in.Paging)
		return out, err
	})
}

func (v review) next() string {
	return ui.Next(divisionsPath, v.Next, "q", v.In.Q, "counts", v.In.Counts)
}

// divisionSheet is one division with its past.
type divisionSheet struct {
	Division
	History
	Way       []Step
	Following *Step // the successor
	Today     clock.Day
}

// division gives one division as the administrator sees it.
func (s *Service) division(ctx context.Context, in GetInput) (divisionSheet, error) {
	return act.ReadAt(ctx, s.db, Edit, Top, func(tx *db.Tx) (out divisionSheet, err error) {
		out.Today = clock.DayOf(tx.Now)
		if out.Division, err = Get(ctx, tx, in.Code); err != nil {
			return out, err
		}
		if out.Way, err = Path(ctx, tx, in.Code); err != nil {
			return out, err
		}
		if out.History, err = history(ctx, tx, in.Code); err != nil || out.Successor == 0 {
			return out, err
		}
		to, err := Get(ctx, tx, out.Successor)
		out.Following = &Step{to.Code, to.Name, to.Level}
		return out, err
	})
}

// may says whether it can be decided whether the division counts.
func (v divisionSheet) may() bool { return v.Level == auth.LevelCommunity && v.InForce() }

// ClassWord says what an urban/rural class means (国家统计局《统计用区划代码和城乡划分代码编制规则》); "" for none.
func ClassWord(code string) string {
	return map[string]string{"111": "主城区", "112": "城乡结合区", "121": "镇中心区", "122": "镇乡结合区", "123": "特殊区域", "210": "乡中心区", "220": "村庄"}[code]
}

// classText is a class with its meaning.
func classText(code string) string {
	switch word := ClassWord(code); {
	case code == "":
		return "这一版没有提供"
	case word == "":
		return code
	default:
		return code + " " + word
	}
}

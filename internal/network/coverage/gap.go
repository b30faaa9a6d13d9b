package coverage

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/network/standard"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Lack is what some communities of a division lack to be covered: a station, or an item of the standard. A community may lack several.
type Lack struct {
	Region auth.Region `json:"-"`
	Code   string      `json:"code"`
	Label  string      `json:"label" db:"-"`
	N      int64       `json:"communities" doc:"几个嘎查村（社区）缺"`
}

// lackWords are the words of what is no item of the standard.
var lackWords = map[string]string{lackStation: "还没有站", lackPaused: "站暂停了", lackEvidence: "还没有交证据"}

// words gives what may be lacking its words.
func words(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	out, err := standard.Labels(ctx, tx)
	if err != nil {
		return nil, err
	}
	for code, word := range lackWords {
		out[code] = word
	}
	return out, nil
}

// said is how a lack is spoken of: an item is missing, the rest speak for themselves.
func said(words map[string]string, code string) string {
	if _, plain := lackWords[code]; plain || words[code] == "" {
		return words[code]
	}
	return "缺“" + strings.TrimPrefix(words[code], "有") + "”"
}

// MissingInput asks which communities of a division are not covered, and why.
type MissingInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Date   clock.Day   `query:"date" doc:"不填为今天"`
	Lack   string      `query:"lack" maxLength:"40" doc:"只看缺这一项的"`
	db.Paging
}

// Gap is a community that is not covered.
type Gap struct {
	Region    auth.Region `json:"region"`
	Name      string      `json:"name"`
	Where     string      `json:"where" db:"where_name" doc:"旗县区和苏木乡镇（街道）"`
	StationID db.ID       `json:"station_id" doc:"那里的站；没有时为空"`
	Station   string      `json:"station"`
	Lacks     string      `json:"-"`
	Missing   []string    `json:"missing" db:"-" doc:"缺什么的代码"`
	Apply     db.ID       `json:"application" db:"application" doc:"待核实的设立申请；没有时为空"`
}

// Short is the name as people say it.
func (g Gap) Short() string {
	return region.Short(g.Name, auth.LevelCommunity)
}

// Gaps is one page of them.
type Gaps struct {
	In    MissingInput      `json:"-"`
	Path  []region.Step     `json:"-"`
	Words map[string]string `json:"-"`
	Total int64             `json:"total" doc:"一共几个，不论翻到哪一页"`
	Lacks []Lack            `json:"lacks" doc:"缺什么的各有几个"`
	db.Page[Gap]
}

// Missing lists the communities of a division that are not covered on a day, with what each lacks.
func (s *Service) Missing(ctx context.Context, in MissingInput) (Gaps, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Gaps, err error) {
		at := GetInput{in.Region, in.Date}
		if err := at.settle(ctx, clock.DayOf(tx.Now)); err != nil {
			return out, err
		}
		if err := auth.Require(ctx, View, View, auth.Place{Region: at.Region}); err != nil {
			return out, err
		}
		in.Region, in.Date = at.Region, at.Date
		out.In = in
		if out.Path, err = region.Path(ctx, tx, in.Region); err != nil {
			return out, err
		}
		if err := out.count(ctx, tx); err != nil {
			return out, err
		}
		out.Page, err = gaps.Page(ctx, tx, in, in.Paging)
		for i, g := range out.Items {
			out.Items[i].Missing = strings.Fields(g.Lacks)
		}
		return out, err
	})
}

// count says how many communities lack something, and what.
func (v *Gaps) count(ctx context.Context, tx *db.Tx) (err error) {
	if v.Words, err = words(ctx, tx); err != nil {
		return err
	}
	all, err := figuresOn(ctx, tx, []auth.Region{v.In.Region}, v.In.Date)
	if err != nil {
		return err
	}
	v.Total = all[v.In.Region].all.Missing()
	lacks, err := lacksOn(ctx, tx, []auth.Region{v.In.Region}, v.In.Date)
	v.Lacks = named(lacks[v.In.Region], v.Words)
	if i := slices.IndexFunc(v.Lacks, func(l Lack) bool { return l.Code == v.In.Lack }); i >= 0 {
		v.Total = v.Lacks[i].N
	} else if v.In.Lack != "" {
		v.Total = 0
	}
	return err
}

// named gives lacks their words; never nil.
func named(list []Lack, words map[string]string) []Lack {
	out := []Lack{}
	for _, l := range list {
		l.Label = said(words, l.Code)
		out = append(out, l)
	}
	return out
}

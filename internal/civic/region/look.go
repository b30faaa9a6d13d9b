package region

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
)

// divisionsOf are the divisions of a place, the place itself too. At most some sixteen thousand rows, so a search may read them all.
var divisionsOf = db.DynamicOf[Step](func(b *db.Builder, at auth.Region) {
	b.Add(`SELECT r.code, r.name, r.level FROM region r WHERE r.valid_to = ?`, clock.Forever)
	auth.Within(b, "r.code", at)
	b.Add(` ORDER BY r.code`)
})

// Look gives the divisions within a place that a text may mean, the likeliest first: by their full name, the name that pages show
// (建兴社区 for 建兴居委会), the short one that people say (锡盟, 科左中旗), or how these are spelled or begin in pinyin.
func Look(ctx context.Context, tx *db.Tx, text string, at auth.Region) ([]Step, error) {
	all, err := divisionsOf.All(ctx, tx, at)
	if err != nil {
		return nil, err
	}
	type hit struct {
		Step
		rank int
	}
	var hits []hit
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	for _, d := range all {
		if rank, ok := d.answers(text); ok {
			hits = append(hits, hit{d, rank})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.Level, b.Level)) })
	out := make([]Step, len(hits))
	for i, h := range hits {
		out[i] = h.Step
	}
	return out, nil
}

// answers says whether a division may be meant by a text, and how likely: 0 is the likeliest.
func (s Step) answers(text string) (rank int, ok bool) {
	if text == "" {
		return 0, false
	}
	shown := s.Short()
	if letters, ok := format.Spelled(text); ok {
		for _, sp := range format.Spellings(shown) {
			if sp == letters {
				return 0, true
			}
			if strings.HasPrefix(sp, letters) {
				return 2, true
			}
		}
		return 0, false
	}
	switch stem := stemOf(text); {
	case shown == text || s.Name == text:
		return 0, true
	case s.Level <= auth.LevelBanner && shortens(text, s.Name):
		return 1, true
	case strings.Contains(shown, text) || strings.Contains(s.Name, text):
		return 2, true
	case s.Level == auth.LevelCommunity && stem != "" && stemOf(shown) == stem:
		return 3, true
	}
	return 0, false
}

// stemOf is the name of a community without the word for what it is; "" where nothing would remain.
func stemOf(name string) string {
	name, _ = SignName(name)
	for _, word := range []string{"嘎查", "社区", "村"} {
		if stem, ok := strings.CutSuffix(name, word); ok {
			return stem
		}
	}
	return name
}

// shortens says whether a text is how people shorten a name: its first character, its last, and others of it between them in their order.
func shortens(text, name string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	last, size := utf8.DecodeLastRuneInString(text)
	if utf8.RuneCountInString(text) < 2 || !strings.HasPrefix(name, string(first)) || !strings.HasSuffix(name, string(last)) {
		return false
	}
	rest := name
	for _, r := range text[:len(text)-size] {
		_, after, ok := strings.Cut(rest, string(r))
		if !ok {
			return false
		}
		rest = after
	}
	return rest != ""
}

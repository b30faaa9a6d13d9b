// Package i18n says the texts of pages in the reader's language. The Chinese text in the source is the key, as in gettext, so that
// pages stay readable; beside it lies one file for each further language (docs/adr/0007-words.md). What a language lacks stays
// Chinese, and says that it is.
package i18n

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"unicode"
)

// Lang is a language of the pages, as a BCP 47 tag for the lang attribute.
type Lang string

// The languages.
const (
	Chinese   Lang = "zh-CN"
	Mongolian Lang = "mn-Mong"
	English   Lang = "en"
)

// Langs are all languages, in this order.
var Langs = []Lang{Chinese, Mongolian, English}

// Name is what a language calls itself.
func (l Lang) Name() string {
	return map[Lang]string{Chinese: "中文", Mongolian: "ᠮᠣᠩᠭᠣᠯ", English: "English"}[l]
}

// Parse reads a tag; what is none of ours is Chinese.
func Parse(tag string) Lang {
	if l := Lang(tag); slices.Contains(Langs, l) {
		return l
	}
	return Chinese
}

// Word is a text as it is said: in its language, and how far that can be trusted.
type Word struct {
	Text   string
	Lang   Lang
	Status Status
}

// Status says who answers for a translation. Nothing that is not Reviewed is ever printed.
type Status string

// The statuses of the catalogues.
const (
	Reviewed  Status = "reviewed"  // read and approved by a native reader
	Sourced   Status = "sourced"   // found in a published text, which the catalogue names
	Uncertain Status = "uncertain" // neither: marked wherever it is shown
)

var (
	//go:embed en.csv
	englishFile []byte
	//go:embed mn-Mong.csv
	mongolianFile []byte

	catalogues = map[Lang]map[string]Word{English: read(englishFile, English, "en"), Mongolian: read(mongolianFile, Mongolian, "mongolian")}
)

// read takes a catalogue apart: columns zh, the language's own, and, where it has one, status. English is written by the makers, who
// answer for it.
func read(file []byte, l Lang, column string) map[string]Word {
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("i18n: catalogue %s: %v", l, err))
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	own, status := at[column], at["status"]
	out := map[string]Word{}
	for _, row := range rows[1:] {
		w := Word{row[own], l, Reviewed}
		if status > 0 {
			w.Status = Status(row[status])
		}
		out[row[at["zh"]]] = w
	}
	return out
}

type langKey struct{}

// With carries the language of a page.
func With(ctx context.Context, l Lang) context.Context { return context.WithValue(ctx, langKey{}, l) }

// From is the language of the page; Chinese where none is set.
func From(ctx context.Context) Lang {
	if l, ok := ctx.Value(langKey{}).(Lang); ok {
		return l
	}
	return Chinese
}

// Say gives a text in the language of the page, or in Chinese where it has none. With args the text is a format of fmt, and so is its
// translation.
func Say(ctx context.Context, zh string, args ...any) Word {
	w, ok := catalogues[From(ctx)][zh]
	if !ok {
		w = Word{zh, Chinese, Reviewed}
	}
	if len(args) > 0 {
		w.Text = fmt.Sprintf(w.Text, args...)
	}
	return w
}

// Text is Say for where no mark can stand: an attribute or the title of a page. A Mongolian word that nobody has reviewed is not used
// there.
func Text(ctx context.Context, zh string, args ...any) string {
	w := Say(ctx, zh, args...)
	if w.Status != Reviewed {
		w = Say(With(ctx, Chinese), zh, args...)
	}
	return w.Text
}

// IsChinese tells whether a text holds Chinese characters or punctuation, as names and what people wrote do on a page in another language.
func IsChinese(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r <= 0xffef {
			return true
		}
	}
	return false
}

package press

import (
	"context"
	"encoding/xml"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/web/ui"
)

// PublicInput is what somebody looks for among what is published.
type PublicInput struct {
	Region  auth.Region `query:"region" doc:"一个地方：它自己的、下面的，还有上级的"`
	Section string      `query:"section" set:"article.section," maxLength:"10"`
	Q       string      `query:"q" maxLength:"40" doc:"标题、摘要、正文里的字，两个字也查得到"`
	db.Paging
}

// Item is a published article in a list.
type Item struct {
	ID          db.ID       `json:"id"`
	Region      auth.Region `json:"region"`
	Section     string      `json:"section"`
	Title       string      `json:"title"`
	Summary     string      `json:"summary"`
	PublishedAt time.Time   `json:"published_at"`
	Picture     db.ID       `json:"picture" doc:"第一张照片，没有时为空"`
	Where       string      `json:"where" db:"-"`
}

// Front is one page of what is published.
type Front struct {
	In    PublicInput   `json:"-"`
	Where string        `json:"where" doc:"哪个地方的；空为全区"`
	Path  []region.Step `json:"-"`
	Below []region.Step `json:"-"`
	db.Page[Item]
}

// Front lists what is published, the newest first.
func (s *Service) Front(ctx context.Context, in PublicInput) (Front, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Front, err error) {
		out.In = in
		what, err := look(ctx, tx, in)
		if err != nil {
			return out, err
		}
		if out.Page, err = news.Page(ctx, tx, what, in.Paging); err != nil {
			return out, err
		}
		for i := range out.Items {
			if out.Items[i].Where, err = region.Name(ctx, tx, out.Items[i].Region); err != nil {
				return out, err
			}
		}
		if in.Region != 0 {
			if out.Path, err = region.Path(ctx, tx, in.Region); err != nil {
				return out, err
			}
			if len(out.Path) == 0 {
				return out, errs.ErrNotFound
			}
			out.Where = out.Path[len(out.Path)-1].Short()
		}
		out.Below, err = region.Under(ctx, tx, max(in.Region, region.Top))
		return out, err
	})
}

// Latest gives the newest articles of all places, for the front page.
func Latest(ctx context.Context, tx *db.Tx, most int) ([]Item, error) {
	return news.First(ctx, tx, looked{}, most)
}

// PathOf is where everybody reads an article.
func PathOf(id db.ID) string { return at(public, id) }

// Story is a published article as everybody reads it.
type Story struct {
	ID          db.ID       `json:"id"`
	Region      auth.Region `json:"region"`
	Where       string      `json:"where"`
	Section     string      `json:"section"`
	Title       string      `json:"title"`
	Summary     string      `json:"summary"`
	Source      string      `json:"source"`
	Body        string      `json:"text" doc:"HTML；单独一段的 [图1] 是第一张照片的位置"`
	PublishedAt time.Time   `json:"published_at"`
	Files       []File      `json:"files"`
}

// Read gives a published article to everybody; any other is not there.
func (s *Service) Read(ctx context.Context, in GetInput) (Story, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (Story, error) {
		a, err := table.Get(ctx, tx, in.ID)
		if err == nil && a.State != Published {
			err = errs.ErrNotFound
		}
		if err != nil {
			return Story{}, err
		}
		return storyOf(ctx, tx, a)
	})
}

func storyOf(ctx context.Context, tx *db.Tx, a Article) (out Story, err error) {
	out = Story{ID: a.ID, Region: a.Region, Section: a.Section, Title: a.Title, Summary: a.Summary, Source: a.Source, Body: a.Body}
	if a.PublishedAt != nil {
		out.PublishedAt = *a.PublishedAt
	}
	if out.Where, err = region.Name(ctx, tx, a.Region); err != nil {
		return out, err
	}
	out.Files, err = filesOf.All(ctx, tx, a.ID)
	return out, err
}

// PosterInput names an article and the size of the paper.
type PosterInput struct {
	ID    db.ID  `path:"id"`
	Paper string `query:"paper" enum:"a4,a3" default:"a4" maxLength:"2"`
}

// Poster prints a published article for the wall, where those read it who have no phone.
func (s *Service) Poster(ctx context.Context, in PosterInput) (blob.File, error) {
	v, err := s.Read(ctx, GetInput{ID: in.ID})
	if err != nil {
		return blob.File{}, err
	}
	foot := v.Where + "　" + clock.DayOf(v.PublishedAt).String()
	if v.Source != "" {
		foot = "来源：" + v.Source + "　" + foot
	}
	body := strings.TrimSpace(plain(places.ReplaceAllString(v.Body, "")))
	return paper.Poster(v.Title, Sections.Word(v.Section), body, foot, clock.DayOf(v.PublishedAt), in.Paper == "a3")
}

// feed is Atom (RFC 4287).
type feed struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"xml:lang,attr"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Links   []link   `xml:"link"`
	Author  string   `xml:"author>name"`
	Entries []told   `xml:"entry"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type told struct {
	ID       string   `xml:"id"`
	Title    string   `xml:"title"`
	Updated  string   `xml:"updated"`
	Link     link     `xml:"link"`
	Category category `xml:"category"`
	Summary  string   `xml:"summary"`
}

type category struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

// feedLength is how many articles a feed holds.
const feedLength = 30

// FeedInput is what a feed is of.
type FeedInput struct {
	Region  auth.Region `query:"region"`
	Section string      `query:"section" set:"article.section," maxLength:"10"`
}

// Feed gives the newest articles as Atom: titles and summaries as words, and where each is read.
func (s *Service) Feed(ctx context.Context, in FeedInput) (blob.File, error) {
	v, err := s.Front(ctx, PublicInput{Region: in.Region, Section: in.Section, Paging: db.Paging{Limit: feedLength}})
	if err != nil {
		return blob.File{}, err
	}
	base := ui.From(ctx).Base
	out := feed{Lang: "zh-CN", ID: base + v.feed(), Title: "邻里志愿动态" + v.suffix(), Author: "邻里志愿",
		Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
		Links:   []link{{"self", base + v.feed()}, {"alternate", base + v.with("")}}}
	for i, x := range v.Items {
		said := x.PublishedAt.Format(time.RFC3339)
		if i == 0 {
			out.Updated = said
		}
		page := base + at(public, x.ID)
		out.Entries = append(out.Entries, told{page, clean(x.Title), said, link{"alternate", page},
			category{x.Section, Sections.Word(x.Section)}, clean(x.Summary)})
	}
	body, err := xml.MarshalIndent(out, "", " ")
	return blob.File{Name: "feed.xml", Type: "application/atom+xml; charset=utf-8", Body: append([]byte(xml.Header), body...), Show: true,
		Tag: tagOf(body)}, err
}

// clean makes one line of a text.
func clean(text string) string { return strings.Join(strings.Fields(text), " ") }

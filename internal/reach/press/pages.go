package press

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/a-h/templ"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	public      = "/articles"
	publicFiles = "/article-files"
	desk        = "/desk/articles"
	deskFiles   = "/desk/article-files"
	gov         = "/gov/articles"
)

func at(base string, id db.ID) string { return base + "/" + id.String() }

func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:10])
}

// with is the address of the same list in another column.
func (f Front) with(section string) string {
	return ui.Href(public, "region", f.In.Region, "section", section, "q", f.In.Q)
}

func (f Front) feed() string {
	return ui.Href("/feed.xml", "region", f.In.Region, "section", f.In.Section)
}

func (f Front) suffix() string {
	if f.Where == "" {
		return ""
	}
	return "·" + f.Where
}

// columns are the tabs above the list.
func (f Front) columns() []ui.NavItem {
	out := []ui.NavItem{{Href: f.with(""), Label: "全部"}}
	for _, r := range Sections.Rows() {
		out = append(out, ui.NavItem{Href: f.with(r.Code()), Label: r.Word()})
	}
	return out
}

// crumbs is the way up from a place.
func (f Front) crumbs() []ui.Crumb {
	out := []ui.Crumb{{Label: "动态", Href: public}}
	for _, p := range f.Path {
		out = append(out, ui.Crumb{Label: p.Short(), Href: ui.Href(public, "region", p.Code, "section", f.In.Section)})
	}
	out[len(out)-1].Href = ""
	return out
}

// part is a stretch of a text, or a picture in its place.
type part struct {
	HTML    string
	Picture *File
}

// parts cuts a text at the places of its pictures; those that have none follow it.
func parts(body string, files []File) (out []part) {
	placed := map[string]bool{}
	from := 0
	for _, m := range places.FindAllStringSubmatchIndex(body, -1) {
		no := body[m[2]:m[3]]
		if m[0] > from {
			out = append(out, part{HTML: body[from:m[0]]})
		}
		from = m[1]
		for i := range files {
			if files[i].Kind == picture && number(files[i].No) == no && !placed[no] {
				out, placed[no] = append(out, part{Picture: &files[i]}), true
			}
		}
	}
	if from < len(body) {
		out = append(out, part{HTML: body[from:]})
	}
	for i := range files {
		if files[i].Kind == picture && !placed[number(files[i].No)] {
			out = append(out, part{Picture: &files[i]})
		}
	}
	return out
}

func attachments(files []File) (out []File) {
	for _, f := range files {
		if f.Kind == attachment {
			out = append(out, f)
		}
	}
	return out
}

func pictures(files []File) (out []File) {
	for _, f := range files {
		if f.Kind == picture {
			out = append(out, f)
		}
	}
	return out
}

// card is what a shared link shows.
func (s Story) card() *ui.Card {
	c := &ui.Card{Title: s.Title, Text: clean(s.Summary), Path: at(public, s.ID), Feed: "/feed.xml", At: s.PublishedAt}
	if p := pictures(s.Files); len(p) > 0 {
		c.Picture = ui.Href(at(publicFiles, p[0].ID), "size", sizeView)
	}
	return c
}

// inline shows cleaned HTML as it is. It is used for nothing else than Article.Body, which only cleaned writes.
func inline(body string) templ.Component { return templ.Raw(body) }

// with is the address of the same register with one thing of it changed.
func (r Register) with(base, name, value string) string {
	return ui.Href(base, "q", r.In.Q, "state", r.In.State, "section", r.In.Section, "region", r.In.Region, name, value)
}

func (l Line) when(ctx context.Context) string {
	switch {
	case l.PublishedAt != nil && l.State == Published:
		return clock.Words(ctx, *l.PublishedAt)
	case l.PublishAt != nil:
		return "定在 " + clock.Words(ctx, *l.PublishAt)
	}
	return ""
}

// progress says how far the reviews have come.
func progress(state string, passed, needed int64) string {
	if state != Submitted {
		return states.Word(state)
	}
	return states.Word(state) + "，审过 " + number(passed) + "/" + number(needed)
}

// May says what the actor may do with an article now.
func (d Detail) writes(ctx context.Context) bool { return auth.Can(ctx, Write, d.place()) }

func (d Detail) place() auth.Place { return auth.Place{Region: d.Region} }

func (d Detail) edits(ctx context.Context) bool { return d.State == Draft && d.writes(ctx) }

func (d Detail) publishes(ctx context.Context) bool {
	return d.State == Approved && auth.Can(ctx, Publish, d.place())
}

func (d Detail) takesOff(ctx context.Context) bool {
	return (d.State == Approved || d.State == Published) && d.writes(ctx)
}

// reviews says that it is the actor's turn: it waits, he may, he has not written it and has not said anything yet.
func (d Detail) reviews(ctx context.Context) bool {
	if d.State != Submitted || !auth.Can(ctx, Review, d.place()) || !mayReview(ctx, d.Article) {
		return false
	}
	me := auth.From(ctx)
	for _, r := range d.Reviews {
		if (r.Round == d.Round || r.Wrote) && (r.Account == me.Account || r.Person != 0 && r.Person == me.Person) {
			return false
		}
	}
	return true
}

func (r Reviewed) word() string {
	switch {
	case r.Wrote:
		return "参与写稿"
	case r.Passed:
		return "通过"
	}
	return "退回"
}

func (r Reviewed) line() string {
	out := "第 " + number(r.Round) + " 次送审：" + r.word()
	if r.Reason != "" {
		out += "，" + r.Reason
	}
	return out
}

// steps are the reviews as a timeline.
func (d Detail) steps(ctx context.Context) (out []ui.Step) {
	for _, r := range d.Reviews {
		out = append(out, ui.Step{Title: r.line(), Note: r.ByName + "，" + clock.Words(ctx, r.At), State: "done"})
	}
	return out
}

// day and hour are what a form shows of a time; empty where there is none.
func (a Article) day() string {
	if a.PublishAt == nil {
		return ""
	}
	return clock.DayOf(*a.PublishAt).String()
}

func (a Article) hour() string {
	if a.PublishAt == nil {
		return ""
	}
	return clock.Hour(*a.PublishAt)
}

func (n Named) agreement() string {
	switch {
	case n.EndedAt != nil:
		return "撤回了同意"
	case n.PersonID != 0 && n.Agrees:
		return "登记里同意公开"
	case n.PersonID != 0:
		return "登记里没有同意公开"
	}
	return ways.Word(n.How) + "：" + n.Note
}

// Blank is an article that is about to be written.
type Blank struct {
	Region auth.Region `json:"region"`
	Where  string      `json:"where"`
	Today  clock.Day   `json:"today"`
	Base   string      `json:"-"`
}

// RoundInput names what was handed in for review.
type RoundInput struct {
	ID db.ID `path:"id"`
	N  int64 `path:"n" minimum:"1"`
}

func (r Round) title() string { return "第 " + strconv.FormatInt(r.N, 10) + " 次送审的稿子" }

// file is where a reader of the story finds a file of it: everybody once it is published, its reviewers before.
func (s Story) file(f File, size string) string {
	base := publicFiles
	if s.PublishedAt.IsZero() {
		base = deskFiles
	}
	return ui.Href(at(base, f.ID), "size", size)
}

// story is the article as it will be read.
func (d Detail) story() Story {
	return Story{ID: d.ID, Region: d.Region, Where: d.Where, Section: d.Section, Title: d.Title, Source: d.Source, Body: d.Body,
		Files: d.Files}
}

func (f Front) belowOptions() []ui.Option {
	out := region.Options(f.Below)
	if f.In.Region != 0 {
		out = append([]ui.Option{{Value: f.In.Region.String(), Label: f.Where}}, out...)
	}
	return out
}

func hintOf(kind string) string {
	if kind == "html" {
		return "有格式的正文，这里看到的是 HTML；不放样式和脚本"
	}
	return "空一行就是另一段；照片的位置单独写一段 [图1]"
}

func agreeTone(n Named) string {
	if n.Agrees {
		return "done"
	}
	return "alarm"
}

// wayOptions are the ways of somebody who is in no register.
func wayOptions() []ui.Option { return ui.Members(ways, "spoken", "paper", "guardian") }

// with is the address of the same register of reports.
func (r Reports) with(base string) string {
	return ui.Href(base, "q", r.In.Q, "level", r.In.Level, "from", r.In.From, "to", r.In.To, "region", r.In.Region)
}

func (f Figures) file(base, format string) string {
	return ui.Href(base+"-figures/export", "region", f.In.Region, "from", f.In.From, "to", f.In.To, "format", format)
}

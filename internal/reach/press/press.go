// Package press is what is told to the public: articles in columns, each division's own and what those above it tell. Nobody reviews his
// own; whoever is named has agreed, and is off every public page when he no longer does.
//
// Nouns: article, column (section), review, picture, attachment, named person. Verbs: write, edit, submit, approve, return, publish,
// withdraw, revise; for everybody: read, search, follow by a feed.
package press

import (
	"cmp"
	"context"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/spelling"
)

// Permissions.
const (
	Public  auth.Perm = "press.public"  // reading what is published
	View    auth.Perm = "press.view"    // what is in the making
	Write   auth.Perm = "press.write"   // writing, handing in, taking off
	Review  auth.Perm = "press.review"  // never one's own
	Publish auth.Perm = "press.publish" // letting out what was reviewed
)

// States of an article.
const (
	Draft     = "draft"
	Submitted = "submitted"
	Approved  = "approved"
	Published = "published"
	Withdrawn = "withdrawn"
)

// Words that people see.
var (
	Sections = set.New("article.section",
		set.Row{"policy", "政策"}, set.Row{"person", "人物"}, set.Row{"deed", "事迹"}, set.Row{"case", "典型经验"}, set.Row{"result", "成效"},
		set.Row{"notice", "通知公告"})
	states = set.New("article.state",
		set.Row{Draft, "草稿", "ask"}, set.Row{Submitted, "待审", "wait"}, set.Row{Approved, "已审，待发布", "work"},
		set.Row{Published, "已发布", "done"}, set.Row{Withdrawn, "已撤下", "alarm"})
	fileKinds = set.New("article_file.kind", set.Row{picture, "照片"}, set.Row{attachment, "附件"})
	ways      = set.New("article_named.how",
		set.Row{"", "登记里的同意"}, set.Row{"spoken", "本人口头"}, set.Row{"paper", "纸面签名"}, set.Row{"guardian", "监护人代为同意"})
)

// Article is one article as those see it who make it.
type Article struct {
	ID           db.ID       `json:"id"`
	Version      int64       `json:"version"`
	Region       auth.Region `json:"region" doc:"哪一级的；下面各级的页上也看得到"`
	Section      string      `json:"section"`
	Title        string      `json:"title"`
	Summary      string      `json:"summary"`
	Source       string      `json:"source" doc:"转载的写来源，自己写的为空"`
	Body         string      `json:"text" doc:"清洗过的 HTML；单独一段的 [图1] 是第一张照片的位置"`
	Words        string      `json:"-"` // for searching
	Policy       int64       `json:"-"` // by which Body was cleaned
	State        string      `json:"state"`
	Round        int64       `json:"round" doc:"第几次送审"`
	Needed       int64       `json:"needed" doc:"要几个人审"`
	Passed       int64       `json:"passed" doc:"已有几个人审过"`
	PublishAt    *time.Time  `json:"publish_at" doc:"审完以后什么时候发布；没有定时为空"`
	PublishedAt  *time.Time  `json:"published_at"`
	Author       db.ID       `json:"-"` // account
	AuthorPerson db.ID       `json:"-"`
	AuthorName   string      `json:"author_name"`
	Reason       string      `json:"reason" doc:"最近一次退回或者撤下的原因"`
	MadeAt       time.Time   `json:"made_at" db:",once"`
	ChangedAt    time.Time   `json:"changed_at"`
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	blobs   *blob.Store
	kind    act.Kind[Article]
	reports act.Kind[Coverage]
	mark    mark
}

// New makes the service.
func New(d *db.DB, blobs *blob.Store) *Service {
	s := &Service{db: d, blobs: blobs, reports: reportKind()}
	s.kind = act.Kind[Article]{Object: "article", View: View, Table: table, Lock: true, Word: states.Word, Save: s.save, Make: s.save,
		Place: func(a Article) auth.Place { return auth.Place{Region: a.Region} },
		State: func(a Article) string { return a.State },
		Trail: func(was, now Article) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	return s
}

// save writes an article, new or not, and keeps it findable just while it is published.
func (s *Service) save(ctx context.Context, tx *db.Tx, a *Article) error {
	a.Words = string(spelling.Runes(a.Title)) + "\n" + string(spelling.Runes(a.Summary)) + "\n" + string(spelling.Runes(plain(a.Body)))
	a.ChangedAt = tx.Now
	if a.Version == 0 {
		a.Version = 1
		return table.Insert(ctx, tx, *a)
	}
	if err := table.Update(ctx, tx, a); err != nil {
		return err
	}
	if err := index(ctx, tx, *a); err != nil || a.PublishedAt == nil {
		return err
	}
	_, err := turn.Run(ctx, tx)
	tx.AfterCommit(s.mark.forget)
	return err
}

// Fields are what a writer fills in.
type Fields struct {
	Section string `json:"section" set:"article.section" maxLength:"10"`
	Title   string `json:"title" minLength:"1" maxLength:"60"`
	Summary string `json:"summary" required:"false" maxLength:"200" doc:"列表和分享卡片上的话；不写就用正文的开头"`
	Source  string `json:"source" required:"false" maxLength:"60" doc:"转载的写来源"`
	Text    string `json:"text" required:"false" maxLength:"60000" doc:"正文"`
	Format  string `json:"format" enum:"text,html" default:"text" maxLength:"4" doc:"text 空一行为一段；html 由系统清洗"`
	When
}

// When is the time at which something is to be published.
type When struct {
	PublishDay  clock.Day `json:"publish_day" required:"false" doc:"审完以后哪天发布；不填就由人来发布"`
	PublishTime string    `json:"publish_time" required:"false" maxLength:"5" doc:"几点，09:00；不填为 09:00"`
}

// mostBytes is the longest text that is kept, so that what Word brings along cannot fill a page.
const mostBytes = 120_000

func (in *Fields) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Title) != "", "title", "请写标题")
	c.That(len(in.Text) <= mostBytes, "text", "正文太长，请分成几篇")
	in.When.into(c)
	return c.Err()
}

// into refuses a time that is none.
func (w When) into(c errs.Check) {
	if w.PublishDay == 0 {
		c.That(w.PublishTime == "", "publish_day", "定了几点，也要定哪天")
	} else if _, err := time.Parse("15:04", cmp.Or(w.PublishTime, morning)); err != nil {
		c.That(false, "publish_time", "写成 09:00 这样")
	}
}

// morning is when what has a day and no hour is published.
const morning = "09:00"

// at is when it is to be published, nil where no day is named.
func (w When) at() *time.Time {
	if w.PublishDay == 0 {
		return nil
	}
	t, _ := time.Parse("15:04", cmp.Or(w.PublishTime, morning)) // into has read it
	at := w.PublishDay.Time().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
	return &at
}

func (in *Fields) put(a *Article) {
	a.Section, a.Title, a.Source, a.PublishAt = in.Section, strings.TrimSpace(in.Title), strings.TrimSpace(in.Source), in.at()
	a.Body, a.Policy = cleaned(in.Text, in.Format), policyVersion
	if a.Summary = strings.TrimSpace(in.Summary); a.Summary == "" {
		a.Summary = beginning(a.Body)
	}
}

// CreateInput is a new article.
type CreateInput struct {
	Region auth.Region `json:"region" required:"false" doc:"哪一级的；不填为您管的地方"`
	Fields
}

// Create starts an article as a draft.
func (s *Service) Create(ctx context.Context, in CreateInput) (Detail, error) {
	at, who := cmp.Or(in.Region, auth.From(ctx).Seat()), auth.From(ctx)
	op := act.Op{Perm: Write, Action: "press.written", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		if err := auth.Require(ctx, Write, Write, auth.Place{Region: at}); err != nil {
			return out, err
		}
		d, err := region.Get(ctx, tx, at)
		if err == nil && !d.InForce() {
			err = errs.Field("region", "这个地方已经不在用了")
		}
		if err != nil {
			return out, err
		}
		a := Article{ID: tx.NewID(), Region: at, State: Draft, Author: who.Account, AuthorPerson: who.Person, AuthorName: who.Name,
			MadeAt: tx.Now}
		in.put(&a)
		if err := s.kind.Enter(ctx, tx, op, &a); err != nil {
			return out, err
		}
		return detail(ctx, tx, a)
	})
}

// EditInput changes a draft.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Fields
}

// Edit changes a draft; who changes it is its author from then on, beside whoever wrote it, and reviews it as little.
func (s *Service) Edit(ctx context.Context, in EditInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.edited", ID: in.ID, Version: in.Version, From: []string{Draft}, Check: in.check,
		Wrong: "送审以后不能改：先退回，或者撤下再改"}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		in.put(a)
		return handled(ctx, tx, *a)
	})
}

// change is act.ChangeTo with the whole article as its answer.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, a *Article) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.kind, op, fn, func(tx *db.Tx, a Article) (Detail, error) { return detail(ctx, tx, a) })
}

// GetInput names an article.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is an article with all that belongs to it.
type Detail struct {
	Article
	Where   string     `json:"where"`
	Files   []File     `json:"files"`
	Named   []Named    `json:"named"`
	Reviews []Reviewed `json:"reviews" doc:"每次送审，谁审的"`
	Rounds  []Round    `json:"-"`
}

// Get gives an article to those who make it.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.kind, in.ID, func(tx *db.Tx, a Article) (Detail, error) { return detail(ctx, tx, a) })
}

func detail(ctx context.Context, tx *db.Tx, a Article) (out Detail, err error) {
	out.Article = a
	if out.Where, err = region.Name(ctx, tx, a.Region); err != nil {
		return out, err
	}
	if out.Files, err = filesOf.All(ctx, tx, a.ID); err != nil {
		return out, err
	}
	if out.Named, err = namedIn(ctx, tx, a.ID); err != nil {
		return out, err
	}
	if out.Rounds, err = roundsOf.All(ctx, tx, a.ID); err != nil {
		return out, err
	}
	out.Reviews, err = reviewsOf.All(ctx, tx, a.ID)
	return out, err
}

// ListInput searches what is in the making.
type ListInput struct {
	Region  auth.Region `query:"region"`
	Section string      `query:"section" set:"article.section," maxLength:"10"`
	State   string      `query:"state" set:"article.state," maxLength:"10"`
	Q       string      `query:"q" maxLength:"40" doc:"标题、摘要、正文里的字"`
	db.Paging
}

// Register is one page of articles, and how many each division has of them.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Line]
}

// Line is an article in a list.
type Line struct {
	ID          db.ID       `json:"id"`
	Region      auth.Region `json:"region"`
	Section     string      `json:"section"`
	Title       string      `json:"title"`
	State       string      `json:"state"`
	Passed      int64       `json:"passed"`
	Needed      int64       `json:"needed"`
	AuthorName  string      `json:"author_name"`
	PublishAt   *time.Time  `json:"publish_at"`
	PublishedAt *time.Time  `json:"published_at"`
	ChangedAt   time.Time   `json:"changed_at"`
	Where       string      `json:"where" db:"-"`
}

// List lists articles in the actor's scope, the last changed first.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Register, error) {
		page, err := list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, View)}, in.Paging)
		if err != nil {
			return Register{}, err
		}
		for i := range page.Items {
			if page.Items[i].Where, err = region.Name(ctx, tx, page.Items[i].Region); err != nil {
				return Register{}, err
			}
		}
		return Register{in, page}, nil
	})
}

// Blank gives the form of a new article.
func (s *Service) Blank(ctx context.Context, _ Nothing) (Blank, error) {
	at := cmp.Or(auth.From(ctx).Seat(), region.Top)
	return act.Read(ctx, s.db, Write, func(tx *db.Tx) (out Blank, err error) {
		out.Region, out.Today = at, clock.DayOf(tx.Now)
		out.Where, err = region.FullName(ctx, tx, at)
		return out, err
	})
}

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Round gives what was handed in for review at one time.
func (s *Service) Round(ctx context.Context, in RoundInput) (Round, error) {
	return act.Look(ctx, s.db, &s.kind, in.ID, func(tx *db.Tx, a Article) (Round, error) { return roundTable.Get(ctx, tx, a.ID, in.N) })
}

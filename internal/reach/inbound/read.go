package inbound

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/telephone"
	"linli/internal/platform/web/ui"
	"linli/internal/reach/batch"
	"linli/internal/reach/platforms"
	"linli/internal/work/catalogue"
)

// Board is who may send, and a page of what came.
type Board struct {
	In           ListInput    `json:"-"`
	Where        string       `json:"-"`
	May          bool         `json:"-"`
	Installation string       `json:"installation" doc:"本系统的编号"`
	PublicKey    string       `json:"public_key" doc:"本系统签名的公钥"`
	Sources      []SourceLine `json:"sources"`
	db.Page[BatchLine]
}

// mostSources is how many sources of a division are listed.
const mostSources = 100

// List gives the sources of the actor's place and the batches that came, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Board, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Board, err error) {
		out.In, out.May, out.PublicKey = in, auth.Holds(ctx, Take), s.own()
		if out.Installation, err = platforms.Installation(ctx, tx); err != nil {
			return out, err
		}
		if out.Where, err = region.FullName(ctx, tx, seat(ctx)); err != nil {
			return out, err
		}
		q := search{in, auth.ScopeOf(ctx, View)}
		if out.Sources, err = sourceList.First(ctx, tx, q, mostSources); err != nil {
			return out, err
		}
		out.Page, err = batchList.Page(ctx, tx, q, in.Paging)
		return out, err
	})
}

// GetInput names a source or a batch.
type GetInput struct {
	ID db.ID `path:"id"`
}

// SourceDetail is a source with its keys and what came of it.
type SourceDetail struct {
	Source
	Where   string      `json:"region_name"`
	Mapping []Entry     `json:"mapping" doc:"对照表：对方的代码和这里的代码"`
	Keys    []Key       `json:"keys"`
	Batches []BatchLine `json:"batches" doc:"最近的"`
	Today   clock.Day   `json:"-"`
	May     bool        `json:"-"`
	Me      db.ID       `json:"-"`
}

// Get gives a source.
func (s *Service) Get(ctx context.Context, in GetInput) (SourceDetail, error) {
	return act.Look(ctx, s.db, &s.sources, in.ID, func(tx *db.Tx, src Source) (SourceDetail, error) { return sourceDetail(ctx, tx, src) })
}

func sourceDetail(ctx context.Context, tx *db.Tx, src Source) (out SourceDetail, err error) {
	out = SourceDetail{Source: src, Today: clock.DayOf(tx.Now), May: auth.Require(ctx, Take, View, src.place()) == nil,
		Me: auth.From(ctx).Account}
	if out.Where, err = region.FullName(ctx, tx, src.Region); err != nil {
		return out, err
	}
	if out.Mapping, err = mappingOf(ctx, tx, src.ID, src.MappingNo); err != nil {
		return out, err
	}
	keys, err := keysOf.All(ctx, tx, src.ID)
	if err != nil {
		return out, err
	}
	batches, err := batchList.First(ctx, tx, search{ListInput{SourceID: src.ID}, auth.ScopeOf(ctx, View)}, 20)
	out.Keys, out.Batches = append([]Key{}, keys...), append([]BatchLine{}, batches...)
	return out, err
}

// Detail is a batch with how its lines stand.
type Detail struct {
	Batch
	SourceName string     `json:"source_name"`
	Platform   string     `json:"platform"`
	Where      string     `json:"region_name"`
	Stands     []Standing `json:"lines" doc:"各组各有多少条"`
	Heaps      []Heap     `json:"conflicts" doc:"各种冲突各有多少"`
	Open       int64      `json:"conflicts_open" doc:"还没有决定的"`
	Records    []Figure   `json:"records" doc:"收下的服务现在怎样：这些时长单列来源"`
	May        bool       `json:"-"`
	Me         db.ID      `json:"-"`
}

// Count is how many lines of a kind stand so; of all kinds, or in any state, where it is "".
func (d Detail) Count(kind, state string) (n int64) {
	for _, x := range d.Stands {
		if (kind == "" || x.Kind == kind) && (state == "" || x.State == state) {
			n += x.N
		}
	}
	return n
}

// Batch gives a batch.
func (s *Service) Batch(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.batches, in.ID, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, b Batch) (out Detail, err error) {
	out = Detail{Batch: b, May: auth.Require(ctx, Take, View, b.place()) == nil, Me: auth.From(ctx).Account, Stands: []Standing{},
		Heaps: []Heap{}}
	src, err := sourceTable.Get(ctx, tx, b.SourceID)
	if err != nil {
		return out, err
	}
	out.SourceName, out.Platform = src.Name, src.Platform
	if out.Where, err = region.FullName(ctx, tx, b.Region); err != nil {
		return out, err
	}
	found, err := stands.All(ctx, tx, b.ID)
	if err != nil {
		return out, err
	}
	out.Stands = append(out.Stands, found...)
	figures, err := figuresOf.All(ctx, tx, b.ID)
	if err != nil {
		return out, err
	}
	out.Records = append([]Figure{}, figures...)
	piles, err := heaps.All(ctx, tx, b.ID)
	for _, h := range piles {
		out.Heaps = append(out.Heaps, h)
		if h.Decision == "open" {
			out.Open += h.N
		}
	}
	return out, err
}

// Lines is a page of the lines of a batch.
type Lines struct {
	In     LinesInput `json:"-"`
	Number string     `json:"batch"`
	State  string     `json:"state"`
	May    bool       `json:"-"`
	db.Page[Line]
}

// Line is one line as people see it: names are masked but where two are compared.
type Line struct {
	N        int64        `json:"line"`
	Kind     string       `json:"kind"`
	TheirID  string       `json:"id" doc:"对方的条目编号"`
	Owner    string       `json:"person" doc:"对方的志愿者条目编号"`
	Words    string       `json:"words" doc:"说的是什么"`
	State    string       `json:"state"`
	Reason   string       `json:"reason"`
	PersonID db.ID        `json:"person_id" doc:"这里的登记"`
	RecordID db.ID        `json:"record_id" doc:"收下成为的服务记录"`
	Differs  []Difference `json:"conflicts"`
}

// Difference is one conflict of a line with both sides.
type Difference struct {
	Field     string     `json:"field"`
	Decision  string     `json:"decision"`
	Ours      string     `json:"ours"`
	Theirs    string     `json:"theirs"`
	Who       []Somebody `json:"candidates" doc:"可能是哪些人"`
	PersonID  db.ID      `json:"person_id"`
	ByName    string     `json:"by_name"`
	DecidedAt *clock.Day `json:"decided_on"`
}

// Somebody is one of several whom a line may mean.
type Somebody struct {
	ID       db.ID     `json:"id"`
	Name     string    `json:"name"`
	BirthDay clock.Day `json:"birth_day"`
	Where    string    `json:"region_name"`
}

func (x Somebody) words() string { return x.Name + " " + x.BirthDay.String() + " " + x.Where }

// people are those of whom one is chosen.
func people(list []Somebody) (out []ui.Option) {
	for _, x := range list {
		out = append(out, ui.Option{Value: x.ID.String(), Label: x.words()})
	}
	return out
}

// words say who entered a key, for which days, and who compared it.
func (k Key) words() string {
	out := k.FromDay.String() + " 至 " + k.UntilDay.String() + "　" + k.ByName + " 登记"
	if k.SecondName != "" {
		out += "，" + k.SecondName + " 核对"
	}
	if k.Reason != "" {
		out += "：" + k.Reason
	}
	return out
}

// words say what a code means here.
func (e Entry) words() string {
	if e.Field == "category" {
		return catalogue.Categories.Word(e.Ours)
	}
	return e.Ours
}

func (f Figure) words() string { return fmt.Sprintf("%d 条，%s", f.N, clock.Minutes(f.Minutes)) }

func takeWord(state string) string {
	if state == taking {
		return "接着收下"
	}
	return "收下"
}

// Lines gives lines of a batch in their order.
func (s *Service) Lines(ctx context.Context, in LinesInput) (Lines, error) {
	return act.Look(ctx, s.db, &s.batches, in.ID, func(tx *db.Tx, b Batch) (out Lines, err error) {
		out = Lines{In: in, Number: b.Number, State: b.State, May: auth.Require(ctx, Take, View, b.place()) == nil}
		page, err := lineList.Page(ctx, tx, in, in.Paging)
		if err != nil {
			return out, err
		}
		out.Next, out.Items = page.Next, make([]Line, 0, len(page.Items))
		for _, row := range page.Items {
			l, err := s.show(ctx, tx, row, out.May)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, l)
		}
		return out, nil
	})
}

// show makes of a row what people see of it.
func (s *Service) show(ctx context.Context, tx *db.Tx, row line, may bool) (out Line, err error) {
	out = Line{N: row.N, Kind: row.Kind, TheirID: row.TheirID, Owner: row.Owner, State: row.State, Reason: row.Reason, PersonID: row.PersonID,
		RecordID: row.RecordID, Words: "内容已经删除", Differs: []Difference{}}
	if row.Line == nil {
		return out, nil
	}
	l, err := s.open(row)
	if err != nil {
		return out, err
	}
	out.Words = words(l)
	if !may {
		return out, nil
	}
	list, err := conflictsAt.All(ctx, tx, row.BatchID, row.N)
	for _, c := range list {
		d, err := s.sides(ctx, tx, row, l, c)
		if err != nil {
			return out, err
		}
		out.Differs = append(out.Differs, d)
	}
	return out, err
}

// words say what a line is about.
func words(l batch.Line) string {
	switch l.Kind {
	case batch.Person:
		return person.MaskName(l.Text("name"))
	case batch.Evaluation:
		return fmt.Sprintf("%s 服务 %s：%d 分", l.Text("day"), l.Text("service"), l.Number("rating"))
	case batch.Commendation:
		return strings.Join([]string{l.Text("day"), l.Text("title"), l.Text("unit")}, "　")
	}
	return fmt.Sprintf("%s　%s　%d 分钟　%s", l.Text("day"), l.Text("title"), l.Number("minutes"), l.Text("unit"))
}

// sides puts both sides of a conflict beside one another; telephones are masked.
func (s *Service) sides(ctx context.Context, tx *db.Tx, row line, l batch.Line, c conflict) (out Difference, err error) {
	out = Difference{Field: c.Field, Decision: c.Decision, PersonID: c.PersonID, ByName: c.ByName, Theirs: l.Text(c.Field), Who: []Somebody{}}
	if c.DecidedAt != nil {
		day := clock.DayOf(*c.DecidedAt)
		out.DecidedAt = &day
	}
	switch c.Field {
	case "candidates":
		out.Theirs = l.Text("name")
		out.Who, err = s.somebodies(ctx, tx, row.Region, l)
		return out, err
	case "record":
		out.Theirs = words(l)
		out.Ours, err = s.earlierWords(ctx, tx, row)
		return out, err
	case "phone":
		out.Theirs = telephone.Mask(out.Theirs)
	case "sex":
		out.Theirs = sexWords[out.Theirs]
	}
	p, err := person.Get(ctx, tx, row.PersonID)
	out.Ours = map[string]string{"name": p.Name, "birth_day": p.BirthDay.String(), "sex": sexWords[p.Sex], "phone": p.Phone}[c.Field]
	return out, err
}

var sexWords = map[string]string{person.Male: "男", person.Female: "女"}

func (s *Service) somebodies(ctx context.Context, tx *db.Tx, at auth.Region, l batch.Line) (out []Somebody, err error) {
	list, err := s.candidates(ctx, tx, at, l)
	for _, p := range list {
		x := Somebody{ID: p.ID, Name: p.Name, BirthDay: p.BirthDay}
		if err == nil {
			x.Where, err = region.FullName(ctx, tx, p.Region)
		}
		out = append(out, x)
	}
	return out, err
}

// earlierWords say what came of the same item before.
func (s *Service) earlierWords(ctx context.Context, tx *db.Tx, row line) (string, error) {
	was, there, err := db.Found(earlier.One(ctx, tx, row.SourceID, row.Kind, row.TheirID, row.BatchID))
	if err != nil || !there {
		return "", err
	}
	l, err := s.open(was)
	if errs.KindOf(err) == errs.Conflict {
		return "内容已经删除", nil
	}
	return words(l), err
}

package console

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/sheet"
	"linli/internal/platform/web/ui"
)

// TrailInput asks for a page of the trail; What are words of an action as people call it.
type TrailInput struct {
	audit.ListInput
	What string `query:"what" required:"false" maxLength:"60" doc:"办了什么，如“派单”"`
}

// Trail is the page of the trail.
type Trail struct {
	In TrailInput
	db.Page[Line]
	kinds []ui.Option
}

// Line is a row of the trail as people read it.
type Line struct {
	audit.Row
	What  string `json:"what" doc:"办了什么"`
	Thing string `json:"thing" doc:"办的是什么"`
	Place string `json:"place" doc:"在哪里"`
	open  string // the thing's own page, for those who may open it
}

// Trail gives rows of the trail that the actor may read, the newest first.
func (s *Service) Trail(ctx context.Context, in TrailInput) (Trail, error) {
	return act.Read(ctx, s.db, audit.View, func(tx *db.Tx) (Trail, error) {
		out := Trail{In: in, kinds: s.kinds()}
		in.Filter = s.narrowed(in.Filter, in.What)
		rows, err := audit.List(ctx, tx, in.ListInput)
		if err != nil {
			return out, err
		}
		out.Next = rows.Next
		places := map[auth.Region]string{}
		for _, r := range rows.Items {
			l, err := s.line(ctx, tx, r, places)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, l)
		}
		return out, nil
	})
}

// narrowed asks for the actions that people call by some words; words that name none find nothing.
func (s *Service) narrowed(f audit.Filter, what string) audit.Filter {
	if what = strings.TrimSpace(what); what == "" {
		return f
	}
	actions := []string{}
	for _, name := range s.named() {
		if strings.Contains(name, ".") && strings.Contains(s.words(name), what) {
			actions = append(actions, name)
		}
	}
	return f.Among(actions)
}

// kinds are the kinds of work by their words.
func (s *Service) kinds() (out []ui.Option) {
	names := s.named()
	for _, name := range names {
		if slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, name+".") }) {
			out = append(out, ui.Option{Value: name, Label: s.words(name)})
		}
	}
	slices.SortFunc(out, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// line puts words to a row; places keeps the names of divisions that were asked for already.
func (s *Service) line(ctx context.Context, tx *db.Tx, r audit.Row, places map[auth.Region]string) (Line, error) {
	l := Line{Row: r, What: orSelf(s.words(r.Action), r.Action), Thing: orSelf(s.words(r.Object), r.Object)}
	if p, ok := pages[r.Object]; ok && auth.Holds(ctx, p.perm) && r.ObjectID != "" {
		l.open = p.path + r.ObjectID
	}
	if _, known := places[r.Region]; !known && r.Region != 0 {
		name, _, err := db.Found(region.FullName(ctx, tx, r.Region))
		if err != nil {
			return l, err
		}
		places[r.Region] = name
	}
	l.Place = places[r.Region]
	return l, nil
}

// orSelf are words, or where nobody gave any the name itself.
func orSelf(words, name string) string {
	if words == "" {
		return name
	}
	return words
}

// pages are the pages of things that readers of the trail may open; all else is told by its own trail.
var pages = map[string]struct {
	perm auth.Perm
	path string
}{
	"account": {"account.view", "/admin/accounts/"},
	"record":  {"record.view", "/desk/records/"},
}

// longest is how many rows one file of the trail holds.
const longest = 100_000

// TrailFile asks for the trail as a file.
type TrailFile struct {
	audit.Filter
	What string `query:"what" required:"false" maxLength:"60" doc:"办了什么，如“派单”"`
}

// each gives the asked rows, the oldest first; more than a file holds is an error of the days.
func (s *Service) each(ctx context.Context, in TrailFile, fn func(tx *db.Tx, r audit.Row) error) error {
	n := 0
	return s.db.Read(ctx, func(tx *db.Tx) error {
		return audit.Each(ctx, tx, s.narrowed(in.Filter, in.What), func(r audit.Row) error {
			if n++; n > longest {
				return errs.Field("from", "超过 "+format.Thousands(format.Int(longest))+" 条，请选短一些的日期")
			}
			return fn(tx, r)
		})
	})
}

// Lines gives the filtered trail as JSON lines, the oldest first.
func (s *Service) Lines(ctx context.Context, in TrailFile) (blob.File, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := s.each(ctx, in, func(_ *db.Tx, r audit.Row) error { return enc.Encode(r) })
	return blob.File{Name: "audit.jsonl", Type: "application/x-ndjson", Body: out.Bytes()}, err
}

// Sheet gives the filtered trail as a table of a spreadsheet, the oldest first.
func (s *Service) Sheet(ctx context.Context, in TrailFile) (blob.File, error) {
	t := sheet.Table{Title: "操作记录", Columns: []string{"时间", "谁", "办了什么", "办的是什么", "编号", "在哪里", "原因", "链上第几条"}}
	var rows []audit.Row
	if err := s.each(ctx, in, func(_ *db.Tx, r audit.Row) error { rows = append(rows, r); return nil }); err != nil {
		return blob.File{}, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		t.Lead = clock.Words(ctx, tx.Now) + "导出，共 " + strconv.Itoa(len(rows)) + " 条"
		places := map[auth.Region]string{}
		for _, r := range rows {
			l, err := s.line(ctx, tx, r, places)
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, []string{l.At.In(clock.Shanghai).Format(time.DateTime), l.Actor, l.What, l.Thing, l.ObjectID, l.Place, l.Cause,
				l.number()})
		}
		return nil
	})
	if err != nil {
		return blob.File{}, err
	}
	body, err := sheet.XLSX(t)
	return blob.File{Name: "操作记录.xlsx", Type: sheet.TypeXLSX, Body: body}, err
}

// number is the row's place in the chain.
func (l Line) number() string {
	if l.Seq == nil {
		return "待编号"
	}
	return strconv.FormatInt(*l.Seq, 10)
}

// asked are what the trail was asked for, in pairs.
func (v Trail) asked() []any {
	f := v.In.Filter
	return []any{"kind", f.Kind, "what", v.In.What, "who", f.Who, "object", f.Object, "object_id", f.ObjectID, "action", f.Action,
		"region", f.Region, "from", f.From, "to", f.To}
}

func (v Trail) next() string { return ui.Next("/admin/audit", v.Next, v.asked()...) }

// own leads to the trail of the thing of a line alone.
func (l Line) own() string {
	return ui.Href("/admin/audit", "object", l.Object, "object_id", l.ObjectID)
}

// regionText is a division as a field shows it.
func regionText(r auth.Region) string {
	if r == 0 {
		return ""
	}
	return r.String()
}

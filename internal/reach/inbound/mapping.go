package inbound

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/reach/batch"
	"linli/internal/work/catalogue"
)

// Mapped are the fields whose codes a source may have of its own: divisions of another edition, and kinds of service that it does not say.
var Mapped = set.New("inbound_mapped", set.Row{"region", "地区"}, set.Row{"category", "服务类别"})

// none stands for a code that is not said at all.
const none = "-"

// Entry says that a source's code is one of ours.
type Entry struct {
	Field  string `json:"field"`
	Theirs string `json:"theirs" doc:"对方的代码；“-”为没有写"`
	Ours   string `json:"ours"`
}

// edition is one version of a source's mapping. A batch keeps the number of that by which it was taken.
type edition struct {
	SourceID db.ID
	No       int64
	Entries  string
	ByID     db.ID
	ByName   string
	MadeAt   time.Time
}

var mappingTable = db.NewRelation[edition]("inbound_mapping", "source_id", "no")

// mappingOf gives the entries of one edition; the first edition, before anybody wrote one, is empty.
func mappingOf(ctx context.Context, tx *db.Tx, source db.ID, no int64) (out []Entry, err error) {
	if no == 0 {
		return []Entry{}, nil
	}
	e, err := mappingTable.Get(ctx, tx, source, no)
	if err == nil {
		err = json.Unmarshal([]byte(e.Entries), &out)
	}
	return out, err
}

// MapInput says what a code of a source means here, or, without ours, that it means nothing any more.
type MapInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version"`
	Field   string `json:"field" set:"inbound_mapped" maxLength:"10"`
	Theirs  string `json:"theirs" minLength:"1" maxLength:"100" doc:"对方的代码；没有写的填 -"`
	Ours    string `json:"ours" required:"false" maxLength:"40" doc:"这里的代码；不填就是去掉这一行"`
}

// Map writes a new edition of a source's mapping; what was taken by an earlier one stays as it is.
func (s *Service) Map(ctx context.Context, in MapInput) (SourceDetail, error) {
	in.Theirs, in.Ours = strings.TrimSpace(in.Theirs), strings.TrimSpace(in.Ours)
	op := act.Op{Perm: Take, Action: "inbound.map", ID: in.ID, Version: in.Version,
		Detail: map[string]any{"field": in.Field, "theirs": in.Theirs, "ours": in.Ours}, Check: func() error {
			c := errs.Check{}
			c.That(in.Theirs != "", "theirs", "请填写对方的代码")
			c.That(in.Ours == "" || in.Field != "category" || catalogue.Categories.Has(in.Ours), "ours", "类别要是十五类之一")
			return c.Err()
		}}
	return act.ChangeTo(ctx, s.db, &s.sources, op, func(tx *db.Tx, x *Source) error {
		list, err := mappingOf(ctx, tx, x.ID, x.MappingNo)
		if err == nil && in.Field == "region" && in.Ours != "" {
			err = community(ctx, tx, in.Ours)
		}
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(e Entry) bool { return e.Field == in.Field && e.Theirs == in.Theirs })
		if in.Ours != "" {
			list = append(list, Entry{in.Field, in.Theirs, in.Ours})
		}
		slices.SortFunc(list, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Theirs, b.Theirs)) })
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		x.MappingNo++
		me := auth.From(ctx)
		return mappingTable.Insert(ctx, tx, edition{x.ID, x.MappingNo, string(text), me.Account, me.Name, tx.Now})
	}, func(tx *db.Tx, x Source) (SourceDetail, error) { return sourceDetail(ctx, tx, x) })
}

// community refuses what is no community in force.
func community(ctx context.Context, tx *db.Tx, code string) error {
	var at auth.Region
	if err := at.UnmarshalText([]byte(code)); err != nil || at.Level() != auth.LevelCommunity {
		return errs.Field("ours", "要填嘎查村（社区）的 12 位代码")
	}
	ok, err := region.Exists(ctx, tx, at)
	if err == nil && !ok {
		err = errs.Field("ours", "没有这个嘎查村（社区）")
	}
	return err
}

// codes reads a source's codes by one edition of its mapping.
type codes struct {
	entries []Entry
	there   map[string]bool // communities that were looked up
}

// of gives our code of a field of a line, "" where there is none.
func (c *codes) of(ctx context.Context, tx *db.Tx, l batch.Line, field string) (string, error) {
	theirs := cmp.Or(l.Text(field), none)
	for _, e := range c.entries {
		if e.Field == field && e.Theirs == theirs {
			return e.Ours, nil
		}
	}
	if field == "category" {
		return l.Text(field), nil
	}
	ok, asked := c.there[theirs]
	if !asked {
		err := community(ctx, tx, theirs)
		if err != nil && errs.KindOf(err) != errs.Invalid {
			return "", err
		}
		ok = err == nil
		c.there[theirs] = ok
	}
	if !ok {
		theirs = ""
	}
	return theirs, nil
}

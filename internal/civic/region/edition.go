package region

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
)

// States of an edition.
const (
	Preview   = "preview"   // uploaded, to be looked at; the divisions are as before
	Moving    = "moving"    // the divisions are new, live rows follow theirs
	Applied   = "applied"   // all is done
	Discarded = "discarded" // dropped, nothing was changed
)

// Kinds of change.
const (
	Added   = "added"
	Renamed = "renamed" // maybe with another class
	Classed = "class"   // another urban/rural class alone
	Closed  = "closed"  // not in the edition; with a successor it goes on as that
)

// Edition is a state of the divisions that was uploaded, with what it changes.
type Edition struct {
	ID         db.ID      `json:"id"`
	Version    int64      `json:"version"`
	State      string     `json:"state" doc:"preview 待确认，moving 正在移交，applied 已生效，discarded 已放弃"`
	Day        clock.Day  `json:"day" db:",once" doc:"区划版本的时点"`
	Source     string     `json:"source" db:",once"`
	FileName   string     `json:"file_name" db:",once"`
	SHA256     string     `json:"sha256" db:"sha256,once"`
	Units      int64      `json:"units" db:",once" doc:"文件里一共几个区划"`
	MadeBy     string     `json:"made_by" db:",once"`
	MadeAt     time.Time  `json:"made_at" db:",once"`
	EndedBy    string     `json:"ended_by"`
	EndedAt    *time.Time `json:"ended_at"`
	AppliedDay clock.Day  `json:"applied_day" doc:"从哪天起在本系统里生效；没有生效为空"`
	Added      int64      `json:"added" db:",read"`
	Renamed    int64      `json:"renamed" db:",read"`
	Classed    int64      `json:"classed" db:",read"`
	Closed     int64      `json:"closed" db:",read"`
	Undecided  int64      `json:"undecided" db:",read" doc:"系统建议了接续、还没有人确认的"`
	Moves      int64      `json:"moves" db:",read" doc:"有接续的撤销"`
	Moved      int64      `json:"moved" db:",read" doc:"已经移交的"`
	changes    []Change   // of a new one
}

var editions = act.Kind[Edition]{Object: "region_edition", View: Edit, Table: editionTable, Lock: true, Load: edition, Make: enterEdition,
	Save: saveEdition, Place: func(Edition) auth.Place { return auth.Place{Region: Top} },
	Trail: func(_, e Edition) map[string]any {
		return map[string]any{"day": e.Day, "added": e.Added, "renamed": e.Renamed, "closed": e.Closed, "moves": e.Moves}
	}}

// end puts an edition into its last state, or the last but one.
func (e *Edition) end(ctx context.Context, tx *db.Tx, state string, day clock.Day) {
	now := tx.Now
	e.State, e.AppliedDay, e.EndedBy, e.EndedAt = state, day, auth.From(ctx).Name, &now
}

// Change is what an edition says of one division that is not as now.
type Change struct {
	EditionID     db.ID       `json:"-"`
	Code          auth.Region `json:"code"`
	Kind          string      `json:"kind"`
	Level         int64       `json:"level"`
	OldName       string      `json:"old_name"`
	Name          string      `json:"name"`
	OldClass      string      `json:"old_class"`
	Class         string      `json:"class"`
	Counts        bool        `json:"counts" doc:"新增的是否计入嘎查村（社区）数，按名称推断"`
	CountsWhy     string      `json:"counts_why"`
	Offered       auth.Region `json:"offered" doc:"系统按名称建议由谁接续"`
	OfferedName   string      `json:"offered_name" db:",read"`
	Basis         string      `json:"basis" doc:"为什么这样建议"`
	Decided       bool        `json:"decided" doc:"有人确认过"`
	Successor     auth.Region `json:"successor" doc:"由谁接续；空为不接续"`
	SuccessorName string      `json:"successor_name" db:",read"`
	Moved         bool        `json:"moved"`
}

// UploadInput is an edition as a file: CSV with the columns code,parent,level,name,class.
type UploadInput struct {
	Day    clock.Day   `json:"day" doc:"区划版本的时点，晚于现行版本"`
	Source string      `json:"source" minLength:"1" maxLength:"120" doc:"出处，例如国家统计局 2024 年统计用区划代码"`
	File   blob.Upload `json:"file"`
}

// MaxWrong is how many faults of a file are named.
const MaxWrong = 20

// read gives the units of the file, in UTF-8 or GB18030, or what is wrong with it by field.
func (in UploadInput) read() (units []unit, err error) {
	data := in.File.Data
	if len(data) > blob.MaxBytes {
		return nil, errs.Field("file", "文件不能超过 10 MB")
	}
	if !utf8.Valid(data) {
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			return nil, errs.Field("file", "文件读不懂：应是 UTF-8 或 GB18030 的 CSV")
		}
	}
	units, wrong := parse(bytes.NewReader(data))
	if len(wrong) == 0 && len(units) == 0 {
		wrong = []string{"里面没有区划"}
	}
	for _, u := range units {
		if !Top.Contains(u.Code) {
			wrong = append(wrong, u.Code.String()+" "+u.Name+" 不在内蒙古自治区")
		}
	}
	if n := len(wrong); n > MaxWrong {
		wrong = append(wrong[:MaxWrong], fmt.Sprintf("一共 %d 处", n))
	}
	if len(wrong) > 0 {
		return nil, errs.Field("file", strings.Join(wrong, "；"))
	}
	return units, nil
}

// Upload keeps an edition to be looked at: what it would change. Nothing of the divisions is touched.
func (s *Service) Upload(ctx context.Context, in UploadInput) (Edition, error) {
	var units []unit
	op := act.Op{Perm: Edit, Action: "region.upload", Cause: in.Source, Check: func() (err error) {
		units, err = in.read()
		return err
	}}
	return editions.Add(ctx, s.db, op, func(*db.Tx) (auth.Place, error) {
		at := auth.Place{Region: Top}
		return at, auth.Require(ctx, Edit, View, at)
	}, func(tx *db.Tx) (e Edition, err error) {
		latest, err := Get(ctx, tx, Top)
		if err != nil {
			return e, err
		}
		c := errs.Check{}
		c.That(in.Day > latest.Edition, "day", "应晚于现行版本的时点 "+latest.Edition.String())
		c.That(in.Day <= clock.DayOf(tx.Now), "day", "不能晚于今天")
		if err := c.Err(); err != nil {
			return e, err
		}
		now, err := standing.All(ctx, tx)
		if err != nil {
			return e, err
		}
		sum := sha256.Sum256(in.File.Data)
		e = Edition{ID: tx.NewID(), Version: 1, State: Preview, Day: in.Day, Source: in.Source, FileName: in.File.Name,
			SHA256: hex.EncodeToString(sum[:]), Units: int64(len(units)), MadeBy: auth.From(ctx).Name, MadeAt: tx.Now, changes: compare(now, units)}
		offer(e.changes)
		return e, nil
	})
}

func edition(ctx context.Context, tx *db.Tx, id db.ID) (Edition, error) {
	return editionByID.Get(ctx, tx, id)
}

// EditionsInput asks for a page of the editions.
type EditionsInput struct {
	db.Paging
}

// Editions lists what was uploaded, the newest first.
func (s *Service) Editions(ctx context.Context, in EditionsInput) (db.Page[Edition], error) {
	return act.ReadAt(ctx, s.db, Edit, Top, func(tx *db.Tx) (db.Page[Edition], error) { return editionList.Page(ctx, tx, in, in.Paging) })
}

// EditionInput names an edition.
type EditionInput struct {
	ID db.ID `path:"id"`
}

// Edition gives one edition with the numbers of its changes.
func (s *Service) Edition(ctx context.Context, in EditionInput) (Edition, error) {
	return editions.Get(ctx, s.db, in.ID)
}

// ChangesInput asks for the changes of an edition.
type ChangesInput struct {
	ID        db.ID  `path:"id"`
	Kind      string `query:"kind" enum:"added,renamed,class,closed"`
	Undecided bool   `query:"undecided" doc:"只看系统建议了接续、还没有人确认的"`
	db.Paging
}

// Changes lists what an edition changes, by code.
func (s *Service) Changes(ctx context.Context, in ChangesInput) (db.Page[Change], error) {
	return act.Look(ctx, s.db, &editions, in.ID, func(tx *db.Tx, _ Edition) (db.Page[Change], error) {
		return changeList.Page(ctx, tx, in, in.Paging)
	})
}

// Decision says who goes on from a closed division; without a successor nobody does.
type Decision struct {
	Code      auth.Region `json:"code"`
	Successor auth.Region `json:"successor" required:"false"`
}

// DecideInput decides on closed divisions.
type DecideInput struct {
	ID        db.ID      `path:"id"`
	Version   int64      `json:"version" minimum:"1"`
	Decisions []Decision `json:"decisions" minItems:"1" maxItems:"100"`
	Cursor    string     `query:"cursor" maxLength:"400" doc:"网页用：回到哪一页"`
}

// Decide is a person's word on who goes on from closed divisions: one that the edition adds or keeps, of the same level. Several may
// go on as one.
func (s *Service) Decide(ctx context.Context, in DecideInput) (Edition, error) {
	return s.change(ctx, in.ID, in.Version, "region.decide", func(tx *db.Tx, e *Edition) error {
		c := errs.Check{}
		for i, d := range in.Decisions {
			field := fmt.Sprintf("decisions.%d.successor", i)
			msg, err := fits(ctx, tx, e.ID, d)
			if err != nil {
				return err
			}
			if c.That(msg == "", field, msg); msg != "" {
				continue
			}
			if _, err := decide.Run(ctx, tx, e.ID, int64(d.Code), int64(d.Successor)); err != nil {
				return err
			}
		}
		return c.Err()
	})
}

// fits says what is wrong with a decision, "" when nothing is.
func fits(ctx context.Context, tx *db.Tx, id db.ID, d Decision) (string, error) {
	was, ok, err := db.Found(changeOf.One(ctx, tx, id, int64(d.Code)))
	if err != nil || !ok || was.Kind != Closed {
		return d.Code.String() + " 不是这一版撤销的区划", err
	}
	if d.Successor == 0 {
		return "", nil
	}
	if int64(d.Successor.Level()) != was.Level {
		return "接续的区划应是同一级的", nil
	}
	to, changed, err := db.Found(changeOf.One(ctx, tx, id, int64(d.Successor)))
	if err != nil || changed {
		if changed && to.Kind == Closed {
			return "这个区划在这一版里也撤销了", err
		}
		return "", err
	}
	there, err := Exists(ctx, tx, d.Successor)
	if err == nil && !there {
		return "这一版里没有这个代码", nil
	}
	return "", err
}

// VersionInput names an edition as it was seen.
type VersionInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Accept takes over every offer that nobody has decided on.
func (s *Service) Accept(ctx context.Context, in VersionInput) (Edition, error) {
	return s.change(ctx, in.ID, in.Version, "region.accept", func(tx *db.Tx, e *Edition) error {
		_, err := acceptOffers.Run(ctx, tx, e.ID)
		return err
	})
}

// Discard drops an edition that is not applied yet.
func (s *Service) Discard(ctx context.Context, in VersionInput) (Edition, error) {
	return s.change(ctx, in.ID, in.Version, "region.discard", func(tx *db.Tx, e *Edition) error {
		e.end(ctx, tx, Discarded, 0)
		return nil
	})
}

// Apply makes the divisions those of the edition, from today on. It is refused while an offer is undecided, while a closed division
// without successor holds live rows, and where an area objects to what would come together. Live rows follow their divisions in the
// background: see Move.
func (s *Service) Apply(ctx context.Context, in VersionInput) (Edition, error) {
	return s.change(ctx, in.ID, in.Version, "region.apply", func(tx *db.Tx, e *Edition) error {
		if err := s.mayApply(ctx, tx, *e); err != nil {
			return err
		}
		today := clock.DayOf(tx.Now)
		if err := replaceTree(ctx, tx, *e, today); err != nil {
			return err
		}
		if err := s.Changed.Publish(ctx, tx, ChangedEvent{Top}); err != nil {
			return err
		}
		if e.Moves == 0 {
			e.end(ctx, tx, Applied, today)
			return nil
		}
		e.end(ctx, tx, Moving, today)
		return job.Enqueue(ctx, tx, moveKind, EditionInput{e.ID}, job.Key(moveKind+" "+e.ID.String()))
	})
}

// change changes an edition, only while it is looked at.
func (s *Service) change(ctx context.Context, id db.ID, version int64, action string, fn func(*db.Tx, *Edition) error) (Edition, error) {
	op := act.Op{Perm: Edit, Action: action, ID: id, Version: version}
	return editions.Change(ctx, s.db, op, func(tx *db.Tx, e *Edition) error {
		if e.State != Preview {
			return errs.WrongState("这一版" + editionStates.Word(e.State) + "，不能再改")
		}
		return fn(tx, e)
	})
}

var editionStates = set.New("region_edition.state",
	set.Row{Preview, "待确认", "wait"}, set.Row{Moving, "正在移交", "work"}, set.Row{Applied, "已生效", "done"},
	set.Row{Discarded, "已放弃"})

// TreeInput names a day.
type TreeInput struct {
	Day clock.Day `query:"day" doc:"不填为今天"`
}

// Tree gives all divisions of a day as an edition's file: code,parent,level,name,class. Cells are never formulas: names of divisions
// are words.
func (s *Service) Tree(ctx context.Context, in TreeInput) (blob.File, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (blob.File, error) {
		if in.Day == 0 {
			in.Day = clock.DayOf(tx.Now)
		}
		rows, err := treeOn.All(ctx, tx, KnownFrom(in.Day))
		return blob.File{Name: "区划.csv", Type: sheet.TypeCSV, Body: write(rows)}, err
	})
}

// compare gives what the units of an edition change, by code.
func compare(now []unit, next []unit) (out []Change) {
	was := map[auth.Region]unit{}
	for _, u := range now {
		was[u.Code] = u
	}
	for _, u := range next {
		old, there := was[u.Code]
		delete(was, u.Code)
		c := Change{Code: u.Code, Level: u.Level, OldName: old.Name, Name: u.Name, OldClass: old.Class, Class: u.Class}
		if u.Level == auth.LevelCommunity {
			c.Counts, c.CountsWhy = countsByName(u.Name)
		}
		switch {
		case !there:
			c.Kind = Added
		case old.Name != u.Name:
			c.Kind = Renamed
		case old.Class != u.Class:
			c.Kind = Classed
		default:
			continue
		}
		out = append(out, c)
	}
	for _, u := range was {
		out = append(out, Change{Code: u.Code, Kind: Closed, Level: u.Level, OldName: u.Name, OldClass: u.Class})
	}
	slices.SortFunc(out, func(a, b Change) int { return int(a.Code - b.Code) })
	return out
}

// offer finds for each closed division the added one that is likely to go on from it: of the same name, as near as possible, and the
// only one so near.
func offer(changes []Change) {
	type name struct {
		level int64
		stem  string
	}
	added, offered, taken := map[name][]auth.Region{}, map[auth.Region]auth.Region{}, map[auth.Region]bool{}
	for _, c := range changes {
		if k := (name{c.Level, stem(c.Level, c.Name)}); c.Kind == Added {
			added[k] = append(added[k], c.Code)
		}
	}
	for i := range changes { // by code: a division before those below it
		c := &changes[i]
		if c.Kind != Closed {
			continue
		}
		best, nearest, several := auth.Region(0), len(offerWords), false
		for _, to := range added[name{c.Level, stem(c.Level, c.OldName)}] {
			switch near := distance(c.Code, to, offered); {
			case taken[to] || near > nearest:
			case near == nearest:
				several = true
			default:
				best, nearest, several = to, near, false
			}
		}
		if best != 0 && !several {
			c.Offered, c.Basis = best, offerWords[nearest]
			offered[c.Code], taken[best] = best, true
		}
	}
}

// offerWords say why a successor is offered, the nearest first; what lies further apart is not offered.
var offerWords = []string{"名称相同，随上级一同变更", "名称相同，上级没有变", "名称相同，仍在同一旗县区", "名称相同，仍在同一盟市"}

func distance(from, to auth.Region, offered map[auth.Region]auth.Region) int {
	switch {
	case offered[from.Parent()] == to.Parent() && to.Parent() != 0:
		return 0
	case from.Parent() == to.Parent():
		return 1
	case from.At(auth.LevelBanner) == to.At(auth.LevelBanner) && from.Level() > auth.LevelBanner:
		return 2
	// of communities there are too many namesakes
	case from.At(auth.LevelLeague) == to.At(auth.LevelLeague) && from.Level() < auth.LevelCommunity:
		return 3
	}
	return len(offerWords)
}

// stem is what stays of a name when its kind changes: 宝力根乡 → 宝力根镇, 第一嘎查村民委员会 → 第一嘎查村委会.
func stem(level int64, full string) string {
	if level == auth.LevelCommunity {
		out, _ := SignName(full)
		return out
	}
	if out, ok := cutAny(full, "街道办事处", "街道", "办事处", "苏木乡", "民族乡", "苏木", "镇", "乡"); ok && level == auth.LevelTown {
		return out
	}
	return full
}

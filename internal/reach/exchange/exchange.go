// Package exchange takes over and gives out whole registers as tables: CSV or XLSX, one row a thing, columns named in the first line.
// A row goes through the same operation as on the web, so the same rules hold; a file is stored as a whole or not at all, and can be
// undone while nothing rests on its rows.
//
// Nouns: kind, table, problem, run. Verbs: check, import, undo, drop, export.
package exchange

import (
	"maps"

	"context"
	"errors"
	"fmt"
	"io"
	"linli/internal/platform/area"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/people/enrol"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/sheet"
	"linli/internal/proof/record"
)

// Use is taking over files at all; each row asks for its own permission besides.
const Use auth.Perm = "exchange.import"

// MaxRows is the most rows of one file; MaxProblems the most that a report names.
const (
	MaxRows     = 5000
	MaxProblems = 200
)

// Areas are the registers that files go into and come out of.
type Areas struct {
	Persons    *person.Service
	Volunteers *volunteer.Service
	Enrolments *enrol.Service
	Stations   *station.Service
	Records    *record.Service
}

// Service holds the operations.
type Service struct {
	db    *db.DB
	keys  *seal.Keys
	blobs *blob.Store
	kinds map[string]kind
	// removals take out again what a row made, where it can be unmade.
	removals map[string]area.Removal
}

// kind is one register: its columns, how a row goes in, how all rows come out, and how what a row made is taken out again.
type kind struct {
	word    string
	columns []column
	add     func(ctx context.Context, b *batch, r row) error
	all     func(ctx context.Context, emit func(...string) error) error
	undo    func(ctx context.Context, tx *db.Tx, id db.ID, reason string) error
}

// column has a name for programs, which is also the field that an error names, and a word for people; a file may use either.
type column struct{ name, word string }

// batch is a file while its rows go in: the evidence of the consents of all its rows, and what the rows became.
type batch struct {
	evidence db.ID
	made     []made
	places   map[string]auth.Region
}

type made struct {
	line   int
	object string // a table
	id     db.ID
}

func (b *batch) note(r row, object string, id db.ID) {
	b.made = append(b.made, made{r.line, object, id})
}

// New gives the service.
func New(d *db.DB, keys *seal.Keys, blobs *blob.Store, a Areas) *Service {
	removals := a.Persons.Area().Removals
	maps.Copy(removals, a.Volunteers.Area().Removals)
	return &Service{db: d, keys: keys, blobs: blobs, removals: removals, kinds: map[string]kind{
		"people": personKind(d, a.Persons), "volunteers": volunteerKind(d, a),
		"enrolments": enrolKind(d, a.Enrolments), "stations": stationKind(a.Stations),
		"records": recordKind(a.Records)}}
}

// Problem is why a row cannot be taken. Line counts from 1 and is the header's.
type Problem struct {
	Line    int    `json:"line"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Report tells what an import did. With problems nothing is stored.
type Report struct {
	ID       db.ID     `json:"id" doc:"导入的编号；没有写入时为空"`
	Kind     string    `json:"kind"`
	Rows     int       `json:"rows"`
	Stored   bool      `json:"stored"`
	Problems []Problem `json:"problems"`
	Notes    []string  `json:"notes" doc:"没有读的和读了要留意的：隐藏的工作表和行、标题、备注列"`
	Headings []Heading `json:"headings" doc:"文件里的列各算作哪一列；“-”为不读的"`
}

// Source is what is taken over.
type Source struct {
	Name    string
	Data    []byte
	Consent blob.Upload // the photographed sheet of signatures; empty when there is none

	evidence db.ID             // the sheet, where it is kept already
	own      map[string]string // what the place's own headings mean; what is remembered of them when nil
}

// errUndo ends a batch that is not to be kept.
var errUndo = errors.New("undo")

// Import takes over a file. A dry run does everything and keeps nothing. What is wrong with rows stands in the report; an error is of
// the whole.
func (s *Service) Import(ctx context.Context, name string, f Source, dry bool) (Report, error) {
	report, _, err := take(ctx, s, name, f, dry, func(ctx context.Context, tx *db.Tx, b *batch, out *Report) (Report, error) {
		run := Run{ID: tx.NewID(), Version: 1, Kind: name, State: Stored, Name: f.Name, EvidenceID: b.evidence}
		out.ID = run.ID
		if err := run.looked(*out); err != nil {
			return *out, err
		}
		if err := s.begin(ctx, tx, &run, nil); err != nil {
			return *out, err
		}
		return *out, keep(ctx, tx, run.ID, b.made)
	})
	return report, err
}

// take puts the rows of a file in and, when nothing is wrong with them and it is no dry run, lets done keep the run and say what the
// operation gives, all in one transaction.
func take[Out any](ctx context.Context, s *Service, name string, f Source, dry bool,
	done func(context.Context, *db.Tx, *batch, *Report) (Out, error)) (report Report, out Out, err error) {
	if err := auth.Allow(ctx, Use); err != nil {
		return report, out, err
	}
	k, err := s.kind(name)
	if err != nil {
		return report, out, err
	}
	if f.own == nil {
		if f.own, err = s.remembered(ctx, name); err != nil {
			return report, out, err
		}
	}
	t, err := read(f.Data, reading{k.columns, f.own})
	if err != nil {
		return report, out, err
	}
	if len(f.Consent.Data) > 0 {
		if f.Consent, err = cleaned(f.Consent); err != nil {
			return report, out, err
		}
	}
	err = s.db.Batch(ctx, func(ctx context.Context) error {
		out, err = db.Do(ctx, s.db, func(tx *db.Tx) (out Out, err error) {
			b := &batch{evidence: f.evidence}
			if b.places, err = placesOf(ctx, tx); err != nil {
				return out, err
			}
			report = Report{Kind: name, Rows: len(t.rows), Problems: append([]Problem{}, t.problems...), Notes: append([]string{}, t.notes...),
				Headings: append([]Heading{}, t.headings...)}
			if len(f.Consent.Data) > 0 {
				if b.evidence, err = s.blobs.Put(ctx, tx, f.Consent, blob.Owner{Kind: "import_run", Region: seat(ctx)}); err != nil {
					return out, err
				}
			}
			for _, r := range t.rows {
				if err := report.judge(r, k.add(ctx, b, r)); err != nil {
					return out, err
				}
			}
			if dry || len(report.Problems) > 0 {
				return out, errUndo
			}
			report.Stored = true
			if out, err = done(ctx, tx, b, &report); err != nil {
				return out, err
			}
			return out, audit.Write(ctx, tx, audit.Entry{Action: "exchange.import", Object: name, ID: report.ID.String(), Region: seat(ctx),
				Detail: map[string]any{"rows": len(t.rows)}})
		})
		return err
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return report, out, err
}

// cleaned makes a photograph harmless before any transaction; a PDF goes as it is.
func cleaned(up blob.Upload) (blob.Upload, error) {
	if strings.HasPrefix(string(up.Data[:min(len(up.Data), 5)]), "%PDF-") {
		return up, nil
	}
	out, err := blob.Clean(up)
	if err != nil {
		err = errs.Field("consent", "签名册要照片（JPEG、PNG）或 PDF")
	}
	return out, err
}

// judge takes down what is wrong with a row; a fault that is not the row's ends the import.
func (r *Report) judge(at row, err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case err == nil:
		return nil
	case !ok || e.Kind == errs.Unavailable || e.Kind == errs.Denied || e.Kind == errs.Unauthenticated:
		return err
	case len(e.Fields) == 0:
		r.Problems = append(r.Problems, Problem{Line: at.line, Message: e.Msg})
	}
	for field, what := range e.Fields {
		r.Problems = append(r.Problems, Problem{Line: at.line, Field: field, Message: what})
	}
	slices.SortFunc(r.Problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Field, b.Field)
	})
	if len(r.Problems) >= MaxProblems {
		return errUndo
	}
	return nil
}

// Export writes what the actor may see of a register, as XLSX when xlsx is set, else as CSV, in the columns that Import takes. Numbers
// and telephones of people go out masked, as everywhere. The trail has it before the first row leaves. CSV is written row by row,
// however many there are; what was written when an error comes is no register and to be thrown away.
func (s *Service) Export(ctx context.Context, name string, xlsx bool, w io.Writer) error {
	k, err := s.kind(name)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{Action: "exchange.export", Object: name})
	})
	if err != nil {
		return err
	}
	return k.write(ctx, xlsx, w)
}

// write gives all rows of a register. A workbook is made as a whole.
func (k kind) write(ctx context.Context, xlsx bool, w io.Writer) error {
	if xlsx {
		table := [][]string{k.header()}
		if err := k.all(ctx, func(cells ...string) error { table = append(table, cells); return nil }); err != nil {
			return err
		}
		body, err := sheet.XLSX(sheet.Plain(table))
		if err == nil {
			_, err = w.Write(body)
		}
		return err
	}
	out, err := sheet.NewLines(w)
	if err == nil {
		err = out.Line(k.header())
	}
	if err == nil {
		err = k.all(ctx, func(cells ...string) error { return out.Line(cells) })
	}
	if err == nil {
		err = out.End()
	}
	return err
}

func (k kind) header() (out []string) {
	for _, c := range k.columns {
		out = append(out, c.word)
	}
	return out
}

func (s *Service) kind(name string) (kind, error) {
	k, ok := s.kinds[name]
	if !ok {
		return k, errs.Field("kind", fmt.Sprintf("没有 %q 这一种；有 people（居民）、volunteers（志愿者）、enrolments（替人登记的名单）、stations（站点）和 records（服务记录）", name))
	}
	return k, nil
}

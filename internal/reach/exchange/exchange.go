// Package exchange takes over and gives out whole registers as tables: CSV or XLSX, one row a thing, columns named in the first line. A row goes through
// the same operation as on the web, so the same rules hold; a file is stored as a whole or not at all.
//
// Nouns: kind, table, problem. Verbs: import, export.
package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"linli/internal/network/station"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
)

// MaxRows is the most rows of one file; MaxProblems the most that a report names.
const (
	MaxRows     = 5000
	MaxProblems = 200
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	kinds map[string]kind
}

// kind is one register: its columns, and how a row goes in and all rows come out.
type kind struct {
	columns []column
	add     func(ctx context.Context, r row) error
	all     func(ctx context.Context, emit func(...string)) error
}

// column has a name for programs, which is also the field that an error names, and a word for people; a file may use either.
type column struct{ name, word string }

// New gives the service.
func New(d *db.DB, stations *station.Service, records *record.Service) *Service {
	return &Service{db: d, kinds: map[string]kind{"stations": stationKind(stations), "records": recordKind(records)}}
}

// Problem is why a row cannot be taken. Line counts from 1 and is the header's.
type Problem struct {
	Line    int    `json:"line"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Report tells what an import did. With problems nothing is stored.
type Report struct {
	Kind     string    `json:"kind"`
	Rows     int       `json:"rows"`
	Stored   bool      `json:"stored"`
	Problems []Problem `json:"problems"`
}

// errUndo ends a batch that is not to be kept.
var errUndo = errors.New("undo")

// Import takes over a file. A dry run does everything and keeps nothing. What is wrong with rows stands in the report; an error is of the whole.
func (s *Service) Import(ctx context.Context, name string, data []byte, dry bool) (out Report, err error) {
	k, err := s.kind(name)
	if err != nil {
		return out, err
	}
	rows, err := read(data, k.columns)
	if err != nil {
		return out, err
	}
	err = s.db.Batch(ctx, func(ctx context.Context) error {
		out = Report{Kind: name, Rows: len(rows), Problems: []Problem{}}
		for _, r := range rows {
			if err := out.judge(r, k.add(ctx, r)); err != nil {
				return err
			}
		}
		if dry || len(out.Problems) > 0 {
			return errUndo
		}
		out.Stored = true
		return s.db.Write(ctx, func(tx *db.Tx) error {
			return audit.Write(ctx, tx, audit.Entry{Action: "exchange.import", Object: name, Detail: map[string]any{"rows": len(rows)}})
		})
	})
	if errors.Is(err, errUndo) {
		err = nil
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

// Export writes what the actor may see of a register, as XLSX when xlsx is set, else as CSV, in the columns that Import takes.
func (s *Service) Export(ctx context.Context, name string, xlsx bool, w io.Writer) error {
	k, err := s.kind(name)
	if err != nil {
		return err
	}
	table := [][]string{nil}
	for _, c := range k.columns {
		table[0] = append(table[0], c.word)
	}
	if err := k.all(ctx, func(cells ...string) { table = append(table, cells) }); err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{Action: "exchange.export", Object: name, Detail: map[string]any{"rows": len(table) - 1}})
	})
	if err != nil {
		return err
	}
	return write(table, xlsx, w)
}

func (s *Service) kind(name string) (kind, error) {
	k, ok := s.kinds[name]
	if !ok {
		return k, errs.Field("kind", fmt.Sprintf("没有 %q 这一种；有 stations（站点）和 records（服务记录）", name))
	}
	return k, nil
}

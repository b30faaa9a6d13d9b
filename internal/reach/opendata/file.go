package opendata

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

// FileInput names a dataset and its form.
type FileInput struct {
	File string `path:"file" maxLength:"30" doc:"数据集的代码和格式，例如 stations.csv、stations.json"`
}

// writer writes the lines of a dataset.
type writer interface {
	Line(cells []string) error
	End() error
}

var forms = map[string]struct {
	kind string
	open func(w *bufio.Writer, d Dataset, l Licence) (writer, error)
}{"csv": {"text/csv; charset=utf-8", openCSV}, "json": {"application/json", openJSON}}

// File gives a dataset whole, as CSV (UTF-8 with a mark, for spreadsheets) or JSON. It is written page by page, each read by itself: what
// changes meanwhile may stand there or not, as it would a moment earlier or later.
func (s *Service) File(ctx context.Context, in FileInput) (blob.File, error) {
	code, form, _ := strings.Cut(in.File, ".")
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out blob.File, err error) {
		d, err := s.find(code)
		f, known := forms[form]
		if err == nil && !known {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		l, err := licence(ctx, tx)
		if err != nil {
			return out, err
		}
		tag, err := s.tag(ctx, tx, d, in.File, l)
		return blob.File{Name: in.File, Type: f.kind, Tag: tag, Stream: func(w io.Writer) error {
			buffered := bufio.NewWriter(w)
			out, err := f.open(buffered, d, l)
			if err == nil {
				err = s.each(ctx, d, out.Line)
			}
			if err == nil {
				err = out.End()
			}
			if err == nil {
				err = buffered.Flush()
			}
			return err
		}}, err
	})
}

// tag names what a file holds: its rows, its columns and what is said of them, its licence, where its links lead, and the program that
// writes it, for some words of its cells are the program's.
func (s *Service) tag(ctx context.Context, tx *db.Tx, d Dataset, file string, l Licence) (string, error) {
	mark, err := d.mark(ctx, tx)
	if err != nil {
		return "", err
	}
	said, err := json.Marshal([]any{file, d, l, s.base, mark, s.program})
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:12]), err
}

// each gives the lines of a dataset, a page in a transaction, so that who reads slowly holds none.
func (s *Service) each(ctx context.Context, d Dataset, fn func([]string) error) error {
	for after := int64(0); ; {
		var rows [][]string
		var last int64
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			rows, last, err = d.page(ctx, tx, after)
			return err
		}); err != nil || len(rows) == 0 {
			return err
		}
		for _, cells := range rows {
			if err := fn(cells); err != nil {
				return err
			}
		}
		after = last
	}
}

func openCSV(w *bufio.Writer, d Dataset, _ Licence) (writer, error) {
	out, err := sheet.NewLines(w)
	names := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		names[i] = c.Name
	}
	if err == nil {
		err = out.Line(names)
	}
	return out, err
}

// list is JSON: what it is, and its lines as objects.
type list struct {
	w       *bufio.Writer
	columns []Column
	many    bool
}

func openJSON(w *bufio.Writer, d Dataset, l Licence) (writer, error) {
	head, err := json.Marshal(struct {
		Dataset
		Licence Licence `json:"licence"`
	}{d, l})
	if err == nil {
		_, err = w.WriteString(strings.TrimSuffix(string(head), "}") + `,"items":[`)
	}
	return &list{w: w, columns: d.Columns}, err
}

// Line writes an object of a column's name each; numbers and truths are such, what is not known is null.
func (l *list) Line(cells []string) error {
	for i, cell := range cells {
		before := ","
		if i == 0 {
			before = "\n{"
			if l.many {
				before = ",\n{"
			}
		}
		value, err := valueOf(l.columns[i], cell)
		if err == nil {
			_, err = l.w.WriteString(before + `"` + l.columns[i].Name + `":` + value)
		}
		if err != nil {
			return err
		}
	}
	l.many = true
	_, err := l.w.WriteString("}")
	return err
}

// End closes the list.
func (l *list) End() error {
	_, err := l.w.WriteString("]}\n")
	return err
}

func valueOf(c Column, cell string) (string, error) {
	switch {
	case cell == "" && c.Kind != text:
		return "null", nil
	case c.Kind == number:
		return cell, nil
	case c.Kind == truth:
		return map[string]string{"1": "true", "0": "false"}[cell], nil
	}
	out, err := json.Marshal(cell)
	return string(out), err
}

// stamp is a time with its zone.
func stamp(t time.Time) string { return t.In(clock.Shanghai).Format(time.RFC3339) }

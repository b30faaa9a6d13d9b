package exchange

import (
	"context"
	"maps"
	"slices"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

// remembered are the headings of a register that the actor's place has explained.
func (s *Service) remembered(ctx context.Context, kind string) (own map[string]string, err error) {
	return own, s.db.Read(ctx, func(tx *db.Tx) error {
		own, err = explained(ctx, tx, seat(ctx), kind)
		return err
	})
}

func explained(ctx context.Context, tx *db.Tx, at auth.Region, kind string) (map[string]string, error) {
	own := map[string]string{}
	rows, err := headingsOf.All(ctx, tx, at, kind)
	for _, r := range rows {
		own[r.Heading] = r.Field
	}
	return own, err
}

// MapInput says what headings of a file that waits mean: the i-th field is that of the i-th heading, "-" for one that is not read, and
// "?" for one about which nothing is said.
type MapInput struct {
	ID       db.ID    `path:"id"`
	Version  int64    `json:"version" minimum:"1"`
	Headings []string `json:"headings" minItems:"1" maxItems:"200"`
	Fields   []string `json:"fields" minItems:"1" maxItems:"200"`
}

// undecided is a heading about which nothing is said.
const undecided = "?"

// Map remembers for the actor's place what headings mean, and looks the file through again.
func (s *Service) Map(ctx context.Context, in MapInput) (Run, error) {
	r, data, err := s.waiting(ctx, MoveInput{ID: in.ID, Version: in.Version})
	if err != nil {
		return Run{}, err
	}
	if r.Region != seat(ctx) {
		return Run{}, errs.Deny("列名由传文件的地方来对")
	}
	k, err := s.kind(r.Kind)
	if err != nil {
		return Run{}, err
	}
	said, err := k.meant(in)
	if err != nil {
		return Run{}, err
	}
	own, err := s.remembered(ctx, r.Kind)
	if err != nil {
		return Run{}, err
	}
	maps.Copy(own, said)
	report, _, err := take[struct{}](ctx, s, r.Kind, Source{Name: r.Name, Data: data, evidence: r.EvidenceID, own: own}, true, nil)
	if err != nil {
		return Run{}, err
	}
	if err := r.looked(report); err != nil {
		return Run{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Run, error) {
		if err := remember(ctx, tx, r, said); err != nil {
			return r, err
		}
		if err := moved(setLook.Run(ctx, tx, r.ID, r.Version, r.Lines, r.Faults, r.Told, r.Heads)); err != nil {
			return r, err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "exchange.map", Object: r.Kind, ID: r.ID.String(), Region: r.Region,
			Detail: map[string]any{"headings": len(said), "problems": len(r.Problems)}}); err != nil {
			return r, err
		}
		return visible(ctx, tx, r.ID)
	})
}

// meant are the columns of headings as they are compared.
func (k kind) meant(in MapInput) (map[string]string, error) {
	said := map[string]string{}
	if len(in.Headings) != len(in.Fields) {
		return nil, errs.Field("fields", "每个列名要对一列")
	}
	for i, field := range in.Fields {
		known := field == leftOut || slices.ContainsFunc(k.columns, func(c column) bool { return c.name == field })
		switch heading := plainName(in.Headings[i]); {
		case heading == "" || field == undecided:
		case !known:
			return nil, errs.Field("fields", "没有这样的列")
		default:
			said[heading] = field
		}
	}
	return said, nil
}

func remember(ctx context.Context, tx *db.Tx, r Run, said map[string]string) error {
	for _, heading := range slices.Sorted(maps.Keys(said)) {
		if _, err := dropHeading.Run(ctx, tx, r.Region, r.Kind, heading); err != nil {
			return err
		}
		if err := headingTable.Insert(ctx, tx, headingRow{tx.NewID(), r.Region, r.Kind, heading, said[heading]}); err != nil {
			return err
		}
	}
	return nil
}

// Marked gives a file that waits back as a workbook: its rows as they were read, what is wrong in red, and in a last column why. That
// column is not read when the file comes again.
func (s *Service) Marked(ctx context.Context, in GetInput) (blob.File, error) {
	r, data, err := s.waiting(ctx, MoveInput{ID: in.ID})
	if err != nil {
		return blob.File{}, err
	}
	k, err := s.kind(r.Kind)
	if err != nil {
		return blob.File{}, err
	}
	body, err := act.Write(ctx, s.db, act.Op{Perm: Use, Action: "exchange.marked"}, func(tx *db.Tx) ([]byte, error) {
		own, err := explained(ctx, tx, r.Region, r.Kind)
		if err != nil {
			return nil, err
		}
		body, err := marked(data, reading{k.columns, own}, r.Problems)
		if err != nil {
			return nil, err
		}
		return body, audit.Write(ctx, tx, audit.Entry{Action: "exchange.marked", Object: r.Kind, ID: r.ID.String(), Region: r.Region,
			Detail: map[string]any{"rows": r.Lines, "problems": len(r.Problems)}})
	})
	return blob.File{Name: k.word + "-" + remarks + ".xlsx", Type: sheet.TypeXLSX, Body: body}, err
}

// marked lays the rows of a file out again, from the names of the columns on.
func marked(data []byte, as reading, problems []Problem) ([]byte, error) {
	page, at, _, err := laid(data, as)
	if err != nil {
		return nil, err
	}
	names := (&table{}).header(page.Rows[at], as)
	wide, byLine := 0, map[int][]Problem{}
	for _, r := range page.Rows[at:] {
		wide = max(wide, len(r.Cells))
	}
	for _, p := range problems {
		byLine[p.Line] = append(byLine[p.Line], p)
	}
	var out sheet.Marked
	for i, r := range page.Rows[at:] {
		cells, bad, why := make([]string, wide+1), map[int]bool{}, ""
		for j, c := range r.Cells {
			cells[j] = c.Text
		}
		for _, p := range byLine[r.N] {
			word := p.Field
			for _, c := range as.columns {
				if c.name == p.Field {
					word = c.word
				}
			}
			for j := range wide {
				if j < len(names) && names[j] != "" && names[j] == p.Field || letters(j) == p.Field {
					bad[j] = true
				}
			}
			why += word + "：" + p.Message + "；"
		}
		cells[wide], bad[wide] = why, why != ""
		if i == 0 {
			cells[wide], bad[wide] = remarks, false
		}
		out.Add(cells, bad)
	}
	return out.XLSX()
}

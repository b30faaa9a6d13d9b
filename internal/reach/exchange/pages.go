package exchange

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/platform/sheet"
	"linli/internal/platform/web/ui"
)

const (
	desk    = "/desk/imports"
	filesAt = "/desk/import-files"
)

func (r Run) markedPath() string { return filesAt + "/" + r.ID.String() }

func (r Run) path() string { return desk + "/" + r.ID.String() }

func (r Run) version() string { return strconv.FormatInt(r.Version, 10) }

var (
	runStates = set.New("import_run.state",
		set.Row{Checked, "已检查，还没导入", "wait"}, set.Row{Stored, "已导入", "done"}, set.Row{Undone, "已撤销"},
		set.Row{Dropped, "已丢弃"})
	kindsOf = set.New("import_kind",
		set.Row{"people", "居民"}, set.Row{"volunteers", "志愿者"}, set.Row{"enrolments", "替人登记的名单"},
		set.Row{"stations", "站点"}, set.Row{"records", "服务记录"})
	kinds = ui.Options("people", "居民", "volunteers", "志愿者名册", "enrolments", "替人登记的名单（单位、学校；等本人同意）",
		"stations", "站点（苏木乡镇）", "records", "以前的服务记录")
)

// Roll is the page of files taken over, with the form of a new one.
type Roll struct{ db.Page[Run] }

// Roll gives the page.
func (s *Service) Roll(ctx context.Context, in ListInput) (out Roll, err error) {
	out.Page, err = s.List(ctx, in)
	return out, err
}

func (r Roll) next() string {
	return ui.Next(desk, r.Next)
}

// Sheet is the page of one file.
type Sheet struct {
	Run
	columns []column
}

// Sheet gives the page of one file.
func (s *Service) Sheet(ctx context.Context, in GetInput) (out Sheet, err error) {
	if out.Run, err = s.Get(ctx, in); err == nil {
		out.columns = s.kinds[out.Kind].columns
	}
	return out, err
}

// word is what people call a column.
func (v Sheet) word(field string) string {
	for _, c := range v.columns {
		if c.name == field {
			return c.word
		}
	}
	return field
}

// maps says that the reader may say what the columns of the file mean: those of his own place.
func (v Sheet) maps(ctx context.Context) bool { return len(v.Headings) > 0 && v.Region == seat(ctx) }

// strange says that the file has a column that nobody knows.
func (v Sheet) strange() bool {
	return slices.ContainsFunc(v.Headings, func(h Heading) bool { return h.Field == "" })
}

// fieldOf is what a column was taken for, as the form has it.
func (v Sheet) fieldOf(h Heading) string { return cmp.Or(h.Field, undecided) }

// choices are what a column may be taken for.
func (v Sheet) choices() []ui.Option {
	out := ui.Options(undecided, "还没有选", leftOut, "不读")
	for _, c := range v.columns {
		out = append(out, ui.Option{Value: c.name, Label: c.word})
	}
	return out
}

// TemplateInput names a register.
type TemplateInput struct {
	Kind string `path:"kind"`
}

// Template gives the empty table of a register, its first line the columns, and what is asked of each on a second worksheet.
func (s *Service) Template(ctx context.Context, in TemplateInput) (out blob.File, err error) {
	if err := auth.Allow(ctx, Use); err != nil {
		return out, err
	}
	k, err := s.kind(in.Kind)
	if err != nil {
		return out, err
	}
	out.Name, out.Type = k.word+".xlsx", sheet.TypeXLSX
	out.Body, err = s.form(ctx, k)
	return out, err
}

// tableWord says what rests on a row, as people know it.
func tableWord(column string) string {
	table, _, _ := strings.Cut(column, ".")
	if w, ok := map[string]string{"orders": "求助单", "assignment": "派单", "service_record": "服务记录", "attendance": "签到", "certificate": "证明",
		"account": "账号", "volunteer": "志愿者登记", "sheet_row": "补录单", "contact_card": "便民联系卡", "person": "合并的登记",
		"order_event": "求助单的经过"}[table]; ok {
		return w
	}
	return table
}

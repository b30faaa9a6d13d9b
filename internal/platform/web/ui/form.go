package ui

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/a-h/templ"

	"linli/internal/platform/format"
	"linli/internal/platform/i18n"
	"linli/internal/platform/set"
)

// FormState is what a refused POST leaves behind, so that the same page shows the kept values and each error by its field.
type FormState struct {
	Action  string            // path that was posted to; empty fits every form of the page
	Values  url.Values        // what was entered, without secrets
	Errors  map[string]string // field name → what is wrong, in Chinese
	Message string            // what is wrong with the whole
	Key     string            // the idempotency key of the refused POST, used again
	Kept    string            // the number under which the form is kept
	Files   map[string]string // names of the files that are kept with it, by field
	Resumed bool              // the form was kept because its session had ended
}

type formKey struct{}

// WithForm carries the state of a refused POST to the components.
func WithForm(ctx context.Context, s *FormState) context.Context {
	return context.WithValue(ctx, formKey{}, s)
}

// Form is the state for the form being rendered; never nil.
func Form(ctx context.Context) *FormState {
	if s, ok := ctx.Value(formKey{}).(*FormState); ok && s != nil {
		return s
	}
	return &FormState{}
}

// forAction hides the state from forms that were not posted.
func forAction(ctx context.Context, action string) context.Context {
	s := Form(ctx)
	if s.Action == "" || s.Action == pathOnly(action) {
		return ctx
	}
	return WithForm(ctx, &FormState{})
}

// Among is one of several forms of a page that lead to the same address: its children see what was refused only where the hidden field
// name was sent with their value, so that no other of them shows that error and those words.
func Among(name, value string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		if v, sent := Form(ctx).Values[name]; sent && !slices.Contains(v, value) {
			ctx = WithForm(ctx, &FormState{})
		}
		return children.Render(ctx, w)
	})
}

// Value is what was entered into name before the refusal, else def.
func Value(ctx context.Context, name, def string) string {
	if v, ok := Form(ctx).Values[name]; ok && len(v) > 0 {
		return v[0]
	}
	return def
}

// Chosen are the values entered for a field with several, else def.
func Chosen(ctx context.Context, name string, def []string) []string {
	if s := Form(ctx); s.Values != nil {
		return s.Values[name]
	}
	return def
}

// Err is what is wrong with name, or nothing.
func Err(ctx context.Context, name string) string { return Form(ctx).Errors[name] }

// Key is the idempotency key of the form: kept over a refusal, else fresh and random.
func Key(ctx context.Context) string {
	if k := Form(ctx).Key; k != "" {
		return k
	}
	return rand.Text()
}

// FieldOpts describes one field. Type is an input type, text when empty; Min and Max bound a number, Max the length of a text.
type FieldOpts struct {
	Name, Label, Type, Value, Hint       string
	Required, Readonly                   bool
	Focus                                bool // the page opens with the cursor here
	Min, Max                             string
	Autocomplete, InputMode, Placeholder string
	ID                                   string // for a form outside; normally made from Name
	Rows                                 int    // TextArea
}

// Option is one choice of Select, Radios or Checks. Hint and Icon are shown on cards.
type Option struct{ Value, Label, Hint, Icon string }

// Options makes choices from value, label, value, label, …
func Options(pairs ...string) []Option {
	out := make([]Option, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, Option{Value: pairs[i], Label: pairs[i+1]})
	}
	return out
}

// Members makes choices of a closed set: of all its members, or of those named, in their order.
func Members(s *set.Set, codes ...string) (out []Option) {
	for _, r := range s.Rows() {
		if len(codes) == 0 || slices.Contains(codes, r.Code()) {
			out = append(out, Option{Value: r.Code(), Label: r.Word()})
		}
	}
	return out
}

func (f FieldOpts) id(ctx context.Context) string {
	if f.ID != "" {
		return f.ID
	}
	return UniqueID(ctx, "f-"+f.Name)
}

func (f FieldOpts) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// numeric tells whether Min and Max bound the value and not the length.
func (f FieldOpts) numeric() bool {
	return slices.Contains([]string{"number", "date", "time", "month", "week", "datetime-local", "range"}, f.Type)
}

// described lists the ids of a field's hint and error for aria-describedby.
func described(id, hint, problem string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-h")
	}
	if problem != "" {
		ids = append(ids, id+"-e")
	}
	return strings.Join(ids, " ")
}

// filed is the name of the file that is kept for a field since the last try, "" for none.
func filed(ctx context.Context, name string) string { return Form(ctx).Files[name] }

type fieldError struct{ Name, Text string }

// sorted lists the errors in the order of their names, so that a page renders the same twice.
func (s *FormState) sorted() []fieldError {
	out := make([]fieldError, 0, len(s.Errors))
	for n, t := range s.Errors {
		out = append(out, fieldError{n, t})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func (s *FormState) failed() bool { return s.Message != "" || len(s.Errors) > 0 }

// Hours are the choices of DayTime: whole hours of a working day in words, as a resident says them.
type Hours struct{ From, To int }

// shanghai is the civil time of the whole country.
var shanghai = time.FixedZone("CST", 8*3600)

// starts lists the hours of the next days that begin after now, in groups of one day.
func (h Hours) starts(ctx context.Context, now time.Time, days int) []dayGroup {
	now = now.In(shanghai)
	var out []dayGroup
	for d := range days {
		day := time.Date(now.Year(), now.Month(), now.Day()+d, 0, 0, 0, 0, shanghai)
		short, long := dayWords(ctx, day, d)
		g := dayGroup{Label: long}
		for hour := h.From; hour < h.To; hour++ {
			if t := day.Add(time.Duration(hour) * time.Hour); t.After(now) {
				g.Options = append(g.Options, Option{Value: t.Format(time.RFC3339), Label: short + " " + hourWord(ctx, hour)})
			}
		}
		if len(g.Options) > 0 {
			out = append(out, g)
		}
	}
	return out
}

type dayGroup struct {
	Label   string
	Options []Option
}

// dayWords says a day as people do, short and in full: 今天, 今天 11 月 23 日 周一.
func dayWords(ctx context.Context, day time.Time, ahead int) (string, string) {
	date, week := day.Format("1 月 2 日"), [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[day.Weekday()]
	if i18n.From(ctx) == i18n.English {
		date, week = day.Format("2 January"), day.Format("Monday")
	}
	full := date + " " + week
	if ahead > 2 {
		return date, full
	}
	near := i18n.Text(ctx, [...]string{"今天", "明天", "后天"}[ahead])
	return near, near + " " + full
}

// hourWord says a whole hour as people do: 下午 3 点.
func hourWord(ctx context.Context, hour int) string {
	if i18n.From(ctx) == i18n.English {
		return fmt.Sprintf("%02d:00", hour)
	}
	part, n := "上午", hour
	switch {
	case hour < 6:
		part = "凌晨"
	case hour == 12:
		part = "中午"
	case hour > 12 && hour < 18:
		part, n = "下午", hour-12
	case hour >= 18:
		part, n = "晚上", hour-12
	}
	return part + " " + format.Int(n) + " 点"
}

// ends are the hours at which a window that starts in h may end.
func (h Hours) ends(ctx context.Context, now time.Time, days int) []dayGroup {
	return Hours{h.From + 1, h.To + 1}.starts(ctx, now.Add(time.Hour), days)
}

// common are the attributes that every kind of control shares.
func (f FieldOpts) common(ctx context.Context, id, problem string) templ.Attributes {
	a := templ.Attributes{"required": f.Required, "readonly": f.Readonly, "autofocus": f.Focus && !Form(ctx).failed()}
	put := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	put("aria-describedby", described(id, f.Hint, problem))
	put("autocomplete", f.Autocomplete)
	put("inputmode", f.InputMode)
	put("placeholder", i18n.Text(ctx, f.Placeholder))
	if f.numeric() {
		put("min", f.Min)
		put("max", f.Max)
	} else {
		put("minlength", f.Min)
		put("maxlength", f.Max)
	}
	if problem != "" {
		a["aria-invalid"] = "true"
	}
	return a
}

// choosing are the attributes of common that a list of choices may have.
func (f FieldOpts) choosing(ctx context.Context, id, problem string) templ.Attributes {
	a := f.common(ctx, id, problem)
	for _, of := range []string{"placeholder", "readonly", "minlength", "maxlength", "min", "max", "inputmode"} {
		delete(a, of)
	}
	if f.Placeholder == "" { // one of them is always chosen
		delete(a, "required")
	}
	return a
}

// groupAttrs tie the hint and the error to a fieldset.
func groupAttrs(id, hint, problem string) templ.Attributes {
	if d := described(id, hint, problem); d != "" {
		return templ.Attributes{"aria-describedby": d}
	}
	return nil
}

// cards is the layout of a set of choices: pictures on a grid, long lists in columns, few side by side.
func cards(opts []Option) string {
	if slices.ContainsFunc(opts, func(o Option) bool { return o.Icon != "" }) {
		return "menu"
	}
	return "cols"
}

// isOn reads a checkbox: after a refusal absence means no.
func isOn(ctx context.Context, name string, on bool) bool {
	if s := Form(ctx); s.Values != nil {
		return s.Values.Get(name) == "true"
	}
	return on
}

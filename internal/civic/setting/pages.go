package setting

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/ui"
)

// groups name the settings that belong together, by the first word of their keys.
var groups = []struct{ prefix, label string }{
	{"order", "求助单的时限"}, {"attendance", "签到签退"}, {"record", "服务记录"}, {"second", "第二人复核"}, {"hours", "工作时间"}, {"word", "称呼"}, {"station", "站点"},
	{"coverage", "选址"},
	{"dispatch", "派单"}, {"backbone", "骨干名单"}, {"inspection", "督导检查和抽查"}, {"problem", "困难问题清单"}, {"stats", "统计"}, {"", "其他"},
}

// sheet is the page of all settings of a division.
type sheet struct {
	Region auth.Region
	Place  string
	Way    []region.Step // from the top to the division, those that the reader may see
	Below  []region.Step
	Groups []group
	may    bool
}

type group struct {
	Label string
	Items []placed
}

// own counts what the division has set itself; such a group stands open.
func (g group) own() (n int) {
	for _, p := range g.Items {
		if p.own() {
			n++
		}
	}
	return n
}

// words says what is in a group that is closed.
func (g group) words() string {
	out := strconv.Itoa(len(g.Items)) + " 项"
	if n := g.own(); n > 0 {
		out += "，" + strconv.Itoa(n) + " 项是自己定的"
	}
	return out
}

// placed is a value with the name of the division that it comes from.
type placed struct {
	Value
	FromName string
}

// sheet gives the settings of a division in their groups.
func (s *Service) sheet(ctx context.Context, in ListInput) (sheet, error) {
	at := in.at(ctx)
	return act.ReadAt(ctx, s.db, View, at, func(tx *db.Tx) (out sheet, err error) {
		out.Region, out.may = at, auth.Can(ctx, Edit, auth.Place{Region: at})
		if out.Place, err = region.FullName(ctx, tx, at); err != nil {
			return out, err
		}
		if out.Below, err = region.Under(ctx, tx, at); err != nil {
			return out, err
		}
		way, err := region.Path(ctx, tx, at)
		if err != nil {
			return out, err
		}
		for _, st := range way {
			if auth.Can(ctx, View, auth.Place{Region: st.Code}) {
				out.Way = append(out.Way, st)
			}
		}
		list, err := valuesOf(ctx, tx, at)
		if err != nil {
			return out, err
		}
		out.Groups, err = grouped(ctx, tx, list.Items)
		return out, err
	})
}

func grouped(ctx context.Context, tx *db.Tx, values []Value) ([]group, error) {
	out := make([]group, len(groups))
	for i, g := range groups {
		out[i].Label = g.label
	}
	for _, v := range values {
		p, err := place(ctx, tx, v)
		if err != nil {
			return nil, err
		}
		at := len(groups) - 1
		for i, g := range groups {
			if first, _, _ := strings.Cut(string(v.Key), "."); first == g.prefix {
				at = i
			}
		}
		out[at].Items = append(out[at].Items, p)
	}
	return out, nil
}

func place(ctx context.Context, tx *db.Tx, v Value) (p placed, err error) {
	p.Value = v
	if v.From != 0 {
		p.FromName, err = region.Name(ctx, tx, v.From)
	}
	return p, err
}

// origin says where a value comes from.
func (p placed) origin() string {
	switch p.From {
	case 0:
		return "默认值"
	case p.Region:
		return "本级设置"
	}
	return "沿用" + p.FromName
}

func (p placed) own() bool { return p.From == p.Region }

// KeyInput names a setting of a division.
type KeyInput struct {
	Key    Key         `path:"key" maxLength:"60"`
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
}

// one is the page of one setting in one division.
type one struct {
	placed
	Place   string
	Above   placed // what holds when the division goes back to what is above
	Changes []Change
	Below   []lower
	may     bool
}

// lower is a division below that has set its own value.
type lower struct {
	Region      auth.Region
	Name, Value string
}

// one gives a setting of a division with its history and who below has set his own.
func (s *Service) one(ctx context.Context, in KeyInput) (one, error) {
	at := ListInput{in.Region}.at(ctx)
	return act.ReadAt(ctx, s.db, View, at, func(tx *db.Tx) (out one, err error) {
		d, ok := define(in.Key)
		if !ok {
			return out, errs.ErrNotFound
		}
		out.may = auth.Can(ctx, Edit, auth.Place{Region: at})
		if out.Place, err = region.FullName(ctx, tx, at); err != nil {
			return out, err
		}
		for to, where := range map[*placed]auth.Region{&out.placed: at, &out.Above: at.Parent()} {
			v, err := valueOf(ctx, tx, d, where)
			if err != nil {
				return out, err
			}
			if *to, err = place(ctx, tx, v); err != nil {
				return out, err
			}
		}
		if out.Changes, err = history.All(ctx, tx, string(in.Key), at); err != nil {
			return out, err
		}
		out.Below, err = below(ctx, tx, in.Key, at)
		return out, err
	})
}

func below(ctx context.Context, tx *db.Tx, key Key, at auth.Region) (out []lower, err error) {
	_, last := at.Codes()
	rows, err := ownBelow.All(ctx, tx, string(key), int64(at), last)
	for _, r := range rows {
		name, e := region.FullName(ctx, tx, r.Region)
		if e != nil {
			return nil, e
		}
		out = append(out, lower{r.Region, name, *r.Value})
	}
	return out, err
}

// version is the version field of a form: none while the division has never set the setting.
func (v one) version() string {
	if v.Version == 0 {
		return ""
	}
	return v.Version.String()
}

func keyPath(key Key, at auth.Region) string {
	return ui.Href("/admin/settings/"+string(key), "region", at)
}

func sheetPath(at auth.Region) string {
	return ui.Href("/admin/settings", "region", at)
}

// changed tells one step of the history.
func (v one) changed(c Change) string {
	if c.Value == nil {
		return "恢复上级的值"
	}
	return "改为 " + *c.Value + v.Unit
}

// NoInput asks for all there is.
type NoInput struct{}

// shelf is the page of all dictionaries.
type shelf struct{ Items []volume }

type volume struct {
	Dictionary
	Words, Active, Known int64 // Known: words that some other platform's code is known of
}

// shelf lists the dictionaries.
func (s *Service) shelf(ctx context.Context, _ NoInput) (shelf, error) {
	return act.Read(ctx, s.db, DictionaryEdit, func(tx *db.Tx) (out shelf, err error) {
		for _, d := range Dictionaries {
			v := volume{Dictionary: d}
			words, err := full(ctx, tx, d.Name)
			if err != nil {
				return out, err
			}
			for _, w := range words {
				v.Words++
				if w.Active {
					v.Active++
				}
				if len(w.External) > 0 {
					v.Known++
				}
			}
			out.Items = append(out.Items, v)
		}
		return out, nil
	})
}

// words gives a dictionary to the administrator.
func (s *Service) words(ctx context.Context, in DictionaryInput) (WordList, error) {
	return act.Read(ctx, s.db, DictionaryEdit, func(tx *db.Tx) (WordList, error) { return in.words(ctx, tx) })
}

// next is the place in the order for a new word: behind the last.
func (v WordList) next() string {
	last := int64(0)
	for _, w := range v.Items {
		last = max(last, w.Sort)
	}
	return strconv.FormatInt(min(last/10*10+10, 9999), 10)
}

// EntryInput names a word.
type EntryInput struct {
	Name string `path:"name" maxLength:"40"`
	Code string `path:"code" maxLength:"40"`
}

// entry is the page of one word.
type entry struct {
	Word
	In    Dictionary
	Lower []Word // which it may include
}

// entry gives one word to the administrator.
func (s *Service) entry(ctx context.Context, in EntryInput) (out entry, err error) {
	list, err := s.words(ctx, DictionaryInput{in.Name})
	if err != nil {
		return out, err
	}
	for _, w := range list.Items {
		if w.Code == in.Code {
			out = entry{Word: w, In: list.Dictionary}
			for _, x := range list.Items {
				if in.Name == Qualification && x.Code != w.Code && !slices.Contains(x.Includes, w.Code) {
					out.Lower = append(out.Lower, x)
				}
			}
			return out, nil
		}
	}
	return out, errs.ErrNotFound
}

// path is where a saved word, or a refused one, is shown.
func (in WordInput) path() string {
	out := "/admin/dictionaries"
	if in.Name != "" {
		out += "/" + url.PathEscape(in.Name)
	}
	if in.ID != 0 && in.Code != "" {
		out += "/" + url.PathEscape(in.Code)
	}
	return out
}

// yearSheet is the calendar as a page.
type yearSheet struct {
	Calendar
	Stretches []stretch
	Months    []month
	Years     []int64
	may       bool
}

// stretch is days in a row with one arrangement.
type stretch struct {
	From, To   clock.Day
	Kind, Name string
}

type month struct{ N, Working int64 }

// yearSheet gives a year with its days off in stretches and the working days of each month.
func (s *Service) yearSheet(ctx context.Context, in CalendarInput) (yearSheet, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out yearSheet, err error) {
		out.may = auth.Can(ctx, CalendarEdit, auth.Place{Region: top})
		if out.Calendar, err = calendarOf(ctx, tx, in); err != nil {
			return out, err
		}
		special := map[clock.Day]string{}
		for _, d := range out.Items {
			special[d.Day] = d.Kind
			if n := len(out.Stretches); n > 0 && out.Stretches[n-1].joins(d) {
				out.Stretches[n-1].To = d.Day
				continue
			}
			out.Stretches = append(out.Stretches, stretch{d.Day, d.Day, d.Kind, d.Name})
		}
		first := clock.Day(out.Year*10000 + 101)
		for i := range int64(12) {
			out.Months = append(out.Months, month{N: i + 1})
		}
		for d := first; d.Year() == out.Year; d = d.AddDays(1) {
			if isWorking(d, special) {
				out.Months[d/100%100-1].Working++
			}
		}
		for y := clock.DayOf(tx.Now) / 10000; y > firstYear && len(out.Years) < 4; y-- {
			out.Years = append([]int64{int64(y)}, out.Years...)
		}
		out.Years = append(out.Years, clock.DayOf(tx.Now).Year()+1)
		return out, nil
	})
}

func (s stretch) joins(d Day) bool {
	return s.To.AddDays(1) == d.Day && s.Kind == d.Kind && s.Name == d.Name
}

func (s stretch) days() string {
	return strconv.Itoa(s.To.Sub(s.From)+1) + " 天"
}

func (s stretch) when() string {
	if s.From == s.To {
		return s.From.String() + "（" + weekday(s.From) + "）"
	}
	return s.From.String() + " 到 " + s.To.String()
}

func weekday(d clock.Day) string {
	return "周" + []string{"日", "一", "二", "三", "四", "五", "六"}[d.Time().Weekday()]
}

func yearPath(year int64) string { return "/admin/calendar?year=" + strconv.FormatInt(year, 10) }

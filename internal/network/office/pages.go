package office

import (
	"net/url"
	"strconv"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// at is the address of a book of the station at hand.
func (b Book) at(name string) string { return part(b.Station.ID, name) }

// query is an address under the same filters (name, value, …), without the empty ones.
func query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" && pairs[i+1] != "0" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// more is the address of the next page of a list; "" on the last.
func more(path string, cursor *string, pairs ...string) string {
	if cursor == nil {
		return ""
	}
	return query(path, append(pairs, "cursor", *cursor)...)
}

// choices lists words by their codes, in the order of the codes.
func choices(words map[string]string, codes ...string) (out []ui.Option) {
	for _, c := range codes {
		out = append(out, ui.Option{Value: c, Label: words[c]})
	}
	return out
}

var (
	kindChoices  = choices(equipmentKinds, "computer", "office", "furniture", "media", "convenience", "emergency", "other")
	stateChoices = choices(equipmentWords, "in_use", "idle", "repair", "lost", "scrapped")
)

// years are the choices of a page: next year and the five before it.
func years(today clock.Day, chosen int64) (out []ui.Option) {
	for y := yearOf(today) + 1; y >= yearOf(today)-4; y-- {
		out = append(out, ui.Option{Value: itoa(y), Label: itoa(y) + " 年"})
	}
	if chosen != 0 && (chosen > yearOf(today)+1 || chosen < yearOf(today)-4) {
		out = append(out, ui.Option{Value: itoa(chosen), Label: itoa(chosen) + " 年"})
	}
	return out
}

// yearText is a year of a filter; "" for all.
func yearText(y int64) string {
	if y == 0 {
		return ""
	}
	return itoa(y)
}

func idText(id db.ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

func (v Notices) query(path string, pairs ...string) string {
	return query(path, append([]string{"year", itoa(v.In.Year), "state", v.In.State, "q", v.In.Q}, pairs...)...)
}

func (v Documents) query(path string, pairs ...string) string {
	return query(path, append([]string{"category", idText(v.In.Category), "year", itoa(v.In.Year), "state", v.In.State, "q", v.In.Q}, pairs...)...)
}

func (v Documents) plan(active bool) (out []ui.Option) {
	for _, c := range v.Plan {
		if c.Active || !active {
			out = append(out, ui.Option{Value: c.ID.String(), Label: c.Code + " " + c.Name, Hint: c.term()})
		}
	}
	return out
}

// filing are the choices of the form that files: with how long each is kept.
func (v Documents) filing() (out []ui.Option) {
	for _, o := range v.plan(true) {
		out = append(out, ui.Option{Value: o.Value, Label: o.Label + "，" + o.Hint})
	}
	return out
}

func (d Document) tag(today clock.Day) (tone, word string) {
	switch {
	case d.State == Destroyed:
		return "", documentWords[d.State]
	case d.State == Asked:
		return "wait", documentWords[d.State]
	case d.Due(today):
		return "ask", "保存期满"
	}
	return "done", documentWords[d.State]
}

func (w Week) keepers() (out []ui.Option) {
	for _, k := range w.Keepers {
		out = append(out, ui.Option{Value: k.ID.String(), Label: k.Name + "（" + k.Post + "）"})
	}
	return out
}

func (w Week) dayChoices() (out []ui.Option) {
	for _, d := range w.days() {
		out = append(out, ui.Option{Value: d.String(), Label: d.Words()})
	}
	return out
}

// first is the day that the form offers: today when the week has it, else Monday.
func (w Week) first() string {
	if w.Today >= w.Monday && w.Today <= w.Monday.AddDays(6) {
		return w.Today.String()
	}
	return w.Monday.String()
}

func (v ShiftSheet) others() (out []ui.Option) {
	for _, d := range v.Others {
		out = append(out, ui.Option{Value: d.ID.String(), Label: d.Day.Words() + " " + d.Hours() + " " + d.Name})
	}
	return out
}

func (v Ledgers) query(path string, pairs ...string) string {
	return query(path, append([]string{"from", v.From.String(), "until", v.Until.String()}, pairs...)...)
}

// steps are the progress of a plan item for the timeline.
func (v PlanSheetLine) steps() (out []ui.Step) {
	for _, n := range v.Notes {
		title := n.Note
		if n.Amount > 0 {
			title = itoa(n.Amount) + " " + v.Unit + "：" + n.Note
		}
		out = append(out, ui.Step{Title: title, Note: n.Day.Words() + "，" + n.ByName, State: "done"})
	}
	return out
}

func lineName(n int, field string) string { return "lines." + itoa(n) + "." + field }

package roster

import (
	"context"
	"linli/internal/platform/web/ui"
)

func (w Week) keepers() (out []ui.Option) {
	for _, k := range w.Keepers {
		out = append(out, ui.Option{Value: k.ID.String(), Label: k.Name + "（" + k.Post + "）"})
	}
	return out
}

func (w Week) dayChoices(ctx context.Context) (out []ui.Option) {
	for _, d := range w.days() {
		out = append(out, ui.Option{Value: d.String(), Label: d.Words(ctx)})
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

func (v ShiftSheet) others(ctx context.Context) (out []ui.Option) {
	for _, d := range v.Others {
		out = append(out, ui.Option{Value: d.ID.String(), Label: d.Day.Words(ctx) + " " + d.Hours() + " " + d.Name})
	}
	return out
}

package ledger

import (
	"linli/internal/platform/web/ui"
)

func (v Ledgers) query(path string, pairs ...any) string {
	return ui.Href(path, append([]any{"from", v.From, "until", v.Until}, pairs...)...)
}

package ledger

import (
	"linli/internal/platform/web/ui"
)

func (v Ledgers) query(path string, pairs ...string) string {
	return ui.Address(path, append([]string{"from", v.From.String(), "until", v.Until.String()}, pairs...)...)
}

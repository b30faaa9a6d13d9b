package equipment

import (
	"linli/internal/platform/format"
)

func lineName(n int, field string) string { return "lines." + format.Int(n) + "." + field }

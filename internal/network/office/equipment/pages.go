package equipment

import (
	"linli/internal/platform/web/ui"
)

var (
	kindChoices  = ui.Choices(equipmentKinds, "computer", "office", "furniture", "media", "convenience", "emergency", "other")
	stateChoices = ui.Choices(equipmentWords, "in_use", "idle", "repair", "lost", "scrapped")
)

func lineName(n int, field string) string { return "lines." + ui.Itoa(n) + "." + field }

package setting

import "linli/internal/platform/web"

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/settings", "setting.list", View, s.List)
	web.JSON(r, "POST /api/v1/settings/{key}", "setting.set", Edit, s.Set)
	web.JSON(r, "GET /api/v1/settings/{key}/history", "setting.history", View, s.History)
	web.JSON(r, "POST /api/v1/dictionary", "dictionary.save", DictionaryEdit, s.SaveWord)
	web.JSON(r, "POST /api/v1/calendar/{day}", "calendar.set", CalendarEdit, s.SetDay)
}

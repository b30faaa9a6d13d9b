package setting

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/settings", "setting.list", View, s.List)
	web.JSON(r, "POST /api/v1/settings/{key}", "setting.set", Edit, s.Set)
	web.JSON(r, "GET /api/v1/settings/{key}/history", "setting.history", View, s.History)
	web.JSON(r, "GET /api/v1/dictionaries/{name}", "dictionary.list", DictionaryView, s.Dictionary)
	web.JSON(r, "POST /api/v1/dictionary", "dictionary.save", DictionaryEdit, s.SaveWord)
	web.JSON(r, "GET /api/v1/calendar", "calendar.list", CalendarView, s.Calendar)
	web.JSON(r, "POST /api/v1/calendar", "calendar.span", CalendarEdit, s.SetSpan)
	web.JSON(r, "POST /api/v1/calendar/{day}", "calendar.set", CalendarEdit, s.SetDay)

	web.Page(r, "GET /admin/settings", "setting.list", View, s.sheet, sheetView)
	web.Page(r, "GET /admin/settings/{key}", "setting.history", View, s.one, oneView)
	at := func(in SetInput) string { return keyPath(in.Key, or(in.Region)) }
	web.Form(r, "POST /admin/settings/{key}", "setting.set", Edit, s.Set, at, func(in SetInput, _ Value) string { return at(in) })

	web.Page(r, "GET /admin/dictionaries", "dictionary.shelf", DictionaryEdit, s.shelf, shelfView)
	web.Page(r, "GET /admin/dictionaries/{name}", "dictionary.words", DictionaryEdit, s.words, wordsView)
	web.Page(r, "GET /admin/dictionaries/{name}/{code}", "dictionary.word", DictionaryEdit, s.entry, entryView)
	web.Form(r, "POST /admin/dictionaries", "dictionary.save", DictionaryEdit, s.SaveWord, WordInput.path,
		func(in WordInput, _ Word) string { return WordInput{Name: in.Name}.path() })

	web.Page(r, "GET /admin/calendar", "calendar.year", View, s.yearSheet, yearView)
	web.Form(r, "POST /admin/calendar", "calendar.span", CalendarEdit, s.SetSpan, SpanInput.path,
		func(in SpanInput, _ Calendar) string { return in.path() })
}

// or gives the top where a refused form named no division.
func or(at auth.Region) auth.Region {
	if at == 0 {
		return top
	}
	return at
}

// path is the page of the year of the days, this year's where none is readable.
func (in SpanInput) path() string {
	if year := int64(in.From / 10000); year > firstYear && year <= lastYear {
		return yearPath(year)
	}
	return "/admin/calendar"
}

package archive

import (
	_ "embed"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "archive", Routes: s.Routes, Words: routeWords,
		Live: []area.Live{
			{Table: "office_document", Word: "档案", Where: "state <> 'destroyed'"},
		},
		Checks: []area.Check{{Name: "archives", Word: "档案的编号没有空缺", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("archive.remind", time.Hour, s.Remind) },
	}
}

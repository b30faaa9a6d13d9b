package archive

import (
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "archive", Routes: s.Routes,
		Live: []area.Live{
			{Table: "office_document", Word: "档案", Where: "state <> 'destroyed'"},
		},
		Checks: []area.Check{{Name: "archives", Word: "档案的编号没有空缺", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("archive.remind", time.Hour, s.Remind) },
	}
}

package region

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// uploaded are editions of the divisions that somebody has uploaded and that are neither applied nor dropped.
var uploaded = area.Waiting(area.Wait{Shell: "admin", Rank: 20, Perm: Edit, Href: editionsPath, Word: "上传了的区划版本，还没有生效", Button: "去看差别",
	Page: func(id db.ID) string { return editionsPath + "/" + id.String() }},
	`e.id, e.source AS what, e.made_by AS who, e.made_at AS at, 0 AS due`, `region_edition e WHERE e.state = 'preview'`,
	auth.Columns{Region: "CAST(" + Top.String() + " AS BIGINT)"})

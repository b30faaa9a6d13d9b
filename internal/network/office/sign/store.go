package sign

import (
	"linli/internal/platform/db"
)

// quarterOf is the residential quarter that a point serves.
var quarterOf = db.Query[string](`SELECT name FROM quarter WHERE point_id = $1 AND active ORDER BY id LIMIT 1`)

package spotcheck

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
)

// underWay are spot checks of the reader's own division that are announced and not published.
var underWay = area.Waiting(area.Wait{Shell: "gov", Rank: 32, Perm: Conduct, Href: govChecks, Word: "抽查做到一半", Button: "接着做", Page: checkAt},
	`c.id, c.title AS what, c.by_name AS who, c.announced_at AS at, 0 AS due`,
	`spot_check c WHERE c.state IN ('announced', 'frozen', 'drawn') AND c.region = {seat}`, auth.Columns{Region: "c.region"})

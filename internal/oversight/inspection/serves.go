package inspection

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// serves counts what binds an account to somebody: an office at his station or in his division, a place in his team.
var serves = db.Query[int64](`SELECT (SELECT COUNT(*) FROM role_grant g WHERE g.account_id = $1 AND g.ended_at IS NULL
	AND (g.station_id = $2 OR g.region = $3)) + (SELECT COUNT(*) FROM team_member m WHERE m.team_id = $4 AND m.person_id = $5
	AND m.state = 'in') AS n`)

// Serves says whether an account has an office at a station or in its division, or its person a place in a team.
func Serves(ctx context.Context, tx *db.Tx, account, person, station db.ID, at auth.Region, team db.ID) (bool, error) {
	n, err := serves.One(ctx, tx, account, station, int64(at), team, person)
	return n > 0, err
}

package attendance

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var sessionsOf = table.Where("person_id = $1 ORDER BY id")

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): when he was at which service. The caller must have the
// right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	return sessionsOf.All(ctx, tx, id)
}

var follow = []*db.Command{
	db.SQL(`UPDATE sheet_row SET person_id = $2 WHERE person_id = $1`),
	db.SQL(`UPDATE attendance SET person_id = $2 WHERE person_id = $1`),
}

// quiet forgets who spoke for whom in the services of a person; that somebody entered the times for him stays.
var quiet = db.SQL(`UPDATE attendance SET in_voice = CASE WHEN in_voice = '' THEN '' ELSE '代办' END,
	out_voice = CASE WHEN out_voice = '' THEN '' ELSE '代办' END
	WHERE person_id = $1 OR order_id IN (SELECT id FROM orders WHERE recipient_id = $1 OR requester_id = $1)`)

// unwrite takes a name out of the lines of sheets. They say in free text who was served, so whoever is called alike in the same town goes
// with it; the photograph of the sheet stays for who looks the line up.
var unwrite = db.SQL(`UPDATE sheet_row SET for_whom = REPLACE(for_whom, $1, $2)
	WHERE region BETWEEN $3 AND $4 AND for_whom <> REPLACE(for_whom, $1, $2)`)

// Forget takes out of the times of services whose name was said or written with them (个人信息保护法 art. 47); the times stay.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	if _, err := quiet.Run(ctx, tx, id); err != nil {
		return err
	}
	p, err := person.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	low, high := p.Region.At(auth.LevelTown).Codes()
	_, err = unwrite.Run(ctx, tx, p.Name, person.ErasedName, low, high)
	return err
}

// OnMerged lets what hangs on an entry of the register of persons follow it to the one that goes on.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	for _, move := range follow {
		if _, err := move.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
	}
	return nil
}

package app

import (
	"context"

	"linli/internal/platform/db"
)

type named struct {
	ID   db.ID
	Name string
}

// Names that were found by their characters before they were found by their spelling too, a thousand at a time.
var (
	spelling = map[string]*db.Rows[named]{
		"person": db.Query[named](`SELECT p.id, p.name FROM person p WHERE p.id > $1
			AND EXISTS (SELECT 1 FROM name_grams g WHERE g.kind = 'person' AND g.id = p.id) ORDER BY p.id LIMIT 1000`),
		"station": db.Query[named](`SELECT s.id, s.name FROM station s WHERE s.id > $1
			AND EXISTS (SELECT 1 FROM name_grams g WHERE g.kind = 'station' AND g.id = s.id) ORDER BY s.id LIMIT 1000`),
		"volunteer": db.Query[named](`SELECT v.id, p.name FROM volunteer v JOIN person p ON p.id = v.person_id WHERE v.id > $1
			AND EXISTS (SELECT 1 FROM name_grams g WHERE g.kind = 'volunteer' AND g.id = v.id) ORDER BY v.id LIMIT 1000`),
	}
	stampSpelled = db.SQL(`INSERT INTO stamp (name, value) VALUES ('spelled', '1') ON CONFLICT (name) DO NOTHING`)
	readSpelled  = db.Query[string](`SELECT value FROM stamp WHERE name = 'spelled'`)
)

// spell makes names findable by pinyin that an earlier version wrote; done once in the life of a database, and again if it is cut off.
func (a *App) spell(ctx context.Context) error {
	done := false
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		_, done, err = db.Found(readSpelled.One(ctx, tx))
		return err
	}); err != nil || done {
		return err
	}
	for kind, next := range spelling {
		for last := db.ID(0); ; {
			n := 0
			if err := a.DB.Write(ctx, func(tx *db.Tx) error {
				list, err := next.All(ctx, tx, last)
				for _, x := range list {
					if err := db.IndexName(ctx, tx, kind, x.ID, x.Name); err != nil {
						return err
					}
				}
				if n = len(list); n > 0 {
					last = list[n-1].ID
				}
				return err
			}); err != nil {
				return err
			}
			if n == 0 {
				break
			}
		}
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := stampSpelled.Run(ctx, tx)
		return err
	})
}

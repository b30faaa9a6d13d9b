package catalogue

import (
	"context"

	"linli/internal/platform/db"
)

const columns = `id, region, code, name, blurb, category, icon, audience, minutes, needed, skills, languages, dangerous, adults_only, two_persons,
	insurance_needed, training_code, qualification_code, risk, active, sort, version`

var (
	byID   = db.Query[Item](`SELECT ` + columns + ` FROM catalogue_item WHERE id = $1`).Lasting()
	menu   = db.Query[Item](`SELECT ` + columns + ` FROM catalogue_item WHERE active AND region IN ($1, $2, $3, $4, $5) ORDER BY sort, id`).Lasting()
	shelf  = db.Query[Item](`SELECT ` + columns + ` FROM catalogue_item WHERE region IN ($1, $2, $3, $4, $5) ORDER BY sort, id`)
	leftBy = db.Query[left](`SELECT item_id, why FROM catalogue_left WHERE station_id = $1`)
	leave  = db.SQL(`INSERT INTO catalogue_left (station_id, item_id, why) VALUES ($1, $2, $3) ON CONFLICT (station_id, item_id) DO UPDATE SET why = excluded.why`)
	takeUp = db.SQL(`DELETE FROM catalogue_left WHERE station_id = $1 AND item_id = $2`)
	total  = db.Query[int64](`SELECT count(*) FROM catalogue_item`)
	insert = db.SQL(`INSERT INTO catalogue_item (` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`)
	update = db.SQL(`UPDATE catalogue_item SET name = $3, blurb = $4, category = $5, icon = $6, audience = $7, minutes = $8, needed = $9, skills = $10,
		languages = $11, dangerous = $12, adults_only = $13, two_persons = $14, insurance_needed = $15, training_code = $16, qualification_code = $17,
		risk = $18, active = $19, sort = $20, version = version + 1 WHERE id = $1 AND version = $2`)
)

func list(ctx context.Context, tx *db.Tx, in ListInput) ([]Item, error) {
	var sort int64
	var id db.ID
	more, err := in.After(&sort, &id)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + columns + ` FROM catalogue_item WHERE 1 = 1`)
	b.If(!in.All, " AND active")
	if r := in.Region; r != 0 {
		b.Add(" AND region IN (?, ?, ?, ?, ?)", r.At(1), r.At(2), r.At(3), r.At(4), r)
	} else {
		b.Add(" AND region % 10000000000 = 0")
	}
	b.If(in.Category != "", " AND category = ?", in.Category)
	b.If(more, " AND (sort, id) > (?, ?)", sort, id)
	return db.Select[Item](ctx, tx, b.Add(" ORDER BY sort, id LIMIT ?", in.Size()+1))
}

func write(ctx context.Context, tx *db.Tx, i Item) error {
	_, err := insert.Run(ctx, tx, i.ID, i.Region, i.Code, i.Name, i.Blurb, i.Category, i.Icon, i.Audience, i.Minutes, i.Needed, i.Skills, i.Languages,
		i.Dangerous, i.AdultsOnly, i.TwoPersons, i.InsuranceNeeded, i.TrainingCode, i.QualificationCode, i.Risk, i.Active, i.Sort, i.Version)
	return err
}

func change(ctx context.Context, tx *db.Tx, i Item, version int64) (int64, error) {
	return update.Run(ctx, tx, i.ID, version, i.Name, i.Blurb, i.Category, i.Icon, i.Audience, i.Minutes, i.Needed, i.Skills, i.Languages, i.Dangerous,
		i.AdultsOnly, i.TwoPersons, i.InsuranceNeeded, i.TrainingCode, i.QualificationCode, i.Risk, i.Active, i.Sort)
}

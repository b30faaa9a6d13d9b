package check_test

import (
	"strings"
	"testing"

	"linli/internal/app"
	"linli/internal/app/check"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
)

func run(t *testing.T, d *db.DB) string {
	t.Helper()
	results, err := check.Run(t.Context(), d, check.Whole())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, r := range results {
		for _, f := range r.Findings {
			out.WriteString(r.Name + ": " + f.Object + ": " + f.What + "\n")
		}
	}
	return out.String()
}

// A seeded database is clean; each kind of damage is named with its object.
func TestWhole(t *testing.T) {
	dbtest.Filled(app.Seed).Each(t, func(t *testing.T, d *db.DB) {
		if got := run(t, d); got != "" {
			t.Fatalf("a fresh database: %s", got)
		}
		for _, c := range []struct{ damage, undo, want string }{
			{`UPDATE region SET level = 4 WHERE code = 152502001001`, `UPDATE region SET level = 5 WHERE code = 152502001001`,
				"region_tree: region 152502001001"},
			{`UPDATE region SET name = '' WHERE code = 152502001001`, `UPDATE region SET name = 'x' WHERE code = 152502001001`, "没有名称"},
			{audit("7", "159999999999", "x"), `DELETE FROM audit`, "regions_exist: audit 7"},
			{audit("8", "152502001001", "打 12900001234 找他"), `DELETE FROM audit`, "audit 8: cause 里有明文电话"},
			{audit("11", "152502001001", "备份 5476f12900001234ffe882fcf381a028 好"), `DELETE FROM audit`, ""},
			{audit("12", "152502001001", "备份 5476f12900001234ffe882fcf381a02812900001234"), `DELETE FROM audit`, "audit 12: cause 里有明文电话"},
			{audit("9", "152502001001", "证件190101199001010011"), `DELETE FROM audit`, ""},
			{audit("10", "152502001001", "证件11010519491231002X"), `DELETE FROM audit`, "audit 10: cause 里有明文身份证号码"},
		} {
			exec(t, d, c.damage)
			if got := run(t, d); c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("%s: found %q, want %q", c.damage, got, c.want)
			}
			exec(t, d, c.undo)
		}
	})
}

func audit(id, region, cause string) string {
	return `INSERT INTO audit (id, at, actor, role, action, object, object_id, region, cause, detail) VALUES (` + id +
		`, CURRENT_TIMESTAMP, '', '', '', '', '', ` + region + `, '` + cause + `', '{}')`
}

func exec(t *testing.T, d *db.DB, q string) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), q); return err }); err != nil {
		t.Fatal(err)
	}
}

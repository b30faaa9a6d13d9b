package auth_test

import (
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
)

// faulty compares a scope with columns that no table has.
var faulty = db.DynamicOf[db.ID](func(b *db.Builder, s auth.Scope) {
	b.Add("SELECT id FROM account WHERE 1 = 1")
	s.Where(b, auth.Columns{Region: "no_region", Station: "no_station", Person: "no_person"})
})

// A statement with a scope is prepared for each kind of grant: a column that is not there is noticed, wherever it stands.
func TestScopeIsPrepared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Check(t.Context())
		if err == nil {
			t.Fatal("nothing was noticed")
		}
		for _, want := range []string{"no_person", "no_station", "no_region BETWEEN", "no_region/100000000 ", "no_region/1000000 ",
			"no_region/1000 ", "no_region ="} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s is not prepared", want)
			}
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			list, err := faulty.All(t.Context(), tx, auth.Scope{})
			if len(list) > 0 {
				t.Error("the empty scope holds something")
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

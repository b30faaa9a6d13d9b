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

// A key of access carries the permissions that it reads and no other, those over oneself not beyond; not even what every member may.
func TestKeyLeavesLess(t *testing.T) {
	here := auth.Place{Region: 152502001001, Persons: []db.ID{7}}
	mine := auth.Place{Persons: []db.ID{8}}
	owner := auth.Actor{Account: 1, Person: 8,
		Grants: []auth.Grant{{Role: auth.CommunityHead, Region: 152502001001}, {Role: auth.Volunteer}}}
	by := owner
	by.Key = &auth.Key{Reads: map[auth.Perm]bool{"record.view": true, "stats.view": false}, Doors: []string{"record.list"}}
	for _, c := range []struct {
		perm     auth.Perm
		at       auth.Place
		may, key bool
	}{{"record.view", here, true, false}, {"record.view", mine, true, true},
		{"stats.view", here, true, true}, {"account.own", mine, true, false},
		{"order.view", here, true, false}, {"audit.view", here, false, false}} {
		for who, want := range map[*auth.Actor]bool{&owner: c.may, &by: c.key} {
			if got := auth.Can(auth.With(t.Context(), *who), c.perm, c.at); got != want {
				t.Errorf("%s at %v, by key %v: %v", c.perm, c.at, who.Key != nil, got)
			}
		}
	}
	if !by.Key.Opens("record.list") || by.Key.Opens("record.get") {
		t.Error("doors")
	}
}

package portal_test

import (
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/reach/portal"
)

// Only who keeps the program running is told which release it is, and the number of the installation.
func TestRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := portal.New(d, nil, nil)
		number := func(want string) {
			t.Helper()
			for role, told := range map[auth.Role]bool{"system_admin": true, "auditor": false, "resident": false} {
				ctx := auth.With(t.Context(), auth.Actor{Account: 7, Person: 8, Grants: []auth.Grant{{Role: role}}})
				page, err := s.Admin(ctx, portal.Nothing{})
				if err != nil || strings.Contains(page.Program, "数据库结构") != told || (page.Installation == want) != told {
					t.Errorf("%s is told %q and %q, %v", role, page.Program, page.Installation, err)
				}
			}
		}
		number("unbound")
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO stamp (name, value) VALUES ('files', 'ABCDEFGHIJKLMNOP')`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		number("abcdefghijkl")
		if _, err := s.Admin(t.Context(), portal.Nothing{}); err == nil {
			t.Error("a visitor is let in")
		}
	})
}

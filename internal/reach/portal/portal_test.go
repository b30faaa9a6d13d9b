package portal_test

import (
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/reach/portal"
)

// Only who keeps the program running is told which release it is.
func TestRelease(t *testing.T) {
	s := portal.New(nil, nil, nil)
	for role, told := range map[auth.Role]bool{"system_admin": true, "auditor": false, "resident": false} {
		ctx := auth.With(t.Context(), auth.Actor{Account: 7, Person: 8, Grants: []auth.Grant{{Role: role}}})
		page, err := s.Admin(ctx, portal.Nothing{})
		if err != nil || strings.Contains(page.Program, "数据库结构") != told {
			t.Errorf("%s is told %q, %v", role, page.Program, err)
		}
	}
	if _, err := s.Admin(t.Context(), portal.Nothing{}); err == nil {
		t.Error("a visitor is let in")
	}
}

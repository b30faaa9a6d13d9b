package password_test

import (
	"strings"
	"testing"

	"linli/internal/civic/account/password"
)

func TestPasswordRules(t *testing.T) {
	for _, ok := range []string{"a good password 42", "Ab3-xyzq", "草原上的白马跑得真快", "correct horse battery", strings.Repeat("x1", 60)} {
		if err := password.Check("password", ok, "chenxy", "陈晓燕"); err != nil {
			t.Errorf("%q: %v", ok, err)
		}
	}
	for _, bad := range []string{"", "short1A", "abcdefgh1", "0123456789", "aaaaaaaaaaaa", "9876543210", "P@ssw0rd", "Admin@123", "qwertyuiop",
		"1qaz2wsx3edc", "chenxy-1985x", "linli-2026-ok", "陈晓燕的密码1234", strings.Repeat("x1", 65)} {
		if err := password.Check("password", bad, "chenxy", "陈晓燕"); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if p := password.New(); password.Check("password", p) != nil || len(p) != 19 || p == password.New() {
		t.Errorf("initial password %q", p)
	}
}

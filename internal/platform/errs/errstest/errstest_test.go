package errstest

import (
	"errors"
	"testing"

	"linli/internal/platform/errs"
)

// recorder notes whether a test would have failed.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestIs(t *testing.T) {
	both := errs.Check{"from": "太早", "to": "太晚"}.Err()
	for _, c := range []struct {
		err  error
		want string
		ok   bool
	}{
		{nil, "", true}, {nil, "denied", false}, {errs.ErrDenied, "", false}, {errors.New("x"), "", false}, {errors.New("x"), "denied", false},
		{errs.ErrDenied, "denied", true}, {errs.ErrNotFound, "denied", false}, {errs.New(errs.Conflict, "denied", "x"), "denied", false},
		{errs.Deny("不能给自己办"), "denied: 自己", true}, {errs.Deny("不能给自己办"), "denied: 别人", false},
		{errs.Field("to", "太晚"), "invalid to: 晚", true}, {errs.Field("to", "太晚"), "invalid", false},
		{errs.Field("to", "太晚"), "invalid from", false},
		{both, "invalid from,to", true}, {both, "invalid to", false}, {errs.New(errs.Conflict, "full", "x"), "full", true},
	} {
		r := &recorder{TB: t}
		if Is(r, c.err, c.want); r.failed == c.ok {
			t.Errorf("%v against %q", c.err, c.want)
		}
	}
}

// Package errstest compares refusals by everything that people and programs go by, so that a test does not take the refusal of one
// rule for that of another.
package errstest

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/errs"
)

// kinds are what the common codes are answered with; a code of an area's own has the kind that the area gave it.
var kinds = map[string]errs.Kind{"unauthenticated": errs.Unauthenticated, "denied": errs.Denied, "not_found": errs.NotFound,
	"invalid": errs.Invalid, "wrong_state": errs.Conflict, "conflict": errs.Conflict, "stale_version": errs.Conflict}

// Is fails the test unless err is the refusal that want describes: its code; the fields it names, and no others, with commas between;
// after a colon, a piece of what it says. "" wants no error. So "invalid volunteer_ids: 超过", "wrong_state: 已经退出", "denied", "invalid
// from,to".
func Is(t testing.TB, err error, want string) {
	t.Helper()
	head, words, _ := strings.Cut(want, ": ")
	code, fields, _ := strings.Cut(head, " ")
	if want == "" && err == nil {
		return
	}
	said := ""
	if e, ok := errors.AsType[*errs.Error](err); ok {
		said = strings.Join(slices.Sorted(maps.Keys(e.Fields)), ",")
	}
	kind, known := kinds[code]
	switch {
	case want == "" || err == nil || errs.CodeOf(err) != code || known && errs.KindOf(err) != kind:
		t.Errorf("got %q %d (%v), want %q", errs.CodeOf(err), errs.KindOf(err), err, want)
	case said != fields:
		t.Errorf("got %v, about %q, want %q", err, said, want)
	case !strings.Contains(err.Error(), words):
		t.Errorf("got %v, want %q", err, want)
	}
}

// Package errs is the small vocabulary of failures that a person may see. Every other error is internal: logged, answered
// without detail, and a fault of ours.
package errs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind says what went wrong in the terms of HTTP, so that every face of the system answers alike.
type Kind int

// The kinds and the status that each is answered with.
const (
	Unreadable      Kind = 400 // the request could not be read at all
	Unauthenticated Kind = 401 // who are you?
	Denied          Kind = 403 // visible, but not yours to do
	NotFound        Kind = 404 // missing, or outside what the actor may see: never told apart
	WrongMethod     Kind = 405
	Conflict        Kind = 409 // the state has moved on; Code says how
	TooLarge        Kind = 413
	Unsupported     Kind = 415
	Invalid         Kind = 422 // the input breaks a rule; Fields says which
	TooMany         Kind = 429
	Unavailable     Kind = 503 // try again later
)

// Error is one failure. Msg is Chinese and meant for people; Code is for programs.
type Error struct {
	Kind   Kind
	Code   string
	Msg    string
	Fields map[string]string // field name → what is wrong with it
}

// Error gives the message and, in a fixed order, the fields.
func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Msg
	}
	parts := make([]string, 0, len(e.Fields))
	for _, f := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, f+": "+e.Fields[f])
	}
	return e.Msg + " (" + strings.Join(parts, "; ") + ")"
}

// Errors that need no more words.
var (
	ErrNotFound        = &Error{Kind: NotFound, Code: "not_found", Msg: "没有找到，或者不在您能看的范围里"}
	ErrUnauthenticated = &Error{Kind: Unauthenticated, Code: "unauthenticated", Msg: "请先登录"}
	ErrDenied          = &Error{Kind: Denied, Code: "denied", Msg: "您的身份不能做这件事"}
	ErrUnavailable     = &Error{Kind: Unavailable, Code: "unavailable", Msg: "系统正忙或正在恢复，请稍后再试；您填的内容没有丢"}
	ErrStale           = &Error{Kind: Conflict, Code: "stale_version", Msg: "内容刚被别人改过，请看过最新的再办"}
)

// WrongState says that a move does not start from the present state.
func WrongState(msg string) error { return &Error{Kind: Conflict, Code: "wrong_state", Msg: msg} }

// Clash says that the action collides with something that already stands.
func Clash(msg string) error { return &Error{Kind: Conflict, Code: "conflict", Msg: msg} }

// Deny is a refusal with a reason of its own.
func Deny(msg string) error { return &Error{Kind: Denied, Code: "denied", Msg: msg} }

// Field is Invalid for one field.
func Field(name, msg string) error {
	return &Error{Kind: Invalid, Code: "invalid", Msg: "请改正标出的地方", Fields: map[string]string{name: msg}}
}

// New makes an error of any kind.
func New(k Kind, code, msg string) error { return &Error{Kind: k, Code: code, Msg: msg} }

// Check collects what is wrong with an input; the first finding of a field stays.
type Check map[string]string

// That records msg for field unless ok holds.
func (c Check) That(ok bool, field, msg string) {
	if _, seen := c[field]; !ok && !seen {
		c[field] = msg
	}
}

// Thatf is That with a formatted message.
func (c Check) Thatf(ok bool, field, format string, args ...any) {
	c.That(ok, field, fmt.Sprintf(format, args...))
}

// Merge takes over the field errors of err; any other error is given back.
func (c Check) Merge(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != Invalid {
		return err
	}
	for f, msg := range e.Fields {
		c.That(false, f, msg)
	}
	return nil
}

// Err is nil when nothing was wrong.
func (c Check) Err() error {
	if len(c) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "invalid", Msg: "请改正标出的地方", Fields: c}
}

// KindOf gives the kind of err, or 0 for an internal error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

// CodeOf gives the code of err, or "" for an internal error.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// Package shop has one place of each kind that can be broken, for the tests of the tool.
package shop

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/web"
)

const edit auth.Perm = "shop.edit"

const (
	open   = "open"
	closed = "closed"
)

const limit = 3

type row struct{ from, to string }

type input struct {
	Size string `json:"size" enum:"small,large"`
}

var sizes = set.New("shop.size", set.Row{"tiny", "很小", ""}, set.Row{"huge", "很大", ""})

var isTiny = func(in input) bool { return in.Size == "tiny" }

var byState = db.SQL(`UPDATE shop SET n = 1 WHERE state = 'open' AND n < $1 AND day BETWEEN $2 AND $3`)

func scope(b *db.Builder, s auth.Scope) { s.Where(b, auth.Columns{}) }

func judge(ctx context.Context, state string, n, m int, in input) (row, error) {
	if err := auth.Allow(ctx, edit); err != nil {
		return row{}, err
	}
	if n > limit && m == n {
		return row{from: state, to: in.Size}, errs.Deny(state)
	}
	if errs.KindOf(nil) != 0 || in.Size == "small" || state == open {
		return sum(n, m)
	}
	return row{}, auth.Require(ctx, edit, edit, auth.Place{})
}

func sum(a, b int) (row, error) { return row{}, nil }

func isClosed(s string) (bool, string) {
	switch {
	case isLong(s):
		return true, closed
	}
	return false, string(make([]byte, 0, 8))
}

func isLong(s string) bool { return len(s) >= 7 }

type line struct{ Rank, Limit int }

var lines = []line{{Rank: 5, Limit: 9}}

func route(mount func(...web.Option)) { mount(web.Status(2), web.Status(1)) }

package app

import (
	"context"

	"linli/internal/civic/alarm"
	"linli/internal/platform/db"
	"linli/internal/platform/ledger"
	"linli/internal/platform/ledger/recount"
)

// mostExpired is how many holds end in one transaction.
const mostExpired = 200

// expireHolds lets the holds of all books end whose time is over.
func (a *App) expireHolds(ctx context.Context) error {
	for ended := mostExpired; ended == mostExpired; {
		if err := a.DB.Write(ctx, func(tx *db.Tx) error {
			rows, err := ledger.Expire(ctx, tx, mostExpired)
			ended = len(rows)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// recount computes every balance anew from the transfers alone, each night, and wakes the system administrators where it differs.
func (a *App) recount(ctx context.Context) error {
	first := ""
	if err := a.DB.Read(ctx, func(tx *db.Tx) error {
		return recount.Run(ctx, tx, func(object, what string) {
			if first == "" {
				first = object + "：" + what
			}
		})
	}); err != nil || first == "" {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		return alarm.Raise(ctx, tx, alarm.Alarm{Object: "ledger", ID: "1", Title: "账目重新计算后对不上",
			Text: "每晚按往来重新计算所有账户，有一处对不上：" + first + "。请运行 linli verify 查明全部。"})
	})
}

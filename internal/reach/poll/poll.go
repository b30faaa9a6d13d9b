// Package poll asks, by a sample, how many people know of voluntary service and how many approve of it (知晓率、认同率). A poll draws
// communities by a seed from the list of all of a division, so that anybody can take the draw again (docs/spot-check.md); in each some
// people are asked two questions by somebody from outside, and only how many said what is kept. A poll that was drawn is public to its
// end, also when it is given up: nobody draws until he likes the draw.
//
// How many communities, how many people and how the doors are chosen are this system's convention; no rule that we know says it.
//
// Nouns: poll, place (a community that was drawn). Verbs: draw, enter, close, give up.
package poll

import (
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
)

// Permissions.
const (
	Public auth.Perm = "poll.public" // polls and what came of them
	View   auth.Perm = "poll.view"   // how far each community is
	Enter  auth.Perm = "poll.enter"  // what was said in a community
	Run    auth.Perm = "poll.run"    // draws and closes one
)

// States of a poll.
const (
	Open    = "open"
	Closed  = "closed"
	GivenUp = "given_up"
)

var states = set.New("poll.state",
	set.Row{Open, "正在问", "work"}, set.Row{Closed, "已公布", "done"}, set.Row{GivenUp, "没有做完", "alarm"})

// The two questions, as they are printed.
const (
	askKnows    = "您知道咱们社区（嘎查、村）有志愿服务站，有事可以找它帮忙吗？"
	askApproves = "您赞成大家来做志愿服务、愿意支持它吗？"
)

// Poll is one: where, when, and what it was drawn from.
type Poll struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" db:",once"`
	Title   string      `json:"title" db:",once"`
	From    clock.Day   `json:"from" db:"from_day,once"`
	To      clock.Day   `json:"to" db:"to_day,once"`
	Drawn   int64       `json:"drawn" db:",once" doc:"抽几个社区"`
	Each    int64       `json:"each" db:"each_n,once" doc:"每个社区问几个人"`
	Size    int64       `json:"size" db:",once" doc:"从几个社区里抽"`
	Hash    string      `json:"hash" db:",once" doc:"名单文件的 SHA-256"`
	Seed    string      `json:"seed" db:",once" doc:"种子，十六进制"`
	State   string      `json:"state" set:"poll.state"`
	Reason  string      `json:"reason" doc:"没有做完的原因"`
	ByName  string      `json:"by_name" db:",once"`
	At      time.Time   `json:"at" db:",once"`
	EndedAt *time.Time  `json:"ended_at"`

	Where string `json:"where" db:",read"`
}

// Place is a community that was drawn, and how many of those asked there said what; At is empty until that is entered.
type Place struct {
	ID       db.ID       `json:"id"`
	Version  int64       `json:"version"`
	PollID   db.ID       `json:"poll_id" db:",once"`
	Region   auth.Region `json:"region" db:",once"`
	Day      clock.Day   `json:"day" doc:"哪天问的"`
	Asked    int64       `json:"asked" doc:"回答了的人数"`
	Knows    int64       `json:"knows" doc:"其中知道的"`
	Approves int64       `json:"approves" doc:"其中赞成的"`
	Refused  int64       `json:"refused" doc:"不愿回答或者不在家的户数"`
	ByName   string      `json:"by_name"`
	At       *time.Time  `json:"at"`

	Name string `json:"name" db:",read"`
	Town string `json:"town" db:",read"`
}

var polls = act.Kind[Poll]{Object: "poll", View: View, Table: table, Lock: true, Load: get, Word: states.Word,
	Place: func(p Poll) auth.Place { return auth.Place{Region: p.Region} },
	State: func(p Poll) string { return p.State },
	Trail: func(was, now Poll) map[string]any {
		return map[string]any{"from": was.State, "to": now.State, "drawn": now.Drawn, "seed": now.Seed}
	}}

var places = act.Kind[Place]{Object: "poll_place", View: View, Table: placeTable, Load: place,
	Place: func(p Place) auth.Place { return auth.Place{Region: p.Region} },
	Trail: func(was, now Place) map[string]any {
		return map[string]any{"asked": []int64{was.Asked, now.Asked}, "knows": []int64{was.Knows, now.Knows},
			"approves": []int64{was.Approves, now.Approves}, "refused": []int64{was.Refused, now.Refused}}
	}}

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{d} }

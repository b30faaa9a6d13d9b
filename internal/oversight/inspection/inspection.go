// Package inspection is what the leading departments do about volunteer stations (建设方案 四（一） 统筹规划、督促检查): a plan for each year and tasks handed down
// the levels; visits to stations with the checklist of the day, whose findings the station puts right and the inspector looks at again; spot checks of records and
// certificates (民政部令第67号 art. 21) that anybody can draw again; and the list of difficulties that stations raise (困难问题清单).
//
// Nouns: plan, task, receipt; inspection, answer, finding, step; spot check, unit, population, seed; problem. Verbs: save (a plan), send, receive, report, end; open,
// fill, photograph, rectify, return, close, extend; announce, freeze, draw, judge, publish, give up; raise, answer, escalate, rate, withdraw.
package inspection

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"

	"linli/internal/civic/account"
	"linli/internal/network/standard"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/seal"
)

// Permissions.
const (
	Plans          auth.Perm = "inspection.plan"    // sees plans and tasks
	Send           auth.Perm = "inspection.send"    // makes the plan and hands tasks down
	Receive        auth.Perm = "inspection.receive" // signs for tasks and reports
	View           auth.Perm = "inspection.view"
	Visit          auth.Perm = "inspection.visit"
	Rectify        auth.Perm = "inspection.rectify"
	SeeSpots       auth.Perm = "inspection.sample" // sees spot checks before they are published
	DrawSpots      auth.Perm = "inspection.draw"
	JudgeSpots     auth.Perm = "inspection.judge"
	Public         auth.Perm = "inspection.public"
	SeeProblems    auth.Perm = "inspection.problems"
	RaiseProblems  auth.Perm = "inspection.raise"
	AnswerProblems auth.Perm = "inspection.answer"
)

// Service holds the operations.
type Service struct {
	// Random is where seeds come from; the demo gives a seeded source, so that equal seeds give equal data.
	Random io.Reader

	db       *db.DB
	keys     *seal.Keys
	blobs    *blob.Store
	standard *standard.Service
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, blobs *blob.Store, st *standard.Service) *Service {
	return &Service{Random: rand.Reader, db: d, keys: keys, blobs: blobs, standard: st}
}

// officers are the roles that act for a division of a level.
var officers = map[int]auth.Role{auth.LevelRegion: auth.RegionOfficer, auth.LevelLeague: auth.LeagueOfficer, auth.LevelBanner: auth.BannerOfficer, auth.LevelTown: auth.TownOfficer}

// tellOfficers leaves a message for those who act for a division.
func tellOfficers(ctx context.Context, tx *db.Tx, at auth.Region, m notify.Message) error {
	to, err := account.HoldersIn(ctx, tx, officers[at.Level()], at)
	if err != nil {
		return err
	}
	return tell(ctx, tx, to, m)
}

func tell(ctx context.Context, tx *db.Tx, to []db.ID, m notify.Message) error {
	m.Kind = "inspection"
	for _, m.To = range to {
		if err := notify.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// File is a photograph, document or table.
type File struct {
	Name, Type string
	Body       []byte
	Show       bool // to be looked at, not kept
}

// clean looks at an upload outside of any transaction: an image is made plain, a PDF is checked when it is stored; no upload stays none.
func clean(up blob.Upload) (blob.Upload, error) {
	if len(up.Data) == 0 || bytes.HasPrefix(up.Data, []byte("%PDF-")) {
		return up, nil
	}
	return blob.Clean(up)
}

// keep stores an upload for its owner; 0 when there is none.
func (s *Service) keep(ctx context.Context, tx *db.Tx, up blob.Upload, kind string, id db.ID, at auth.Region) (db.ID, error) {
	if len(up.Data) == 0 {
		return 0, nil
	}
	return s.blobs.Put(ctx, tx, up, blob.Owner{Kind: kind, ID: id, Region: at})
}

// file reads what an area stored; which finds it, after asking whether the actor may.
func (s *Service) file(ctx context.Context, which func(tx *db.Tx) (db.ID, error)) (out File, err error) {
	var m blob.Meta
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		id, err := which(tx)
		if err == nil && id == 0 {
			err = errs.ErrNotFound
		}
		if err != nil {
			return err
		}
		m, err = s.blobs.Get(ctx, tx, id)
		return err
	})
	if err != nil {
		return out, err
	}
	body, err := s.blobs.Read(m)
	return File{Name: m.Name, Type: m.Type, Body: body, Show: true}, err
}

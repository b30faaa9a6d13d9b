package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
)

// hasResult counts what only a result leaves in the rows of a selection.
const hasResult = `SELECT COUNT(*) AS n FROM award a LEFT JOIN award_nomination n ON n.award_id = a.id
	WHERE a.state = 'published' OR a.result_day <> 0 OR n.state = 'awarded' OR n.no <> ''`

// noResult fails when an operation other than that which publishes has made a result of the selection that is before the public.
func (s *stage) noResult() {
	s.t.Helper()
	if n := s.one(hasResult)["n"]; n != "0" && s.duty.operation != "award.publish" {
		s.t.Errorf("%s made the result of a selection", s.duty.operation)
	}
}

// resultSaid is what only a page or an answer says that shows a result.
var resultSaid = regexp.MustCompile(`入选：|RY20\d\d-|"result_day":"2`)

// While a selection is before the public no work that the program does unasked makes its result, on any day of the notice: all of it is
// done, and then neither the rows nor a page, a feed or a file that everybody may open has one.
func TestNoWorkPublishes(t *testing.T) {
	village.Each(t, func(t *testing.T, d *db.DB) {
		s := newStage(t, d, duty{operation: "background work"})
		until := s.one(`SELECT notice_until AS n FROM award WHERE state = 'notice'`)["n"]
		last, err := time.ParseInLocation("20060102", until, clock.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		for s.now = dutyTime; !s.now.After(last.Add(24*time.Hour - time.Second)); s.now = s.now.Add(24 * time.Hour) {
			s.works()
			s.noResult()
			s.said()
		}
	})
}

// works does all periodic work once, by the clock of the stage.
func (s *stage) works() {
	s.t.Helper()
	village.mu.Lock()
	a, err := app.New(s.d, village.keys, config.Store{Data: s.t.TempDir()}, config.Server{Demo: true, OutboxDir: s.t.TempDir()})
	village.mu.Unlock()
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(clock.At(s.t.Context(), s.now))
	defer stop()
	if err := s.d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Build(`DELETE FROM job`).Run(ctx, tx)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Jobs.Run(ctx) }()
	for wait := time.Now().Add(3 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		left := s.one(`SELECT COUNT(*) AS n, SUM(CASE WHEN run = 0 OR state = 'running' THEN 1 ELSE 0 END) AS waiting FROM job WHERE every > 0`)
		if left["n"] != "0" && left["waiting"] == "0" {
			break
		}
		if time.Now().After(wait) {
			s.t.Fatalf("work is not done: %v", left)
		}
	}
	stop()
	if err := <-done; err != nil {
		s.t.Fatal(err)
	}
}

// said opens everything that everybody may open and that names no single thing, and the pages of the selection.
func (s *stage) said() {
	s.t.Helper()
	id := s.one(`SELECT id FROM award WHERE state = 'notice'`)["id"]
	for _, r := range s.door.Routes() {
		path := strings.ReplaceAll(r.Path, "{id}", id)
		if r.Method != http.MethodGet || !r.Public || strings.Contains(path, "{") ||
			strings.Contains(r.Path, "{id}") && !strings.Contains(r.Path, "award") {
			continue
		}
		req := httptest.NewRequest(http.MethodGet, path, nil)
		rec := httptest.NewRecorder()
		s.door.ServeHTTP(rec, req.WithContext(clock.At(req.Context(), s.now)))
		if said := resultSaid.FindString(rec.Body.String()); said != "" {
			s.t.Errorf("%s says %q", path, said)
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What a try that was killed left behind goes with the next one; what may still be in use stays, and what is none of ours.
func TestSweepTries(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	for name, age := range map[string]time.Duration{"linli-try1": 25 * time.Hour, "linli-try2": 23 * time.Hour, "other": 1000 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(path, "files"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	sweepTries(dir, now)
	for name, stays := range map[string]bool{"linli-try1": false, "linli-try2": true, "other": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Only a server ends well when it is told to stop: a backup that is broken off is none.
func TestBrokenOff(t *testing.T) {
	stopped := fmt.Errorf("tables: %w", context.Canceled)
	for _, c := range []struct {
		command string
		err     error
		want    int
	}{{"serve", nil, 0}, {"serve", stopped, 0}, {"serve", errors.New("no"), 1}, {"restore", nil, 0},
		{"restore", stopped, 1}, {"backup", stopped, 1}} {
		if got := exitOf(c.command, c.err); got != c.want {
			t.Errorf("%s %v: %d", c.command, c.err, got)
		}
	}
}

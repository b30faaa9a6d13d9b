package app_test

import (
	"testing"

	"linli/internal/platform/db/dbtest"
	"linli/internal/reach/console"
)

// Each kind of background work has words for who looks after it.
func TestTasksHaveWords(t *testing.T) {
	kinds := program(t, dbtest.SQLite(t)).Jobs.Kinds()
	if len(kinds) < 30 {
		t.Fatalf("only %d kinds of work", len(kinds))
	}
	for _, kind := range kinds {
		if console.TaskWord(kind) == "" {
			t.Errorf("%s has no words: internal/reach/console/tasks.txt", kind)
		}
	}
}

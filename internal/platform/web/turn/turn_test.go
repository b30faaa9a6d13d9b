package turn

import (
	"context"
	"testing"
)

// Who no longer waits leaves the line, a line that is too long is told at once, and of an empty one nothing is kept.
func TestWait(t *testing.T) {
	lines := New(1)
	leave, ok := lines.Wait(t.Context(), "1", 1)
	if !ok {
		t.Fatal("no turn where nobody stands")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := lines.Wait(gone, "1", 1); ok || lines.each["1"].n != 1 || len(lines.each["1"].slots) != 1 {
		t.Errorf("who no longer waits: %v, %d in line", ok, lines.each["1"].n)
	}
	for range InLine {
		lines.join("1", 1)
	}
	if _, ok := lines.Wait(t.Context(), "1", 1); ok || lines.join("1", 1) != nil {
		t.Error("a line without an end")
	}
	for range InLine {
		lines.leave("1", lines.each["1"])
	}
	other, ok := lines.Wait(t.Context(), "2", 1)
	if !ok {
		t.Error("another waits for this one")
	}
	other()
	if leave(); len(lines.each) != 0 {
		t.Errorf("left behind: %v", lines.each)
	}
	if lines := New(0); lines.atOnce != AtOnce {
		t.Errorf("%d at once", lines.atOnce)
	}
}

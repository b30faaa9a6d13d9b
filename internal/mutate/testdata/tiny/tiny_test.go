package tiny

import "testing"

func TestFull(t *testing.T) {
	for n, want := range map[int]bool{4: false, 5: true, 6: true} {
		if full(n) != want {
			t.Errorf("%d: %v", n, !want)
		}
	}
}

func TestOdd(t *testing.T) {
	if odd(1) || !odd(1000) {
		t.Error("not odd")
	}
}

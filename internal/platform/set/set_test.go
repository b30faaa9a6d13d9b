package set

import (
	"reflect"
	"slices"
	"testing"
)

var colours = New("thing.colour things.shade", Row{"red", "红", "alarm"}, Row{"green", "绿"})

func TestSet(t *testing.T) {
	if w := colours.Word("red") + colours.Tone("red") + colours.Word("green") + colours.Tone("green") + colours.Word("blue") +
		colours.Tone(""); w != "红alarm绿" {
		t.Errorf("words and tones: %s", w)
	}
	if !colours.Has("green") || colours.Has("") || !slices.Equal(colours.Codes(), []string{"red", "green"}) {
		t.Errorf("members: %v", colours.Codes())
	}
	if Named("things.shade") != colours || Named("thing.size") != nil || !slices.Equal(Columns(), []string{"thing.colour", "things.shade"}) {
		t.Errorf("columns: %v", Columns())
	}
}

func TestTagged(t *testing.T) {
	for tag, want := range map[reflect.StructTag][]string{
		`json:"a"`:            nil,
		`set:"thing.colour"`:  {"red", "green"},
		`set:"things.shade,"`: {"red", "green", ""},
	} {
		if got := Tagged(tag); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}

func TestFaultsAreFoundAtOnce(t *testing.T) {
	for name, f := range map[string]func(){
		"two of one column":   func() { New("thing.colour") },
		"two of one code":     func() { New("thing.size", Row{"s"}, Row{"s"}) },
		"a tag without a set": func() { Tagged(`set:"thing.weight"`) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was accepted", name)
				}
			}()
			f()
		}()
	}
}

package app_test

import (
	"os"
	"testing"
)

// folders is where what several tests share lies until the last of them is over.
var folders string

func TestMain(m *testing.M) {
	var err error
	if folders, err = os.MkdirTemp("", "linli-app-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(folders); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// folder makes one that is removed with the others.
func folder(name string) string {
	path, err := os.MkdirTemp(folders, name)
	if err != nil {
		panic(err)
	}
	return path
}

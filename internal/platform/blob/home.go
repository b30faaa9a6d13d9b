package blob

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// mark is the file that says whose folder this is. Names with a dot are never content.
const mark = ".installation"

// Installation reads the mark of a folder of files: which installation it says it belongs to, "" where it says nothing, and whether
// anything lies in it.
func Installation(dir string) (id string, filled bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, mark))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", false, err
	}
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		filled = true
		return fs.SkipAll
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return strings.TrimSpace(string(text)), filled, err
}

// Claim marks a folder as that of an installation and gives the mark: a new one, unless it has one already.
func Claim(dir string) (id string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, mark+"-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(rand.Text() + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	if err := os.Link(f.Name(), filepath.Join(dir, mark)); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	id, _, err = Installation(dir)
	return id, errors.Join(err, syncDir(dir))
}

// Has says whether the content of an upload lies in a folder.
func Has(dir, sum string) bool {
	_, err := os.Stat((&Store{dir: dir}).path(sum))
	return err == nil
}

package wholefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// The old file is whole until the new one is, and stays when the new one is not made.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "accounts.csv")
	read := func() string {
		t.Helper()
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}
	if err := Write(path, text("old")); err != nil || read() != "old" {
		t.Fatalf("a new file: %v, %q", err, read())
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left on device")
	err := Write(path, func(w io.Writer) error { return errors.Join(text("ha")(w), full) })
	if !errors.Is(err, full) || read() != "old" {
		t.Errorf("when the disk is full: %v, %q", err, read())
	}
	err = Write(path, func(w io.Writer) error { return text(read() + " and new")(w) })
	if err != nil || read() != "old and new" {
		t.Errorf("made from itself: %v, %q", err, read())
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%v are left, %v", left, err)
	}
}

// What the file's name stands for stays: a link is a link, a pipe gets what is written.
func TestWriteThrough(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := errors.Join(Write(path, text("old")), os.Symlink(path, link), Write(link, text("new"))); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "new" {
		t.Errorf("behind the link: %q, %v", got, err)
	}
	if err := Write(os.DevNull, text("x")); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is a file now, %v", os.DevNull, err)
	}
}

// Package wholefile answers: how is a file written so that nobody ever meets a part of it?
package wholefile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Write writes a file under another name beside it, and gives it its name when all of it
// is on the disk. Whatever goes wrong before, also a kill or a full disk, the file that
// was there stays as it was; write may read it meanwhile. The new file has the mode
// and, where we may give it, the owner of the old one.
//
// What is no file, such as a pipe or a terminal, is written to directly. So is a file
// in a folder that takes no new one.
func Write(path string, write func(io.Writer) error) error {
	if strings.HasPrefix(path, "/dev/") { // a descriptor of ours may be a file: others write to it too
		return straight(path, write)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // the link stays
	}
	old, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if old != nil && !old.Mode().IsRegular() {
		return straight(path, write)
	}
	part := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".part")
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrPermission) && old != nil {
		return straight(path, write)
	}
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil && old != nil {
		err = f.Chmod(old.Mode().Perm())
		own(f, old)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return rename(part, path)
}

// rename gives a file its name. Where a container mounts a single file, its name cannot be
// given to another: its content is replaced then.
func rename(part, path string) error {
	err := os.Rename(part, path)
	if err == nil {
		return nil
	}
	f, wrong := os.Open(part)
	if wrong != nil {
		return err
	}
	defer f.Close()
	err = straight(path, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("%w; what should be in it is in %s", err, part)
	}
	return os.Remove(part)
}

func straight(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

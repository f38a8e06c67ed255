//go:build unix

package wholefile

import (
	"io/fs"
	"os"
	"syscall"
)

// own gives a file the owner of another, where we may: a service that could read the
// file must still be able to.
func own(f *os.File, old fs.FileInfo) {
	if of, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(of.Uid), int(of.Gid))
	}
}

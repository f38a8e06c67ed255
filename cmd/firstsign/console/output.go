package console

import (
	"cmp"
	"io"
	"os"
	"sync"

	"firstsign/internal/shown"
)

// Out and Err are standard output and standard error for people. They remove characters
// that change the direction of writing. JSON is standard output for programs. It escapes
// such characters. Flush ends all of them.
//
// Who writes line by line need not look at errors: Flush tells of the first.
var (
	Out  io.Writer = &output{w: shown.Writer(file{&os.Stdout})}
	Err  io.Writer = &output{w: shown.Writer(file{&os.Stderr})}
	JSON io.Writer = &output{w: shown.JSONWriter(file{&os.Stdout})}
)

// file writes to the file that a variable of package os holds at that moment, because
// tests replace it.
type file struct{ at **os.File }

// Write implements io.Writer.
func (f file) Write(b []byte) (int, error) { return (*f.at).Write(b) }

// output may be written to from several goroutines.
type output struct {
	mu  sync.Mutex
	w   io.WriteCloser
	err error // the first
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := o.w.Write(b)
	o.err = cmp.Or(o.err, err)
	return n, err
}

// Flush writes the first bytes of a character whose rest never came. It returns an error
// when something is missing on standard output, because the disk was full.
func Flush() error {
	var failed error
	for _, w := range []io.Writer{Out, JSON, Err} {
		o, _ := w.(*output)
		o.mu.Lock()
		err := cmp.Or(o.err, o.w.Close())
		if o.mu.Unlock(); w != Err { // nobody could be told
			failed = cmp.Or(failed, err)
		}
	}
	return failed
}

package console

import (
	"io"
	"os"
	"sync"

	"firstsign/internal/shown"
)

// Out and Err are standard output and standard error for people. They remove characters
// that change the direction of writing. JSON is standard output for programs. It escapes
// such characters. Flush ends all of them.
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
	mu sync.Mutex
	w  io.WriteCloser
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(b)
}

// Flush writes the first bytes of a character whose rest never came.
func Flush() {
	for _, w := range []io.Writer{Out, Err, JSON} {
		o, _ := w.(*output)
		o.mu.Lock()
		_ = o.w.Close()
		o.mu.Unlock()
	}
}

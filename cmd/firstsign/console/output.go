package console

import (
	"io"
	"os"
	"sync"

	"firstsign/internal/shown"
)

// Out and Err are standard output and standard error for people: names reach them
// without marks of writing direction. JSON is standard output for programs: such
// marks are escaped. Flush ends all of them.
var (
	Out  io.Writer = &output{w: shown.Writer(file{&os.Stdout})}
	Err  io.Writer = &output{w: shown.Writer(file{&os.Stderr})}
	JSON io.Writer = &output{w: shown.JSONWriter(file{&os.Stdout})}
)

// file is what a variable of package os holds at the time of writing; tests may
// replace it.
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

// Flush writes what waits for more: the beginning of a character.
func Flush() {
	for _, w := range []io.Writer{Out, Err, JSON} {
		o, _ := w.(*output)
		o.mu.Lock()
		_ = o.w.Close()
		o.mu.Unlock()
	}
}

package console

import (
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"firstsign/signals/history"
)

// Progress shows a progress bar, on a terminal only. Call at with the work done so far,
// as often as you like, and end at the end.
func Progress(what string, total int64) (at func(done int64), end func()) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return func(int64) {}, func() {}
	}
	bar := progressbar.NewOptions64(total,
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionThrottle(100_000_000),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)
	return func(done int64) { _ = bar.Set64(done) }, func() { _ = bar.Finish() }
}

// Reading shows the progress of reading a history. Call at for each line, and end at the
// end.
func Reading(h history.Source, what string) (at, end func()) {
	_, size := h.Progress()
	show, end := Progress(what, size)
	return func() {
		read, _ := h.Progress()
		show(read)
	}, end
}

// Watch calls show with each line of a stream as it is read.
func Watch(stream history.Stream, show func(*history.Line)) history.Stream {
	return watched{stream, show}
}

type watched struct {
	history.Stream
	show func(*history.Line)
}

// Next implements history.Stream.
func (w watched) Next() (*history.Line, error) {
	l, err := w.Stream.Next()
	if err == nil {
		w.show(l)
	}
	return l, err
}

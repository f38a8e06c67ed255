package portfolio

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// page writes lines and keeps the first error.
type page struct {
	w   io.Writer
	err error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
}

func (p *page) head(format string, args ...any) {
	p.line("")
	p.line(format, args...)
}

// row of a table whose first columns are an account.
func (p *page) row(id, name, text string) {
	if name == id {
		name = ""
	}
	p.line("  %s %s %s", pad(id, 20), pad(name, 28), text)
}

// pad to a width on the screen, where a Chinese character takes two places.
func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-places(s))) }

func padLeft(s string, width int) string { return strings.Repeat(" ", max(0, width-places(s))) + s }

func places(s string) (n int) {
	for _, c := range s {
		if n++; unicode.Is(unicode.Han, c) || c >= '！' && c <= '～' {
			n++
		}
	}
	return n
}

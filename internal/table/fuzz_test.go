package table

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"firstsign/internal/racetest"
)

// FuzzReader: whatever the file, reading ends; rows come in the order of their
// lines, and texts are valid.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "sep=;\na;b\n1;\"2\n3;4\n", "\"a\",\"b\\\"\"\n\"1\n2\",3\n", "title\n\na|b|c\n1|2\n合计||3\n",
		"\xff\xfea\x00,\x00b\x00", "\xb9\xab\xcb\xbe,b\n1,2\n", "a\rb\r", gzipped("a,b\n1,2\n"), "PK\x03\x04", "\x1f\x8b", "\x28\xb5\x2f\xfd",
		"a,b\n\"1\",\"x\ny\"\n\"1\",\"x\n1,2\n1,2\n", "M\xfcller,b\nMüller,1\n",
	} {
		f.Add(text, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, delimiter uint8) {
		o := Options{Headerless: delimiter%2 == 1}
		if delimiter/2 < uint8(len(delimiters)) {
			o.Delimiter = delimiters[delimiter/2]
		}
		r, err := Open(strings.NewReader(text), o)
		if err != nil {
			return
		}
		defer r.Close()
		last := 0
		for range 3*len(text) + 10000 {
			row, err := r.Next()
			_, bad := errors.AsType[*RowError](err)
			switch {
			case err == io.EOF:
				return
			case err != nil && !bad:
				return
			case row.Line <= last:
				t.Fatalf("line %d after line %d", row.Line, last)
			case bad:
			case len(row.Cells) < r.least:
				t.Fatalf("line %d has %d cells", row.Line, len(row.Cells))
			case !utf8.ValidString(strings.Join(row.Cells, "")):
				t.Fatalf("line %d: %q", row.Line, row.Cells)
			}
			last = row.Line
		}
		if r.text.sheet == nil && r.shape.Packed == "" {
			t.Fatal("reading does not end")
		}
	})
}

// endless is a file of one piece again and again, until n bytes.
type endless struct {
	piece string
	at, n int
	left  int // until the next look at the memory
	most  uint64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) {
		k := copy(p[n:], e.piece[e.at:])
		n, e.at = n+k, (e.at+k)%len(e.piece)
	}
	if e.left -= n; e.left <= 0 {
		var now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&now)
		e.most, e.left = max(e.most, now.HeapAlloc), 4<<20
	}
	e.n -= n
	return n, nil
}

var endlessMB = flag.Int("endless", 24, "how many MB each input of TestMemoryIsBounded has; make nightly gives 400")

// Memory is bounded on any input: more of it than the bound takes less than 16 MB.
func TestMemoryIsBounded(t *testing.T) {
	racetest.Arithmetic(t)
	size := *endlessMB << 20
	for name, piece := range map[string]string{
		"one line": "x", "a header of commas": ",", "a mark that is never closed": "\"x ", "marks": "\"", "marks and lines": "\"\n", "lines": "\n", "spaces": " ", "zeros": "\x00",
		"rows with open marks": "1,2,\"x\n", "bytes of GBK": "\xb9\xab", "half of them": "\xb9", "braces": "[{", "carriage returns": "\r",
	} {
		t.Run(name, func(t *testing.T) {
			in := &endless{piece: piece, n: size}
			if strings.HasPrefix(name, "rows with") || name == "marks and lines" {
				in.n /= 20 // reads each line several times
			}
			var before runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			r, err := Open(in, Options{})
			for err == nil {
				_, err = r.Next()
				if _, bad := errors.AsType[*RowError](err); bad {
					err = nil
				}
			}
			if most := in.most - min(before.HeapAlloc, in.most); most > 16<<20 || in.most == 0 {
				t.Errorf("%d MB", most>>20)
			}
		})
	}
}

// A gzip of 200 kB holds a header of 200 MB.
func TestHeaderIsBounded(t *testing.T) {
	racetest.Arithmetic(t)
	file := gzipped(strings.Repeat("column,", 20<<20/7))
	if _, err := Open(strings.NewReader(file), Options{}); err == nil || !strings.Contains(err.Error(), "the row is longer than 1048576 bytes") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(bytes.NewReader([]byte(strings.Repeat(",", 20000)+"\n")), Options{}); err == nil || !strings.Contains(err.Error(), "more than 16384 cells") {
		t.Errorf("got %v", err)
	}
}

package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"firstsign/internal/table"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history/jsonfile"
)

// Stream is interactions about in order of time.
//
// Next returns the next line and io.EOF at the end. A *LineError is about one
// line only: the caller may go on. The line is valid until the next Next.
type Stream interface {
	Next() (*Line, error)
}

// Line is one interaction of a history.
type Line struct {
	File        string
	Number      int    // 1 is the first line of the file
	Value       []byte // the record as it is written to the topic
	Interaction signals.Interaction
}

// LineError says which line of which file is no interaction, and why.
type LineError struct {
	File   string
	Line   int
	Reject *signals.Reject
}

func (e *LineError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reject.Error())
}

// Unwrap returns the Reject.
func (e *LineError) Unwrap() error { return e.Reject }

// File reads a history file: JSON in exactly the record of the topic, one a line
// or in an array, or a table as its Layout says. Package table tells which files
// are read.
type File struct {
	name     string
	file     io.Closer
	text     *table.Text
	counted  *counter
	size     int64
	rows     rows
	decoder  decode.Decoder
	line     Line
	notation *Notation // when a cell asked for it
	layout   Layout
	none     int // the line that was found to be no interaction
}

// rows gives the records of a file one by one; a row of CSV may hold several.
// number is that of the line even when there is an error; an error that is a
// *Reject is about this line.
type rows interface {
	next() (number int, record []byte, err error)
}

// Open opens a history file. Close it after use.
func Open(path string, layout Layout) (*File, error) {
	return OpenAs(path, path, layout)
}

// OpenAs opens a history file that has another name in errors.
func OpenAs(name, path string, layout Layout) (*File, error) {
	h, err := open(name, path, layout)
	if err == nil {
		h.withEvidence(path, layout)
	}
	return h, err
}

func open(name, path string, layout Layout) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err // says "open" and the path
	}
	h, err := New(file, name, layout)
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	h.file = file
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		h.size = info.Size()
	}
	return h, nil
}

// New reads a history from r; name is used in errors.
func New(r io.Reader, name string, layout Layout) (*File, error) {
	h := &File{name: name, counted: &counter{r: r}, layout: layout}
	h.line.File = name
	var err error
	if h.text, err = table.OpenText(h.counted, table.Options{Encoding: layout.Encoding, Sheet: layout.Sheet}); err == nil {
		h.rows, err = rowsOf(h.text, layout)
	}
	if err != nil {
		if h.text != nil {
			_ = h.text.Close()
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return h, nil
}

// Shape is what was found out about the file so far: encoding, delimiter, lines
// above the header and below the table.
func (h *File) Shape() *table.Shape { return h.text.Shape() }

// Next returns the next line; blank lines are passed over.
func (h *File) Next() (*Line, error) {
	number, record, err := h.rows.next()
	for err == nil && number == h.none { // what else the row says is as wrong
		number, record, err = h.rows.next()
	}
	if err == nil {
		h.line.Number, h.line.Value = number, record
		reject := h.decoder.DecodeValue(record, &h.line.Interaction)
		if reject == nil {
			return &h.line, nil
		}
		err, h.none = reject, number
	}
	if reject, ok := errors.AsType[*signals.Reject](err); ok {
		return nil, &LineError{File: h.name, Line: number, Reject: reject}
	}
	if err == io.EOF {
		h.say()
		return nil, io.EOF
	}
	return nil, fmt.Errorf("read %s: %w", h.name, err)
}

// Progress returns the bytes read of the file so far and its size, 0 when
// that is not known.
func (h *File) Progress() (read, size int64) { return h.counted.n, h.size }

// Close closes the file.
func (h *File) Close() error {
	err := h.text.Close()
	if c, ok := h.rows.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	if h.file != nil {
		err = errors.Join(err, h.file.Close())
	}
	return err
}

// counter counts the bytes that were read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Unzipped is a file's text in UTF-8: out of gzip, zip or zstd, and without a
// byte order mark.
func Unzipped(r io.Reader) (*bufio.Reader, error) {
	text, err := table.OpenText(r, table.Options{})
	if err != nil {
		return nil, err
	}
	if text.Reader() == nil {
		_ = text.Close()
		return nil, errors.New("the file is a workbook; a text is wanted")
	}
	return text.Reader(), nil
}

// rowsOf tells JSON from a table by the first byte.
func rowsOf(text *table.Text, layout Layout) (rows, error) {
	if text.Reader() == nil {
		return newCSVRows(text, layout)
	}
	begins, err := beginning(text.Reader())
	first := ""
	if len(begins) > 0 {
		first = begins[:1]
	}
	isJSON := first == "{" || first == "[" && strings.ContainsAny(begins[1:], "{]") // [Date] is a column
	switch {
	case err == io.EOF:
		return nil, table.ErrEmpty
	case err != nil:
		return nil, err
	case !isJSON:
		return newCSVRows(text, layout)
	case layout.Columns != nil:
		return nil, errors.New("columns are mapped, but the file is JSON and not CSV")
	}
	in, err := jsonfile.New(text, first)
	return jsonRows{in}, err
}

// jsonRows are those of a JSON file.
type jsonRows struct{ jsonfile.Reader }

func (j jsonRows) next() (int, []byte, error) { return j.Next() }

// beginning peeks the first two characters that are no white space.
func beginning(text *bufio.Reader) (string, error) {
	for n := 64; ; n *= 2 {
		head, err := text.Peek(n)
		var two []byte
		for _, b := range head {
			if !bytes.ContainsRune([]byte(" \t\r\n"), rune(b)) {
				two = append(two, b)
			}
			if len(two) == 2 {
				return string(two), nil
			}
		}
		switch {
		case err == nil:
		case len(two) > 0:
			return string(two), nil
		case errors.Is(err, bufio.ErrBufferFull):
			return "", io.EOF // a megabyte of nothing
		default:
			return "", err
		}
	}
}

package history

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"firstsign/signals"
	"firstsign/signals/decode"
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

// File reads a history file: JSON lines in exactly the record of the
// topic, or CSV as its Layout says; plain or gzip, UTF-8 with or without a
// byte order mark.
type File struct {
	name    string
	file    io.Closer
	counted *counter
	size    int64
	rows    rows
	decoder decode.Decoder
	line    Line
	none    int // the line that was found to be no interaction
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
	h := &File{name: name, counted: &counter{r: r}}
	h.line.File = name
	text, err := plain(h.counted)
	if err == nil {
		h.rows, err = rowsOf(text, layout)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return h, nil
}

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
		return nil, io.EOF
	}
	return nil, fmt.Errorf("read %s: %w", h.name, err)
}

// Progress returns the bytes read of the file so far and its size, 0 when
// that is not known.
func (h *File) Progress() (read, size int64) { return h.counted.n, h.size }

// Close closes the file.
func (h *File) Close() error {
	if h.file == nil {
		return nil
	}
	return h.file.Close()
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

// lineBuffer holds the longest record and its line end; a longer line is
// rejected without being held.
const lineBuffer = signals.MaxRecord + 64

// Unzipped is a file's text: out of gzip, which its first two bytes tell, and
// without a byte order mark.
func Unzipped(r io.Reader) (*bufio.Reader, error) {
	text := bufio.NewReaderSize(r, lineBuffer)
	if magic, _ := text.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unzipped, err := gzip.NewReader(text)
		if err != nil {
			return nil, err
		}
		text = bufio.NewReaderSize(unzipped, lineBuffer)
	}
	if mark, _ := text.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = text.Discard(3) // it was peeked: cannot fail
	}
	return text, nil
}

// plain is Unzipped after a look at the beginning of the text: an encoding that
// is not UTF-8 is an error that says what to do.
func plain(r io.Reader) (*bufio.Reader, error) {
	text, err := Unzipped(r)
	if err != nil {
		return nil, err
	}
	head, err := text.Peek(64 << 10)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, errors.New("the file is UTF-16; save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8")
	}
	for line := 1; len(head) > 0; line++ {
		one, rest, whole := bytes.Cut(head, []byte("\n"))
		if whole && looksGBK(one) {
			return nil, fmt.Errorf("line %d: %s", line, gbkAdvice)
		}
		head = rest
	}
	return text, nil
}

const gbkAdvice = "the file is not UTF-8 and looks like GBK; save it as UTF-8, or convert it: iconv -f GB18030 -t UTF-8"

// looksGBK says that a line is not UTF-8 but reads as GBK: every byte above
// ASCII has a second one, and most pairs are of its oldest part, GB 2312, where
// the common characters are. Western encodings fail that.
func looksGBK(line []byte) bool {
	if utf8.Valid(line) {
		return false
	}
	all, common := 0, 0
	for i := 0; i < len(line); i++ {
		if line[i] < 0x80 {
			continue
		}
		i++
		if i == len(line) || line[i-1] == 0x80 || line[i-1] == 0xff || line[i] < 0x40 || line[i] == 0x7f || line[i] == 0xff {
			return false
		}
		all++
		if line[i-1] > 0xa0 && line[i] > 0xa0 {
			common++
		}
	}
	return 2*common >= all
}

// rowsOf tells JSON lines from CSV by the first byte.
func rowsOf(text *bufio.Reader, layout Layout) (rows, error) {
	first, err := firstByte(text)
	switch {
	case err == io.EOF:
		return nil, errors.New("the file is empty")
	case err != nil:
		return nil, err
	case first == '[':
		return nil, errors.New("the file is a JSON array; write one record a line")
	case first != '{':
		return newCSVRows(text, layout)
	case layout.Columns != nil:
		return nil, errors.New("columns are mapped, but the file is JSON lines and not CSV")
	}
	return &jsonRows{text: text}, nil
}

// firstByte peeks the first byte that is no white space.
func firstByte(text *bufio.Reader) (byte, error) {
	for n := 64; ; n *= 2 {
		head, err := text.Peek(n)
		if trimmed := bytes.TrimSpace(head); len(trimmed) > 0 {
			return trimmed[0], nil
		}
		if err != nil {
			if errors.Is(err, bufio.ErrBufferFull) {
				return 0, io.EOF // a megabyte of nothing
			}
			return 0, err
		}
	}
}

// jsonRows reads one record a line.
type jsonRows struct {
	text   *bufio.Reader
	number int
}

func (j *jsonRows) next() (int, []byte, error) {
	for {
		line, err := j.text.ReadSlice('\n')
		j.number++
		if errors.Is(err, bufio.ErrBufferFull) {
			return j.number, nil, j.skip()
		}
		record := bytes.TrimSpace(line)
		switch {
		case err != nil && err != io.EOF:
			return j.number, nil, err
		case len(record) > 0 && looksGBK(record):
			return j.number, nil, &signals.Reject{Reason: signals.InvalidUTF8, Detail: gbkAdvice}
		case len(record) > 0:
			return j.number, record, nil // the last line may lack its end: EOF comes next
		case err == io.EOF:
			return j.number, nil, io.EOF
		}
	}
}

// skip passes over the rest of a line that is too long to be a record.
func (j *jsonRows) skip() error {
	for {
		_, err := j.text.ReadSlice('\n')
		switch {
		case err == nil || err == io.EOF: // after EOF the next read says so again
			return &signals.Reject{Reason: signals.Oversized, Detail: fmt.Sprintf("the line is longer than %d bytes", signals.MaxRecord)}
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

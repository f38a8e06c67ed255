// Package jsonfile answers: which records does a JSON file hold?
//
// One a line, those of an array, or those of a list in an object: {"records":[...]}.
package jsonfile

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"firstsign/internal/table"
	"firstsign/signals"
)

// Reader gives the records of a file one by one. line is that of the file, even when
// there is an error; an error that is a *signals.Reject is about this record.
type Reader interface {
	Next() (line int, record []byte, err error)
}

// New reads a file whose first byte that is no white space is { or [.
func New(text *table.Text, first string) (Reader, error) {
	in, shape := text.Reader(), text.Shape()
	shape.Format = "JSON lines"
	if first == "[" {
		shape.Format = "JSON array"
		return &array{text: in, shape: shape, line: 1}, nil
	}
	head, err := in.Peek(32 << 10)
	if err != nil && err != io.EOF {
		return nil, err
	}
	one := isOne(head)
	if name, at := listIn(head); one && name != "" {
		return newWrapped(in, shape, name, at)
	}
	if path := deeperIn(head); one && path != "" {
		return nil, fmt.Errorf("the records are in a list within objects: jq -c '.%s[]' FILE > one-a-line.jsonl", path)
	}
	if line, _, whole := bytes.Cut(bytes.TrimSpace(head), []byte("\n")); whole && len(bytes.TrimSpace(line)) == 1 {
		return nil, errors.New("a record takes several lines (pretty-printed JSON), and one a line is wanted: jq -c . FILE > one-a-line.jsonl")
	}
	return &lines{text: in, shape: shape}, nil
}

// lines reads one record a line.
type lines struct {
	text   *bufio.Reader
	shape  *table.Shape
	number int
}

func (j *lines) Next() (int, []byte, error) {
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
		case len(record) > 0:
			if last := len(record) - 1; record[last] == ',' { // of an array that lost its brackets
				record = record[:last]
			}
			return j.number, record, garbled(record, j.shape) // the last line may lack its end: EOF comes next
		case err == io.EOF:
			return j.number, nil, io.EOF
		}
	}
}

// garbled rejects a record that is not of the encoding of the file.
func garbled(record []byte, shape *table.Shape) error {
	if shape.Encoding != "UTF-8" && bytes.Contains(record, []byte("\ufffd")) {
		return &signals.Reject{Reason: signals.InvalidUTF8, Detail: "the line is not " + shape.Encoding + ", as the file seems to be"}
	}
	return nil
}

// skip passes over the rest of a line that is too long to be a record.
func (j *lines) skip() error {
	for {
		_, err := j.text.ReadSlice('\n')
		switch {
		case err == nil || err == io.EOF: // after EOF the next read says so again
			return tooLong()
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

func tooLong() error {
	return &signals.Reject{Reason: signals.Oversized, Detail: fmt.Sprintf("the record is longer than %d bytes", signals.MaxRecord)}
}

// array reads an array of records one by one: an export of a web service is
// often one array of many megabytes.
type array struct {
	text    *bufio.Reader
	shape   *table.Shape
	line    int
	begun   bool     // [ was read
	between bool     // a record was read, and no comma since
	ended   bool     // ] was read
	list    *wrapper // not nil: the array is a member of an object
	compact bytes.Buffer
}

func (j *array) Next() (int, []byte, error) {
	for {
		b, err := j.text.ReadByte()
		switch {
		case err == io.EOF && j.ended:
			return j.line, nil, io.EOF
		case err == io.EOF:
			return j.line, nil, fmt.Errorf("line %d: the JSON array is not closed: the file was cut", j.line)
		case err != nil:
			return j.line, nil, err
		case b == '\n':
			j.line++
		case b == ' ' || b == '\t' || b == '\r':
		case b == '[' && !j.begun:
			j.begun = true
		case b == ',' && j.between:
			j.between = false
		case b == ']' && j.begun && !j.ended:
			j.ended = true
			if j.list != nil {
				return j.line, nil, cmp.Or(j.tail(), io.EOF)
			}
		case b == '{' && j.begun && !j.ended && !j.between:
			j.between = true
			_ = j.text.UnreadByte() // it was read: cannot fail
			return j.record()
		default:
			return j.line, nil, fmt.Errorf("line %d: %q does not belong into an array of records: [{...},{...}]", j.line, b)
		}
	}
}

// record reads up to the brace that closes the one at which the text is.
func (j *array) record() (line int, record []byte, err error) {
	line = j.line
	var end braces
	for seen, long := 0, false; ; {
		buf, _ := j.text.Peek(j.text.Buffered())
		if n, closed := end.in(buf[seen:]); closed {
			record = buf[:seen+n]
			j.line += bytes.Count(record, []byte("\n"))
			_, _ = j.text.Discard(len(record)) // it was peeked: cannot fail
			if long || len(record) > signals.MaxRecord {
				return line, nil, tooLong()
			}
			return line, j.oneLine(record), garbled(record, j.shape)
		}
		seen = len(buf)
		switch _, err := j.text.Peek(seen + 1); err {
		case nil:
		case bufio.ErrBufferFull:
			j.line += bytes.Count(buf, []byte("\n"))
			_, _ = j.text.Discard(seen)
			seen, long = 0, true
		case io.EOF:
			return line, nil, fmt.Errorf("line %d: this record is not closed: the file was cut", line)
		default:
			return line, nil, err
		}
	}
}

// oneLine is a record without its line ends; one that is no JSON is left to the
// decoder.
func (j *array) oneLine(record []byte) []byte {
	if bytes.IndexByte(record, '\n') < 0 {
		return record
	}
	j.compact.Reset()
	if json.Compact(&j.compact, record) != nil {
		return record
	}
	return j.compact.Bytes()
}

// braces counts what is open.
type braces struct {
	depth           int
	quoted, escaped bool
}

// in reads on; n is behind the brace that closes the first one.
func (b *braces) in(text []byte) (n int, closed bool) {
	for i, c := range text {
		switch {
		case b.escaped:
			b.escaped = false
		case b.quoted && c == '\\':
			b.escaped = true
		case c == '"':
			b.quoted = !b.quoted
		case b.quoted:
		case c == '{' || c == '[':
			b.depth++
		case c == '}' || c == ']':
			if b.depth--; b.depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(text), false
}

package table

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"firstsign/internal/shown"
)

// MaxRow is the longest row in bytes, and so the longest cell.
const MaxRow = 1 << 20

const (
	maxCells  = 1 << 14     // of a row; Excel has as many
	maxLines  = 1000        // of one cell: a mark that is never closed would take all the rest
	blockSize = 8 << 10     // texts of rows are made for so many bytes at once
	bufSize   = MaxRow + 64 // with line end
)

// delimited splits a text into rows and cells.
//
// encoding/csv cannot be underneath: after a quotation mark that is never closed
// it has lost all rows up to the next mark, has no bound, and refuses what
// databases and people write (\" and 24").
type delimited struct {
	in    *bufio.Reader
	shape *Shape // says which encoding was taken
	delim string
	eol   byte // \n, or \r where the file has no \n
	width int  // cells of a row; 0: not known yet

	line  int // lines that were read
	room  int // lines that the next quoted cell may have
	block string
	at    int // of the next row in block
	spans []span
	cells []string
}

// span is where a cell is in the text of its row.
type span struct {
	from, to int
	doubled  bool // holds "" for "
	escaped  bool // holds \" for " and \\ for \
}

func newDelimited(in *bufio.Reader, shape *Shape, delim string, eol byte) *delimited {
	return &delimited{in: in, shape: shape, delim: delim, eol: eol, room: maxLines}
}

// misread says what is wrong with a text that should be valid by now, empty when
// nothing is.
func (d *delimited) misread(text []byte) string {
	switch utf := d.shape.Encoding == "UTF-8"; {
	case utf && !utf8.Valid(text):
		return "the row is not UTF-8, as the file seems to be: %.60q"
	case !utf && bytes.Contains(text, []byte("\ufffd")):
		return "the row is not " + d.shape.Encoding + ", as the file seems to be (--encoding names another): %.60q"
	}
	return ""
}

func (d *delimited) expect(width int) { d.width = width }

// next returns the next row that is not blank. Cells are valid until the next
// call, their texts for good.
func (d *delimited) next() (Row, error) {
	for {
		n, end, err := d.firstLine()
		if err != nil {
			return Row{Line: d.line}, err
		}
		buf, _ := d.in.Peek(n)
		line := buf[:end]
		switch {
		case len(line) == 0:
			d.discard(n)
			continue
		case bytes.IndexByte(line, '"') >= 0:
			return d.quoted(n, end)
		}
		if wrong := d.misread(line); wrong != "" {
			return d.fail(n, Encoding, wrong, line)
		}
		row, err := d.split(d.text(end))
		d.discard(n)
		row.Line = d.line
		return row, err
	}
}

// firstLine returns the length of the next line with and without its end.
func (d *delimited) firstLine() (n, end int, err error) {
	for seen := 0; ; {
		buf, _ := d.in.Peek(d.in.Buffered())
		if i := bytes.IndexByte(buf[seen:], d.eol); i >= 0 {
			n, end = seen+i+1, seen+i
			if d.eol == '\n' && end > 0 && buf[end-1] == '\r' {
				end--
			}
			if end > MaxRow {
				return 0, 0, d.skip()
			}
			return n, end, nil
		}
		seen = len(buf)
		switch _, err := d.in.Peek(seen + 1); {
		case err == nil:
		case err == io.EOF && seen > 0:
			return seen, seen, nil
		case err == bufio.ErrBufferFull:
			return 0, 0, d.skip()
		default:
			return 0, 0, err
		}
	}
}

// skip passes over a line that is too long, without holding it.
func (d *delimited) skip() error {
	d.line++
	d.block, d.at = "", 0
	for {
		_, err := d.in.ReadSlice(d.eol)
		switch {
		case err == nil || err == io.EOF:
			return &RowError{Line: d.line, Kind: Oversized, Text: fmt.Sprintf("the row is longer than %d bytes", MaxRow)}
		case err != bufio.ErrBufferFull:
			return err
		}
	}
}

// text returns the first n bytes of the buffer as a string. Rows share the
// memory of one string, so that a short row costs no allocation.
func (d *delimited) text(n int) string {
	if len(d.block)-d.at < n {
		buf, _ := d.in.Peek(max(n, min(d.in.Buffered(), blockSize)))
		d.block, d.at = string(buf), 0
	}
	return d.block[d.at : d.at+n]
}

// discard passes over a line.
func (d *delimited) discard(n int) {
	_, _ = d.in.Discard(n) // it was peeked: cannot fail
	d.at = min(d.at+n, len(d.block))
	d.line++
}

func (d *delimited) fail(n int, kind Kind, format string, args ...any) (Row, error) {
	text := fmt.Sprintf(format, args...)
	d.discard(n)
	return Row{Line: d.line}, &RowError{Line: d.line, Kind: kind, Text: text}
}

// split is for lines without quotation marks.
func (d *delimited) split(line string) (Row, error) {
	d.cells = d.cells[:0]
	for {
		i := strings.Index(line, d.delim)
		if i < 0 || len(d.cells) == maxCells {
			break
		}
		d.cells = append(d.cells, shown.Value(line[:i]))
		line = line[i+len(d.delim):]
	}
	if len(d.cells) == maxCells {
		return Row{}, &RowError{Line: d.line + 1, Kind: Malformed, Text: fmt.Sprintf("the row has more than %d cells", maxCells)}
	}
	d.cells = append(d.cells, shown.Value(line))
	return Row{Cells: d.cells}, nil
}

// quoted reads a row whose first line holds a quotation mark. It is read as
// RFC 4180 says, or else with \" as databases write it. A cell may hold line
// ends, but no row of the table: then its mark was never closed, and only the
// line where it opens is lost.
func (d *delimited) quoted(n, end int) (Row, error) {
	r := d.scan(false)
	if !d.fits(r) {
		if e := d.scan(true); d.fits(e) {
			r = e
		} else {
			r = d.scan(false) // for its spans
		}
	}
	buf, _ := d.in.Peek(d.in.Buffered())
	switch {
	case r.err != nil:
		return Row{Line: d.line}, r.err
	case r.open || r.lines > 1 && !d.fits(r):
		d.room = max(d.room/4, 16) // many of them in one file must not take an hour
		return d.fail(n, Malformed, "the quotation mark before %.30q (line %d, cell %d) is not closed before other rows begin; only the first line is left out: close the mark, or double it",
			d.excerpt(buf, r.mark+1), d.line+1+bytes.Count(buf[:r.mark], []byte{d.eol}), r.cell)
	case len(d.spans) > maxCells:
		return d.fail(n, Malformed, "the row has more than %d cells", maxCells)
	}
	if wrong := d.misread(buf[:r.n]); wrong != "" {
		return d.fail(n, Encoding, wrong, buf[:end])
	}
	if r.lines > 1 {
		d.room = maxLines
	}
	text := d.text(r.n)
	d.cells = d.cells[:0]
	for _, s := range d.spans {
		cell := text[s.from:s.to]
		if s.escaped {
			cell = unescape(cell)
		} else if s.doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		d.cells = append(d.cells, shown.Value(cell))
	}
	row := Row{Line: d.line + 1, Cells: d.cells}
	d.discard(r.n)
	d.line += r.lines - 1
	return row, nil
}

// excerpt is the beginning of a cell, to find it by.
func (d *delimited) excerpt(buf []byte, from int) []byte {
	line, _, _ := bytes.Cut(buf[min(from, len(buf)):min(from+60, len(buf))], []byte{d.eol})
	return bytes.ToValidUTF8(line, nil)
}

var escapes = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `""`, `"`)

func unescape(cell string) string { return escapes.Replace(cell) }

// scanned is how far a row with quotation marks reaches.
type scanned struct {
	n, lines int
	loose    bool // a mark inside a cell is neither doubled nor at its end
	open     bool // a cell is not closed
	mark     int  // where the mark of the open cell is, or of the longest one
	cell     int  // its number, from 1
	backed   bool // a mark follows a backslash
	err      error
}

// fits tells whether a row that was scanned can be meant.
func (d *delimited) fits(r scanned) bool {
	asWide := d.width == 0 || len(d.spans) == d.width
	switch {
	case r.open || r.err != nil:
		return false
	case r.loose:
		return r.lines == 1 && !r.backed && asWide
	case r.lines == 1:
		return !r.backed || asWide
	}
	return asWide && !d.swallows(r)
}

// swallows tells whether one of the further lines of a row looks like a row of
// its own: as many cells, and the first one written alike.
func (d *delimited) swallows(r scanned) bool {
	buf, _ := d.in.Peek(r.n)
	first, rest, _ := bytes.Cut(buf, []byte{d.eol})
	like := d.likeness(first)
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte{d.eol})
		cells := bytes.Count(line, []byte(d.delim)) + 1
		if cells == len(d.spans) && (cells > 2 || strings.Contains(like, "9")) && d.likeness(line) == like {
			return true
		}
	}
	return false
}

// likeness is how the first cell of a line is written: 2026-03-02 is 9-9-9.
func (d *delimited) likeness(line []byte) string {
	cell, _, _ := bytes.Cut(line, []byte(d.delim))
	var like []byte
	for _, b := range cell[:min(len(cell), 64)] {
		switch {
		case b >= '0' && b <= '9':
			b = '9'
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= utf8.RuneSelf:
			b = 'a'
		case b == '"' || b == '\r':
			continue
		}
		if len(like) == 0 || like[len(like)-1] != b || b != '9' && b != 'a' {
			like = append(like, b)
		}
	}
	return string(like)
}

// scan finds the cells of the next row. The buffer is filled as needed.
func (d *delimited) scan(backslash bool) scanned {
	for {
		buf, _ := d.in.Peek(d.in.Buffered())
		r, more := d.scanIn(buf, backslash, false)
		if !more {
			return r
		}
		switch _, err := d.in.Peek(len(buf) + 1); err {
		case nil:
		case io.EOF:
			buf, _ = d.in.Peek(d.in.Buffered()) // reading has moved it
			r, _ = d.scanIn(buf, backslash, true)
			return r
		case bufio.ErrBufferFull:
			r.open = true
			return r
		default:
			r.err = err
			return r
		}
	}
}

// scanIn is scan in the bytes that are there; more says that they end too soon.
func (d *delimited) scanIn(buf []byte, backslash, last bool) (r scanned, more bool) {
	d.spans = d.spans[:0]
	for at := 0; ; {
		from := at
		for from < len(buf) && (buf[from] == ' ' || buf[from] == '\t') && !bytes.HasPrefix(buf[from:], []byte(d.delim)) {
			from++
		}
		var s span
		if from < len(buf) && buf[from] == '"' {
			lines := r.lines
			s, at, more = d.quotedCell(buf, from, backslash, last, &r)
			if more || r.open {
				return r, more
			}
			if r.lines > lines || r.cell == 0 {
				r.mark, r.cell = from, len(d.spans)+1
			}
		} else {
			end := bytes.IndexByte(buf[at:], d.eol)
			if end < 0 && !last {
				return r, true
			}
			if end < 0 {
				end = len(buf) - at
			}
			if i := bytes.Index(buf[at:at+end], []byte(d.delim)); i >= 0 {
				end = i
			}
			s = span{from: at, to: at + end}
			at = s.to
			if (at == len(buf) || buf[at] == d.eol) && d.eol == '\n' && s.to > s.from && buf[s.to-1] == '\r' {
				s.to--
			}
		}
		if len(d.spans) <= maxCells {
			d.spans = append(d.spans, s)
		}
		switch {
		case at == len(buf) && !last:
			return r, true
		case at == len(buf):
			r.n, r.lines = at, r.lines+1
			return r, false
		case buf[at] == d.eol:
			r.n, r.lines = at+1, r.lines+1
			return r, false
		}
		at += len(d.delim)
	}
}

// quotedCell reads the cell whose mark is at from; at is behind it.
func (d *delimited) quotedCell(buf []byte, from int, backslash, last bool, r *scanned) (s span, at int, more bool) {
	s.from = from + 1
	opened := r.lines
	for i := s.from; ; {
		next := bytes.IndexByte(buf[i:], '"')
		part := buf[i:]
		if next >= 0 {
			part = buf[i : i+next]
		}
		r.lines += bytes.Count(part, []byte{d.eol})
		if r.lines-opened > d.room || next < 0 && last {
			r.open, r.mark, r.cell = true, from, len(d.spans)+1
			return s, 0, false
		}
		if next < 0 {
			r.mark, r.cell = from, len(d.spans)+1
			return s, 0, true
		}
		i += next
		back := 0
		for i-back-1 >= s.from && buf[i-back-1] == '\\' {
			back++
		}
		if back&1 == 1 {
			if backslash {
				s.escaped = true
				i++
				continue
			}
			r.backed = true
		}
		if i+1 == len(buf) && !last {
			return s, 0, true
		}
		if i+1 < len(buf) && buf[i+1] == '"' {
			s.doubled = true
			i += 2
			continue
		}
		at = i + 1
		for at < len(buf) && (buf[at] == ' ' || buf[at] == '\t' || buf[at] == '\r') && buf[at] != d.eol && !bytes.HasPrefix(buf[at:], []byte(d.delim)) {
			at++
		}
		switch {
		case at == len(buf) && !last:
			return s, 0, true
		case at == len(buf), buf[at] == d.eol, bytes.HasPrefix(buf[at:], []byte(d.delim)):
			s.to = i
			return s, at, false
		case r.lines > opened: // text that looks like the beginning of another cell
			r.open, r.mark, r.cell = true, from, len(d.spans)+1
			return s, 0, false
		}
		r.loose = true
		i++
	}
}

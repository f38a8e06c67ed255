package table

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Options say what is known of a file beforehand. The zero value finds out
// everything by itself.
type Options struct {
	Delimiter  rune   // 0: guessed over the first rows
	Encoding   string // such as gb18030; empty: found by evidence
	Sheet      string // of a workbook; empty: the first one that is not empty
	HeaderLine int    // 0: found
	Headerless bool   // the file has no names: every row is data

	// IsHeader, when not nil, tells whether a row is the header. The first one that
	// is, is taken; without one, the first row that looks like a header.
	IsHeader func(cells []string) bool
}

// Row is one row of a table.
type Row struct {
	Line  int // of the file; of a workbook, the number of the row
	Cells []string
}

// Kind says in which way a row is wrong.
type Kind int

// Kinds of RowErrors.
const (
	Malformed Kind = iota // quotation marks, or the number of cells
	Encoding
	Oversized
)

// RowError says what is wrong with one row. The caller may go on with the next.
type RowError struct {
	Line int
	Kind Kind
	Text string
}

// Error implements error.
func (e *RowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// Text is a file whose pack and encoding are known: what its rows are read from.
type Text struct {
	in    *bufio.Reader // UTF-8; nil for a workbook
	sheet *sheet
	shape *Shape
}

// OpenText finds out what a file is packed in and how it is encoded. Close it
// after use.
func OpenText(r io.Reader, o Options) (*Text, error) {
	t := &Text{shape: &Shape{Format: "CSV"}}
	p, err := unpack(bufio.NewReaderSize(r, evidence), t.shape)
	if err != nil {
		return nil, err
	}
	if p.book != nil {
		t.sheet, err = openSheet(p.all, p.book, o, t.shape)
		if err != nil {
			return nil, err
		}
		return t, nil
	}
	utf, err := decode(p.text, o.Encoding, t.shape)
	if err != nil {
		return nil, err
	}
	t.in = bufio.NewReaderSize(utf, bufSize)
	return t, nil
}

// Reader is the text for who reads no table: JSON. Nil for a workbook.
func (t *Text) Reader() *bufio.Reader { return t.in }

// Shape is what was found so far.
func (t *Text) Shape() *Shape { return t.shape }

// Close ends the reading of a workbook.
func (t *Text) Close() error {
	if t.sheet == nil {
		return nil
	}
	return t.sheet.close()
}

// source gives the rows of a file as they stand there.
type source interface {
	next() (Row, error)
	// expect tells how many cells a row has.
	expect(width int)
}

// Reader gives the rows of a table below its header.
type Reader struct {
	source source
	shape  *Shape
	header []string
	least  int // cells that a row must have
	dated  []int
	held   *Row // a first row that is no header

	statuses []status
	text     *Text
}

// Open opens a table. Close it after use.
func Open(r io.Reader, o Options) (*Reader, error) {
	t, err := OpenText(r, o)
	if err != nil {
		return nil, err
	}
	reader, err := t.Table(o)
	if err != nil {
		_ = t.Close()
		return nil, err
	}
	return reader, nil
}

// ErrEmpty says that a file has no row at all.
var ErrEmpty = errors.New("the file is empty")

// Table finds the header.
func (t *Text) Table(o Options) (*Reader, error) {
	r := &Reader{shape: t.shape, text: t}
	var l layout
	if t.sheet != nil {
		rows, err := t.sheet.sample()
		if err != nil {
			return nil, err
		}
		if at := o.headerIn(rows); at < len(rows) {
			l.header, l.titles = rows[at].Line, at
		}
		r.source = t.sheet
	} else {
		head, err := t.in.Peek(evidence)
		if err != nil && err != io.EOF {
			return nil, err
		}
		l = layoutOf(head, err == io.EOF, &o, t.shape)
		t.shape.Delimiter = l.delim
		r.source = newDelimited(t.in, t.shape, string(l.delim), l.eol)
	}
	if o.HeaderLine > 0 && l.header != o.HeaderLine {
		return nil, fmt.Errorf("line %d, where the header should be, has no row", o.HeaderLine)
	}
	for {
		row, err := r.source.next()
		_, bad := errors.AsType[*RowError](err)
		switch {
		case err == io.EOF:
			return nil, ErrEmpty
		case err != nil && !bad:
			return nil, err
		case bad && (row.Line >= l.header):
			return nil, err
		case bad || row.Line < l.header || blank(row.Cells):
			t.shape.addTitle(row.Cells)
			continue
		}
		t.shape.TitleLines = l.titles
		r.begin(row, o.Headerless)
		return r, nil
	}
}

// begin takes the header, or the first row where there is none.
func (r *Reader) begin(row Row, headerless bool) {
	r.source.expect(len(row.Cells))
	if r.least = len(row.Cells); headerless {
		r.held = &Row{row.Line, slices.Clone(row.Cells)}
		return
	}
	for _, cell := range row.Cells {
		r.header = append(r.header, Name(cell))
	}
	for r.least > 0 && r.header[r.least-1] == "" {
		r.least-- // what stands below is told, if anything does
	}
	r.header = r.header[:r.least]
	r.shape.HeaderLine, r.shape.Columns = row.Line, r.header
}

// Names takes a row that was handed out for the header after all.
func (r *Reader) Names(row Row) {
	r.shape.Rows--
	for _, cell := range row.Cells {
		r.header = append(r.header, Name(cell))
	}
	r.shape.HeaderLine, r.shape.Columns = row.Line, r.header
}

// Header returns the names of the columns; nil when there are none.
func (r *Reader) Header() []string { return r.header }

// Dated names the columns, from 0, without which a row that begins with Total
// is none of the others.
func (r *Reader) Dated(columns ...int) { r.dated = columns }

// Shape is what was found so far.
func (r *Reader) Shape() *Shape { return r.shape }

// Close ends the reading.
func (r *Reader) Close() error { return r.text.Close() }

// Next returns the next row that is not blank, with as many cells as the header
// or more of them empty ones. Cells are valid until the next call; the texts in
// them for good. io.EOF is the end; after a *RowError reading may go on.
func (r *Reader) Next() (Row, error) {
	for {
		row, err := r.row()
		if err != nil {
			if err == io.EOF {
				r.tellNotHappened()
			}
			return row, err
		}
		switch n := len(row.Cells); {
		case blank(row.Cells):
			continue
		case r.isTotal(row.Cells):
			r.shape.Totals.add(row.Line)
			continue
		case n < r.least:
			return row, &RowError{Line: row.Line, Text: fmt.Sprintf("the row has %s, %d are needed%s", cells(n), r.least, r.as())}
		case n > r.least && !blank(row.Cells[r.least:]):
			return row, &RowError{Line: row.Line, Text: fmt.Sprintf("the row has %s, %d are needed%s: is a delimiter in a cell that has no quotation marks?", cells(n), r.least, r.as())}
		}
		r.shape.Rows++
		for i := range r.statuses {
			r.statuses[i].add(row)
		}
		return row, nil
	}
}

func cells(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

func (r *Reader) row() (Row, error) {
	if r.held != nil {
		row := *r.held
		r.held = nil
		return row, nil
	}
	return r.source.next()
}

// as says where the number of cells is from.
func (r *Reader) as() string {
	if r.header == nil {
		return " as in the first row"
	}
	return fmt.Sprintf(" as in the header (line %d)", r.shape.HeaderLine)
}

// isTotal tells whether a row sums up others. Where dates stand it has none;
// where no dates are known, it holds nothing but numbers.
func (r *Reader) isTotal(row []string) bool {
	at := totalWord(row)
	if at < 0 {
		return false
	}
	if len(r.dated) == 0 {
		return !slices.ContainsFunc(row[at+1:], isText)
	}
	for _, d := range r.dated {
		if d < len(row) && d != at && strings.ContainsAny(row[d], "0123456789") {
			return false
		}
	}
	return true
}

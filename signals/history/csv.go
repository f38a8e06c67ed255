package history

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"firstsign/internal/notation/number"
	"firstsign/internal/table"
	"firstsign/signals"
)

// Layout says how a CSV history is read. The zero Layout reads a file whose
// columns are named like the fields of the record, with times in UTC.
type Layout struct {
	// Columns map fields of the record to columns; see ParseColumns. Nil: the
	// columns have the names of the fields.
	Columns Columns
	// Time is how times are written, in a notation that package notation knows, such
	// as "dd.MM.yyyy HH:mm" or "unix". Empty: every form that means one thing only,
	// by itself or with the rest of its column.
	Time string
	// Location of times that are written without an offset; nil is UTC.
	Location *time.Location
	// ZoneAssumed: Location is a default, such as the calendar's, that the file may
	// contradict.
	ZoneAssumed bool
	// Delimiter between the columns; 0: the one of comma, semicolon, tab, | and the
	// Chinese ， and ； that makes the most of the first rows.
	Delimiter rune
	// Encoding of the file, such as gb18030; empty: found by evidence.
	Encoding string
	// Sheet of a workbook; empty: the first one that is not empty.
	Sheet string
	// HeaderLine is the line of the names; 0: the first one with all the names
	// that Columns ask for.
	HeaderLine int
	// Decimal is the mark before the fraction of a number. Undecided: as the cells of
	// the column tell.
	Decimal number.Mark
	// Evidence, when not nil, keeps what a file says of its notation, for the next time
	// that the same file is read.
	Evidence *Evidence
	// IsRating tells of a signal whether its values are ratings, which may be negative,
	// and whether that is known. Nil: by the values of the column.
	IsRating func(signal string) (rating, known bool)
	// Tell, when not nil, is told at the end of a file how it was read where that had
	// to be decided: one sentence a call.
	Tell func(sentence string)
}

// Columns say where the fields of the record come from.
type Columns []Column

// Column is the origin of one field.
type Column struct {
	Field    string // time, account, signal, value, id, contact, source, text, attributes.NAME or value.SIGNAL
	Name     string // of the column, or where it is; see locate
	Constant bool   // Name is not a column but the value itself
	Sum      bool   // the values of rows that share account, signal, source and id are summed
}

// isSecond tells of a value.SIGNAL.
func (c Column) isSecond() bool { return strings.HasPrefix(c.Field, amountPrefix) }

var fieldNames = []string{"time", "account", "signal", "value", "id", "contact", "source", "text"}

const (
	attributePrefix = "attributes."
	// amountPrefix begins value.SIGNAL: the row is an interaction of that signal as
	// well, with this column's number as its value.
	amountPrefix = "value."
)

// isField tells whether a record, or a second one of the same row, has a field
// of this name.
func isField(name string) bool {
	for _, prefix := range []string{attributePrefix, amountPrefix} {
		if strings.HasPrefix(name, prefix) && name != prefix {
			return true
		}
	}
	return slices.Contains(fieldNames, name)
}

// csvRows makes a record of every row.
type csvRows struct {
	table    *table.Reader
	columns  Columns
	place    []cellPlace // of each column in the row
	width    int         // columns a row must have
	clock    timeReader
	numbers  numberReaders
	isRating func(signal string) (rating, known bool)
	in       signals.Interaction
	scratch  []byte // the cells of in
	record   []byte
	first    bool // the next row is the first of a file without names

	number  int      // of the row's line
	id      []byte   // of its first interaction
	amounts []amount // its further interactions
	given   int      // how many of them were handed out

	items *items // when amounts are summed
}

// amount is what a row says of another signal than its own.
type amount struct {
	signal string
	value  float64
}

func newCSVRows(text *table.Text, layout Layout) (rows, error) {
	clock, err := newTimeReader(&layout)
	if err != nil {
		return nil, err
	}
	c := &csvRows{columns: layout.Columns, clock: clock, numbers: numberReaders{mark: layout.Decimal}, isRating: layout.IsRating, first: positional(layout.Columns)}
	c.table, err = text.Table(table.Options{
		Delimiter: layout.Delimiter, HeaderLine: layout.HeaderLine, Headerless: c.first, IsHeader: layout.Columns.areNamedIn,
	})
	if err != nil {
		return nil, rowFault(err)
	}
	header := c.table.Header()
	if c.columns == nil {
		if c.columns, err = ownNames(header); err != nil {
			return nil, err
		}
	}
	if c.columns, c.place, err = c.columns.locate(header); err != nil {
		return nil, err
	}
	for i, at := range c.place {
		c.width = max(c.width, at.first+1, at.second+1)
		if c.columns[i].Field == "time" && !c.columns[i].Constant {
			c.table.Dated(at.first)
		}
	}
	c.unitsOf(header)
	c.watchStatus()
	if slices.ContainsFunc(c.columns, func(column Column) bool { return column.Sum }) {
		c.items, err = newItems(c)
	}
	return c, err
}

// rowFault makes a Reject of what is wrong with one row.
func rowFault(err error) error {
	row, ok := errors.AsType[*table.RowError](err)
	if !ok {
		return err
	}
	reasons := map[table.Kind]signals.Reason{table.Malformed: signals.Malformed, table.Encoding: signals.InvalidUTF8, table.Oversized: signals.Oversized}
	return &signals.Reject{Reason: reasons[row.Kind], Detail: row.Text}
}

func (c *csvRows) next() (int, []byte, error) {
	if c.given < len(c.amounts) {
		c.turn(&c.amounts[c.given])
		c.given++
		c.record = signals.Append(c.record[:0], &c.in)
		return c.number, c.record, nil
	}
	line, err := c.nextRecord()
	if err == nil {
		if reject := c.returned(); reject != nil {
			err = reject
		}
	}
	if err != nil {
		c.amounts = c.amounts[:0]
		return line, nil, err
	}
	c.number, c.given, c.id = line, 0, c.in.ID
	c.record = signals.Append(c.record[:0], &c.in)
	return line, c.record, nil
}

// nextRecord reads the next row, or line items as one.
func (c *csvRows) nextRecord() (line int, err error) {
	if c.items != nil {
		return c.items.next()
	}
	return c.nextLine()
}

func (c *csvRows) nextLine() (line int, err error) {
	row, err := c.table.Next()
	if c.first && err == nil && c.areNames(row) {
		row, err = c.table.Next()
	}
	if c.first = false; err != nil {
		return row.Line, rowFault(err)
	}
	if len(row.Cells) < c.width {
		return row.Line, &signals.Reject{Reason: signals.Malformed, Detail: fmt.Sprintf("the row has %d columns, %d are needed", len(row.Cells), c.width)}
	}
	if reject := c.read(row.Cells); reject != nil {
		return row.Line, reject
	}
	return row.Line, nil
}

// Close removes what was kept of line items.
func (c *csvRows) Close() error {
	if c.items == nil {
		return nil
	}
	return c.items.Close()
}

// areNames tells whether the first row of a file whose columns are given by
// position holds their names: there is no digit where the time should be.
func (c *csvRows) areNames(row table.Row) bool {
	for i, at := range c.place {
		if c.columns[i].Field == "time" && !c.columns[i].Constant && at.first < len(row.Cells) && !strings.ContainsAny(row.Cells[at.first], "0123456789") {
			c.table.Names(row)
			c.unitsOf(c.table.Header())
			c.watchStatus()
			return true
		}
	}
	return false
}

// read fills the interaction from a row.
func (c *csvRows) read(row []string) *signals.Reject {
	c.in, c.scratch = signals.Interaction{Value: 1, Attributes: c.in.Attributes[:0]}, c.scratch[:0]
	c.amounts = c.amounts[:0]
	for i, column := range c.columns {
		cell := column.Name
		if at := c.place[i]; at.first >= 0 {
			if cell = strings.TrimSpace(row[at.first]); at.second >= 0 {
				cell = strings.TrimSpace(cell + " " + strings.TrimSpace(row[at.second]))
			}
		}
		if reject := c.set(column.Field, cell); reject != nil {
			return reject
		}
	}
	for _, a := range c.amounts {
		if a.signal == string(c.in.Signal) {
			return &signals.Reject{Reason: signals.DuplicateField, Detail: fmt.Sprintf("signal: the row is of %q, and %s%s is the same signal", a.signal, amountPrefix, a.signal)}
		}
	}
	return nil
}

// turn makes the interaction of a row the one of another signal. Its id is made
// another one, for the same one twice would count once. What the text says was
// said once.
func (c *csvRows) turn(a *amount) {
	in := &c.in
	in.Signal, in.Value, in.Text = c.keep(a.signal), a.value, nil
	if len(c.id) > 0 {
		in.ID = c.keep(string(c.id) + "/" + a.signal)
	}
	in.Attributes = slices.DeleteFunc(in.Attributes, func(of signals.Attribute) bool {
		return string(of.Key) == signals.SentimentAttribute || string(of.Key) == signals.WordsAttribute
	})
}

func (c *csvRows) set(field, cell string) *signals.Reject {
	in := &c.in
	if signal, ok := strings.CutPrefix(field, amountPrefix); ok {
		v, reject := c.numbers.read(field, cell)
		if reject != nil {
			return reject
		}
		c.amounts = append(c.amounts, amount{signal, v})
		return nil
	}
	switch field {
	case "time":
		t, reject := c.clock.read(cell)
		if reject != nil {
			return reject
		}
		in.Time = t
	case "value":
		v, reject := c.numbers.read(field, cell)
		if reject != nil {
			return reject
		}
		in.Value = v
	case "account":
		in.Account = c.keep(cell)
	case "signal":
		in.Signal = c.keep(cell)
	case "id":
		in.ID = c.keep(cell)
	case "contact":
		in.Contact = c.keep(cell)
	case "source":
		in.Source = c.keep(cell)
	case "text":
		in.Text = c.keep(cell)
	default:
		if cell != "" {
			name := strings.TrimPrefix(field, attributePrefix)
			in.Attributes = append(in.Attributes, signals.Attribute{Key: c.keep(name), Value: c.keep(cell)})
		}
	}
	return nil
}

// keep copies a cell; what was kept before stays valid when the scratch grows.
func (c *csvRows) keep(cell string) []byte {
	from := len(c.scratch)
	c.scratch = append(c.scratch, cell...)
	return c.scratch[from:len(c.scratch):len(c.scratch)]
}

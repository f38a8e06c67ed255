package history

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"firstsign/signals"
)

// Layout says how a CSV history is read. The zero Layout reads a file whose
// columns are named like the fields of the record, with times in UTC.
type Layout struct {
	// Columns map fields of the record to columns; see ParseColumns. Nil: the
	// columns have the names of the fields.
	Columns Columns
	// Time is how times are written: "dd.MM.yyyy HH:mm", a layout of Go, "unix"
	// or "unixms". Empty: RFC 3339 and the unambiguous forms in which
	// spreadsheets and databases write times.
	Time string
	// Location of times that are written without an offset; nil is UTC.
	Location *time.Location
	// Delimiter between the columns; 0: comma, semicolon or tab, whichever the
	// first line has most of.
	Delimiter rune
	// DecimalComma: numbers are written 1.234,5.
	DecimalComma bool
}

// Columns say where the fields of the record come from.
type Columns []Column

// Column is the origin of one field.
type Column struct {
	Field    string // time, account, signal, value, id, contact, source, text, attributes.NAME or value.SIGNAL
	Name     string // the column's name in the first line, or #3 for the third of a file without names
	Constant bool   // Name is not a column but the value itself
}

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

// ParseColumns reads mappings as they stand on a command line, separated by
// commas: "time=Datum,account=Kunde,value=Menge,attributes.region=Gebiet",
// "signal:=order" for a constant, and "value.spend=Betrag" for a second
// interaction of the same row.
func ParseColumns(specs ...string) (Columns, error) {
	var columns Columns
	for spec := range strings.SplitSeq(strings.Join(specs, ","), ",") {
		if spec = strings.TrimSpace(spec); spec == "" {
			continue
		}
		field, name, ok := strings.Cut(spec, "=")
		field, constant := strings.CutSuffix(field, ":")
		field, name = strings.TrimSpace(field), strings.TrimSpace(name)
		switch {
		case !ok || name == "":
			return nil, fmt.Errorf("column mapping %q: want field=column or field:=constant", spec)
		case !isField(field):
			return nil, fmt.Errorf("column mapping %q: no field %q; there are %s, attributes.NAME and value.SIGNAL", spec, field, strings.Join(fieldNames, ", "))
		case constant && strings.HasPrefix(field, amountPrefix):
			return nil, fmt.Errorf("column mapping %q: the value of a second signal comes from a column, as in %s=COLUMN", spec, field)
		case slices.ContainsFunc(columns, func(c Column) bool { return c.Field == field }):
			return nil, fmt.Errorf("column mapping %q: %s is mapped twice", spec, field)
		}
		columns = append(columns, Column{Field: field, Name: name, Constant: constant})
	}
	for _, required := range []string{"time", "account", "signal"} {
		if !slices.ContainsFunc(columns, func(c Column) bool { return c.Field == required }) {
			return nil, fmt.Errorf("column mapping: %s is missing; it is required", required)
		}
	}
	for _, c := range columns {
		if c.Field == "signal" && c.Constant && slices.ContainsFunc(columns, func(other Column) bool { return other.Field == amountPrefix+c.Name }) {
			return nil, fmt.Errorf("column mapping: signal:=%s and %s%[1]s are one signal: its value is value=COLUMN", c.Name, amountPrefix)
		}
	}
	return columns, nil
}

// csvRows makes a record of every row.
type csvRows struct {
	csv     *csv.Reader
	columns []Column
	index   []int // of each column in the row; -1 for a constant
	width   int   // columns a row must have
	clock   timeReader
	comma   bool
	in      signals.Interaction
	scratch []byte // the cells of in
	record  []byte
	pending []string // the first row of a file without names

	number  int      // of the row's line
	id      []byte   // of its first interaction
	amounts []amount // its further interactions
	given   int      // how many of them were handed out
}

// amount is what a row says of another signal than its own.
type amount struct {
	signal string
	value  float64
}

func newCSVRows(text *bufio.Reader, layout Layout) (rows, error) {
	clock, err := newTimeReader(layout.Time, layout.Location)
	if err != nil {
		return nil, err
	}
	c := &csvRows{csv: csv.NewReader(text), clock: clock, comma: layout.DecimalComma}
	c.csv.ReuseRecord = true
	c.csv.FieldsPerRecord = -1 // counted below, so that a short row is one bad line and not the end
	if c.csv.Comma = layout.Delimiter; c.csv.Comma == 0 {
		head, _ := text.Peek(4 << 10)
		c.csv.Comma = guessDelimiter(head)
	}
	header, err := c.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("first line: %w", err)
	}
	c.columns = layout.Columns
	if positional(c.columns) {
		c.pending = slices.Clone(header)
		return c, c.place(nil)
	}
	if c.columns == nil {
		for _, name := range header {
			c.columns = append(c.columns, Column{Field: name, Name: name})
		}
		c.columns, err = ownNames(c.columns)
		if err != nil {
			return nil, err
		}
	}
	return c, c.place(header)
}

// ownNames keeps the columns that are named like fields and checks that those
// which are required are there.
func ownNames(all Columns) (Columns, error) {
	var specs []string
	for _, c := range all {
		if isField(c.Name) && !strings.Contains(c.Name, ",") {
			specs = append(specs, c.Name+"="+c.Name)
		}
	}
	columns, err := ParseColumns(specs...)
	if err != nil {
		names := make([]string, len(all))
		for i, c := range all {
			names[i] = c.Name
		}
		return nil, fmt.Errorf("%w; the columns are %q: map them, as in time=COLUMN", err, names)
	}
	return columns, nil
}

// positional says that columns are given by position, which only a file
// without names needs.
func positional(columns Columns) bool {
	return slices.ContainsFunc(columns, func(c Column) bool { return !c.Constant && strings.HasPrefix(c.Name, "#") }) &&
		!slices.ContainsFunc(columns, func(c Column) bool { return !c.Constant && !strings.HasPrefix(c.Name, "#") })
}

// place finds the columns in the header; nil: they are given by position.
func (c *csvRows) place(header []string) error {
	c.index = make([]int, len(c.columns))
	for i, column := range c.columns {
		at := -1
		switch {
		case column.Constant:
		case header == nil:
			n, err := strconv.Atoi(column.Name[1:])
			if err != nil || n < 1 {
				return fmt.Errorf("column %q of %s: want # and a number from 1 on", column.Name, column.Field)
			}
			at = n - 1
		default:
			if at = slices.Index(header, column.Name); at < 0 {
				return fmt.Errorf("no column %q for %s; the columns are %q", column.Name, column.Field, header)
			}
			if slices.Contains(header[at+1:], column.Name) {
				return fmt.Errorf("two columns are named %q", column.Name)
			}
		}
		c.index[i] = at
		c.width = max(c.width, at+1)
	}
	return nil
}

func (c *csvRows) next() (int, []byte, error) {
	if c.given < len(c.amounts) {
		c.turn(&c.amounts[c.given])
		c.given++
		c.record = signals.Append(c.record[:0], &c.in)
		return c.number, c.record, nil
	}
	number, row := 1, c.pending
	if row == nil {
		var err error
		if row, err = c.csv.Read(); err != nil {
			if parse, ok := errors.AsType[*csv.ParseError](err); ok {
				return parse.StartLine, nil, &signals.Reject{Reason: signals.Malformed, Detail: parse.Err.Error()}
			}
			return 0, nil, err
		}
		number, _ = c.csv.FieldPos(0)
	}
	c.pending = nil
	if len(row) < c.width {
		return number, nil, &signals.Reject{Reason: signals.Malformed, Detail: fmt.Sprintf("the row has %d columns, %d are needed", len(row), c.width)}
	}
	if reject := c.read(row); reject != nil {
		c.amounts = c.amounts[:0]
		return number, nil, reject
	}
	c.number, c.given, c.id = number, 0, c.in.ID
	c.record = signals.Append(c.record[:0], &c.in)
	return number, c.record, nil
}

// read fills the interaction from a row.
func (c *csvRows) read(row []string) *signals.Reject {
	c.in, c.scratch = signals.Interaction{Value: 1, Attributes: c.in.Attributes[:0]}, c.scratch[:0]
	c.amounts = c.amounts[:0]
	for i, column := range c.columns {
		cell := column.Name
		if at := c.index[i]; at >= 0 {
			cell = strings.TrimSpace(row[at])
		}
		if !utf8.ValidString(cell) {
			return &signals.Reject{Reason: signals.InvalidUTF8, Detail: fmt.Sprintf("%s: %q is not UTF-8; in Excel save the file as \"CSV UTF-8\"", column.Field, cell)}
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
		v, err := cellNumber(cell, c.comma)
		if err != nil {
			return &signals.Reject{Reason: signals.BadValue, Detail: field + ": " + err.Error()}
		}
		c.amounts = append(c.amounts, amount{signal, v})
		return nil
	}
	switch field {
	case "time":
		t, err := c.clock.read(cell)
		if err != nil {
			return &signals.Reject{Reason: signals.BadTime, Detail: "time: " + err.Error()}
		}
		in.Time = t
	case "value":
		v, err := cellNumber(cell, c.comma)
		if err != nil {
			return &signals.Reject{Reason: signals.BadValue, Detail: "value: " + err.Error()}
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

// cellNumber reads a value. An empty one is an error: a missing amount is not 1.
func cellNumber(cell string, comma bool) (float64, error) {
	plain := cell
	if comma {
		plain = strings.ReplaceAll(strings.ReplaceAll(cell, ".", ""), ",", ".")
	}
	v, err := strconv.ParseFloat(plain, 64)
	switch {
	case cell == "":
		return 0, errors.New("the cell is empty")
	case err != nil && !comma && strings.Contains(cell, ","):
		return 0, fmt.Errorf("%q is not a number; is it written with a decimal comma?", cell)
	case err != nil || math.IsInf(v, 0) || math.IsNaN(v):
		return 0, fmt.Errorf("%q is not a number", cell)
	}
	return v, nil
}

// guessDelimiter takes the one of comma, semicolon and tab that the first
// line has most of outside quotes.
func guessDelimiter(head []byte) rune {
	if at := bytes.IndexByte(head, '\n'); at >= 0 {
		head = head[:at]
	}
	count := map[rune]int{}
	quoted := false
	for _, b := range head {
		if b == '"' {
			quoted = !quoted
		} else if !quoted {
			count[rune(b)]++
		}
	}
	best := ','
	for _, d := range []rune{';', '\t'} {
		if count[d] > count[best] {
			best = d
		}
	}
	return best
}

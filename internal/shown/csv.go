package shown

import (
	"encoding/csv"
	"io"
	"regexp"
)

// number is a cell that a spreadsheet takes for a number and not for a formula.
var number = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

// Cell returns a cell of CSV that no spreadsheet runs. One that begins with = + - @,
// a tab or a carriage return gets an apostrophe in front, which spreadsheets do not
// show; numbers stay. A cell that begins with an apostrophe before such a character
// gets another one, so that Value gives back every text.
func Cell(s string) string {
	s = Text(s)
	if runs(s) || len(s) > 1 && s[0] == '\'' && runs(trimApostrophes(s)) {
		return "'" + s
	}
	return s
}

// Value is the text of a cell that Cell wrote.
func Value(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && runs(trimApostrophes(cell)) {
		return cell[1:]
	}
	return cell
}

// runs reports whether a spreadsheet may take a cell for a formula.
func runs(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return !number.MatchString(s)
	}
	return false
}

func trimApostrophes(s string) string {
	for s != "" && s[0] == '\'' {
		s = s[1:]
	}
	return s
}

// CSV writes rows that no spreadsheet runs. All of the program's CSV is written by
// it.
type CSV struct {
	*csv.Writer
	row []string
}

// NewCSV returns a writer to w. As with csv.Writer, call Flush and ask for Error.
func NewCSV(w io.Writer) *CSV { return &CSV{Writer: csv.NewWriter(w)} }

// Write writes a row.
func (c *CSV) Write(row []string) error {
	c.row = c.row[:0]
	for _, cell := range row {
		c.row = append(c.row, Cell(cell))
	}
	return c.Writer.Write(c.row)
}

// WriteAll writes rows and flushes.
func (c *CSV) WriteAll(rows [][]string) error {
	for _, row := range rows {
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

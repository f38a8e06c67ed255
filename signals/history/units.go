package history

import (
	"fmt"
	"strings"
	"time"

	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/internal/table"
)

// unitsOf finds the columns of amounts whose names say that they are in thousands or
// millions: their values are multiplied. A line above the header is told only, for nobody
// knows which columns it means.
func (c *csvRows) unitsOf(header []string) {
	amounts := ""
	c.numbers.units = map[string]string{}
	for i, column := range c.columns {
		at := c.place[i].first
		if column.Field != "value" && !column.isSecond() || at < 0 || at >= len(header) {
			continue
		}
		h, ok := number.HeadingOf(header[at])
		switch {
		case ok && h.Power == "":
			c.numbers.said = append(c.numbers.said, fmt.Sprintf("%s: %q is in %s, a thousand to some and a million to others: values are read as they stand; name the column in k or Mio for another", column.Field, header[at], h.Unit))
		case ok:
			c.numbers.units[column.Field] = h.Power
			c.numbers.said = append(c.numbers.said, fmt.Sprintf("%s: %q is in %s: values are multiplied by %s", column.Field, header[at], h.Unit, h.Factor()))
		default:
			amounts = header[at]
		}
	}
	if amounts == "" {
		return
	}
	shape := c.table.Shape()
	for _, title := range shape.Titles {
		if h, ok := number.HeadingOf(title); ok {
			shape.Warn(table.Warning{Kind: table.UnitOfTitle, Column: amounts, Example: title,
				Text: fmt.Sprintf("a line above the header says %q, and %s is read as it stands: if it is of that unit, write the unit behind the name in the file, as in %[2]s (%s)", title, amounts, h.Unit)})
			return
		}
	}
}

// watchStatus lets the table count rows that say they did not happen. What the signal is
// made of is for signals.yaml to judge.
func (c *csvRows) watchStatus() {
	var known []int
	for i, column := range c.columns {
		if !strings.HasPrefix(column.Field, attributePrefix) && column.Field != "text" {
			known = append(known, c.place[i].first, c.place[i].second)
		}
	}
	c.table.CountNotHappened(known...)
}

// since1904 warns when nearly all times are day numbers, and end four years and a day before
// the present: a CSV does not say whether they count from 1900 or from 1904.
func (h *File) since1904(last, now int64) {
	const freshFor = 45 * 24 * time.Hour
	c, isTable := h.rows.(*csvRows)
	if !isTable || c.clock.times.DayNumbers*2 < int64(h.Shape().Rows) || now == 0 || h.layout.Time != "" {
		return
	}
	end := last + int64(notation.Later1904*24*time.Hour)
	if end > now+int64(Tolerance) || end < now-int64(freshFor) {
		return
	}
	h.Shape().Warn(table.Warning{Kind: table.Since1904, Text: fmt.Sprintf(
		"times are day numbers that end on %s: if the file was saved from a workbook that counts from 1904, as old ones of the Mac do, they are 4 years and a day too early, and --time-layout excel1904 reads them", written(last)[:len(time.DateOnly)])})
}

package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/internal/spelling"
	"firstsign/internal/table"
)

// What is accepted, as the faults say it.
const (
	asMoney = "write 1200000, 1,200,000, 120万, 1.2亿 or ¥1,200,000"
	asDate  = "write 2026-03-31, 2026/3/31 or 2026年3月31日"
)

// unknown says whether a cell says in its own way that there is no figure:
// Excel's accounting format shows a zero as a dash.
func unknown(text string) bool {
	switch strings.ToLower(text) {
	case "", "-", "–", "—", "n/a", "无", "未知":
		return true
	}
	return false
}

// columns are what the columns of a file say of how their amounts and dates are
// written. The zero columns say nothing, as of a file that is no table.
type columns struct {
	amounts map[string]*number.Column // by field
	dates   notation.Column
	seen    bool // dates has cells
}

// survey reads the amounts and dates of accounts.csv before anything is taken.
func (c *columns) survey(text []byte, name string, o table.Options) {
	c.amounts = make(map[string]*number.Column)
	aside := &Builder{File: name, Table: o} // its faults are found again, and told then
	rows(aside, bytes.Clone(text), accountFields, func(_ int, fields []*field[Account], row []string) {
		for i, f := range fields {
			if f == nil || i >= len(row) || unknown(strings.TrimSpace(row[i])) {
				continue
			}
			switch {
			case isMoney(f.Name):
				if c.amounts[f.Name] == nil {
					c.amounts[f.Name] = new(number.Column)
				}
				c.amounts[f.Name].Add(row[i])
			case f.Name == "renewal":
				c.dates.Add(row[i])
				c.seen = true
			}
		}
	})
}

// amount reads money as a sales department writes it, in the unit of its column
// if that has one. currency is empty when the text names none.
//
// Where its column does not tell, 1,200 is 1200: the documentation says that
// commas stand between thousands. 1.200 could be either, and is asked for.
func (c *columns) amount(field, text, unit string) (value float64, currency string, err error) {
	var column number.Verdict
	if of := c.amounts[field]; of != nil {
		column = of.Verdict()
	}
	read := number.New(column.Mark)
	value, currency, err = read.Amount(text, unit)
	if column.Mark != number.Undecided && err != nil {
		// A figure that the others contradict may still mean one thing only.
		value, currency, err = number.New(number.Undecided).Amount(text, unit)
	}
	if errors.Is(err, notation.ErrAmbiguous) && strings.ContainsAny(text, ",，") && column.Commas == 0 {
		value, currency, err = number.New(number.Point).Amount(text, unit)
	}
	if err == nil && (value <= -1e15 || value >= 1e15) {
		return 0, "", errors.New("it is too large for an amount of money")
	}
	return value, currency, err
}

// unitOf a column: "销售额(万元)" is 销售额 in 万. ok is false when there are no
// brackets, or something else than a unit in them.
func unitOf(column string) (name, currency, power string, ok bool) {
	t := strings.Map(spelling.HalfWidth, strings.TrimSpace(column))
	name, rest, found := strings.Cut(t, "(")
	inside, closed := strings.CutSuffix(strings.TrimSpace(rest), ")")
	if !found || !closed {
		return t, "", "", false
	}
	currency, power, ok = number.Unit(inside)
	return strings.TrimSpace(name), currency, power, ok
}

// The years that a contract may end in.
const firstYear, lastYear = 2000, 2099

// date reads a day. Where its column does not tell, 03/04/2026 is refused: it is
// another day in every second country.
func (c *columns) date(text string) (time.Time, error) {
	days, err := notation.NewTimes("", time.UTC)
	if err != nil {
		return time.Time{}, err
	}
	if c.seen {
		days.Evidence = func() (notation.TimeVerdict, error) { return c.dates.Verdict(), nil }
	}
	day, err := days.ReadDay(text)
	if err == nil && (day.Year() < firstYear || day.Year() > lastYear) {
		return time.Time{}, fmt.Errorf("%d is no year in which a contract ends", day.Year())
	}
	return day, err
}

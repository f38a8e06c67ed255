package backtest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"firstsign/internal/fault"
	"firstsign/internal/identity"
	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/internal/table"
	"firstsign/signals"
)

// Loss is an account that has left, and the day on which that became known.
type Loss struct {
	Account string      `json:"account"`
	Day     signals.Day `json:"date"`
	// Value of the account, in one currency for the whole file; 0 when not given.
	Value float64 `json:"value,omitempty"`
}

// Saved is an account that was about to leave and was kept. Alerts between the two
// days were not false.
type Saved struct {
	Account  string
	From, To signals.Day // both included
}

// savedDays is for how many days an account was about to leave that was saved, when
// the file does not say it.
const savedDays = 90

// ParseLoss reads a loss from a command line: acme:2026-05-01. The account may
// contain colons and commas.
func ParseLoss(s string) (Loss, error) {
	at := strings.LastIndexByte(s, ':')
	if at <= 0 {
		return Loss{}, fmt.Errorf("%q: want account:date, such as acme:2026-05-01", s)
	}
	times, _ := notation.NewTimes("", nil) // fails for a layout only
	day, err := readDay(times, strings.TrimSpace(s[at+1:]))
	if err != nil {
		return Loss{}, fmt.Errorf("%q: %q is no date like 2026-05-01", s, s[at+1:])
	}
	return Loss{Account: identity.CleanString(s[:at]), Day: day}, nil
}

// ParseLosses reads losses with commas between them. A comma that does not
// follow a date is part of an account: "Smith, Jones:2026-05-01,acme:2026-05-02".
func ParseLosses(s string) (losses []Loss, err error) {
	rest := ""
	for part := range strings.SplitSeq(s, ",") {
		rest += part
		loss, wrong := ParseLoss(strings.ReplaceAll(strings.TrimSpace(rest), `\,`, `,`))
		if err = wrong; err != nil {
			rest += ","
			continue
		}
		losses, rest = append(losses, loss), ""
	}
	return losses, err
}

// readDay reads a date as a history may have it.
func readDay(times *notation.Times, text string) (signals.Day, error) {
	if day, err := signals.ParseDay(text); err == nil {
		return day, nil
	}
	at, err := times.ReadDay(text)
	if err != nil {
		return 0, err
	}
	return signals.ParseDay(at.Format(time.DateOnly))
}

// OpenLosses reads a file with ReadLosses. o names the encoding and the sheet where they
// cannot be found out.
func OpenLosses(path string, o table.Options) ([]Loss, []Saved, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return ReadLosses(f, path, o)
}

// lossColumns are the columns of a file of losses. The first two are required. The
// last four are written by "firstsign alerts labels"; of its lines only those
// labelled lost or saved count.
var lossColumns = []string{"account", "date", "value", "label", "since", "alert", "by"}

// chineseColumns are the same columns as a Chinese sheet names them.
var chineseColumns = map[string]string{"客户": "account", "客户编号": "account", "日期": "date", "流失日期": "date", "金额": "value", "价值": "value"}

// ReadLosses reads a table in which a line names the columns: account, date and
// optionally value; or the labels of alerts. Package table tells which files are
// read, package notation how dates and values may be written. Losses are returned
// by account and date. Mistakes in the file called name are returned as a
// fault.List.
func ReadLosses(r io.Reader, name string, o table.Options) ([]Loss, []Saved, error) {
	file := lossFile{name: name}
	if err := file.read(r, o); err != nil {
		return nil, nil, err
	}
	for _, row := range file.rows {
		file.row(row.Line, row.Cells)
	}
	if err := file.faults.Err(); err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(file.losses, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Day, b.Day))
	})
	return slices.Compact(file.losses), file.saved, nil
}

// lossFile is the state of reading a file of losses.
type lossFile struct {
	name    string
	columns []string
	rows    []table.Row
	dates   *notation.Times
	values  *number.Reader
	losses  []Loss
	saved   []Saved
	faults  fault.List
}

func (f *lossFile) note(line int, format string, args ...any) {
	f.faults = append(f.faults, fault.Fault{File: f.name, Line: line, Text: fmt.Sprintf(format, args...)})
}

// lossColumn is the column that a name in the header means.
func lossColumn(name string) string {
	name = strings.ToLower(table.Name(name))
	return cmp.Or(chineseColumns[name], name)
}

func isLossHeader(cells []string) bool {
	return !slices.ContainsFunc(lossColumns[:2], func(needed string) bool {
		return !slices.ContainsFunc(cells, func(cell string) bool { return lossColumn(cell) == needed })
	})
}

// read takes all rows, because how dates and values are written is decided by
// the whole of their column.
func (f *lossFile) read(r io.Reader, o table.Options) error {
	o.IsHeader = isLossHeader
	in, err := table.Open(r, o)
	row, isRow := errors.AsType[*table.RowError](err)
	switch {
	case errors.Is(err, table.ErrEmpty):
		f.note(1, "the first line names the columns: account,date and, where it is known, value")
		return nil
	case isRow:
		f.note(row.Line, "%s", row.Text)
		return nil
	case err != nil:
		f.note(0, "%v", err)
		return nil
	}
	defer in.Close() // it was only read
	f.header(in.Shape().HeaderLine, in.Header())
	for f.columns != nil {
		row, err := in.Next()
		if err == io.EOF {
			break
		}
		if bad, ok := errors.AsType[*table.RowError](err); ok {
			f.note(bad.Line, "%s", bad.Text)
			continue
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", f.name, err)
		}
		f.rows = append(f.rows, table.Row{Line: row.Line, Cells: slices.Clone(row.Cells)})
	}
	if shape := in.Shape(); shape.EncodingBy == table.Guessed {
		f.note(0, "%s", shape.Warnings[0].Text)
	}
	for _, line := range in.Shape().Totals.First {
		f.note(line, "the row is a total of others and no account: take it out")
	}
	f.dates, _ = notation.NewTimes("", nil) // fails for a layout only
	f.dates.Evidence = func() (notation.TimeVerdict, error) {
		var c notation.Column
		f.each("date", c.Add)
		f.each("since", c.Add)
		return c.Verdict(), nil
	}
	f.values = number.New(number.Undecided)
	f.values.Evidence = func() (number.Verdict, error) {
		var c number.Column
		f.each("value", c.Add)
		return c.Verdict(), nil
	}
	return nil
}

// each hands over the cells of a column.
func (f *lossFile) each(column string, add func(cell string)) {
	if at := slices.Index(f.columns, column); at >= 0 {
		for _, row := range f.rows {
			add(row.Cells[at])
		}
	}
}

// header reads the names of the columns.
func (f *lossFile) header(line int, names []string) {
	columns := make([]string, len(names))
	for i, name := range names {
		c := lossColumn(name)
		if !slices.Contains(lossColumns, c) {
			f.note(line, "unknown column %q%s; the columns are %s", c, fault.DidYouMean(c, lossColumns), strings.Join(lossColumns, ", "))
		} else if slices.Contains(columns[:i], c) {
			f.note(line, "column %q is given twice", c)
		}
		columns[i] = c
	}
	for _, needed := range lossColumns[:2] {
		if !slices.Contains(columns, needed) {
			f.note(line, "there is no column %q", needed)
		}
	}
	if len(f.faults) == 0 {
		f.columns = columns
	}
}

// row reads one line.
func (f *lossFile) row(line int, row []string) {
	var l Loss
	var err error
	label, since := signals.ActedLost, signals.Day(0)
	for i, column := range f.columns {
		field := strings.TrimSpace(row[i])
		switch column {
		case "account":
			if l.Account = identity.CleanString(field); l.Account == "" {
				f.note(line, "account is empty")
			}
		case "date":
			if l.Day, err = readDay(f.dates, field); err != nil {
				f.note(line, "date %q is not like 2026-05-01", field)
			}
		case "value":
			if field == "" {
				continue
			}
			l.Value, err = f.values.Read(field)
			if err != nil || l.Value < 0 || math.IsInf(l.Value, 0) || math.IsNaN(l.Value) {
				f.note(line, "value %q is no amount", field)
			}
		case "label":
			if label = signals.Label(field); !slices.Contains(signals.Labels, label) {
				f.note(line, "label %q is none of %v", field, signals.Labels)
			}
		case "since":
			if since, err = readDay(f.dates, field); err != nil {
				f.note(line, "since %q is not like 2026-05-01", field)
			}
		}
	}
	switch label {
	case signals.ActedLost:
		f.losses = append(f.losses, l)
	case signals.ActedSaved:
		if !slices.Contains(f.columns, "since") {
			since = l.Day - savedDays
		}
		if since > l.Day {
			f.note(line, "since %s is after date %s", since, l.Day)
		}
		f.saved = append(f.saved, Saved{l.Account, since, l.Day})
	}
}

// ByAccount splits a list of losses by account.
func ByAccount(list []Loss) map[string][]Loss {
	by := map[string][]Loss{}
	for _, l := range list {
		by[l.Account] = append(by[l.Account], l)
	}
	return by
}

// Losses are the accounts that have left, and the day on which that became known.
type Losses map[string]signals.Day

// LossesOf indexes a list by account. The first loss of an account counts.
func LossesOf(list []Loss) Losses {
	losses := Losses{}
	for _, l := range list {
		if day, ok := losses[l.Account]; !ok || l.Day < day {
			losses[l.Account] = l.Day
		}
	}
	return losses
}

package backtest

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"firstsign/internal/fault"
	"firstsign/internal/identity"
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

// ParseLoss reads a loss from a command line: acme:2026-05-01. The account may
// contain colons.
func ParseLoss(s string) (Loss, error) {
	at := strings.LastIndexByte(s, ':')
	if at <= 0 {
		return Loss{}, fmt.Errorf("%q: want account:date, such as acme:2026-05-01", s)
	}
	day, err := signals.ParseDay(s[at+1:])
	if err != nil {
		return Loss{}, fmt.Errorf("%q: %q is no date like 2026-05-01", s, s[at+1:])
	}
	return Loss{Account: identity.CleanString(s[:at]), Day: day}, nil
}

// OpenLosses reads a file with ReadLosses.
func OpenLosses(path string) ([]Loss, []Saved, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return ReadLosses(f, path)
}

// lossColumns are the columns of a file of losses. The first two are required. The
// last four are written by "firstsign alerts labels"; of its lines only those
// labelled lost or saved count.
var lossColumns = []string{"account", "date", "value", "label", "since", "alert", "by"}

// chineseColumns are the same columns as a Chinese sheet names them.
var chineseColumns = map[string]string{"客户": "account", "客户编号": "account", "日期": "date", "流失日期": "date", "金额": "value", "价值": "value"}

// ReadLosses reads CSV whose first line names the columns: account, date
// (2026-05-01) and optionally value; or the labels of alerts. Losses are returned
// by account and date. Mistakes in the file called name are returned as a
// fault.List.
func ReadLosses(r io.Reader, name string) ([]Loss, []Saved, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	in.TrimLeadingSpace = true
	file := lossFile{name: name, in: in}
	file.header()
	for file.columns != nil && file.row() {
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
	in      *csv.Reader
	columns []string
	losses  []Loss
	saved   []Saved
	faults  fault.List
}

func (f *lossFile) note(line int, format string, args ...any) {
	f.faults = append(f.faults, fault.Fault{File: f.name, Line: line, Text: fmt.Sprintf(format, args...)})
}

// header reads the names of the columns.
func (f *lossFile) header() {
	row, err := f.in.Read()
	if err != nil {
		f.note(1, "the first line names the columns: account,date and, where it is known, value")
		return
	}
	for i, c := range row {
		c = strings.ToLower(strings.TrimSpace(c))
		c = cmp.Or(chineseColumns[c], c)
		if !slices.Contains(lossColumns, c) {
			f.note(1, "unknown column %q%s; the columns are %s", c, fault.DidYouMean(c, lossColumns), strings.Join(lossColumns, ", "))
		}
		row[i] = c
	}
	for _, needed := range lossColumns[:2] {
		if !slices.Contains(row, needed) {
			f.note(1, "there is no column %q", needed)
		}
	}
	if len(f.faults) == 0 {
		f.columns = row
	}
}

// row reads one line. It returns false at the end.
func (f *lossFile) row() bool {
	row, err := f.in.Read()
	if err == io.EOF {
		return false
	}
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		f.note(bad.StartLine, "%v", bad.Err)
		return true
	}
	if err != nil {
		f.note(0, "%v", err)
		return false
	}
	line, _ := f.in.FieldPos(0)
	var l Loss
	label, since := signals.ActedLost, signals.Day(0)
	for i, column := range f.columns {
		field := strings.TrimSpace(row[i])
		switch column {
		case "account":
			if l.Account = identity.CleanString(field); l.Account == "" {
				f.note(line, "account is empty")
			}
		case "date":
			if l.Day, err = signals.ParseDay(field); err != nil {
				f.note(line, "date %q is not like 2026-05-01", field)
			}
		case "value":
			if field == "" {
				continue
			}
			l.Value, err = strconv.ParseFloat(field, 64)
			if err != nil || l.Value < 0 || math.IsInf(l.Value, 0) || math.IsNaN(l.Value) {
				f.note(line, "value %q is no amount", field)
			}
		case "label":
			if label = signals.Label(field); !slices.Contains(signals.Labels, label) {
				f.note(line, "label %q is none of %v", field, signals.Labels)
			}
		case "since":
			if since, err = signals.ParseDay(field); err != nil {
				f.note(line, "since %q is not like 2026-05-01", field)
			}
		}
	}
	switch label {
	case signals.ActedLost:
		f.losses = append(f.losses, l)
	case signals.ActedSaved:
		if !slices.Contains(f.columns, "since") {
			since = l.Day - NeutralDays
		}
		if since > l.Day {
			f.note(line, "since %s is after date %s", since, l.Day)
		}
		f.saved = append(f.saved, Saved{l.Account, since, l.Day})
	}
	return true
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

// NeutralDays is how many days before a loss an alert is neither false nor
// expected.
const NeutralDays = 90

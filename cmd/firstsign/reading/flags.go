package reading

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/survey"
	"firstsign/cmd/firstsign/console"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/internal/plural"
	"firstsign/internal/table"
	"firstsign/signals"
	"firstsign/signals/history"
)

// Flags say how a history file is read.
type Flags struct {
	Columns      []string `sep:"none" placeholder:"FIELD=COLUMN" help:"CSV: which column holds which field, as in time=Date,account=Customer,signal:=order. value.spend=Amount makes every row a spend as well. time=Date+Time joins two columns. #3 is the third column. Put a name that holds a comma in quotation marks (default: the columns have the names of the fields)."`
	TimeLayout   string   `placeholder:"LAYOUT" help:"CSV: how times are written. Layouts of spreadsheets, Java and .NET (dd.MM.yyyy HH:mm, M/d/yyyy h:mm a), Go (1/2/2006 3:04 PM) and strftime (%d/%m/%Y %H:%M) work, and unix, unixms, unixus, unixns, excel and excel1904 (default: any layout that can be read in one way only)."`
	TimeZone     string   `placeholder:"ZONE" help:"CSV: time zone of times without an offset, such as Asia/Shanghai (default: with --config that of calendar.yaml, else UTC)."`
	Delimiter    string   `placeholder:"CHAR" help:"CSV: the character between columns (default: comma, semicolon, tab or |, as the first rows show)."`
	Encoding     string   `placeholder:"NAME" help:"Encoding of the file, such as gb18030, big5 or windows-1252 (default: detected)."`
	Sheet        string   `placeholder:"NAME" help:"Excel: the sheet to read (default: the first that is not empty)."`
	HeaderLine   int      `placeholder:"LINE" help:"CSV and Excel: the line that names the columns (default: the first line with the wanted columns)."`
	Decimal      string   `enum:",point,comma" default:"" placeholder:"point|comma" help:"CSV: the decimal mark of numbers, point (1,234.5) or comma (1.234,5) (default: detected for each column)."`
	DecimalComma bool     `help:"CSV: short for --decimal comma."`
	SkipBad      bool     `help:"Leave out lines that cannot be read as an interaction. Without this flag such a line stops the command."`
	Now          string   `placeholder:"TIME" help:"The present time. Rows more than a day after it are left out (default: the clock)."`

	// Dir is the configuration directory whose calendar says the time zone. It may be empty.
	Dir string `kong:"-"`
	// Names says which ids are one account.
	Names history.Names `kong:"-"`
	// EveryRow also takes rows that look planned; see history.Reading.FindEnd.
	EveryRow bool `kong:"-"`

	said map[string]bool // sentences about the file that were already shown
}

// Layout is how the flags say that a history file is read.
func (f *Flags) Layout() (l history.Layout, err error) {
	l = history.Layout{Time: f.TimeLayout, Encoding: f.Encoding, Sheet: f.Sheet, HeaderLine: f.HeaderLine, Tell: f.tell, Evidence: new(history.Evidence)}
	switch {
	case f.DecimalComma && f.Decimal == number.Point.String():
		return l, errors.New("--decimal point and --decimal-comma contradict each other")
	case f.DecimalComma || f.Decimal == number.Comma.String():
		l.Decimal = number.Comma
	case f.Decimal == number.Point.String():
		l.Decimal = number.Point
	}
	if len(f.Columns) > 0 {
		if l.Columns, err = history.ParseColumns(f.Columns...); err != nil {
			return l, err
		}
	}
	l.IsRating = f.ratings(l.Columns)
	if f.TimeZone != "" {
		if l.Location, err = notation.Zone(f.TimeZone); err != nil {
			return l, fmt.Errorf("--time-zone: %w", err)
		}
	} else if f.Dir != "" {
		l.Location, l.ZoneAssumed = config.Zone(f.Dir), true
	}
	switch n := utf8.RuneCountInString(f.Delimiter); {
	case f.Delimiter == "\\t":
		l.Delimiter = '\t'
	case n == 1:
		l.Delimiter, _ = utf8.DecodeRuneInString(f.Delimiter)
	case n > 1:
		return l, fmt.Errorf("--delimiter: one character, not %q", f.Delimiter)
	}
	return l, nil
}

// ratings returns a function that reports whether the values of a signal are ratings, by
// the configuration or the built-in signals. It is nil when no row can hold several
// signals.
func (f *Flags) ratings(columns history.Columns) func(signal string) (rating, known bool) {
	if !slices.ContainsFunc(columns, func(c history.Column) bool { return strings.HasPrefix(c.Field, "value.") }) && columns != nil {
		return nil
	}
	list := config.Default().Detector.Signals
	if f.Dir != "" {
		if c, err := config.Load(f.Dir); err == nil { // its mistakes are reported when it is used
			list = c.Detector.Signals
		}
	}
	return func(signal string) (rating, known bool) {
		i := slices.IndexFunc(list, func(s detector.Signal) bool { return s.Name == signal })
		return i >= 0 && list[i].Kind == detector.Score, i >= 0
	}
}

// tell shows a sentence about how the file is read, once.
func (f *Flags) tell(sentence string) {
	if f.said == nil {
		f.said = make(map[string]bool)
	}
	if !f.said[sentence] {
		f.said[sentence] = true
		fmt.Fprintln(console.Err, sentence)
	}
}

// present is the present time: nothing in a history can have happened after it.
func (f *Flags) present() (int64, error) {
	if f.Now == "" {
		return time.Now().UnixNano(), nil
	}
	at, wrong := signals.ParseTime([]byte(f.Now))
	if wrong != "" {
		return 0, fmt.Errorf("--now: want a time like 2026-03-02T09:00:00Z: %s", wrong)
	}
	return at, nil
}

// SurveyFile reads a history file once.
func (f *Flags) SurveyFile(path string) (*history.Reading, error) {
	l, err := f.Layout()
	if err != nil {
		return nil, err
	}
	return f.surveyOf(path, func() (*history.File, error) { return history.Open(path, l) })
}

// surveyOf reads a history to its end and reports what it holds and which lines are bad.
// A bad line is an error unless bad lines are skipped. Rows that cannot have happened are
// left out and reported.
func (f *Flags) surveyOf(path string, open func() (*history.File, error)) (*history.Reading, error) {
	now, err := f.present()
	if err != nil {
		return nil, err
	}
	s := history.NewReading(open, now)
	s.Names, s.FindEnd = f.Names, f.Now == "" && !f.EveryRow
	if err := s.Survey(func(h history.Source) (at, end func()) { return console.Reading(h, "reading "+path) }); err != nil {
		return nil, err
	}
	for _, p := range s.Problems {
		fmt.Fprintln(console.Err, p)
	}
	if more := s.Bad - int64(len(s.Problems)); more > 0 {
		fmt.Fprintf(console.Err, "... and %d more lines\n", more)
	}
	if s.Bad > 0 && !f.SkipBad || s.Lines == 0 {
		tellLeftOut(s.Summary)
	}
	switch {
	case s.Bad > 0 && !f.SkipBad:
		return nil, fmt.Errorf("%s: %d of %d lines are no interaction; nothing was done (--skip-bad leaves them out)", path, s.Bad, s.Bad+s.Rows)
	case s.Lines == 0 && s.LeftRows() > 0:
		return nil, fmt.Errorf("%s holds no interaction that can have happened: all %d rows were left out", path, s.LeftRows())
	case s.Lines == 0:
		return nil, fmt.Errorf("%s holds no interaction", path)
	}
	return s, nil
}

// UsePresentIDs replaces the former ids of accounts by their present ids.
func (f *Flags) UsePresentIDs(losses []backtest.Loss) {
	for i := range losses {
		if f.Names.Current == nil {
			return
		}
		if now := f.Names.Current([]byte(losses[i].Account)); now != nil {
			losses[i].Account = string(now)
		}
	}
}

// tellLeftOut reports the rows that were left out of a history that is refused.
func tellLeftOut(s *history.Summary) {
	for _, l := range s.Left {
		fmt.Fprintf(console.Err, "%s left out: %s\n", plural.Count(l.Rows, "row"), l.Reason)
		for _, first := range l.First {
			fmt.Fprintln(console.Err, " ", first)
		}
	}
}

// WhatWasRead sorts a surveyed history by time and writes to standard error what it
// holds. Call it before the history is judged.
func (f *Flags) WhatWasRead(path string, r *history.Reading, cfg *config.Config) (*survey.Report, error) {
	sorted, err := r.Order(cfg.Detector.Lateness)
	if err != nil {
		return nil, err
	}
	report := survey.New(path, r.Summary, cfg.Detector.Signals)
	report.Sorted, report.Shape, report.Zone = sorted, r.Shape, f.Zone(r.Shape)
	if err := report.WriteText(console.Err, cfg.Routing.Language); err != nil {
		return nil, err
	}
	return report, f.understood(path, r.Summary, cfg.Detector.Signals)
}

// Zone is the time zone of times without an offset, and where it comes from.
func (f *Flags) Zone(shape *table.Shape) survey.Zone {
	switch {
	case shape != nil && strings.HasPrefix(shape.Format, "JSON"):
		return survey.Zone{Name: "UTC", Why: survey.ZoneWritten}
	case f.TimeZone != "":
		if zone, err := notation.Zone(f.TimeZone); err == nil { // the file was read in it
			return survey.Zone{Name: zone.String(), Why: survey.ZoneAsked}
		}
	case f.Dir != "":
		if zone := config.Zone(f.Dir); zone != nil {
			return survey.Zone{Name: zone.String(), Why: survey.ZoneCalendar}
		}
	}
	return survey.Zone{Name: "UTC", Why: survey.ZoneDefault}
}

// wordsTold is how many unknown words are shown.
const wordsTold = 10

// understood reports what the direction words of a history were taken for. An unknown
// word is an error unless bad lines are skipped.
func (f *Flags) understood(path string, s *history.Summary, list []detector.Signal) error {
	u := backtest.Understand(s, list)
	for i, w := range u.Unknown {
		if i == wordsTold {
			fmt.Fprintf(console.Err, "... and %d more words\n", len(u.Unknown)-i)
			break
		}
		fmt.Fprintf(console.Err, "%s:%d: %s of %s: %s\n", path, w.First, plural.Count(w.Lines, "line"), w.Signal, w.Why)
	}
	for _, d := range u.Directed {
		all := d.Theirs + d.Ours + d.Internal + d.Without + d.Unknown
		if d.Internal > 0 {
			fmt.Fprintf(console.Err, "%s: %d of %s of %s are internal: they count for nobody\n", path, d.Internal, plural.Count(all, "line"), d.Signal)
		}
	}
	if u.Lines == 0 || f.SkipBad {
		return nil
	}
	return fmt.Errorf("%s: of %s, %d with a word that is not understood; nothing was done (signals.yaml can say what it means: directions; --skip-bad leaves such lines out)",
		path, plural.Count(s.Lines, "line"), u.Lines)
}

// LanguageFlag says in which language a report is.
type LanguageFlag struct {
	Language string `enum:",en,zh" default:"" placeholder:"en|zh" help:"Language of the page (default: as routing.yaml says, else English)."`
}

// Choose puts the language of the flag, when one is given, into a configuration.
func (f *LanguageFlag) Choose(cfg *config.Config) {
	if f.Language != "" {
		cfg.Routing.Language = message.Language(f.Language)
	}
}

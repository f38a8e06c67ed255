package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"firstsign/backtest"
	"firstsign/backtest/survey"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/notation"
	"firstsign/internal/notation/number"
	"firstsign/internal/plural"
	"firstsign/internal/table"
	"firstsign/signals"
	"firstsign/signals/history"
)

// historyFlags say how a history file is read.
type historyFlags struct {
	Columns      []string `sep:"none" placeholder:"FIELD=COLUMN" help:"CSV: which column holds which field (time=Date,account=Customer,signal:=order); value.spend=Amount makes every row a spend as well; a time may be in two columns (time=Date+Time); #3 is the third column; a name with a comma stands in quotation marks; without it, columns are named like the fields."`
	TimeLayout   string   `placeholder:"LAYOUT" help:"CSV: how times are written: dd.MM.yyyy HH:mm or M/d/yyyy h:mm a (as in spreadsheets, Java, .NET), 1/2/2006 3:04 PM (Go), %d/%m/%Y %H:%M (strftime), unix, unixms, unixus, unixns or excel (default: every form that means one thing only)."`
	TimeZone     string   `placeholder:"ZONE" help:"CSV: time zone of times without an offset, such as Asia/Shanghai (default: that of calendar.yaml with --config, else UTC)."`
	Delimiter    string   `placeholder:"CHAR" help:"CSV: what stands between columns (default: comma, semicolon, tab or |, by the first rows)."`
	Encoding     string   `placeholder:"NAME" help:"Encoding of the file, such as gb18030, big5 or windows-1252 (default: found by its bytes)."`
	Sheet        string   `placeholder:"NAME" help:"Excel: the sheet to read (default: the first that is not empty)."`
	HeaderLine   int      `placeholder:"LINE" help:"CSV and Excel: the line that names the columns (default: the first that has the columns asked for)."`
	Decimal      string   `enum:",point,comma" default:"" placeholder:"point|comma" help:"CSV: the mark before the fraction of a number, point (1,234.5) or comma (1.234,5) (default: as the column tells)."`
	DecimalComma bool     `help:"CSV: the same as --decimal comma."`
	SkipBad      bool     `help:"Leave out lines that are no interaction, instead of doing nothing."`
	Now          string   `placeholder:"TIME" help:"The present: what is more than a day after it is left out (default: the clock)."`

	config string          // the directory whose calendar says the zone; may be empty
	said   map[string]bool // what was told of how the file is read
	names  history.Names   // who the ids are
	// everyRow: also those that look planned are asked for; see history.Reading.FindEnd.
	everyRow bool
}

func (f *historyFlags) layout() (l history.Layout, err error) {
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
	} else if f.config != "" {
		l.Location, l.ZoneAssumed = config.Zone(f.config), true
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

// ratings tells of signals whether their values are ratings, as the configuration
// says or the built-in signals are. Only rows with several signals ask.
func (f *historyFlags) ratings(columns history.Columns) func(signal string) (rating, known bool) {
	if !slices.ContainsFunc(columns, func(c history.Column) bool { return strings.HasPrefix(c.Field, "value.") }) && columns != nil {
		return nil
	}
	list := config.Default().Detector.Signals
	if f.config != "" {
		if c, err := config.Load(f.config); err == nil { // what is wrong with it is said when it is used
			list = c.Detector.Signals
		}
	}
	return func(signal string) (rating, known bool) {
		i := slices.IndexFunc(list, func(s detector.Signal) bool { return s.Name == signal })
		return i >= 0 && list[i].Kind == detector.Score, i >= 0
	}
}

// tell says once how a file is read.
func (f *historyFlags) tell(sentence string) {
	if f.said == nil {
		f.said = make(map[string]bool)
	}
	if !f.said[sentence] {
		f.said[sentence] = true
		fmt.Fprintln(console.Err, sentence)
	}
}

// present is the time after which nothing of a history can have happened.
func (f *historyFlags) present() (int64, error) {
	if f.Now == "" {
		return time.Now().UnixNano(), nil
	}
	at, wrong := signals.ParseTime([]byte(f.Now))
	if wrong != "" {
		return 0, fmt.Errorf("--now: want a time like 2026-03-02T09:00:00Z: %s", wrong)
	}
	return at, nil
}

// surveyFile reads a history file once.
func (f *historyFlags) surveyFile(path string) (*history.Reading, error) {
	l, err := f.layout()
	if err != nil {
		return nil, err
	}
	return f.surveyOf(path, func() (*history.File, error) { return history.Open(path, l) })
}

// surveyOf reads a history to its end: what is in it, and what is wrong with it.
// Nothing is done with a history that has bad lines, unless they are to be
// skipped. Rows that cannot have happened are left out and told.
func (f *historyFlags) surveyOf(path string, open func() (*history.File, error)) (*history.Reading, error) {
	now, err := f.present()
	if err != nil {
		return nil, err
	}
	s := history.NewReading(open, now)
	s.Names, s.FindEnd = f.names, f.Now == "" && !f.everyRow
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

// namesIn a configuration, or in a file of accounts that takes the place of its own:
// who the ids of a history are. Of neither, the ids speak for themselves.
func namesIn(ctx context.Context, dir, accountsFile string) (history.Names, error) {
	cfg, err := configIn(ctx, dir, accountsFile, config.Default)
	if err != nil {
		return history.Names{}, err
	}
	return namesOf(cfg), nil
}

// namesOf a configuration.
func namesOf(cfg *config.Config) history.Names {
	return history.Names{
		Current: cfg.Aliases().Of,
		Listed:  func(id []byte) bool { return cfg.Accounts.GetBytes(id) != nil },
	}
}

// current puts accounts in the place of their former ids.
func (f *historyFlags) current(losses []backtest.Loss) {
	for i := range losses {
		if f.names.Current == nil {
			return
		}
		if now := f.names.Current([]byte(losses[i].Account)); now != nil {
			losses[i].Account = string(now)
		}
	}
}

// tellLeftOut says of a history that is refused which rows do not count either.
func tellLeftOut(s *history.Summary) {
	for _, l := range s.Left {
		fmt.Fprintf(console.Err, "%s left out: %s\n", plural.Count(l.Rows, "row"), l.Reason)
		for _, first := range l.First {
			fmt.Fprintln(console.Err, " ", first)
		}
	}
}

// whatWasRead puts a surveyed history in order of time and tells on standard error
// what it holds, before anything is judged by it.
func (f *historyFlags) whatWasRead(path string, r *history.Reading, cfg *config.Config) (*survey.Report, error) {
	sorted, err := r.Order(cfg.Detector.Lateness)
	if err != nil {
		return nil, err
	}
	report := survey.New(path, r.Summary, cfg.Detector.Signals)
	report.Sorted, report.Shape, report.Zone = sorted, r.Shape, f.zone(r.Shape)
	if err := report.WriteText(console.Err, cfg.Routing.Language); err != nil {
		return nil, err
	}
	return report, f.understood(path, r.Summary, cfg.Detector.Signals)
}

// zone of times without an offset, and why.
func (f *historyFlags) zone(shape *table.Shape) survey.Zone {
	switch {
	case shape != nil && strings.HasPrefix(shape.Format, "JSON"):
		return survey.Zone{Name: "UTC", Why: survey.ZoneWritten}
	case f.TimeZone != "":
		if zone, err := notation.Zone(f.TimeZone); err == nil { // the file was read in it
			return survey.Zone{Name: zone.String(), Why: survey.ZoneAsked}
		}
	case f.config != "":
		if zone := config.Zone(f.config); zone != nil {
			return survey.Zone{Name: zone.String(), Why: survey.ZoneCalendar}
		}
	}
	return survey.Zone{Name: "UTC", Why: survey.ZoneDefault}
}

// goodLines passes over the lines that are no interaction; survey has named
// them.
type goodLines struct{ history.Stream }

// Next implements history.Stream.
func (g goodLines) Next() (*history.Line, error) {
	for {
		line, err := g.Stream.Next()
		var bad *history.LineError
		if !errors.As(err, &bad) {
			return line, err
		}
	}
}

// configIn a directory; of none, what otherwise gives. The accounts of a file take
// the place of its own.
func configIn(ctx context.Context, dir, accountsFile string, otherwise func() *config.Config) (c *config.Config, err error) {
	switch {
	case dir == "":
		c = otherwise()
	case accountsFile != "":
		c, err = config.Load(dir)
	default:
		c, err = app.LoadConfig(ctx, dir)
	}
	if err != nil {
		return nil, err
	}
	if accountsFile != "" {
		d, err := config.OpenAccounts(accountsFile)
		if err != nil {
			return nil, err
		}
		c.UseAccounts(d)
	}
	return c, nil
}

// configFor a history: the directory's, or one made for the signals it holds.
func configFor(ctx context.Context, dir, accountsFile string, s *history.Reading) (*config.Config, error) {
	c, err := configIn(ctx, dir, accountsFile, func() *config.Config {
		made, assumed := config.FromHistory(s.Signals())
		sayAssumed(assumed)
		return made
	})
	if err != nil {
		return nil, err
	}
	warnCalendar(c, s)
	return c, nil
}

// warnCalendar says which years of a history have no holidays.
func warnCalendar(c *config.Config, s *history.Reading) {
	if text := c.Calendar.Missing(s.First, s.Last); text != "" {
		fmt.Fprintln(console.Err, text)
	}
}

// sayAssumed names the signals that nobody has described, with the line of
// signals.yaml that would say otherwise.
func sayAssumed(assumed []detector.Signal) {
	if len(assumed) == 0 {
		return
	}
	fmt.Fprintln(console.Err, "no --config: taken by their values as what the customer does; if that is wrong, say it in signals.yaml:")
	for _, s := range assumed {
		fmt.Fprintf(console.Err, "  - {name: %q, kind: %s}\n", s.Name, s.Kind)
	}
}

// eventsFlags say which history a command is about: a file, or what the topic
// holds.
type eventsFlags struct {
	historyFlags
	Events    string `required:"" xor:"events" type:"existingfile" placeholder:"FILE" help:"The history: JSON lines or CSV, plain or gzip."`
	FromTopic bool   `required:"" xor:"events" help:"The history is what the topic of service.yaml holds, up to the last day that is over."`

	past    *topic.Past      // nil: a file
	reading *history.Reading // after survey
}

// optionalEvents are eventsFlags for a command that can do without a history.
type optionalEvents struct {
	historyFlags
	Events    string `xor:"events" type:"existingfile" placeholder:"FILE" help:"A history, for neglected accounts, those that hang on one person, and people with a say whom nobody meets."`
	FromTopic bool   `xor:"events" help:"The history is what the topic of service.yaml holds, up to the last day that is over."`

	past    *topic.Past
	reading *history.Reading
}

// flags of a history, nil when none is given.
func (o *optionalEvents) flags() *eventsFlags {
	if o.Events == "" && !o.FromTopic {
		return nil
	}
	return (*eventsFlags)(o)
}

// gather reads the topic, when it is the history, into a temporary file, and who the
// ids are. Nothing else is done before, and end is called when all is done.
func (f *eventsFlags) gather(ctx context.Context, dir, accountsFile string) (end func(), err error) {
	if f.names, err = namesIn(ctx, dir, accountsFile); err != nil {
		return nil, err
	}
	f.config = dir
	closeReading := func() { _ = f.reading.Close() } // temporary files; the system removes what stays
	if !f.FromTopic {
		return closeReading, nil
	}
	if dir == "" {
		return nil, errors.New("--from-topic needs --config: service.yaml says where the topic is")
	}
	cfg, err := config.Load(dir)
	if err != nil {
		return nil, err
	}
	if f.past, err = topic.ReadPast(ctx, cfg); err != nil {
		return nil, err
	}
	f.Events = filepath.Join(f.past.Dir, "history.jsonl.gz")
	err = f.past.Write(ctx, f.Events, func(s history.Stream) history.Stream { return s })
	if err != nil {
		f.past.Close()
		return nil, err
	}
	return func() { closeReading(); f.past.Close() }, nil
}

// name of the history to people.
func (f *eventsFlags) name() string {
	if f.past != nil {
		return f.past.Name
	}
	return f.Events
}

// survey reads the history once. The end that gather returned closes it.
func (f *eventsFlags) survey() (r *history.Reading, err error) {
	if f.past != nil {
		r, err = f.surveyOf(f.name(), func() (*history.File, error) { return history.OpenAs(f.past.Name, f.Events, history.Layout{}) })
	} else {
		r, err = f.surveyFile(f.Events)
	}
	f.reading = r
	return r, err
}

// judge replays the history; see judge.
func (f *eventsFlags) judge(ctx context.Context, r *backtest.Replay, diary *backtest.ContactLog, before ...history.Stream) (*backtest.Outcome, error) {
	h, err := f.reading.Open()
	if err != nil {
		return nil, err
	}
	return judge(ctx, h, r, diary, before...)
}

// partitions of a backtest: as asked for, else those of the topic, else as the
// service has them.
func (f *eventsFlags) partitions(asked int, cfg *config.Config) int {
	if asked == 0 && f.past != nil {
		return f.past.Partitions
	}
	return partitionsOf(asked, cfg)
}

// wordsTold is how many unknown words are named.
const wordsTold = 10

// understood says what the words of a history for who acted were taken for.
// Nothing is done with a history that has words which nobody knows, unless bad
// lines are to be skipped: they do not count.
func (f *historyFlags) understood(path string, s *history.Summary, list []detector.Signal) error {
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

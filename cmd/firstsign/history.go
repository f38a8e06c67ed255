package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"firstsign/backtest"
	"firstsign/cmd/firstsign/app"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/signals/history"
)

// historyFlags say how a history file is read.
type historyFlags struct {
	Columns      []string `placeholder:"FIELD=COLUMN" help:"CSV: which column holds which field (time=Date,account=Customer,signal:=order); value.spend=Amount makes every row a spend as well; without it, columns are named like the fields."`
	TimeLayout   string   `placeholder:"LAYOUT" help:"CSV: how times are written, such as dd.MM.yyyy HH:mm, unix or unixms."`
	TimeZone     string   `placeholder:"ZONE" help:"CSV: time zone of times without an offset (default UTC)."`
	Delimiter    string   `placeholder:"CHAR" help:"CSV: what stands between columns (default: comma, semicolon or tab, by the first line)."`
	DecimalComma bool     `help:"CSV: numbers are written 1.234,5."`
	SkipBad      bool     `help:"Leave out lines that are no interaction, instead of doing nothing."`
}

func (f *historyFlags) layout() (l history.Layout, err error) {
	l = history.Layout{Time: f.TimeLayout, DecimalComma: f.DecimalComma}
	if len(f.Columns) > 0 {
		if l.Columns, err = history.ParseColumns(f.Columns...); err != nil {
			return l, err
		}
	}
	if f.TimeZone != "" {
		if l.Location, err = time.LoadLocation(f.TimeZone); err != nil {
			return l, err
		}
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

// surveyFile reads a history file once.
func (f *historyFlags) surveyFile(path string) (*history.Summary, error) {
	h, err := f.stream(path)
	if err != nil {
		return nil, err
	}
	return f.surveyOf(h, path)
}

// surveyOf reads a history to its end and closes it: what is in it, and what is
// wrong with it. Nothing is done with a history that has bad lines, unless they
// are to be skipped.
func (f *historyFlags) surveyOf(h *history.File, path string) (*history.Summary, error) {
	defer h.Close()
	at, end := console.Reading(h, "reading "+path)
	s, err := history.Summarize(h, at)
	end()
	if err != nil {
		return nil, err
	}
	for _, p := range s.Problems {
		fmt.Fprintln(os.Stderr, p)
	}
	if more := s.Bad - int64(len(s.Problems)); more > 0 {
		fmt.Fprintf(os.Stderr, "... and %d more lines\n", more)
	}
	switch {
	case s.Bad > 0 && !f.SkipBad:
		return nil, fmt.Errorf("%s: %d of %d lines are no interaction; nothing was done (--skip-bad leaves them out)", path, s.Bad, s.Bad+s.Rows)
	case s.Lines == 0:
		return nil, fmt.Errorf("%s holds no interaction", path)
	}
	return s, nil
}

// warnDisorder says when lines come so late after younger ones that their day
// is closed by then.
func warnDisorder(path string, s *history.Summary, lateness time.Duration) {
	if s.Disorder > lateness {
		fmt.Fprintf(os.Stderr, "%s:%d: this line is %s older than one before it, and days stay open for %s (lateness): such lines count as late, or not at all. Sort the file by time.\n",
			path, s.DisorderLine, inWords(s.Disorder), inWords(lateness))
	}
}

// inWords is a duration in days or, when it is short, in hours and minutes.
func inWords(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	}
	return d.Round(time.Minute).String()
}

// stream opens a history that was surveyed.
func (f *historyFlags) stream(path string) (*history.File, error) {
	l, err := f.layout()
	if err != nil {
		return nil, err
	}
	return history.Open(path, l)
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

// configFor a history: the directory's, or one made for the signals it holds.
func configFor(ctx context.Context, dir, accountsFile string, s *history.Summary) (*config.Config, error) {
	var c *config.Config
	if dir != "" {
		load := app.LoadConfig
		if accountsFile != "" {
			load = func(_ context.Context, dir string) (*config.Config, error) { return config.Load(dir) }
		}
		var err error
		if c, err = load(ctx, dir); err != nil {
			return nil, err
		}
	} else {
		var assumed []detector.Signal
		c, assumed = config.FromHistory(s.Signals())
		sayAssumed(assumed)
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

// sayAssumed names the signals that nobody has described, with the line of
// signals.yaml that would say otherwise.
func sayAssumed(assumed []detector.Signal) {
	if len(assumed) == 0 {
		return
	}
	fmt.Fprintln(os.Stderr, "no --config: taken by their values as what the customer does; if that is wrong, say it in signals.yaml:")
	for _, s := range assumed {
		fmt.Fprintf(os.Stderr, "  - {name: %q, kind: %s}\n", s.Name, s.Kind)
	}
}

// eventsFlags say which history a command is about: a file, or what the topic
// holds.
type eventsFlags struct {
	historyFlags
	Events    string `required:"" xor:"events" type:"existingfile" placeholder:"FILE" help:"The history: JSON lines or CSV, plain or gzip."`
	FromTopic bool   `required:"" xor:"events" help:"The history is what the topic of service.yaml holds, up to the last day that is over."`

	past *topic.Past // nil: a file
}

// optionalEvents are eventsFlags for a command that can do without a history.
type optionalEvents struct {
	historyFlags
	Events    string `xor:"events" type:"existingfile" placeholder:"FILE" help:"A history, for neglected accounts, those that hang on one person, and people with a say whom nobody meets."`
	FromTopic bool   `xor:"events" help:"The history is what the topic of service.yaml holds, up to the last day that is over."`

	past *topic.Past
}

// flags of a history, nil when none is given.
func (o *optionalEvents) flags() *eventsFlags {
	if o.Events == "" && !o.FromTopic {
		return nil
	}
	return (*eventsFlags)(o)
}

// gather reads the topic, when it is the history, into a temporary file.
// Nothing else is done before, and end is called when all is done.
func (f *eventsFlags) gather(ctx context.Context, dir string) (end func(), err error) {
	if !f.FromTopic {
		return func() {}, nil
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
	return f.past.Close, nil
}

// name of the history to people.
func (f *eventsFlags) name() string {
	if f.past != nil {
		return f.past.Name
	}
	return f.Events
}

// open the history.
func (f *eventsFlags) open() (*history.File, error) {
	if f.past != nil {
		return history.OpenAs(f.past.Name, f.Events, history.Layout{})
	}
	return f.stream(f.Events)
}

// survey reads the history once.
func (f *eventsFlags) survey() (*history.Summary, error) {
	h, err := f.open()
	if err != nil {
		return nil, err
	}
	return f.surveyOf(h, f.name())
}

// judge replays the history; see judge.
func (f *eventsFlags) judge(ctx context.Context, r *backtest.Replay, diary *backtest.ContactLog, before ...history.Stream) (*backtest.Outcome, error) {
	h, err := f.open()
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

package reading

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"firstsign/backtest"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/history"
)

// EventsFlags say which history a command reads: a file or the topic.
type EventsFlags struct {
	Flags
	Events    string `required:"" xor:"events" type:"existingfile" placeholder:"FILE" help:"The history: JSON lines, CSV or Excel, plain or compressed."`
	FromTopic bool   `required:"" xor:"events" help:"Read the history from the topic of service.yaml, up to the end of the last full day."`

	past    *topic.Past      // nil: a file
	reading *history.Reading // nil until Survey has read it
}

// OptionalEvents are EventsFlags for a command that can do without a history.
type OptionalEvents struct {
	Flags
	Events    string `xor:"events" type:"existingfile" placeholder:"FILE" help:"A history. It shows neglected accounts, accounts that depend on one person, and decision-makers whom nobody meets."`
	FromTopic bool   `xor:"events" help:"Read the history from the topic of service.yaml, up to the end of the last full day."`

	past    *topic.Past
	reading *history.Reading
}

// Given are the flags of the history; nil when none is given.
func (o *OptionalEvents) Given() *EventsFlags {
	if o.Events == "" && !o.FromTopic {
		return nil
	}
	return (*EventsFlags)(o)
}

// Survey is called first. It reads the names of the accounts and the whole history once; a
// topic is copied into a temporary file. Without an error, call end when the history is not
// needed any more.
func (f *EventsFlags) Survey(ctx context.Context, dir string, file AccountsFlags) (survey *history.Reading, end func(), err error) {
	end, err = f.gather(ctx, dir, file)
	if err != nil {
		return nil, nil, err
	}
	if survey, err = f.surveyOnce(); err != nil {
		end()
		return nil, nil, err
	}
	return survey, end, nil
}

// gather finds out where the history is. end removes the temporary files.
func (f *EventsFlags) gather(ctx context.Context, dir string, file AccountsFlags) (end func(), err error) {
	if f.Names, err = NamesIn(ctx, dir, file); err != nil {
		return nil, err
	}
	f.Dir = dir
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

// Name is what people call the history.
func (f *EventsFlags) Name() string {
	if f.past != nil {
		return f.past.Name
	}
	return f.Events
}

// surveyOnce reads the history once. The end that gather returned closes it.
func (f *EventsFlags) surveyOnce() (r *history.Reading, err error) {
	if f.past != nil {
		r, err = f.surveyOf(f.Name(), func() (*history.File, error) { return history.OpenAs(f.past.Name, f.Events, history.Layout{}) })
	} else {
		r, err = f.SurveyFile(f.Events)
	}
	f.reading = r
	return r, err
}

// Open opens the surveyed history once more.
func (f *EventsFlags) Open() (history.Source, error) { return f.reading.Open() }

// PartitionsOf a backtest: as asked for, else those of the topic that is read, else as
// service.yaml says, else one.
func (f *EventsFlags) PartitionsOf(asked int, cfg *config.Config) int {
	switch {
	case asked > 0:
		return asked
	case f.past != nil:
		return f.past.Partitions
	}
	return max(1, cfg.Service.Kafka.Partitions)
}

// Judge replays the surveyed history, with progress. contacts records who was in touch,
// unless it is nil. Where times are equal, lines of before come first.
func (f *EventsFlags) Judge(ctx context.Context, r *backtest.Replay, contacts *backtest.ContactLog, before ...history.Stream) (*backtest.Outcome, error) {
	events, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer events.Close()
	stream := GoodLines(events)
	if len(before) > 0 {
		stream = history.Merge(append(before, stream)...)
	}
	if contacts != nil {
		stream = contacts.Watch(stream)
	}
	var end func()
	r.Progress, end = console.Reading(events, "replaying")
	o, err := r.Run(ctx, stream)
	end()
	if err != nil {
		return nil, err
	}
	left := int64(0)
	for _, n := range o.Rejected {
		left += n
	}
	if o.Lines > 0 && left >= o.Lines {
		LeftOut(o)
		return nil, errors.New("nothing of the history counts: every record was left out")
	}
	return o, nil
}

// GoodLines leaves out the lines that are no interaction. A survey has named them.
func GoodLines(s history.Stream) history.Stream { return goodLines{s} }

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

// LeftOut says on standard error which records of a history do not count, and why.
func LeftOut(o *backtest.Outcome) {
	console.LeftOut(o.Rejected)
	for _, e := range o.Examples {
		if e.File != "" {
			fmt.Fprintf(console.Err, "  %s:%d: %s\n", e.File, e.Line, e.Reject)
		}
	}
	if o.Rejected[signals.UnknownAccount] > 0 {
		fmt.Fprintln(console.Err, "only the accounts of the directory count: add the others there, or name another file with --accounts")
	}
	if o.Rejected[signals.UnknownSignal] > 0 {
		fmt.Fprintln(console.Err, "only the signals of signals.yaml count: add the others there")
	}
}

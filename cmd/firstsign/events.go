package main

import (
	"context"
	"errors"
	"path/filepath"

	"firstsign/backtest"
	"firstsign/config"
	"firstsign/signals/history"
)

// eventsFlags say which history a command is about: a file, or what the topic
// holds.
type eventsFlags struct {
	historyFlags
	Events    string `required:"" xor:"events" type:"existingfile" placeholder:"FILE" help:"The history: JSON lines or CSV, plain or gzip."`
	FromTopic bool   `required:"" xor:"events" help:"The history is what the topic of service.yaml holds, up to the last day that is over."`

	past *topicPast // nil: a file
}

// optionalEvents are eventsFlags for a command that can do without a history.
type optionalEvents struct {
	historyFlags
	Events    string `xor:"events" type:"existingfile" placeholder:"FILE" help:"A history, for neglected accounts, those that hang on one person, and people with a say whom nobody meets."`
	FromTopic bool   `xor:"events" help:"The history is what the topic of service.yaml holds, up to the last day that is over."`

	past *topicPast
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
	if f.past, err = readTopic(ctx, cfg); err != nil {
		return nil, err
	}
	f.Events = filepath.Join(f.past.dir, "history.jsonl.gz")
	err = f.past.write(ctx, f.Events, func(s history.Stream) history.Stream { return s })
	if err != nil {
		f.past.close()
		return nil, err
	}
	return f.past.close, nil
}

// name of the history to people.
func (f *eventsFlags) name() string {
	if f.past != nil {
		return f.past.topic
	}
	return f.Events
}

// open the history.
func (f *eventsFlags) open() (*history.File, error) {
	if f.past != nil {
		return history.OpenAs(f.past.topic, f.Events, history.Layout{})
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
func (f *eventsFlags) judge(ctx context.Context, r *backtest.Replay, contacts *backtest.ContactLog, before ...history.Stream) (*backtest.Outcome, error) {
	h, err := f.open()
	if err != nil {
		return nil, err
	}
	return judge(ctx, h, r, contacts, before...)
}

// partitions of a backtest: as asked for, else those of the topic, else as the
// service has them.
func (f *eventsFlags) partitions(asked int, cfg *config.Config) int {
	if asked == 0 && f.past != nil {
		return f.past.Partitions
	}
	return partitionsOf(asked, cfg)
}

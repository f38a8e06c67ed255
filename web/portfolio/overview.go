package portfolio

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// Files are the account files in force.
type Files struct {
	Accounts *accounts.Directory // nil: no file lists them
	Grading  accounts.Grading
}

// Overview makes reports. Its methods may be called concurrently.
type Overview struct {
	files  func() *Files // nil until a configuration is in force
	states States
	log    *slog.Logger

	store    alerting.AlertStore
	alerts   chan *alerts // of size 1: who holds it may use it
	surveys  atomic.Pointer[[]survey]
	assessed atomic.Pointer[assessed]
}

// New returns an Overview. It knows nothing of states until Run has read them.
func New(files func() *Files, states States, store alerting.AlertStore, log *slog.Logger) *Overview {
	o := &Overview{files: files, states: states, log: log, store: store, alerts: make(chan *alerts, 1)}
	o.alerts <- follow(store)
	return o
}

// How often Run looks whether a day was closed; and how much longer than it read it rests
// at least. While a history is caught up days close all the time: reading then takes at most
// a twentieth of one core.
const (
	refreshEvery = 10 * time.Second
	rest         = 20
)

// Run keeps what is known of the states fresh, until ctx ends: after each day that a
// partition closes, it reads the partition's accounts once.
func (o *Overview) Run(ctx context.Context) error {
	for failed := false; ; {
		began, wait := time.Now(), refreshEvery
		err := o.Refresh(ctx)
		switch {
		case err == nil:
			wait = max(wait, rest*time.Since(began))
		case ctx.Err() == nil && !failed:
			o.log.Warn("the portfolio page shows older states of accounts", "error", err)
		}
		failed = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// Refresh does once what Run does again and again.
func (o *Overview) Refresh(ctx context.Context) error {
	var old []survey
	if at := o.surveys.Load(); at != nil {
		old = *at
	}
	now, again, err := surveyAgain(ctx, o.states, old)
	if err != nil {
		return err
	}
	o.surveys.Store(&now)
	// So that the first reader does not wait for all of them.
	if err := o.withAlerts(ctx, func(l *alerts) { again = again || !l.recalled }); err != nil || !again {
		return err
	}
	return o.recall(ctx, now)
}

// withAlerts hands over the alerts as they are now, until use returns.
func (o *Overview) withAlerts(ctx context.Context, use func(*alerts)) error {
	select {
	case l := <-o.alerts:
		defer func() { o.alerts <- l }()
		err := l.read(ctx)
		if err == nil {
			use(l)
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// assessed are the grades of all accounts by their money. They change with the files only.
type assessed struct {
	files *Files
	all   []accounts.Assessment // in the order of ids
	large float64
}

func (o *Overview) assess(files *Files) *assessed {
	if at := o.assessed.Load(); at != nil && at.files == files {
		return at
	}
	at := &assessed{files: files, all: files.Grading.Assess(files.Accounts), large: files.Grading.Large(files.Accounts)}
	o.assessed.Store(at)
	return at
}

// Reader is for whom and when a report is made.
type Reader struct {
	Now   time.Time
	Today signals.Day
	Kept  time.Duration // how long closed alerts are kept
	// Inspect returns what is known of several accounts now. Owing are the reasons of an
	// account that tell what we owe it and did not do.
	Inspect func(ctx context.Context, accounts []string) (map[string]*detector.Inspection, error)
	Owing   func(*detector.Inspection) []detector.Reason
}

// Report counts how the accounts stand now.
func (o *Overview) Report(ctx context.Context, f Filter, reader *Reader) (*Report, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // nobody waits for it
	}
	files := o.files()
	if files == nil {
		files = &Files{}
	}
	b := &builder{filter: f, reader: reader, files: files, assessed: o.assess(files)}
	if at := o.surveys.Load(); at != nil {
		b.surveys = *at
	}
	if err := o.withAlerts(ctx, b.take); err != nil {
		return nil, err
	}
	b.count()
	if err := b.detail(ctx); err != nil && ctx.Err() == nil {
		o.log.Error("what is known of accounts cannot be shown", "error", err)
	}
	return b.report, ctx.Err()
}

// Package expect answers: was told what should be told, to whom, and when?
//
// What the detector found goes through the book and the notifier of alerting,
// over channels that lead nowhere; an Expectation is held against what came of it.
package expect

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// Told is one thing that people were told: something was found that calls for
// attention.
type Told struct {
	detector.Finding
	Day      signals.Day // on which they heard of it
	Title    string      // the headline
	Severity alerting.Severity
	// Sent are the deliveries of it, and those that followed while nobody answered.
	Sent []Delivery
}

// Delivery is one message to one person on one channel.
type Delivery struct {
	alerting.Sent
	Day signals.Day
}

// keep is for how many days alerts stay in the book: longer than any case lasts.
const keep = 100 * 365

// Tell carries findings, in the order of time, to the people of a routing as the
// service would, up to a time. Nothing is sent, and nobody answers.
func Tell(ctx context.Context, routing alerting.Routing, directory *accounts.Directory, zone *signals.Zone, findings []detector.Finding, until time.Time) ([]Told, error) {
	routing.RetentionDays = keep
	desk := &alerting.Desk{
		Routing: routing, Accounts: directory, Location: zone.Location(),
		Channels: map[string]alerting.Channel{alerting.LogChannel: nowhere{}},
	}
	for name := range routing.Channels {
		desk.Channels[name] = nowhere{}
	}
	t := teller{desk: desk, book: alerting.NewMemory(), now: until}
	t.notifier = &alerting.Notifier{
		Book: t.book, Desk: func() *alerting.Desk { return desk }, Partitions: 1,
		Metrics: alerting.NewMetrics(prometheus.NewRegistry()), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return t.now },
	}
	if len(findings) > 0 {
		t.now = time.Unix(0, findings[0].Time)
	}
	var told []Told
	for i := range findings {
		f := &findings[i]
		if f.Time >= until.UnixNano() {
			break
		}
		if err := t.pass(ctx, time.Unix(0, f.Time)); err != nil {
			return nil, err
		}
		a, _, err := alerting.Enter(ctx, t.book, 0, f, desk, t.now)
		if err != nil {
			return nil, err
		}
		if groupOf(f.Kind) != "" {
			m := alerting.Render(routing.Language, a, f.Kind, directory.Get(f.Account))
			told = append(told, Told{Finding: *f, Day: zone.Day(f.Time), Title: m.Title, Severity: a.Severity})
		}
	}
	if err := t.pass(ctx, until); err != nil {
		return nil, err
	}
	for i := range told {
		if err := t.deliveries(ctx, &told[i]); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// teller lets time pass.
type teller struct {
	desk     *alerting.Desk
	book     *alerting.Memory
	notifier *alerting.Notifier
	now      time.Time
}

// step is how often it is looked for what time alone brings.
const step = 6 * time.Hour

// pass goes on to a time, and tells on the way what is due.
func (t *teller) pass(ctx context.Context, to time.Time) error {
	for {
		if err := t.notifier.Tell(ctx); err != nil {
			return fmt.Errorf("tell what is due at %s: %w", t.now, err)
		}
		if !t.now.Before(to) {
			return nil
		}
		if t.now = t.now.Add(step); t.now.After(to) {
			t.now = to
		}
	}
}

// deliveries of what was told are those of its alert from then on.
func (t *teller) deliveries(ctx context.Context, told *Told) error {
	a, err := t.book.Get(ctx, told.ID)
	if err != nil {
		return fmt.Errorf("look up alert %s: %w", told.ID, err)
	}
	for _, e := range a.History {
		if e.Time.UnixNano() < told.Time {
			continue
		}
		for _, s := range e.Sent {
			told.Sent = append(told.Sent, Delivery{s, t.desk.Day(s.At)})
		}
	}
	// Channels take messages at the same time, in any order.
	slices.SortStableFunc(told.Sent, func(a, b Delivery) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.To, b.To))
	})
	return nil
}

// nowhere is a channel to nobody.
type nowhere struct{}

// Send implements alerting.Channel.
func (nowhere) Send(context.Context, alerting.Message) error { return nil }

// Service implements alerting.Channel.
func (nowhere) Service() string { return alerting.LogChannel }

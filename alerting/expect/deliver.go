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
	"firstsign/alerting/delivery"
	"firstsign/detector"
	"firstsign/signals"
)

// Notification is a finding that calls for attention, and how people heard of it.
type Notification struct {
	detector.Finding
	Day      signals.Day // of the message
	Title    string      // the headline
	Severity alerting.Severity
	// Sent are its deliveries, escalations to the stand-in included.
	Sent []Delivery
}

// Delivery is one message to one person on one channel.
type Delivery struct {
	alerting.Sent
	Day signals.Day
}

// retentionDays is longer than any case lasts: no alert leaves the store.
const retentionDays = 100 * 365

// Deliver takes findings in the order of time and notifies people by a routing, as
// the service would, up to a time. Nothing is sent, and nobody answers.
func Deliver(ctx context.Context, routing alerting.Routing, directory *accounts.Directory, zone *signals.Zone, findings []detector.Finding, until time.Time) ([]Notification, error) {
	routing.RetentionDays = retentionDays
	snapshot := &alerting.RoutingSnapshot{
		Routing: routing, Accounts: directory, Location: zone.Location(),
		Channels: map[string]alerting.Channel{alerting.LogChannel: discard{}},
	}
	for name := range routing.Channels {
		snapshot.Channels[name] = discard{}
	}
	t := simulation{snapshot: snapshot, store: alerting.NewMemoryStore(), now: until}
	registry := prometheus.NewRegistry()
	t.notifier = &delivery.Notifier{
		Store: t.store, Snapshot: func() *alerting.RoutingSnapshot { return snapshot }, Partitions: 1,
		Metrics: delivery.NewMetrics(registry), Changes: alerting.NewMetrics(registry), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return t.now },
	}
	if len(findings) > 0 {
		t.now = time.Unix(0, findings[0].Time)
	}
	var told []Notification
	for i := range findings {
		f := &findings[i]
		if f.Time >= until.UnixNano() {
			break
		}
		if err := t.advanceTo(ctx, time.Unix(0, f.Time)); err != nil {
			return nil, err
		}
		a, _, err := alerting.StoreFinding(ctx, t.store, 0, f, snapshot, t.now)
		if err != nil {
			return nil, err
		}
		if groupOf(f.Kind) != "" {
			m := alerting.Render(routing.Language, a, f.Kind, directory.Get(f.Account))
			told = append(told, Notification{Finding: *f, Day: zone.Day(f.Time), Title: m.Title, Severity: a.Severity})
		}
	}
	if err := t.advanceTo(ctx, until); err != nil {
		return nil, err
	}
	for i := range told {
		if err := t.deliveries(ctx, &told[i]); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// simulation runs the notifier on a clock of its own.
type simulation struct {
	snapshot *alerting.RoutingSnapshot
	store    *alerting.MemoryStore
	notifier *delivery.Notifier
	now      time.Time
}

// step is how far the clock moves between two polls of the notifier.
const step = 6 * time.Hour

// advanceTo moves the clock to a time, and delivers what becomes due on the way.
func (t *simulation) advanceTo(ctx context.Context, to time.Time) error {
	for {
		if err := t.notifier.DeliverDue(ctx); err != nil {
			return fmt.Errorf("deliver what is due at %s: %w", t.now, err)
		}
		if !t.now.Before(to) {
			return nil
		}
		if t.now = t.now.Add(step); t.now.After(to) {
			t.now = to
		}
	}
}

// deliveries of a notification are those of its alert from then on.
func (t *simulation) deliveries(ctx context.Context, told *Notification) error {
	a, err := t.store.Get(ctx, told.ID)
	if err != nil {
		return fmt.Errorf("look up alert %s: %w", told.ID, err)
	}
	for _, e := range a.History {
		if e.Time.UnixNano() < told.Time {
			continue
		}
		for _, s := range e.Sent {
			told.Sent = append(told.Sent, Delivery{s, t.snapshot.Day(s.At)})
		}
	}
	// Channels deliver concurrently, in any order.
	slices.SortStableFunc(told.Sent, func(a, b Delivery) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.To, b.To))
	})
	return nil
}

// discard is a channel that sends nothing.
type discard struct{}

// Send implements alerting.Channel.
func (discard) Send(context.Context, alerting.Message) error { return nil }

// Service implements alerting.Channel.
func (discard) Service() string { return alerting.LogChannel }

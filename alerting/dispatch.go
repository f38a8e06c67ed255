package alerting

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// Outbox is where a partition's findings wait for delivery. worker.Store has it.
type Outbox interface {
	Outbox(ctx context.Context, partition, max int) ([]worker.OutboxEntry, error)
	Settle(ctx context.Context, partition int, ids []string, there func(context.Context) error) error
}

// Record is one line for the topic of alerts.
type Record struct {
	Key   string // the account, or the source of a feed
	Value []byte
}

// Publisher writes to the topic of alerts. Publish returns when all in-sync
// replicas have all records, in their order. After an error the outcome is unknown.
type Publisher interface {
	Publish(ctx context.Context, records []Record) error
}

// Dispatcher moves findings from outboxes into the AlertStore and the topic of
// alerts. It may be used concurrently for different partitions.
type Dispatcher struct {
	Outbox    Outbox
	Store     AlertStore
	Publisher Publisher               // nil: there is no topic
	Snapshot  func() *RoutingSnapshot // the one in force
	Metrics   *Metrics
	Log       *slog.Logger
	// Now is the clock of Run; nil means the wall clock. Simulations bring their own.
	Now func() time.Time
}

// errUnpublished means that findings are in the store, and their lines not in the
// topic.
var errUnpublished = errors.New("the topic of alerts takes nothing")

// publishPatience is for how long the topic may take its time before people are told
// of what waits behind.
const publishPatience = 10 * time.Second

// batchSize is how many findings share one write to the topic.
const batchSize = 200

// Dispatch empties a partition's outbox and returns how many entries there were.
// now decides whether a finding is too old for a message of its own. After an
// error call it again. Nothing is done twice, except that a line may come to the
// topic again.
func (d *Dispatcher) Dispatch(ctx context.Context, partition int, now time.Time) (int, error) {
	for done := 0; ; {
		entries, err := d.Outbox.Outbox(ctx, partition, batchSize)
		if err != nil {
			return done, fmt.Errorf("read outbox of partition %d: %w", partition, err)
		}
		if len(entries) == 0 {
			return done, nil
		}
		findings := d.read(entries)
		if err := d.deliver(ctx, partition, findings, now); err != nil {
			err = fmt.Errorf("dispatch partition %d: %w", partition, err)
			if errors.Is(err, errUnpublished) && ctx.Err() == nil {
				err = cmp.Or(d.storeWaiting(ctx, partition, now), err)
			}
			return done, err
		}
		ids := make([]string, len(entries))
		for i := range entries {
			ids[i] = entries[i].ID
		}
		there := func(ctx context.Context) error { return d.confirmStored(ctx, findings, now) }
		if err := d.Outbox.Settle(ctx, partition, ids, there); err != nil {
			return done, fmt.Errorf("settle outbox of partition %d: %w", partition, err)
		}
		done += len(entries)
	}
}

// mostWaiting bounds the findings that are stored while the topic is away, and with
// them the memory of one read.
const mostWaiting = 1 << 18

// storeWaiting stores what waits behind findings that the topic does not take: people
// are told of all that was found, and the lines follow.
func (d *Dispatcher) storeWaiting(ctx context.Context, partition int, now time.Time) error {
	entries, err := d.Outbox.Outbox(ctx, partition, mostWaiting)
	if err != nil {
		return fmt.Errorf("read outbox of partition %d: %w", partition, err)
	}
	for _, f := range d.read(entries) {
		if _, err := d.storeFinding(ctx, partition, f, now); err != nil {
			return err
		}
	}
	return nil
}

// CaughtUp records whether a partition's findings up to now are in the store.
// Call it with false when a partition is claimed. Call it with true once its log
// is read to the end and a Dispatch after the last commit has returned. Digests
// wait for all partitions.
func (d *Dispatcher) CaughtUp(ctx context.Context, partition int, yes bool) error {
	if err := d.Store.SetCaughtUp(ctx, partition, yes); err != nil {
		return fmt.Errorf("note that partition %d caught up: %w", partition, err)
	}
	return nil
}

// read decodes the findings of the outbox.
func (d *Dispatcher) read(entries []worker.OutboxEntry) []*detector.Finding {
	var findings []*detector.Finding
	for _, entry := range entries {
		f := new(detector.Finding)
		if err := json.Unmarshal(entry.Finding, f); err != nil || f.ID == "" {
			// Only another version of Firstsign writes here. Keeping the entry would
			// block all others behind it.
			d.Metrics.unreadable.Inc()
			d.Log.Error("finding in the outbox cannot be read, dropped", "entry", entry.ID, "error", err)
			continue
		}
		findings = append(findings, f)
	}
	return findings
}

// confirmStored returns nil when all findings are in the store. Redis may have
// failed over to a state before they came. An alert older than the retention may
// have been removed already; a first start on a long history brings many.
func (d *Dispatcher) confirmStored(ctx context.Context, findings []*detector.Finding, now time.Time) error {
	kept := now.Add(-d.Snapshot().Routing.Retention())
	for _, f := range findings {
		if f.Kind == detector.Erased {
			if left, err := alertsNaming(ctx, d.Store, f.Account, f.Contact); err != nil || len(left) > 0 {
				return errors.Join(err, fmt.Errorf("%d alerts still name an erased person of account %s", len(left), f.Account))
			}
			continue
		}
		a, err := d.Store.Get(ctx, f.ID)
		if errors.Is(err, ErrNoAlert) && time.Unix(0, f.Time).Before(kept) {
			continue
		}
		if err == nil && a.indexOf(f.Kind, time.Unix(0, f.Time)) < 0 {
			err = ErrNoAlert
		}
		if err != nil {
			return fmt.Errorf("finding %s was stored and is not in the alert store: %w", f.ID, err)
		}
	}
	return nil
}

// deliver writes findings to the store first, so that people are told even while
// the topic cannot be written. The order is: store, topic, mark in the store,
// settle in the outbox. A crash between any two loses nothing.
func (d *Dispatcher) deliver(ctx context.Context, partition int, findings []*detector.Finding, now time.Time) error {
	var records []Record
	var unpublished []*detector.Finding
	for _, f := range findings {
		ours, err := d.storeFinding(ctx, partition, f, now)
		if err != nil {
			return err
		}
		if !ours || d.Publisher == nil {
			continue
		}
		value, err := TopicLine(f, d.Snapshot().Routing.Language)
		if err != nil {
			return err
		}
		if value != nil {
			records = append(records, Record{Key: topicKeyOf(f), Value: value})
			unpublished = append(unpublished, f)
		}
	}
	if len(records) == 0 {
		return nil
	}
	soon, cancel := context.WithTimeout(ctx, publishPatience)
	defer cancel()
	if err := d.Publisher.Publish(soon, records); err != nil {
		return fmt.Errorf("%w: %d lines: %w", errUnpublished, len(records), err)
	}
	for _, f := range unpublished {
		if _, err := markPublished(ctx, d.Store, f.ID, f.Kind, time.Unix(0, f.Time)); err != nil {
			return err
		}
	}
	return nil
}

func topicKeyOf(f *detector.Finding) string {
	if f.Account == "" {
		return f.Source
	}
	return f.Account
}

// storeFinding upserts a finding and reports whether this partition publishes its
// line: no other partition brought it first, and it is not in the topic yet.
func (d *Dispatcher) storeFinding(ctx context.Context, partition int, f *detector.Finding, now time.Time) (ours bool, err error) {
	if f.Kind == detector.Erased { // no alert: it removes a person from earlier ones
		return false, ErasePerson(ctx, d.Store, f.Account, f.Contact)
	}
	a, isNew, err := StoreFinding(ctx, d.Store, partition, f, d.Snapshot(), now)
	if err != nil {
		return false, err
	}
	if isNew {
		d.Metrics.entered(a, f.Kind)
	}
	i := a.indexOf(f.Kind, time.Unix(0, f.Time))
	return i >= 0 && a.History[i].Partition == partition && !a.History[i].Published, nil
}

// StoreFinding writes a partition's finding into the store and reports whether it
// was new there. The same finding again changes nothing.
func StoreFinding(ctx context.Context, store AlertStore, partition int, f *detector.Finding, snapshot *RoutingSnapshot, now time.Time) (a *Alert, isNew bool, err error) {
	late := now.Sub(time.Unix(0, f.Time)) > snapshot.Routing.NotifyHorizon
	var then *EarlierAlert
	if !late { // a digest does not name the earlier alert
		if then, err = findEarlier(ctx, store, f); err != nil {
			return nil, false, err
		}
	}
	a, err = Update(ctx, store, f.ID, func(a *Alert) bool {
		isNew = a.applyFinding(f, now, late)
		if isNew {
			a.Earlier = cmp.Or(a.Earlier, then)
			a.History[a.indexOf(f.Kind, time.Unix(0, f.Time))].Partition = partition
			snapshot.stamp(a)
		}
		return isNew
	})
	if errors.Is(err, context.Canceled) {
		return nil, false, err
	}
	if err != nil {
		return nil, false, fmt.Errorf("store finding %s: %w", f.ID, err)
	}
	return a, isNew, nil
}

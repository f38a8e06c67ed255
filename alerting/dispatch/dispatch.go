package dispatch

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/detector/worker"
)

// Outbox is where a partition's findings wait for delivery. worker.Store has it.
type Outbox interface {
	Outbox(ctx context.Context, partition int, after string, limit int) ([]worker.OutboxEntry, error)
	Settle(ctx context.Context, partition int, ids []string, there func(context.Context) error) error
}

// Dispatcher moves findings from outboxes into the AlertStore and the topic of
// alerts. It may be used concurrently for different partitions.
type Dispatcher struct {
	Outbox    Outbox
	Store     alerting.AlertStore
	Publisher alerting.Publisher               // nil: there is no topic
	Snapshot  func() *alerting.RoutingSnapshot // the one in force
	// Settled and Marks tell what a store has lost that went back in time after findings
	// had left the outbox. Both nil: it does not go back.
	Settled Settled
	Marks   Marks
	Metrics *Metrics
	Log     *slog.Logger
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
	return (&partitionDispatch{Dispatcher: d, partition: partition}).dispatch(ctx, now)
}

func (r *partitionDispatch) dispatch(ctx context.Context, now time.Time) (int, error) {
	if err := r.repair(ctx, now); err != nil {
		return 0, err
	}
	for done := 0; ; {
		entries, err := r.Dispatcher.Outbox.Outbox(ctx, r.partition, "", batchSize)
		if err != nil {
			return done, fmt.Errorf("read outbox of partition %d: %w", r.partition, err)
		}
		if len(entries) == 0 {
			return done, nil
		}
		findings := r.read(entries)
		if err := r.deliver(ctx, entries, findings, now); err != nil {
			err = fmt.Errorf("dispatch partition %d: %w", r.partition, err)
			if errors.Is(err, errUnpublished) && ctx.Err() == nil {
				err = cmp.Or(r.storeWaiting(ctx, now), err)
			}
			return done, err
		}
		r.stored = ""
		ids := make([]string, len(entries))
		for i := range entries {
			ids[i] = entries[i].ID
		}
		there := func(ctx context.Context) error {
			if err := r.remark(ctx, rand.Text()); err != nil {
				return err
			}
			return r.confirmStored(ctx, findings, now)
		}
		err = r.Dispatcher.Outbox.Settle(ctx, r.partition, ids, there)
		if err == nil {
			err = r.forgetErased(ctx, findings)
		}
		if err != nil {
			return done, fmt.Errorf("settle outbox of partition %d: %w", r.partition, err)
		}
		done += len(entries)
	}
}

// storeWaiting stores what waits behind findings that the topic does not take, from
// where the last attempt came to: people are told of all that was found, and the lines
// follow.
func (r *partitionDispatch) storeWaiting(ctx context.Context, now time.Time) error {
	for {
		entries, err := r.Dispatcher.Outbox.Outbox(ctx, r.partition, r.stored, batchSize)
		if err != nil {
			return fmt.Errorf("read outbox of partition %d: %w", r.partition, err)
		}
		if len(entries) == 0 {
			return nil
		}
		if _, err := r.store(ctx, r.read(entries), now); err != nil {
			return err
		}
		r.stored = entries[len(entries)-1].ID
	}
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
	var ids []string
	for _, f := range findings {
		ids = append(ids, f.ID)
	}
	stored, err := d.Store.GetAll(ctx, ids)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if f.Kind == detector.Erased {
			if left, err := alerting.AlertsNaming(ctx, d.Store, f.Account, f.Contact); err != nil || len(left) > 0 {
				return errors.Join(err, fmt.Errorf("%d alerts still name an erased person of account %s", len(left), f.Account))
			}
			continue
		}
		a := stored[f.ID]
		if a == nil && d.outlived(f, now) {
			continue
		}
		if a == nil || !a.Has(f.Kind, time.Unix(0, f.Time)) {
			return fmt.Errorf("finding %s was stored and is not in the alert store: %w", f.ID, alerting.ErrNoAlert)
		}
	}
	return nil
}

// outlived tells whether the alert of a finding may have been removed by its age.
func (d *Dispatcher) outlived(f *detector.Finding, now time.Time) bool {
	return time.Unix(0, f.Time).Before(now.Add(-d.Snapshot().Routing.Retention()))
}

// deliver writes findings to the store first, so that people are told even while
// the topic cannot be written. The order is: store, topic, mark in the store,
// settle in the outbox. A crash between any two loses nothing.
func (r *partitionDispatch) deliver(ctx context.Context, entries []worker.OutboxEntry, findings []*detector.Finding, now time.Time) error {
	stored, err := r.store(ctx, findings, now)
	if err != nil {
		return err
	}
	wentBack := slices.ContainsFunc(stored, func(s alerting.StoredFinding) bool { return s.IsNew })
	if r.stored == "" || wentBack { // what was stored before is new: the store went back in time
		r.stored = entries[len(entries)-1].ID
	}
	var records []alerting.Record
	var unpublished []*detector.Finding
	for _, s := range stored {
		if r.Publisher == nil || !s.Unpublished(r.partition) {
			continue
		}
		value, err := alerting.TopicLine(s.Finding, r.Snapshot().Routing.Language)
		if err != nil {
			return err
		}
		if value != nil {
			records = append(records, alerting.Record{Key: topicKeyOf(s.Finding), Value: value})
			unpublished = append(unpublished, s.Finding)
		}
	}
	if len(records) == 0 {
		return nil
	}
	soon, cancel := context.WithTimeout(ctx, publishPatience)
	defer cancel()
	if err := r.Publisher.Publish(soon, records); err != nil {
		return fmt.Errorf("%w: %d lines: %w", errUnpublished, len(records), err)
	}
	return alerting.MarkPublished(ctx, r.Store, unpublished)
}

func topicKeyOf(f *detector.Finding) string {
	if f.Account == "" {
		return f.Source
	}
	return f.Account
}

// store upserts findings. It returns those that have an alert.
func (r *partitionDispatch) store(ctx context.Context, findings []*detector.Finding, now time.Time) (stored []alerting.StoredFinding, err error) {
	for len(findings) > 0 {
		if f := findings[0]; f.Kind == detector.Erased { // no alert: it removes a person from earlier ones
			if err := alerting.ErasePerson(ctx, r.Store, f.Account, f.Contact); err != nil {
				return nil, err
			}
			findings = findings[1:]
			continue
		}
		some, err := alerting.StoreFindings(ctx, r.Store, r.partition, findings, r.Snapshot(), now)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			if s.IsNew {
				r.Metrics.entered(&s)
			}
		}
		stored, findings = append(stored, some...), findings[len(some):]
	}
	return stored, nil
}

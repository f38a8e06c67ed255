package alerting

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// Outbox is where a partition's findings wait for delivery. worker.Store has it.
type Outbox interface {
	Outbox(ctx context.Context, partition int, after string, max int) ([]worker.OutboxEntry, error)
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
	return (&partitionDispatch{Dispatcher: d, partition: partition}).dispatch(ctx, now)
}

func (r *partitionDispatch) dispatch(ctx context.Context, now time.Time) (int, error) {
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
		there := func(ctx context.Context) error { return r.confirmStored(ctx, findings, now) }
		if err := r.Dispatcher.Outbox.Settle(ctx, r.partition, ids, there); err != nil {
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
	kept := now.Add(-d.Snapshot().Routing.Retention())
	stored, err := d.Store.GetAll(ctx, idsOf(findings))
	if err != nil {
		return err
	}
	for _, f := range findings {
		if f.Kind == detector.Erased {
			if left, err := alertsNaming(ctx, d.Store, f.Account, f.Contact); err != nil || len(left) > 0 {
				return errors.Join(err, fmt.Errorf("%d alerts still name an erased person of account %s", len(left), f.Account))
			}
			continue
		}
		a := stored[f.ID]
		if a == nil && time.Unix(0, f.Time).Before(kept) {
			continue
		}
		if a == nil || a.indexOf(f.Kind, time.Unix(0, f.Time)) < 0 {
			return fmt.Errorf("finding %s was stored and is not in the alert store: %w", f.ID, ErrNoAlert)
		}
	}
	return nil
}

// idsOf are the alerts of findings, each once.
func idsOf(findings []*detector.Finding) (ids []string) {
	seen := map[string]bool{}
	for _, f := range findings {
		if !seen[f.ID] && f.Kind != detector.Erased { // an erasure is no alert
			seen[f.ID] = true
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// deliver writes findings to the store first, so that people are told even while
// the topic cannot be written. The order is: store, topic, mark in the store,
// settle in the outbox. A crash between any two loses nothing.
func (r *partitionDispatch) deliver(ctx context.Context, entries []worker.OutboxEntry, findings []*detector.Finding, now time.Time) error {
	stored, err := r.store(ctx, findings, now)
	if err != nil {
		return err
	}
	wentBack := slices.ContainsFunc(stored, func(s storedFinding) bool { return s.isNew })
	if r.stored == "" || wentBack { // what was stored before is new: the store went back in time
		r.stored = entries[len(entries)-1].ID
	}
	var records []Record
	var unpublished []*detector.Finding
	for _, s := range stored {
		if r.Publisher == nil || !s.unpublished(r.partition) {
			continue
		}
		value, err := TopicLine(s.finding, r.Snapshot().Routing.Language)
		if err != nil {
			return err
		}
		if value != nil {
			records = append(records, Record{Key: topicKeyOf(s.finding), Value: value})
			unpublished = append(unpublished, s.finding)
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
	return markPublished(ctx, r.Store, unpublished)
}

// markPublished notes that the lines of findings are in the topic.
func markPublished(ctx context.Context, store AlertStore, findings []*detector.Finding) error {
	of := map[string][]*detector.Finding{}
	for _, f := range findings {
		of[f.ID] = append(of[f.ID], f)
	}
	return UpdateAll(ctx, store, idsOf(findings), func(a *Alert) (changed bool) {
		for _, f := range of[a.ID] {
			changed = a.markPublished(f.Kind, time.Unix(0, f.Time)) || changed
		}
		return changed
	})
}

func topicKeyOf(f *detector.Finding) string {
	if f.Account == "" {
		return f.Source
	}
	return f.Account
}

// store upserts findings. It returns those that have an alert.
func (r *partitionDispatch) store(ctx context.Context, findings []*detector.Finding, now time.Time) (stored []storedFinding, err error) {
	for len(findings) > 0 {
		if f := findings[0]; f.Kind == detector.Erased { // no alert: it removes a person from earlier ones
			if err := ErasePerson(ctx, r.Store, f.Account, f.Contact); err != nil {
				return nil, err
			}
			findings = findings[1:]
			continue
		}
		n := together(findings, r.Snapshot(), now)
		some, err := storeFindings(ctx, r.Store, r.partition, findings[:n], r.Snapshot(), now)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			if s.isNew {
				r.Metrics.entered(s.alert, s.finding.Kind)
			}
		}
		stored, findings = append(stored, some...), findings[n:]
	}
	return stored, nil
}

// together is how many of the first findings may be stored at once: a message names the
// account's earlier alert, which must be in the store by then.
func together(findings []*detector.Finding, snapshot *RoutingSnapshot, now time.Time) int {
	accounts := map[string]bool{}
	for i, f := range findings {
		if f.Kind == detector.Erased || accounts[f.Account] && namesEarlier(f, snapshot, now) {
			return i
		}
		accounts[f.Account] = true
	}
	return len(findings)
}

// namesEarlier reports whether the message of a finding names the account's earlier
// alert. A digest does not.
func namesEarlier(f *detector.Finding, snapshot *RoutingSnapshot, now time.Time) bool {
	return (f.Kind == detector.Raised || f.Kind == detector.Neglected) && !late(f, snapshot, now)
}

// late reports whether a finding is too old for a message of its own.
func late(f *detector.Finding, snapshot *RoutingSnapshot, now time.Time) bool {
	return now.Sub(time.Unix(0, f.Time)) > snapshot.Routing.NotifyHorizon
}

// storedFinding is a finding in the store.
type storedFinding struct {
	finding *detector.Finding
	alert   *Alert
	isNew   bool
}

// unpublished reports whether a partition publishes its line: no other partition
// brought it first, and it is not in the topic yet.
func (s *storedFinding) unpublished(partition int) bool {
	i := s.alert.indexOf(s.finding.Kind, time.Unix(0, s.finding.Time))
	return i >= 0 && s.alert.History[i].Partition == partition && !s.alert.History[i].Published
}

// StoreFinding writes a partition's finding into the store and reports whether it
// was new there. The same finding again changes nothing.
func StoreFinding(ctx context.Context, store AlertStore, partition int, f *detector.Finding, snapshot *RoutingSnapshot, now time.Time) (a *Alert, isNew bool, err error) {
	stored, err := storeFindings(ctx, store, partition, []*detector.Finding{f}, snapshot, now)
	if err != nil {
		return nil, false, err
	}
	return stored[0].alert, stored[0].isNew, nil
}

// storeFindings does what StoreFinding does, to findings that may be stored together.
func storeFindings(ctx context.Context, store AlertStore, partition int, findings []*detector.Finding, snapshot *RoutingSnapshot, now time.Time) ([]storedFinding, error) {
	stored, of := make([]storedFinding, len(findings)), map[string][]int{}
	then := make([]*EarlierAlert, len(findings))
	for i, f := range findings {
		stored[i].finding = f
		of[f.ID] = append(of[f.ID], i)
		if !namesEarlier(f, snapshot, now) {
			continue
		}
		var err error
		if then[i], err = findEarlier(ctx, store, f); err != nil {
			return nil, err
		}
	}
	err := UpdateAll(ctx, store, idsOf(findings), func(a *Alert) (changed bool) {
		for _, i := range of[a.ID] {
			f := findings[i]
			stored[i].alert, stored[i].isNew = a, a.applyFinding(f, now, late(f, snapshot, now))
			if !stored[i].isNew {
				continue
			}
			changed = true
			a.Earlier = cmp.Or(a.Earlier, then[i])
			a.History[a.indexOf(f.Kind, time.Unix(0, f.Time))].Partition = partition
			snapshot.stamp(a)
		}
		return changed
	})
	if errors.Is(err, context.Canceled) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("store findings: %w", err)
	}
	return stored, nil
}

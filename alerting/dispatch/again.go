package dispatch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/detector/worker"
)

// Settled are the findings that left a partition's outbox lately. In a Redis Cluster they
// lie on another node than the alerts, which may go back in time by themselves.
type Settled interface {
	Settled(ctx context.Context, partition int, after string, limit int) ([]worker.OutboxEntry, error)
	ForgetSettled(ctx context.Context, partition int) error
}

// Marks are kept together with the alerts, one for each partition. When the alert store
// goes back in time, so do they.
type Marks interface {
	SetMark(ctx context.Context, partition int, mark string) error
	// SwapMark sets the mark if it is from, or is set already. Otherwise it changes
	// nothing and reports false.
	SwapMark(ctx context.Context, partition int, from, to string) (stands bool, err error)
}

// errWentBack means that the alert store does not have the mark that was left there.
var errWentBack = errors.New("the alert store went back in time, or another dispatches the partition")

// remark replaces the mark after findings were stored and before the store is asked
// whether it has them. When the store goes back later, it loses this mark as well.
func (r *partitionDispatch) remark(ctx context.Context, next string) error {
	if r.Marks == nil {
		return nil
	}
	from := r.mark
	r.mark = "" // unknown after an error
	stands, err := r.Marks.SwapMark(ctx, r.partition, from, next)
	if err != nil {
		return err
	}
	if !stands {
		return errWentBack
	}
	r.mark = next
	return nil
}

// repair stores the settled findings again that the store has lost. It does nothing
// while the mark stands.
func (r *partitionDispatch) repair(ctx context.Context, now time.Time) error {
	if r.Marks == nil {
		return nil
	}
	if r.mark != "" {
		stands, err := r.Marks.SwapMark(ctx, r.partition, r.mark, r.mark)
		if err != nil || stands {
			return err
		}
	}
	begun := rand.Text()
	if err := r.Marks.SetMark(ctx, r.partition, begun); err != nil {
		return err
	}
	r.mark, r.stored, r.caughtUp = begun, "", false
	lost := 0
	again := func(findings []*detector.Finding) error {
		n, err := r.storeAgain(ctx, findings, now)
		lost += n
		return err
	}
	check := func(findings []*detector.Finding) error { return r.confirmStored(ctx, findings, now) }
	err := r.eachSettled(ctx, again)
	if err == nil {
		err = r.remark(ctx, rand.Text())
	}
	if err == nil {
		err = r.eachSettled(ctx, check)
	}
	if lost > 0 {
		r.Log.Warn("the alert store went back in time: findings are stored again", "partition", r.partition, "findings", lost)
	}
	if err != nil {
		r.mark = ""
		return fmt.Errorf("store the settled findings of partition %d again: %w", r.partition, err)
	}
	return nil
}

// eachSettled hands over the settled findings in their order, a batch at a time.
func (r *partitionDispatch) eachSettled(ctx context.Context, do func([]*detector.Finding) error) error {
	for after := ""; ; {
		entries, err := r.Settled.Settled(ctx, r.partition, after, batchSize)
		if err != nil || len(entries) == 0 {
			return err
		}
		if err := do(r.read(entries)); err != nil {
			return err
		}
		after = entries[len(entries)-1].ID
	}
}

// storeAgain returns how many findings were not in the store. Their lines are in the
// topic. What is older than the retention may have been removed: it stays away.
func (r *partitionDispatch) storeAgain(ctx context.Context, findings []*detector.Finding, now time.Time) (int, error) {
	findings = slices.DeleteFunc(findings, func(f *detector.Finding) bool { return r.outlived(f, now) })
	stored, err := r.store(ctx, findings, now)
	if err != nil {
		return 0, err
	}
	var lost []*detector.Finding
	for _, s := range stored {
		if s.IsNew {
			lost = append(lost, s.Finding)
		}
	}
	if len(lost) == 0 || r.Publisher == nil {
		return len(lost), nil
	}
	return len(lost), alerting.MarkPublished(ctx, r.Store, lost)
}

// forgetErased removes the settled findings when one of some erased a person: earlier
// ones may name the person.
func (r *partitionDispatch) forgetErased(ctx context.Context, findings []*detector.Finding) error {
	if r.Marks == nil || !slices.ContainsFunc(findings, func(f *detector.Finding) bool { return f.Kind == detector.Erased }) {
		return nil
	}
	return r.Settled.ForgetSettled(ctx, r.partition)
}

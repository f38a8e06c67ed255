package migrate

import (
	"context"
	"crypto/rand"
	"slices"

	"golang.org/x/sync/errgroup"

	"firstsign/cmd/firstsign/topic"
	"firstsign/detector"
	"firstsign/detector/feeds"
	"firstsign/detector/worker"
	"firstsign/signals"
)

// learner is the engine of a new partition, and where its log was read to.
type learner struct {
	engine       *detector.Engine
	adoption     *detector.Adoption
	anchorOffset int64
	anchor       uint64
}

// learn makes the state of the new partitions, up to their cuts, and stores it. It
// returns how many accounts there are.
func (m *move) learn(ctx context.Context, cuts []int64) (accounts int, err error) {
	learners := make([]learner, len(cuts))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for p := range learners {
		g.Go(func() error { return m.read(inner, p, cuts[p], &learners[p]) })
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	if err := m.adoptPartitions(learners); err != nil {
		return 0, err
	}
	if accounts, err = m.adoptAccounts(ctx, learners); err != nil {
		return 0, err
	}
	for p := range learners {
		learners[p].adoption.End()
		if err := m.keep(ctx, p, &learners[p]); err != nil {
			return 0, err
		}
	}
	return accounts, nil
}

// read reads a new partition up to its cut.
func (m *move) read(ctx context.Context, id int, cut int64, l *learner) error {
	l.engine = detector.NewAdopter(id, m.to.partitions(), m.to.config.Rules())
	p := m.to.client.Partition(id)
	defer p.Close()
	start, _, err := p.Bounds(ctx)
	if err != nil {
		return err
	}
	for r := topic.Between(p, start, cut); ; {
		rec, err := r.Record(ctx)
		if err != nil {
			return err
		}
		if rec == nil {
			break
		}
		_ = l.engine.Apply(rec) // what does not count is a dead letter already
		l.anchorOffset, l.anchor = rec.Offset, worker.Anchor(rec)
	}
	l.engine.Skip(cut)
	l.adoption = l.engine.Adopt()
	return nil
}

// adoptPartitions has the new partitions know what was known of the old ones as a whole.
func (m *move) adoptPartitions(learners []learner) error {
	old := make([]*detector.Engine, m.from.partitions())
	for p := range old {
		old[p] = detector.NewEngine(p, len(old), m.from.config.Rules())
		if err := old[p].Restore(m.stood.metas[p].Position, m.stood.metas[p].Portfolio); err != nil {
			return err
		}
	}
	known := map[feeds.Feed]int{} // failures that are none in so many new partitions
	for p := range learners {
		// Old partitions may have dated a failure otherwise. Each new one goes by
		// another of them, so that all of those alerts end.
		own := slices.Concat(old[p%len(old):], old[:p%len(old)])
		for _, f := range learners[p].adoption.Partitions(own...) {
			known[f]++
		}
	}
	for f, n := range known {
		for p := range learners {
			if n >= len(learners) {
				learners[p].adoption.EndFailure(&f)
			}
		}
	}
	return nil
}

// adoptAccounts hands the accounts of the old partitions to the new ones.
func (m *move) adoptAccounts(ctx context.Context, learners []learner) (n int, err error) {
	for p := range m.from.partitions() {
		seen := map[string]bool{} // a state may come twice
		err := m.from.store.Accounts(ctx, p, func(a detector.AccountState) error {
			seen[a.ID] = true
			return learners[signals.PartitionOf([]byte(a.ID), len(learners))].adoption.Account(a)
		})
		if err != nil {
			return 0, err
		}
		n += len(seen)
	}
	return n, nil
}

// keep stores the state of a new partition, which is still held.
func (m *move) keep(ctx context.Context, p int, l *learner) error {
	if err := m.to.store.Forget(ctx, p); err != nil { // an earlier attempt may have come this far
		return err
	}
	token := rand.Text()
	meta, err := m.to.store.Claim(ctx, p, token, m.to.owner())
	if err != nil {
		return err
	}
	return l.engine.Commit(worker.ChunkAccounts, l.anchorOffset, l.anchor, func(c *detector.Changes) error {
		meta.Seq++
		_, err := m.to.store.Commit(ctx, p, &worker.Chunk{Token: token, Seq: meta.Seq, Changes: *c})
		return err
	})
}

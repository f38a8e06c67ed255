package migrate

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"

	"firstsign/alerting"
	"firstsign/cmd/firstsign/console"
	"firstsign/cmd/firstsign/topic"
	"firstsign/config"
	"firstsign/detector/worker"
	"firstsign/signals"
	"firstsign/signals/kafka"
)

// Report is what was moved.
type Report struct {
	From, To         kafka.Identity
	Interactions     int64 // copied, with what cannot be read
	Ahead            int64 // of those: what the old service had not read
	LeftOut          int64 // records that did not count
	Accounts, Alerts int
	Answers          int // in the topic of alerts
}

// move is one run of the command.
type move struct {
	from, to *deployment
	stood    standing
	copied   []int64 // up to which offsets of the old partitions
}

// mark is why the new state is held until all is there. It says from where the move began:
// an attempt that began elsewhere has written something else.
func (m *move) mark() string {
	begun := fnv.New32a()
	fmt.Fprint(begun, m.from.owner())
	for _, meta := range m.stood.metas {
		fmt.Fprint(begun, " ", meta.Position.Next)
	}
	return fmt.Sprintf("%s (%08x)", unfinished, begun.Sum32())
}

// unfinished is what a service says that is started too early.
const unfinished = "firstsign migrate has not ended: run it again"

// Run moves what a deployment has read, learned and told to the topics and the state of
// another configuration. Neither must have a running service. What was interrupted is
// gone on with; a new side that holds anything else is refused.
func Run(ctx context.Context, old, anew *config.Config, log *slog.Logger) (*Report, error) {
	m := &move{}
	var err error
	if m.from, err = open(ctx, old, log, func(c *kafka.Client) (kafka.Identity, error) { return c.Find(ctx) }); err != nil {
		return nil, fmt.Errorf("the old side: %w", err)
	}
	defer m.from.close()
	if m.to, err = open(ctx, anew, log, func(c *kafka.Client) (kafka.Identity, error) { return c.EnsureTopics(ctx) }); err != nil {
		return nil, fmt.Errorf("the new side: %w", err)
	}
	defer m.to.close()
	if err := m.check(ctx); err != nil {
		return nil, err
	}
	return m.run(ctx)
}

// check refuses what cannot be moved, before anything is written.
func (m *move) check(ctx context.Context) error {
	if err := apart(m.from, m.to); err != nil {
		return err
	}
	if err := errors.Join(m.from.idle(ctx), m.to.idle(ctx)); err != nil {
		return err
	}
	if err := m.to.client.KeepsTimes(ctx); err != nil {
		return err
	}
	var err error
	m.stood, err = m.from.stands(ctx)
	return err
}

func (m *move) run(ctx context.Context) (*Report, error) {
	r := &Report{From: m.from.identity, To: m.to.identity}
	records, err := m.copierOf(ctx, m.to.identity.Topic, m.to.client.Producer, m.to.client.Partition)
	if err != nil {
		return nil, err
	}
	defer records.producer.Close()
	lines, err := m.copierOf(ctx, m.to.config.Service.Kafka.Alerts, m.to.client.AlertsProducer, m.to.client.AlertPartition)
	if err != nil {
		return nil, err
	}
	defer lines.producer.Close()
	if err := m.begin(ctx, records.empty() && lines.empty()); err != nil {
		return nil, err
	}
	cuts, err := m.copyLog(ctx, records, r)
	if err != nil {
		return nil, err
	}
	if r.Accounts, err = m.learn(ctx, cuts); err != nil {
		return nil, err
	}
	var ends []int64
	if r.Answers, ends, err = m.copyLines(ctx, lines); err != nil {
		return nil, err
	}
	if r.Alerts, err = m.copyAlerts(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(m.from.unchanged(ctx, &m.stood), m.linesUnchanged(ctx, ends), m.nothingCame(ctx)); err != nil {
		return nil, err
	}
	return r, m.to.store.Release(ctx) // from here on the service may be started
}

// nothingCame fails when the old topic has grown since it was copied.
func (m *move) nothingCame(ctx context.Context) error {
	for p, was := range m.copied {
		if _, end, err := m.from.bounds(ctx, p); err != nil || end > was {
			return errors.Join(err, m.stillWritten())
		}
	}
	return nil
}

func (m *move) stillWritten() error {
	return fmt.Errorf("%s is still written to: stop the service and the producers, and run migrate again", m.from.identity.Topic)
}

func (m *move) copierOf(ctx context.Context, name string, producer func(context.Context) (*kafka.Producer, error), open func(int) *kafka.Partition) (*copier, error) {
	p, err := producer(ctx)
	if err != nil {
		return nil, err
	}
	c, err := newCopier(ctx, name, p, open)
	if err != nil {
		p.Close()
	}
	return c, err
}

// begin holds the new state, unless an earlier attempt does. A side that holds something
// and is not held is somebody else's.
func (m *move) begin(ctx context.Context, topicsEmpty bool) error {
	switch held, err := m.to.store.Held(ctx); {
	case err != nil:
		return err
	case held == m.mark():
		return m.to.store.Hold(ctx, held)
	case held != "":
		return fmt.Errorf("the service has worked since the migrate to %s was interrupted: name new topics and a new redis.namespace, and start again", m.to.identity.Topic)
	}
	empty, err := m.empty(ctx)
	if err != nil {
		return err
	}
	if !topicsEmpty || !empty {
		return errors.New("the new topics or the new state are not empty, and not of a migrate that was interrupted: if a migrate to them has ended, start the service, else name fresh ones (kafka.topic, kafka.alerts, redis.namespace)")
	}
	return errors.Join(m.to.store.Hold(ctx, m.mark()), m.to.idle(ctx)) // nor was a service started meanwhile
}

// empty reports whether the new state and the new alerts are.
func (m *move) empty(ctx context.Context) (bool, error) {
	for p := range m.to.partitions() {
		id, _, err := m.to.store.Inspect(ctx, p)
		if err != nil || id != (worker.Identity{}) {
			return false, err
		}
	}
	page, err := m.to.alerts.Page(ctx, alerting.Filter{}, "", 0)
	return err == nil && page.Total == 0, err
}

// mostRounds is how often the copy goes on with what was written meanwhile.
const mostRounds = 5

// copyLog divides the log anew: first what the old service has read, then the rest. It
// returns where the first part ends in each new partition.
func (m *move) copyLog(ctx context.Context, c *copier, r *Report) (cuts []int64, err error) {
	d, err := m.divide(ctx, c)
	if err != nil {
		return nil, err
	}
	from, to := make([]int64, m.from.partitions()), make([]int64, m.from.partitions())
	var all int64
	for p := range from {
		if from[p], _, err = m.from.bounds(ctx, p); err != nil {
			return nil, err
		}
		to[p] = m.stood.metas[p].Position.Next
		all += m.stood.ends[p] - from[p]
	}
	show, end := console.Progress("copying "+m.from.identity.Topic, all)
	defer end()
	c.show = show
	if err := m.piece(ctx, d, from, to); err != nil {
		return nil, err
	}
	cuts = append(cuts, c.at...)
	ahead := d.counts.Interactions
	for range mostRounds {
		grown := false
		from = to
		to = make([]int64, len(from))
		for p := range to {
			if _, to[p], err = m.from.bounds(ctx, p); err != nil {
				return nil, err
			}
			grown = grown || to[p] > from[p]
		}
		if !grown {
			r.Interactions, r.LeftOut, r.Ahead = d.counts.Interactions, d.counts.LeftOut, d.counts.Interactions-ahead
			m.copied = to
			return cuts, c.whole()
		}
		if err := m.piece(ctx, d, from, to); err != nil {
			return nil, err
		}
	}
	return nil, m.stillWritten()
}

// divide prepares the division.
func (m *move) divide(ctx context.Context, c *copier) (*division, error) {
	type place struct {
		partition int
		offset    int64
	}
	again := map[place]bool{}
	if err := m.from.client.PutBack(ctx, func(partition int, offset int64) { again[place{partition, offset}] = true }); err != nil {
		return nil, err
	}
	old, anew := m.from.config, m.to.config
	d := &division{
		to: m.to.partitions(), zone: signals.NewZone(anew.Calendar.Location), lateness: anew.Detector.Lateness,
		doubt: old.Service.Kafka.Authority, skew: old.Service.MaxClockSkew, sign: anew.Service.Kafka.Authority, aliases: anew.Aliases(),
		leftOut: func(partition int, offset int64) bool { return again[place{partition, offset}] },
		put:     c.put,
	}
	d.newHeads(m.from.partitions())
	return d, nil
}

// piece divides what old partitions hold between some offsets.
func (m *move) piece(ctx context.Context, d *division, from, to []int64) error {
	readers := make([]reader, len(from))
	for p := range readers {
		partition := m.from.client.Partition(p)
		defer partition.Close()
		readers[p] = topic.Between(partition, from[p], to[p])
	}
	if err := d.run(ctx, readers); err != nil {
		return err
	}
	if load := d.openLoad(); load != "" {
		return fmt.Errorf("a load into %s has not ended: firstsign load --resume with the same file puts in the rest, and the service must read it", m.from.identity.Topic)
	}
	return nil
}

package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/internal/stall"
)

// Group is this process's membership in the consumer group.
type Group struct {
	client *Client

	mu    sync.Mutex
	state State
}

// State of the membership, for readiness.
type State struct {
	Phase      Phase
	Partitions []int // ours, ascending; while Joined
	Err        error // why we are Away
}

// Phase of the membership.
type Phase string

// The phases.
const (
	Joining Phase = "joining" // waiting for our share of the partitions
	Joined  Phase = "joined"
	Away    Phase = "away" // the coordinator cannot be reached, or refuses us
)

// Group prepares the membership; Run takes part.
func (c *Client) Group() *Group { return &Group{client: c, state: State{Phase: Joining}} }

// State returns the membership's state. Safe for concurrent use.
func (g *Group) State() State {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state
}

func (g *Group) set(s State) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state = s
	g.client.metrics.joined.Set(0)
	if s.Phase == Joined {
		g.client.metrics.joined.Set(1)
	}
}

// Run takes part in the group until ctx ends. For each partition that we are
// assigned, own is called in a goroutine of its own; its context ends with the
// assignment, and the group's next generation waits until it has returned. An
// own that returns earlier is called again after a pause, unless its error is
// permanent (stall.Permanent). Brokers that are away are waited for. An error means
// that the topic is not what it was, or that no waiting helps.
func (g *Group) Run(ctx context.Context, own func(ctx context.Context, p *Partition) error) error {
	c := g.client
	id, err := c.Identify(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	err = c.member(ctx, kafkago.ConsumerGroupConfig{ID: c.config.Group, Topics: []string{c.config.Topic}},
		func(err *stall.Error) error {
			g.set(State{Phase: Away, Err: err})
			if err.Permanent {
				return err
			}
			return nil
		},
		func(over context.Context, gen *kafkago.Generation) { g.generation(ctx, over, cancel, gen, id, own) })
	g.set(State{Phase: Joining})
	if err != nil {
		return err
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// member takes part in a consumer group until ctx ends. work is called with each
// generation and with a context that ends with it; the next one waits until it
// has returned. away is told why the group cannot be joined at the moment; its error
// ends the membership.
func (c *Client) member(ctx context.Context, config kafkago.ConsumerGroupConfig, away func(*stall.Error) error, work func(over context.Context, gen *kafkago.Generation)) error {
	var open connections
	config.Dialer = c.Dialer()
	config.Dialer.DialFunc = open.dial
	config.Brokers = c.config.Brokers
	config.SessionTimeout, config.HeartbeatInterval = c.config.SessionTimeout, max(c.config.SessionTimeout/5, 200*time.Millisecond)
	config.RebalanceTimeout, config.JoinGroupBackoff = 30*time.Second, time.Second
	members, err := kafkago.NewConsumerGroup(config)
	if err != nil {
		return fmt.Errorf("consumer group %s: %w", config.ID, err)
	}
	var working sync.WaitGroup
	var said time.Time
	what := "join the group " + config.ID
	defer c.stalls.Over(what)
	for ctx.Err() == nil && err == nil {
		gen, failed := members.Next(ctx)
		switch {
		case ctx.Err() != nil:
		case failed != nil:
			stalled := c.stalls.Failed(what, reasonOf(failed), failed)
			if err = away(stalled); err != nil {
				break
			}
			if now := c.now(); now.Sub(said) > 30*time.Second {
				c.log.Warn("waiting for Kafka", "err", stalled)
				said = now
			}
		default:
			c.stalls.Worked(what)
			said = time.Time{}
			working.Add(1)
			gen.Start(func(over context.Context) {
				defer working.Done()
				work(over, gen)
			})
		}
	}
	working.Wait() // for our partitions to be let go
	impatient := time.AfterFunc(leaveWait, open.hangUp)
	members.Close() // leaves the group
	impatient.Stop()
	return err
}

// generation works our partitions until the generation is over or ctx ends,
// and returns when all of them are let go.
func (g *Group) generation(ctx, over context.Context, fail context.CancelCauseFunc,
	gen *kafkago.Generation, id Identity, own func(context.Context, *Partition) error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(over, cancel)()
	c := g.client
	var ours []int
	for _, a := range gen.Assignments[c.config.Topic] {
		ours = append(ours, a.ID)
	}
	slices.Sort(ours)
	c.metrics.rebalances.Inc()
	c.log.Info("joined the consumer group", "group", c.config.Group, "generation", gen.ID, "partitions", ours)
	g.set(State{Phase: Joined, Partitions: ours})
	defer g.set(State{Phase: Joining})

	told := &offsets{next: map[int]int64{}}
	var working sync.WaitGroup
	for _, n := range ours {
		working.Go(func() { g.tend(ctx, fail, n, told, own) })
	}
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-every.C:
			g.tell(gen, told)
			if err := c.unchanged(ctx, id); err != nil {
				fail(err)
			}
		}
	}
	working.Wait()
	for _, n := range ours {
		c.metrics.partition(n).lag.Set(0) // another member's from now on
	}
	g.tell(gen, told)
}

// tend calls own until ctx ends. What no waiting mends fails the whole membership.
func (g *Group) tend(ctx context.Context, fail context.CancelCauseFunc, n int, told *offsets, own func(context.Context, *Partition) error) {
	wait := newWait()
	for ctx.Err() == nil {
		p := g.client.Partition(n)
		p.told = told
		err := own(ctx, p)
		p.Close()
		if ctx.Err() != nil {
			return
		}
		if stall.Permanent(err) {
			fail(err)
			return
		}
		g.client.log.Error("the owner of a partition gave up, starting again", "partition", n, "err", err)
		wait.Wait(ctx)
	}
}

// unchanged says whether the topic still has the partitions it had at the
// start: with another number, accounts live elsewhere and the state is not
// theirs. A topic that cannot be seen at the moment is taken for unchanged.
func (c *Client) unchanged(ctx context.Context, id Identity) error {
	topics, cluster, err := c.metadata(ctx, id.Topic)
	if err != nil || topics[0].Error != nil {
		return nil //nolint:nilerr // taken for unchanged
	}
	if n := len(topics[0].Partitions); n != id.Partitions || cluster != id.Cluster {
		return fmt.Errorf("%w: %s had %d partitions in cluster %s and now has %d in %s",
			ErrTopic, id.Topic, id.Partitions, id.Cluster, n, cluster)
	}
	return nil
}

// offsets are what partitions have in their state, to be told to Kafka.
type offsets struct {
	mu   sync.Mutex
	next map[int]int64
}

// Committed tells Kafka, for its lag tools, that everything below next is in
// the state: within a second, and without waiting. The truth is the offset
// that is stored with the state.
func (p *Partition) Committed(next int64) {
	if p.told != nil {
		p.told.mu.Lock()
		p.told.next[p.ID] = next
		p.told.mu.Unlock()
	}
}

func (g *Group) tell(gen *kafkago.Generation, o *offsets) {
	o.mu.Lock()
	next := o.next
	o.next = map[int]int64{}
	o.mu.Unlock()
	if len(next) == 0 {
		return
	}
	if err := gen.CommitOffsets(map[string]map[int]int64{g.client.config.Topic: next}); err != nil {
		g.client.log.Info("offsets not told to Kafka; its lag tools will be behind", "err", err)
	}
}

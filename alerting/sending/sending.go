package sending

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"firstsign/internal/backoff"
)

// Message is one message for a channel.
type Message interface {
	// ID names the message. The same message again has the same ID.
	ID() string
	// Subject is what the message is about. Messages of one subject go out one after the
	// other, in their order.
	Subject() string
	// Send returns nil when the channel has the message or does not need it any more, and
	// ErrStop when the channel is not to blame. It may be called concurrently with the
	// Send of other messages.
	Send(ctx context.Context) error
}

// ErrStop ends a round without a failure of the channel.
var ErrStop = errors.New("the round cannot go on")

// Busy is the error of a channel that asks to be left alone for a while.
type Busy struct {
	Pause time.Duration
	Err   error
}

// Error implements error.
func (b *Busy) Error() string { return b.Err.Error() }

// Unwrap implements the interface of errors.
func (b *Busy) Unwrap() error { return b.Err }

const (
	// AtOnce is how many messages a channel is sent at the same time. Chat services and
	// mail servers take this many connections from one client.
	AtOnce = 8
	// The pause after a failed round doubles between these bounds.
	firstPause = time.Second
	lastPause  = 5 * time.Minute
	// longestPause bounds what a channel may ask for: its clock may be wrong.
	longestPause = time.Hour
)

// Failure is a message that a channel did not take.
type Failure struct {
	ID    string
	Err   error
	Count int           // of failed rounds in a row
	Pause time.Duration // until the next round
}

// Health of a channel.
type Health struct {
	Failures int       // failed rounds in a row; 0: the channel works, or was never tried
	Since    time.Time // the first of them
	Until    time.Time // when it is tried again
	Err      error     // of the last of them
}

// Sender sends to one channel at its own pace. Its methods may be called concurrently.
// After a failure the channel gets one message at a time. Each that it takes doubles
// that, up to its bound.
type Sender struct {
	mu      sync.Mutex
	changed sync.Cond // of running
	busy    bool
	health  Health
	backoff *backoff.Backoff
	atOnce  int
	width   int
	running int
	stopped bool           // this round starts no more
	tries   map[string]int // failed attempts by message; those with most come last
}

// New returns the Sender of a channel that was not tried yet. It sends up to atOnce
// messages at the same time.
func New(atOnce int) *Sender {
	s := &Sender{backoff: backoff.New(firstPause, lastPause), atOnce: atOnce, width: atOnce, tries: map[string]int{}}
	s.changed.L = &s.mu
	return s
}

// Begin takes the sender for a round, unless it has one or pauses at that time.
func (s *Sender) Begin(at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy || at.Before(s.health.Until) {
		return false
	}
	s.busy = true
	return true
}

// Ready reports whether Begin would take it.
func (s *Sender) Ready(at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.busy && !at.Before(s.health.Until)
}

// Health returns how the channel does.
func (s *Sender) Health() Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.health
}

// Run sends messages after Begin, those with the fewest failures first, until one
// fails. It returns when all that it began have ended. It returns the first failure;
// nil when there was none, also when ctx or ErrStop ended the round. recovered is how
// many rounds had failed before the channel took a message again.
func (s *Sender) Run(ctx context.Context, messages []Message, now func() time.Time) (failure *Failure, recovered int) {
	r := round{Sender: s, now: now}
	s.mu.Lock()
	s.stopped = false
	chains := s.chains(messages)
	s.mu.Unlock()
	var sent sync.WaitGroup
	for _, chain := range chains {
		if !s.slot(ctx) {
			break
		}
		sent.Go(func() { r.send(ctx, chain) })
	}
	sent.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	return r.failure, r.recovered
}

// chains are the messages of each subject, in their order.
func (s *Sender) chains(messages []Message) [][]Message {
	at := make(map[string]int, len(messages))
	var chains [][]Message
	for _, m := range messages {
		i, known := at[m.Subject()]
		if !known {
			i = len(chains)
			at[m.Subject()], chains = i, append(chains, nil)
		}
		chains[i] = append(chains[i], m)
	}
	if len(s.tries) > 0 {
		s.forgetOthers(messages)
		slices.SortStableFunc(chains, func(a, b []Message) int {
			return cmp.Compare(s.tries[a[0].ID()], s.tries[b[0].ID()])
		})
	}
	return chains
}

// forgetOthers forgets the failures of messages that are not to be sent any more.
func (s *Sender) forgetOthers(messages []Message) {
	left := make(map[string]int, len(s.tries))
	for _, m := range messages {
		if n := s.tries[m.ID()]; n > 0 {
			left[m.ID()] = n
		}
	}
	s.tries = left
}

// slot waits until one more message may be sent, and reports false when the round is
// over.
func (s *Sender) slot(ctx context.Context) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.running >= s.width {
		s.changed.Wait()
	}
	if s.stopped || ctx.Err() != nil {
		return false
	}
	s.running++
	return true
}

// round is one Run.
type round struct {
	*Sender
	now       func() time.Time
	failure   *Failure
	recovered int
}

// send sends a chain.
func (r *round) send(ctx context.Context, chain []Message) {
	for i, m := range chain {
		if i > 0 && (r.over() || ctx.Err() != nil) {
			break
		}
		if err := m.Send(ctx); !r.note(ctx, m, err) {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running--
	r.changed.Signal()
}

func (r *round) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped
}

// note notes how an attempt ended and reports whether its subject may go on.
func (r *round) note(ctx context.Context, m Message, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil && (ctx.Err() != nil || errors.Is(err, ErrStop)):
		r.stopped = true
	case err != nil:
		r.tries[m.ID()]++
		if r.failure == nil {
			r.failed(m, err)
		}
	default:
		if len(r.tries) > 0 {
			delete(r.tries, m.ID())
		}
		if r.failure == nil { // else the round ends with the pause that it has
			r.recovered = max(r.recovered, r.health.Failures)
			r.health = Health{}
			r.backoff.Reset()
			r.width = min(2*r.width, r.atOnce)
			r.changed.Signal()
		}
	}
	return err == nil
}

// failed ends the round.
func (r *round) failed(m Message, err error) {
	pause, busy := r.backoff.Next(), (*Busy)(nil)
	if errors.As(err, &busy) {
		pause = max(pause, min(busy.Pause, longestPause))
	}
	now := r.now()
	if r.health.Failures == 0 {
		r.health.Since = now
	}
	r.health.Failures++
	r.health.Until, r.health.Err = now.Add(pause), err
	r.stopped, r.width = true, 1
	r.failure = &Failure{ID: m.ID(), Err: err, Count: r.health.Failures, Pause: pause}
}

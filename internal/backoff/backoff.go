package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff is the wait between attempts at something that fails. Each wait is
// drawn from the upper half of a range that doubles from the shortest to the
// longest, so that clients that failed together do not come back together
// ("equal jitter"; M. Brooker, "Exponential Backoff And Jitter", 2015).
// One goroutine uses it at a time.
type Backoff struct {
	shortest, longest time.Duration
	reach             time.Duration // of the last wait; 0 before the first
}

// New returns a Backoff. The first wait is at most shortest.
func New(shortest, longest time.Duration) *Backoff {
	return &Backoff{shortest: shortest, longest: longest}
}

// Next returns how long to wait now, and doubles what the next call may return.
func (b *Backoff) Next() time.Duration {
	b.reach = min(max(2*b.reach, b.shortest), b.longest)
	half := b.reach / 2
	return half + rand.N(b.reach-half+1)
}

// Reset starts again at the shortest wait. Call it after an attempt succeeded.
func (b *Backoff) Reset() { b.reach = 0 }

// Wait waits for Next, or until ctx ends.
func (b *Backoff) Wait(ctx context.Context) { Sleep(ctx, b.Next()) }

// Sleep waits for d, or until ctx ends.
func Sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

package backoff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestNextDoublesWithinItsBounds(t *testing.T) {
	b := New(100*time.Millisecond, time.Second)
	for range 2 {
		for i, ms := range []int{100, 200, 400, 800, 1000, 1000} {
			reach := time.Duration(ms) * time.Millisecond
			if got := b.Next(); got < reach/2 || got > reach {
				t.Errorf("wait %d is %s, want %s to %s", i, got, reach/2, reach)
			}
		}
		b.Reset()
	}
}

func TestNextDiffersBetweenClients(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 20 {
		seen[New(time.Second, time.Minute).Next()] = true
	}
	if len(seen) < 2 {
		t.Error("20 clients all wait the same time")
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		New(time.Hour, time.Hour).Wait(ctx)
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("waited %s, want until the context ended after 1s", waited)
		}
	})
}

package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/detector"
	"firstsign/detector/worker"
)

// fullOutbox is an outbox by hand.
type fullOutbox map[int][]worker.OutboxEntry

func (o fullOutbox) Outbox(_ context.Context, p int, _ string, _ int) ([]worker.OutboxEntry, error) {
	return o[p], nil
}

func (o fullOutbox) Settle(context.Context, int, []string, func(context.Context) error) error {
	return nil
}

// What stands in an outbox account by account comes out in the order of time,
// one step at a time, and nothing before its step is over.
func TestOrdered(t *testing.T) {
	entry := func(id string, minutes int) worker.OutboxEntry {
		finding, err := json.Marshal(detector.Finding{ID: id, Time: int64(minutes) * int64(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		return worker.OutboxEntry{ID: id, Finding: finding}
	}
	o := ordered{waiting: map[int][]timed{}, of: fullOutbox{
		0: {entry("acme", 90), entry("acme again", 500), entry("beta", 10), entry("beta again", 119)},
		1: {entry("zeta", 110), entry("zeta again", 120)},
	}}
	for p := range 2 {
		if err := o.fill(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	out := func(before int64) (steps []string) {
		for o.next(before) {
			var got []string
			for p := range 2 {
				for _, most := range []int{1, 10} {
					entries, _ := o.Outbox(t.Context(), p, "", most)
					var ids []string
					for _, e := range entries {
						ids = append(ids, e.ID)
					}
					got = append(got, ids...)
					if err := o.Settle(t.Context(), p, ids, nil); err != nil {
						t.Fatal(err)
					}
				}
			}
			steps = append(steps, strings.Join(got, ", "))
		}
		return steps
	}
	for _, test := range []struct {
		before int64
		want   []string
	}{
		{int64(119 * time.Minute), []string{"beta"}},
		{int64(120 * time.Minute), []string{"acme, beta again, zeta"}},
		{math.MaxInt64, []string{"zeta again", "acme again"}},
	} {
		if got := out(test.before); !slices.Equal(got, test.want) {
			t.Errorf("before %s: %q, want %q", time.Duration(test.before), got, test.want)
		}
	}
}

// A partition that is behind holds back all: something older may be found there.
func TestReached(t *testing.T) {
	day := int64(24 * time.Hour)
	for _, test := range []struct {
		at      [2]worker.Progress
		all     bool
		settled int64
	}{
		{[2]worker.Progress{{Next: 5, Clock: 9 * day}, {}}, false, -day - int64(2*time.Hour)},
		{[2]worker.Progress{{Next: 5, Clock: 9 * day}, {Next: 7, Clock: 5 * day}}, false, 4*day - int64(2*time.Hour)},
		{[2]worker.Progress{{Next: 5, Clock: 9 * day}, {Next: 9, Clock: 9 * day}}, true, math.MaxInt64},
	} {
		l := lockstep{lateness: 2 * time.Hour, at: map[int]worker.Progress{}, more: make(chan struct{}, 1)}
		for p, at := range test.at {
			l.committed(p, at)
		}
		if all, settled := l.reached([]int64{5, 8}); all != test.all || settled != test.settled {
			t.Errorf("%s: %v, before %s", fmt.Sprint(test.at), all, time.Duration(settled))
		}
	}
}

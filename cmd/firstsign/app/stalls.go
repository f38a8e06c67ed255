package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firstsign/alerting"
	state "firstsign/detector/redis"
	"firstsign/internal/stall"
)

const (
	lookEvery = 2 * time.Second // how often stalls are looked for
	meetEvery = 10 * time.Second
	// differLong is how long instances may judge by different rules. Each instance reads
	// its files at its own time.
	differLong = time.Minute
)

// stalls reports what stands still, in the log and in a metric.
type stalls struct {
	gauge *prometheus.GaugeVec
	seen  map[stall.Reason]time.Time // since when
	told  map[stall.Reason]bool      // in the log
}

func newStalls(reg prometheus.Registerer) *stalls {
	return &stalls{stall.NewGauge(reg), map[stall.Reason]time.Time{}, map[stall.Reason]bool{}}
}

// watch checks Redis from time to time and reports what stands still. It returns an error
// for trouble that waiting does not mend, and for a Redis that may evict keys when it
// first answers.
func (a *App) watch(ctx context.Context) error {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	defer a.leave(context.WithoutCancel(ctx))
	answered := false
	var met time.Time
	for {
		err := a.storeTrouble(ctx)
		if errors.Is(err, state.ErrEvicts) && !answered || stall.Permanent(err) {
			return err
		}
		answered = answered || err == nil || beyondWaiting(err)
		if before := *a.away.Load(); err != nil && (before == nil || before.Error() != err.Error()) && beyondWaiting(err) {
			a.log.Error("the store must be seen to", "err", err)
		}
		a.away.Store(&err)
		if err == nil && time.Since(met) >= meetEvery {
			met = time.Now()
			a.meet(ctx)
		}
		a.tell(time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

// storeTrouble is what is wrong with Redis at present.
func (a *App) storeTrouble(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := a.Store.MayEvict(ctx); err != nil {
		return err
	}
	return a.alertStore.Check(ctx)
}

// beyondWaiting reports trouble that waiting does not mend.
func beyondWaiting(err error) bool {
	return errors.Is(err, state.ErrEvicts) || errors.Is(err, alerting.ErrDamaged)
}

// stalled returns all that stands still at present.
func (a *App) stalled() map[stall.Reason]error {
	now := a.redis.Now()
	if err := *a.away.Load(); err != nil && !beyondWaiting(err) {
		reason := stall.RedisAway
		if stalled, is := errors.AsType[*stall.Error](err); is {
			reason = stalled.Reason
		}
		now[reason] = err
	}
	maps.Copy(now, a.mapped.Stalls())
	maps.Copy(now, a.Kafka.Stalls())
	maps.Copy(now, a.status.Stalls())
	if err := a.peers.trouble(time.Now()); err != nil {
		now[stall.RulesDiffer] = err
	}
	return now
}

// tell updates the metric and the log. A stall that is over at the next look, such as a
// moved leader, gets no line.
func (a *App) tell(now time.Time) {
	stands, s := a.stalled(), a.stalls
	for _, r := range stall.Reasons {
		err, since := stands[r], s.seen[r]
		switch {
		case err == nil:
			s.gauge.WithLabelValues(string(r)).Set(0)
			if s.told[r] {
				a.log.Info("goes on", "reason", string(r), "after", now.Sub(since).Round(time.Second))
			}
			delete(s.seen, r)
			delete(s.told, r)
		case since.IsZero():
			s.seen[r] = now
			s.gauge.WithLabelValues(string(r)).Set(1)
		case !s.told[r]:
			s.told[r] = true
			a.log.Error("stands still", "reason", string(r), "err", err)
		}
	}
}

// redisTrouble is why Redis does not answer. A single failed call is remembered for
// longer than it lasts, so every look at the store asks again.
func (a *App) redisTrouble() error {
	if err := *a.away.Load(); err != nil {
		return err
	}
	now := a.redis.Now()
	for _, r := range stall.Reasons {
		if now[r] != nil && r != stall.RedisAway {
			return now[r]
		}
	}
	return nil
}

// meet tells the other instances our rules and reads theirs.
func (a *App) meet(ctx context.Context) {
	rules := a.rules.Load().Hash
	if others, err := a.Store.Meet(ctx, a.instance, rules); err == nil {
		a.peers.met(rules, others, time.Now())
	}
}

// leave removes our rules, so that the other instances forget them.
func (a *App) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, _ = a.Store.Meet(ctx, a.instance, "") // otherwise they forget us after a while
}

// peers are the other instances.
type peers struct {
	mu    sync.Mutex
	err   error // an instance judges by other rules
	since time.Time
	names []string // of those that were met
}

// met notes the rules of the other instances.
func (p *peers) met(ours string, others map[string]string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err, p.names = nil, slices.Sorted(maps.Keys(others))
	for _, other := range slices.Sorted(maps.Keys(others)) {
		if others[other] != ours {
			p.err = &stall.Error{Reason: stall.RulesDiffer, Err: fmt.Errorf("%s has rules %s, this one has %s", other, others[other], ours)}
			break
		}
	}
	if p.err == nil {
		p.since = time.Time{}
	} else if p.since.IsZero() {
		p.since = now
	}
}

// others are the instances that were met lately, by name.
func (p *peers) others() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.names), func(name string) bool { return name == "" })
}

// trouble says that another instance has judged by other rules for long.
func (p *peers) trouble(now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil || now.Sub(p.since) < differLong {
		return nil
	}
	return p.err
}

// Ready implements web.Reporter. Instances differ while a new configuration is rolled
// out one by one, which must go on: so this keeps nobody from being ready.
func (p *peers) Ready() (map[string]string, bool) {
	if err := p.trouble(time.Now()); err != nil {
		return map[string]string{"rules": "ready, but " + err.Error()}, true
	}
	return nil, true
}

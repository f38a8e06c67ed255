package main

import (
	"context"
	"errors"
	"sync"
	"syscall"
	"time"

	state "firstsign/detector/redis"
	"firstsign/detector/worker"
)

// storm is what strikes a fleet.
type storm struct {
	*fleet
	shots *shots
	thaws sync.WaitGroup // of the frozen members
}

// faults are the kinds; each is struck at least twice when there are 20.
var faults = []struct {
	name   string
	strike func(*storm) error
}{
	{"kill", (*storm).kill},
	{"power cut", (*storm).powerCut},
	{"freeze", (*storm).freeze},
	{"join", (*storm).grow},
	{"leave", (*storm).shrink},
	{"roll back under the same owner", (*storm).rollBackShortly},
	{"roll back", (*storm).rollBack},
	{"stop Redis", func(s *storm) error { return s.restart("redis") }},
	{"stop Kafka", func(s *storm) error { return s.restart("kafka") }},
	{"cut replies", (*storm).cut},
}

// strike strikes n faults at random moments, all kinds equally often.
func (c *chaos) strike(f *fleet, n int) {
	s := &storm{fleet: f, shots: takeShots(f)}
	defer s.shots.stop()
	var kinds []int
	for len(kinds) < n {
		kinds = append(kinds, c.random.Perm(len(faults))...)
	}
	kinds = kinds[:n]
	c.random.Shuffle(n, func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	for i, kind := range kinds {
		time.Sleep(c.between(time.Second, 5*time.Second))
		c.note("fault %d of %d: %s", i+1, n, faults[kind].name)
		if err := faults[kind].strike(s); err != nil {
			c.t.Fatalf("%s: %v", faults[kind].name, err)
		}
		if c.t.Failed() {
			c.t.FailNow()
		}
	}
	time.Sleep(c.between(0, 3*time.Second))
	s.thaws.Wait()
}

func (c *chaos) between(from, to time.Duration) time.Duration {
	return from + time.Duration(c.random.Int64N(int64(to-from)))
}

// anyone is a member that is not frozen; there always is one.
func (s *storm) anyone() *member {
	list := s.awake()
	return list[s.random.IntN(len(list))]
}

// kill ends a member at once; another one takes its place.
func (s *storm) kill() error {
	m := s.anyone()
	s.release(m, syscall.SIGKILL)
	<-m.ended
	pause := s.between(0, 2*time.Second)
	s.note("  SIGKILL of %s, another one after %s", m.name, pause)
	time.Sleep(pause)
	s.join()
	return nil
}

// powerCut ends all members at once, and when it can be had, between the two
// calls of one commit: a part of the accounts is ahead of the others then.
func (s *storm) powerCut() error {
	trap := &trap{make(chan struct{}), make(chan struct{})}
	s.proxy.trap.Store(trap)
	where := "in the middle of a commit"
	select {
	case <-trap.sprung:
	case <-time.After(5 * time.Second):
		s.proxy.trap.Store(nil)
		where = "at no special moment"
	}
	all := s.awake()
	for _, m := range all {
		s.release(m, syscall.SIGKILL)
	}
	for _, m := range all {
		<-m.ended
	}
	close(trap.opened)
	s.note("  SIGKILL of %d members, %s", len(all), where)
	for range all {
		s.join()
	}
	return nil
}

// freeze makes a zombie: a member that sleeps for longer than its session,
// and wakes without knowing it. Others work on meanwhile.
func (s *storm) freeze() error {
	if len(s.awake()) == 1 {
		s.join()
		s.note("  one more member first")
	}
	m, pause := s.anyone(), s.between(8*time.Second, 14*time.Second)
	s.note("  SIGSTOP of %s for %s", m.name, pause)
	if err := m.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	s.freezeOrThaw(m, true)
	s.thaws.Go(func() {
		time.Sleep(pause)
		s.note("  SIGCONT of %s", m.name)
		_ = m.cmd.Process.Signal(syscall.SIGCONT)
		s.freezeOrThaw(m, false)
	})
	return nil
}

func (f *fleet) freezeOrThaw(m *member, frozen bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m.frozen = frozen
}

// grow adds a member; a crowd becomes smaller instead, as the machine is.
func (s *storm) grow() error {
	if len(s.awake()) > 3 {
		return s.shrink()
	}
	s.join()
	s.note("  %d members now", len(s.awake()))
	return nil
}

// shrink ends a member in good order.
func (s *storm) shrink() error {
	if len(s.awake()) == 1 {
		return s.grow()
	}
	m := s.anyone()
	s.release(m, syscall.SIGTERM)
	s.note("  SIGTERM of %s", m.name)
	s.farewell(m)
	return nil
}

// restart stops Redis or Kafka, in good order or not, and starts it again.
func (s *storm) restart(name string) error {
	signal, pause := "TERM", s.between(500*time.Millisecond, 4*time.Second)
	if s.random.IntN(2) == 0 {
		signal = "KILL"
	}
	s.note("  SIG%s of %s, away for %s", signal, name, pause)
	if err := s.own.Do("stop-"+name, signal); err != nil {
		return err
	}
	time.Sleep(pause)
	if err := s.own.Do("start-" + name); err != nil {
		return err
	}
	s.note("  %s answers again", name)
	return nil
}

// cut loses answers of Redis on their way.
func (s *storm) cut() error {
	n := 1 + s.random.Int64N(25)
	s.note("  the next %d replies of Redis are lost", n)
	s.proxy.cuts.Store(n)
	return nil
}

// rollBackShortly puts back what Redis held before the last commits of owners
// that go on: a fail-over to a replica that was behind. Their tokens are good.
func (s *storm) rollBackShortly() error {
	before, shot := map[int]worker.Meta{}, shot{}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		ahead := 0
		for p := range s.config.Service.Kafka.Partitions {
			_, meta, err := s.store.Inspect(s.t.Context(), p)
			if err != nil {
				return err
			}
			if was, ok := before[p]; !ok || was.Epoch != meta.Epoch {
				before[p], shot = meta, s.shots.take(s.t.Context())
			} else if meta.Seq > was.Seq+2 {
				ahead++
			}
		}
		if ahead == s.config.Service.Kafka.Partitions && len(shot.keys) > 0 {
			break
		}
	}
	s.note("  back to Redis as it was %.1f s ago, while the owners go on", time.Since(shot.at).Seconds())
	return s.shots.restore(shot)
}

// rollBack puts back what Redis held some seconds ago, all keys at once: state,
// findings and the store of alerts. Owners may have changed since.
func (s *storm) rollBack() error {
	kept := s.shots.all()
	if len(kept) == 0 {
		s.note("  nothing to go back to yet")
		return nil
	}
	shot := kept[s.random.IntN(len(kept))]
	s.note("  back to Redis as it was %.1f s ago: %d keys, %d bytes", time.Since(shot.at).Seconds(), len(shot.keys)/2, shot.bytes)
	return s.shots.restore(shot)
}

// shots are copies of everything that Redis holds of a fleet, taken all the
// time.
type shots struct {
	fleet  *fleet
	eval   func(ctx context.Context, script string, args ...any) (any, error)
	cancel context.CancelFunc
	ended  chan struct{}

	mu   sync.Mutex
	kept []shot // the newest, oldest first
}

type shot struct {
	at    time.Time
	keys  []any // name and dump in turn
	bytes int
}

const (
	dumpKeys = `
local all = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  all[#all + 1] = key
  all[#all + 1] = redis.call('DUMP', key)
end
return all`
	restoreKeys = `
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end
for i = 2, #ARGV, 2 do redis.call('RESTORE', ARGV[i], 0, ARGV[i + 1]) end
return 'OK'`
)

// takeShots takes a copy every two seconds and keeps those of the last ten or
// so.
func takeShots(f *fleet) *shots {
	client, err := state.Open(f.config.Service.Redis)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { client.Close() })
	ctx, cancel := context.WithCancel(f.t.Context())
	s := &shots{fleet: f, cancel: cancel, ended: make(chan struct{})}
	s.eval = func(ctx context.Context, script string, args ...any) (any, error) {
		return client.Eval(ctx, script, nil, args...).Result()
	}
	go func() {
		defer close(s.ended)
		for every := time.NewTicker(2 * time.Second); ; {
			select {
			case <-ctx.Done():
				every.Stop()
				return
			case <-every.C:
				s.take(ctx)
			}
		}
	}()
	return s
}

func (s *shots) stop() {
	s.cancel()
	<-s.ended
}

func (s *shots) pattern() string { return "firstsign:{" + s.fleet.name + "/*" }

// take a copy and return it; an empty one when Redis is away.
func (s *shots) take(ctx context.Context) shot {
	reply, err := s.eval(ctx, dumpKeys, s.pattern())
	keys, _ := reply.([]any)
	if err != nil || len(keys) == 0 {
		return shot{}
	}
	n := 0
	for _, k := range keys {
		n += len(k.(string))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, shot{time.Now(), keys, n})
	s.kept = s.kept[max(0, len(s.kept)-5):]
	return s.kept[len(s.kept)-1]
}

func (s *shots) all() []shot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]shot(nil), s.kept...)
}

func (s *shots) restore(shot shot) error {
	ctx, cancel := context.WithTimeout(s.fleet.t.Context(), 20*time.Second)
	defer cancel()
	for {
		_, err := s.eval(ctx, restoreKeys, append([]any{s.pattern()}, shot.keys...)...)
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		s.fleet.note("  not yet: %v", err)
		time.Sleep(200 * time.Millisecond)
	}
}

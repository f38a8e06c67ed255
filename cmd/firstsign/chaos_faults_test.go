package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// storm is what strikes a fleet.
type storm struct {
	*fleet
	shots  *shots
	franz  *kgo.Client
	lasts  sync.WaitGroup // what goes on while other faults strike
	struck map[string]int // by kind
	// A process is stopped, killed or frozen by one fault at a time.
	redisProcess, kafkaProcess sync.Mutex
	channelBusy                sync.Mutex // while a channel has a mood
}

// faultKind is a kind of them.
type faultKind struct {
	name   string
	strike func(*storm) error
	on     redisKind // the kind of Redis that it needs; anyRedis: all do
}

// faults are the kinds that a Redis of this kind can have, all struck equally often.
func (k redisKind) faults() []faultKind {
	all := slices.Concat(memberFaults, redisFaults, clusterFaults, kafkaFaults, channelFaults)
	return slices.DeleteFunc(all, func(f faultKind) bool { return f.on != anyRedis && f.on != k })
}

// strike strikes n faults at random moments, all kinds equally often. Those that last
// go on while the next ones strike.
func (c *chaos) strike(f *fleet, faults []faultKind, n int) {
	s := &storm{fleet: f, struck: map[string]int{}}
	defer s.lasts.Wait()
	if c.cluster == nil {
		s.shots = takeShots(f)
		defer s.shots.stop()
	}
	var err error
	if s.franz, err = kgo.NewClient(kgo.SeedBrokers(c.own.Brokers)); err != nil {
		c.t.Fatal(err)
	}
	defer s.franz.Close()
	var kinds []int
	for len(kinds) < n {
		kinds = append(kinds, c.random.Perm(len(faults))...)
	}
	kinds = kinds[:n]
	c.random.Shuffle(n, func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	for i, kind := range kinds {
		time.Sleep(c.between(500*time.Millisecond, 4*time.Second))
		c.note("fault %d of %d: %s", i+1, n, faults[kind].name)
		if err := faults[kind].strike(s); err != nil {
			c.t.Fatalf("%s: %v", faults[kind].name, err)
		}
		s.struck[faults[kind].name]++
		if faults[kind].on == clusterRedis {
			c.wentBack(time.Now().Add(-10 * time.Second)) // a replica may lag by so much
		}
		if c.t.Failed() {
			c.t.FailNow()
		}
	}
	time.Sleep(c.between(0, 3*time.Second))
	s.lasts.Wait()
	if c.cluster != nil {
		c.awaitCluster()
	}
	c.table(faults, s.struck)
}

// table of what was struck.
func (c *chaos) table(faults []faultKind, struck map[string]int) {
	var text strings.Builder
	fmt.Fprintf(&text, "| fault | struck |\n|---|---:|\n")
	for _, f := range faults {
		fmt.Fprintf(&text, "| %s | %d |\n", f.name, struck[f.name])
	}
	c.note("%d kinds of faults\n%s", len(faults), text.String())
}

// goesOn lets a fault last: other faults strike until undo ends it after a pause.
func (s *storm) goesOn(pause time.Duration, undo func() error) {
	s.lasts.Go(func() {
		time.Sleep(pause)
		if err := undo(); err != nil {
			s.t.Errorf("a fault does not end: %v", err)
		}
	})
}

func (c *chaos) between(from, to time.Duration) time.Duration {
	return from + time.Duration(c.random.Int64N(int64(to-from)))
}

// anyone is a member that is not frozen; there always is one.
func (s *storm) anyone() *member {
	list := s.awake()
	return list[s.random.IntN(len(list))]
}

// The kinds that strike members.
var memberFaults = []faultKind{
	{name: "kill a member", strike: (*storm).kill},
	{name: "kill a member that starts", strike: (*storm).killStarting},
	{name: "kill a member that leaves", strike: (*storm).killLeaving},
	{name: "power cut: all members at once", strike: (*storm).powerCut},
	{name: "freeze a member beyond its session", strike: (*storm).freeze},
	{name: "freeze all members beyond their sessions", strike: (*storm).freezeAll},
	{name: "a member joins", strike: (*storm).grow},
	{name: "a member leaves", strike: (*storm).shrink},
	{name: "members come and go at once", strike: (*storm).crowd},
	{name: "all members read their configuration again", strike: (*storm).reload},
	{name: "the configuration is broken for a moment", strike: (*storm).breakConfiguration},
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
	s.goesOn(pause, func() error {
		s.note("  SIGCONT of %s", m.name)
		s.thawed()
		_ = m.cmd.Process.Signal(syscall.SIGCONT)
		s.freezeOrThaw(m, false)
		return nil
	})
	return nil
}

// freezeAll puts everybody to sleep: nobody works meanwhile.
func (s *storm) freezeAll() error {
	pause := s.between(7*time.Second, 10*time.Second)
	all := s.awake()
	s.note("  SIGSTOP of %d members for %s", len(all), pause)
	for _, m := range all {
		_ = m.cmd.Process.Signal(syscall.SIGSTOP)
	}
	time.Sleep(pause)
	s.thawed()
	for _, m := range all {
		_ = m.cmd.Process.Signal(syscall.SIGCONT)
	}
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

// crowd lets several come and go at the same time.
func (s *storm) crowd() error {
	leaves := s.anyone()
	s.release(leaves, syscall.SIGTERM)
	s.join()
	s.join()
	s.farewell(leaves)
	if len(s.awake()) > 3 {
		return s.shrink()
	}
	return nil
}

// killStarting ends a member while it starts.
func (s *storm) killStarting() error {
	m, _ := s.start()
	pause := s.between(0, 600*time.Millisecond)
	time.Sleep(pause)
	s.release(m, syscall.SIGKILL)
	<-m.ended
	s.note("  SIGKILL of %s, %s after its start", m.name, pause)
	return nil
}

// killLeaving ends a member that was told to end, before it has done so.
func (s *storm) killLeaving() error {
	m, pause := s.anyone(), s.between(0, 300*time.Millisecond)
	s.release(m, syscall.SIGTERM)
	time.Sleep(pause)
	_ = m.cmd.Process.Kill()
	<-m.ended
	s.note("  SIGTERM of %s, SIGKILL after %s: %v", m.name, pause, m.err)
	s.join()
	return nil
}

// reload has all members read their configuration again: it says the same.
func (s *storm) reload() error {
	for _, m := range s.awake() {
		_ = m.cmd.Process.Signal(syscall.SIGHUP)
	}
	return nil
}

// breakConfiguration lets all members meet a file that is half-written. Its last line is
// never whole: a file that ends at a line's end may be sound and have fewer signals, and
// then their series are rightly given up.
func (s *storm) breakConfiguration() error {
	file := filepath.Join(s.dir, "signals.yaml")
	sound, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	half := append(slices.Clip(sound[:s.random.IntN(len(sound))]), "\n  - {name: hal"...)
	err = os.WriteFile(file, half, 0o600)
	_ = s.reload()
	time.Sleep(s.between(500*time.Millisecond, 2*time.Second))
	return errors.Join(err, os.WriteFile(file, sound, 0o600), s.reload())
}

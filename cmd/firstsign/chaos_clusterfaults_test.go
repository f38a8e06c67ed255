package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// The kinds that only a Cluster can have.
var clusterFaults = []faultKind{
	{name: "a master is killed, its replica takes over", strike: (*storm).killMaster, on: clusterRedis},
	{name: "a master freezes and comes back as a replica", strike: (*storm).freezeMaster, on: clusterRedis},
	{name: "a replica that lagged takes over", strike: func(s *storm) error { return s.lag(anySlot) }, on: clusterRedis},
	{name: "a replica that lagged takes over: the alerts go back", strike: func(s *storm) error { return s.lag(alertSlot) }, on: clusterRedis},
	{name: "a replica is killed", strike: (*storm).killReplica, on: clusterRedis},
	{name: "manual fail-over", strike: func(s *storm) error { return s.failOver() }, on: clusterRedis},
	{name: "manual fail-over by force", strike: func(s *storm) error { return s.failOver("FORCE") }, on: clusterRedis},
	{name: "a slot moves to another master", strike: (*storm).moveSlot, on: clusterRedis},
	{name: "all nodes are killed at once", strike: (*storm).killCluster, on: clusterRedis},
}

// shard is a master that holds keys of the fleet, and its replica. No other fault stops
// or turns them until release.
type shard struct {
	master, replica *clusterNode
	slot            int // of some of the keys
}

func (s *shard) release() {
	s.master.busy.Unlock()
	s.replica.busy.Unlock()
}

// keySlot of a partition of the fleet, or of its alerts.
func (s *storm) keySlot(what string) (int, error) {
	var err error
	for _, server := range s.servers {
		ctx, cancel := context.WithTimeout(s.t.Context(), time.Second)
		slot, failed := server.ClusterKeySlot(ctx, "{"+s.name+"/"+what+"}").Result()
		cancel()
		if err = failed; err == nil {
			return int(slot), nil
		}
	}
	return 0, fmt.Errorf("no node answers: %w", err)
}

func alertSlot(s *storm) (int, error) { return s.keySlot("book") }

// anySlot that holds keys of the fleet.
func anySlot(s *storm) (int, error) {
	if n := s.random.IntN(s.config.Service.Kafka.Partitions + 1); n < s.config.Service.Kafka.Partitions {
		return s.keySlot(strconv.Itoa(n))
	}
	return alertSlot(s)
}

// patience is how long a fault waits for a Cluster that others have struck.
const patience = time.Minute

// busyMaster is a master that holds keys of the fleet.
func (s *storm) busyMaster() (*clusterNode, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		slot, err := anySlot(s)
		if err != nil {
			continue
		}
		if n := owner(s.cluster.states(s.t.Context()), slot); n != nil {
			return n, nil
		}
	}
	return nil, errors.New("no master is found")
}

// take a shard that holds keys of the fleet.
func (s *storm) take() (*shard, error) { return s.takeOf(anySlot) }

// takeOf takes the shard of a slot, once its replica hears its master.
func (s *storm) takeOf(slotOf func(*storm) (int, error)) (*shard, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		slot, err := slotOf(s)
		if err != nil {
			continue
		}
		states := s.cluster.states(s.t.Context())
		sh := &shard{master: owner(states, slot), slot: slot}
		if sh.master == nil {
			continue
		}
		for n, state := range states {
			if !state.isMaster && state.master == states[sh.master].id {
				sh.replica = n
			}
		}
		if sh.replica == nil || !sh.replica.linked(s.t.Context()) || !sh.master.busy.TryLock() {
			continue
		}
		if sh.replica.busy.TryLock() {
			return sh, nil
		}
		sh.master.busy.Unlock()
	}
	return nil, errors.New("no master with a replica is found")
}

// tookOver waits until the replica is the master, and says how long it took.
func (s *storm) tookOver(sh *shard) {
	for begun := time.Now(); time.Since(begun) < 15*time.Second; time.Sleep(50 * time.Millisecond) {
		if state, err := sh.replica.state(s.t.Context()); err == nil && state.isMaster {
			s.note("  %s took over from %s after %.1f s", sh.replica.Addr, sh.master.Addr, time.Since(begun).Seconds())
			return
		}
	}
	s.note("  %s did not take over from %s", sh.replica.Addr, sh.master.Addr)
}

// killMaster ends a master; it comes back as the replica of its replica.
func (s *storm) killMaster() error {
	sh, err := s.take()
	if err != nil {
		return err
	}
	pause := s.between(0, 4*time.Second)
	s.note("  SIGKILL of %s", sh.master.Addr)
	sh.master.Kill()
	s.comesBack(sh, pause, sh.master.Start)
	return nil
}

// comesBack lets a replica take over, and its master come back some time later.
func (s *storm) comesBack(sh *shard, pause time.Duration, back func() error) {
	s.goesOn(0, func() error {
		defer sh.release()
		s.tookOver(sh)
		time.Sleep(pause)
		return back()
	})
}

// freezeMaster makes a zombie: a master that wakes and does not know yet that it is none.
func (s *storm) freezeMaster() error {
	sh, err := s.take()
	if err != nil {
		return err
	}
	pause := s.between(0, 4*time.Second)
	s.note("  SIGSTOP of %s", sh.master.Addr)
	err = sh.master.Signal(syscall.SIGSTOP)
	s.comesBack(sh, pause, func() error { return sh.master.Signal(syscall.SIGCONT) })
	return err
}

var replicationOffset = regexp.MustCompile(`(?:master|slave)_repl_offset:(\d+)`)

// heardTo is up to where a node has its stream of writes.
func (s *storm) heardTo(n *clusterNode) (int64, error) {
	said, err := n.client.Info(s.t.Context(), "replication").Result()
	if err != nil {
		return 0, err
	}
	most := int64(-1)
	for _, found := range replicationOffset.FindAllStringSubmatch(said, -1) {
		offset, _ := strconv.ParseInt(found[1], 10, 64)
		most = max(most, offset)
	}
	return most, nil
}

// lag keeps a master's writes from its replica for a while, and kills the master: what
// it confirmed last is gone. Of the alerts, it waits for some that have left the outbox.
func (s *storm) lag(slotOf func(*storm) (int, error)) error {
	sh, err := s.takeOf(slotOf)
	if err != nil {
		return err
	}
	err = errors.Join(s.ask(sh.master.client, "ACL", "SETUSER", "default", "-psync", "-sync"),
		s.ask(sh.master.client, "CLIENT", "KILL", "TYPE", "replica"))
	before := s.alertsWritten(sh.master)
	time.Sleep(s.between(500*time.Millisecond, 3*time.Second))
	if slot, failed := alertSlot(s); failed == nil && slot == sh.slot {
		for end := time.Now().Add(15 * time.Second); time.Now().Before(end) && s.alertsWritten(sh.master) == before; {
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(s.between(0, time.Second))
	}
	at, err1 := s.heardTo(sh.master)
	heard, err2 := s.heardTo(sh.replica)
	s.note("  SIGKILL of %s, %d bytes and %d writes of alerts ahead of its replica", sh.master.Addr, at-heard, s.alertsWritten(sh.master)-before)
	pause := s.between(0, 4*time.Second)
	sh.master.Kill()
	s.comesBack(sh, pause, sh.master.Start)
	return errors.Join(err, err1, err2)
}

// alertsWritten is how often a master wrote an alert, 0 when they are elsewhere.
func (s *storm) alertsWritten(n *clusterNode) int64 {
	many, _ := n.client.HGet(s.t.Context(), "firstsign:{"+s.name+"/book}:sizes", "seq").Int64() // MOVED: none
	return many
}

func (s *storm) killReplica() error {
	sh, err := s.take()
	if err != nil {
		return err
	}
	pause := s.between(time.Second, 5*time.Second)
	s.note("  SIGKILL of %s for %s", sh.replica.Addr, pause)
	sh.replica.Kill()
	s.goesOn(pause, func() error {
		defer sh.release()
		return sh.replica.Start()
	})
	return nil
}

// failOver is asked for by an operator. Forced, the replica does not wait until it has
// heard all of its master.
func (s *storm) failOver(how ...any) error {
	sh, err := s.take()
	if err != nil {
		return err
	}
	defer sh.release()
	if err := s.ask(sh.replica.client, append([]any{"CLUSTER", "FAILOVER"}, how...)...); err != nil {
		return err
	}
	s.tookOver(sh)
	return nil
}

// moveSlot moves some keys of the fleet to another master, one after the other: between
// them Redis answers ASK and TRYAGAIN.
func (s *storm) moveSlot() error {
	from, err := s.take()
	if err != nil {
		return err
	}
	defer from.release()
	to, err := s.otherMaster(from.master)
	if err != nil {
		return err
	}
	defer to.busy.Unlock()
	ctx, slot := s.t.Context(), strconv.Itoa(from.slot)
	source, err1 := from.master.state(ctx)
	target, err2 := to.state(ctx)
	host, port, err3 := net.SplitHostPort(to.Addr)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	err = errors.Join(s.ask(to.client, "CLUSTER", "SETSLOT", slot, "IMPORTING", source.id),
		s.ask(from.master.client, "CLUSTER", "SETSLOT", slot, "MIGRATING", target.id))
	moved := 0
	for err == nil {
		keys, failed := from.master.client.ClusterGetKeysInSlot(ctx, from.slot, 1).Result()
		if err = failed; err != nil || len(keys) == 0 {
			break
		}
		err = s.ask(from.master.client, "MIGRATE", host, port, keys[0], "0", "5000")
		moved++
		time.Sleep(s.between(20*time.Millisecond, 300*time.Millisecond))
	}
	for _, n := range []*clusterNode{to, from.master} {
		err = errors.Join(err, s.ask(n.client, "CLUSTER", "SETSLOT", slot, "NODE", target.id))
	}
	s.note("  slot %s from %s to %s, %d keys", slot, from.master.Addr, to.Addr, moved)
	return err
}

// otherMaster takes one.
func (s *storm) otherMaster(than *clusterNode) (*clusterNode, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		states := s.cluster.states(s.t.Context())
		for _, i := range s.random.Perm(len(s.cluster.nodes)) {
			n := s.cluster.nodes[i]
			if state, answers := states[n]; n != than && answers && len(state.slots) > 0 && owner(states, state.slots[0][0]) == n && n.busy.TryLock() {
				return n, nil
			}
		}
	}
	return nil, errors.New("no other master is found")
}

// killCluster is a power cut of all nodes.
func (s *storm) killCluster() error {
	for _, n := range s.cluster.nodes {
		n.busy.Lock()
		defer n.busy.Unlock()
	}
	pause := s.between(200*time.Millisecond, 3*time.Second)
	s.note("  SIGKILL of %d nodes for %s", len(s.cluster.nodes), pause)
	for _, n := range s.cluster.nodes {
		n.Kill()
	}
	time.Sleep(pause)
	var errs []error
	for _, n := range s.cluster.nodes {
		errs = append(errs, n.Start())
	}
	return errors.Join(errs...)
}

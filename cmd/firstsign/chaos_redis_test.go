package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// The kinds that strike Redis, or the way to it.
var redisFaults = []faultKind{
	{name: "Redis goes back under the same owners", strike: (*storm).rollBackShortly, on: singleRedis},
	{name: "Redis goes back", strike: (*storm).rollBack, on: singleRedis},
	{name: "stop Redis", strike: func(s *storm) error { return s.restart("redis", "TERM") }, on: singleRedis},
	{name: "kill Redis", strike: func(s *storm) error { return s.restart("redis", "KILL") }, on: singleRedis},
	{name: "kill Redis while it rewrites its file", strike: (*storm).killRewriting, on: singleRedis},
	{name: "freeze Redis", strike: func(s *storm) error { return s.freezePart("redis") }, on: singleRedis},
	{name: "Redis is full", strike: func(s *storm) error { return s.setting("maxmemory", "1", "0") }},
	{name: "Redis lacks replicas", strike: func(s *storm) error { return s.setting("min-replicas-to-write", "9", "0") }},
	{name: "Redis is read-only: a replica", strike: (*storm).readOnly, on: singleRedis},
	{name: "Redis closes all connections", strike: func(s *storm) error { return s.askAll("CLIENT", "KILL", "TYPE", "normal") }},
	{name: "Redis forgets the scripts", strike: func(s *storm) error { return s.askAll("SCRIPT", "FLUSH") }},
	{name: "somebody's script keeps Redis busy", strike: (*storm).hog},
	{name: "replies of Redis are lost", strike: (*storm).loseReplies},
	{name: "requests to Redis are lost", strike: (*storm).loseRequests},
	{name: "Redis is slow", strike: (*storm).slow},
	{name: "Redis takes requests and says nothing", strike: (*storm).silent},
}

// ask a server until it answers.
func (s *storm) ask(server *goredis.Client, words ...any) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), 40*time.Second)
	defer cancel()
	for {
		err := server.Do(ctx, words...).Err()
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// askAll servers.
func (s *storm) askAll(words ...any) error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, s.ask(server, words...))
	}
	return errors.Join(errs...)
}

// server is the one, or in a Cluster one of the masters that hold keys of the fleet.
func (s *storm) server() (*goredis.Client, error) {
	if s.cluster == nil {
		return s.servers[0], nil
	}
	node, err := s.busyMaster()
	if err != nil {
		return nil, err
	}
	return node.client, nil
}

// restart stops Redis or Kafka by a signal, and starts it again.
func (s *storm) restart(name, signal string) error {
	busy := s.process(name)
	busy.Lock()
	defer busy.Unlock()
	pause := s.between(500*time.Millisecond, 4*time.Second)
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

func (s *storm) process(name string) *sync.Mutex {
	if name == "redis" {
		return &s.redisProcess
	}
	return &s.kafkaProcess
}

// killRewriting ends Redis while it writes its file anew.
func (s *storm) killRewriting() error {
	if err := s.ask(s.servers[0], "BGREWRITEAOF"); err != nil && !strings.Contains(err.Error(), "in progress") {
		return err
	}
	return s.restart("redis", "KILL")
}

// freezePart stops a process for a while; its connections stay open.
func (s *storm) freezePart(name string) error {
	busy := s.process(name)
	text, err := os.ReadFile(filepath.Join(s.chaos.dir, "services", name+".pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	busy.Lock()
	pause := s.between(2*time.Second, 8*time.Second)
	s.note("  SIGSTOP of %s for %s", name, pause)
	err = syscall.Kill(pid, syscall.SIGSTOP)
	s.goesOn(pause, func() error {
		defer busy.Unlock()
		return syscall.Kill(pid, syscall.SIGCONT)
	})
	return err
}

// setting gives a setting of Redis a bad value for a while. A restart undoes it.
func (s *storm) setting(name, bad, good string) error {
	server, err := s.server()
	if err != nil {
		return err
	}
	pause := s.between(2*time.Second, 6*time.Second)
	s.note("  %s %s for %s", name, bad, pause)
	err = s.ask(server, "CONFIG", "SET", name, bad)
	s.goesOn(pause, func() error { return s.ask(server, "CONFIG", "SET", name, good) })
	return err
}

// readOnly makes Redis a replica of nobody, as it is amid a fail-over.
func (s *storm) readOnly() error {
	pause := s.between(2*time.Second, 6*time.Second)
	s.note("  a replica for %s", pause)
	err := s.ask(s.servers[0], "REPLICAOF", "127.0.0.1", "1")
	s.goesOn(pause, func() error { return s.ask(s.servers[0], "REPLICAOF", "NO", "ONE") })
	return err
}

// hog has a script of somebody else run for some seconds; Redis says BUSY meanwhile.
func (s *storm) hog() error {
	server, err := s.server()
	if err != nil {
		return err
	}
	if err := s.ask(server, "CONFIG", "SET", "busy-reply-threshold", "200"); err != nil {
		return err
	}
	begun := time.Now()
	_ = server.Do(s.t.Context(), "EVAL", "for i = 1, 2e8 do end return 1", "0").Err() // it may take longer than a reply
	s.note("  busy for %s", time.Since(begun))
	return nil
}

func (s *storm) loseReplies() error {
	n := 1 + s.random.Int64N(25)
	s.note("  the next %d replies of Redis are lost", n)
	s.proxy.cuts.Store(n)
	return nil
}

func (s *storm) loseRequests() error {
	n := 1 + s.random.Int64N(25)
	s.note("  the next %d requests to Redis are lost", n)
	s.proxy.lost.Store(n)
	return nil
}

// slow holds every reply back for a while.
func (s *storm) slow() error {
	by, pause := s.between(100*time.Millisecond, 900*time.Millisecond), s.between(3*time.Second, 8*time.Second)
	s.note("  every reply comes %s late, for %s", by, pause)
	s.proxy.delay.Store(int64(by))
	s.goesOn(pause, func() error { s.proxy.delay.Store(0); return nil })
	return nil
}

// silent lets requests through and no reply back; then all those connections end.
func (s *storm) silent() error {
	pause := s.between(2*time.Second, 8*time.Second)
	s.note("  no reply for %s", pause)
	silence := make(chan struct{})
	if !s.proxy.silence.CompareAndSwap(nil, &silence) {
		return nil // it is silent already
	}
	s.goesOn(pause, func() error {
		s.proxy.silence.Store(nil)
		close(silence)
		return nil
	})
	return nil
}

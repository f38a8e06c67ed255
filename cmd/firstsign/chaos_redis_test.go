package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The kinds that strike Redis, or the way to it.
var redisFaults = []faultKind{
	{"Redis goes back under the same owners", (*storm).rollBackShortly},
	{"Redis goes back", (*storm).rollBack},
	{"stop Redis", func(s *storm) error { return s.restart("redis", "TERM") }},
	{"kill Redis", func(s *storm) error { return s.restart("redis", "KILL") }},
	{"kill Redis while it rewrites its file", (*storm).killRewriting},
	{"freeze Redis", func(s *storm) error { return s.freezePart("redis") }},
	{"Redis is full", func(s *storm) error { return s.setting("maxmemory", "1", "0") }},
	{"Redis lacks replicas", func(s *storm) error { return s.setting("min-replicas-to-write", "1", "0") }},
	{"Redis is read-only: a replica", (*storm).readOnly},
	{"Redis closes all connections", func(s *storm) error { return s.ask("CLIENT", "KILL", "TYPE", "normal") }},
	{"Redis forgets the scripts", func(s *storm) error { return s.ask("SCRIPT", "FLUSH") }},
	{"somebody's script keeps Redis busy", (*storm).hog},
	{"replies of Redis are lost", (*storm).loseReplies},
	{"requests to Redis are lost", (*storm).loseRequests},
	{"Redis is slow", (*storm).slow},
	{"Redis takes requests and says nothing", (*storm).silent},
}

// ask Redis until it answers.
func (s *storm) ask(words ...any) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), 40*time.Second)
	defer cancel()
	for {
		err := s.redis.Do(ctx, words...).Err()
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
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
	if err := s.ask("BGREWRITEAOF"); err != nil && !strings.Contains(err.Error(), "in progress") {
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
	pause := s.between(2*time.Second, 6*time.Second)
	s.note("  %s %s for %s", name, bad, pause)
	err := s.ask("CONFIG", "SET", name, bad)
	s.goesOn(pause, func() error { return s.ask("CONFIG", "SET", name, good) })
	return err
}

// readOnly makes Redis a replica of nobody, as it is amid a fail-over.
func (s *storm) readOnly() error {
	pause := s.between(2*time.Second, 6*time.Second)
	s.note("  a replica for %s", pause)
	err := s.ask("REPLICAOF", "127.0.0.1", "1")
	s.goesOn(pause, func() error { return s.ask("REPLICAOF", "NO", "ONE") })
	return err
}

// hog has a script of somebody else run for some seconds; Redis says BUSY meanwhile.
func (s *storm) hog() error {
	if err := s.ask("CONFIG", "SET", "busy-reply-threshold", "200"); err != nil {
		return err
	}
	begun := time.Now()
	_ = s.redis.Do(s.t.Context(), "EVAL", "for i = 1, 2e8 do end return 1", "0").Err() // it may take longer than a reply
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

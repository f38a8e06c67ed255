package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"firstsign/detector/worker"
)

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
	defer s.wentBack(shot.at)
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
	defer s.wentBack(shot.at)
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
	client := f.openRedis()
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

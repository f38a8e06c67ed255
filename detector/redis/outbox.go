package redis

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/detector/worker"
)

// Outbox implements worker.Store.
func (s *Store) Outbox(ctx context.Context, partition int, after string, limit int) ([]worker.OutboxEntry, error) {
	return s.entries(ctx, partition, s.keys(partition)[2], after, limit)
}

// Settled returns findings that left the outbox lately, oldest first, as Outbox does.
func (s *Store) Settled(ctx context.Context, partition int, after string, limit int) ([]worker.OutboxEntry, error) {
	return s.entries(ctx, partition, s.settledKey(partition), after, limit)
}

// ForgetSettled removes those.
func (s *Store) ForgetSettled(ctx context.Context, partition int) error {
	if err := s.client.Unlink(ctx, s.settledKey(partition)).Err(); err != nil {
		return fmt.Errorf("forget the settled findings of partition %d: %w", partition, err)
	}
	return nil
}

func (s *Store) entries(ctx context.Context, partition int, key, after string, limit int) ([]worker.OutboxEntry, error) {
	done := s.metrics.call(worker.CallOutbox)
	from := "-"
	if after != "" {
		from = "(" + after
	}
	messages, err := s.client.XRangeN(ctx, key, from, "+", int64(limit)).Result()
	done(err)
	if err != nil {
		return nil, fmt.Errorf("read the outbox of partition %d: %w", partition, err)
	}
	entries := make([]worker.OutboxEntry, len(messages))
	for i, m := range messages {
		finding, _ := m.Values[fieldFinding].(string)
		entries[i] = worker.OutboxEntry{ID: m.ID, Finding: []byte(finding)}
	}
	return entries, nil
}

// settleScript removes entries of the outbox if the mark is still there. It is
// gone when Redis was restored to a time before it was written.
//
// What is removed stays in the stream settled for a while: the alerts may go back in time
// by themselves, on another node of a Cluster.
//
// KEYS meta, outbox, settled
// ARGV mark, how many are kept, for how many seconds, ids
var settleScript = goredis.NewScript(`
if redis.call('HGET', KEYS[1], 'mark') ~= ARGV[1] then return 0 end
local before = redis.call('XLEN', KEYS[2])
for i = 4, #ARGV do
  local entry = redis.call('XRANGE', KEYS[2], ARGV[i], ARGV[i])[1]
  if entry then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', unpack(entry[2]))
  end
end
redis.call('EXPIRE', KEYS[3], ARGV[3])
local removed = redis.call('XDEL', KEYS[2], unpack(ARGV, 4))
local counted = tonumber(redis.call('HGET', KEYS[1], 'outbox') or '0')
-- What is missing already stays missing: the next commit tells.
redis.call('HSET', KEYS[1], 'outbox', math.max(counted, before) - removed)
return 1
`)

// How many settled findings are kept, and for how long after the newest.
const (
	keptSettled = 10_000
	keptFor     = time.Hour
)

func (s *Store) settledKey(partition int) string {
	return prefix(s.namespace) + strconv.Itoa(partition) + "}:settled"
}

// Settle implements worker.Store.
func (s *Store) Settle(ctx context.Context, partition int, ids []string, delivered func(context.Context) error) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.settle(ctx, partition, ids, delivered); err != nil {
		return fmt.Errorf("settle %d findings of partition %d: %w", len(ids), partition, err)
	}
	return nil
}

func (s *Store) settle(ctx context.Context, partition int, ids []string, delivered func(context.Context) error) error {
	keys, mark := s.keys(partition), rand.Text()
	done := s.metrics.call(worker.CallSettle)
	err := s.client.HSet(ctx, keys[0], fieldMark, mark).Err()
	done(err)
	if err == nil && delivered != nil {
		err = delivered(ctx)
	}
	for some := range slices.Chunk(ids, batch) {
		if err != nil {
			return err
		}
		args := []any{mark, keptSettled, int(keptFor.Seconds())}
		for _, id := range some {
			args = append(args, id)
		}
		done := s.metrics.call(worker.CallSettle)
		var stands bool
		stands, err = settleScript.Run(ctx, s.client, []string{keys[0], keys[2], s.settledKey(partition)}, args...).Bool()
		done(err)
		if err == nil && !stands {
			err = worker.ErrRefused
		}
	}
	return err
}

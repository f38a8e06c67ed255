package redis

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// PerEventRate is how many events a second the usual design reaches, with
// which a benchmark compares ours: for every event one GET of the account's
// state, a change, one SET, over one connection. There is one event for each
// of accounts, which may repeat; a state has size bytes.
func (s *Store) PerEventRate(ctx context.Context, accounts []string, size int) (float64, error) {
	key := func(account string) string { return prefix(s.namespace) + "per-event}:" + account }
	fresh := bytes.Repeat([]byte{'.'}, max(size, 8))
	began := time.Now()
	for _, account := range accounts {
		state, err := s.client.Get(ctx, key(account)).Bytes()
		if errors.Is(err, goredis.Nil) {
			state, err = bytes.Clone(fresh), nil
		}
		if err != nil {
			return 0, fmt.Errorf("get the state of %s: %w", account, err)
		}
		binary.LittleEndian.PutUint64(state, binary.LittleEndian.Uint64(state)+1)
		if err := s.client.Set(ctx, key(account), state, 0).Err(); err != nil {
			return 0, fmt.Errorf("set the state of %s: %w", account, err)
		}
	}
	rate := float64(len(accounts)) / time.Since(began).Seconds()
	for _, account := range accounts {
		if err := s.client.Unlink(ctx, key(account)).Err(); err != nil {
			return 0, fmt.Errorf("remove the state of %s: %w", account, err)
		}
	}
	return rate, nil
}

// UsedMemory is how many bytes Redis uses in all; false when it does not say.
func (s *Store) UsedMemory(ctx context.Context) (int64, bool) {
	info, err := s.client.Info(ctx, "memory").Result()
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(info) {
		if number, ok := strings.CutPrefix(line, "used_memory:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// Forget removes all that is kept of a partition.
func (s *Store) Forget(ctx context.Context, partition int) error {
	if err := s.client.Unlink(ctx, s.keys(partition)...).Err(); err != nil {
		return fmt.Errorf("forget partition %d: %w", partition, err)
	}
	return nil
}

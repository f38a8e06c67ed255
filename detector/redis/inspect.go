package redis

import (
	"context"
	"fmt"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/detector/worker"
	"firstsign/signals"
)

// Inspect returns what is stored of a partition, and its identity, without claiming
// it; zero values when nothing is kept.
func (s *Store) Inspect(ctx context.Context, partition int) (id worker.Identity, meta worker.Meta, err error) {
	values, err := s.client.HGetAll(ctx, s.keys(partition)[0]).Result()
	if err != nil {
		return id, meta, fmt.Errorf("look at partition %d: %w", partition, err)
	}
	if len(values) == 0 {
		return id, meta, nil
	}
	f := fields{values: values}
	f.meta(&meta)
	id = worker.Identity{
		Cluster: values[fieldCluster], Topic: values[fieldTopic],
		Partitions: int(f.signed(fieldPartitions, 32)), TimeZone: values[fieldTimeZone],
	}
	if f.err != nil {
		return id, meta, fmt.Errorf("look at partition %d: %w", partition, f.err)
	}
	return id, meta, nil
}

// AccountStates returns the stored states of several accounts of a partition, nil for those of
// which there is none.
func (s *Store) AccountStates(ctx context.Context, partition int, ids []string) ([][]byte, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := s.client.HMGet(ctx, s.keys(partition)[1], ids...).Result()
	if err != nil {
		return nil, fmt.Errorf("look at %d accounts of partition %d: %w", len(ids), partition, err)
	}
	states := make([][]byte, len(found))
	for i, state := range found {
		if text, ok := state.(string); ok {
			states[i] = []byte(text)
		}
	}
	return states, nil
}

// Kept is how much a partition holds.
type Kept struct {
	Partitions int // of the log; 0 before the first claim
	Accounts   int
	Day        signals.Day // last closed day; 0 before the first
}

// Kept tells how much a partition holds, without reading all of it.
func (s *Store) Kept(ctx context.Context, partition int) (k Kept, err error) {
	keys := s.keys(partition)
	var meta *goredis.SliceCmd
	var accounts *goredis.IntCmd
	_, err = s.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		meta, accounts = p.HMGet(ctx, keys[0], fieldPartitions, fieldDay), p.HLen(ctx, keys[1])
		return nil
	})
	if err != nil {
		return k, fmt.Errorf("look at partition %d: %w", partition, err)
	}
	number := func(i int) int {
		text, _ := meta.Val()[i].(string)
		n, _ := strconv.Atoi(text) // 0 where there is none yet
		return n
	}
	return Kept{Partitions: number(0), Accounts: int(accounts.Val()), Day: signals.Day(number(1))}, nil
}

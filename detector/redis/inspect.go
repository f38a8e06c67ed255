package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"firstsign/detector/worker"
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

// Readdress makes what is stored of a partition that of another log. Whoever calls it has
// claimed the partition.
func (s *Store) Readdress(ctx context.Context, partition int, id worker.Identity) error {
	err := s.client.HSet(ctx, s.keys(partition)[0],
		fieldCluster, id.Cluster, fieldTopic, id.Topic, fieldPartitions, id.Partitions, fieldTimeZone, id.TimeZone).Err()
	if err != nil {
		return fmt.Errorf("readdress partition %d: %w", partition, err)
	}
	return nil
}

// Account returns the stored state of one account, nil when there is none.
func (s *Store) Account(ctx context.Context, partition int, id string) ([]byte, error) {
	state, err := s.client.HGet(ctx, s.keys(partition)[1], id).Bytes()
	if errors.Is(err, goredis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at account %s: %w", id, err)
	}
	return state, nil
}

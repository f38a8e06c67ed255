package redis

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// swapMark replaces the mark of a partition's findings.
//
// KEYS answers
// ARGV field, from, to
var swapMark = redis.NewScript(`
local mark = redis.call('HGET', KEYS[1], ARGV[1])
if mark == ARGV[3] then return 1 end
if mark ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`)

// markField is beside the places of the answers: a Kafka topic has no # in its name.
func markField(partition int) string { return "#findings/" + strconv.Itoa(partition) }

// SetMark implements dispatch.Marks.
func (s *Store) SetMark(ctx context.Context, partition int, mark string) error {
	if err := s.client.HSet(ctx, s.keys.answers, markField(partition), mark).Err(); err != nil {
		return fmt.Errorf("mark the findings of partition %d: %w", partition, err)
	}
	return nil
}

// SwapMark implements dispatch.Marks.
func (s *Store) SwapMark(ctx context.Context, partition int, from, to string) (bool, error) {
	stands, err := swapMark.Run(ctx, s.client, []string{s.keys.answers}, markField(partition), from, to).Bool()
	if err != nil {
		return false, fmt.Errorf("mark the findings of partition %d: %w", partition, err)
	}
	return stands, nil
}

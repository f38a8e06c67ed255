package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"firstsign/alerting/readback"
)

// readTo moves the offset if the reader's mark is still there.
//
// KEYS answers
// ARGV log, mark, offset
var readTo = redis.NewScript(`
if redis.call('HGET', KEYS[1], ARGV[1] .. '#mark') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`)

// Mark implements readback.Place.
func (s *Store) Mark(ctx context.Context, log, mark string) (next int64, known bool, err error) {
	var at *redis.StringCmd
	_, err = s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, s.keys.answers, log+"#mark", mark)
		at = p.HGet(ctx, s.keys.answers, log)
		return nil
	})
	if errors.Is(err, redis.Nil) {
		return 0, false, nil
	}
	if err == nil {
		next, err = strconv.ParseInt(at.Val(), 10, 64)
	}
	if err != nil {
		return 0, false, fmt.Errorf("up to where the answers of %s are stored: %w", log, err)
	}
	return next, true, nil
}

// ReadTo implements readback.Place.
func (s *Store) ReadTo(ctx context.Context, log, mark string, next int64) error {
	stands, err := readTo.Run(ctx, s.client, []string{s.keys.answers}, log, mark, next).Bool()
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("keep that the answers of %s are stored: %w", log, err)
	}
	if !stands {
		return readback.ErrWentBack
	}
	return nil
}

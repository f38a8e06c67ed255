package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// ErrEvicts means that Redis may remove keys by itself when its memory is full. What
// it removes is lost, whether it is an account or all alerts.
var ErrEvicts = errors.New("this Redis may evict keys")

const noEviction = "noeviction"

// MayEvict asks every master how it chooses what to remove when memory is full:
// ErrEvicts, when it removes anything. A server that does not tell is trusted.
func (s *Store) MayEvict(ctx context.Context) error {
	ask := func(ctx context.Context, master goredis.Cmdable) error {
		info, err := master.Info(ctx, "memory").Result()
		var refused goredis.Error
		switch policy := policyOf(info); {
		case errors.As(err, &refused): // the command is not there, or not allowed to us
			return nil
		case err != nil:
			return fmt.Errorf("ask Redis for its policy: %w", err)
		case policy != "" && policy != noEviction:
			return fmt.Errorf("%w: its maxmemory-policy is %s. Set it: redis-cli config set maxmemory-policy %s, and the same in redis.conf", ErrEvicts, policy, noEviction)
		}
		return nil
	}
	if cluster, is := s.client.(*goredis.ClusterClient); is {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, master *goredis.Client) error { return ask(ctx, master) })
	}
	return ask(ctx, s.client)
}

// policyOf the text of INFO memory; empty when it does not say.
func policyOf(info string) string {
	for line := range strings.Lines(info) {
		if policy, is := strings.CutPrefix(strings.TrimSpace(line), "maxmemory_policy:"); is {
			return policy
		}
	}
	return ""
}

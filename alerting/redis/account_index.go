package redis

import (
	"context"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
)

// ofAccount reads the alerts of an account. What it costs does not depend on how many
// others are stored.
func (s *Store) ofAccount(ctx context.Context, account string) ([]*alerting.Alert, error) {
	ids, whole, err := s.idsOf(ctx, account)
	if err == nil && !whole { // the index is younger than the alerts, or an older Firstsign writes
		if err = s.reindex(ctx); err == nil {
			ids, _, err = s.idsOf(ctx, account)
		}
	}
	if err != nil {
		return nil, err
	}
	return s.readAll(ctx, ids)
}

// idsOf looks an account up in the index, and reports whether the index has as many
// alerts as there are.
func (s *Store) idsOf(ctx context.Context, account string) (ids []string, whole bool, err error) {
	var held, indexed *redis.IntCmd
	var found *redis.StringSliceCmd
	_, err = s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		held, indexed = p.HLen(ctx, s.keys.alerts), p.ZCard(ctx, s.keys.accounts)
		found = p.ZRangeByLex(ctx, s.keys.accounts, &redis.ZRangeBy{Min: "[" + account + "\x00", Max: "(" + account + "\x01"})
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	for _, member := range found.Val() {
		ids = append(ids, strings.TrimPrefix(member, account+"\x00"))
	}
	return ids, held.Val() == indexed.Val(), nil
}

// index enters alerts that exist into the index of accounts, and removes others.
//
// KEYS alerts, accounts
// ARGV for each alert: its account, id
var index = redis.NewScript(`
for i = 1, #ARGV, 2 do
  local exists = redis.call('HEXISTS', KEYS[1], ARGV[i+1]) == 1
  local member = ARGV[i] .. '\0' .. ARGV[i+1]
  if exists then redis.call('ZADD', KEYS[2], 0, member) else redis.call('ZREM', KEYS[2], member) end
end
return redis.status_reply('OK')
`)

// reindex makes the index of accounts whole. Several processes may do so at once.
func (s *Store) reindex(ctx context.Context) error {
	var pairs []any
	alerts, err := s.scan(ctx)
	if err != nil {
		return err
	}
	for _, a := range alerts {
		pairs = append(pairs, a.Account, a.ID)
	}
	var cursor uint64
	for {
		members, next, err := s.client.ZScan(ctx, s.keys.accounts, cursor, "", page).Result()
		if err != nil {
			return err
		}
		for i := 0; i < len(members); i += 2 {
			account, id, _ := strings.Cut(members[i], "\x00")
			pairs = append(pairs, account, id)
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	for some := range slices.Chunk(pairs, 2*page) {
		if err := index.Run(ctx, s.client, []string{s.keys.alerts, s.keys.accounts}, some...).Err(); err != nil {
			return err
		}
	}
	return nil
}

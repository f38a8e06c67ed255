package benchmark

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

// perEventRate measures the usual design for comparison, in events per second. For every
// event it makes one GET of the account's state, a change and one SET, over one
// connection. accounts holds the account of each event; a state has size bytes.
func perEventRate(ctx context.Context, client goredis.UniversalClient, name string, accounts []string, size int) (float64, error) {
	key := func(account string) string { return "firstsign:{" + name + "/per-event}:" + account }
	fresh := bytes.Repeat([]byte{'.'}, max(size, 8))
	began := time.Now()
	for _, account := range accounts {
		state, err := client.Get(ctx, key(account)).Bytes()
		if errors.Is(err, goredis.Nil) {
			state, err = bytes.Clone(fresh), nil
		}
		if err != nil {
			return 0, fmt.Errorf("get the state of %s: %w", account, err)
		}
		binary.LittleEndian.PutUint64(state, binary.LittleEndian.Uint64(state)+1)
		if err := client.Set(ctx, key(account), state, 0).Err(); err != nil {
			return 0, fmt.Errorf("set the state of %s: %w", account, err)
		}
	}
	rate := float64(len(accounts)) / time.Since(began).Seconds()
	for _, account := range accounts {
		if err := client.Unlink(ctx, key(account)).Err(); err != nil {
			return 0, fmt.Errorf("remove the state of %s: %w", account, err)
		}
	}
	return rate, nil
}

// usedMemory is the memory of Redis in bytes; false when it does not say.
func usedMemory(ctx context.Context, client goredis.UniversalClient) (int64, bool) {
	info, err := client.Info(ctx, "memory").Result()
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

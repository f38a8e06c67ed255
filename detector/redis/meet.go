package redis

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

var (
	//go:embed meet.lua
	meetSource string
	meetScript = goredis.NewScript(meetSource)
)

// meetTTL is how long an instance that does not write counts as running.
const meetTTL = time.Minute

// Meet writes by which rules an instance judges, and returns those of the others, by
// instance. Call it several times a minute; an instance that ends gives no rules.
func (s *Store) Meet(ctx context.Context, instance, rules string) (others map[string]string, err error) {
	key := prefix(s.namespace) + "instances}"
	pairs, err := meetScript.Run(ctx, s.client, []string{key}, instance, rules, int(meetTTL.Seconds())).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("meet the other instances: %w", err)
	}
	others = make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		others[pairs[i]] = pairs[i+1]
	}
	return others, nil
}

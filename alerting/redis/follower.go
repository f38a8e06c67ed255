package redis

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
)

// follow answers what was written since a number, and leaves a mark in the same step.
// When the mark of the last call is gone, Redis went back to a time before that call.
//
// KEYS open, pending, sizes, writes, the reader's mark
// ARGV number, mark, how many at most, for how many seconds the mark is kept
var follow = redis.NewScript(`
local reply = {
  redis.call('GET', KEYS[5]) or '', redis.call('HGET', KEYS[3], 'seq') or '0',
  redis.call('SCARD', KEYS[1]), redis.call('SCARD', KEYS[2]),
}
redis.call('SET', KEYS[5], ARGV[2], 'EX', ARGV[4])
local ids = redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
for i = 1, #ids, 2 do
  reply[#reply+1], reply[#reply+2] = ids[i], ids[i+1]
  reply[#reply+1] = redis.call('SISMEMBER', KEYS[1], ids[i]) + 2 * redis.call('SISMEMBER', KEYS[2], ids[i])
end
return reply
`)

const (
	followAtOnce = 1000
	// markLife is how long a reader may pause before it reads all anew.
	markLife = time.Hour
)

// follower is an alerting.Follower of a Store. It knows which alerts are open and
// which have a delivery to be made, and compares their numbers with the store's at
// every call. So a write of an older Firstsign, which has no number, is noticed.
type follower struct {
	store *Store
	key   string // of its mark
	mark  string // that the last call left; empty: begin anew
	at    uint64 // number of the last write that was handed over
	in    map[string]int64
	count [3]int64 // of open and of pending alerts, by bit
}

const inOpen, inPending = 1, 2

// Follow implements alerting.AlertStore.
func (s *Store) Follow() alerting.Follower {
	return &follower{store: s, key: s.keys.readers + rand.Text()}
}

// Next implements alerting.Follower.
func (f *follower) Next(ctx context.Context, restart func(), changed func(*alerting.Alert)) error {
	err := f.next(ctx, restart, changed)
	if err != nil {
		f.mark = ""
		return fmt.Errorf("follow the alerts: %w", err)
	}
	return nil
}

func (f *follower) next(ctx context.Context, restart func(), changed func(*alerting.Alert)) error {
	for f.mark != "" {
		p, err := f.page(ctx)
		if err != nil {
			return err
		}
		if !p.follows {
			break
		}
		for i, id := range p.ids {
			f.put(id, p.in[i])
		}
		left := map[string]bool{}
		for _, id := range p.ids {
			left[id] = true
		}
		if err := f.store.read(ctx, p.ids, func(id string, a *alerting.Alert) { delete(left, id); changed(a) }); err != nil {
			return err
		}
		for id := range left { // removed since, because it is over
			changed(&alerting.Alert{ID: id, State: alerting.Closed})
		}
		if len(p.ids) == followAtOnce {
			continue
		}
		if p.open != f.count[inOpen] || p.pending != f.count[inPending] {
			break
		}
		return nil
	}
	return f.begin(ctx, restart, changed)
}

// begin hands over all alerts that are open or pending.
func (f *follower) begin(ctx context.Context, restart func(), changed func(*alerting.Alert)) error {
	restart()
	f.in, f.count, f.at = map[string]int64{}, [3]int64{}, 1<<53 // nothing is written after this
	p, err := f.page(ctx)
	if err != nil {
		return err
	}
	f.at = p.seq // what is written from here on comes with the next call
	for set, bit := range map[string]int64{f.store.keys.open: inOpen, f.store.keys.pending: inPending} {
		ids, err := f.store.client.SMembers(ctx, set).Result()
		if err != nil {
			return err
		}
		for _, id := range ids {
			f.put(id, f.in[id]|bit)
		}
	}
	return f.store.read(ctx, slices.Collect(maps.Keys(f.in)), func(_ string, a *alerting.Alert) { changed(a) })
}

// put notes which sets an alert is in.
func (f *follower) put(id string, in int64) {
	for _, bit := range []int64{inOpen, inPending} {
		f.count[bit] += (in&bit - f.in[id]&bit) / bit
	}
	if in == 0 {
		delete(f.in, id)
	} else {
		f.in[id] = in
	}
}

// written is an answer of the script.
type written struct {
	follows       bool   // on the last call
	seq           uint64 // number of the store's last write
	open, pending int64
	ids           []string
	in            []int64
}

func (f *follower) page(ctx context.Context) (*written, error) {
	k, before := &f.store.keys, f.mark
	f.mark = rand.Text()
	reply, err := follow.Run(ctx, f.store.client, []string{k.open, k.pending, k.sizes, k.writes, f.key},
		f.at, f.mark, followAtOnce, int(markLife.Seconds())).Slice()
	if err != nil {
		return nil, err
	}
	if len(reply) < 4 || (len(reply)-4)%3 != 0 {
		return nil, fmt.Errorf("unknown answer %q", reply)
	}
	p := &written{}
	p.open, _ = reply[2].(int64)
	p.pending, _ = reply[3].(int64)
	seq, _ := reply[1].(string)
	if p.seq, err = strconv.ParseUint(seq, 10, 64); err != nil {
		return nil, fmt.Errorf("unknown answer %q: %w", reply, err)
	}
	p.follows = reply[0] == before && p.seq >= f.at
	for r := reply[4:]; p.follows && len(r) > 0; r = r[3:] {
		id, _ := r[0].(string)
		number, _ := r[1].(string)
		in, _ := r[2].(int64)
		if f.at, err = strconv.ParseUint(number, 10, 64); err != nil {
			return nil, fmt.Errorf("unknown number %q: %w", number, err)
		}
		p.ids, p.in = append(p.ids, id), append(p.in, in)
	}
	return p, nil
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
)

// keys of a store. The braces make them one slot of a Redis Cluster.
type keys struct {
	alerts  string // hash: id -> version, space, JSON
	open    string // set of ids of alerts that are not closed
	pending string // set of ids with a delivery to be made
	closed  string // sorted set of ids that are closed and not pending, by when they closed, in ms
	caught  string // set of the partitions whose findings are all in the store
	sizes   string // hash: how many are in each of the first four, and in the index
	listed  string // hash: id -> what the index holds of the alert, see index.go
	index   string // sorted set, all scores 0: the members of every alert
}

func keysOf(namespace string) keys {
	prefix := "firstsign:{" + namespace + "/book}:"
	return keys{prefix + "alerts", prefix + "open", prefix + "pending", prefix + "closed", prefix + "caught", prefix + "sizes", prefix + "listed", prefix + "index"}
}

// watched begins a script of which the first four keys and the sizes are KEYS[1] to
// KEYS[5]; the last two are listed and index. Where fewer are stored than were written, a key is gone: writing on would
// hide it.
const watched = `
local names = {'alerts', 'open', 'pending', 'closed'}
local size = {'HLEN', 'SCARD', 'SCARD', 'ZCARD'}
local function damage()
  local counted = redis.call('HMGET', KEYS[5], unpack(names))
  for i = 1, 4 do
    local held = redis.call(size[i], KEYS[i])
    if held < tonumber(counted[i] or '0') then
      return {'DAMAGED', names[i], counted[i], tostring(held)}
    end
  end
end
local function count()
  for i = 1, 4 do
    redis.call('HSET', KEYS[5], names[i], redis.call(size[i], KEYS[i]))
  end
end
local lost = damage()
if lost then return lost end
` + relist

// check tells whether what was written is still there.
//
// KEYS as in watched
var check = redis.NewScript(watched + `return {'OK', 1}`)

// put writes an alert if the stored version is the expected one. It also succeeds
// if the stored document is the same: then the call repeats one whose reply was
// lost.
//
// KEYS as in watched
// ARGV id, expected version, document, open, pending, end in ms, entry of the index
var put = redis.NewScript(watched + `
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept == ARGV[3] then return {'OK', 1} end
local version = '0'
if kept then version = string.match(kept, '^%d+') end
if version ~= ARGV[2] then return {'OK', 0} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call(ARGV[4] == '1' and 'SADD' or 'SREM', KEYS[2], ARGV[1])
redis.call(ARGV[5] == '1' and 'SADD' or 'SREM', KEYS[3], ARGV[1])
if ARGV[4] == '0' and ARGV[5] == '0' then
  redis.call('ZADD', KEYS[4], ARGV[6], ARGV[1])
else
  redis.call('ZREM', KEYS[4], ARGV[1])
end
relist(ARGV[1], ARGV[7])
count()
return {'OK', 1}
`)

// expire removes up to 500 alerts that closed before a time. More in one call would
// block other clients for too long.
//
// KEYS as in watched
// ARGV end in ms
var expire = redis.NewScript(watched + `
local ids = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', '(' .. ARGV[1], 'LIMIT', 0, 500)
if #ids > 0 then
  redis.call('HDEL', KEYS[1], unpack(ids))
  redis.call('ZREM', KEYS[4], unpack(ids))
  for _, id in ipairs(ids) do relist(id, '') end
  count()
end
return {'OK', #ids}
`)

// page is how many documents are read in one call.
const page = 200

// Store is an alerting.AlertStore in Redis.
type Store struct {
	client   redis.UniversalClient
	keys     keys
	indexing sync.Mutex // one at a time makes the index anew
}

// New returns the store of a namespace, which is the consumer group's id. The
// caller closes the client.
func New(client redis.UniversalClient, namespace string) *Store {
	return &Store{client: client, keys: keysOf(namespace)}
}

// Get implements alerting.AlertStore.
func (s *Store) Get(ctx context.Context, id string) (*alerting.Alert, error) {
	doc, err := s.client.HGet(ctx, s.keys.alerts, id).Result()
	if errors.Is(err, redis.Nil) {
		return nil, alerting.ErrNoAlert
	}
	if err != nil {
		return nil, fmt.Errorf("get alert %s: %w", id, err)
	}
	return decode(doc)
}

// Put implements alerting.AlertStore.
func (s *Store) Put(ctx context.Context, a *alerting.Alert) error {
	next := *a
	next.Version++
	doc, err := next.Encode()
	if err != nil {
		return err
	}
	var end int64
	if a.Closed != nil {
		end = a.Closed.UnixMilli()
	}
	written, err := s.run(ctx, put,
		a.ID, strconv.FormatUint(a.Version, 10), strconv.FormatUint(next.Version, 10)+" "+string(doc),
		flag(a.State != alerting.Closed), flag(a.Pending()), end, entryOf(&next))
	if err != nil {
		return fmt.Errorf("put alert %s: %w", a.ID, err)
	}
	if written == 0 {
		return alerting.ErrChanged
	}
	a.Version = next.Version
	return nil
}

// Check returns ErrDamaged when alerts are missing that were stored.
func (s *Store) Check(ctx context.Context) error {
	_, err := s.run(ctx, check)
	return err
}

// Forget removes all alerts.
func (s *Store) Forget(ctx context.Context) error {
	if err := s.client.Unlink(ctx, append(s.watched(), s.keys.caught)...).Err(); err != nil {
		return fmt.Errorf("forget the alerts: %w", err)
	}
	return nil
}

func (s *Store) watched() []string {
	return []string{s.keys.alerts, s.keys.open, s.keys.pending, s.keys.closed, s.keys.sizes, s.keys.listed, s.keys.index}
}

// run runs a script that answers OK and a number, or what is lost.
func (s *Store) run(ctx context.Context, script *redis.Script, args ...any) (int64, error) {
	reply, err := script.Run(ctx, s.client, s.watched(), args...).Slice()
	if err != nil {
		return 0, err
	}
	if len(reply) == 4 && reply[0] == "DAMAGED" {
		return 0, fmt.Errorf("%w: %s should hold %s and holds %s. Was a key removed, or evicted (set maxmemory-policy noeviction)? Restore a backup, or rebuild the alerts from the topic: firstsign rebuild",
			alerting.ErrDamaged, reply[1], reply[2], reply[3])
	}
	if len(reply) != 2 {
		return 0, fmt.Errorf("unknown answer %q", reply)
	}
	n, _ := reply[1].(int64)
	return n, nil
}

func flag(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}

func decode(doc string) (*alerting.Alert, error) {
	_, body, _ := strings.Cut(doc, " ")
	return alerting.Decode([]byte(body))
}

// List implements alerting.AlertStore.
func (s *Store) List(ctx context.Context, f alerting.Filter) ([]*alerting.Alert, error) {
	var all []*alerting.Alert
	var err error
	if f.Account != "" {
		all, err = s.everything(ctx, f)
	} else if f.OnlyLiving() {
		all, err = s.members(ctx, s.keys.open)
	} else if !f.ClosedSince.IsZero() {
		all, err = s.closedSince(ctx, f)
	} else {
		all, err = s.scan(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	return f.Apply(all), nil
}

// Pending implements alerting.AlertStore.
func (s *Store) Pending(ctx context.Context) ([]*alerting.Alert, error) {
	all, err := s.members(ctx, s.keys.pending)
	if err != nil {
		return nil, fmt.Errorf("list pending alerts: %w", err)
	}
	// An alert may have been delivered between the two reads.
	return alerting.OldestFirst(slices.DeleteFunc(all, func(a *alerting.Alert) bool { return !a.Pending() })), nil
}

// members reads the alerts whose ids are in a set.
func (s *Store) members(ctx context.Context, set string) ([]*alerting.Alert, error) {
	ids, err := s.client.SMembers(ctx, set).Result()
	if err != nil {
		return nil, err
	}
	return s.read(ctx, ids)
}

// read returns the alerts of those ids that are stored.
func (s *Store) read(ctx context.Context, ids []string) ([]*alerting.Alert, error) {
	all := make([]*alerting.Alert, 0, len(ids))
	for part := range slices.Chunk(ids, page) {
		docs, err := s.client.HMGet(ctx, s.keys.alerts, part...).Result()
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			s, kept := doc.(string)
			if !kept {
				continue // removed since
			}
			a, err := decode(s)
			if err != nil {
				return nil, err
			}
			all = append(all, a)
		}
	}
	return all, nil
}

// closedSince reads alerts that closed recently: from the index of closed alerts,
// and from the pending ones, which are not in it.
func (s *Store) closedSince(ctx context.Context, f alerting.Filter) ([]*alerting.Alert, error) {
	ids, err := s.client.ZRangeByScore(ctx, s.keys.closed, &redis.ZRangeBy{
		Min: strconv.FormatInt(f.ClosedSince.UnixMilli(), 10), Max: "+inf",
	}).Result()
	if err != nil {
		return nil, err
	}
	untold, err := s.client.SMembers(ctx, s.keys.pending).Result()
	if err != nil {
		return nil, err
	}
	ids = append(ids, untold...)
	slices.Sort(ids) // an alert may be in both: it was delivered between the two reads
	return s.read(ctx, slices.Compact(ids))
}

// scan reads all alerts.
func (s *Store) scan(ctx context.Context) ([]*alerting.Alert, error) {
	found := map[string]*alerting.Alert{} // a scan may return one twice
	var cursor uint64
	for {
		pairs, next, err := s.client.HScan(ctx, s.keys.alerts, cursor, "", page).Result()
		if err != nil {
			return nil, err
		}
		for i := 1; i < len(pairs); i += 2 {
			a, err := decode(pairs[i])
			if err != nil {
				return nil, err
			}
			found[pairs[i-1]] = a
		}
		if cursor = next; cursor == 0 {
			return slices.Collect(maps.Values(found)), nil
		}
	}
}

// Expire implements alerting.AlertStore.
func (s *Store) Expire(ctx context.Context, t time.Time) (int, error) {
	for total := 0; ; {
		n, err := s.run(ctx, expire, t.UnixMilli())
		if err != nil {
			return total, fmt.Errorf("remove old alerts: %w", err)
		}
		if n == 0 {
			return total, nil
		}
		total += int(n)
	}
}

// SetCaughtUp implements alerting.AlertStore.
func (s *Store) SetCaughtUp(ctx context.Context, partition int, yes bool) error {
	change := s.client.SRem
	if yes {
		change = s.client.SAdd
	}
	if err := change(ctx, s.keys.caught, partition).Err(); err != nil {
		return fmt.Errorf("set caught up of partition %d: %w", partition, err)
	}
	return nil
}

// CaughtUp implements alerting.AlertStore.
func (s *Store) CaughtUp(ctx context.Context) (map[int]bool, error) {
	members, err := s.client.SMembers(ctx, s.keys.caught).Result()
	if err != nil {
		return nil, fmt.Errorf("read which partitions caught up: %w", err)
	}
	caught := map[int]bool{}
	for _, m := range members {
		if p, err := strconv.Atoi(m); err == nil {
			caught[p] = true
		}
	}
	return caught, nil
}

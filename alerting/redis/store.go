package redis

import (
	"context"
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
	pending string // set of ids of which something is still to be done
	closed  string // sorted set of ids that are closed and not pending, by when they closed, in ms
	caught  string // set of the partitions whose findings are all in the store
	sizes   string // hash: how many are in each of the first four and in the index, and the number of the last write
	writes  string // sorted set of ids, by the number of their last write; followers compare it with the others
	listed  string // hash: id -> what the index holds of the alert, see index.go
	index   string // sorted set, all scores 0: the members of every alert
	readers string // prefix of the marks of followers
	answers string // hash: for each log of answers, up to which offset they are stored, and the reader's mark
}

func keysOf(namespace string) keys {
	prefix := "firstsign:{" + namespace + "/book}:"
	return keys{
		prefix + "alerts", prefix + "open", prefix + "pending", prefix + "closed", prefix + "caught", prefix + "sizes",
		prefix + "writes", prefix + "listed", prefix + "index", prefix + "reader:", prefix + "answers",
	}
}

// watched begins a script of which the first four keys and the sizes are KEYS[1] to
// KEYS[5], writes is KEYS[6], and the last two are listed and index. Where fewer are
// stored than were written, a key is gone: writing on would hide it.
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
  local held = {}
  for i = 1, 4 do
    held[2*i-1], held[2*i] = names[i], redis.call(size[i], KEYS[i])
  end
  redis.call('HSET', KEYS[5], unpack(held))
end
local lost = damage()
if lost then return lost end
` + relist

// check tells whether what was written is still there.
//
// KEYS as in watched
var check = redis.NewScript(watched + `return {'OK', 1}`)

// put writes alerts whose stored version is the expected one, and answers which it
// wrote. An alert counts as written if the stored document is the same: then the call
// repeats one whose reply was lost.
//
// KEYS as in watched
// ARGV for each alert: id, expected version, document, open, pending, end in ms, entry of the index
var put = redis.NewScript(watched + `
local reply = {'OK'}
local seq = tonumber(redis.call('HGET', KEYS[5], 'seq') or '0')
for i = 1, #ARGV, 7 do
  local id, doc, open, pending = ARGV[i], ARGV[i+2], ARGV[i+3], ARGV[i+4]
  local kept = redis.call('HGET', KEYS[1], id)
  local version = '0'
  if kept then version = string.match(kept, '^%d+') end
  local ours = 1
  if kept ~= doc and version == ARGV[i+1] then
    seq = seq + 1
    redis.call('HSET', KEYS[1], id, doc)
    redis.call(open == '1' and 'SADD' or 'SREM', KEYS[2], id)
    redis.call(pending == '1' and 'SADD' or 'SREM', KEYS[3], id)
    if open == '0' and pending == '0' then
      redis.call('ZADD', KEYS[4], ARGV[i+5], id)
    else
      redis.call('ZREM', KEYS[4], id)
    end
    redis.call('ZADD', KEYS[6], string.format('%.0f', seq), id)
    relist(id, ARGV[i+6])
  elseif kept ~= doc then
    ours = 0
  end
  reply[#reply+1] = ours
end
redis.call('HSET', KEYS[5], 'seq', string.format('%.0f', seq))
count()
return reply
`)

// expire removes up to 200 alerts that closed before a time. More in one call would
// block other clients for too long.
//
// KEYS as in watched
// ARGV end in ms
var expire = redis.NewScript(watched + `
local ids = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', '(' .. ARGV[1], 'LIMIT', 0, 200)
if #ids > 0 then
  redis.call('HDEL', KEYS[1], unpack(ids))
  redis.call('ZREM', KEYS[4], unpack(ids))
  for _, id in ipairs(ids) do relist(id, '') end
  redis.call('ZREM', KEYS[6], unpack(ids))
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
	all, err := s.GetAll(ctx, []string{id})
	if err != nil {
		return nil, fmt.Errorf("get alert %s: %w", id, err)
	}
	if all[id] == nil {
		return nil, alerting.ErrNoAlert
	}
	return all[id], nil
}

// GetAll implements alerting.AlertStore.
func (s *Store) GetAll(ctx context.Context, ids []string) (map[string]*alerting.Alert, error) {
	all := make(map[string]*alerting.Alert, len(ids))
	err := s.read(ctx, ids, func(id string, a *alerting.Alert) { all[id] = a })
	return all, err
}

// Put implements alerting.AlertStore.
func (s *Store) Put(ctx context.Context, a *alerting.Alert) error {
	changed, err := s.PutAll(ctx, []*alerting.Alert{a})
	if len(changed) > 0 {
		err = alerting.ErrChanged
	}
	return err
}

// putAtOnce is how many alerts one call of the script writes: Redis serves nobody else
// meanwhile, for about 2 ms.
const putAtOnce = 100

// PutAll implements alerting.AlertStore.
func (s *Store) PutAll(ctx context.Context, alerts []*alerting.Alert) (changed []*alerting.Alert, err error) {
	for some := range slices.Chunk(alerts, putAtOnce) {
		args := make([]any, 0, 7*len(some))
		for _, a := range some {
			if args, err = appendPut(args, a); err != nil {
				return nil, err
			}
		}
		written, err := s.run(ctx, put, len(some), args...)
		if err != nil {
			return nil, fmt.Errorf("put alert %s and %d others: %w", some[0].ID, len(some)-1, err)
		}
		for i, a := range some {
			if written[i] == int64(0) {
				changed = append(changed, a)
			} else {
				a.Version++
			}
		}
	}
	return changed, nil
}

// appendPut appends what the script wants to know of an alert.
func appendPut(args []any, a *alerting.Alert) ([]any, error) {
	next := *a
	next.Version++
	doc, err := next.Encode()
	if err != nil {
		return nil, err
	}
	var end int64
	if a.Closed != nil {
		end = a.Closed.UnixMilli()
	}
	return append(args, a.ID, strconv.FormatUint(a.Version, 10), strconv.FormatUint(next.Version, 10)+" "+string(doc),
		flag(a.State != alerting.Closed), flag(a.Unfinished()), end, entryOf(&next)), nil
}

// Check returns ErrDamaged when alerts are missing that were stored.
func (s *Store) Check(ctx context.Context) error {
	_, err := s.run(ctx, check, 1)
	return err
}

// Forget removes all alerts.
func (s *Store) Forget(ctx context.Context) error {
	if err := s.client.Unlink(ctx, append(s.all(), s.keys.caught, s.keys.answers)...).Err(); err != nil {
		return fmt.Errorf("forget the alerts: %w", err)
	}
	return nil
}

// all are the keys of the alerts and their indexes, as the scripts want them.
func (s *Store) all() []string {
	k := &s.keys
	return []string{k.alerts, k.open, k.pending, k.closed, k.sizes, k.writes, k.listed, k.index}
}

// run runs a script that answers OK and so many numbers, or what is lost.
func (s *Store) run(ctx context.Context, script *redis.Script, want int, args ...any) ([]any, error) {
	reply, err := script.Run(ctx, s.client, s.all(), args...).Slice()
	if err != nil {
		return nil, err
	}
	if len(reply) == 4 && reply[0] == "DAMAGED" {
		return nil, fmt.Errorf("%w: %s should hold %s and holds %s. Was a key removed, or evicted (set maxmemory-policy noeviction)? Restore a backup, or rebuild the alerts from the topic: firstsign rebuild",
			alerting.ErrDamaged, reply[1], reply[2], reply[3])
	}
	if len(reply) != 1+want {
		return nil, fmt.Errorf("unknown answer %q", reply)
	}
	return reply[1:], nil
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
	switch {
	case f.Account != "":
		all, err = s.everything(ctx, f)
	case f.OnlyLiving():
		all, err = s.members(ctx, s.keys.open)
	default:
		all, err = s.scan(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	return f.Apply(all), nil
}

// members reads the alerts whose ids are in a set.
func (s *Store) members(ctx context.Context, set string) ([]*alerting.Alert, error) {
	ids, err := s.client.SMembers(ctx, set).Result()
	if err != nil {
		return nil, err
	}
	return s.readAll(ctx, ids)
}

func (s *Store) readAll(ctx context.Context, ids []string) (all []*alerting.Alert, err error) {
	err = s.read(ctx, ids, func(_ string, a *alerting.Alert) { all = append(all, a) })
	return all, err
}

// read hands over the alerts of those ids that are stored.
func (s *Store) read(ctx context.Context, ids []string, yield func(id string, a *alerting.Alert)) error {
	for part := range slices.Chunk(ids, page) {
		docs, err := s.client.HMGet(ctx, s.keys.alerts, part...).Result()
		if err != nil {
			return err
		}
		for i, doc := range docs {
			s, kept := doc.(string)
			if !kept {
				continue // removed since
			}
			a, err := decode(s)
			if err != nil {
				return err
			}
			yield(part[i], a)
		}
	}
	return nil
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
		removed, err := s.run(ctx, expire, 1, t.UnixMilli())
		if err != nil {
			return total, fmt.Errorf("remove old alerts: %w", err)
		}
		n, _ := removed[0].(int64)
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

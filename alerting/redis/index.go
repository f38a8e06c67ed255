package redis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
	"firstsign/detector"
)

// The index is one sorted set. All its scores are 0, so it is in the order of its
// members' bytes. Each alert has one member for each list that it is in:
//
//	list, class, alerting.Cursor
//
//	*                        the list of all alerts
//	o + hash of a name       of the owner's alerts
//	p + hash of a name       of somebody who was told and is not the owner
//	a + hash of an account   of the account's alerts
//	t + hash of a name       of the alerts that are assigned to somebody
//
// The class is three letters: state, severity and kind. So a filter of these is a
// few ranges of members, and a page costs what it shows, however long the list is.
//
// The hash "listed" remembers which members an alert has, because whoever changes
// it does not know. It also has the version that they were made from: an instance
// of an earlier release writes alerts and no index, and Index finds those.

// The letters of a class. They are stored, so no letter may change its meaning.
// What has no letter gets unlettered, and passes only a filter that takes all.
var (
	stateLetters    = map[alerting.State]byte{alerting.Open: 'o', alerting.Acknowledged: 'a', alerting.Snoozed: 's', alerting.Closed: 'c'}
	severityLetters = map[alerting.Severity]byte{alerting.Warning: 'w', alerting.Critical: 'c'}
	kindLetters     = map[detector.FindingKind]byte{
		detector.Raised: 'a', detector.RaisedAgain: 'b', detector.Closed: 'c', detector.FeedDead: 'd', detector.FeedLow: 'e',
		detector.AllQuiet: 'f', detector.FeedBack: 'g', detector.FeedRetired: 'h', detector.Misrouted: 'i', detector.Routed: 'j',
		detector.Neglected: 'k', detector.CaredFor: 'l', detector.Erased: 'm', detector.IDsMigrated: 'n', detector.IDsSettled: 'o',
	}
)

const unlettered = '-'

func letter[K comparable](letters map[K]byte, k K) byte {
	if l, ok := letters[k]; ok {
		return l
	}
	return unlettered
}

// listOf names a list. Names and accounts are hashed, so that every name has the
// same length and may hold any character.
func listOf(kind byte, name string) string {
	sum := sha256.Sum256([]byte(name))
	return string(kind) + hex.EncodeToString(sum[:8])
}

const allList = "*"

// entryOf is what "listed" keeps: version, class and place without the id, lists.
func entryOf(a *alerting.Alert) string {
	class := []byte{letter(stateLetters, a.State), letter(severityLetters, a.Severity), letter(kindLetters, a.Kind)}
	place := strings.TrimSuffix(string(a.Cursor()), a.ID)
	words := []string{strconv.FormatUint(a.Version, 10), string(class) + place, allList, listOf('o', a.Owner), listOf('a', a.Account)}
	if a.Assignee != "" {
		words = append(words, listOf('t', a.Assignee))
	}
	for _, name := range a.Told() {
		if name != a.Owner {
			words = append(words, listOf('p', name))
		}
	}
	return strings.Join(words, " ")
}

// relist is the part of every writing script that keeps the index in step. An empty
// entry takes the alert out. The size of the index is counted by what should be in
// it and not by what is, so that a lost index stays noticed.
const relist = `
local LISTED, INDEX = KEYS[#KEYS - 1], KEYS[#KEYS]
local function unversioned(entry) return string.match(entry, ' (.*)$') or '' end
local function members(entry, id)
  local all, place = {}, nil
  for word in string.gmatch(unversioned(entry), '%S+') do
    if place then all[#all + 1] = word .. place .. id else place = word end
  end
  return all
end
local function relist(id, entry)
  local was = redis.call('HGET', LISTED, id) or ''
  if entry ~= '' and unversioned(was) == unversioned(entry) then -- most changes move nothing
    redis.call('HSET', LISTED, id, entry)
    return
  end
  local old, new = members(was, id), members(entry, id)
  for _, m in ipairs(old) do redis.call('ZREM', INDEX, m) end
  for _, m in ipairs(new) do redis.call('ZADD', INDEX, 0, m) end
  if entry == '' then redis.call('HDEL', LISTED, id) else redis.call('HSET', LISTED, id, entry) end
  redis.call('HINCRBY', KEYS[5], 'index', #new - #old)
end
local function indexed()
  return redis.call('HLEN', KEYS[1]) == redis.call('HLEN', LISTED)
    and redis.call('ZCARD', INDEX) == tonumber(redis.call('HGET', KEYS[5], 'index') or '0')
end
`

// reset removes an index that does not hold all alerts and answers 1, or 0 when it
// does.
//
// KEYS as in watched
var reset = redis.NewScript(watched + `
if indexed() then return {'OK', 0} end
redis.call('UNLINK', LISTED, INDEX)
redis.call('HDEL', KEYS[5], 'index')
return {'OK', 1}
`)

// unlisted looks at some alerts, from a cursor of HSCAN on, and returns the next
// cursor and the ids of those that the index does not hold as they are now. It also
// takes alerts out of the index that are no more.
//
// KEYS as in watched
// ARGV cursor
var unlisted = redis.NewScript(watched + `
local cursor, hash = string.match(ARGV[1], '^(%d+) (%a+)$')
local reply = redis.call('HSCAN', hash == 'alerts' and KEYS[1] or LISTED, cursor, 'COUNT', 500)
local found, pairs = {}, reply[2]
for i = 1, #pairs, 2 do
  if hash == 'alerts' then
    local entry = redis.call('HGET', LISTED, pairs[i])
    if not entry or string.match(entry, '^%d+') ~= string.match(pairs[i + 1], '^%d+') then found[#found + 1] = pairs[i] end
  elseif redis.call('HEXISTS', KEYS[1], pairs[i]) == 0 then
    relist(pairs[i], '')
  end
end
local following = reply[1] .. ' ' .. hash
if reply[1] == '0' then following = hash == 'alerts' and '0 listed' or '' end
return {following, unpack(found)}
`)

// list puts an alert into the index, unless it was written again meanwhile.
//
// KEYS as in watched
// ARGV id, entry
var list = redis.NewScript(watched + `
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if not kept or string.match(kept, '^%d+') ~= string.match(ARGV[2], '^%d+') then return {'OK', 0} end
relist(ARGV[1], ARGV[2])
return {'OK', 1}
`)

// Index brings the index in step with the alerts and returns how many alerts were
// not in it as they are. A store that an earlier release wrote has none of them in
// it. It costs about as much as reading the versions of all alerts.
func (s *Store) Index(ctx context.Context) (n int, err error) {
	s.indexing.Lock()
	defer s.indexing.Unlock()
	if _, err := s.run(ctx, reset, 1); err != nil {
		return 0, fmt.Errorf("index the alerts: %w", err)
	}
	for cursor := "0 alerts"; cursor != ""; {
		reply, err := unlisted.Run(ctx, s.client, s.all(), cursor).StringSlice()
		if err == nil && len(reply) == 4 && reply[0] == "DAMAGED" {
			return n, s.Check(ctx)
		}
		if err != nil {
			return n, fmt.Errorf("index the alerts: %w", err)
		}
		cursor = reply[0]
		alerts, err := s.readAll(ctx, reply[1:])
		if err != nil {
			return n, fmt.Errorf("index the alerts: %w", err)
		}
		for _, a := range alerts {
			listed, err := s.run(ctx, list, 1, a.ID, entryOf(a))
			if err != nil {
				return n, fmt.Errorf("index the alert %s: %w", a.ID, err)
			}
			one, _ := listed[0].(int64)
			n += int(one)
		}
	}
	return n, nil
}

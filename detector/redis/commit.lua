-- Commit: write one chunk, all or nothing. The order of the checks is the
-- protocol; see docs/developer/architecture.md, "The commit".
-- KEYS meta, accounts, outbox
-- ARGV token, seq, seq - 1, number of meta values, number of account values,
--      meta values, account values, findings
-- Numbers stay strings: Lua's are doubles and lose what is above 2^53.
local kept = redis.call('HMGET', KEYS[1], 'token', 'seq', 'writer', 'accounts', 'outbox')
if kept[1] ~= ARGV[1] then
  return {'REFUSED'}
end
if kept[2] == ARGV[2] then
  -- A repeat, unless our own claim arrived a second time, late, and another
  -- owner wrote under this seq in between.
  if kept[3] ~= ARGV[1] then
    return {'REFUSED'}
  end
else
  if kept[2] ~= ARGV[3] then
    return {'REFUSED'}
  end
  local lost = damage(kept[4], kept[5])
  if lost then
    return lost
  end
  local accounts = 6 + tonumber(ARGV[4])
  local findings = accounts + tonumber(ARGV[5])
  -- unpack takes 7,999 values in Redis and 5,100 in miniredis.
  for i = accounts, findings - 1, 2000 do
    redis.call('HSET', KEYS[2], unpack(ARGV, i, math.min(i + 1999, findings - 1)))
  end
  for i = findings, #ARGV do
    redis.call('XADD', KEYS[3], '*', 'finding', ARGV[i])
  end
  -- The seq comes last: a script that an error ends half-way is then repeated
  -- in full instead of being taken for done.
  redis.call('HSET', KEYS[1], 'seq', ARGV[2], 'writer', ARGV[1],
    'accounts', redis.call('HLEN', KEYS[2]), 'outbox', redis.call('XLEN', KEYS[3]), unpack(ARGV, 6, accounts - 1))
end
local time = redis.call('TIME')
return {'OK', time[1], time[2]}

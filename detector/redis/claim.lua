-- Claim: take a partition over and return what is kept about it as a whole.
-- KEYS meta, accounts, outbox
-- ARGV token, newest version understood, then name and value of the identity's parts
local meta = redis.call('HMGET', KEYS[1], 'version', 'accounts', 'outbox')
if meta[1] then
  if tonumber(meta[1]) > tonumber(ARGV[2]) then
    return {'VERSION', meta[1]}
  end
  for i = 3, #ARGV, 2 do
    local value = redis.call('HGET', KEYS[1], ARGV[i])
    if value ~= ARGV[i + 1] then
      return {'IDENTITY', ARGV[i], value or ''}
    end
  end
  local lost = damage(meta[2], meta[3])
  if lost then
    return lost
  end
else
  local accounts = redis.call('HLEN', KEYS[2])
  if accounts > 0 then
    return {'DAMAGED', 'accounts', '0', tostring(accounts)}
  end
  redis.call('HSET', KEYS[1], 'version', ARGV[2], 'seq', '0', 'accounts', '0', unpack(ARGV, 3))
end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
redis.call('HINCRBY', KEYS[1], 'epoch', 1)
local time = redis.call('TIME')
return {'OK', time[1], time[2], redis.call('HGETALL', KEYS[1])}

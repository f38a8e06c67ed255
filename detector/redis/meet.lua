-- Writes by which rules an instance judges, and tells those of the others that wrote
-- lately. No rules: the instance ends.
--
-- KEYS instances
-- ARGV instance, rules, seconds after which one that does not write counts as gone
local now = tonumber(redis.call('TIME')[1])
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2])
end
local others, all = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local at, rules = string.match(all[i + 1], '^(%d+) (.*)$')
  if not at or now - tonumber(at) > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= ARGV[1] then
    others[#others + 1] = all[i]
    others[#others + 1] = rules
  end
end
return others

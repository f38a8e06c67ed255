-- Begins claim and commit: says what is missing of what was counted, nil when nothing
-- is. An evicted or removed key would read as accounts that never did anything, and
-- writing on would hide it. More than was counted is what a script left that an error
-- ended half-way.
local function damage(accounts, findings)
  local held, waiting = redis.call('HLEN', KEYS[2]), redis.call('XLEN', KEYS[3])
  if held < tonumber(accounts) then
    return {'DAMAGED', 'accounts', accounts, tostring(held)}
  end
  if waiting < tonumber(findings or '0') then
    return {'DAMAGED', 'findings', findings, tostring(waiting)}
  end
end

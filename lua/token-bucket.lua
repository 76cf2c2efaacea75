-- Token bucket. State: '<level>:<updated at, ms>:<interval, ms>' at <key>, which Redis removes when
-- the bucket would be full again. One token is <interval> units of level, so all numbers are integers
-- below 2^53. Twin of lib/limiter/algorithms/token-bucket.ts; a part of the script built from
-- decide.lua. One GET to load, one SET to save: O(1).
-- limit[1] quota (tokens), limit[2] refill (tokens per interval), limit[3] interval (ms).

algorithms['token-bucket'] = {
  load = function(key, limit, now)
    local found = redis.call('GET', key)
    local full = limit[1] * limit[3]
    if not found then return { name = key, level = full, changed = false } end
    local level, updated_at, interval = string.match(found, '^(%d+):(%d+):(%d+)$')
    if not level then error('not a token bucket') end
    level, updated_at, interval = tonumber(level), tonumber(updated_at), tonumber(interval)
    if interval ~= limit[3] then level = math.floor(level / interval * limit[3]) end
    level = math.min(full, level + math.max(0, now - updated_at) * limit[2])
    return { name = key, level = level, changed = false }
  end,

  take = function(state, limit, cost, now)
    local full = limit[1] * limit[3]
    local price = cost * limit[3]
    local allowed = price <= state.level
    local left, retry_after = state.level, 0
    if allowed then left = left - price
    else retry_after = math.ceil((price - state.level) / limit[2]) end
    return allowed, math.floor(left / limit[3]), math.ceil((full - left) / limit[2]), retry_after, left
  end,

  commit = function(state, level)
    state.changed = state.changed or level ~= state.level
    state.level = level
  end,

  save = function(state, limit, now)
    if not state.changed then return end
    local lifetime = math.ceil((limit[1] * limit[3] - state.level) / limit[2])
    redis.call('SET', state.name, string.format('%.0f:%.0f:%.0f', state.level, now, limit[3]),
      'PX', string.format('%.0f', lifetime))
  end,
}

-- Token bucket. State: '<level>:<updated at, ms>:<interval, ms>' at <key>, which Redis removes when
-- the bucket would be full again. One token is <interval> units of level, so all numbers are integers
-- below 2^53. Twin of lib/limiter/algorithms/token-bucket.ts; a part of the script built from
-- decide.lua. GET to load, SET to save (PTTL when nothing was taken): O(1).
-- limit[1] quota (tokens), limit[2] refill (tokens per interval), limit[3] interval (ms).

algorithms['token-bucket'] = function()
  local function reset_of(level, at, limit, now)
    return at - now + math.ceil((limit[1] * limit[3] - level) / limit[2])
  end

  return {
    storage_key = function(key) return key end,

    load = function(key, limit, now)
      local found, is_foreign = read('GET', key)
      if is_foreign then return nil end
      local full = limit[1] * limit[3]
      if not found then return { name = key, level = full, at = now, changed = false } end
      local level, updated_at, interval = string.match(found, '^(%d+):(%d+):([1-9]%d*)$')
      if not level then return nil end
      level, updated_at, interval = tonumber(level), tonumber(updated_at), tonumber(interval)
      if interval ~= limit[3] then level = math.floor(level / interval * limit[3]) end
      local at = math.max(now, updated_at)
      level = math.min(full, level + (at - updated_at) * limit[2])
      return { name = key, level = level, at = at, changed = false, is_stored = true }
    end,

    take = function(state, limit, cost, now)
      local price = cost * limit[3]
      local allowed = price <= state.level
      local left, retry_after = state.level, 0
      if allowed then left = left - price
      else retry_after = state.at - now + math.ceil((price - state.level) / limit[2]) end
      return allowed, math.floor(left / limit[3]), reset_of(left, state.at, limit, now), retry_after,
        left
    end,

    commit = function(state, level)
      state.changed = state.changed or level ~= state.level
      state.level = level
    end,

    save = function(state, limit, now)
      if not state.changed then
        if state.is_stored then keep(state.name, reset_of(state.level, state.at, limit, now)) end
        return
      end
      redis.call('SET', state.name, string.format('%.0f:%.0f:%.0f', state.level, state.at, limit[3]),
        'PX', reset_of(state.level, state.at, limit, now))
    end,
  }
end

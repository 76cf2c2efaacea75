-- Fixed window. State: one counter per window at <key>:<window index>, which Redis removes when its
-- window ends. Twin of lib/limiter/algorithms/fixed-window.ts; a part of the script built from
-- decide.lua. GET and PTTL to load, INCRBY (and PEXPIRE on the first) to save: O(1).
-- limit[1] quota (units), limit[2] window (ms).

algorithms['fixed-window'] = function()
  -- By length of window: many keys of a call share one.
  local suffixes = {}

  local function storage_key(key, limit, now)
    local window = limit[2]
    local suffix = suffixes[window]
    if not suffix then
      suffix = ':' .. string.format('%.0f', math.floor(now / window))
      suffixes[window] = suffix
    end
    return key .. suffix
  end

  return {
    storage_key = storage_key,

    load = function(key, limit, now)
      local name = storage_key(key, limit, now)
      local found, is_foreign = read('GET', name)
      local reset = limit[2] - now % limit[2]
      if found then
        -- Only what INCRBY accepts: it would end the script for all others in this call.
        if found ~= '0' and not string.match(found, '^[1-9]%d*$') then return nil end
        keep(name, reset)
      end
      if is_foreign then return nil end
      local used = tonumber(found or 0)
      return { name = name, used = used, saved = used, reset = reset, is_new = not found }
    end,

    take = function(state, limit, cost)
      local allowed = state.used + cost <= limit[1]
      local used, retry_after = state.used, 0
      if allowed then used = used + cost else retry_after = state.reset end
      return allowed, math.max(0, limit[1] - used), state.reset, retry_after, used
    end,

    commit = function(state, used) state.used = used end,

    save = function(state)
      if state.used == state.saved then return end
      redis.call('INCRBY', state.name, state.used - state.saved)
      if state.is_new then redis.call('PEXPIRE', state.name, state.reset) end
    end,
  }
end

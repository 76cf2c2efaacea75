-- Fixed window. State: one counter per window at <key>:<window index>, which Redis removes when its
-- window ends. Twin of lib/limiter/algorithms/fixed-window.ts; a part of the script built from
-- decide.lua. One GET and one PTTL to load, one INCRBY (and one PEXPIRE on the first) to save: O(1).
-- limit[1] quota (units), limit[2] window (ms).

algorithms['fixed-window'] = {
  load = function(key, limit, now)
    local window = math.floor(now / limit[2])
    local name = key .. ':' .. string.format('%.0f', window)
    local found = redis.call('GET', name)
    local used = tonumber(found or '0')
    if not used then error('not a counter') end
    local remaining_ms = (window + 1) * limit[2] - now
    -- A counter that something else left without a lifetime would never go away.
    if found and redis.call('PTTL', name) == -1 then redis.call('PEXPIRE', name, remaining_ms) end
    return { name = name, window = window, used = used, saved = used }
  end,

  take = function(state, limit, cost, now)
    local allowed = state.used + cost <= limit[1]
    local used = state.used
    if allowed then used = used + cost end
    local reset = (state.window + 1) * limit[2] - now
    local retry_after = reset
    if allowed then retry_after = 0 end
    return allowed, math.max(0, limit[1] - used), reset, retry_after, used
  end,

  commit = function(state, used) state.used = used end,

  save = function(state, limit, now)
    if state.used == state.saved then return end
    redis.call('INCRBY', state.name, state.used - state.saved)
    if state.saved == 0 then
      redis.call('PEXPIRE', state.name, (state.window + 1) * limit[2] - now)
    end
  end,
}

-- Generic cell rate algorithm. State: '<ahead>:<updated at, ms>:<interval, ms>' at <key>:gcra, which
-- Redis removes when the theoretical arrival time has come: <ahead> is how far that lies beyond
-- <updated at>, in units of 1/refill of a millisecond, of which an emission interval is <interval>.
-- All numbers are integers below 2^53. Twin of lib/limiter/algorithms/gcra.ts; a part of the script
-- built from decide.lua. GET to load, SET to save (PTTL when nothing was taken): O(1).
-- limit[1] quota (units), limit[2] refill (units per interval), limit[3] interval (ms).

algorithms['gcra'] = function()
  local function storage_key(key) return key .. ':gcra' end

  local function reset_of(ahead, at, limit, now) return at - now + math.ceil(ahead / limit[2]) end

  return {
    storage_key = storage_key,

    load = function(key, limit, now)
      local name = storage_key(key)
      local found, is_foreign = read('GET', name)
      if is_foreign then return nil end
      if not found then return { name = name, ahead = 0, at = now, changed = false } end
      local ahead, updated_at, interval = string.match(found, '^(%d+):(%d+):([1-9]%d*)$')
      if not ahead then return nil end
      ahead, updated_at, interval = tonumber(ahead), tonumber(updated_at), tonumber(interval)
      if interval ~= limit[3] then ahead = math.ceil(ahead / interval * limit[3]) end
      local at = math.max(now, updated_at)
      ahead = math.max(0, math.min(limit[1] * limit[3], ahead) - (at - updated_at) * limit[2])
      return { name = name, ahead = ahead, at = at, changed = false, is_stored = true }
    end,

    take = function(state, limit, cost, now)
      local tolerance, increment = limit[1] * limit[3], cost * limit[3]
      local allowed = state.ahead <= tolerance - increment
      local ahead, retry_after = state.ahead, 0
      if allowed then ahead = ahead + increment
      else
        retry_after = state.at - now + math.ceil((ahead - (tolerance - increment)) / limit[2])
      end
      return allowed, math.floor((tolerance - ahead) / limit[3]),
        reset_of(ahead, state.at, limit, now), retry_after, ahead
    end,

    commit = function(state, ahead)
      state.changed = state.changed or ahead ~= state.ahead
      state.ahead = ahead
    end,

    save = function(state, limit, now)
      if not state.changed then
        if state.is_stored then keep(state.name, reset_of(state.ahead, state.at, limit, now)) end
        return
      end
      redis.call('SET', state.name, string.format('%.0f:%.0f:%.0f', state.ahead, state.at, limit[3]),
        'PX', reset_of(state.ahead, state.at, limit, now))
    end,
  }
end

-- Sliding-window counter. State: '<current>:<previous>:<updated at, ms>:<window, ms>' at <key>:swc:
-- units in the window of <updated at> and in the one before it; Redis removes it when no sliding
-- window reaches back to either. previous * left + (current + cost) * window <= quota * window, with
-- integers below 2^53 wherever it can be true. Twin of
-- lib/limiter/algorithms/sliding-window-counter.ts; a part of the script built from decide.lua.
-- GET to load, SET to save (PTTL when nothing was taken): O(1).
-- limit[1] quota (units), limit[2] window (ms).

algorithms['sliding-window-counter'] = function()
  local function storage_key(key) return key .. ':swc' end

  -- What was counted, as the windows of this length have it at <at>.
  local function counted(current, previous, updated_at, counted_in, window, at)
    local index = math.floor(updated_at / window)
    if counted_in ~= window then
      -- Each unit moves to the window of the latest time at which it can have come.
      local previous_end = updated_at - updated_at % counted_in - 1
      local age = index - math.floor(previous_end / window)
      if age == 0 then current = current + previous end
      if age ~= 1 then previous = 0 end
    end
    local passed = math.floor(at / window) - index
    if passed == 0 then return current, previous end
    if passed == 1 then return 0, current end
    return 0, 0
  end

  local function reset_of(current, state, window, now)
    local late = state.at - now
    if current > 0 then return late + state.left + window end
    return late + (state.previous > 0 and state.left or 0)
  end

  return {
    storage_key = storage_key,

    load = function(key, limit, now)
      local name, window = storage_key(key), limit[2]
      local found, is_foreign = read('GET', name)
      if is_foreign then return nil end
      if not found then
        local left = window - now % window
        return { name = name, current = 0, previous = 0, at = now, left = left, changed = false }
      end
      local current, previous, updated_at, counted_in =
        string.match(found, '^(%d+):(%d+):(%d+):([1-9]%d*)$')
      if not current then return nil end
      updated_at = tonumber(updated_at)
      local at = math.max(now, updated_at)
      current, previous = counted(tonumber(current), tonumber(previous), updated_at,
        tonumber(counted_in), window, at)
      return {
        name = name, current = current, previous = previous, at = at, left = window - at % window,
        changed = false, is_stored = true,
      }
    end,

    take = function(state, limit, cost, now)
      local quota, window, left, previous = limit[1], limit[2], state.left, state.previous
      local room = quota - cost - state.current
      local allowed = room >= 0 and previous * left <= room * window
      local used, retry_after = state.current, 0
      if allowed then used = used + cost
      elseif room >= 0 then
        retry_after = state.at - now + left - math.floor(room * window / previous)
      else
        retry_after = state.at - now + left + window
          - math.floor((quota - cost) * window / state.current)
      end
      return allowed, math.max(0, quota - used - math.ceil(previous * left / window)),
        reset_of(used, state, window, now), retry_after, used
    end,

    commit = function(state, current)
      state.changed = state.changed or current ~= state.current
      state.current = current
    end,

    save = function(state, limit, now)
      if not state.changed then
        if state.is_stored then keep(state.name, reset_of(state.current, state, limit[2], now)) end
        return
      end
      redis.call('SET', state.name,
        string.format('%.0f:%.0f:%.0f:%.0f', state.current, state.previous, state.at, limit[2]),
        'PX', reset_of(state.current, state, limit[2], now))
    end,
  }
end

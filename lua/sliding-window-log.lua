-- Sliding-window log. State: a string of records at <key>:log, which Redis removes a window after the
-- newest: 6 bytes for a time (ms), then 4 bytes for the sum of all units up to then, modulo 2^32. Of
-- the first record only the sum counts; what came after the newest record outside the window, the
-- base, is the difference between the sums (see docs/decisions/0005). Twin of
-- lib/limiter/algorithms/sliding-window-log.ts; a part of the script built from decide.lua. STRLEN,
-- PTTL and O(log n) GETRANGE to load; SETRANGE and PEXPIRE to save, or SET when as many records are
-- dropped as kept.
-- limit[1] quota (units), limit[2] window (ms).

algorithms['sliding-window-log'] = function()
  local RECORD, PAGE, MODULUS = 10, 64, 4294967296

  local function storage_key(key) return key .. ':log' end

  -- Time and sum of a stored record. They are fetched by the page: a short log is one fetch.
  local function stored_record(state, index)
    local page = math.floor(index / PAGE)
    local bytes = state.pages[page]
    if not bytes then
      local from = page * PAGE * RECORD
      bytes = redis.call('GETRANGE', state.name, from, from + PAGE * RECORD - 1)
      state.pages[page] = bytes
    end
    return struct.unpack('>I6I4', bytes, (index - page * PAGE) * RECORD + 1)
  end

  local function record(state, index)
    if index == state.newest then return state.at, state.total end
    return stored_record(state, index)
  end

  -- The newest record that came at <since> or before.
  local function base_of(state, since)
    local low, high = 0, state.newest
    while low < high do
      local middle = math.ceil((low + high) / 2)
      if record(state, middle) <= since then low = middle else high = middle - 1 end
    end
    return low
  end

  -- When the units since the base had summed up to <units>.
  local function when_reached(state, units)
    local low, high = state.base + 1, state.newest
    while low < high do
      local middle = math.floor((low + high) / 2)
      local _, total = record(state, middle)
      if (total - state.base_total) % MODULUS >= units then high = middle else low = middle + 1 end
    end
    return (record(state, low))
  end

  return {
    storage_key = storage_key,

    load = function(key, limit, now)
      local name = storage_key(key)
      local bytes, is_foreign = read('STRLEN', name)
      if is_foreign or bytes % RECORD ~= 0 or bytes == RECORD then return nil end
      local state = {
        name = name, pages = {}, stored = bytes / RECORD, newest = 0, at = 0, total = 0, base = 0,
        base_total = 0, used = 0, changed = false,
      }
      if bytes == 0 then return state end
      local newest = state.stored - 1
      local at, total = stored_record(state, newest)
      local lifetime = math.max(0, at + limit[2] - now)
      keep(name, lifetime)
      if lifetime == 0 then
        state.stored = 0
        return state
      end
      state.newest, state.at, state.total = newest, at, total
      state.base = base_of(state, math.max(now, at) - limit[2])
      local _, base_total = record(state, state.base)
      state.base_total, state.used = base_total, (total - base_total) % MODULUS
      return state
    end,

    take = function(state, limit, cost, now)
      local quota, window, at = limit[1], limit[2], math.max(now, state.at)
      local allowed = state.used + cost <= quota
      local used, reset, retry_after = state.used, 0, 0
      if allowed then used = used + cost
      else retry_after = when_reached(state, used + cost - quota) + window - now end
      if used > state.used then reset = at + window - now
      elseif used > 0 then reset = state.at + window - now end
      return allowed, math.max(0, quota - used), reset, retry_after, used
    end,

    commit = function(state, used, _, now)
      if used == state.used then return end
      -- The newest record grows while its millisecond lasts; a later one begins another.
      if now > state.at then
        state.newest, state.at = math.max(1, state.stored), now
      end
      state.total = (state.total + used - state.used) % MODULUS
      state.used, state.changed = used, true
    end,

    save = function(state, limit, now)
      if not state.changed then return end
      local newest = struct.pack('>I6I4', state.at, state.total)
      local lifetime = state.at + limit[2] - now
      local kept = state.stored - state.base
      if state.stored == 0 then
        redis.call('SET', state.name, struct.pack('>I6I4', 0, 0) .. newest, 'PX', lifetime)
      elseif state.newest == state.stored and state.base >= kept then
        local bytes = redis.call('GETRANGE', state.name, state.base * RECORD, -1)
        redis.call('SET', state.name, bytes .. newest, 'PX', lifetime)
      else
        redis.call('SETRANGE', state.name, state.newest * RECORD, newest)
        redis.call('PEXPIRE', state.name, lifetime)
      end
    end,
  }
end

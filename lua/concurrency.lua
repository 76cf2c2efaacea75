-- Concurrency. State: a sorted set at <key>:slots of the slots held, by the time (ms) at which they
-- expire; Redis removes it with the last of them. A lease's first slot bears its name, the others
-- '<lease>#2' and so on. Twin of lib/limiter/algorithms/concurrency.ts; a part of the script built
-- from decide.lua. ZREMRANGEBYSCORE, ZCARD, ZRANGE and PTTL to load, ZSCORE to take, ZADD and PEXPIRE
-- to save: O(log n) for each slot.
-- limit[1] quota (slots), limit[2] lease (ms).

algorithms['concurrency'] = function()
  local function storage_key(key) return key .. ':slots' end

  local function slot_name(lease, number)
    if number == 1 then return lease end
    return lease .. '#' .. number
  end

  local function expiry_at(name, rank)
    return tonumber(redis.call('ZRANGE', name, rank, rank, 'WITHSCORES')[2])
  end

  local function add(name, expires_at, lease, number)
    redis.call('ZADD', name, expires_at, slot_name(lease, number))
  end

  return {
    holds_slots = true,

    storage_key = storage_key,

    load = function(key, _, now)
      local name = storage_key(key)
      local used, is_foreign = read('ZCARD', name)
      if is_foreign then return nil end
      local last = now
      if used > 0 then
        used = used - redis.call('ZREMRANGEBYSCORE', name, '-inf', now)
      end
      if used > 0 then
        last = expiry_at(name, -1)
        keep(name, last - now)
      end
      return { name = name, used = used, last = last, changed = false }
    end,

    take = function(state, limit, cost, now, lease)
      local held = state.used > 0 and lease and redis.call('ZSCORE', state.name, lease)
      local allowed = held or state.used + cost <= limit[1]
      local used, last, retry_after = state.used, state.last, 0
      if not allowed then
        retry_after = expiry_at(state.name, used + cost - limit[1] - 1) - now
      elseif cost > 0 then
        if not held then used = used + cost end
        last = math.max(last, now + limit[2])
      end
      return allowed and true, math.max(0, limit[1] - used), last - now, retry_after,
        cost > 0 and used or nil
    end,

    commit = function(state, used, limit, now, lease)
      if not used then return end
      local expires_at = now + limit[2]
      if used > state.used then
        for number = 1, used - state.used do add(state.name, expires_at, lease, number) end
      else
        -- A renewal never brings the end forward.
        expires_at = math.max(expires_at, tonumber(redis.call('ZSCORE', state.name, lease)))
        local number = 1
        repeat
          add(state.name, expires_at, lease, number)
          number = number + 1
        until not redis.call('ZSCORE', state.name, slot_name(lease, number))
      end
      state.used, state.last, state.changed = used, math.max(state.last, expires_at), true
    end,

    save = function(state, _, now)
      if state.changed then redis.call('PEXPIRE', state.name, state.last - now) end
    end,

    release = function(key, lease)
      local name, released = storage_key(key), 0
      while redis.call('ZREM', name, slot_name(lease, released + 1)) == 1 do
        released = released + 1
      end
      return released
    end,
  }
end

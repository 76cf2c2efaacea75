-- Put before a script, lets its time be what 'test:now' (ms) says, and its keys expire by that.

local real, test_now = redis, tonumber(redis.call('GET', 'test:now'))

local function deadline_of(name)
  return tonumber(real.call('HGET', 'test:deadlines', name) or nil)
end

local function set_deadline(name, ms)
  real.call('HSET', 'test:deadlines', name, test_now + ms)
end

local function remove(name)
  real.call('HDEL', 'test:deadlines', name)
  return real.call('DEL', name)
end

local function expire(name)
  local deadline = deadline_of(name)
  if deadline and deadline <= test_now then remove(name) end
end

local on_test_clock = {
  PTTL = function(name)
    if real.call('EXISTS', name) == 0 then return -2 end
    local deadline = deadline_of(name)
    return deadline and deadline - test_now or -1
  end,

  PEXPIRE = function(name, ms)
    if tonumber(ms) <= 0 then return remove(name) end
    set_deadline(name, ms)
    return 1
  end,

  SET = function(name, value, px, ms)
    assert(px == 'PX', 'a key without a lifetime')
    set_deadline(name, ms)
    return real.call('SET', name, value)
  end,

  UNLINK = function(...)
    local removed = 0
    for _, name in ipairs({ ... }) do
      expire(name)
      removed = removed + remove(name)
    end
    return removed
  end,
}

local function through(call)
  return function(command, name, ...)
    if command == 'TIME' then
      return { math.floor(test_now / 1000), test_now % 1000 * 1000 }
    end
    expire(name)
    if on_test_clock[command] then return on_test_clock[command](name, ...) end
    local result = call(command, name, ...)
    if real.call('EXISTS', name) == 0 then real.call('HDEL', 'test:deadlines', name) end
    return result
  end
end

local redis = { call = through(real.call), pcall = through(real.pcall) }


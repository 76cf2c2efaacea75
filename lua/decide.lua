-- Decides many requests in one call, each all-or-nothing over its limits, in the order given.
-- The algorithms' files are put in at the marker below, so that this is one script for Redis.
--
-- KEYS   base key of each limit's state; all share one hash tag group
-- ARGV   four per key: algorithm, and its three parameters (units and ms, see the algorithm's file)
--        then per decision: number of checks n, then n times: index into KEYS (from 1), cost (units),
--        and the lease where the algorithm holds slots ('' for a cost of 0)
-- Reply  a flat array: now (ms), then per check of each decision:
--        outcome (1 allowed, 0 denied, -1 the key holds something else), remaining (units),
--        reset (ms), retry after (ms)
-- While <key>:blocked exists, decisions that have a check with that key are denied until it expires.
-- O(keys + checks), times the algorithm's own. The clock is Redis's own, so replicas' clocks don't
-- matter.

-- Reads a key. The second value is true when something else than a limiter's state is there: an
-- answer, so that the neighbours in this call get theirs. Any other fault ends the script.
local function read(command, ...)
  local found = redis.pcall(command, ...)
  if type(found) ~= 'table' or not found.err then return found, false end
  if string.find(found.err, 'WRONGTYPE', 1, true) then return nil, true end
  return error(found)
end

-- A key lives for as long as its state matters: also one that lost its lifetime, and one whose
-- limit has come to look further back.
local function keep(name, lifetime)
  if redis.call('PTTL', name) < lifetime then redis.call('PEXPIRE', name, lifetime) end
end

-- Each file adds a function that makes its algorithm; only those that are asked for are made.
local algorithms = {}
--@algorithms

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

-- Each key is loaded once and saved once, however many requests in this call ask for it.
local slots, made = {}, {}
for i = 1, #KEYS do
  local at = (i - 1) * 4
  local name = ARGV[at + 1]
  local algorithm = made[name]
  if not algorithm then
    algorithm = algorithms[name]()
    made[name] = algorithm
  end
  local limit = { tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]) }
  local state = algorithm.load(KEYS[i], limit, now)
  slots[i] = {
    key = KEYS[i], algorithm = algorithm, limit = limit, state = state, blocked_ms = false,
  }
end

local reply, size = { now }, 1

local function answer(outcome, remaining, reset, retry_after)
  reply[size + 1], reply[size + 2], reply[size + 3] = outcome, remaining, reset
  reply[size + 4] = retry_after
  size = size + 4
end

local function take(slot, cost, lease)
  return slot.algorithm.take(slot.state, slot.limit, cost, now, lease)
end

-- Blocks are rare: one question for all keys of this call, and one for each only if there are some.
local any_blocked

local function blocked_ms(slot)
  if any_blocked == nil then
    local names = {}
    for i = 1, #KEYS do names[i] = KEYS[i] .. ':blocked' end
    any_blocked = redis.call('EXISTS', unpack(names)) > 0
  end
  return any_blocked and redis.call('PTTL', slot.key .. ':blocked') or 0
end

-- The checks of the decision at hand; reused, because a table each would cost more than the rest.
local asked, leases, nexts = {}, {}, {}

local function check(c, slot, cost, lease)
  asked[c], leases[c] = slot, lease
  if not slot.state then
    answer(-1, 0, 0, 0)
    return false
  end
  local allowed, remaining, reset, retry_after, next_state = take(slot, cost, lease)
  local block = blocked_ms(slot)
  if block > 0 then
    if allowed then reset = select(3, take(slot, 0)) end
    answer(0, 0, math.max(block, reset), math.max(block, retry_after))
    return false
  end
  nexts[c] = next_state
  answer(allowed and 1 or 0, remaining, reset, retry_after)
  return allowed
end

local cursor = #KEYS * 4 + 1
while ARGV[cursor] do
  local checks, all_allowed = tonumber(ARGV[cursor]), true
  cursor = cursor + 1
  for c = 1, checks do
    local slot, cost, lease = slots[tonumber(ARGV[cursor])], tonumber(ARGV[cursor + 1]), nil
    cursor = cursor + 2
    if slot.algorithm.holds_slots then
      lease = ARGV[cursor]
      cursor = cursor + 1
    end
    all_allowed = check(c, slot, cost, lease) and all_allowed
  end
  if all_allowed then
    for c = 1, checks do
      local slot = asked[c]
      slot.algorithm.commit(slot.state, nexts[c], slot.limit, now, leases[c])
    end
  elseif checks > 1 then
    -- Nothing was consumed: the limits that would have allowed it answer as if only asked.
    for c = 1, checks do
      local at = size - 4 * (checks - c + 1)
      if reply[at + 1] == 1 then
        local _, remaining, reset = take(asked[c], 0)
        reply[at + 2], reply[at + 3] = remaining, reset
      end
    end
  end
end

for i = 1, #slots do
  local slot = slots[i]
  if slot.state then slot.algorithm.save(slot.state, slot.limit, now) end
end

return reply

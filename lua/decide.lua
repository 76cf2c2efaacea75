-- Decides many requests in one call, each all-or-nothing over its limits, in the order given.
-- The algorithms' files are put in at the marker below, so that this is one script for Redis.
--
-- KEYS   base key of each limit's state; all share one hash tag group
-- ARGV   four per key: algorithm, and its three parameters (units and ms, see the algorithm's file)
--        then per decision: number of checks n, then n times: index into KEYS (from 1), cost (units)
-- Reply  a flat array: now (ms), then per check of each decision:
--        outcome (1 allowed, 0 denied, -1 the key holds something else), remaining (units),
--        reset (ms), retry after (ms)
-- O(keys + checks). The clock is Redis's own, so replicas' clocks don't matter.

local algorithms = {}
--@algorithms

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

-- Each key is loaded once and saved once, however many requests in this call ask for it.
local slots = {}
for i = 1, #KEYS do
  local at = (i - 1) * 4
  local algorithm = algorithms[ARGV[at + 1]]
  local limit = { tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]) }
  local ok, state = pcall(algorithm.load, KEYS[i], limit, now)
  slots[i] = { algorithm = algorithm, limit = limit, state = ok and state or nil }
end

local reply = { now }

local function answer(outcome, remaining, reset, retry_after)
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = outcome, remaining, reset, retry_after
end

local function take(slot, cost)
  return slot.algorithm.take(slot.state, slot.limit, cost, now)
end

local function decide(first, checks)
  local all_allowed, nexts = true, {}
  for c = 0, checks - 1 do
    local slot, cost = slots[tonumber(ARGV[first + 2 * c])], tonumber(ARGV[first + 2 * c + 1])
    if slot.state then
      local allowed, remaining, reset, retry_after, next_state = take(slot, cost)
      nexts[c] = next_state
      answer(allowed and 1 or 0, remaining, reset, retry_after)
      all_allowed = all_allowed and allowed
    else
      answer(-1, 0, 0, 0)
      all_allowed = false
    end
  end
  if all_allowed then
    for c = 0, checks - 1 do
      local slot = slots[tonumber(ARGV[first + 2 * c])]
      slot.algorithm.commit(slot.state, nexts[c])
    end
  elseif checks > 1 then
    -- Nothing was consumed: the limits that would have allowed it answer as if only asked.
    for c = 0, checks - 1 do
      local slot = slots[tonumber(ARGV[first + 2 * c])]
      local at = #reply - 4 * (checks - c)
      if reply[at + 1] == 1 then
        local _, remaining, reset = take(slot, 0)
        reply[at + 2], reply[at + 3] = remaining, reset
      end
    end
  end
end

local cursor = #KEYS * 4 + 1
while ARGV[cursor] do
  local checks = tonumber(ARGV[cursor])
  decide(cursor + 1, checks)
  cursor = cursor + 1 + 2 * checks
end

for i = 1, #slots do
  local slot = slots[i]
  if slot.state then slot.algorithm.save(slot.state, slot.limit, now) end
end

return reply

-- Forgets what was counted under keys, and their blocks. The algorithms' files are put in at the
-- marker below.
--
-- KEYS   base key of each limit's state; all share one hash tag group
-- ARGV   four per key: algorithm, and its three parameters, as in decide.lua
-- Reply  how many keys there were
-- O(keys); what they held is freed in the background.

local algorithms = {}
--@algorithms

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local removed = 0
for i = 1, #KEYS do
  local at = (i - 1) * 4
  local limit = { tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]) }
  local name = algorithms[ARGV[at + 1]]().storage_key(KEYS[i], limit, now)
  removed = removed + redis.call('UNLINK', name, KEYS[i] .. ':blocked')
end

return removed

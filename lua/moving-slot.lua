-- Runs the script at the marker below for keys of a cluster slot that is on its way to another node.
-- There a node goes by a call's KEYS: it runs the call when it has them all, and sends it on when it
-- has none. So KEYS are here the names that the script really uses, not those it makes them from.
--
-- KEYS   the names of all states that the script uses; of a node that is taking the slot over, any
--        one of them
-- ARGV   number of the script's own KEYS, those KEYS, then its own ARGV
-- Reply  the script's own; an error, and nothing counted, when a state is on the other node

local taken = tonumber(ARGV[1])
local own_keys, own_args = {}, {}
for i = 2, taken + 1 do own_keys[i - 1] = ARGV[i] end
for i = taken + 2, #ARGV do own_args[i - taken - 1] = ARGV[i] end

-- A node may have handed a block on already, and must not refuse a decision for not having one: blocks
-- elsewhere do not count for as long as the slot is on its way.
local function ask_for_blocks(command, ...)
  local found = command == 'EXISTS' and 0 or -2
  for _, name in ipairs({ ... }) do
    local answer = redis.pcall(command, name)
    if type(answer) == 'number' then found = math.max(found, answer) end
  end
  return found
end

local own_redis = setmetatable({
  call = function(command, ...)
    local name = ...
    if type(name) == 'string' and string.sub(name, -8) == ':blocked' then
      return ask_for_blocks(command, ...)
    end
    return redis.call(command, ...)
  end,
}, { __index = redis })

local function script(redis, KEYS, ARGV)
--@script
end

return script(own_redis, own_keys, own_args)

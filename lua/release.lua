-- Gives back the slots of a lease. The algorithms' files are put in at the marker below.
--
-- KEYS   base key of the limit's state
-- ARGV   algorithm, and its three parameters, as in decide.lua; the lease
-- Reply  how many slots it held
-- O(slots of the lease × log n) for n slots held.

local algorithms = {}
--@algorithms

return algorithms[ARGV[1]]().release(KEYS[1], ARGV[5])

-- Between an answer and the next request of its connection, ms in the mean; without, none waits.
local rest = tonumber(os.getenv('REST_MS'))
if rest then
  delay = function()
    return math.random(0, 2 * rest)
  end
end

-- Told once at the end, so that counting costs nothing while requests fly.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'REPORT {"requests":%d,"seconds":%f,"refused":%d,"broken":%d,"p50Ms":%f,"p99Ms":%f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

-- What the scripts for wrk share: settings from the environment, threads that know their number,
-- requests without wrk's own formatting, and a last line of JSON.
local load = {}

local function setting(name)
  local value = os.getenv("LOTKEEPER_BENCH_" .. name)
  assert(value and value ~= "", "LOTKEEPER_BENCH_" .. name .. " is not set")
  return value
end

local function number(name)
  return assert(tonumber(setting(name)), "LOTKEEPER_BENCH_" .. name .. " is not a number")
end

load.setting, load.number = setting, number

-- Gives each thread `thread_index` (from 0) and the script a list of the threads.
function load.number_threads(threads)
  return function(thread)
    thread:set("thread_index", #threads)
    threads[#threads + 1] = thread
  end
end

-- The head of a request whose body has a known length.
function load.head(length)
  return "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
    .. "\r\nContent-Type: application/json\r\nContent-Length: " .. length .. "\r\n\r\n"
end

-- wrk counts whole microseconds; the median of the counts, spread evenly within each microsecond,
-- resolves less than that.
local function median(latency)
  local total = 0
  for at = 1, #latency do
    local _, count = latency(at)
    total = total + count
  end
  local below = 0
  for at = 1, #latency do
    local value, count = latency(at)
    if count > 0 and below + count >= total / 2 then
      return value - 0.5 + (total / 2 - below) / count
    end
    below = below + count
  end
  return 0
end

function load.report(summary, latency, more)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50_us":%.3f,"p99_us":%d%s}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, median(latency), latency:percentile(99),
    more or ""))
end

-- Makes this a script that sends number LOTKEEPER_BENCH_FIRST onwards, the threads taking turns.
-- `bodies` gives a function from a number to its body; all bodies have the same length. So many as
-- `at_once` go out in one piece, the next ones when all of them are answered.
function load.push_each(bodies, at_once)
  local threads, head, body_of, n, step = {}, nil, nil, nil, nil
  setup = load.number_threads(threads)

  function init()
    body_of = bodies()
    n = load.number("FIRST") + thread_index
    step = load.number("THREADS")
    head = load.head(#body_of(n))
  end

  local function one()
    local text = head .. body_of(n)
    n = n + step
    return text
  end

  function request()
    if not at_once then return one() end
    local all = {}
    for at = 1, at_once do all[at] = one() end
    return table.concat(all)
  end

  function done(summary, latency)
    load.report(summary, latency)
  end
end

return load

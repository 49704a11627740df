-- permits/push, a new permit each time: number LOTKEEPER_BENCH_FIRST onwards, the threads taking
-- turns. The decode route is given the same bodies by this same script.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local load, permit = dofile(here .. "load.lua"), dofile(here .. "permit.lua")

local threads, head, body_of, n, step = {}, nil, nil, nil, nil
setup = load.number_threads(threads)

function init()
  body_of = permit.bodies(load.setting("TOKEN"), load.number("EPOCH"))
  n = load.number("FIRST") + thread_index
  step = load.number("THREADS")
  head = load.head(#body_of(n))
end

function request()
  local text = head .. body_of(n)
  n = n + step
  return text
end

function done(summary, latency)
  load.report(summary, latency)
end

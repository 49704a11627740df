-- permits/check of a random plate in its own zone: one in two of the LOTKEEPER_BENCH_PERMITS that
-- were pushed, the others of as many that were not. With LOTKEEPER_BENCH_COUNT_VALID=1 every reply
-- is read and the valid ones are counted, which is slower and so no part of a measurement.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local load, permit = dofile(here .. "load.lua"), dofile(here .. "permit.lua")

local threads, head, before_plate, numbers = {}, nil, nil, nil
local before_zone = {}
setup = load.number_threads(threads)

function init()
  before_plate = '{"apiToken":"' .. load.setting("TOKEN") .. '","plate":"'
  for n = 0, 19 do before_zone[n] = '","zone":"' .. permit.zone(n) .. '"}' end
  numbers = 2 * load.number("PERMITS")
  math.randomseed(load.number("SEED") * 64 + thread_index)
  head = load.head(#before_plate + #permit.plate(0) + #before_zone[0]) .. before_plate
end

function request()
  local n = math.random(0, numbers - 1)
  return head .. permit.plate(n) .. before_zone[n % 20]
end

if os.getenv("LOTKEEPER_BENCH_COUNT_VALID") == "1" then
  valid = 0
  function response(status, headers, body)
    if body:find('"valid":%s*true') then valid = valid + 1 end
  end
end

function done(summary, latency)
  local total
  for _, thread in ipairs(threads) do
    local count = thread:get("valid")
    if count then total = (total or 0) + count end
  end
  load.report(summary, latency, total and string.format(',"valid":%d', total))
end

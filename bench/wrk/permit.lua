-- The n-th permit, the same as permit_request.cpp makes: every n has its own plate, ticket number
-- and pair of start and end. A body has a constant length, and its parts come from tables, so that
-- the generator takes as little as it can of the processor that it shares with the server.
local permit = {}

local zones, starts, ends = 20, 21600, 43200
local plate_step, plates = 7368787, 26 ^ 4 * 1000
local floor = math.floor

local digits = {}
for value = 0, 999 do digits[value] = string.format("%03d", value) end

local pairs_of_letters = {}
for value = 0, 675 do
  pairs_of_letters[value] = string.char(65 + floor(value / 26), 65 + value % 26)
end

local function plate_of(n)
  local serial = n * plate_step % plates
  local letters = floor(serial / 1000)
  return pairs_of_letters[floor(letters / 676)] .. pairs_of_letters[letters % 676]
    .. digits[serial % 1000]
end

local function zone_of(n)
  return string.format("Lot %02d", n % zones + 1)
end

permit.plate, permit.zone = plate_of, zone_of

-- A function that gives the body of permits/push for n.
function permit.bodies(token, epoch)
  local zone, start_time, end_time, units, cents = {}, {}, {}, {}, {}
  for value = 0, zones - 1 do zone[value] = zone_of(value) end
  for value = 0, starts - 1 do
    start_time[value] = os.date("!%Y-%m-%dT%H:%M:%S", epoch - 60 - value)
  end
  for value = 0, ends - 1 do
    end_time[value] = os.date("!%Y-%m-%dT%H:%M:%S", epoch + 7200 + value)
  end
  for value = 0, 89 do units[value] = string.format("%02d", 10 + value) end
  for value = 0, 99 do cents[value] = string.format("%02d", value) end

  local head = '{"apiToken":"' .. token .. '","Amount":"'
  return function(n)
    return head .. units[n % 90] .. "." .. cents[n % 100]
      .. '","CurrencyID":"CAD","LicencePlate":"' .. plate_of(n)
      .. '","zone":"' .. zone[n % zones]
      .. '","permitNo":"B-' .. digits[floor(n / 1000000)] .. digits[floor(n / 1000) % 1000]
      .. digits[n % 1000]
      .. '","startTime":"' .. start_time[n % starts]
      .. '","endTime":"' .. end_time[(floor(n / starts) + n) % ends]
      .. '"}'
  end
end

return permit

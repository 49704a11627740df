-- vehicles/push, a new plate each time, with the attributes of the API document's sample.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local load, permit = dofile(here .. "load.lua"), dofile(here .. "permit.lua")

load.push_each(function()
  local head = '{"apiToken":"' .. load.setting("TOKEN") .. '","plate":"'
  local tail = '","plateType":"Motorcycle","prov":"MA","make":"kia","type":"commercial"'
    .. ',"colour":"red","year":"2021","vin":"8GKS1AKC7FR518845"}'
  return function(n) return head .. permit.plate(n) .. tail end
end)

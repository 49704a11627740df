-- permits/push, a new permit each time. The decode route is given the same bodies by this same script.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local load, permit = dofile(here .. "load.lua"), dofile(here .. "permit.lua")

load.push_each(function()
  return permit.bodies(load.setting("TOKEN"), load.number("EPOCH"))
end)

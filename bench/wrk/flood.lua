-- permits/push, ten at once on each connection.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local load, permit = dofile(here .. "load.lua"), dofile(here .. "permit.lua")

load.push_each(function()
  return permit.bodies(load.setting("TOKEN"), load.number("EPOCH"))
end, 10)

-- /healthz, twenty requests at a time without waiting for a reply to any.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local load = dofile(here .. "load.lua")

local text

function init()
  text = string.rep("GET /healthz HTTP/1.1\r\nHost: " .. wrk.host .. "\r\n\r\n", 20)
end

function request()
  return text
end

function done(summary, latency)
  load.report(summary, latency)
end

-- profiles/push, a new user each time: the unique id, the e-mail address and the user name are its own.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local load = dofile(here .. "load.lua")

load.push_each(function()
  local head = '{"apiToken":"' .. load.setting("TOKEN") .. '","login_source":"OPSCOM"'
    .. ',"first_name":"Ada","last_name":"Driver","street":"123 Main Street","city":"Ottawa"'
    .. ',"province":"ON","postal_code":"H0H0H0","phone_cell":"613-555-1212","unique_id":"'
  return function(n)
    local number = string.format("%09d", n)
    return head .. number .. '","user_name":"driver' .. number .. '","email":"' .. number
      .. '@example.org"}'
  end
end)

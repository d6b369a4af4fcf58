-- Creates a new link with every request; the first argument is the owner's id, the second makes this run's addresses its own.
local folder = debug.getinfo(1, "S").source:match("^@(.*/)")
dofile(folder .. "report.lua")

local owner, run = 1, "0"
local count = 0
local headers = { ["Content-Type"] = "application/json" }

function init(args)
  owner, run = tonumber(args[1]), args[2]
end

function request()
  count = count + 1
  local body = string.format('{"user_id":%d,"original_url":"https://example.com/%s/%d","title":"Link %d"}', owner, run, count, count)
  return wrk.format("POST", "/urls", headers, body)
end

-- Asks for the paths of a file (first argument), one a line, in turn, starting at a random one; second argument is the seed.
local folder = debug.getinfo(1, "S").source:match("^@(.*/)")
dofile(folder .. "report.lua")

local requests = {}
local position = 0

function init(args)
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path, { ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", ["Referer"] = "https://news.example/item" })
  end
  math.randomseed(tonumber(args[2] or 1))
  position = math.random(#requests)
end

function request()
  position = position % #requests + 1
  return requests[position]
end

-- Adds a signing key if the newest one of its algorithm is the one that is expected; nothing stands for none.
-- ARGV: id, algorithm, when it was made, the sealed key, the expected one. A key is stored as when it was made, the
-- length of its algorithm, its algorithm, the sealed key.
local id, algorithm, expected = ARGV[1], ARGV[2], ARGV[5]

local function is_newer(made, name, than_made, than_name)
  if made ~= than_made then return is_before(than_made, made) end
  for place = 1, math.max(#name, #than_name) do
    local a, b = name:byte(place) or -1, than_name:byte(place) or -1
    if a ~= b then return a > b end
  end
  return false
end

local keys, newest, newest_made = redis.call('HGETALL', KEYS[1]), nil, nil
for place = 1, #keys, 2 do
  local name, key = keys[place], keys[place + 1]
  local made = key:sub(1, 8)
  local is_of_kind = key:sub(10, 9 + key:byte(9)) == algorithm
  if is_of_kind and (not newest or is_newer(made, name, newest_made, newest)) then newest, newest_made = name, made end
end
if (newest or '') ~= expected or (expected == '' and newest) then return 0 end
if redis.call('HEXISTS', KEYS[1], id) == 1 then return -1 end
redis.call('HSET', KEYS[1], id, ARGV[3] .. string.char(#algorithm) .. algorithm .. ARGV[4])
return 1

-- Puts another sealed form in the place of a key's. ARGV: id, the sealed key.
local key = redis.call('HGET', KEYS[1], ARGV[1])
if not key then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], key:sub(1, 9 + key:byte(9)) .. ARGV[2])
return 1

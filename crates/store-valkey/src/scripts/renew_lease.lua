-- Prolongs a lease that is the owner's. ARGV: owner, until, milliseconds after which the server forgets it.
local lease = redis.call('HMGET', KEYS[1], 'owner', 'ends')
if lease[1] ~= ARGV[1] then return 0 end
if is_before(lease[2], ARGV[2]) then redis.call('HSET', KEYS[1], 'ends', ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1

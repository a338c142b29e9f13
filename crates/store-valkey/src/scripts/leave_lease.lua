-- Lets a lease go that is the owner's. ARGV: owner, now where the work is unfinished or nothing where it is done.
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'owner', '', 'ends', ARGV[2], 'abandoned', '1')
return 1

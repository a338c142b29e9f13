-- Uses a name unless it is remembered. ARGV: until, now, milliseconds after which the server forgets it.
local remembered_until = redis.call('GET', KEYS[1])
if remembered_until and is_before(ARGV[2], remembered_until) then return 0 end
if is_before(ARGV[2], ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3]) end
return 1

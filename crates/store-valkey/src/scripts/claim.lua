-- Notes in which bucket a session is, unless that is noted already. Answers what was noted before. ARGV: the place.
local known = redis.call('GET', KEYS[1])
if known then return known end
redis.call('SET', KEYS[1], ARGV[1])
return ''

-- Ends a session that still has the version. ARGV: reason, now, id, version.
local current = redis.call('HGET', row_of(ARGV[5]), 'version')
if current and current ~= ARGV[6] then return answer({ current }) end
local ended = finish_each({ ARGV[5] }, ARGV[3], ARGV[4])
something_to_wait_for(ended)
return answer({ '', ended })

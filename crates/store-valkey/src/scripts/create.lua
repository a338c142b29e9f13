-- Begins a session, and ends the one it replaces if that is in this bucket.
-- ARGV: id, subject, created, seen, version, sealed, provider's subject, provider's session, replaced id; the last three
-- may be empty.
local id, subject, created, last_seen = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if redis.call('EXISTS', row_of(id), end_of(id)) > 0 then return answer('taken') end
redis.call('HSET', row_of(id), 'subject', subject, 'created', created, 'seen', last_seen, 'version', ARGV[7], 'sealed', ARGV[8])
if ARGV[9] ~= '' then redis.call('HSET', row_of(id), 'provider', ARGV[9]) end
if ARGV[10] ~= '' then redis.call('HSET', row_of(id), 'provider_session', ARGV[10]) end
redis.call('ZADD', born, 0, created .. id)
redis.call('ZADD', seen, 0, last_seen .. id)
redis.call('ZADD', ids, 0, id)
redis.call('ZADD', sessions_of(subject), 0, created .. id)
if ARGV[11] == '' then return answer({}) end
return answer(finish_each({ ARGV[11] }, 'replaced', created))

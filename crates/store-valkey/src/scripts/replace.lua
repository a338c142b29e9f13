-- Replaces the content of a session that still has the version.
-- ARGV: id, version, next version (empty after the last one), sealed.
local id, version, next_version = ARGV[3], ARGV[4], ARGV[5]
local current = redis.call('HGET', row_of(id), 'version')
if not current then return answer({ 'gone' }) end
if current ~= version then return answer({ 'stale', current }) end
if next_version == '' then return answer({ 'last' }) end
redis.call('HSET', row_of(id), 'version', next_version, 'sealed', ARGV[6])
tell(id, 'changed', next_version, '')
return answer({ 'replaced' })

-- Counts an attempt on every key. ARGV: end of a window that begins now, now, milliseconds after which the server
-- forgets a counter.
local answers = {}
for place, key in ipairs(KEYS) do
  local counter = redis.call('HMGET', key, 'attempts', 'ends')
  local attempts, ends = counter[1] or '0', counter[2]
  if not ends or not is_before(ARGV[2], ends) then attempts, ends = '0', ARGV[1] end
  if is_before(ARGV[1], ends) then ends = ARGV[1] end
  redis.call('HSET', key, 'attempts', attempts, 'ends', ends)
  answers[place] = { redis.call('HINCRBY', key, 'attempts', 1), ends }
  redis.call('PEXPIRE', key, ARGV[3])
end
return answers

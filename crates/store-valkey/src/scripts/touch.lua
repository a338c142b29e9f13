-- Notes activity. ARGV: pairs of id and time.
for place = 3, #ARGV, 2 do
  local id, at = ARGV[place], ARGV[place + 1]
  local before = redis.call('HGET', row_of(id), 'seen')
  if before and is_before(before, at) then
    redis.call('ZREM', seen, before .. id)
    redis.call('ZADD', seen, 0, at .. id)
    redis.call('HSET', row_of(id), 'seen', at)
  end
end
return answer({})

-- Ends all sessions of a person. ARGV: reason, now, subject.
local which = {}
for _, member in ipairs(redis.call('ZRANGE', sessions_of(ARGV[5]), 0, -1)) do
  which[#which + 1] = member:sub(9)
end
local ended = finish_each(which, ARGV[3], ARGV[4])
something_to_wait_for(ended)
return answer(ended)

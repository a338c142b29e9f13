-- Remembers that sessions of another store ended; those of them that live here end.
-- ARGV: for each its id, subject, when and why it ended.
local ended = {}
for place = 3, #ARGV, 4 do
  local id, subject, at, reason = ARGV[place], ARGV[place + 1], ARGV[place + 2], ARGV[place + 3]
  local gone = finish(id, reason, at)
  if gone then
    ended[#ended + 1] = gone
  else
    redis.call('SET', end_of(id), at .. string.char(#reason) .. reason .. subject, 'PX', remembered, 'NX')
  end
end
something_to_wait_for(ended)
return answer(ended)

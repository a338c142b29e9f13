-- Ends the sessions that are still there. ARGV: reason, now, ids.
local ended = finish_each({ unpack(ARGV, 5) }, ARGV[3], ARGV[4])
something_to_wait_for(ended)
return answer(ended)

-- Ends those of the sessions that the logout of a provider is about.
-- ARGV: reason, now, subject there, session there, ids; one of subject and session may be empty. With both, a session of
-- the subject of which nobody knows the session there is meant, too.
local subject, session = ARGV[5], ARGV[6]
local which = {}
for _, id in ipairs({ unpack(ARGV, 7) }) do
  local row = redis.call('HMGET', row_of(id), 'provider', 'provider_session')
  local fits_subject = subject == '' or row[1] == subject
  local fits_session = session == '' or row[2] == session or (subject ~= '' and not row[2])
  if fits_subject and fits_session then which[#which + 1] = id end
end
local ended = finish_each(which, ARGV[3], ARGV[4])
something_to_wait_for(ended)
return answer(ended)

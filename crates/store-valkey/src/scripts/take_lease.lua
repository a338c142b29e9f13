-- Takes a lease. ARGV: owner, until, now, latest end that is believed, end before which it was forgotten, milliseconds
-- after which the server forgets it. Answers 'taken' and whether it was abandoned, or 'held' and until when.
local owner, ends, now, latest, forgotten = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local lease = redis.call('HMGET', KEYS[1], 'owner', 'ends', 'abandoned')
local holder, held_until, abandoned = lease[1], lease[2], lease[3] or '0'
if held_until and not is_before(forgotten, held_until) then holder, held_until, abandoned = false, false, '0' end
if held_until and holder == owner then
  if is_before(ends, held_until) then ends = held_until end
elseif held_until then
  local is_held = holder ~= '' and is_before(now, held_until) and not is_before(latest, held_until)
  if is_held then return { 'held', held_until } end
  abandoned = '1'
end
redis.call('HSET', KEYS[1], 'owner', owner, 'ends', ends, 'abandoned', abandoned)
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return { 'taken', abandoned }

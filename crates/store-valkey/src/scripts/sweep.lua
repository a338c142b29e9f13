-- Ends up to so many sessions whose time is up, and forgets old events.
-- ARGV: now, latest creation and latest activity whose time is up, limit, latest time of an old event, events that are
-- kept whatever their age.
-- Answers whether more are due, and what ended by age and by silence.
local now, limit = ARGV[3], tonumber(ARGV[6])
local oldest_event, kept = ARGV[7], tonumber(ARGV[8])

local function due(index, latest, count)
  local last = '[' .. latest .. string.rep('\255', 32)
  local which = {}
  for _, member in ipairs(redis.call('ZRANGEBYLEX', index, '-', last, 'LIMIT', 0, count)) do
    which[#which + 1] = member:sub(9)
  end
  return which
end

-- The number of the last event that may go. `at` is unknown where who noted it had no time; a mark says then up to
-- which number everything was there at which time.
local function last_old(first_kept, surplus, mark, marked_at)
  local mark_is_old = marked_at and not is_before(oldest_event, marked_at)
  local entries = redis.call('XRANGE', log, '(' .. first_kept .. '-0', '+', 'COUNT', math.min(surplus, 1000))
  for place = #entries, 1, -1 do
    local number = tonumber(string.match(entries[place][1], '%d+'))
    local at = entries[place][2][6]
    local is_old = (at ~= '' and not is_before(oldest_event, at)) or (mark_is_old and number <= mark)
    if is_old then return string.format('%.0f', number) end
  end
end

-- The newest event that was forgotten stays: whoever knows it has missed nothing.
local function forget_events()
  local about = redis.call('HMGET', told, 'number', 'forgotten', 'mark', 'marked_at')
  local newest, mark, marked_at = tonumber(about[1] or '0'), tonumber(about[3] or '0'), about[4]
  if newest == 0 then return end
  local surplus = redis.call('XLEN', log) - (about[2] and 1 or 0) - kept
  local last = surplus > 0 and last_old(about[2] or '0', surplus, mark, marked_at)
  if last then
    redis.call('XTRIM', log, 'MINID', last .. '-0')
    redis.call('HSET', told, 'forgotten', last)
  end
  local mark_is_over = not marked_at or not is_before(oldest_event, marked_at)
  if mark_is_over and newest > mark then redis.call('HSET', told, 'mark', about[1], 'marked_at', now) end
end

forget_events()
local old, silent = {}, {}
if limit > 0 then
  old = finish_each(due(born, ARGV[4], limit), 'absolute_timeout', now)
  silent = finish_each(due(seen, ARGV[5], limit - #old), 'idle_timeout', now)
end
local more = #due(born, ARGV[4], 1) + #due(seen, ARGV[5], 1)
return answer({ more, old, silent })

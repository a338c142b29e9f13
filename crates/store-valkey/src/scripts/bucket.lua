-- Comes before every script that works on a bucket.
--
-- KEYS[1] is the bucket's tag; the names of all its keys begin with it, so they share a hash slot. Neither KEYS[1] nor
-- KEYS[2] is ever a key: a server that is giving the slot away then refuses the whole script, where it would otherwise
-- run on the half of the rows that it still has.
--
-- ARGV[1] is the channel that wakes everybody, ARGV[2] for how many milliseconds an end is remembered.
--
-- Times are 8 bytes that sort as the times do. Numbers of Lua are too coarse for them, and `<` of two strings goes by
-- the server's language.
local tag, channel, remembered = KEYS[1], ARGV[1], ARGV[2]
local born, seen, ids = tag .. ':born', tag .. ':seen', tag .. ':ids'
local log, told = tag .. ':log', tag .. ':told'

local function row_of(id) return tag .. ':session:' .. id end
local function end_of(id) return tag .. ':ended:' .. id end
local function sessions_of(subject) return tag .. ':person:' .. subject end

local function is_before(one, other)
  for place = 1, 8 do
    local a, b = one:byte(place), other:byte(place)
    if a ~= b then return a < b end
  end
  return false
end

local replication
local function about_replication(pattern)
  replication = replication or redis.call('INFO', 'replication')
  return string.match(replication, pattern)
end

-- Replicas that would follow this server, which waiting for makes sense.
local function replicas()
  about_replication('')
  local _, count = string.gsub(replication, 'slave%d+:[^\r\n]*state=online', '')
  return count
end

-- A server that took over may not have the last events, and must not give their numbers to others: whoever knows a
-- number of before then sees a gap.
local LEAP = 1048576
local has_news = false
local function tell(id, what, value, at)
  local server = about_replication('master_replid:(%x+)')
  local last = redis.call('HMGET', told, 'number', 'server')
  local number = tonumber(last[1] or '0') + 1
  if last[2] and last[2] ~= server then number = number + LEAP end
  local text = string.format('%.0f', number)
  redis.call('HSET', told, 'number', text, 'server', server)
  redis.call('XADD', log, text .. '-0', 'id', id, what, value, 'at', at)
  has_news = true
end

-- Ends a session, if it is there. Gives what has to be known to tidy up outside of the bucket.
local function finish(id, reason, now)
  local row = redis.call('HMGET', row_of(id), 'created', 'seen', 'subject', 'provider', 'provider_session')
  if not row[1] then return nil end
  local subject = row[3] or ''
  redis.call('DEL', row_of(id))
  redis.call('ZREM', born, row[1] .. id)
  redis.call('ZREM', seen, row[2] .. id)
  redis.call('ZREM', ids, id)
  redis.call('ZREM', sessions_of(subject), row[1] .. id)
  redis.call('SET', end_of(id), now .. string.char(#reason) .. reason .. subject, 'PX', remembered)
  tell(id, 'ended', reason, now)
  return { id, subject, row[4] or '', row[5] or '' }
end

local function finish_each(which, reason, now)
  local ended = {}
  for _, id in ipairs(which) do
    ended[#ended + 1] = finish(id, reason, now)
  end
  return ended
end

-- Whoever repeats an end because no replica confirmed it must have something to wait for.
local function something_to_wait_for(ended)
  if #ended == 0 then redis.call('HSET', told, 'asked', 1) end
end

local function answer(value)
  if has_news then redis.call('PUBLISH', channel, '') end
  return { value, replicas() }
end

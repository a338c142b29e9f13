-- Takes an attempt off every counter that is there.
for _, key in ipairs(KEYS) do
  local attempts = redis.call('HGET', key, 'attempts')
  if attempts and tonumber(attempts) > 0 then redis.call('HINCRBY', key, 'attempts', -1) end
end
return 1

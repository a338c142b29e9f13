-- What the clock of the server says: seconds since 1970, and microseconds.
return redis.call('TIME')

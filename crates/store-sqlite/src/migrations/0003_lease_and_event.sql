-- Who does what only one may do at a time. The name is a hash.
CREATE TABLE lease (
    name          BLOB    NOT NULL PRIMARY KEY CHECK (length(name) = 32),
    owner         BLOB    CHECK (length(owner) = 16), -- NULL: whoever had it abandoned it
    held_until    INTEGER NOT NULL,
    was_abandoned INTEGER NOT NULL CHECK (was_abandoned IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX lease_by_end ON lease (held_until);

-- What became of sessions, for the other processes. A number is never given again, whatever is deleted. Either a reason
-- (the session ended) or a version (its content was replaced).
CREATE TABLE event (
    number   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    session  BLOB    NOT NULL CHECK (length(session) = 32),
    reason   TEXT,
    version  INTEGER, -- the 64 bits of an unsigned number
    noted_at INTEGER, -- NULL until the first sweep after it, where who noted it had no time
    CHECK ((reason IS NULL) <> (version IS NULL))
) STRICT;

CREATE INDEX event_by_time ON event (noted_at);

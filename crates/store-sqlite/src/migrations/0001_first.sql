-- A row here is a session that may be used. Rowids keep the rows, which are large, at the end of the file in order
-- of sign-in; only the 32 bytes of the id are spread at random over an index.
CREATE TABLE session (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    subject      TEXT    NOT NULL,
    created_at   INTEGER NOT NULL, -- milliseconds since the Unix epoch, as all times here
    last_seen_at INTEGER NOT NULL,
    version      INTEGER NOT NULL, -- the 64 bits of an unsigned number
    sealed       BLOB    NOT NULL
) STRICT;

CREATE INDEX session_by_subject ON session (subject, created_at);
CREATE INDEX session_by_age ON session (created_at);
CREATE INDEX session_by_activity ON session (last_seen_at);

-- Why sessions ended. The rows are small and only looked for by id, so they live in the index itself.
CREATE TABLE ended_session (
    id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    subject  TEXT    NOT NULL,
    ended_at INTEGER NOT NULL,
    reason   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ended_session_by_time ON ended_session (ended_at);

-- Attempts per counter. The name is an HMAC.
CREATE TABLE throttle (
    counter        BLOB    NOT NULL PRIMARY KEY CHECK (length(counter) = 32),
    attempts       INTEGER NOT NULL,
    window_ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX throttle_by_end ON throttle (window_ends_at);

CREATE TABLE signing_key (
    id         TEXT    NOT NULL PRIMARY KEY,
    algorithm  TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    sealed     BLOB    NOT NULL
) STRICT;

-- The readiness check writes here, because a disk that is full still reads.
CREATE TABLE readiness (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    checks   INTEGER NOT NULL
) STRICT;

INSERT INTO readiness (only_row, checks) VALUES (1, 0);

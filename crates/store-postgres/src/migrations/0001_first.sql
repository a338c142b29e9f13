-- The version of the schema, which a program looks at before anything else.
CREATE TABLE crossgate_schema (
    only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    version  integer NOT NULL
);

INSERT INTO crossgate_schema (version) VALUES (0);

-- A row here is a session that may be used. An update that changes no indexed column stays in its page and touches no
-- index, if there is room: hence the fill factor, and the index by activity over a coarse column in place of the time
-- itself. It holds the time in units of 2^20 ms, about 17 minutes, so that most touches leave it alone.
CREATE TABLE session (
    id               bytea  NOT NULL PRIMARY KEY CHECK (octet_length(id) = 32),
    subject          text   NOT NULL COLLATE "C",
    created_at       bigint NOT NULL, -- milliseconds since the Unix epoch, as all times here
    last_seen_at     bigint NOT NULL,
    last_seen_period bigint NOT NULL GENERATED ALWAYS AS (last_seen_at >> 20) STORED,
    provider_subject bytea  CHECK (octet_length(provider_subject) = 32),
    provider_session bytea  CHECK (octet_length(provider_session) = 32),
    version          bigint NOT NULL, -- the 64 bits of an unsigned number
    sealed           bytea  NOT NULL,
    CHECK (provider_session IS NULL OR provider_subject IS NOT NULL)
) WITH (fillfactor = 75);

-- What is encrypted cannot be compressed; nobody need try.
ALTER TABLE session ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE INDEX session_by_subject ON session (subject, created_at);
CREATE INDEX session_by_age ON session (created_at);
CREATE INDEX session_by_activity ON session (last_seen_period);
CREATE INDEX session_by_provider_subject ON session (provider_subject) WHERE provider_subject IS NOT NULL;
CREATE INDEX session_by_provider_session ON session (provider_session) WHERE provider_session IS NOT NULL;

-- Why sessions ended.
CREATE TABLE ended_session (
    id       bytea  NOT NULL PRIMARY KEY CHECK (octet_length(id) = 32),
    subject  text   NOT NULL COLLATE "C",
    ended_at bigint NOT NULL,
    reason   text   NOT NULL
);

CREATE INDEX ended_session_by_time ON ended_session (ended_at);

-- An id that ended never begins again. A statement that inserts may have waited for the one that ended the session, and
-- then does not see that in its own snapshot; a function in this language takes a new one.
CREATE FUNCTION refuse_ended_session() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ended_session WHERE id = NEW.id) THEN
        RAISE unique_violation USING MESSAGE = 'a session of this id has ended';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER ended_session_never_begins_again AFTER INSERT ON session
    FOR EACH ROW EXECUTE FUNCTION refuse_ended_session();

-- Attempts per counter. The name is an HMAC.
CREATE TABLE throttle (
    counter        bytea  NOT NULL PRIMARY KEY CHECK (octet_length(counter) = 32),
    attempts       bigint NOT NULL,
    window_ends_at bigint NOT NULL
) WITH (fillfactor = 75);

CREATE INDEX throttle_by_end ON throttle (window_ends_at);

-- What may be used only once and was used. The name is an HMAC or a hash.
CREATE TABLE used_name (
    name             bytea  NOT NULL PRIMARY KEY CHECK (octet_length(name) = 32),
    remembered_until bigint NOT NULL
);

CREATE INDEX used_name_by_end ON used_name (remembered_until);

-- Who does what only one may do at a time. The name is a hash.
CREATE TABLE lease (
    name          bytea   NOT NULL PRIMARY KEY CHECK (octet_length(name) = 32),
    owner         bytea   CHECK (octet_length(owner) = 16), -- NULL: whoever had it abandoned it
    held_until    bigint  NOT NULL,
    was_abandoned boolean NOT NULL
);

CREATE INDEX lease_by_end ON lease (held_until);

CREATE TABLE signing_key (
    id         text   NOT NULL PRIMARY KEY COLLATE "C",
    algorithm  text   NOT NULL COLLATE "C",
    created_at bigint NOT NULL,
    sealed     bytea  NOT NULL
);

-- Adds a key if there is none of its algorithm (newest_id is NULL), or if the newest of its algorithm is still that one,
-- and gives all keys. Two at the same time go one after the other.
CREATE FUNCTION add_signing_key(newest_id text, new_key signing_key) RETURNS SETOF signing_key
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    newest text;
BEGIN
    LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE;
    SELECT id INTO newest FROM signing_key WHERE algorithm = new_key.algorithm
        ORDER BY created_at DESC, id DESC LIMIT 1;
    IF newest IS NOT DISTINCT FROM newest_id THEN
        INSERT INTO signing_key VALUES (new_key.*);
    END IF;
    RETURN QUERY SELECT * FROM signing_key ORDER BY created_at, id;
END
$$;

-- The readiness check writes here, because a disk that is full still reads.
CREATE TABLE readiness (
    only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    checks   bigint  NOT NULL
) WITH (fillfactor = 10);

INSERT INTO readiness (checks) VALUES (0);

-- What became of sessions, as it was noted: in the transaction that did it, so that it is there exactly when that has
-- happened. Places are given before transactions commit and so do not tell the order in which they became visible; what
-- happened to one person's sessions one after the other has rising places. Either a reason (the session ended) or a
-- version (its content was replaced).
CREATE TABLE noted_event (
    place    bigint NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    session  bytea  NOT NULL CHECK (octet_length(session) = 32),
    reason   text,
    version  bigint, -- the 64 bits of an unsigned number
    noted_at bigint, -- NULL until the first sweep after it, where who noted it had no time
    CHECK ((reason IS NULL) <> (version IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The same, numbered by whoever reads. A cursor is a number and its mark, which is drawn at random: where a server lost
-- its last transactions and numbers were given again, the marks differ.
CREATE TABLE event (
    number   bigint NOT NULL PRIMARY KEY,
    mark     bigint NOT NULL DEFAULT hashtextextended(gen_random_uuid()::text, 0),
    session  bytea  NOT NULL CHECK (octet_length(session) = 32),
    reason   text,
    version  bigint,
    noted_at bigint,
    CHECK ((reason IS NULL) <> (version IS NULL))
);

CREATE INDEX event_by_time ON event (noted_at);

-- The newest number that was given, and its mark. Number 0 stands for the beginning; nobody is told of it.
CREATE TABLE event_log (
    only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    newest   bigint  NOT NULL,
    mark     bigint  NOT NULL
) WITH (fillfactor = 10);

WITH beginning AS (
    INSERT INTO event (number, session, reason)
    VALUES (0, decode(repeat('00', 32), 'hex'), 'signed_out') RETURNING number, mark)
INSERT INTO event_log (newest, mark) SELECT number, mark FROM beginning;

-- Numbers what has been noted, in the order of its places; says whether there may be more. One at a time: the lock on
-- the only row of the log is taken first, and every statement here sees what was committed before it. That the numbers
-- survive a crash is not waited for, because marks tell when they did not.
CREATE FUNCTION number_events(at_most integer) RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    newest_before bigint;
    numbered_now  bigint;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT newest INTO STRICT newest_before FROM event_log FOR UPDATE;
    WITH taken AS (
        DELETE FROM noted_event WHERE place IN (SELECT place FROM noted_event ORDER BY place LIMIT at_most)
        RETURNING place, session, reason, version, noted_at)
    INSERT INTO event (number, session, reason, version, noted_at)
    SELECT newest_before + row_number() OVER (ORDER BY place), session, reason, version, noted_at FROM taken;
    GET DIAGNOSTICS numbered_now = ROW_COUNT;
    UPDATE event_log SET (newest, mark) =
        (SELECT number, mark FROM event WHERE number = newest_before + numbered_now)
        WHERE numbered_now > 0;
    RETURN numbered_now = at_most;
END
$$;

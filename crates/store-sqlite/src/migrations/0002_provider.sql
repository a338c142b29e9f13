-- What the logout of a provider finds a session by: hashes of its issuer and of the names it gave. Null where no
-- provider signed the person in.
ALTER TABLE session ADD COLUMN provider_subject BLOB CHECK (length(provider_subject) = 32);
ALTER TABLE session ADD COLUMN provider_session BLOB CHECK (length(provider_session) = 32);

CREATE INDEX session_by_provider_subject ON session (provider_subject) WHERE provider_subject IS NOT NULL;
CREATE INDEX session_by_provider_session ON session (provider_session) WHERE provider_session IS NOT NULL;

-- What may be used once and was. The name is a hash of it.
CREATE TABLE used (
    name  BLOB    NOT NULL PRIMARY KEY CHECK (length(name) = 32),
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX used_by_time ON used (until);

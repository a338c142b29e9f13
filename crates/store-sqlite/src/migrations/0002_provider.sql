-- What the logout of a provider finds sessions by: SHA-256 of the issuer and a name that it gave. Only sessions that a
-- provider began have them, so the indexes leave the others out.
ALTER TABLE session ADD COLUMN provider_subject BLOB CHECK (length(provider_subject) = 32);
ALTER TABLE session ADD COLUMN provider_session BLOB
    CHECK (length(provider_session) = 32 AND provider_subject IS NOT NULL OR provider_session IS NULL);

CREATE INDEX session_by_provider_subject ON session (provider_subject) WHERE provider_subject IS NOT NULL;
CREATE INDEX session_by_provider_session ON session (provider_session) WHERE provider_session IS NOT NULL;

-- What may be used only once and was used. The name is an HMAC or a hash.
CREATE TABLE used_name (
    name             BLOB    NOT NULL PRIMARY KEY CHECK (length(name) = 32),
    remembered_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX used_name_by_end ON used_name (remembered_until);

-- A link is one row: columns for what queries look for, and all of it as JSON in `body`, as Rust writes it. The
-- older tables are put aside; the relay writes their rows as links, and drops them.
-- Keys are the bytes of hashes; SQLite takes a type of any name. Moments are milliseconds since 1970-01-01 in UTC.

DROP INDEX sessions_by_expiry;
DROP INDEX consents_by_session;
DROP INDEX consents_by_end;
DROP INDEX returns_by_consent;
DROP INDEX intents_by_age;

ALTER TABLE sessions RENAME TO old_sessions;
ALTER TABLE consents RENAME TO old_consents;
ALTER TABLE authorisations RENAME TO old_authorisations;
ALTER TABLE returns RENAME TO old_returns;
ALTER TABLE intents RENAME TO old_intents;

CREATE TABLE sessions (
    key BYTEA NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE links (
    id TEXT NOT NULL PRIMARY KEY,
    session BYTEA NOT NULL,
    created BIGINT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

CREATE INDEX links_by_session ON links (session);
CREATE INDEX links_by_due ON links (due);
CREATE INDEX links_by_state ON links (state, created);

CREATE TABLE returns (
    key BYTEA NOT NULL PRIMARY KEY,
    consent TEXT NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    session BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX returns_by_consent ON returns (consent);
CREATE INDEX returns_by_session ON returns (session);
CREATE INDEX returns_by_expiry ON returns (expires);

CREATE TABLE intents (
    request TEXT NOT NULL PRIMARY KEY,
    begun BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX intents_by_age ON intents (begun);

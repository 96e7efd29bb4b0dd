-- The tables of 7_links.sql, for PostgreSQL, which has no older ones. Ids are compared byte by byte, as SQLite does.

CREATE TABLE sessions (
    key BYTEA NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE links (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    session BYTEA NOT NULL,
    created BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

CREATE INDEX links_by_session ON links (session);
CREATE INDEX links_by_due ON links (due);
CREATE INDEX links_by_state ON links (state, created);

CREATE TABLE returns (
    key BYTEA NOT NULL PRIMARY KEY,
    consent TEXT COLLATE "C" NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    session BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX returns_by_consent ON returns (consent);
CREATE INDEX returns_by_session ON returns (session);
CREATE INDEX returns_by_expiry ON returns (expires);

CREATE TABLE intents (
    request TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    begun BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX intents_by_age ON intents (begun);

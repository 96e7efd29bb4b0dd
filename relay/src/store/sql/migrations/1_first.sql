-- Sessions, their consents, and the returns that are awaited. Keys are hashes in hexadecimal, moments
-- milliseconds since 1970-01-01 in UTC. Only what SQLite and PostgreSQL both understand.

CREATE TABLE sessions (
    key TEXT NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE consents (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    bank TEXT NOT NULL,
    affiliated TEXT,
    context TEXT NOT NULL,
    redirect_preferred TEXT,
    status TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    created BIGINT NOT NULL,
    return_page TEXT,
    psu TEXT,
    ended TEXT NOT NULL
);

CREATE INDEX consents_by_session ON consents (session);

CREATE TABLE authorisations (
    consent TEXT NOT NULL REFERENCES consents (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    started BIGINT NOT NULL,
    method TEXT,
    approach TEXT,
    status TEXT NOT NULL,
    returned TEXT,
    PRIMARY KEY (consent, id)
);

CREATE TABLE returns (
    key TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    consent TEXT NOT NULL REFERENCES consents (id) ON DELETE CASCADE,
    authorisation TEXT NOT NULL,
    kind TEXT NOT NULL,
    expires BIGINT NOT NULL,
    used BIGINT NOT NULL
);

CREATE INDEX returns_by_consent ON returns (consent);

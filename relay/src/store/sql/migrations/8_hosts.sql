-- What the host's own server asked for and hears of. Bodies are JSON, as Rust writes it; columns are what queries look
-- for. Moments are milliseconds since 1970-01-01 in UTC.

CREATE TABLE link_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token BYTEA NOT NULL UNIQUE,
    due BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX link_sessions_by_due ON link_sessions (due);

CREATE TABLE connections (
    id TEXT NOT NULL PRIMARY KEY,
    client_reference TEXT,
    status TEXT NOT NULL,
    created BIGINT NOT NULL,
    due BIGINT,
    ended BIGINT,
    body TEXT NOT NULL
);

CREATE INDEX connections_by_reference ON connections (client_reference, created);
CREATE INDEX connections_by_age ON connections (created, id);
CREATE INDEX connections_by_due ON connections (due);
CREATE INDEX connections_by_end ON connections (ended);

-- The number of the last event. A transaction that adds one locks this row until it ends, so that a reader of the
-- ledger never finds an older number later.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

INSERT INTO counters (name, value) VALUES ('events', 0);

CREATE TABLE events (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    due BIGINT,
    attempts BIGINT NOT NULL,
    delivery TEXT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX events_by_due ON events (due);
CREATE INDEX events_by_age ON events (created);

CREATE TABLE unattended_reads (
    consent TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX unattended_reads_by_consent ON unattended_reads (consent, account, kind, at);
CREATE INDEX unattended_reads_by_age ON unattended_reads (at);

CREATE TABLE replies (
    key BYTEA NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX replies_by_expiry ON replies (expires);

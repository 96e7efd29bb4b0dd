-- Which browser may see and end the connections of a person.

CREATE TABLE view_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token BYTEA NOT NULL UNIQUE,
    forgotten BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX view_sessions_by_end ON view_sessions (forgotten);

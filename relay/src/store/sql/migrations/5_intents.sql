-- A consent that the platform is about to be asked for: written before anything is sent, and taken away with
-- the answer. What is left when a relay was killed in between tells that a consent may be at the bank of which
-- nobody has heard the id.

CREATE TABLE intents (
    request TEXT NOT NULL PRIMARY KEY,
    bank TEXT NOT NULL,
    context TEXT NOT NULL,
    begun BIGINT NOT NULL
);

CREATE INDEX intents_by_age ON intents (begun);

-- What was ended, and what nobody went on with, is looked for each minute.

CREATE INDEX consents_by_end ON consents (ended, created);

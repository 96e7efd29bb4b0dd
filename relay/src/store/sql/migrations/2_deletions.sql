-- A consent that the platform could not be told to delete is tried again later, each time after a longer
-- while, so that it does not stand in the way of others.

ALTER TABLE consents ADD COLUMN deletion_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consents ADD COLUMN deletion_due BIGINT NOT NULL DEFAULT 0;

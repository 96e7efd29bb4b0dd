-- What the relay must know to tell returns apart. Of a code that was sent to the platform its hash: the same
-- one may be brought again, another one may not. When a person came back without a code, and when the bank's
-- approval was heard of: between the two and the accounts there is a while. Of what is approved already
-- that while is over.

ALTER TABLE returns ADD COLUMN code TEXT;
ALTER TABLE authorisations ADD COLUMN arrived BIGINT;
ALTER TABLE consents ADD COLUMN approved BIGINT;

UPDATE consents SET approved = created WHERE status = 'valid'
    OR id IN (SELECT consent FROM authorisations WHERE status IN ('finalised', 'exempted'));

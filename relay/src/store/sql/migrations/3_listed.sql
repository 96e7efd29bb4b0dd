-- Whether the accounts of a consent were listed for a page. A valid one of which no page has heard yet is
-- gone on with by the next. Of those that are there already, none is taken for such.

ALTER TABLE consents ADD COLUMN listed BIGINT NOT NULL DEFAULT 1;

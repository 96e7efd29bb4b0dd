-- Which entry of the list of banks was chosen, for two may have one BIC: its id and its name, percent-encoded. Of
-- older consents that is not known.

ALTER TABLE consents ADD COLUMN entry TEXT;

-- What an identifier looks like, where that is another text than itself (UTS 39): no two of an account look alike.
-- Empty until the program has worked it out, which it does before anything else, for those that may look like others.

ALTER TABLE consumer_identifiers ADD COLUMN skeleton TEXT;
CREATE UNIQUE INDEX consumer_identifiers_skeleton ON consumer_identifiers (account_id, skeleton) WHERE skeleton <> '';
UPDATE consumer_identifiers SET skeleton = ''
    WHERE octet_length(identifier) <> length(identifier) OR identifier LIKE '%xn--%';
CREATE INDEX consumer_identifiers_unread ON consumer_identifiers (account_id, identifier) WHERE skeleton = '';

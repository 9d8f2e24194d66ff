-- Consumers who talked before they logged in: whose anonymous identity became whose. The insert that finds it taken is the
-- second consumer's.
CREATE TABLE merged_identities (
    account_id     TEXT    NOT NULL,
    anonymous_sub  TEXT    NOT NULL,
    consumer_id    TEXT    NOT NULL,            -- the platform's id of the consumer: 64 hexadecimal digits
    merged_at      BIGINT  NOT NULL,
    PRIMARY KEY (account_id, anonymous_sub)
);
CREATE INDEX merged_identities_consumer ON merged_identities (account_id, consumer_id, merged_at);

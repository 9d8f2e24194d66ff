-- A consumer whom the brand's own program has signed in: whoever brings the ticket to /authorize is that consumer, once.
CREATE TABLE sign_in_tickets (
    digest      BYTEA   NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,            -- for whose authorization request it is
    sub         TEXT    NOT NULL,
    auth_time   BIGINT  NOT NULL,            -- when the brand's program saw them
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX sign_in_tickets_expires_at ON sign_in_tickets (expires_at);

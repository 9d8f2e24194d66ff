-- Authorization requests that clients have pushed (RFC 9126), each to be used once.
CREATE TABLE pushed_requests (
    digest     BYTEA  NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL REFERENCES accounts (account_id),
    client_id  TEXT   NOT NULL,
    request    TEXT   NOT NULL,                                -- validated, as interactions have it
    expires_at BIGINT NOT NULL
);
CREATE INDEX pushed_requests_expires_at ON pushed_requests (expires_at);

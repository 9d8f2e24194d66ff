-- Requests of clients that wait for a consumer who is somewhere else (CIBA). As with devices, what one buys is bought once,
-- by the digest that the first token carries.
CREATE TABLE backchannel_requests (
    digest           BYTEA   NOT NULL PRIMARY KEY,   -- of the auth_req_id
    account_id       TEXT    NOT NULL,
    handle           TEXT    NOT NULL,               -- what the consumer's page calls it
    client_id        TEXT    NOT NULL,
    sub              TEXT    NOT NULL,               -- who is asked
    scope            TEXT    NOT NULL,
    binding_message  TEXT,
    ping             BYTEA,                          -- sealed: what the client is called with
    interval_seconds BIGINT  NOT NULL,
    asked_at         BIGINT,
    decision         TEXT,                           -- allowed, denied
    sid              TEXT,
    auth_time        BIGINT,
    grant_id         TEXT,
    created_at       BIGINT  NOT NULL,
    expires_at       BIGINT  NOT NULL
);
CREATE UNIQUE INDEX backchannel_requests_handle ON backchannel_requests (account_id, handle);
CREATE INDEX backchannel_requests_sub ON backchannel_requests (account_id, sub);
CREATE INDEX backchannel_requests_expires_at ON backchannel_requests (expires_at);

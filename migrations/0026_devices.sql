-- Requests of devices that wait for a consumer at another screen (RFC 8628). The first token that one buys carries the
-- digest of its device code, which is unique, and so it buys once.
CREATE TABLE device_authorizations (
    digest           BYTEA   NOT NULL PRIMARY KEY,   -- of the device code
    account_id       TEXT    NOT NULL,
    user_code_digest BYTEA   NOT NULL,
    client_id        TEXT    NOT NULL,
    scope            TEXT    NOT NULL,
    interval_seconds BIGINT  NOT NULL,               -- how long it waits between two questions, and longer when it doesn't
    asked_at         BIGINT,                         -- when it asked last
    decision         TEXT,                           -- allowed, denied
    sub              TEXT,                           -- who decided
    sid              TEXT,
    auth_time        BIGINT,
    grant_id         TEXT,
    created_at       BIGINT  NOT NULL,
    expires_at       BIGINT  NOT NULL
);
CREATE UNIQUE INDEX device_authorizations_user_code ON device_authorizations (user_code_digest);
CREATE INDEX device_authorizations_expires_at ON device_authorizations (expires_at);

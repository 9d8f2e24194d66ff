-- What the admin API did when a request with an Idempotency-Key asked for it: so that a repeat does nothing twice.
CREATE TABLE idempotency_keys (
    account_id  TEXT   NOT NULL,                -- whose administrator asked; * for the whole server's
    digest      BYTEA  NOT NULL,                -- of the administrator and the key
    fingerprint BYTEA  NOT NULL,                -- of the request
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    answer      TEXT,                           -- as JSON, without secrets and personal data; none while it is being done
    PRIMARY KEY (account_id, digest)
);
CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);

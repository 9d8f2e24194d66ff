-- Tokens that let their holders register clients (RFC 7591 §3).
CREATE TABLE initial_access_tokens (
    digest      BYTEA   NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL REFERENCES accounts (account_id),
    uses_left   BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX initial_access_tokens_expires_at ON initial_access_tokens (expires_at);

-- Tokens by which clients that registered themselves read, change and delete what they registered (RFC 7592): one for
-- each, another one after each use.
CREATE TABLE registration_tokens (
    account_id  TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    digest      BYTEA   NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (account_id, client_id),
    FOREIGN KEY (account_id, client_id) REFERENCES clients (account_id, client_id) ON DELETE CASCADE
);
